//! What an action is run with, and the record of an activation that callers read.
//! <https://github.com/apache/openwhisk/blob/master/docs/actions-new.md>

use std::{
    collections::VecDeque,
    sync::{Arc, Mutex, PoisonError},
};

use bytes::Bytes;
use http::{HeaderMap, HeaderValue, Method, header::CONTENT_TYPE};
use serde_json::{Map, Value, json};

use super::action::Offer;
use crate::{
    clock,
    domain::App,
    invocation::{Answer, Body, Event, Found, Handover, HttpRequest, Outcome, Served},
};

/// Where actions find the platform, as far as they are told.
pub(super) const API_HOST: &str = "http://localhost";

/// The only namespace there is.
pub(super) const NAMESPACE: &str = "guest";

/// Ends an activation in both streams of its action proxy.
pub(super) const END: &str = "XXX_THE_END_OF_A_WHISK_ACTIVATION_XXX";

/// Activations that can be asked for afterwards.
const KEPT: usize = 1000;

/// The request an action proxy gets: the parameters, and what becomes `__OW_…` in the environment.
pub(super) fn run_request(_app: &App, handover: Handover) -> HttpRequest {
    let Handover { request_id, event, deadline_ms, function, .. } = handover;
    let value: Value = match event {
        Event::Bytes(bytes) => serde_json::from_slice(&bytes).unwrap_or_else(|_| json!({})),
        Event::Http(request) => return request,
    };
    let message = json!({
        "value": value,
        "namespace": NAMESPACE,
        "action_name": format!("/{}", Offer::of(&function).path()),
        "api_host": API_HOST,
        "api_key": "",
        "activation_id": request_id,
        "transaction_id": request_id,
        "deadline": deadline_ms.to_string(),
        "action_version": "0.0.1",
    });
    let headers = HeaderMap::from_iter([(CONTENT_TYPE, HeaderValue::from_static("application/json"))]);
    HttpRequest { method: Method::POST, target: "/run".into(), headers, body: message.to_string().into() }
}

/// How an activation ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Status {
    Success,
    ApplicationError,
    DeveloperError,
    InternalError,
}

impl Status {
    pub(super) fn text(self) -> &'static str {
        match self {
            Self::Success => "success",
            Self::ApplicationError => "application error",
            Self::DeveloperError => "action developer error",
            Self::InternalError => "whisk internal error",
        }
    }

    fn code(self) -> u8 {
        match self {
            Self::Success => 0,
            Self::ApplicationError => 1,
            Self::DeveloperError => 2,
            Self::InternalError => 3,
        }
    }

    fn of(text: &str) -> Self {
        match text {
            "application error" => Self::ApplicationError,
            _ => Self::DeveloperError,
        }
    }
}

/// A finished activation.
#[derive(Debug, Clone)]
pub(super) struct Activation {
    pub(super) id: String,
    pub(super) status: Status,
    pub(super) result: Value,
    pub(super) logs: Vec<String>,
    offer: Offer,
    kind: String,
    start_ms: i64,
    end_ms: i64,
    served: Option<Served>,
    timeout_ms: u64,
    memory_mb: u32,
}

impl Activation {
    /// `None` where the call was throttled or nobody is there: that is no activation.
    pub(super) async fn of(found: &Found, outcome: Outcome, start_ms: i64) -> Result<Self, Refusal> {
        let Outcome { request_id, answer, served, log, .. } = outcome;
        let (status, result) = match answer {
            Answer::Response { head, body } => {
                let bytes = whole(body).await;
                let status = head.failed.as_deref().map_or(Status::Success, Status::of);
                (status, serde_json::from_slice(&bytes).unwrap_or(Value::Null))
            }
            Answer::FunctionError { error_type, payload, .. } => {
                let body: Value = serde_json::from_slice(&payload).unwrap_or_default();
                let error = body.get("error").cloned().unwrap_or_else(|| {
                    let said = body["errorMessage"].as_str().unwrap_or_default();
                    json!(format!("Initialization has failed due to: {error_type}: {said}"))
                });
                (Status::DeveloperError, json!({ "error": error }))
            }
            Answer::Refused { message } => (Status::InternalError, json!({ "error": message })),
            Answer::Throttled(_) => return Err(Refusal::Throttled),
            Answer::NotFound => return Err(Refusal::NotFound),
        };
        let logs = match log {
            Some(log) => log.await.unwrap_or_default(),
            None => Vec::new(),
        };
        let settings = &found.app.settings;
        Ok(Self {
            id: request_id,
            status,
            result,
            logs,
            offer: Offer::of(&found.function),
            kind: found.app.runtime.clone(),
            start_ms,
            end_ms: clock::now_us() / 1000,
            served,
            timeout_ms: u64::try_from(settings.timeout.as_millis()).unwrap_or(u64::MAX),
            memory_mb: settings.memory_mb,
        })
    }

