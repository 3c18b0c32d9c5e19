//! The JSON that a custom handler is sent for an event and answers with. Our own bootstraps take and give the same for
//! events that are not requests.
//! <https://learn.microsoft.com/azure/azure-functions/functions-custom-handlers#request-payload>

use std::collections::BTreeMap;

use base64::{Engine as _, engine::general_purpose::STANDARD};
use bytes::Bytes;
use http::{
    HeaderMap, HeaderName, HeaderValue, StatusCode,
    header::{CONTENT_TYPE, HOST},
};
use percent_encoding::percent_decode_str;
use serde::Deserialize;
use serde_json::{Map, Value, json};
use time::{OffsetDateTime, format_description::well_known::Rfc3339};
use uuid::Uuid;

use super::TIMER_TRIGGER;
use crate::{
    clock,
    domain::{Binding, Function},
    invocation::{Body, HttpRequest, Reply, ResponseHead},
};

/// Of a request that came for a function, with its route's parameters.
pub(super) fn of_request(
    function: &Function,
    trigger: &Binding,
    request: &HttpRequest,
    parameters: &[(String, String)],
) -> Value {
    let host = request.headers.get(HOST).and_then(|host| host.to_str().ok()).unwrap_or("localhost");
    let query = query(&request.target);
    let mut headers: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    for (name, value) in &request.headers {
        headers
            .entry(name.as_str())
            .or_default()
            .push(String::from_utf8_lossy(value.as_bytes()).into_owned());
    }
    let headers: Map<String, Value> =
        headers.into_iter().map(|(name, values)| (canonical(name), json!(values))).collect();
    let text = |pairs: &[(String, String)]| -> Map<String, Value> {
        pairs.iter().map(|(name, value)| (name.clone(), json!(value))).collect()
    };
    let mut data = json!({
        "Url": format!("http://{host}{}", request.target),
        "Method": request.method.as_str(),
        "Query": text(&query),
        "Headers": headers,
        "Params": text(parameters),
        "Identities": [{
            "AuthenticationType": null, "IsAuthenticated": false, "Actor": null, "BootstrapContext": null,
            "Claims": [], "Label": null, "Name": null,
            "NameClaimType": "http://schemas.xmlsoap.org/ws/2005/05/identity/claims/name",
            "RoleClaimType": "http://schemas.microsoft.com/ws/2008/06/identity/claims/role",
        }],
    });
    if !request.body.is_empty() {
        data["Body"] = json!(body_text(&request.headers, &request.body));
    }
    let mut metadata = system(function);
    for (name, value) in query.iter().chain(parameters) {
        metadata.insert(name.clone(), json!(value));
    }
    json!({ "Data": { &trigger.name: data }, "Metadata": metadata })
}

/// Of what a person, or a caller of the admin API, gave a function that takes no requests.
pub(super) fn of_message(function: &Function, trigger: &Binding, id: &str, given: &[u8]) -> Value {
    let mut metadata = system(function);
    if trigger.kind.eq_ignore_ascii_case(TIMER_TRIGGER) {
        return json!({ "Data": { &trigger.name: timer() }, "Metadata": metadata });
    }
    let text = message(given);
    // The host serialises texts once more, so that every value is JSON.
    let twice = |text: &str| json!(json!(text).to_string());
    if trigger.kind.eq_ignore_ascii_case("queueTrigger") {
        let now = now();
        let in_a_week = (now + time::Duration::days(7)).format(&Rfc3339).unwrap_or_default();
        let now = now.format(&Rfc3339).unwrap_or_default();
        metadata.insert("DequeueCount".into(), json!("1"));
        for (name, value) in [
            ("Id", id),
            ("InsertionTime", &now),
            ("ExpirationTime", &in_a_week),
            ("NextVisibleTime", &now),
            ("PopReceipt", "coldframe"),
        ] {
            metadata.insert(name.into(), twice(value));
        }
    }
    json!({ "Data": { &trigger.name: twice(&text) }, "Metadata": metadata })
}

