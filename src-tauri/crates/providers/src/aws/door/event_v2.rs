//! The event function URLs and HTTP APIs make of a request: payload format 2.0. What a request does not have is left
//! out of the event, never `null`.

use std::{borrow::Cow, net::IpAddr};

use base64::{Engine, engine::general_purpose::STANDARD};
use bytes::Bytes;
use http::{
    HeaderMap, Method,
    header::{self, HeaderName},
};
use serde::{Serialize, Serializer, ser::SerializeMap};
use time::{OffsetDateTime, macros::format_description};

use super::call::TRACE_HEADER;

/// A request, and where it arrived.
pub(super) struct Arrived<'a> {
    pub(super) method: &'a Method,
    /// As sent, without what chose the function.
    pub(super) raw_path: &'a str,
    pub(super) raw_query: &'a str,
    pub(super) headers: &'a HeaderMap,
    pub(super) body: &'a [u8],
    pub(super) source_ip: IpAddr,
    /// Without its port.
    pub(super) host: &'a str,
    pub(super) port: u16,
    pub(super) api: Api<'a>,
    pub(super) request_id: &'a str,
    pub(super) trace_id: &'a str,
    /// Unix milliseconds.
    pub(super) now_ms: i64,
}

pub(super) struct Api<'a> {
    pub(super) account_id: &'a str,
    pub(super) api_id: &'a str,
    pub(super) domain_prefix: &'a str,
    /// `GET /pets/{id}`, or `$default`.
    pub(super) route_key: &'a str,
    pub(super) path_parameters: &'a [(String, String)],
}

/// The event as JSON.
pub(super) fn event(arrived: &Arrived<'_>) -> Bytes {
    let (body, is_base64_encoded) = encode_body(arrived.headers, arrived.body);
    let event = Event {
        version: "2.0",
        route_key: arrived.api.route_key,
        raw_path: arrived.raw_path,
        raw_query_string: arrived.raw_query,
        cookies: cookies(arrived.headers),
        headers: Headers(arrived),
        query_string_parameters: Pairs::of_query(arrived.raw_query),
        request_context: RequestContext {
            account_id: arrived.api.account_id,
            api_id: arrived.api.api_id,
            domain_name: arrived.host,
            domain_prefix: arrived.api.domain_prefix,
            http: Http {
                method: arrived.method.as_str(),
                path: arrived.raw_path,
                protocol: "HTTP/1.1",
                source_ip: arrived.source_ip,
                user_agent: text(arrived.headers.get(header::USER_AGENT)),
            },
            request_id: arrived.request_id,
            route_key: arrived.api.route_key,
            stage: "$default",
            time: log_time(arrived.now_ms),
            time_epoch: arrived.now_ms,
        },
        path_parameters: Pairs::of(arrived.api.path_parameters),
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
        for name in arrived.headers.keys() {
            if is_dropped(name) {
                continue;
            }
            map.serialize_entry(name.as_str(), &joined(arrived.headers, name))?;
        }
        map.serialize_entry(TRACE_HEADER, arrived.trace_id)?;
        let mut forwarded = joined(arrived.headers, &FORWARDED_FOR).into_owned();
        if !forwarded.is_empty() {
            forwarded.push_str(", ");
        }
        map.serialize_entry(FORWARDED_FOR.as_str(), &format_args!("{forwarded}{}", arrived.source_ip))?;
        map.serialize_entry(FORWARDED_PORT.as_str(), &format_args!("{}", arrived.port))?;
        map.serialize_entry(FORWARDED_PROTO.as_str(), "http")?;
        map.end()
    }
}

const FORWARDED_FOR: HeaderName = HeaderName::from_static("x-forwarded-for");
const FORWARDED_PORT: HeaderName = HeaderName::from_static("x-forwarded-port");
const FORWARDED_PROTO: HeaderName = HeaderName::from_static("x-forwarded-proto");

/// Headers of the connection, those written above, and cookies, which have their own member.
fn is_dropped(name: &HeaderName) -> bool {
    matches!(
        name.as_str(),
        "connection"
            | "keep-alive"
            | "proxy-connection"
            | "transfer-encoding"
            | "te"
            | "upgrade"
            | "expect"
            | "cookie"
            | "x-forwarded-for"
            | "x-forwarded-port"
            | "x-forwarded-proto"
            | TRACE_HEADER
    )
}

fn text(value: Option<&http::HeaderValue>) -> Cow<'_, str> {
    value.map_or(Cow::Borrowed(""), |value| String::from_utf8_lossy(value.as_bytes()))
}

fn joined<'a>(headers: &'a HeaderMap, name: &HeaderName) -> Cow<'a, str> {
    let mut values = headers.get_all(name).iter();
    let mut all = text(values.next());
    for value in values {
        let all = all.to_mut();
        all.push(',');
        all.push_str(&text(Some(value)));
    }
    all
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

fn decode_form(text: &str) -> Cow<'_, str> {
    if text.contains('+') {
        Cow::Owned(super::name::decode(&text.replace('+', " ")).into_owned())
    } else {
        super::name::decode(text)
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

fn is_text(headers: &HeaderMap) -> bool {
    let Some(Ok(value)) = headers.get(header::CONTENT_TYPE).map(|value| value.to_str()) else { return false };
    let media = value.split(';').next().unwrap_or_default().trim();
    let known = ["application/json", "application/xml", "application/javascript"];
    media.get(..5).is_some_and(|start| start.eq_ignore_ascii_case("text/"))
        || known.iter().any(|known| media.eq_ignore_ascii_case(known))
}

/// `12/Mar/2020:19:03:58 +0000`.
fn log_time(unix_ms: i64) -> String {
    let format = format_description!("[day]/[month repr:short]/[year]:[hour]:[minute]:[second] +0000");
    OffsetDateTime::from_unix_timestamp(unix_ms.div_euclid(1000))
        .ok()
        .and_then(|at| at.format(&format).ok())
        .unwrap_or_default()
}
