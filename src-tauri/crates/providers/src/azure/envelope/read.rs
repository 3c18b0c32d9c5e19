//! What a custom handler's answer says: the response of a function that has one, and what went to its other outputs. Our
//! own bootstraps answer events that are not requests in the same way.
//! <https://learn.microsoft.com/azure/azure-functions/functions-custom-handlers#response-payload>

use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header::CONTENT_TYPE};
use serde::Deserialize;
use serde_json::{Map, Value, json};

use crate::{
    domain::{Binding, Function},
    invocation::{Body, Reply, ResponseHead},
};

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

/// The same of a custom handler, whose input bindings are not in what it was sent.
pub(in crate::azure) fn read_handler(
    function: &Function,
    head: &http::response::Parts,
    body: &Bytes,
) -> Reply {
    let mut reply = read(function, head, body);
    if let Reply::Response { head, .. } = &mut reply {
        let inputs = function.bindings.iter().skip(1).filter(|binding| !binding.output);
        let lines = inputs.map(|input| {
            format!(
                "coldframe: input binding `{}` ({}) is not connected; it is not in Data",
                input.name, input.kind
            )
        });
        head.log.splice(0..0, lines);
    }
    reply
}

/// What a handler's answer says: the response of a function that has one, and what went to its other outputs.
pub(in crate::azure) fn read(function: &Function, head: &http::response::Parts, body: &Bytes) -> Reply {
    if !head.status.is_success() {
        let shown: String = String::from_utf8_lossy(body).chars().take(500).collect();
        return failed(&format!(
            "the handler answered with status {}: {}",
            head.status.as_u16(),
            shown.trim()
        ));
    }
    let kind = head.headers.get(CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    if !is_json(kind) {
        return failed(&format!(
            "the handler answered with the content type `{kind}`; the host takes application/json and nothing else"
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
    let answers = result.outputs.is_some();
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
        Value::Null if response.name == "$return" || !answers => {
            response_of(StatusCode::NO_CONTENT, HeaderMap::new(), None, log)
        }
        value if response.name == "$return" => http_response(value, log),
        value => named_response(&response.name, value, log),
    }
}

fn is_json(kind: &str) -> bool {
    let kind = kind.split(';').next().unwrap_or_default().trim();
    kind.eq_ignore_ascii_case("application/json") || kind.eq_ignore_ascii_case("text/json")
}

fn is_http(binding: &Binding) -> bool {
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

/// Of a return value: an object with a body is a response, anything else is the body of one.
fn http_response(value: &Value, log: Vec<String>) -> Reply {
    let parsed = parsed(value);
    let value = parsed.as_ref().filter(|parsed| parsed.is_object() || parsed.is_array()).unwrap_or(value);
    match value.as_object().filter(|members| member(members, "body").is_some()) {
        Some(members) => response(members, log),
        None => response_of(StatusCode::OK, HeaderMap::new(), content_of(value), log),
    }
}

/// Of an output by name: the host reads a response object of it, and of anything else an empty one.
/// <https://github.com/Azure/azure-functions-host/blob/dev/src/WebJobs.Script/Workers/Http/HttpScriptInvocationResultExtensions.cs>
fn named_response(name: &str, value: &Value, mut log: Vec<String>) -> Reply {
    let parsed = parsed(value);
    if let Some(members) = parsed.as_ref().unwrap_or(value).as_object() {
        return response(members, log);
    }
    if !value.is_null() {
        let shown: String = plain(value).chars().take(200).collect();
        log.push(format!(
            "coldframe: output binding `{name}` (http) got {shown}; the host takes an object with statusCode, headers and \
             body, and answers 200 without a body to anything else"
        ));
    }
    response_of(StatusCode::OK, HeaderMap::new(), None, log)
}

/// What a text says in JSON.
fn parsed(value: &Value) -> Option<Value> {
    value.as_str().and_then(|text| serde_json::from_str(text).ok())
}

fn member<'a>(members: &'a Map<String, Value>, name: &str) -> Option<&'a Value> {
    members.iter().find(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| value)
}

fn response(members: &Map<String, Value>, log: Vec<String>) -> Reply {
    let status = member(members, "statusCode").or_else(|| member(members, "status"));
    let wanted = status.filter(|status| !status.is_null()).map_or(Some(StatusCode::OK), |status| {
        let number = status.as_u64().or_else(|| status.as_str()?.trim().parse().ok())?;
        StatusCode::from_u16(u16::try_from(number).ok()?).ok().filter(|status| status.as_u16() >= 200)
    });
    let Some(wanted) = wanted else {
        return failed(&format!(
            "its statusCode is {}, which is no HTTP status",
            status.unwrap_or(&Value::Null)
        ));
    };
    let mut headers = HeaderMap::new();
    for (name, value) in member(members, "headers").and_then(Value::as_object).into_iter().flatten() {
        let (Ok(key), Ok(value)) = (HeaderName::try_from(name), HeaderValue::try_from(plain(value))) else {
            return failed(&format!("the header `{name}` of its response is no valid header"));
        };
        headers.append(key, value);
    }
    response_of(wanted, headers, member(members, "body").and_then(content_of), log)
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
