//! Bodies on their way into the record: capped, and without the values of members that are named like secrets.

use std::sync::LazyLock;

use bytes::Bytes;
use coldframe_providers::invocation::Event;
use coldframe_store::Payload;
use regex::bytes::Regex;

use crate::world::SharedWorld;

pub(super) fn request_type(event: &Event) -> String {
    match event {
        Event::Bytes(_) => "application/json".to_owned(),
        Event::Http(request) => request
            .headers
            .get(http::header::CONTENT_TYPE)
            .and_then(|value| value.to_str().ok())
            .unwrap_or("application/octet-stream")
            .to_owned(),
    }
}

pub(super) fn keep(world: &SharedWorld, content_type: String, bytes: Bytes) -> Payload {
    cap(world, Payload { content_type, full_length: bytes.len() as u64, bytes })
}

pub(super) fn cap(world: &SharedWorld, mut payload: Payload) -> Payload {
    payload.bytes.truncate(world.config.payload_cap);
    payload.bytes = redact(payload.bytes);
    payload
}

/// Ends of names whose values are not recorded; `_` stands for `-` and nothing too.
pub const SECRET_NAMES: [&str; 8] =
    ["authorization", "cookie", "password", "passwd", "secret", "api_key", "access_key", "token"];

/// A member with a secret's name and its text, or a list of cookies.
static SECRET: LazyLock<Regex> = LazyLock::new(|| {
    let names = SECRET_NAMES.map(|name| name.replace('_', "[_-]?")).join("|");
    let member = format!(r#"(?i-u)("[a-z0-9_-]*(?:{names})"\s*:\s*)"#);
    let value = r#"(?:"(?:[^"\\]|\\.)+"|\[(?:"(?:[^"\\]|\\.)*"|[^"\]])*\])"#;
    let cookies = r#"|("cookies"\s*:\s*)\[(?:"(?:[^"\\]|\\.)*"|[^"\]])*\]"#;
    Regex::new(&[&member, value, cookies].concat()).expect("a constant pattern")
});

/// A text as the record keeps it: without the values of members that are named like secrets.
pub fn redacted(text: &str) -> String {
    String::from_utf8_lossy(&redact(Bytes::copy_from_slice(text.as_bytes()))).into_owned()
}

/// Replaces the values of members that are named like secrets.
fn redact(bytes: Bytes) -> Bytes {
    // Most have none, and to look for one is cheaper than to replace.
    if !SECRET.is_match(&bytes) {
        return bytes;
    }
    SECRET.replace_all(&bytes, &b"${1}${2}\"[redacted]\""[..]).into_owned().into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_are_redacted_and_the_rest_is_kept() {
        let body =
            Bytes::from_static(br#"{"headers":{"Authorization":"Bearer abc","x":"y"},"password": "a\"b"}"#);
        assert_eq!(
            redact(body),
            Bytes::from_static(
                br#"{"headers":{"Authorization":"[redacted]","x":"y"},"password": "[redacted]"}"#
            )
        );
    }

    #[test]
    fn cookies_are_secrets_in_every_form_they_come_in() {
        let event = Bytes::from_static(
            br#"{"cookies":["sid=1","b=[2]"],"headers":{"cookie":"sid=1"},"multiValueHeaders":{"Set-Cookie":["a=1"]}}"#,
        );
        let kept = redact(event);
        let text = String::from_utf8_lossy(&kept);
        assert!(!text.contains("sid=") && !text.contains("a=1"), "{text}");
        assert!(serde_json::from_str::<serde_json::Value>(&text).is_ok(), "{text}");
        assert!(text.contains(r#""headers":{"cookie":"[redacted]"}"#), "{text}");
    }

    #[test]
    fn a_body_without_secrets_is_not_copied() {
        let body = Bytes::from_static(br#"{"tokens_used": 3}"#);
        assert_eq!(redact(body.clone()).as_ptr(), body.as_ptr());
    }
}
