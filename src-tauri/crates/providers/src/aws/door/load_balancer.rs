//! An Application Load Balancer in front of a function: the event it makes of a request, and what it takes for an
//! answer. With multi-value headers its target group speaks of all values, else of the last.
//! <https://docs.aws.amazon.com/elasticloadbalancing/latest/application/lambda-functions.html>

use std::{borrow::Cow, collections::BTreeMap};

use base64::{Engine, engine::general_purpose::STANDARD};
use bytes::Bytes;
use http::{HeaderMap, HeaderValue, StatusCode, header};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::{
    arrived::{Arrived, is_text, text},
    reply_v1::{all_values, append},
    reply_v2::{Misshapen, Reply, header_text, status_of},
};
use crate::launch::Account;

macro_rules! page {
    ($title:literal) => {
        concat!(
            "<html>\r\n<head><title>",
            $title,
            "</title></head>\r\n<body>\r\n<center><h1>",
            $title,
            "</h1></center>\r\n</body>\r\n</html>\r\n"
        )
    };
}

type All<'a> = BTreeMap<&'a str, Vec<Cow<'a, str>>>;
type Last<'a> = BTreeMap<&'a str, Cow<'a, str>>;

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Event<'a> {
    request_context: Context,
    http_method: &'a str,
    path: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    query_string_parameters: Option<Last<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    multi_value_query_string_parameters: Option<All<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    headers: Option<Last<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    multi_value_headers: Option<All<'a>>,
    body: Cow<'a, str>,
    is_base64_encoded: bool,
}

#[derive(Serialize)]
struct Context {
    elb: TargetGroup,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct TargetGroup {
    target_group_arn: String,
}

/// The event as JSON, of the target group that holds `function`.
pub(super) fn event(arrived: &Arrived<'_>, multi_value: bool, account: &Account, function: &str) -> Bytes {
    let mut headers = All::new();
    for name in arrived.passed_on() {
        let values = arrived.headers.get_all(name).iter().map(|value| text(Some(value)));
        headers.insert(name.as_str(), values.collect());
    }
    for (name, value) in arrived.added() {
        headers.insert(name, vec![value.into()]);
    }
    let mut query = All::new();
    // As they were sent: a load balancer decodes nothing.
    for (name, value) in arrived.query() {
        query.entry(name).or_default().push(value.into());
    }
    let (body, is_base64_encoded) = body(arrived);
    let Account { id, region } = account;
    let target_group_arn = format!(
        "arn:aws:elasticloadbalancing:{region}:{id}:targetgroup/{function}/{}",
        &blake3::hash(function.as_bytes()).to_hex()[..16]
    );
    let event = Event {
        request_context: Context { elb: TargetGroup { target_group_arn } },
        http_method: arrived.method.as_str(),
        path: arrived.raw_path,
        query_string_parameters: (!multi_value).then(|| last(&query)),
        multi_value_query_string_parameters: multi_value.then_some(query),
        headers: (!multi_value).then(|| last(&headers)),
        multi_value_headers: multi_value.then_some(headers),
        body,
        is_base64_encoded,
    };
    // Strings and maps with string keys: this cannot fail.
    serde_json::to_vec(&event).map(Bytes::from).unwrap_or_default()
}

fn last<'a>(all: &All<'a>) -> Last<'a> {
    all.iter().filter_map(|(name, values)| Some((*name, values.last()?.clone()))).collect()
}

