//! OpenWhisk's REST API, as far as `wsk` needs it to list, describe and invoke actions and to read activations.
//! <https://github.com/apache/openwhisk/blob/master/docs/rest_api.md>

use std::{sync::Arc, time::Duration};

use http::{HeaderValue, Method, Response, StatusCode, header::CONTENT_TYPE};
use serde_json::{Map, Value, json};

use super::{Call, Door, empty, error, invocation, json_response, name_activation, not_found, refused, seen};
use crate::{
    domain::ProviderId,
    http_body::Payload,
    ibm::{
        activation::{Activation, NAMESPACE, Status, object},
        params,
    },
    invocation::{Found, Invoke, Trigger},
};

/// A blocking call that takes longer is answered with the id of its activation.
const BLOCKING: Duration = Duration::from_secs(60);

impl<I: Invoke> Door<I> {
    /// `rest` follows `/api/v1/namespaces/`.
    pub(super) async fn rest(&self, call: Call, rest: &str) -> Response<Payload> {
        if rest.is_empty() {
            return json_response(StatusCode::OK, &json!([NAMESPACE]));
        }
        let parts: Vec<&str> = rest.trim_end_matches('/').split('/').collect();
        let get = call.parts.method == Method::GET;
        match parts.as_slice() {
            [_, "actions"] if get => {
                let functions = self.invoke.list(ProviderId::Ibm);
                let actions: Vec<Value> = functions.iter().map(|found| action(found, false)).collect();
                json_response(StatusCode::OK, &Value::Array(actions))
            }
            // Of a package or of none; the name is unique either way.
            [_, "actions", name] | [_, "actions", _, name] => {
                let Some(found) = self.find(name) else { return not_found(&call.id) };
                match call.parts.method {
                    Method::GET => json_response(StatusCode::OK, &action(&found, true)),
                    Method::POST => self.invoke_action(call, found).await,
                    _ => {
                        let text = "Actions are made of the project's files: change those.";
                        error(StatusCode::METHOD_NOT_ALLOWED, text, &call.id)
                    }
                }
            }
            [_, "activations"] if get => {
                let all = self.recent.all();
                let all: Vec<Value> = all.iter().take(200).map(|one| one.record(false)).collect();
                json_response(StatusCode::OK, &Value::Array(all))
            }
            [_, "activations", id, of @ ..] if get => match self.recent.get(id) {
                Some(activation) => activation_part(&activation, of).unwrap_or_else(|| not_found(&call.id)),
                None => not_found(&call.id),
            },
            [_, "packages" | "triggers" | "rules"] if get => json_response(StatusCode::OK, &json!([])),
            [_] if get => json_response(StatusCode::OK, &json!({ "actions": [], "packages": [] })),
            _ => not_found(&call.id),
        }
    }

    async fn invoke_action(&self, call: Call, found: Found) -> Response<Payload> {
        let body = if call.body.is_empty() { Ok(json!({})) } else { serde_json::from_slice(&call.body) };
        let Some(params) = body.ok().and_then(object) else {
            return error(
                StatusCode::BAD_REQUEST,
                "The request content was malformed: it is no JSON object.",
                &call.id,
            );
        };
        let asked = |name: &str| {
            let query = call.parts.uri.query().unwrap_or_default();
            query.split('&').any(|pair| pair == format!("{name}=true"))
        };
        let (blocking, result_only) = (asked("blocking"), asked("result"));
        let status_of = if blocking { seen::by_rest } else { seen::BY_ID };
        let invocation = invocation(&call, &found, params, Trigger::Sdk, status_of);
        let run = tokio::spawn(Self::activate(
            Arc::clone(&self.invoke),
            self.recent.clone(),
            found,
            invocation,
            call.start_ms,
        ));
        let finished = if blocking { tokio::time::timeout(BLOCKING, run).await.ok() } else { None };
        let mut response = match finished {
            None => json_response(StatusCode::ACCEPTED, &json!({ "activationId": call.id })),
            Some(Err(_)) => {
                error(StatusCode::INTERNAL_SERVER_ERROR, "The activation ended unexpectedly.", &call.id)
            }
            Some(Ok(Err(refusal))) => return refused(refusal, &call.id),
            Some(Ok(Ok(activation))) => {
                let status = match activation.status {
                    Status::Success => StatusCode::OK,
                    Status::ApplicationError | Status::DeveloperError => StatusCode::BAD_GATEWAY,
                    Status::InternalError => StatusCode::INTERNAL_SERVER_ERROR,
                };
                let body = if result_only { activation.result.clone() } else { activation.record(true) };
                json_response(status, &body)
            }
        };
        name_activation(response.headers_mut(), "x-openwhisk-activation-id", &call.id);
        response
    }
}

