//! What a person writes to invoke a function that takes requests: a request as JSON.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use bytes::Bytes;
use http::{
    HeaderMap, HeaderName, HeaderValue, Method,
    header::{CONTENT_LENGTH, CONTENT_TYPE},
};
use serde::Deserialize;
use serde_json::{Map, Value};

use crate::{domain::Problem, invocation::HttpRequest};

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
    #[serde(default)]
    base64: bool,
}

/// The request described by `{"method", "path", "headers", "body", "base64"}`, all optional. A body that is not a string
/// is sent as JSON; with `base64: true` the string is the Base64 of the bytes that are sent.
///
/// # Errors
/// What is wrong with the description, for the person who wrote it.
pub(crate) fn described(json: &str) -> Result<HttpRequest, Problem> {
    let json = if json.trim().is_empty() { "{}" } else { json };
    let Description { method, path, headers: given, body, base64 } =
        serde_json::from_str(json).map_err(|error| {
            Problem::error(format!("the event is not a JSON description of a request: {error}"))
        })?;
    let method = method.unwrap_or_else(|| "GET".into());
    let method = Method::from_bytes(method.as_bytes())
        .map_err(|_| Problem::error(format!("`method` is no HTTP method: {method}")))?;
    let path = path.unwrap_or_else(|| "/".into());
    if !path.starts_with('/') {
        return Err(Problem::error(format!(
            "`path` must be a path beginning with a slash, such as /hello?name=you: {path}"
        )));
    }
    if path.parse::<http::uri::PathAndQuery>().is_err() {
        return Err(Problem::error(format!("`path` has characters that no address has: {path}"))
            .hint("write a space as %20 and a quotation mark as %22"));
    }
    let odd = |name: &str| {
        Problem::error(format!(
            "header `{name}` is no valid header, or its value is neither text nor a number"
        ))
    };
    let mut headers = HeaderMap::new();
    for (name, value) in given.unwrap_or_default() {
        let text = match value {
            Value::String(text) => text,
            Value::Number(_) | Value::Bool(_) => value.to_string(),
            _ => return Err(odd(&name)),
        };
        let (Ok(key), Ok(value)) = (HeaderName::try_from(&name), HeaderValue::try_from(text)) else {
            return Err(odd(&name));
        };
        headers.append(key, value);
    }
    let body = match body {
        None | Some(Value::Null) => Bytes::new(),
        Some(Value::String(text)) if base64 => STANDARD
            .decode(&text)
            .map_err(|error| Problem::error(format!("`body` is not the Base64 that `base64` says: {error}")))?
            .into(),
        Some(Value::String(text)) => text.into(),
        Some(json) => {
            headers.entry(CONTENT_TYPE).or_insert(HeaderValue::from_static("application/json"));
            json.to_string().into()
        }
    };
    if !body.is_empty() {
        headers.insert(CONTENT_LENGTH, HeaderValue::from(body.len()));
    }
    Ok(HttpRequest { method, target: path, headers, body })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn request(json: &str) -> HttpRequest {
        described(json).unwrap()
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
        assert_eq!(request(r#"{"body":"/wA=","base64":true}"#).body, &[0xff, 0][..]);
    }

    #[test]
    fn mistakes_are_named() {
        for (json, word) in [
            ("[1", "not a JSON"),
            (r#"{"verb":"GET"}"#, "verb"),
            (r#"{"method":"G T"}"#, "G T"),
            (r#"{"path":"api"}"#, "slash"),
            (r#"{"path":"/a b"}"#, "no address"),
            (r#"{"headers":{"a b":"c"}}"#, "a b"),
            (r#"{"headers":{"a":[]}}"#, "`a`"),
            (r#"{"body":"?","base64":true}"#, "Base64"),
        ] {
            let problem = described(json).unwrap_err().to_string();
            assert!(problem.contains(word), "{json}: {problem}");
        }
    }
}
