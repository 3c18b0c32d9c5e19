//! What an app's process is sent for an event, and what its answer means.
//!
//! A custom handler gets requests as they came or wrapped in JSON, as its `host.json` says. Our bootstraps get requests
//! as they came, with the function they are for in headers of ours, and everything else wrapped.

use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue, Method, header};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use super::{HTTP_TRIGGER, envelope, route};
use crate::{
    domain::{App, Binding, Function, Language, Problem},
    example::Example,
    http_event,
    invocation::{Event, Handover, HttpRequest},
    provider::Reads,
};

/// The version of the host whose contract this is, as it names itself to handlers.
pub(super) const HOST_VERSION: &str = "4.1036.2.2";

const INVOCATION: HeaderName = HeaderName::from_static("x-azure-functions-invocationid");
const VERSION: HeaderName = HeaderName::from_static("x-azure-functions-hostversion");
/// What a function's name may hold and a path takes as it is.
const UNRESERVED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'_').remove(b'.').remove(b'~');
/// For our bootstraps: which function, and its route's parameters as a query.
const FUNCTION: HeaderName = HeaderName::from_static("coldframe-function");
const PARAMETERS: HeaderName = HeaderName::from_static("coldframe-parameters");

/// What a person wrote, for a function: a description of a request, or the message of another trigger.
///
/// # Errors
/// What is wrong with the description.
pub(super) fn event(function: &Function, text: &str) -> Result<Event, Problem> {
    if !is_http(function) {
        return Ok(Event::Bytes(text.trim().to_owned().into()));
    }
    let mut request = http_event::described(text)?;
    if request.target == "/" && parameters(function, "/").is_none() {
        // Its own address, where none was said.
        request.target = function.routes.first().map_or_else(|| "/".into(), |route| plain_path(&route.path));
    }
    request.headers.entry(header::HOST).or_insert(HeaderValue::from_static("localhost"));
    Ok(Event::Http(request))
}

/// How its trigger would call it.
pub(super) fn example(_app: &App, function: &Function) -> Option<Example> {
    if is_http(function) {
        return Example::at_route(function);
    }
    let trigger = trigger(function)?;
    let event = match trigger.kind.to_ascii_lowercase().as_str() {
        "queuetrigger" | "servicebustrigger" | "eventhubtrigger" => r#"{"name":"world"}"#,
        "blobtrigger" => "hello",
        _ => return None,
    };
    Some(Example { trigger: trigger.kind.clone(), event: event.to_owned() })
}

/// A route's path as far as it is spelled out.
fn plain_path(template: &str) -> String {
    let parts: Vec<&str> = template.split('/').take_while(|part| !part.starts_with('{')).collect();
    let path = parts.join("/");
    if path.starts_with('/') { path } else { format!("/{path}") }
}

pub(super) fn is_http(function: &Function) -> bool {
    trigger(function).is_none_or(|trigger| trigger.kind.eq_ignore_ascii_case(HTTP_TRIGGER))
}

/// Detection puts it first.
pub(super) fn trigger(function: &Function) -> Option<&Binding> {
    function.bindings.first().filter(|binding| !binding.output)
}

/// The route's parameters in a path, if one of the function's routes fits.
fn parameters(function: &Function, target: &str) -> Option<Vec<envelope::Parameter>> {
    let path = target.split('?').next().unwrap_or(target);
    function.routes.iter().find_map(|own| Some(route::fit(&own.path, path)?.parameters))
}

/// Whether the process gets requests as they came.
fn forwards(app: &App, function: &Function) -> bool {
    is_http(function)
        && (app.language != Language::Process
            || trigger(function)
                .is_some_and(|trigger| trigger.settings.contains_key(super::detect::FORWARDS)))
}

pub(super) fn request(app: &App, handover: Handover) -> HttpRequest {
    let Handover { request_id, event, function, .. } = handover;
    let function = &*function;
    let unnamed = Binding { name: "req".into(), kind: HTTP_TRIGGER.into(), ..Binding::default() };
    let trigger = trigger(function).unwrap_or(&unnamed);
    match event {
        Event::Http(mut request) => {
            let parameters = parameters(function, &request.target).unwrap_or_default();
            if !forwards(app, function) {
                let envelope = envelope::of_request(function, trigger, &request, &parameters);
                return post(function.entry(), &request_id, envelope.to_string().into());
            }
            identify(&mut request.headers, &request_id);
            if app.language != Language::Process {
                let encoded = |text: &str| utf8_percent_encode(text, NON_ALPHANUMERIC).to_string();
                let given = parameters.iter().filter_map(|(name, value)| Some((name, value.as_ref()?)));
                let pairs: Vec<String> =
                    given.map(|(name, value)| format!("{}={}", encoded(name), encoded(value))).collect();
                set(&mut request.headers, FUNCTION, &encoded(function.entry()));
                set(&mut request.headers, PARAMETERS, &pairs.join("&"));
            }
            request
        }
        Event::Bytes(given) => {
            let envelope = envelope::of_message(function, trigger, &request_id, &given);
            let mut request = post(function.entry(), &request_id, envelope.to_string().into());
            if app.language != Language::Process {
                let name = utf8_percent_encode(function.entry(), NON_ALPHANUMERIC).to_string();
                set(&mut request.headers, FUNCTION, &name);
            }
            request
        }
    }
}

pub(super) fn reads(app: &App, function: &Function) -> Option<Reads> {
    let read: Reads = if app.language == Language::Process { envelope::read_handler } else { envelope::read };
    (!forwards(app, function)).then_some(read)
}

/// The host writes the JSON for a handler as it goes, and so names no length.
pub(super) fn chunked(app: &App, function: &Function) -> bool {
    app.language == Language::Process && !forwards(app, function)
}

fn post(name: &str, id: &str, body: Bytes) -> HttpRequest {
    let mut headers = HeaderMap::new();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json; charset=utf-8"));
    identify(&mut headers, id);
    let target = format!("/{}", utf8_percent_encode(name, UNRESERVED));
    HttpRequest { method: Method::POST, target, headers, body }
}

fn identify(headers: &mut HeaderMap, id: &str) {
    set(headers, INVOCATION, id);
    set(headers, VERSION, HOST_VERSION);
    let agent = match headers.get(header::USER_AGENT).and_then(|own| own.to_str().ok()) {
        // The host adds itself to what the caller said.
        Some(own) => format!("{own} Azure-Functions-Host/{HOST_VERSION}"),
        None => format!("Azure-Functions-Host/{HOST_VERSION}"),
    };
    set(headers, header::USER_AGENT, &agent);
}

fn set(headers: &mut HeaderMap, name: HeaderName, value: &str) {
    if let Ok(value) = HeaderValue::from_str(value) {
        headers.insert(name, value);
    }
}