fn activation_part(activation: &Activation, of: &[&str]) -> Option<Response<Payload>> {
    let body = match of {
        [] => activation.record(true),
        ["logs"] => json!({ "logs": activation.logs }),
        ["result"] => activation.response(),
        _ => return None,
    };
    Some(json_response(StatusCode::OK, &body))
}

fn action(found: &Found, whole: bool) -> Value {
    let (app, settings) = (&found.app, &found.app.settings);
    let web = !found.function.routes.is_empty();
    let mut action = json!({
        "namespace": NAMESPACE,
        "name": found.function.name,
        "version": "0.0.1",
        "publish": false,
        "updated": found.modified_ms,
        "annotations": [
            { "key": "exec", "value": app.runtime },
            { "key": "web-export", "value": web },
            { "key": "raw-http", "value": false },
        ],
        "limits": {
            "timeout": u64::try_from(settings.timeout.as_millis()).unwrap_or(u64::MAX),
            "memory": settings.memory_mb,
            "logs": 10,
            "concurrency": 1,
        },
        "exec": { "binary": false },
    });
    if whole {
        action["exec"] = json!({ "kind": app.runtime, "binary": false, "main": app.handler });
        action["parameters"] = json!([]);
    }
    action
}

/// A web action's answer: the whole result for `.http` and `.json`, the member of that name for the others.
pub(super) fn projected(activation: &Activation, extension: &str) -> Response<Payload> {
    let result = &activation.result;
    if activation.status != Status::Success {
        // A result `{"error": {"statusCode", "body"}}` is an answer of the action's own.
        let own = result.get("error").filter(|error| error.is_object());
        return match own.map(params::answer) {
            Some(Ok(response)) => response,
            _ => {
                let status = match activation.status {
                    Status::ApplicationError => StatusCode::BAD_REQUEST,
                    _ => StatusCode::BAD_GATEWAY,
                };
                let text = match result["error"].as_str() {
                    Some(text) => text.to_owned(),
                    None => result["error"].to_string(),
                };
                error(status, &text, &activation.id)
            }
        };
    }
    let plain = |kind: &'static str, text: String| {
        let mut response = empty(StatusCode::OK);
        response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static(kind));
        *response.body_mut() = Payload::from(text);
        response
    };
    match extension {
        "json" => json_response(StatusCode::OK, result),
        "http" => params::answer(result).unwrap_or_else(|_| {
            error(
                StatusCode::BAD_REQUEST,
                "Response type in header did not match generated content type.",
                &activation.id,
            )
        }),
        member => match result.get(member).and_then(Value::as_str) {
            Some(text) => plain(
                match member {
                    "html" => "text/html; charset=utf-8",
                    "svg" => "image/svg+xml",
                    _ => "text/plain; charset=utf-8",
                },
                text.to_owned(),
            ),
            None => error(StatusCode::NOT_FOUND, &format!("Property `{member}` not found."), &activation.id),
        },
    }
}

/// What the API host says of itself.
pub(super) fn api_description() -> Response<Payload> {
    let body: Map<String, Value> = Map::from_iter([
        ("description".into(), json!("Coldframe: IBM's OpenWhisk API and Code Engine functions")),
        ("api_paths".into(), json!(["/api/v1"])),
        ("support".into(), json!({ "github": "", "slack": "" })),
        ("limits".into(), json!({ "concurrent_actions": 100, "actions_per_minute": 120 })),
    ]);
    json_response(StatusCode::OK, &Value::Object(body))
}
