//! The request a function gets: what the caller sent, with what Vercel's edge adds. `vercel dev` is the model.

use std::net::IpAddr;

use bytes::Bytes;
use http::{
    HeaderMap, HeaderName, HeaderValue, Method,
    header::{CONNECTION, CONTENT_LENGTH, EXPECT, HOST, TE, TRAILER, TRANSFER_ENCODING, UPGRADE},
};

use crate::invocation::HttpRequest;

/// Where a request came from and under which id.
pub(super) struct Edge<'a> {
    pub(super) host: &'a str,
    pub(super) client: IpAddr,
    /// `x-vercel-id`.
    pub(super) id: &'a str,
}

/// Headers of the caller's connection, which ends here.
pub(super) const HOP_BY_HOP: [HeaderName; 8] = [
    CONNECTION,
    TRANSFER_ENCODING,
    UPGRADE,
    EXPECT,
    TE,
    TRAILER,
    HeaderName::from_static("keep-alive"),
    HeaderName::from_static("proxy-connection"),
];

pub(super) fn forwarded(
    method: Method,
    target: String,
    mut headers: HeaderMap,
    body: Bytes,
    edge: &Edge<'_>,
) -> HttpRequest {
    for name in HOP_BY_HOP {
        headers.remove(name);
    }
    // Callers must not speak for the platform.
    let internal: Vec<HeaderName> =
        headers.keys().filter(|name| name.as_str().starts_with("x-vercel-internal-")).cloned().collect();
    for name in internal {
        headers.remove(name);
    }
    // A body that came in chunks is whole by now; Python handlers read as much as this header says.
    if headers.remove(CONTENT_LENGTH).is_some() || !body.is_empty() {
        headers.insert(CONTENT_LENGTH, HeaderValue::from(body.len()));
    }
    let client = edge.client.to_string();
    let added = [
        (HOST, edge.host),
        (HeaderName::from_static("x-real-ip"), &client),
        (HeaderName::from_static("x-vercel-deployment-url"), edge.host),
        (HeaderName::from_static("x-vercel-forwarded-for"), &client),
        (HeaderName::from_static("x-vercel-id"), edge.id),
        (HeaderName::from_static("x-forwarded-host"), edge.host),
        (HeaderName::from_static("x-forwarded-proto"), "http"),
        (HeaderName::from_static("x-forwarded-for"), &client),
    ];
    for (name, value) in added {
        if let Ok(value) = HeaderValue::from_str(value) {
            headers.insert(name, value);
        }
    }
    HttpRequest { method, target, headers, body }
}

/// The path and query as sent, the path's variables at the query's end.
pub(super) fn target(path: &str, query: Option<&str>, parameters: &[(String, String)]) -> String {
    let mut target = path.to_owned();
    let mut separator = '?';
    let own = query.filter(|query| !query.is_empty());
    let pairs = parameters.iter().map(|(name, value)| format!("{name}={value}"));
    for part in own.map(str::to_owned).into_iter().chain(pairs) {
        target.push(separator);
        target.push_str(&part);
        separator = '&';
    }
    target
}
