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

/// Where callers are, by their address. Vercel's edge knows; here everybody is local, which no country, city or zip code
/// is called. What a caller says of itself stays, so that a function can be tried from elsewhere.
/// <https://vercel.com/docs/headers/request-headers#x-vercel-ip-country>
const PLACE: [(&str, &str); 8] = [
    ("x-vercel-ip-continent", "ZZ"),
    ("x-vercel-ip-country", "ZZ"),
    ("x-vercel-ip-country-region", "local"),
    ("x-vercel-ip-city", "local"),
    ("x-vercel-ip-postal-code", "local"),
    ("x-vercel-ip-latitude", "0"),
    ("x-vercel-ip-longitude", "0"),
    ("x-vercel-ip-timezone", "UTC"),
];

pub(super) fn forwarded(
    method: Method,
    target: String,
    mut headers: HeaderMap,
    body: Bytes,
    edge: &Edge<'_>,
) -> HttpRequest {
    announced(&mut headers, edge);
    // A body that came in chunks is whole by now; Python handlers read as much as this header says.
    if headers.remove(CONTENT_LENGTH).is_some() || !body.is_empty() {
        headers.insert(CONTENT_LENGTH, HeaderValue::from(body.len()));
    }
    if let Ok(host) = HeaderValue::from_str(edge.host) {
        headers.insert(HOST, host);
    }
    for (name, value) in PLACE {
        headers.entry(name).or_insert(HeaderValue::from_static(value));
    }
    HttpRequest { method, target, headers, body }
}

/// What the edge takes from a request's headers and adds to them, whoever gets it next.
pub(super) fn announced(headers: &mut HeaderMap, edge: &Edge<'_>) {
    for name in HOP_BY_HOP {
        headers.remove(name);
    }
    // Callers must not speak for the platform.
    let internal: Vec<HeaderName> =
        headers.keys().filter(|name| name.as_str().starts_with("x-vercel-internal-")).cloned().collect();
    for name in internal {
        headers.remove(name);
    }
    let client = edge.client.to_string();
    let client = client.as_str();
    let added = [
        (HeaderName::from_static("x-real-ip"), client),
        (HeaderName::from_static("x-vercel-deployment-url"), edge.host),
        (HeaderName::from_static("x-vercel-forwarded-for"), client),
        (HeaderName::from_static("x-vercel-id"), edge.id),
        (HeaderName::from_static("x-forwarded-host"), edge.host),
        (HeaderName::from_static("x-forwarded-proto"), "http"),
        (HeaderName::from_static("x-forwarded-for"), client),
    ];
    for (name, value) in added {
        if let Ok(value) = HeaderValue::from_str(value) {
            headers.insert(name, value);
        }
    }
}

/// A target that has a path's variables in its query, once.
pub(super) fn with_variables(target: &str, parameters: &[(String, String)]) -> String {
    let (path, _) = target.split_once('?').unwrap_or((target, ""));
    let sent = without_variables(target, parameters);
    let query = sent[path.len()..].trim_start_matches('?');
    self::target(path, [query, ""], parameters)
}

/// A target as callers send it.
pub(super) fn without_variables(target: &str, parameters: &[(String, String)]) -> String {
    let Some((path, query)) = target.split_once('?').filter(|_| !parameters.is_empty()) else {
        return target.to_owned();
    };
    let is_variable =
        |pair: &&str| parameters.iter().any(|(name, value)| pair.split_once('=') == Some((name, value)));
    let own: Vec<&str> = query.split('&').filter(|pair| !is_variable(pair)).collect();
    self::target(path, [&own.join("&"), ""], &[])
}

/// The path as sent, with its query, that of rewrites, and the path's variables, in this order.
pub(super) fn target(path: &str, queries: [&str; 2], parameters: &[(String, String)]) -> String {
    let mut target = path.to_owned();
    let mut separator = if path.contains('?') { '&' } else { '?' };
    let own = queries.into_iter().filter(|query| !query.is_empty());
    let pairs = parameters.iter().map(|(name, value)| format!("{name}={value}"));
    for part in own.map(str::to_owned).chain(pairs) {
        target.push(separator);
        target.push_str(&part);
        separator = '&';
    }
    target
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn variables_of_a_path_are_in_its_query_once() {
        let id = [("id".to_owned(), "7".to_owned())];
        for target in ["/api/users/7?a=1", "/api/users/7?a=1&id=7", "/api/users/7?id=7&a=1"] {
            assert_eq!(with_variables(target, &id), "/api/users/7?a=1&id=7", "{target}");
            assert_eq!(without_variables(target, &id), "/api/users/7?a=1", "{target}");
        }
        assert_eq!(with_variables("/api/users/7", &id), "/api/users/7?id=7");
        assert_eq!(without_variables("/api/users/7?id=7", &id), "/api/users/7");
        assert_eq!(without_variables("/api/a?id=7", &[]), "/api/a?id=7", "the caller's own");
    }
}
