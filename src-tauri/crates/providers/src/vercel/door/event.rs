//! What a person writes to invoke a Vercel function from the app: a request as JSON.

use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue, Method, header::CONTENT_TYPE};
use serde::Deserialize;
use serde_json::{Map, Value};

use super::request::{Edge, forwarded};
use crate::invocation::Event;

/// Why a description is no request.
#[derive(Debug, thiserror::Error)]
pub enum EventError {
    #[error("the event is not a JSON description of a request: {0}")]
    NotJson(#[from] serde_json::Error),
    #[error("`method` is no HTTP method: {0}")]
    Method(String),
    #[error("`path` must be a path beginning with a slash, such as /api/hello?name=you: {0}")]
    Path(String),
    #[error("header `{0}` is no valid header, or its value is neither text nor a number")]
    Header(String),
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Description {
    #[serde(default)]
    method: Option<String>,
    #[serde(default)]
    path: Option<String>,
    #[serde(default)]
    headers: Option<Map<String, Value>>,
    #[serde(default)]
    body: Option<Value>,
}

/// The request described by `{"method", "path", "headers", "body"}`, all optional. A body that is not a string is sent
/// as JSON.
///
/// # Errors
/// What is wrong with the description, for the person who wrote it.
pub fn event_from_json(json: &str) -> Result<Event, EventError> {
    let json = if json.trim().is_empty() { "{}" } else { json };
    let Description { method, path, headers: given, body } = serde_json::from_str(json)?;
    let method = method.unwrap_or_else(|| "GET".into());
    let method = Method::from_bytes(method.as_bytes()).map_err(|_| EventError::Method(method))?;
    let path = path.unwrap_or_else(|| "/".into());
    if !path.starts_with('/') || path.parse::<http::uri::PathAndQuery>().is_err() {
        return Err(EventError::Path(path));
    }
    let mut headers = HeaderMap::new();
    for (name, value) in given.unwrap_or_default() {
        let text = match value {
            Value::String(text) => text,
            Value::Number(_) | Value::Bool(_) => value.to_string(),
            _ => return Err(EventError::Header(name)),
        };
        let (Ok(key), Ok(value)) = (HeaderName::try_from(&name), HeaderValue::try_from(text)) else {
            return Err(EventError::Header(name));
        };
        headers.append(key, value);
    }
    let body = match body {
        None | Some(Value::Null) => Bytes::new(),
        Some(Value::String(text)) => text.into(),
        Some(json) => {
            headers.entry(CONTENT_TYPE).or_insert(HeaderValue::from_static("application/json"));
            json.to_string().into()
        }
    };
    let edge = Edge { host: "localhost", client: std::net::Ipv4Addr::LOCALHOST.into(), id: &super::new_id() };
    Ok(Event::Http(forwarded(method, path, headers, body, &edge)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn request(json: &str) -> crate::invocation::HttpRequest {
        match event_from_json(json).unwrap() {
            Event::Http(request) => request,
            Event::Bytes(_) => panic!("Vercel's functions take requests"),
        }
    }

    #[test]
    fn a_description_becomes_a_request() {
        let all = request(r#"{"method":"PUT","path":"/api/a?b=c","headers":{"X-A":1},"body":{"d":[2]}}"#);
        assert_eq!(
            (all.method.as_str(), all.target.as_str(), &all.body[..]),
            ("PUT", "/api/a?b=c", &br#"{"d":[2]}"#[..])
        );
        assert_eq!(
            (&all.headers["x-a"], &all.headers[CONTENT_TYPE]),
            (&"1".parse().unwrap(), &"application/json".parse().unwrap())
        );
        assert_eq!(all.headers["content-length"], "9");
        assert_eq!((request("").method, request("{}").target), (Method::GET, "/".to_owned()));
        assert_eq!(request(r#"{"body":"text"}"#).body, "text");
    }

    #[test]
    fn mistakes_are_named() {
        for (json, word) in [
            ("[1", "not a JSON"),
            (r#"{"verb":"GET"}"#, "verb"),
            (r#"{"method":"G T"}"#, "G T"),
            (r#"{"path":"api"}"#, "slash"),
            (r#"{"path":"/a b"}"#, "slash"),
            (r#"{"headers":{"a b":"c"}}"#, "a b"),
            (r#"{"headers":{"a":[]}}"#, "`a`"),
        ] {
            let problem = event_from_json(json).unwrap_err().to_string();
            assert!(problem.contains(word), "{json}: {problem}");
        }
    }
}
