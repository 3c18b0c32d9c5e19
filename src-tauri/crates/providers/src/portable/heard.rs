//! What a function is tried with: an event as its own provider has it, and the same of no provider in particular.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use http::header;
use serde_json::{Value, json};

use crate::{
    domain::{Gateway, Route},
    invocation::HttpRequest,
};

/// An event of a function.
#[derive(Debug, Clone)]
pub struct Heard {
    /// As the function's own provider has it.
    pub text: String,
    pub call: Call,
    /// The route that a request came by, where the event says that.
    pub(crate) route: Option<Route>,
}

/// An event of no provider in particular.
#[derive(Debug, Clone)]
pub enum Call {
    Value(Value),
    /// As a caller sends it.
    Request(HttpRequest),
}

impl Heard {
    pub(crate) fn new(text: &str, call: Call) -> Self {
        Self { text: text.to_owned(), call, route: None }
    }

    /// What made the function's event of a request.
    pub fn gateway(&self) -> &Gateway {
        self.route.as_ref().map_or(&Gateway::Http, |route| &route.gateway)
    }
}

impl Call {
    pub fn is_request(&self) -> bool {
        matches!(self, Self::Request(_))
    }

    /// As JSON that describes a request, which is how people write those.
    pub(crate) fn description(&self) -> Value {
        match self {
            Self::Request(request) => described(request),
            Self::Value(value) => json!({
                "method": "POST", "path": "/", "headers": {"content-type": "application/json"}, "body": value.to_string(),
            }),
        }
    }
}

/// A request as people write one.
pub(crate) fn described(request: &HttpRequest) -> Value {
    let HttpRequest { method, target, headers, body } = request;
    let headers: serde_json::Map<String, Value> = headers
        .iter()
        .map(|(name, value)| (name.to_string(), String::from_utf8_lossy(value.as_bytes()).into()))
        .collect();
    let path = target.as_str();
    match std::str::from_utf8(body) {
        Ok(body) => json!({"method": method.as_str(), "path": path, "headers": headers, "body": body}),
        Err(_) => json!({
            "method": method.as_str(), "path": path, "headers": headers, "body": STANDARD.encode(body), "base64": true,
        }),
    }
}

/// What the edges of clouds add, which the next edge adds itself: how such headers begin.
const OF_EDGES: [&str; 9] = [
    "x-forwarded-",
    "x-vercel-",
    "x-real-ip",
    "x-request-id",
    "x-cloud-trace-context",
    "x-arr-",
    "forwarded",
    "function-execution-id",
    "client-ip",
];

/// A request as it was before an edge passed it on.
pub(crate) fn without_edge(request: &HttpRequest) -> HttpRequest {
    let mut request = request.clone();
    let added = |name: &header::HeaderName| {
        [header::HOST, header::CONTENT_LENGTH].contains(name)
            || OF_EDGES.iter().any(|begins| name.as_str().starts_with(begins))
    };
    let names: Vec<_> = request.headers.keys().filter(|name| added(name)).cloned().collect();
    for name in names {
        request.headers.remove(name);
    }
    request
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::http_event;

    #[test]
    fn a_request_is_described_as_its_caller_sent_it() {
        let sent = r#"{"method":"PUT","path":"/a?b=c","headers":{"X-Own":"1","host":"h","x-vercel-id":"i","x-forwarded-for":"::1"},"body":"hi"}"#;
        let request = http_event::described(sent).unwrap();
        assert_eq!(
            described(&without_edge(&request)),
            json!({"method": "PUT", "path": "/a?b=c", "headers": {"x-own": "1"}, "body": "hi"})
        );
    }
}
