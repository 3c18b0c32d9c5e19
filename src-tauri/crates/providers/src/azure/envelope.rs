//! The JSON that a custom handler is sent for an event. Our own bootstraps take the same for events that are not requests.
//! <https://learn.microsoft.com/azure/azure-functions/functions-custom-handlers#request-payload>

mod read;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use base64::{Engine as _, engine::general_purpose::STANDARD};
use bytes::Bytes;
use http::{
    HeaderMap,
    header::{CONTENT_TYPE, HOST},
};
use percent_encoding::percent_decode_str;
use serde_json::{Map, Value, json};
use time::{OffsetDateTime, format_description::well_known::Rfc3339};
use uuid::Uuid;

pub(super) use self::read::{read, read_handler};
use super::TIMER_TRIGGER;
use crate::{
    clock,
    domain::{Binding, Function},
    invocation::HttpRequest,
};

/// Of a route: its name and decoded value; without one where it is optional and was left out.
pub(super) type Parameter = (String, Option<String>);

/// Of a request that came for a function, with its route's parameters.
pub(super) fn of_request(
    function: &Function,
    trigger: &Binding,
    request: &HttpRequest,
    parameters: &[Parameter],
) -> Value {
    let host = request.headers.get(HOST).and_then(|host| host.to_str().ok()).unwrap_or("localhost");
    let query = query(&request.target);
    let mut headers: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for (name, value) in &request.headers {
        let value = String::from_utf8_lossy(value.as_bytes()).into_owned();
        headers.entry(canonical(name.as_str())).or_default().push(value);
    }
    let asked: Map<String, Value> = query.iter().map(|(name, value)| (name.clone(), json!(value))).collect();
    let mut data = json!({
        "Url": format!("http://{host}{}", request.target),
        "Method": request.method.as_str(),
        "Query": asked,
        "Headers": headers,
        "Params": parameters.iter().cloned().collect::<BTreeMap<_, _>>(),
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
    // What expressions in bindings may name: a later one of a name stands for the earlier.
    let mut metadata = properties(&request.body);
    for (name, value) in query.iter().filter(|(name, _)| !name.eq_ignore_ascii_case("code")) {
        metadata.insert(name.clone(), twice(value));
    }
    for (name, value) in parameters {
        if let Some(value) = value {
            metadata.insert(name.clone(), twice(value));
        }
    }
    metadata.entry("Query").or_insert_with(|| data["Query"].clone());
    let joined = headers.into_iter().map(|(name, values)| (name, json!(values.join(",")))).collect();
    metadata.entry("Headers").or_insert(Value::Object(joined));
    json!({ "Data": { &trigger.name: data }, "Metadata": with_system(metadata, function) })
}

/// Of what a person, or a caller of the admin API, gave a function that takes no requests.
pub(super) fn of_message(function: &Function, trigger: &Binding, id: &str, given: &[u8]) -> Value {
    if trigger.kind.eq_ignore_ascii_case(TIMER_TRIGGER) {
        let metadata = with_system(Map::new(), function);
        return json!({ "Data": { &trigger.name: timer() }, "Metadata": metadata });
    }
    let text = message(given);
    let mut metadata = Map::new();
    if trigger.kind.eq_ignore_ascii_case("queueTrigger") {
        metadata = properties(text.as_bytes());
        let now = now();
        let in_a_week = now + time::Duration::days(7);
        metadata.insert("DequeueCount".into(), json!("1"));
        metadata.insert("Id".into(), twice(id));
        metadata.insert("PopReceipt".into(), twice("coldframe"));
        for (name, at) in [("InsertionTime", now), ("ExpirationTime", in_a_week), ("NextVisibleTime", now)] {
            metadata.insert(name.into(), json!(at.format(&Rfc3339).unwrap_or_default()));
        }
    }
    json!({ "Data": { &trigger.name: twice(&text) }, "Metadata": with_system(metadata, function) })
}

/// The host serialises texts once more, so that every value is JSON; times it leaves as they are.
fn twice(text: &str) -> Value {
    json!(json!(text).to_string())
}

/// What a JSON object tells of itself: each of its members, with numbers and the like as texts.
fn properties(text: &[u8]) -> Map<String, Value> {
    let members: Map<String, Value> = serde_json::from_slice(text).unwrap_or_default();
    let told = |value: Value| match value {
        Value::Null => None,
        Value::String(text) => Some(twice(&text)),
        Value::Bool(true) => Some(twice("True")),
        Value::Bool(false) => Some(twice("False")),
        Value::Number(number) => Some(twice(&number.to_string())),
        Value::Array(_) => Some(json!(value.to_string())),
        Value::Object(_) => Some(value),
    };
    // What triggers the function is in the data.
    let members = members.into_iter().filter(|(name, _)| !name.to_ascii_lowercase().ends_with("trigger"));
    members.filter_map(|(name, value)| Some((name, told(value)?))).collect()
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

fn with_system(mut metadata: Map<String, Value>, function: &Function) -> Map<String, Value> {
    let now = now().format(&Rfc3339).unwrap_or_default();
    let sys =
        json!({ "MethodName": function.entry(), "UtcNow": now, "RandGuid": Uuid::new_v4().to_string() });
    metadata.insert("sys".to_owned(), sys);
    metadata
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
