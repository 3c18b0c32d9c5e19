//! What an HTTP caller gets for what a function returned: payload format 2.0 with response inference, and the prelude
//! by which streamed answers say their status and headers.

use base64::{Engine, engine::general_purpose::STANDARD};
use bytes::Bytes;
use http::{
    HeaderMap, HeaderName, HeaderValue, StatusCode,
    header::{self, CONTENT_TYPE, SET_COOKIE},
};
use serde::{Deserialize, de::IgnoredAny};
use serde_json::{Map, Value};

use super::answer::JSON;

/// An HTTP answer made of a function's.
#[derive(Debug)]
pub(super) struct Reply {
    pub(super) status: StatusCode,
    pub(super) headers: HeaderMap,
    pub(super) body: Bytes,
}

/// Why what a function returned is no HTTP answer: for a person, lower case.
pub(super) type Misshapen = String;

/// The object a function returns when it means HTTP. Unknown members are ignored.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Proxied {
    status_code: Option<Value>,
    headers: Option<Map<String, Value>>,
    cookies: Option<Vec<String>>,
    body: Option<Value>,
    is_base64_encoded: Option<bool>,
}

/// Infers the answer from a function's JSON.
pub(super) fn infer(payload: &Bytes) -> Result<Reply, Misshapen> {
    let not_json = |error: serde_json::Error| format!("the function's response is not JSON: {error}");
    match payload.iter().find(|byte| !byte.is_ascii_whitespace()) {
        Some(b'{') => {
            let text = std::str::from_utf8(payload)
                .map_err(|_| "the function's response is not UTF-8".to_owned())?;
            let status: StatusOnly = serde_json::from_str(text).map_err(not_json)?;
            if status.status_code.is_none_or(|value| value.is_null()) {
                return Ok(Reply { status: StatusCode::OK, headers: json_type(), body: payload.clone() });
            }
            let proxied: Proxied = serde_json::from_str(text)
                .map_err(|error| format!("the function's response is no HTTP response: {error}"))?;
            proxied.into_reply()
        }
        Some(b'"') => {
            let text: String = serde_json::from_slice(payload).map_err(not_json)?;
            Ok(Reply { status: StatusCode::OK, headers: json_type(), body: text.into() })
        }
        _ => {
            serde_json::from_slice::<IgnoredAny>(payload).map_err(not_json)?;
            Ok(Reply { status: StatusCode::OK, headers: json_type(), body: payload.clone() })
        }
    }
}

/// Tells an HTTP answer from any other object, whatever shape its other members have.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct StatusOnly {
    #[serde(default)]
    status_code: Option<Value>,
}

fn json_type() -> HeaderMap {
    HeaderMap::from_iter([(CONTENT_TYPE, JSON)])
}

impl Proxied {
    fn into_reply(mut self) -> Result<Reply, Misshapen> {
        let body = match self.body.take() {
            None | Some(Value::Null) => Bytes::new(),
            Some(Value::String(text)) if self.is_base64_encoded == Some(true) => STANDARD
                .decode(text.as_bytes())
                .map_err(|error| format!("`body` is not the Base64 that `isBase64Encoded` says: {error}"))?
                .into(),
            Some(Value::String(text)) => text.into(),
            Some(other) => other.to_string().into(),
        };
        let (status, mut headers) = self.into_head()?;
        headers.entry(CONTENT_TYPE).or_insert(JSON);
        Ok(Reply { status, headers, body })
    }

    fn into_head(self) -> Result<(StatusCode, HeaderMap), Misshapen> {
        let status = match &self.status_code {
            None | Some(Value::Null) => Some(StatusCode::OK),
            Some(code) => status_of(code),
        };
        let status = status.ok_or_else(|| {
            format!("`statusCode` is no HTTP status: {}", self.status_code.unwrap_or_default())
        })?;
        let mut headers = HeaderMap::new();
        for (name, value) in self.headers.unwrap_or_default() {
            let Some(text) = header_text(&name, value)? else { continue };
            let key = HeaderName::try_from(&name).map_err(|_| format!("`{name}` is no header name"))?;
            let value =
                HeaderValue::try_from(text).map_err(|_| format!("header `{name}` has no valid value"))?;
            // Framing is the connection's: the body is what was returned, whatever length was claimed.
            if !is_framing(&key) {
                headers.insert(key, value);
            }
        }
        for cookie in self.cookies.unwrap_or_default() {
            let value =
                HeaderValue::try_from(cookie).map_err(|_| "a cookie has no valid value".to_owned())?;
            headers.append(SET_COOKIE, value);
        }
        Ok((status, headers))
    }
}

/// A status as a number, or as a text that is one.
pub(super) fn status_of(code: &Value) -> Option<StatusCode> {
    match code {
        Value::Number(number) => final_status(u16::try_from(number.as_u64()?).ok()?),
        Value::String(text) => final_status(text.parse().ok()?),
        _ => None,
    }
}

/// A header's value; `null` is none.
pub(super) fn header_text(name: &str, value: Value) -> Result<Option<String>, Misshapen> {
    match value {
        Value::String(text) => Ok(Some(text)),
        Value::Number(_) | Value::Bool(_) => Ok(Some(value.to_string())),
        Value::Null => Ok(None),
        _ => Err(format!("header `{name}` is neither text nor a number")),
    }
}

/// 1xx announces an answer and is none.
fn final_status(code: u16) -> Option<StatusCode> {
    StatusCode::from_u16(code).ok().filter(|status| !status.is_informational() && code < 600)
}

pub(super) fn is_framing(name: &HeaderName) -> bool {
    [header::CONTENT_LENGTH, header::TRANSFER_ENCODING, header::CONNECTION, header::UPGRADE].contains(name)
        || name == "keep-alive"
}

