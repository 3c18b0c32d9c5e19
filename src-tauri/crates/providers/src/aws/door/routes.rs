//! Which function a gateway hands a request to. Any route that fits method and path is a candidate; the most
//! specific wins: literal segments before `{var}` before `{greedy+}` before `$default`, and a named method before
//! `ANY`. A REST API's stage may stand before the path, as it does in the cloud, or be left out.

use http::Method;

use super::{name::decode, path_pattern};
use crate::{
    domain::{Gateway, Route},
    invocation::Found,
};

/// A route that fits a request.
#[derive(Debug)]
pub(super) struct RouteMatch {
    pub(super) found: Found,
    pub(super) route: Route,
    /// Without the stage that stood before it.
    pub(super) path: String,
    pub(super) parameters: Parameters,
    /// The route spells out the first segment, so it knows better than a function's name who is meant.
    pub(super) is_literal: bool,
}

/// Values of a route's variables, decoded, in their order.
pub(super) type Parameters = Vec<(String, String)>;

const LITERAL: u8 = 0;
const VARIABLE: u8 = 1;
const GREEDY: u8 = 2;
const DEFAULT: u8 = 3;

pub(super) fn best(functions: &[Found], method: &Method, path: &str) -> Option<RouteMatch> {
    chosen(functions, path, |route| is_any(route) || route.method == method.as_str())
}

/// The route whose API answers `OPTIONS` at a path by itself, as a REST API does that is told to.
pub(super) fn answers_options(functions: &[Found], path: &str) -> Option<RouteMatch> {
    let own = chosen(functions, path, |route| route.method == "OPTIONS");
    let stage = |route: &Route| matches!(&route.gateway, Gateway::Rest(stage) if stage.cors.is_some());
    if own.is_some() { None } else { chosen(functions, path, stage) }
}

fn chosen(functions: &[Found], path: &str, takes: impl Fn(&Route) -> bool) -> Option<RouteMatch> {
    let candidates =
        functions.iter().flat_map(|found| found.function.routes.iter().map(move |route| (found, route)));
    let (found, route, (path, fit)) = candidates
        .filter(|(_, route)| takes(route))
        .filter_map(|(found, route)| Some((found, route, fit_of(route, path)?)))
        .min_by(|(_, one, (_, a)), (_, other, (_, b))| {
            (&a.kinds, is_any(one)).cmp(&(&b.kinds, is_any(other)))
        })?;
    Some(RouteMatch {
        found: found.clone(),
        route: route.clone(),
        path: path.to_owned(),
        parameters: fit.parameters,
        is_literal: fit.kinds.first() == Some(&LITERAL),
    })
}

/// `GET /pets/{id}`.
pub(super) fn key(route: &Route) -> String {
    if route.path == "$default" { route.path.clone() } else { format!("{} {}", route.method, route.path) }
}

/// How a route fits a path, by its gateway's rules, and the path it sees.
fn fit_of<'a>(route: &Route, path: &'a str) -> Option<(&'a str, Fit)> {
    match &route.gateway {
        Gateway::Http => Some((path, fit(&route.path, path)?)),
        Gateway::LoadBalancer { .. } => Some((path, pattern(&route.path, path)?)),
        Gateway::Rest(stage) => {
            // A slash at the end is passed on, and decides nothing.
            let rest = |path: &str| {
                fit(&route.path, path.strip_suffix('/').filter(|path| !path.is_empty()).unwrap_or(path))
            };
            let staged = || {
                let below = path.strip_prefix('/')?.strip_prefix(stage.name.as_str())?;
                let below = if below.is_empty() { "/" } else { below };
                let mut fit = below.starts_with('/').then(|| rest(below)).flatten()?;
                // Whose stage is named is meant.
                fit.kinds.insert(0, LITERAL);
                Some((below, fit))
            };
            staged().or_else(|| Some((path, rest(path)?)))
        }
    }
}

/// A load balancer's path pattern: `*` stands for any letters, slashes too, and `?` for one.
fn pattern(pattern: &str, path: &str) -> Option<Fit> {
    let segments = pattern.trim_start_matches('/').split('/');
    let mut kinds: Vec<u8> =
        segments.take_while(|segment| !segment.contains(['*', '?'])).map(|_| LITERAL).collect();
    if pattern.contains(['*', '?']) {
        kinds.push(GREEDY);
    }
    path_pattern::fits(pattern, path).then_some(Fit { kinds, parameters: Parameters::new() })
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

    fn best_of(method: &str, path: &str) -> Option<(String, Vec<(String, String)>)> {
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
        best(&functions, &method.parse().unwrap(), path).map(|found| (key(&found.route), found.parameters))
    }

    fn pair(name: &str, value: &str) -> (String, String) {
        (name.into(), value.into())
    }

    #[test]
    fn the_most_specific_route_wins() {
        assert_eq!(best_of("GET", "/pets"), Some(("GET /pets".into(), vec![])));
        assert_eq!(best_of("GET", "/pets/dog"), Some(("GET /pets/dog".into(), vec![])));
        assert_eq!(best_of("POST", "/pets/dog"), Some(("ANY /pets/{id}".into(), vec![pair("id", "dog")])));
        assert_eq!(best_of("GET", "/any"), Some(("GET /any".into(), vec![])), "a method before ANY");
        assert_eq!(best_of("POST", "/files/new"), Some(("POST /files/new".into(), vec![])));
        assert_eq!(best_of("GET", "/files/new").unwrap().0, "ANY /files/{proxy+}");
        assert_eq!(best_of("GET", "/"), Some(("GET /".into(), vec![])));
    }

    #[test]
    fn variables_are_decoded_and_greedy_ones_keep_their_slashes() {
        assert_eq!(
            best_of("GET", "/pets/a%20b/toys/c%2Fd").unwrap().1,
            [pair("id", "a b"), pair("toy", "c/d")]
        );
        assert_eq!(best_of("GET", "/files/a/b%20c/").unwrap().1, [pair("proxy", "a/b c/")]);
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
            assert_eq!(best_of(method, path), None, "{method} {path}");
        }
        let functions = [found("f", &["ANY $default"])];
        let route = best(&functions, &Method::PATCH, "/whatever").unwrap();
        assert_eq!((key(&route.route).as_str(), route.is_literal), ("$default", false));
    }
}