    pub(super) fn response(&self) -> Value {
        json!({
            "status": self.status.text(),
            "statusCode": self.status.code(),
            "success": self.status == Status::Success,
            "result": self.result,
        })
    }

    /// The whole record; `initTime` only of a cold start, `waitTime` what was waited besides, both milliseconds.
    pub(super) fn record(&self, with_logs: bool) -> Value {
        let ms = |duration: std::time::Duration| i64::try_from(duration.as_millis()).unwrap_or(i64::MAX);
        let (init, handler) = self.served.map_or((0, 0), |served| (ms(served.init), ms(served.handler)));
        let cold = self.served.is_some_and(|served| served.cold);
        let total = (self.end_ms - self.start_ms).max(init + handler);
        let mut annotations = vec![
            json!({ "key": "path", "value": self.offer.path() }),
            json!({ "key": "waitTime", "value": total - init - handler }),
            json!({ "key": "kind", "value": self.kind }),
            json!({ "key": "timeout", "value": false }),
            json!({ "key": "limits", "value": {
                "concurrency": 1, "logs": 10, "memory": self.memory_mb, "timeout": self.timeout_ms,
            } }),
        ];
        if cold {
            annotations.push(json!({ "key": "initTime", "value": init }));
        }
        let mut record = json!({
            "activationId": self.id,
            "annotations": annotations,
            "duration": init + handler,
            "end": self.end_ms,
            "name": self.offer.name,
            "namespace": NAMESPACE,
            "publish": false,
            "response": self.response(),
            "start": self.start_ms,
            "subject": NAMESPACE,
            "version": "0.0.1",
        });
        record["logs"] = if with_logs { json!(self.logs) } else { json!([]) };
        record
    }
}

/// Why there was no activation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Refusal {
    Throttled,
    NotFound,
}

async fn whole(body: Body) -> Bytes {
    let mut chunks = match body {
        Body::Full(bytes) => return bytes,
        Body::Stream(chunks) => chunks,
    };
    let mut all = Vec::new();
    while let Some(chunk) = chunks.recv().await {
        if let crate::invocation::Chunk::Data(data) = chunk {
            all.extend_from_slice(&data);
        }
    }
    all.into()
}

/// The latest activations, for callers that come back for them.
#[derive(Debug, Clone, Default)]
pub(super) struct Recent(Arc<Mutex<VecDeque<Arc<Activation>>>>);

impl Recent {
    pub(super) fn add(&self, activation: Activation) -> Arc<Activation> {
        let activation = Arc::new(activation);
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        kept.push_front(Arc::clone(&activation));
        kept.truncate(KEPT);
        activation
    }

    pub(super) fn get(&self, id: &str) -> Option<Arc<Activation>> {
        self.all().into_iter().find(|activation| activation.id == id)
    }

    /// The newest first.
    pub(super) fn all(&self) -> Vec<Arc<Activation>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).iter().cloned().collect()
    }
}

/// As parameters a JSON object, or nothing for what is none.
pub(super) fn object(value: Value) -> Option<Map<String, Value>> {
    match value {
        Value::Object(map) => Some(map),
        _ => None,
    }
}
