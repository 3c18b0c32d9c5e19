//! Which function an HTTP API hands a request to. Any route that fits method and path is a candidate; the most
//! specific wins: literal segments before `{var}` before `{greedy+}` before `$default`, and a named method before
//! `ANY`. Stages are not part of the path here.

use http::Method;

use super::name::decode;
use crate::{domain::Route, invocation::Found};

/// A route that fits a request.
#[derive(Debug)]
pub(super) struct RouteMatch {
    pub(super) found: Found,
    /// `GET /pets/{id}`.
    pub(super) key: String,
    pub(super) parameters: Parameters,
    /// The route spells out the first segment, so it knows better than a function's name who is meant.
    pub(super) is_literal: bool,
}

/// Values of a route's variables, decoded, in their order.
type Parameters = Vec<(String, String)>;

const LITERAL: u8 = 0;
const VARIABLE: u8 = 1;
const GREEDY: u8 = 2;
const DEFAULT: u8 = 3;

pub(super) fn best(functions: &[Found], method: &Method, path: &str) -> Option<RouteMatch> {
    let candidates =
        functions.iter().flat_map(|found| found.function.routes.iter().map(move |route| (found, route)));
    let (found, route, fit) = candidates
        .filter(|(_, route)| is_any(route) || route.method == method.as_str())
        .filter_map(|(found, route)| Some((found, route, fit(&route.path, path)?)))
        .min_by(|(_, one, a), (_, other, b)| (&a.kinds, is_any(one)).cmp(&(&b.kinds, is_any(other))))?;
    Some(RouteMatch {
        found: found.clone(),
        key: if route.path == "$default" {
            route.path.clone()
        } else {
            format!("{} {}", route.method, route.path)
        },
        parameters: fit.parameters,
        is_literal: fit.kinds.first() == Some(&LITERAL),
    })
}

fn is_any(route: &Route) -> bool {
    route.method == "ANY" || route.path == "$default"
}

/// How a route fits a path.
struct Fit {
    /// Of the route's segments; smaller is more specific, segment by segment.
    kinds: Vec<u8>,
    parameters: Parameters,
}

fn fit(route: &str, path: &str) -> Option<Fit> {
    let (mut kinds, mut parameters) = (Vec::new(), Parameters::new());
    if route == "$default" {
        return Some(Fit { kinds: vec![DEFAULT], parameters });
    }
    let mut rest = Some(path.strip_prefix('/')?);
    for pattern in route.strip_prefix('/')?.split('/') {
        let remaining = rest?;
        let (segment, tail) = match remaining.split_once('/') {
            Some((segment, tail)) => (segment, Some(tail)),
            None => (remaining, None),
        };
        match pattern.strip_prefix('{').and_then(|pattern| pattern.strip_suffix('}')) {
            None if decode(segment) == pattern => kinds.push(LITERAL),
            None => return None,
            Some(name) => match name.strip_suffix('+') {
                Some(name) if !remaining.is_empty() => {
                    kinds.push(GREEDY);
                    parameters.push((name.to_owned(), decode(remaining).into_owned()));
                    return Some(Fit { kinds, parameters });
                }
                None if !segment.is_empty() => {
                    kinds.push(VARIABLE);
                    parameters.push((name.to_owned(), decode(segment).into_owned()));
                }
                _ => return None,
            },
        }
        rest = tail;
    }
    rest.is_none().then_some(Fit { kinds, parameters })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fake_invoke::found;

    fn chosen(method: &str, path: &str) -> Option<(String, Vec<(String, String)>)> {
        let routes = [
            "GET /pets",
            "ANY /pets/{id}",
            "GET /pets/dog",
            "GET /pets/{id}/toys/{toy}",
            "ANY /files/{proxy+}",
            "POST /files/new",
            "ANY /any",
            "GET /any",
            "GET /",
        ];
        let functions: Vec<Found> = routes.iter().map(|route| found("f", &[route])).collect();
        best(&functions, &method.parse().unwrap(), path).map(|route| (route.key, route.parameters))
    }

    fn pair(name: &str, value: &str) -> (String, String) {
        (name.into(), value.into())
    }

    #[test]
    fn the_most_specific_route_wins() {
        assert_eq!(chosen("GET", "/pets"), Some(("GET /pets".into(), vec![])));
        assert_eq!(chosen("GET", "/pets/dog"), Some(("GET /pets/dog".into(), vec![])));
        assert_eq!(chosen("POST", "/pets/dog"), Some(("ANY /pets/{id}".into(), vec![pair("id", "dog")])));
        assert_eq!(chosen("GET", "/any"), Some(("GET /any".into(), vec![])), "a method before ANY");
        assert_eq!(chosen("POST", "/files/new"), Some(("POST /files/new".into(), vec![])));
        assert_eq!(chosen("GET", "/files/new").unwrap().0, "ANY /files/{proxy+}");
        assert_eq!(chosen("GET", "/"), Some(("GET /".into(), vec![])));
    }

    #[test]
    fn variables_are_decoded_and_greedy_ones_keep_their_slashes() {
        assert_eq!(
            chosen("GET", "/pets/a%20b/toys/c%2Fd").unwrap().1,
            [pair("id", "a b"), pair("toy", "c/d")]
        );
        assert_eq!(chosen("GET", "/files/a/b%20c/").unwrap().1, [pair("proxy", "a/b c/")]);
    }

    #[test]
    fn what_fits_no_route_is_nobodys() {
        for (method, path) in [
            ("POST", "/pets"),
            ("GET", "/pets/"),
            ("GET", "/files"),
            ("GET", "/files/"),
            ("GET", "/pets/a/b"),
            ("GET", "/x"),
        ] {
            assert_eq!(chosen(method, path), None, "{method} {path}");
        }
        let functions = [found("f", &["ANY $default"])];
        let route = best(&functions, &Method::PATCH, "/whatever").unwrap();
        assert_eq!((route.key.as_str(), route.is_literal), ("$default", false));
    }
}
