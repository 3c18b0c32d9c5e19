//! Calls to begin with: what a function is connected to, as far as its manifest says, would make such calls of it.

use http::Method;
use serde_json::json;

use crate::domain::{Function, Route, Takes};

/// A call as what a function is connected to would make it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Example {
    /// Who calls: `GET /orders/1`, `SQS`.
    pub trigger: String,
    /// With what, as a person would write it.
    pub event: String,
}

impl Example {
    /// A request at the first of a function's routes, of a provider whose functions take requests.
    pub(crate) fn at_route(function: &Function) -> Option<Self> {
        let asked = Asked::of(function.routes.first()?);
        let mut request = json!({"method": asked.method.as_str(), "path": asked.path});
        if let Some(body) = asked.body() {
            request["headers"] = json!({"content-type": JSON});
            request["body"] = body.into();
        }
        Some(Self { trigger: asked.title(), event: request.to_string() })
    }

    /// A file that was stored, for a function that takes CloudEvents.
    /// <https://cloud.google.com/eventarc/docs/cloudevents>
    pub(crate) fn of_cloud_event(function: &Function) -> Option<Self> {
        if function.takes != Takes::CloudEvent {
            return None;
        }
        let kind = "google.cloud.storage.object.v1.finalized";
        let event = json!({
            "method": "POST",
            "path": "/",
            "headers": {
                "ce-specversion": "1.0",
                "ce-id": "event-1",
                "ce-type": kind,
                "ce-source": "//storage.googleapis.com/projects/_/buckets/photos",
                "ce-subject": "objects/pea.jpg",
                "ce-time": WHEN,
                "content-type": JSON,
            },
            "body": {
                "kind": "storage#object", "bucket": "photos", "name": "pea.jpg", "contentType": "image/jpeg",
                "size": "1024", "generation": "1768469400000000", "metageneration": "1",
                "timeCreated": WHEN, "updated": WHEN, "storageClass": "STANDARD",
            },
        });
        Some(Self { trigger: format!("CloudEvent {kind}"), event: event.to_string() })
    }
}

pub(crate) const JSON: &str = "application/json";
pub(crate) const WHEN: &str = "2026-01-15T09:30:00.000Z";
/// What a variable of a path stands for.
const VALUE: &str = "1";

/// A request that a route takes.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Asked {
    pub(crate) method: Method,
    pub(crate) path: String,
    /// The path's variables.
    pub(crate) parameters: Vec<(String, String)>,
}

impl Asked {
    pub(crate) fn of(route: &Route) -> Self {
        let mut parameters = Vec::new();
        let segments = route.path.trim_start_matches('/').split('/').map(|segment| {
            match variable(segment) {
                Some(name) => parameters.push((name.to_owned(), VALUE.to_owned())),
                None => return segment.replace('*', VALUE),
            }
            VALUE.to_owned()
        });
        let path = match route.path.as_str() {
            // Whatever no other route takes.
            "$default" => "/".to_owned(),
            _ => format!("/{}", segments.collect::<Vec<_>>().join("/")),
        };
        let method = Method::from_bytes(route.method.as_bytes()).ok().filter(|_| route.method != "ANY");
        Self { method: method.unwrap_or(Method::GET), path, parameters }
    }

    /// JSON, where such a request has a body.
    pub(crate) fn body(&self) -> Option<&'static str> {
        let has = [Method::POST, Method::PUT, Method::PATCH].contains(&self.method);
        has.then_some(r#"{"name":"world"}"#)
    }

    pub(crate) fn title(&self) -> String {
        format!("{} {}", self.method, self.path)
    }
}

/// `{id}`, `{id:int?}`, `{proxy+}`, `{*rest}`, `[id]`, `[...all]`, `[[...all]]`: its name.
fn variable(segment: &str) -> Option<&str> {
    let inside = segment
        .strip_prefix('{')
        .and_then(|rest| rest.strip_suffix('}'))
        .or_else(|| segment.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')))?;
    let plain = inside.trim_matches(['[', ']', '.', '*', '+', '?']);
    Some(plain.split(':').next().unwrap_or(plain))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(method: &str, path: &str) -> (String, Vec<(String, String)>) {
        let asked = Asked::of(&Route::new(method, path));
        (asked.title(), asked.parameters)
    }

    #[test]
    fn a_request_fits_its_route() {
        let one = |name: &str| vec![(name.to_owned(), "1".to_owned())];
        for (method, path, title, parameters) in [
            ("GET", "/orders/{id}", "GET /orders/1", one("id")),
            ("ANY", "/{proxy+}", "GET /1", one("proxy")),
            ("ANY", "$default", "GET /", vec![]),
            ("POST", "/img/*", "POST /img/1", vec![]),
            ("PUT", "/api/orders/{id:int?}/x", "PUT /api/orders/1/x", one("id")),
            ("ANY", "/api/[[...all]]", "GET /api/1", one("all")),
            ("ANY", "/", "GET /", vec![]),
        ] {
            assert_eq!(asked(method, path), (title.to_owned(), parameters), "{method} {path}");
        }
    }
}
