//! A request as every surface gets it, and the pieces that all events are made of.

use std::{borrow::Cow, net::IpAddr};

use http::{
    HeaderMap, HeaderValue, Method,
    header::{self, HeaderName},
};
use time::{OffsetDateTime, macros::format_description};

use super::{call::TRACE_HEADER, name::decode};

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
    pub(super) request_id: &'a str,
    pub(super) trace_id: &'a str,
    /// Unix milliseconds.
    pub(super) now_ms: i64,
}

const FORWARDED_FOR: HeaderName = HeaderName::from_static("x-forwarded-for");

impl Arrived<'_> {
    /// Names of the headers that reach the function: not those of the connection, nor those that are [`added`](Self::added).
    pub(super) fn passed_on(&self) -> impl Iterator<Item = &HeaderName> {
        self.headers.keys().filter(|name| {
            !matches!(
                name.as_str(),
                "connection"
                    | "keep-alive"
                    | "proxy-connection"
                    | "transfer-encoding"
                    | "te"
                    | "upgrade"
                    | "expect"
                    | "x-forwarded-for"
                    | "x-forwarded-port"
                    | "x-forwarded-proto"
                    | TRACE_HEADER
            )
        })
    }

    /// What the cloud's edge adds.
    pub(super) fn added(&self) -> [(&'static str, String); 4] {
        let mut forwarded = joined(self.headers, &FORWARDED_FOR).into_owned();
        if !forwarded.is_empty() {
            forwarded.push_str(", ");
        }
        forwarded.push_str(&self.source_ip.to_string());
        [
            (TRACE_HEADER, self.trace_id.to_owned()),
            ("x-forwarded-for", forwarded),
            ("x-forwarded-port", self.port.to_string()),
            ("x-forwarded-proto", "http".to_owned()),
        ]
    }

    pub(super) fn user_agent(&self) -> Cow<'_, str> {
        text(self.headers.get(header::USER_AGENT))
    }

    /// Names and values of the query in their order, as they were sent.
    pub(super) fn query(&self) -> impl Iterator<Item = (&str, &str)> {
        let pairs = self.raw_query.split('&').filter(|pair| !pair.is_empty());
        pairs.map(|pair| pair.split_once('=').unwrap_or((pair, "")))
    }
}

pub(super) fn text(value: Option<&HeaderValue>) -> Cow<'_, str> {
    value.map_or(Cow::Borrowed(""), |value| String::from_utf8_lossy(value.as_bytes()))
}

/// All values of a header, with commas between.
pub(super) fn joined<'a>(headers: &'a HeaderMap, name: &HeaderName) -> Cow<'a, str> {
    let mut values = headers.get_all(name).iter();
    let mut all = text(values.next());
    for value in values {
        let all = all.to_mut();
        all.push(',');
        all.push_str(&text(Some(value)));
    }
    all
}

pub(super) fn decode_form(text: &str) -> Cow<'_, str> {
    if text.contains('+') { Cow::Owned(decode(&text.replace('+', " ")).into_owned()) } else { decode(text) }
}

/// The body's media type, without its parameters; empty where there is none.
pub(super) fn media_type(headers: &HeaderMap) -> &str {
    let value = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    value.split(';').next().unwrap_or_default().trim()
}

/// Whether a body is of one of the few types that stay text.
pub(super) fn is_text(headers: &HeaderMap) -> bool {
    let media = media_type(headers);
    let known = ["application/json", "application/xml", "application/javascript"];
    media.get(..5).is_some_and(|start| start.eq_ignore_ascii_case("text/"))
        || known.iter().any(|known| media.eq_ignore_ascii_case(known))
}

/// `12/Mar/2020:19:03:58 +0000`.
pub(super) fn log_time(unix_ms: i64) -> String {
    let format = format_description!("[day]/[month repr:short]/[year]:[hour]:[minute]:[second] +0000");
    OffsetDateTime::from_unix_timestamp(unix_ms.div_euclid(1000))
        .ok()
        .and_then(|at| at.format(&format).ok())
        .unwrap_or_default()
}
