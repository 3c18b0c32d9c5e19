//! Who may talk to a door. Loopback alone does not keep a web page out: its DNS name can be made to resolve to this
//! machine (rebinding), and a browser sends simple requests anywhere. The first is caught by the `Host` a browser
//! cannot forge, the second by the `Origin` it always adds.

use std::net::{Ipv4Addr, Ipv6Addr};

use http::{HeaderMap, header};

/// The names a door answers to.
#[derive(Debug, Clone, Default)]
pub(crate) struct HttpGuard {
    /// Lower case, without ports.
    allowed: Vec<String>,
}

impl HttpGuard {
    /// `allowed`: what a person added to the loopback names.
    pub(crate) fn new(allowed: &[String]) -> Self {
        Self { allowed: allowed.iter().map(|host| without_port(host).to_ascii_lowercase()).collect() }
    }

    /// The `Host` a request names, if the door answers to it. No `Host` at all is HTTP/1.0, which no browser speaks.
    ///
    /// # Errors
    /// The foreign name.
    pub(crate) fn check_host<'a>(&self, headers: &'a HeaderMap) -> Result<&'a str, String> {
        let Some(value) = headers.get(header::HOST) else { return Ok("localhost") };
        let foreign = || String::from_utf8_lossy(value.as_bytes()).into_owned();
        if headers.get_all(header::HOST).iter().nth(1).is_some() {
            return Err(foreign());
        }
        let host = value.to_str().map_err(|_| foreign())?;
        if self.is_ours(without_port(host)) { Ok(host) } else { Err(foreign()) }
    }

    /// Whether the page behind a request, if it comes from one, lives on this machine.
    pub(crate) fn is_foreign_origin(&self, headers: &HeaderMap) -> bool {
        headers.get_all(header::ORIGIN).iter().any(|origin| {
            let host = origin.to_str().ok().and_then(|origin| origin.split_once("://")).map(|(_, host)| host);
            // `null` is a sandboxed frame or a file: no one's page.
            !host.is_some_and(|host| self.is_ours(without_port(host)))
        })
    }

    fn is_ours(&self, host: &str) -> bool {
        is_loopback(host) || self.allowed.iter().any(|allowed| allowed.eq_ignore_ascii_case(host))
    }
}

/// The part of a `Host` before its port.
pub(crate) fn without_port(host: &str) -> &str {
    if let Some(bracketed) = host.strip_prefix('[') {
        return bracketed.split_once(']').map_or(host, |(address, _)| address);
    }
    match host.rsplit_once(':') {
        // More than one colon is a bare IPv6 address.
        Some((name, _)) if !name.contains(':') => name,
        _ => host,
    }
}

/// `NAME` of `NAME.localhost`.
pub(crate) fn localhost_label(host: &str) -> Option<&str> {
    let host = without_port(host);
    let host = host.strip_suffix('.').unwrap_or(host);
    let (label, end) = host.split_at_checked(host.len().checked_sub(".localhost".len())?)?;
    (end.eq_ignore_ascii_case(".localhost") && !label.is_empty()).then_some(label)
}

fn is_loopback(host: &str) -> bool {
    let name = host.strip_suffix('.').unwrap_or(host);
    name.eq_ignore_ascii_case("localhost")
        || localhost_label(name).is_some()
        || host.parse::<Ipv4Addr>().is_ok_and(|address| address.is_loopback())
        || host.parse::<Ipv6Addr>().is_ok_and(|address| address.is_loopback())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(name: header::HeaderName, value: &str) -> HeaderMap {
        HeaderMap::from_iter([(name, value.parse().unwrap())])
    }

    #[test]
    fn loopback_names_pass_and_rebound_ones_do_not() {
        let guard = HttpGuard::new(&["Dev.Box:9000".into()]);
        for host in [
            "localhost",
            "LOCALHOST:9000",
            "127.0.0.1:1",
            "127.9.9.9",
            "[::1]:80",
            "::1",
            "a.b.localhost:1",
            "dev.box:1",
        ] {
            assert!(guard.check_host(&headers(header::HOST, host)).is_ok(), "{host} is this machine");
        }
        for host in [
            "evil.example",
            "localhost.evil.example",
            "10.0.0.1",
            "127.0.0.1.evil.example",
            "",
            "notlocalhost",
        ] {
            assert!(guard.check_host(&headers(header::HOST, host)).is_err(), "{host} is not this machine");
        }
        assert!(guard.check_host(&HeaderMap::new()).is_ok(), "no Host header is no browser");
    }

    #[test]
    fn origins_are_judged_by_their_host() {
        let guard = HttpGuard::default();
        for origin in ["http://localhost:3000", "https://app.localhost", "http://[::1]:5"] {
            assert!(!guard.is_foreign_origin(&headers(header::ORIGIN, origin)), "{origin} is ours");
        }
        for origin in ["https://evil.example", "null", "http://localhost.evil.example"] {
            assert!(guard.is_foreign_origin(&headers(header::ORIGIN, origin)), "{origin} is foreign");
        }
        assert!(!guard.is_foreign_origin(&HeaderMap::new()), "SDKs send no Origin");
    }

    #[test]
    fn the_label_before_localhost_is_the_function() {
        assert_eq!(localhost_label("hello.localhost:9000"), Some("hello"));
        assert_eq!(localhost_label("a.b.LOCALHOST"), Some("a.b"));
        assert_eq!(localhost_label("localhost:9000"), None);
        assert_eq!(localhost_label(".localhost"), None);
    }
}
