//! The Extensions API, as far as extensions inside the runtime's process need it: register, be told of invocations,
//! report failure. The emulator starts no external extensions, and an invocation does not wait for them.

use http::{HeaderMap, HeaderName, HeaderValue, Request, StatusCode};
use http_body_util::BodyExt;
use hyper::body::Incoming;
use serde::Deserialize;
use serde_json::json;
use uuid::Uuid;

use super::{
    replies::{self, Reply},
    runtime,
    state::{Shared, State},
};

const NAME: HeaderName = HeaderName::from_static("lambda-extension-name");
const IDENTIFIER: HeaderName = HeaderName::from_static("lambda-extension-identifier");
const EVENT_IDENTIFIER: HeaderName = HeaderName::from_static("lambda-extension-event-identifier");
const FEATURES: HeaderName = HeaderName::from_static("lambda-extension-accept-feature");
const ERROR_TYPE: HeaderName = HeaderName::from_static("lambda-extension-function-error-type");

const MAX_EXTENSIONS: usize = 10;

#[derive(Debug, Default)]
pub(super) struct Extensions(Vec<Extension>);

#[derive(Debug)]
struct Extension {
    id: Uuid,
    name: String,
    wants_invocations: bool,
    /// The last invocation it was told of.
    seen: u64,
}

#[derive(Deserialize)]
struct Registration {
    #[serde(default)]
    events: Vec<String>,
}

pub(super) async fn register(shared: &Shared, request: Request<Incoming>) -> Reply {
    let (head, body) = request.into_parts();
    let Some(name) =
        head.headers.get(NAME).and_then(|name| name.to_str().ok()).filter(|name| !name.is_empty())
    else {
        return forbidden("Extension.InvalidExtensionName", "Empty extension name");
    };
    let Ok(body) = http_body_util::Limited::new(body, 64 * 1024).collect().await else {
        return forbidden("InvalidRequestFormat", "the body could not be read");
    };
    let events = match serde_json::from_slice::<Registration>(&body.to_bytes()) {
        Ok(registration) => registration.events,
        Err(error) => return forbidden("InvalidRequestFormat", &error.to_string()),
    };
    if let Some(event) = events.iter().find(|event| *event != "INVOKE") {
        // External is what Lambda itself starts from `/opt/extensions`; none is started here, so all are internal.
        let why = if event == "SHUTDOWN" {
            "ShutdownEventNotSupportedForInternalExtension"
        } else {
            "ErrorInvalidEventType"
        };
        return forbidden("Extension.InvalidEventType", &format!("{event}: {why}"));
    }
    let id = Uuid::new_v4();
    if let Err(refused) = add(shared, id, name, events.iter().any(|event| event == "INVOKE")) {
        return refused.reply();
    }
    let mut description = json!({
        "functionName": shared.identity.function,
        "functionVersion": "$LATEST",
        "handler": shared.identity.handler,
    });
    let features = head.headers.get(FEATURES).and_then(|features| features.to_str().ok()).unwrap_or_default();
    if features.split(',').any(|feature| feature.trim() == "accountId") {
        description["accountId"] = json!(shared.identity.account.id);
    }
    let mut response = replies::json(StatusCode::OK, description.to_string().into());
    response.headers_mut().insert(IDENTIFIER, identifier(id));
    response
}

fn add(shared: &Shared, id: Uuid, name: &str, wants_invocations: bool) -> Result<(), Refused> {
    if shared.state() != State::Started {
        return Err(Refused::because(
            "Extension.RegistrationClosed",
            "Extension registration closed already",
        ));
    }
    let mut inner = shared.lock();
    let seen = inner.sequence;
    let Extensions(known) = &mut inner.extensions;
    if known.iter().any(|extension| extension.name == name) {
        return Err(Refused::because(
            "Extension.InvalidExtensionState",
            "Extension with this name already registered",
        ));
    }
    if known.len() == MAX_EXTENSIONS {
        return Err(Refused::because("Extension.TooManyExtensions", "Extension limit (10) reached"));
    }
    known.push(Extension { id, name: name.to_owned(), wants_invocations, seen });
    Ok(())
}

/// Resolves with the next invocation, and for an extension that asked for no events never: the connection ends with
/// the instance.
pub(super) async fn next(shared: &Shared, headers: &HeaderMap) -> Reply {
    let id = match known(shared, headers) {
        Ok(id) => id,
        Err(refused) => return refused.reply(),
    };
    loop {
        let work = shared.work.notified();
        if let Some(handover) = unseen(shared, id) {
            let event = json!({
                "eventType": "INVOKE",
                "deadlineMs": handover.deadline_ms,
                "requestId": handover.request_id,
                "invokedFunctionArn": runtime::arn(&shared.identity, &handover),
                "tracing": {
                    "type": "X-Amzn-Trace-Id",
                    "value": handover.context.trace_id.clone().unwrap_or_else(|| runtime::trace_id(&handover)),
                },
            });
            let mut response = replies::json(StatusCode::OK, event.to_string().into());
            response.headers_mut().insert(EVENT_IDENTIFIER, identifier(Uuid::new_v4()));
            return response;
        }
        work.await;
    }
}

fn unseen(shared: &Shared, id: Uuid) -> Option<std::sync::Arc<crate::invocation::Handover>> {
    let mut inner = shared.lock();
    let sequence = inner.sequence;
    let extension = inner.extensions.0.iter_mut().find(|extension| extension.id == id)?;
    if !extension.wants_invocations || extension.seen == sequence {
        return None;
    }
    extension.seen = sequence;
    inner.current.clone()
}

/// An extension that reports its own failure is believed and logged; the function goes on.
pub(super) fn failed(shared: &Shared, request: &Request<Incoming>) -> Reply {
    if let Err(refused) = known(shared, request.headers()) {
        return refused.reply();
    }
    let error_type = request.headers().get(ERROR_TYPE).and_then(|value| value.to_str().ok());
    let Some(error_type) = error_type.filter(|text| !text.is_empty()) else {
        return forbidden("Extension.MissingHeader", "Lambda-Extension-Function-Error-Type not found");
    };
    tracing::warn!(function = %shared.identity.function, error_type, "an extension reported a failure");
    replies::accepted()
}

fn known(shared: &Shared, headers: &HeaderMap) -> Result<Uuid, Refused> {
    let Some(text) = headers.get(IDENTIFIER) else {
        return Err(Refused::because(
            "Extension.MissingExtensionIdentifier",
            "Missing Lambda-Extension-Identifier header",
        ));
    };
    let Some(id) = text.to_str().ok().and_then(|text| Uuid::parse_str(text).ok()) else {
        return Err(Refused::because(
            "Extension.InvalidExtensionIdentifier",
            "Invalid Lambda-Extension-Identifier",
        ));
    };
    if shared.lock().extensions.0.iter().any(|extension| extension.id == id) {
        Ok(id)
    } else {
        Err(Refused::because("Extension.UnknownExtensionIdentifier", format!("Unknown extension {id}")))
    }
}

/// Why an extension is not served.
struct Refused {
    error_type: &'static str,
    message: String,
}

impl Refused {
    fn because(error_type: &'static str, message: impl Into<String>) -> Self {
        Self { error_type, message: message.into() }
    }

    fn reply(&self) -> Reply {
        forbidden(self.error_type, &self.message)
    }
}

fn forbidden(error_type: &str, message: &str) -> Reply {
    replies::error(StatusCode::FORBIDDEN, error_type, message)
}

fn identifier(id: Uuid) -> HeaderValue {
    HeaderValue::from_str(&id.to_string()).expect("a uuid is ASCII")
}