/// A streamed answer begins with JSON and this, when its runtime says so by content type.
const PRELUDE_END: [u8; 8] = [0; 8];
/// Longest prelude, bytes.
const PRELUDE_LIMIT: usize = 1 << 20;

/// Whether a runtime's content type announces a prelude.
pub(super) fn has_prelude(headers: &HeaderMap) -> bool {
    headers.get(CONTENT_TYPE).is_some_and(|value| {
        value.as_bytes().starts_with(b"application/vnd.awslambda.http-integration-response")
    })
}

/// Splits a prelude off what has arrived so far; `None` if more is needed. The body of the reply is what follows it.
pub(super) fn split_prelude(arrived: &Bytes) -> Result<Option<Reply>, Misshapen> {
    let Some(end) = arrived.windows(PRELUDE_END.len()).position(|window| window == PRELUDE_END) else {
        return if arrived.len() > PRELUDE_LIMIT {
            Err("the response's prelude does not end".into())
        } else {
            Ok(None)
        };
    };
    let proxied: Proxied = serde_json::from_slice(&arrived[..end])
        .map_err(|error| format!("the response's prelude is not what it should be: {error}"))?;
    let (status, mut headers) = proxied.into_head()?;
    headers.entry(CONTENT_TYPE).or_insert(HeaderValue::from_static("application/octet-stream"));
    Ok(Some(Reply { status, headers, body: arrived.slice(end + PRELUDE_END.len()..) }))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn inferred(json: &'static str) -> (u16, String, String) {
        let reply = infer(&Bytes::from_static(json.as_bytes())).unwrap();
        let content_type = reply.headers[CONTENT_TYPE].to_str().unwrap().to_owned();
        (reply.status.as_u16(), content_type, String::from_utf8(reply.body.to_vec()).unwrap())
    }

    #[test]
    fn whatever_is_no_http_response_is_json_with_200() {
        let ok = |body: &str| (200, "application/json".to_owned(), body.to_owned());
        for json in [
            "{\"a\": 1}",
            "[\"hello\",3,true]",
            "42",
            "3.1",
            "true",
            "null",
            "{\"statusCode\":null,\"body\":1}",
        ] {
            assert_eq!(inferred(json), ok(json));
        }
        assert_eq!(inferred("\"hello\""), ok("hello"), "a string loses its quotes, as recorded on AWS");
        assert_eq!(inferred("{\"headers\":[1],\"cookies\":2}"), ok("{\"headers\":[1],\"cookies\":2}"));
    }

    #[test]
    fn an_http_response_is_taken_at_its_word() {
        assert_eq!(
            inferred(r#"{"statusCode":201,"body":"é"}"#),
            (201, "application/json".into(), "é".into())
        );
        assert_eq!(
            inferred(
                r#"{"statusCode":"404","headers":{"Content-Type":"text/html","content-length":"9"},"body":{"a":1}}"#
            ),
            (404, "text/html".into(), r#"{"a":1}"#.into())
        );
        assert_eq!(inferred(r#"{"statusCode":200,"body":"aGk=","isBase64Encoded":true,"x":[]}"#).2, "hi");
        let reply = infer(&Bytes::from_static(
            br#"{"statusCode":200,"cookies":["a=1","b=2"],"headers":{"n":1,"t":true,"z":null}}"#,
        ))
        .unwrap();
        assert_eq!(reply.headers.get_all(SET_COOKIE).iter().collect::<Vec<_>>(), ["a=1", "b=2"]);
        assert_eq!(
            (&reply.headers["n"], &reply.headers["t"], reply.headers.get("z")),
            (&"1".parse().unwrap(), &"true".parse().unwrap(), None)
        );
        assert!(reply.body.is_empty());
    }

    #[test]
    fn misshapen_responses_are_named() {
        for (json, word) in [
            (r#"{"statusCode":"abc"}"#, "statusCode"),
            (r#"{"statusCode":99}"#, "statusCode"),
            (r#"{"statusCode":100}"#, "statusCode"),
            (r#"{"statusCode":200,"headers":{"a":{}}}"#, "`a`"),
            (r#"{"statusCode":200,"headers":{"a b":"c"}}"#, "`a b`"),
            (r#"{"statusCode":200,"headers":{"a":"b\nc"}}"#, "`a`"),
            (r#"{"statusCode":200,"body":"%%","isBase64Encoded":true}"#, "Base64"),
            ("hello", "not JSON"),
            ("", "not JSON"),
        ] {
            let problem = infer(&Bytes::from_static(json.as_bytes())).unwrap_err();
            assert!(problem.contains(word), "{json}: {problem}");
        }
    }

    #[test]
    fn a_prelude_ends_with_eight_nul_bytes() {
        let whole = Bytes::from_static(
            b"{\"statusCode\":201,\"headers\":{\"x\":\"y\"},\"cookies\":[\"a=1\"]}\0\0\0\0\0\0\0\0body",
        );
        assert!(split_prelude(&whole.slice(..whole.len() - 5)).unwrap().is_none(), "seven are not enough");
        let reply = split_prelude(&whole).unwrap().unwrap();
        assert_eq!((reply.status.as_u16(), &reply.body[..]), (201, &b"body"[..]));
        assert_eq!(
            (&reply.headers["x"], &reply.headers[SET_COOKIE]),
            (&"y".parse().unwrap(), &"a=1".parse().unwrap())
        );
        assert!(split_prelude(&Bytes::from_static(b"nonsense\0\0\0\0\0\0\0\0")).is_err());
    }
}
