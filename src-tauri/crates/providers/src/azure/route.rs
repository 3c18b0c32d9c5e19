//! Route templates: `items/{id:int}/{*rest}`. Names and literal segments are compared without regard to case, as the
//! host's router does. <https://learn.microsoft.com/aspnet/core/fundamentals/routing>

use percent_encoding::percent_decode_str;

/// The constraints that are decided here.
const CONSTRAINTS: [&str; 9] =
    ["int", "long", "bool", "guid", "alpha", "decimal", "double", "float", "required"];

/// How well a template fits a path.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Fit {
    /// Name and decoded value of each parameter; none of one that is optional and that the path has not.
    pub(super) parameters: Vec<(String, Option<String>)>,
    /// For each segment how little it says: 0 a literal, 1 a constrained parameter, 2 a parameter, 3 the rest.
    /// Less goes first, as the router's precedence has it.
    pub(super) looseness: Vec<u8>,
}

enum Segment<'a> {
    Literal(&'a str),
    Parameter {
        name: &'a str,
        constraints: Vec<&'a str>,
        default: Option<&'a str>,
        optional: bool,
        rest: bool,
    },
}

/// Both begin with a slash; `path` is as sent, without its query.
pub(super) fn fit(template: &str, path: &str) -> Option<Fit> {
    let segments: Vec<Segment<'_>> = parts(template).map(segment).collect();
    let sent: Vec<&str> = parts(path).collect();
    let mut fit = Fit { parameters: Vec::new(), looseness: Vec::new() };
    for (at, segment) in segments.iter().enumerate() {
        match segment {
            Segment::Literal(text) => {
                if !decoded(sent.get(at)?).eq_ignore_ascii_case(text) {
                    return None;
                }
                fit.looseness.push(0);
            }
            Segment::Parameter { name, rest: true, .. } => {
                let rest = sent.get(at..).unwrap_or_default().join("/");
                if !rest.is_empty() {
                    fit.parameters.push(((*name).to_owned(), Some(decoded(&rest))));
                }
                fit.looseness.push(3);
                return Some(fit);
            }
            Segment::Parameter { name, constraints, default, optional, .. } => {
                let Some(value) = sent.get(at) else {
                    if default.is_none() && !optional {
                        return None;
                    }
                    fit.parameters.push(((*name).to_owned(), default.map(str::to_owned)));
                    continue;
                };
                let value = decoded(value);
                if !constraints.iter().all(|constraint| holds(constraint, &value)) {
                    return None;
                }
                fit.parameters.push(((*name).to_owned(), Some(value)));
                fit.looseness.push(if constraints.is_empty() { 2 } else { 1 });
            }
        }
    }
    (sent.len() <= segments.len()).then_some(fit)
}

/// The constraints of a template that are not known here, and so are not checked.
pub(super) fn unknown_constraints(template: &str) -> Vec<String> {
    let constraints = parts(template).flat_map(|part| match segment(part) {
        Segment::Parameter { constraints, .. } => constraints,
        Segment::Literal(_) => Vec::new(),
    });
    let known = |constraint: &str| CONSTRAINTS.contains(&constraint) || sized(constraint).is_some();
    constraints.filter(|constraint| !known(constraint)).map(str::to_owned).collect()
}

fn parts(path: &str) -> impl Iterator<Item = &str> {
    path.split('/').filter(|part| !part.is_empty())
}

fn segment(text: &str) -> Segment<'_> {
    let Some(inside) = text.strip_prefix('{').and_then(|text| text.strip_suffix('}')) else {
        return Segment::Literal(text);
    };
    let (inside, optional) = match inside.strip_suffix('?') {
        Some(inside) => (inside, true),
        None => (inside, false),
    };
    let bare = inside.trim_start_matches('*');
    // The default stands last; a constraint's own text ends with a bracket.
    let default = bare.rsplit_once('=').filter(|_| !bare.ends_with(')'));
    let (said, default) = default.map_or((bare, None), |(said, default)| (said, Some(default)));
    let mut words = said.split(':');
    let name = words.next().unwrap_or_default();
    Segment::Parameter {
        name,
        constraints: words.collect(),
        default,
        optional,
        rest: bare.len() < inside.len(),
    }
}

fn decoded(text: &str) -> String {
    percent_decode_str(text).decode_utf8_lossy().into_owned()
}

