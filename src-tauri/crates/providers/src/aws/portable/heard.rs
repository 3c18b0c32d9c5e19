//! A person's event of a Lambda function: any JSON, or what one of AWS's gateways makes of a request, which is told by its
//! shape. <https://docs.aws.amazon.com/lambda/latest/dg/services-apigateway.html>,
//! <https://docs.aws.amazon.com/lambda/latest/dg/services-alb.html>

use std::collections::BTreeMap;

use base64::{DecodeError, Engine as _, engine::general_purpose::STANDARD};
use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue, Method, header, uri::PathAndQuery};
use percent_encoding::{AsciiSet, CONTROLS, NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::Value;

use super::super::door;
use crate::{
    domain::{Function, Gateway, Problem, RestStage, Route},
    invocation::HttpRequest,
    portable::{Call, Heard},
};

/// What no address has as it is.
const UNSENDABLE: &AsciiSet =
    &CONTROLS.add(b' ').add(b'"').add(b'<').add(b'>').add(b'`').add(b'{').add(b'}').add(b'#').add(b'?');

pub(super) fn heard(function: &Function, text: &str) -> Result<Heard, Problem> {
    let text = if text.trim().is_empty() { "{}" } else { text };
    let event: Value = serde_json::from_str(text).map_err(|error| {
        Problem::error(format!("the event is not JSON: {error}")).hint("an empty event is {}")
    })?;
    let sent = sent(function, &event).map_err(|error| {
        Problem::error(format!("`body` is not the Base64 that `isBase64Encoded` says: {error}"))
            .hint("write the body as text with \"isBase64Encoded\": false, or encode it")
    })?;
    Ok(match sent {
        Some((request, route)) => {
            let whole = completed(function, event, &request, route.as_ref());
            Heard { route, ..Heard::new(&whole.to_string(), Call::Request(request)) }
        }
        None => Heard::new(text, Call::Value(event)),
    })
}

/// An event that was written by hand, with what its gateway says besides.
fn completed(function: &Function, given: Value, request: &HttpRequest, route: Option<&Route>) -> Value {
    let variables = given["pathParameters"].as_object().into_iter().flatten();
    let variables: Vec<(String, String)> =
        variables.map(|(name, value)| (name.clone(), text(value).to_owned())).collect();
    let whole = door::event_through(&function.name, route, request, &variables);
    let mut whole: Value = serde_json::from_slice(&whole).unwrap_or_default();
    fill(&mut whole, given);
    whole
}

/// What is given stands above what is there; names of headers are the same in any case.
fn fill(whole: &mut Value, given: Value) {
    match (whole, given) {
        (Value::Object(whole), Value::Object(given)) => {
            for (name, value) in given {
                if let (Some(headers), Value::Object(own)) = (whole.get_mut(&name), &value)
                    && name.to_ascii_lowercase().ends_with("headers")
                    && let Some(headers) = headers.as_object_mut()
                {
                    headers.retain(|there, _| !own.keys().any(|name| name.eq_ignore_ascii_case(there)));
                }
                fill(whole.entry(name).or_insert(Value::Null), value);
            }
        }
        (whole, given) => *whole = given,
    }
}

/// The request that an event tells of, and the route it came by; nothing where it is no gateway's.
///
/// # Errors
/// Its body is not what it says.
fn sent(function: &Function, event: &Value) -> Result<Option<(HttpRequest, Option<Route>)>, DecodeError> {
    let context = &event["requestContext"];
    let is_of_api = context["http"]["method"].is_string() && event["rawPath"].is_string();
    let (method, path) = if is_of_api {
        (&context["http"]["method"], &event["rawPath"])
    } else if context.is_object() {
        (&event["httpMethod"], &event["path"])
    } else {
        return Ok(None);
    };
    let method = method.as_str().and_then(|method| Method::from_bytes(method.as_bytes()).ok());
    let (Some(method), Some(path)) = (method, path.as_str()) else { return Ok(None) };
    let (query, route) = if is_of_api {
        (text(&event["rawQueryString"]).to_owned(), route_of_api(event))
    } else if context["elb"].is_object() {
        let multi_value = event["multiValueHeaders"].is_object();
        let gateway = Gateway::LoadBalancer { multi_value };
        // They come as they were sent.
        (query(event, str::to_owned), Some(Route { gateway, ..Route::new("ANY", "/*") }))
    } else {
        let encoded = |text: &str| utf8_percent_encode(text, NON_ALPHANUMERIC).to_string();
        (query(event, encoded), Some(route_of_rest(function, event, method.as_str(), path)))
    };
    let body = text(&event["body"]);
    let body = if event["isBase64Encoded"] == true {
        STANDARD.decode(body)?.into()
    } else {
        Bytes::from(body.to_owned())
    };
    let request = HttpRequest { method, target: target(path, &query), headers: headers(event), body };
    Ok(Some((request, route)))
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

/// Of payload 2.0, where it is not whatever no other route takes.
fn route_of_api(event: &Value) -> Option<Route> {
    let (method, path) = event["routeKey"].as_str()?.split_once(' ')?;
    Some(Route::new(method, path))
}

/// Of payload 1.0: the function's own where the template has it, else what the event says of it.
fn route_of_rest(function: &Function, event: &Value, method: &str, path: &str) -> Route {
    let resource = event["resource"].as_str().unwrap_or(path);
    let fits = |route: &&Route| {
        route.path == resource
            && (route.method == "ANY" || route.method == method)
            && matches!(route.gateway, Gateway::Rest(_))
    };
    if let Some(own) = function.routes.iter().find(fits) {
        return own.clone();
    }
    let variables = event["stageVariables"].as_object().into_iter().flatten();
    let variables: BTreeMap<_, _> =
        variables.map(|(name, value)| (name.clone(), text(value).to_owned())).collect();
    let encoded = event["isBase64Encoded"] == true;
    let stage = RestStage {
        name: event["requestContext"]["stage"].as_str().unwrap_or("Prod").to_owned(),
        variables,
        binary_types: if encoded { vec!["*/*".to_owned()] } else { Vec::new() },
        cors: None,
    };
    Route { gateway: Gateway::Rest(Box::new(stage)), ..Route::new(method, resource) }
}

/// Names with all their values, or with the last where the event has no more.
fn pairs<'a>(event: &'a Value, all: &str, last: &str) -> Vec<(&'a str, &'a str)> {
    if let Some(all) = event[all].as_object() {
        let values = |values: &'a Value| values.as_array().into_iter().flatten().filter_map(Value::as_str);
        return all.iter().flat_map(|(name, own)| values(own).map(|value| (name.as_str(), value))).collect();
    }
    let last = event[last].as_object().into_iter().flatten();
    last.filter_map(|(name, value)| Some((name.as_str(), value.as_str()?))).collect()
}

fn query(event: &Value, written: impl Fn(&str) -> String) -> String {
    let all = pairs(event, "multiValueQueryStringParameters", "queryStringParameters");
    let all = all.into_iter().map(|(name, value)| format!("{}={}", written(name), written(value)));
    all.collect::<Vec<_>>().join("&")
}

/// What was written by hand may hold what nobody sends.
fn target(path: &str, query: &str) -> String {
    let whole = |path: &str, query: &str| {
        if query.is_empty() { path.to_owned() } else { format!("{path}?{query}") }
    };
    let sendable = |target: &str| target.starts_with('/') && target.parse::<PathAndQuery>().is_ok();
    let target = whole(path, query);
    if sendable(&target) {
        return target;
    }
    let encoded = |text: &str| utf8_percent_encode(text, UNSENDABLE).to_string();
    whole(&format!("/{}", encoded(path.trim_start_matches('/'))), &encoded(query))
}

fn headers(event: &Value) -> HeaderMap {
    let mut headers = HeaderMap::new();
    for (name, value) in pairs(event, "multiValueHeaders", "headers") {
        let lower = name.to_ascii_lowercase();
        // What the edge adds is for the other edge to add.
        if lower.starts_with("x-amzn-") || lower.starts_with("x-forwarded-") || lower == "host" {
            continue;
        }
        if let (Ok(name), Ok(value)) = (HeaderName::try_from(lower), HeaderValue::try_from(value)) {
            headers.append(name, value);
        }
    }
    let cookies: Vec<_> =
        event["cookies"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
    if let Ok(cookies) = HeaderValue::try_from(cookies.join("; "))
        && !cookies.is_empty()
    {
        headers.insert(header::COOKIE, cookies);
    }
    headers
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fake_invoke::found;

    fn of(event: &str) -> Heard {
        heard(&found("f", &[]).function, event).unwrap()
    }

    fn request(heard: &Heard) -> &HttpRequest {
        let Call::Request(request) = &heard.call else { panic!("a request: {heard:?}") };
        request
    }

    #[test]
    fn payload_2_is_a_request() {
        let heard = of(
            r#"{"routeKey":"GET /a/{id}","rawPath":"/a/7","rawQueryString":"b=c","requestContext":{"http":{"method":"GET"}},"cookies":["a=1","b=2"],"headers":{"host":"x","x-forwarded-for":"::1","x-own":"1"}}"#,
        );
        let sent = request(&heard);
        assert_eq!((sent.method.as_str(), sent.target.as_str()), ("GET", "/a/7?b=c"));
        assert_eq!(sent.headers["cookie"], "a=1; b=2", "where every other provider looks for them");
        assert_eq!((&sent.headers["x-own"], sent.headers.len()), (&"1".parse().unwrap(), 2));
        assert_eq!(heard.route, Some(Route::new("GET", "/a/{id}")));
    }

    #[test]
    fn payload_1_is_a_request_of_a_rest_api() {
        let heard = of(
            r#"{"resource":"/pets/{id}","path":"/pets/a b","httpMethod":"POST","pathParameters":{"id":"a b"},
                "headers":{"X-Own":"2","Host":"x","X-Forwarded-Port":"80"},"multiValueHeaders":{"X-Own":["1","2"],"Host":["x"]},
                "queryStringParameters":{"q":"c&d"},"multiValueQueryStringParameters":{"q":["é","c&d"]},
                "requestContext":{"stage":"dev","httpMethod":"POST"},"stageVariables":{"v":"1"},"body":"/wA=","isBase64Encoded":true}"#,
        );
        let sent = request(&heard);
        assert_eq!(
            (sent.method.as_str(), sent.target.as_str()),
            ("POST", "/pets/a%20b?q=%C3%A9&q=c%26d"),
            "as it can be sent, with all values"
        );
        assert_eq!(sent.headers.get_all("x-own").iter().count(), 2);
        assert_eq!((sent.headers.len(), &sent.body[..]), (2, &[0xff, 0][..]));
        let route = heard.route.unwrap();
        let Gateway::Rest(stage) = &route.gateway else { panic!("{route:?}") };
        assert_eq!((route.path.as_str(), stage.name.as_str()), ("/pets/{id}", "dev"));
        assert_eq!((&stage.variables["v"][..], &stage.binary_types[..]), ("1", &["*/*".to_owned()][..]));
    }

    #[test]
    fn a_load_balancers_event_is_a_request_and_says_its_kind() {
        let event = |headers: &str| {
            of(&format!(
                r#"{{"requestContext":{{"elb":{{"targetGroupArn":"arn"}}}},"httpMethod":"GET","path":"/a",
                    "queryStringParameters":{{"q":"c%26d"}},{headers},"body":"","isBase64Encoded":false}}"#
            ))
        };
        let one = event(r#""headers":{"x-own":"1"}"#);
        assert_eq!(request(&one).target, "/a?q=c%26d", "a load balancer decodes nothing");
        assert_eq!(one.gateway(), &Gateway::LoadBalancer { multi_value: false });
        let all = event(r#""multiValueHeaders":{"x-own":["1","2"]}"#);
        assert_eq!(request(&all).headers.get_all("x-own").iter().count(), 2);
        assert_eq!(all.gateway(), &Gateway::LoadBalancer { multi_value: true });
    }

    #[test]
    fn an_event_written_by_hand_is_completed() {
        let heard = of(
            r#"{"resource":"/pets/{id}","path":"/pets/7","httpMethod":"GET","headers":{"x-own":"1"},"pathParameters":{"id":"7"},"requestContext":{"stage":"dev"}}"#,
        );
        let event: Value = serde_json::from_str(&heard.text).unwrap();
        assert_eq!(event["requestContext"]["path"], "/dev/pets/7", "{event:#}");
        assert_eq!((&event["requestContext"]["stage"], &event["body"]), (&"dev".into(), &Value::Null));
        assert_eq!((&event["headers"]["x-own"], &event["headers"]["X-Own"]), (&"1".into(), &Value::Null));
        assert_eq!(event["multiValueHeaders"]["X-Own"][0], "1");
        let heard = of(r#"{"rawPath":"/","requestContext":{"http":{"method":"GET","sourceIp":"::1"}}}"#);
        let event: Value = serde_json::from_str(&heard.text).unwrap();
        assert_eq!(event["requestContext"]["http"]["sourceIp"], "::1", "what is given is what is told");
        assert!(event["requestContext"]["requestId"].is_string() && event["version"] == "2.0", "{event:#}");
    }

    #[test]
    fn anything_else_is_a_value() {
        for event in ["", "[1]", r#"{"rawPath":"/"}"#, r#"{"httpMethod":"GET","path":"/"}"#] {
            assert!(matches!(of(event).call, Call::Value(_)), "{event}");
        }
        assert!(heard(&found("f", &[]).function, "{").is_err());
        let encoded =
            r#"{"rawPath":"/","requestContext":{"http":{"method":"GET"}},"body":"?","isBase64Encoded":true}"#;
        let problem = heard(&found("f", &[]).function, encoded).unwrap_err();
        assert!(problem.message.contains("isBase64Encoded"));
    }
}
