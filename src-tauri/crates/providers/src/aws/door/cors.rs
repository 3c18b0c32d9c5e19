//! CORS as a function URL or an HTTP API is configured for it: a preflight never reaches the function, and on every other answer the
//! configuration wins over the function's own headers. A REST API has an `OPTIONS` method of fixed headers, and leaves
//! other answers to the function. Without a configuration all of it is the function's business.

use http::{
    HeaderMap, HeaderValue, Method,
    header::{
        ACCESS_CONTROL_ALLOW_CREDENTIALS, ACCESS_CONTROL_ALLOW_HEADERS, ACCESS_CONTROL_ALLOW_METHODS,
        ACCESS_CONTROL_ALLOW_ORIGIN, ACCESS_CONTROL_EXPOSE_HEADERS, ACCESS_CONTROL_MAX_AGE,
        ACCESS_CONTROL_REQUEST_METHOD, ORIGIN, VARY,
    },
};

use crate::domain::Cors;

pub(super) fn is_preflight(method: &Method, headers: &HeaderMap) -> bool {
    method == Method::OPTIONS
        && headers.contains_key(ORIGIN)
        && headers.contains_key(ACCESS_CONTROL_REQUEST_METHOD)
}

/// The method a preflight asks about.
pub(super) fn preflighted(method: &Method, headers: &HeaderMap) -> Option<Method> {
    let wanted = headers.get(ACCESS_CONTROL_REQUEST_METHOD).filter(|_| is_preflight(method, headers))?;
    Method::from_bytes(wanted.as_bytes()).ok()
}

/// Headers of the answer to a preflight; none if the origin is not allowed.
pub(super) fn preflight(cors: &Cors, request: &HeaderMap) -> HeaderMap {
    let mut answer = HeaderMap::new();
    if allow_origin(cors, request, &mut answer) {
        set_list(&mut answer, ACCESS_CONTROL_ALLOW_METHODS, &cors.allow_methods);
        set_list(&mut answer, ACCESS_CONTROL_ALLOW_HEADERS, &cors.allow_headers);
        if let Some(seconds) = cors.max_age {
            answer.insert(ACCESS_CONTROL_MAX_AGE, HeaderValue::from(seconds));
        }
    }
    answer
}

/// Headers of a REST API's own `OPTIONS` method: whoever asks gets them.
pub(super) fn fixed(cors: &Cors, request: &HeaderMap) -> HeaderMap {
    let mut answer = HeaderMap::new();
    let sent = request.get(ORIGIN).map(HeaderValue::as_bytes);
    let listed = cors.allow_origins.iter().find(|origin| Some(origin.as_bytes()) == sent);
    let origin = listed.or_else(|| cors.allow_origins.first()).cloned();
    set_list(&mut answer, ACCESS_CONTROL_ALLOW_ORIGIN, origin.as_slice());
    set_list(&mut answer, ACCESS_CONTROL_ALLOW_METHODS, &cors.allow_methods);
    set_list(&mut answer, ACCESS_CONTROL_ALLOW_HEADERS, &cors.allow_headers);
    if let Some(seconds) = cors.max_age {
        answer.insert(ACCESS_CONTROL_MAX_AGE, HeaderValue::from(seconds));
    }
    if cors.allow_credentials {
        answer.insert(ACCESS_CONTROL_ALLOW_CREDENTIALS, HeaderValue::from_static("true"));
    }
    answer
}

/// Replaces what the function said about CORS.
pub(super) fn apply(cors: &Cors, request: &HeaderMap, answer: &mut HeaderMap) {
    let own = [
        ACCESS_CONTROL_ALLOW_ORIGIN,
        ACCESS_CONTROL_ALLOW_CREDENTIALS,
        ACCESS_CONTROL_EXPOSE_HEADERS,
        ACCESS_CONTROL_ALLOW_METHODS,
        ACCESS_CONTROL_ALLOW_HEADERS,
        ACCESS_CONTROL_MAX_AGE,
    ];
    for name in own {
        answer.remove(name);
    }
    if allow_origin(cors, request, answer) {
        set_list(answer, ACCESS_CONTROL_EXPOSE_HEADERS, &cors.expose_headers);
    }
}

/// Whether the request's origin, if any, is allowed; says so in the answer.
fn allow_origin(cors: &Cors, request: &HeaderMap, answer: &mut HeaderMap) -> bool {
    let Some(origin) = request.get(ORIGIN) else { return false };
    let any = cors.allow_origins.iter().any(|allowed| allowed == "*");
    if !any && !cors.allow_origins.iter().any(|allowed| allowed.as_bytes() == origin.as_bytes()) {
        return false;
    }
    // Browsers refuse `*` together with credentials.
    if any && !cors.allow_credentials {
        answer.insert(ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*"));
    } else {
        answer.insert(ACCESS_CONTROL_ALLOW_ORIGIN, origin.clone());
        answer.append(VARY, HeaderValue::from_static("Origin"));
    }
    if cors.allow_credentials {
        answer.insert(ACCESS_CONTROL_ALLOW_CREDENTIALS, HeaderValue::from_static("true"));
    }
    true
}

fn set_list(answer: &mut HeaderMap, name: http::HeaderName, list: &[String]) {
    if let Ok(value) = HeaderValue::try_from(list.join(","))
        && !value.is_empty()
    {
        answer.insert(name, value);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn settings() -> Cors {
        Cors {
            allow_origins: vec!["https://a.example".into(), "https://b.example".into()],
            allow_methods: vec!["GET".into(), "PUT".into()],
            allow_headers: vec!["x-one".into()],
            expose_headers: vec!["x-two".into()],
            allow_credentials: true,
            max_age: Some(60),
        }
    }

    fn from(origin: &'static str) -> HeaderMap {
        HeaderMap::from_iter([(ORIGIN, HeaderValue::from_static(origin))])
    }

    #[test]
    fn a_listed_origin_is_echoed_and_another_learns_nothing() {
        let answer = preflight(&settings(), &from("https://b.example"));
        assert_eq!(answer[ACCESS_CONTROL_ALLOW_ORIGIN], "https://b.example");
        assert_eq!(answer[ACCESS_CONTROL_ALLOW_METHODS], "GET,PUT");
        assert_eq!(answer[ACCESS_CONTROL_ALLOW_HEADERS], "x-one");
        assert_eq!(answer[ACCESS_CONTROL_ALLOW_CREDENTIALS], "true");
        assert_eq!(
            (&answer[ACCESS_CONTROL_MAX_AGE], &answer[VARY]),
            (&"60".parse().unwrap(), &"Origin".parse().unwrap())
        );
        assert!(preflight(&settings(), &from("https://c.example")).is_empty());
    }

    #[test]
    fn the_configuration_wins_over_the_function() {
        let mut answer = HeaderMap::from_iter([(ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*"))]);
        apply(&settings(), &from("https://c.example"), &mut answer);
        assert!(answer.is_empty(), "what the function allowed is gone");
        let open = Cors { allow_origins: vec!["*".into()], ..Cors::default() };
        apply(&open, &from("https://c.example"), &mut answer);
        assert_eq!(answer[ACCESS_CONTROL_ALLOW_ORIGIN], "*");
    }
}