/// Text of a few types stays text, unless it is compressed.
fn body<'a>(arrived: &'a Arrived<'_>) -> (Cow<'a, str>, bool) {
    let encoded = arrived.headers.contains_key(header::CONTENT_ENCODING);
    match std::str::from_utf8(arrived.body) {
        Ok(text) if text.is_empty() || (!encoded && is_text(arrived.headers)) => (Cow::Borrowed(text), false),
        _ => (Cow::Owned(STANDARD.encode(arrived.body)), true),
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Answered {
    status_code: Value,
    headers: Option<Map<String, Value>>,
    multi_value_headers: Option<Map<String, Value>>,
    body: Option<String>,
    is_base64_encoded: Option<bool>,
}

pub(super) fn read(payload: &Bytes, multi_value: bool) -> Result<Reply, Misshapen> {
    if payload.len() > LIMIT {
        return Err(format!(
            "the function's response has {} bytes, and a load balancer takes {LIMIT}",
            payload.len()
        ));
    }
    let answered: Answered = serde_json::from_slice(payload)
        .map_err(|error| format!("the function's response is none of a load balancer's target: {error}"))?;
    let status = status_of(&answered.status_code)
        .ok_or_else(|| format!("`statusCode` is no HTTP status: {}", answered.status_code))?;
    let mut headers = HeaderMap::new();
    if multi_value {
        all_values(&mut headers, answered.multi_value_headers.unwrap_or_default())?;
    } else {
        for (name, value) in answered.headers.unwrap_or_default() {
            if let Some(value) = header_text(&name, value)? {
                append(&mut headers, &name, &value)?;
            }
        }
    }
    headers.entry(header::CONTENT_TYPE).or_insert(HeaderValue::from_static("application/octet-stream"));
    let body = answered.body.unwrap_or_default();
    let body = if answered.is_base64_encoded == Some(true) {
        let decoded = STANDARD.decode(body.as_bytes());
        decoded
            .map_err(|error| format!("`body` is not the Base64 that `isBase64Encoded` says: {error}"))?
            .into()
    } else {
        body.into()
    };
    Ok(Reply { status, headers, body })
}

/// The largest body of a request, and the largest answer of a function, as JSON.
pub(super) const LIMIT: usize = 1024 * 1024;

/// What its callers get when the function did not answer, or not in its words; then when they ask too much of it.
/// <https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-troubleshooting.html>
pub(super) const BAD_GATEWAY: (StatusCode, &str) = (StatusCode::BAD_GATEWAY, page!("502 Bad Gateway"));
pub(super) const TOO_LARGE: (StatusCode, &str) =
    (StatusCode::PAYLOAD_TOO_LARGE, page!("413 Request Entity Too Large"));
pub(super) const NO_UPGRADES: (StatusCode, &str) = (StatusCode::BAD_REQUEST, page!("400 Bad Request"));

#[cfg(test)]
mod tests {
    use super::*;

    fn answered(json: &'static str, multi_value: bool) -> Result<Reply, Misshapen> {
        read(&Bytes::from_static(json.as_bytes()), multi_value)
    }

    #[test]
    fn the_headers_of_the_target_groups_kind_count() {
        let both = r#"{"statusCode":200,"statusDescription":"200 OK","headers":{"x":"1"},"multiValueHeaders":{"x":["2","3"]},"body":"aGk=","isBase64Encoded":true}"#;
        let one = answered(both, false).unwrap();
        assert_eq!((one.headers.get_all("x").iter().count(), one.body.as_ref()), (1, &b"hi"[..]));
        let all = answered(both, true).unwrap();
        assert_eq!(all.headers.get_all("x").iter().collect::<Vec<_>>(), ["2", "3"]);
    }

    #[test]
    fn an_answer_of_more_than_a_megabyte_is_none() {
        let of = |bytes: usize| {
            let around = r#"{"statusCode":200,"body":""}"#.len();
            let json = format!(r#"{{"statusCode":200,"body":"{}"}}"#, "x".repeat(bytes - around));
            read(&Bytes::from(json), false).map(|reply| reply.status.as_u16())
        };
        assert_eq!(of(LIMIT), Ok(200), "the JSON counts, to its last byte");
        let message =
            format!("the function's response has {} bytes, and a load balancer takes {LIMIT}", LIMIT + 1);
        assert_eq!(of(LIMIT + 1), Err(message));
    }

    #[test]
    fn anything_else_is_no_answer() {
        for json in [r#"{"a":1}"#, r#""hello""#, r#"{"statusCode":"x"}"#, r#"{"statusCode":200,"body":{}}"#] {
            assert!(answered(json, false).is_err(), "{json}");
        }
    }
}
