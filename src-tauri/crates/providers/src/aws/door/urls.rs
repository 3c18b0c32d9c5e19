//! Where a function answers, for people: its own URL in both forms, its routes, and the listing at `/`.

use std::{fmt::Write, net::SocketAddr};

use crate::{
    domain::Route,
    door::{authority, named_urls},
    invocation::Found,
};

/// The URLs a function has on a door that listens at `address`; the one that works everywhere first.
pub(crate) fn urls(found: &Found, address: SocketAddr) -> Vec<String> {
    let host = authority(address);
    let mut urls = named_urls(&found.function.name, address);
    urls.extend(found.function.routes.iter().filter_map(|route| route_url(&host, route)));
    urls
}

fn route_url(host: &str, route: &Route) -> Option<String> {
    // A load balancer's pattern stands for many.
    (route.path.starts_with('/') && !route.path.contains('*')).then(|| format!("http://{host}{}", route.path))
}

/// The text at `/`.
pub(super) fn index(functions: &[Found], host: &str) -> String {
    let mut text =
        format!("Coldframe: AWS Lambda on http://{host} (point --endpoint-url or AWS_ENDPOINT_URL here)\n");
    if functions.is_empty() {
        text.push_str("\nno functions were found in the open project\n");
    }
    for found in functions {
        let name = &found.function.name;
        // Writing to a String cannot fail.
        let _ = write!(text, "\n{name}\n  http://{host}/{name}/\n");
        for route in &found.function.routes {
            if let Some(url) = route_url(host, route) {
                let _ = writeln!(text, "  {} {url}", route.method);
            }
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fake_invoke::found;

    #[test]
    fn a_function_has_a_plain_url_a_name_and_its_routes() {
        let function = found("hello", &["GET /hi/{id}", "ANY $default"]);
        assert_eq!(
            urls(&function, "127.0.0.1:9000".parse().unwrap()),
            ["http://localhost:9000/hello/", "http://hello.localhost:9000/", "http://localhost:9000/hi/{id}"]
        );
        assert_eq!(urls(&found("a.b", &[]), "127.0.0.1:1".parse().unwrap()), ["http://localhost:1/a.b/"]);
        assert_eq!(urls(&found("a", &[]), "192.168.0.9:1".parse().unwrap()), ["http://192.168.0.9:1/a/"]);
    }
}
