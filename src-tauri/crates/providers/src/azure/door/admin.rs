//! The host's admin API, as far as a local host needs it: functions listed, and triggered whatever their trigger is.
//! <https://learn.microsoft.com/azure/azure-functions/functions-manually-run-non-http>

use std::{sync::Arc, time::Instant};

use bytes::Bytes;
use http::{Method, Response, StatusCode, request::Parts};
use serde_json::{Value, json};

use super::{Door, answer, invocation};
use crate::{
    azure::{
        converse::{self, HOST_VERSION},
        detect::OWN,
        key,
    },
    http_body::Payload,
    invocation::{Answer, Event, Found, Invoke, Trigger},
};

const NO_MASTER_KEY: &str =
    "it asks for the master key, in x-functions-key or ?code=; addresses below /admin are shown with it";

impl<I: Invoke> Door<I> {
    pub(super) async fn admin(
        &self,
        functions: &[Found],
        asked: &Parts,
        body: &Bytes,
        received: Instant,
    ) -> Response<Payload> {
        let (method, path) = (&asked.method, asked.uri.path());
        let lower = path.to_ascii_lowercase();
        let parts: Vec<&str> = lower.split('/').filter(|part| !part.is_empty()).skip(1).collect();
        let named =
            |name: &str| functions.iter().find(|found| found.function.name.eq_ignore_ascii_case(name));
        let may = |found: &&Found| key::administers(found, &asked.headers, asked.uri.query());
        let shown: Vec<&Found> = functions.iter().filter(may).collect();
        let refused = match parts.as_slice() {
            ["functions", name, ..] => named(name).is_some_and(|found| !may(&found)),
            ["host", "ping"] => false,
            _ => shown.is_empty() && !functions.is_empty(),
        };
        if refused {
            return answer::own(StatusCode::UNAUTHORIZED, Some(NO_MASTER_KEY));
        }
        match (method, parts.as_slice()) {
            (&Method::GET | &Method::POST, ["host", "ping"]) => answer::own(StatusCode::OK, None),
            (&Method::GET, ["host", "status"]) => answer::json(
                &json!({ "id": "coldframe", "state": "Running", "version": HOST_VERSION, "errors": [] }),
            ),
            (&Method::GET, ["functions"]) => answer::json(&shown.into_iter().map(described).collect()),
            (&Method::GET, ["functions", name]) => {
                named(name).map_or_else(|| self.unknown(path), |found| answer::json(&described(found)))
            }
            (&Method::POST, ["functions", name]) => match named(name) {
                Some(found) => self.trigger(found, body, received).await,
                None => self.unknown(path),
            },
            _ => self.unknown(path),
        }
    }

    /// Accepted at once; what comes of it is in the record.
    async fn trigger(&self, found: &Found, body: &Bytes, received: Instant) -> Response<Payload> {
        let input = match input(body) {
            Ok(input) => input,
            Err(problem) => return answer::own(StatusCode::BAD_REQUEST, Some(&problem)),
        };
        if converse::is_http(&found.function) {
            let description = json!({ "method": "POST", "body": input }).to_string();
            let event = match converse::event(&found.function, &description) {
                Ok(event) => event,
                Err(problem) => return answer::own(StatusCode::BAD_REQUEST, Some(&problem.to_string())),
            };
            // Nobody waits for its answer, which is in the record.
            let (invoke, call) =
                (Arc::clone(&self.invoke), invocation(found, event, Trigger::Async, received));
            tokio::spawn(async move { invoke.invoke(call).await });
            return answer::own(StatusCode::ACCEPTED, None);
        }
        let event = Event::Bytes(input.into());
        match self.invoke.accept(invocation(found, event, Trigger::Async, received)).await {
            Ok(()) => answer::own(StatusCode::ACCEPTED, None),
            Err(Answer::NotFound) => answer::own(StatusCode::NOT_FOUND, None),
            Err(Answer::Throttled(_)) => answer::own(StatusCode::TOO_MANY_REQUESTS, None),
            Err(Answer::Refused { message }) => answer::own(StatusCode::SERVICE_UNAVAILABLE, Some(&message)),
            Err(_) => answer::own(StatusCode::INTERNAL_SERVER_ERROR, None),
        }
    }
}

/// `{"input": "…"}`; nothing is an empty input.
fn input(body: &Bytes) -> Result<String, String> {
    if body.iter().all(u8::is_ascii_whitespace) {
        return Ok(String::new());
    }
    let given: Value = serde_json::from_slice(body)
        .map_err(|error| format!("the body is not JSON ({error}); send {{\"input\": \"...\"}}"))?;
    match given.get("input") {
        None | Some(Value::Null) => Ok(String::new()),
        Some(Value::String(text)) => Ok(text.clone()),
        Some(other) => Ok(other.to_string()),
    }
}

fn described(found: &Found) -> Value {
    let bindings: Vec<Value> = found
        .function
        .bindings
        .iter()
        .map(|binding| {
            let mut all = json!(binding.settings);
            // What we keep there is not the function's.
            for own in OWN {
                all.as_object_mut().and_then(|all| all.remove(own));
            }
            all["name"] = json!(binding.name);
            all["type"] = json!(binding.kind);
            all["direction"] = json!(if binding.output { "out" } else { "in" });
            all
        })
        .collect();
    json!({
        "name": found.function.name,
        "language": found.app.language.as_str(),
        "config": { "bindings": bindings },
        "isDisabled": false,
    })
}
