//! OpenWhisk's REST API, as far as `wsk` needs it to list, describe and invoke actions and to read activations.
//! <https://github.com/apache/openwhisk/blob/master/docs/rest_api.md>

use std::{sync::Arc, time::Duration};

use http::{Method, Response, StatusCode};
use serde_json::{Map, Value, json};

use super::{Call, Door, error, invocation, json_response, name_activation, not_found, refused, seen};
use crate::{
    domain::ProviderId,
    http_body::Payload,
    ibm::{
        action::{Offer, defaults},
        activation::{Activation, NAMESPACE, Status, object},
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
            [_, "actions", at @ ..] if !at.is_empty() => {
                let Some(found) = self.action_at(at) else { return not_found(&call.id) };
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
                let Ok(Page { skip, limit }) = Page::of(call.parts.uri.query().unwrap_or_default()) else {
                    let text = format!("The value of limit or skip is not one from 0 to {}.", Page::MOST);
                    return error(StatusCode::BAD_REQUEST, &text, &call.id);
                };
                let all = self.recent.all();
                let all: Vec<Value> =
                    all.iter().skip(skip).take(limit).map(|one| one.record(false)).collect();
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

    /// By its name alone, which is unique here, or by its package and the name it has there.
    fn action_at(&self, at: &[&str]) -> Option<Found> {
        match at {
            [name] => self.find(name),
            [package, name] => {
                let mut functions = self.invoke.list(ProviderId::Ibm).into_iter();
                functions.find(|found| Offer::of(&found.function).is(package, name))
            }
            _ => None,
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

/// Which of a list a caller wants.
struct Page {
    skip: usize,
    limit: usize,
}

impl Page {
    const MOST: usize = 200;

    /// # Errors
    /// A number that is none, or more than there may be.
    fn of(query: &str) -> Result<Self, ()> {
        let number = |name: &str, otherwise: usize| {
            let given = query.split('&').find_map(|pair| pair.strip_prefix(name)?.strip_prefix('='));
            given.map_or(Ok(otherwise), |text| text.parse().map_err(|_| ()))
        };
        let (skip, limit) = (number("skip", 0)?, number("limit", 30)?);
        // None is as many as there may be.
        let limit = if limit == 0 { Self::MOST } else { limit };
        if limit > Self::MOST { Err(()) } else { Ok(Self { skip, limit }) }
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
    let offer = Offer::of(&found.function);
    let mut action = json!({
        "namespace": offer.namespace(),
        "name": offer.name,
        "version": "0.0.1",
        "publish": false,
        "updated": found.modified_ms,
        "annotations": [
            { "key": "exec", "value": app.runtime },
            { "key": "web-export", "value": web },
            { "key": "raw-http", "value": offer.web.raw },
            { "key": "final", "value": web },
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
        let all = defaults(app).into_iter();
        action["parameters"] = all.map(|(key, value)| json!({ "key": key, "value": value })).collect();
    }
    action
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
