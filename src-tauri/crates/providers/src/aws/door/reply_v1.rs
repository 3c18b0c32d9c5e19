//! What a REST API's caller gets for what a function returned: payload format 1.0, which allows what it names and
//! nothing else. Nothing is inferred.

use base64::{Engine, engine::general_purpose::STANDARD};
use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header::CONTENT_TYPE};
use serde::Deserialize;
use serde_json::{Map, Value};

use super::{
    answer::JSON,
    reply_v2::{Misshapen, Reply, header_text, is_framing, status_of},
};

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Proxied {
    status_code: Option<Value>,
    headers: Option<Map<String, Value>>,
    multi_value_headers: Option<Map<String, Value>>,
    body: Option<Value>,
    #[serde(alias = "base64Encoded")]
    is_base64_encoded: Option<bool>,
}

/// `binary`: the caller accepts a type that is binary to the API; without that Base64 goes out as the text it is.
pub(super) fn read(payload: &Bytes, binary: bool) -> Result<Reply, Misshapen> {
    let proxied: Proxied = serde_json::from_slice(payload)
        .map_err(|error| format!("the function's response is none of a REST API's (payload 1.0): {error}"))?;
    let status = match &proxied.status_code {
        None | Some(Value::Null) => StatusCode::OK,
        Some(code) => status_of(code).ok_or_else(|| format!("`statusCode` is no HTTP status: {code}"))?,
    };
    let mut headers = HeaderMap::new();
    all_values(&mut headers, proxied.multi_value_headers.unwrap_or_default())?;
    for (name, value) in proxied.headers.unwrap_or_default() {
        let Some(value) = header_text(&name, value)? else { continue };
        append(&mut headers, &name, &value)?;
    }
    headers.entry(CONTENT_TYPE).or_insert(JSON);
    let body = match proxied.body {
        None | Some(Value::Null) => Bytes::new(),
        Some(Value::String(text)) if binary && proxied.is_base64_encoded == Some(true) => STANDARD
            .decode(text.as_bytes())
            .map_err(|error| format!("`body` is not the Base64 that `isBase64Encoded` says: {error}"))?
            .into(),
        Some(Value::String(text)) => text.into(),
        Some(_) => return Err("`body` is no text; write JSON as text".into()),
    };
    Ok(Reply { status, headers, body })
}

/// Headers of which each has a list of values.
pub(super) fn all_values(headers: &mut HeaderMap, listed: Map<String, Value>) -> Result<(), Misshapen> {
    for (name, values) in listed {
        let Value::Array(values) = values else {
            return Err(format!("`multiValueHeaders` has no list for `{name}`"));
        };
        for value in values {
            let Some(value) = header_text(&name, value)? else { continue };
            append(headers, &name, &value)?;
        }
    }
    Ok(())
}

/// A pair that is there already is not said twice.
pub(super) fn append(headers: &mut HeaderMap, name: &str, value: &str) -> Result<(), Misshapen> {
    let key = HeaderName::try_from(name).map_err(|_| format!("`{name}` is no header name"))?;
    let value = HeaderValue::try_from(value).map_err(|_| format!("header `{name}` has no valid value"))?;
    if !is_framing(&key) && !headers.get_all(&key).iter().any(|known| *known == value) {
        headers.append(key, value);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reply(json: &'static str) -> Reply {
        read(&Bytes::from_static(json.as_bytes()), false).unwrap()
    }

    #[test]
    fn what_is_left_out_is_the_usual() {
        for json in ["{}", r#"{"headers":null,"body":null}"#, r#"{"statusCode":"200","headers":{}}"#] {
            let reply = reply(json);
            assert_eq!((reply.status.as_u16(), reply.body.len()), (200, 0), "{json}");
            assert_eq!(reply.headers[CONTENT_TYPE], "application/json", "{json}");
        }
    }

    #[test]
    fn both_maps_of_headers_are_merged() {
        let reply = reply(
            r#"{"statusCode":201,"multiValueHeaders":{"Set-Cookie":["a=1","b=2"],"X":["1"]},"headers":{"set-cookie":"a=1","x":2,"y":true,"content-length":"9"},"body":"hi"}"#,
        );
        let all = |name: &str| -> Vec<&str> {
            reply.headers.get_all(name).iter().map(|value| value.to_str().unwrap()).collect()
        };
        assert_eq!(
            (all("set-cookie"), all("x"), all("y")),
            (vec!["a=1", "b=2"], vec!["1", "2"], vec!["true"])
        );
        assert!(all("content-length").is_empty(), "the body is as long as it is");
    }

    #[test]
    fn base64_is_decoded_for_callers_that_accept_it() {
        let json = Bytes::from_static(br#"{"statusCode":200,"body":"aGk=","isBase64Encoded":true}"#);
        assert_eq!(read(&json, true).unwrap().body, "hi");
        assert_eq!(read(&json, false).unwrap().body, "aGk=", "as recorded on AWS");
    }

    #[test]
    fn what_is_not_allowed_is_named() {
        for (json, word) in [
            (r#"{"statusCode":200,"message":"x"}"#, "message"),
            (r#"{"statusCode":200,"cookies":[]}"#, "cookies"),
            (r#""hello""#, "payload 1.0"),
            ("[1]", "payload 1.0"),
            ("null", "payload 1.0"),
            (r#"{"statusCode":"test"}"#, "statusCode"),
            (r#"{"statusCode":99}"#, "statusCode"),
            (r#"{"body":{"a":1}}"#, "body"),
            (r#"{"multiValueHeaders":{"a":"b"}}"#, "`a`"),
            (r#"{"headers":{"a":["b"]}}"#, "`a`"),
        ] {
            let problem = read(&Bytes::from_static(json.as_bytes()), false).unwrap_err();
            assert!(problem.contains(word), "{json}: {problem}");
        }
    }
}