fn holds(constraint: &str, value: &str) -> bool {
    match constraint {
        "int" => value.parse::<i32>().is_ok(),
        "long" => value.parse::<i64>().is_ok(),
        "bool" => value.eq_ignore_ascii_case("true") || value.eq_ignore_ascii_case("false"),
        "guid" => uuid::Uuid::parse_str(value).is_ok(),
        "alpha" => value.chars().all(|letter| letter.is_ascii_alphabetic()),
        "decimal" | "double" | "float" => value.parse::<f64>().is_ok(),
        "required" => !value.is_empty(),
        other => sized(other).is_none_or(|(kind, low, high)| {
            let length = u64::try_from(value.chars().count()).unwrap_or(u64::MAX);
            let number = value.parse::<i64>().ok();
            let at_least = |number: i64| u64::try_from(number).is_ok_and(|number| number >= low);
            let at_most =
                |number: i64| u64::try_from(number).is_ok_and(|number| number <= high) || number < 0;
            match kind {
                "minlength" => length >= low,
                "maxlength" => length <= high,
                "length" => (low..=high).contains(&length),
                "min" => number.is_some_and(at_least),
                "max" => number.is_some_and(at_most),
                _ => number.is_some_and(|number| at_least(number) && at_most(number)),
            }
        }),
    }
}

/// `length(3)`, `range(1,9)`.
fn sized(constraint: &str) -> Option<(&str, u64, u64)> {
    let (kind, numbers) = constraint.strip_suffix(')')?.split_once('(')?;
    let mut numbers = numbers.split(',').map(|number| number.trim().parse::<u64>().ok());
    let low = numbers.next()??;
    let high = numbers.next().map_or(Some(low), |high| high)?;
    ["minlength", "maxlength", "length", "min", "max", "range"].contains(&kind).then_some((kind, low, high))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parameters(template: &str, path: &str) -> Option<String> {
        let fit = fit(template, path)?;
        let pairs: Vec<String> = fit
            .parameters
            .iter()
            .map(|(name, value)| format!("{name}={}", value.as_deref().unwrap_or("-")))
            .collect();
        Some(pairs.join(" "))
    }

    #[test]
    fn templates_take_what_asp_net_routes_take() {
        for (template, path, expected) in [
            ("/api/hello", "/API/Hello", Some("")),
            ("/api/hello", "/api/hello/", Some("")),
            ("/api/hello", "/api/hello/you", None),
            ("/api/items/{id}", "/api/items/a%20b", Some("id=a b")),
            ("/api/items/{id}", "/api/items", None),
            ("/api/items/{id?}", "/api/items", Some("id=-")),
            ("/api/items/{id=7}", "/api/items", Some("id=7")),
            ("/api/items/{id:int=7}", "/api/items/x", None),
            ("/api/items/{id:int=7}", "/api/items", Some("id=7")),
            ("/api/items/{id:int}", "/api/items/7", Some("id=7")),
            ("/api/items/{id:int}", "/api/items/x", None),
            ("/api/items/{id:int?}", "/api/items", Some("id=-")),
            (
                "/api/{kind:alpha}/{id:guid}",
                "/api/pea/7f4e3f8a-93f2-4d63-9e0f-1a2b3c4d5e6f",
                Some("kind=pea id=7f4e3f8a-93f2-4d63-9e0f-1a2b3c4d5e6f"),
            ),
            ("/api/files/{*rest}", "/api/files/a/b.txt", Some("rest=a/b.txt")),
            ("/api/files/{*rest}", "/api/files", Some("")),
            ("/{*route}", "/", Some("")),
            ("/api/n/{n:range(1,9)}", "/api/n/9", Some("n=9")),
            ("/api/n/{n:range(1,9)}", "/api/n/10", None),
            ("/api/n/{n:max(3)}", "/api/n/-5", Some("n=-5")),
            ("/api/n/{n:minlength(2)}", "/api/n/x", None),
        ] {
            assert_eq!(parameters(template, path).as_deref(), expected, "{template} {path}");
        }
    }

    #[test]
    fn what_says_more_goes_first_and_unknown_constraints_are_named() {
        let looseness = |template: &str, path: &str| fit(template, path).unwrap().looseness;
        assert!(
            looseness("/api/items/new", "/api/items/new") < looseness("/api/items/{id}", "/api/items/new")
        );
        assert!(
            looseness("/api/items/{id:int}", "/api/items/7") < looseness("/api/items/{id}", "/api/items/7")
        );
        assert!(looseness("/api/items/{id}", "/api/items/7") < looseness("/api/{*rest}", "/api/items/7"));
        assert_eq!(
            unknown_constraints("/api/{a:int}/{b:regex(^x$)}/{c:datetime}"),
            ["regex(^x$)", "datetime"]
        );
    }
}