/// A JSON text stands for what is in it; all else is the message as it is.
fn message(given: &[u8]) -> String {
    match serde_json::from_slice(given) {
        Ok(Value::String(text)) => text,
        _ => String::from_utf8_lossy(given).into_owned(),
    }
}

/// As the host passes a timer on: when it ran is not known of one that a person triggers.
fn timer() -> Value {
    const NEVER: &str = "0001-01-01T00:00:00+00:00";
    json!({
        "Schedule": { "AdjustForDST": true },
        "ScheduleStatus": { "Last": NEVER, "Next": NEVER, "LastUpdated": NEVER },
        "IsPastDue": false,
    })
}

fn system(function: &Function) -> Map<String, Value> {
    let now = now().format(&Rfc3339).unwrap_or_default();
    let sys =
        json!({ "MethodName": function.entry(), "UtcNow": now, "RandGuid": Uuid::new_v4().to_string() });
    Map::from_iter([("sys".to_owned(), sys)])
}

fn now() -> OffsetDateTime {
    OffsetDateTime::from_unix_timestamp_nanos(i128::from(clock::now_us()) * 1000)
        .unwrap_or(OffsetDateTime::UNIX_EPOCH)
}

/// Names as .NET's server spells those it knows.
fn canonical(name: &str) -> String {
    name.split('-')
        .map(|word| {
            let mut letters = word.chars();
            letters
                .next()
                .map_or_else(String::new, |first| first.to_ascii_uppercase().to_string() + letters.as_str())
        })
        .collect::<Vec<_>>()
        .join("-")
}

/// The query's names and decoded values; of a name that comes again, the values joined by commas.
fn query(target: &str) -> Vec<(String, String)> {
    let decoded = |text: &str| percent_decode_str(&text.replace('+', " ")).decode_utf8_lossy().into_owned();
    let mut all: Vec<(String, String)> = Vec::new();
    let pairs = target.split_once('?').map_or("", |(_, query)| query).split('&');
    for pair in pairs.filter(|pair| !pair.is_empty()) {
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        let (name, value) = (decoded(name), decoded(value));
        match all.iter_mut().find(|(known, _)| *known == name) {
            Some((_, values)) => *values = format!("{values},{value}"),
            None => all.push((name, value)),
        }
    }
    all
}

fn body_text(headers: &HeaderMap, body: &Bytes) -> String {
    let kind = headers.get(CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    let binary = kind.starts_with("application/octet-stream") || kind.starts_with("multipart/");
    if binary { STANDARD.encode(body) } else { String::from_utf8_lossy(body).into_owned() }
}

/// What a handler answers with; every part may be missing or null.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Result {
    #[serde(rename = "Outputs", alias = "outputs")]
    outputs: Option<Map<String, Value>>,
    #[serde(rename = "Logs", alias = "logs")]
    logs: Option<Vec<Value>>,
    #[serde(rename = "ReturnValue", alias = "returnValue")]
    returned: Value,
}

/// What a handler's answer says: the response of a function that has one, and what went to its other outputs.
pub(super) fn read(function: &Function, head: &http::response::Parts, body: &Bytes) -> Reply {
    if !head.status.is_success() {
        let shown: String = String::from_utf8_lossy(body).chars().take(500).collect();
        return failed(&format!(
            "the handler answered with status {}: {}",
            head.status.as_u16(),
            shown.trim()
        ));
    }
    let result: Result = match serde_json::from_slice(body) {
        Ok(result) => result,
        Err(error) => {
            return failed(&format!(
                "the handler answered with something else than {{\"Outputs\", \"Logs\", \"ReturnValue\"}}: {error}"
            ));
        }
    };
    let mut log: Vec<String> = result.logs.unwrap_or_default().iter().map(plain).collect();
    let outputs = result.outputs.unwrap_or_default();
    let given = |binding: &Binding| match binding.name.as_str() {
        "$return" => &result.returned,
        name => outputs.get(name).unwrap_or(&Value::Null),
    };
    let (responses, others): (Vec<&Binding>, Vec<&Binding>) =
        function.bindings.iter().filter(|binding| binding.output).partition(|binding| is_http(binding));
    for binding in others {
        let value = given(binding);
        if !value.is_null() {
            log.push(not_sent(binding, &plain(value)));
        }
    }
    let unknown =
        |name: &&String| !function.bindings.iter().any(|binding| binding.output && binding.name == **name);
    for name in outputs.keys().filter(unknown) {
        log.push(format!(
            "coldframe: `{name}` is no output binding of {}; what it was given is left out",
            function.name
        ));
    }
    let Some(response) = responses.first() else {
        let body = json!({ "Outputs": outputs, "ReturnValue": result.returned }).to_string();
        return response_of(StatusCode::OK, HeaderMap::new(), Some(("application/json", body)), log);
    };
    match given(response) {
        Value::Null => response_of(StatusCode::NO_CONTENT, HeaderMap::new(), None, log),
        value => http_response(value, log),
    }
}

