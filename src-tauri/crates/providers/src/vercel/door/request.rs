//! The request a function gets: what the caller sent, with what Vercel's edge adds. `vercel dev` is the model.

use std::net::IpAddr;

use bytes::Bytes;
use http::{
    HeaderMap, HeaderName, HeaderValue, Method,
    header::{
        AUTHORIZATION, CONNECTION, CONTENT_LENGTH, EXPECT, HOST, TE, TRAILER, TRANSFER_ENCODING, UPGRADE,
        USER_AGENT,
    },
};

use crate::{domain::App, invocation::HttpRequest};

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

/// The path as sent, with its query, that of rewrites, and the path's variables, in this order.
pub(super) fn target(path: &str, queries: [&str; 2], parameters: &[(String, String)]) -> String {
    let mut target = path.to_owned();
    let mut separator = '?';
    let own = queries.into_iter().filter(|query| !query.is_empty());
    let pairs = parameters.iter().map(|(name, value)| format!("{name}={value}"));
    for part in own.map(str::to_owned).chain(pairs) {
        target.push(separator);
        target.push_str(&part);
        separator = '&';
    }
    target
}

/// Who calls as Vercel's clock does has what it has: the function's `CRON_SECRET`, where it has one.
/// <https://vercel.com/docs/cron-jobs/manage-cron-jobs#securing-cron-jobs>
pub(super) fn authorize_cron(headers: &mut HeaderMap, app: &App) {
    let is_clock = headers.get(USER_AGENT).is_some_and(|agent| agent == "vercel-cron/1.0");
    if let Some(secret) = app.env.get("CRON_SECRET").filter(|_| is_clock)
        && !headers.contains_key(AUTHORIZATION)
        && let Ok(value) = HeaderValue::from_str(&format!("Bearer {secret}"))
    {
        headers.insert(AUTHORIZATION, value);
    }
}
