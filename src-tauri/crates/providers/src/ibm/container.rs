//! Actions whose container brings an action proxy of its own: any program that speaks the action interface. What is made
//! of its answers is what OpenWhisk's invoker makes of them.
//! <https://github.com/apache/openwhisk/blob/master/docs/actions-new.md#action-interface>
//! <https://github.com/apache/openwhisk/blob/master/common/scala/src/main/scala/org/apache/openwhisk/core/entity/ActivationResult.scala>

use bytes::Bytes;
use http::{HeaderMap, HeaderValue, Method, header::CONTENT_TYPE, response::Parts};
use serde_json::{Value, json};

use super::{
    action::Offer,
    activation::{NAMESPACE, Status},
};
use crate::{
    conversation::InitFailure,
    domain::{App, Function, Language},
    invocation::{Body, HttpRequest, Reply, ResponseHead},
    provider::{Greeting, Reads},
};

/// `/init`, for proxies that are not ours: ours have their action from the start. The image is the action's code, so
/// none is sent; which activation it is for is not known to a process that is started ahead of one.
pub(super) fn init(app: &App) -> Option<Greeting> {
    if app.language != Language::Process {
        return None;
    }
    let function = app.functions.first()?;
    let message = json!({
        "value": {
            "name": Offer::of(function).name,
            "main": "main",
            "binary": false,
            "env": {
                "__OW_NAMESPACE": NAMESPACE,
                "__OW_ACTION_NAME": format!("/{}", Offer::of(function).path()),
                "__OW_ACTION_VERSION": "0.0.1",
            },
        },
    });
    let headers = HeaderMap::from_iter([(CONTENT_TYPE, HeaderValue::from_static("application/json"))]);
    let request = HttpRequest {
        method: Method::POST,
        target: "/init".into(),
        headers,
        body: message.to_string().into(),
    };
    Some(Greeting { request, refused })
}

fn refused(body: &Bytes) -> InitFailure {
    let error = told(body).unwrap_or_else(|| unfit("The action failed during initialization", body));
    let message = error.as_str().map_or_else(|| error.to_string(), str::to_owned);
    let error_type = Status::DeveloperError.text();
    let payload = json!({ "error": error, "errorType": error_type, "errorMessage": message });
    InitFailure { error_type: error_type.to_owned(), payload: payload.to_string().into() }
}

/// What an answer to `/run` says, of proxies that are not ours: those say it themselves.
pub(super) fn reads(app: &App, _: &Function) -> Option<Reads> {
    (app.language == Language::Process).then_some(run as Reads)
}

fn run(_: &Function, head: &Parts, body: &Bytes) -> Reply {
    let result =
        serde_json::from_slice::<Value>(body).ok().filter(|value| value.is_object() || value.is_array());
    let good = head.status.is_success();
    let (failed, body) = match result {
        Some(result) if good => {
            let is_error = result.get("error").is_some();
            (is_error.then_some(Status::ApplicationError), body.clone())
        }
        _ => {
            let said = "The action did not produce a valid JSON or JSON Array response";
            let error = told(body).filter(|_| !good).unwrap_or_else(|| unfit(said, body));
            (Some(Status::DeveloperError), json!({ "error": error }).to_string().into())
        }
    };
    let failed = failed.map(|status| status.text().to_owned());
    let headers = head.headers.clone();
    let head = ResponseHead { status: head.status, headers, streamed: false, failed, log: Vec::new() };
    Reply::Response { head, body: Body::Full(body) }
}

/// The error that an answer names.
fn told(body: &Bytes) -> Option<Value> {
    serde_json::from_slice::<Value>(body).ok()?.get_mut("error").map(Value::take)
}

fn unfit(what: &str, body: &Bytes) -> Value {
    let said = String::from_utf8_lossy(body);
    if said.is_empty() { json!(format!("{what}.")) } else { json!(format!("{what}: {said}")) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{Takes, UrlSettings};

    #[test]
    fn answers_are_read_as_the_invoker_reads_them() {
        let read = |status: u16, body: &'static str| {
            let response = http::Response::builder().status(status).body(()).unwrap();
            let function = Function {
                name: "garden".into(),
                description: String::new(),
                routes: Vec::new(),
                routes_cors: None,
                url: UrlSettings::default(),
                takes: Takes::Parameters,
                entry: None,
                bindings: Vec::new(),
            };
            let Reply::Response { head, body: Body::Full(body) } =
                run(&function, &response.into_parts().0, &Bytes::from_static(body.as_bytes()))
            else {
                panic!("it is an answer")
            };
            (head.failed.unwrap_or_default(), String::from_utf8(body.to_vec()).unwrap())
        };
        let (ours, theirs) = ("application error", "action developer error");
        for (status, body, failed, result) in [
            (200, r#"{ "a": 1 }"#, "", r#"{ "a": 1 }"#),
            (200, "[1]", "", "[1]"),
            (200, r#"{"error": 3}"#, ours, r#"{"error": 3}"#),
            (502, r#"{"error": "bad seed"}"#, theirs, r#"{"error":"bad seed"}"#),
            (
                200,
                "7",
                theirs,
                r#"{"error":"The action did not produce a valid JSON or JSON Array response: 7"}"#,
            ),
            (
                500,
                "",
                theirs,
                r#"{"error":"The action did not produce a valid JSON or JSON Array response."}"#,
            ),
            (
                500,
                "[1]",
                theirs,
                r#"{"error":"The action did not produce a valid JSON or JSON Array response: [1]"}"#,
            ),
        ] {
            assert_eq!(read(status, body), (failed.to_owned(), result.to_owned()), "{status} {body}");
        }
        let failure = |body: &'static str| {
            serde_json::from_slice::<Value>(&refused(&Bytes::from_static(body.as_bytes())).payload).unwrap()["error"].take()
        };
        assert_eq!(failure(r#"{"error": {"code": 1}}"#), json!({"code": 1}));
        assert_eq!(failure("no"), "The action failed during initialization: no");
        assert_eq!(failure(""), "The action failed during initialization.");
    }
}