pub(super) fn is_http(binding: &Binding) -> bool {
    binding.kind.eq_ignore_ascii_case("http")
}

/// Of an output that is not another's event here.
fn not_sent(binding: &Binding, value: &str) -> String {
    let shown: String = value.chars().take(1000).collect();
    format!("coldframe: output binding `{}` ({}) got {shown}; nothing is sent", binding.name, binding.kind)
}

fn plain(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

/// An object with a body is a response, as the host has it; anything else is the body of one.
fn http_response(value: &Value, log: Vec<String>) -> Reply {
    let parsed = value.as_str().and_then(|text| serde_json::from_str::<Value>(text).ok());
    let value = parsed.as_ref().filter(|parsed| parsed.is_object() || parsed.is_array()).unwrap_or(value);
    let member = |name: &str| {
        value.as_object()?.iter().find(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| value)
    };
    let Some(content) = member("body") else {
        return response_of(StatusCode::OK, HeaderMap::new(), content_of(value), log);
    };
    let status = member("statusCode").or_else(|| member("status"));
    let status = status.map_or(Some(StatusCode::OK), |status| {
        let number = status.as_u64().or_else(|| status.as_str()?.trim().parse().ok())?;
        StatusCode::from_u16(u16::try_from(number).ok()?).ok().filter(|status| status.as_u16() >= 200)
    });
    let Some(status) = status else {
        return failed(&format!(
            "its statusCode is {}, which is no HTTP status",
            member("statusCode").unwrap_or(&Value::Null)
        ));
    };
    let mut headers = HeaderMap::new();
    for (name, value) in member("headers").and_then(Value::as_object).into_iter().flatten() {
        let (Ok(key), Ok(value)) = (HeaderName::try_from(name), HeaderValue::try_from(plain(value))) else {
            return failed(&format!("the header `{name}` of its response is no valid header"));
        };
        headers.append(key, value);
    }
    response_of(status, headers, content_of(content), log)
}

fn content_of(content: &Value) -> Option<(&'static str, String)> {
    match content {
        Value::Null => None,
        Value::String(text) => Some(("text/plain; charset=utf-8", text.clone())),
        other => Some(("application/json; charset=utf-8", other.to_string())),
    }
}

fn response_of(
    status: StatusCode,
    mut headers: HeaderMap,
    content: Option<(&'static str, String)>,
    log: Vec<String>,
) -> Reply {
    let body = content.map_or_else(Bytes::new, |(kind, text)| {
        headers.entry(CONTENT_TYPE).or_insert(HeaderValue::from_static(kind));
        text.into()
    });
    Reply::Response {
        head: ResponseHead { status, headers, streamed: false, failed: None, log },
        body: Body::Full(body),
    }
}

fn failed(message: &str) -> Reply {
    let error_type = "InvalidHandlerResponse";
    let payload = json!({ "errorType": error_type, "errorMessage": message }).to_string();
    Reply::Error { error_type: error_type.into(), payload: payload.into() }
}

#[cfg(test)]
mod tests;
