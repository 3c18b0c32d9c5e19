//! The event function URLs and HTTP APIs make of a request: payload format 2.0. What a request does not have is left
//! out of the event, never `null`.

use std::{borrow::Cow, net::IpAddr};

use base64::{Engine, engine::general_purpose::STANDARD};
use bytes::Bytes;
use http::{HeaderMap, header};
use serde::{Serialize, Serializer, ser::SerializeMap};

use super::arrived::{Arrived, decode_form, is_text, joined, log_time, text};

pub(super) struct Api<'a> {
    pub(super) account_id: &'a str,
    pub(super) api_id: &'a str,
    pub(super) domain_prefix: &'a str,
    /// `GET /pets/{id}`, or `$default`.
    pub(super) route_key: &'a str,
    pub(super) path_parameters: &'a [(String, String)],
}

/// The event as JSON.
pub(super) fn event(arrived: &Arrived<'_>, api: &Api<'_>) -> Bytes {
    let (body, is_base64_encoded) = encode_body(arrived.headers, arrived.body);
    let event = Event {
        version: "2.0",
        route_key: api.route_key,
        raw_path: arrived.raw_path,
        raw_query_string: arrived.raw_query,
        cookies: cookies(arrived.headers),
        headers: Headers(arrived),
        query_string_parameters: Pairs::of_query(arrived.raw_query),
        request_context: RequestContext {
            account_id: api.account_id,
            api_id: api.api_id,
            domain_name: arrived.host,
            domain_prefix: api.domain_prefix,
            http: Http {
                method: arrived.method.as_str(),
                path: arrived.raw_path,
                protocol: "HTTP/1.1",
                source_ip: arrived.source_ip,
                user_agent: arrived.user_agent(),
            },
            request_id: arrived.request_id,
            route_key: api.route_key,
            stage: "$default",
            time: log_time(arrived.now_ms),
            time_epoch: arrived.now_ms,
        },
        path_parameters: Pairs::of(api.path_parameters),
        body,
        is_base64_encoded,
    };
    // Strings, numbers and maps with string keys: this cannot fail.
    serde_json::to_vec(&event).map(Bytes::from).unwrap_or_default()
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Event<'a> {
    version: &'a str,
    route_key: &'a str,
    raw_path: &'a str,
    raw_query_string: &'a str,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    cookies: Vec<Cow<'a, str>>,
    headers: Headers<'a>,
    #[serde(skip_serializing_if = "Option::is_none")]
    query_string_parameters: Option<Pairs<'a>>,
    request_context: RequestContext<'a>,
    #[serde(skip_serializing_if = "Option::is_none")]
    path_parameters: Option<Pairs<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    body: Option<Cow<'a, str>>,
    is_base64_encoded: bool,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct RequestContext<'a> {
    account_id: &'a str,
    api_id: &'a str,
    domain_name: &'a str,
    domain_prefix: &'a str,
    http: Http<'a>,
    request_id: &'a str,
    route_key: &'a str,
    stage: &'a str,
    time: String,
    time_epoch: i64,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Http<'a> {
    method: &'a str,
    path: &'a str,
    protocol: &'a str,
    source_ip: IpAddr,
    user_agent: Cow<'a, str>,
}

/// Lower-case names; repeated headers joined with a comma; what the cloud's edge adds.
struct Headers<'a>(&'a Arrived<'a>);

impl Serialize for Headers<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Self(arrived) = self;
        let mut map = serializer.serialize_map(None)?;
        // Cookies have their own member.
        for name in arrived.passed_on().filter(|name| *name != header::COOKIE) {
            map.serialize_entry(name.as_str(), &joined(arrived.headers, name))?;
        }
        for (name, value) in arrived.added() {
            map.serialize_entry(name, &value)?;
        }
        map.end()
    }
}

fn cookies(headers: &HeaderMap) -> Vec<Cow<'_, str>> {
    let mut cookies = Vec::new();
    for value in headers.get_all(header::COOKIE) {
        match text(Some(value)) {
            Cow::Borrowed(line) => cookies.extend(crumbs(line).map(Cow::Borrowed)),
            Cow::Owned(line) => cookies.extend(crumbs(&line).map(|cookie| Cow::Owned(cookie.to_owned()))),
        }
    }
    cookies
}

fn crumbs(line: &str) -> impl Iterator<Item = &str> {
    line.split(';').map(str::trim).filter(|cookie| !cookie.is_empty())
}

/// Decoded names and values in the order of their first appearance.
struct Pairs<'a>(Vec<(Cow<'a, str>, Cow<'a, str>)>);

impl<'a> Pairs<'a> {
    fn of(pairs: &'a [(String, String)]) -> Option<Self> {
        let pairs: Vec<_> = pairs.iter().map(|(name, value)| (Cow::from(name), Cow::from(value))).collect();
        (!pairs.is_empty()).then_some(Self(pairs))
    }

    /// Repeated names are joined with a comma.
    fn of_query(query: &'a str) -> Option<Self> {
        let mut pairs: Vec<(Cow<'a, str>, Cow<'a, str>)> = Vec::new();
        for pair in query.split('&').filter(|pair| !pair.is_empty()) {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            let (name, value) = (decode_form(name), decode_form(value));
            match pairs.iter_mut().find(|(known, _)| *known == name) {
                Some((_, all)) => {
                    let all = all.to_mut();
                    all.push(',');
                    all.push_str(&value);
                }
                None => pairs.push((name, value)),
            }
        }
        (!pairs.is_empty()).then_some(Self(pairs))
    }
}

impl Serialize for Pairs<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.0.iter().map(|(name, value)| (name, value)))
    }
}

/// Text stays text for a handful of types; everything else, also without any type, is Base64, as AWS does it. A text
/// type on bytes that are no text cannot be kept.
fn encode_body<'a>(headers: &HeaderMap, body: &'a [u8]) -> (Option<Cow<'a, str>>, bool) {
    if body.is_empty() {
        return (None, false);
    }
    match std::str::from_utf8(body) {
        Ok(text) if is_text(headers) => (Some(Cow::Borrowed(text)), false),
        _ => (Some(Cow::Owned(STANDARD.encode(body))), true),
    }
}
