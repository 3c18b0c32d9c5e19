//! The event a request becomes: payload format 2.0.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use serde_json::{Value, json};

use super::{curl, mirror, own_host};
use crate::serve;

#[test]
fn a_request_becomes_the_event_aws_was_recorded_to_send() {
    let project = mirror();
    let host = serve(&project);
    // Under either address the function sees the same path.
    for (address, name) in [
        (format!("{}/mirror", host.aws.replace("127.0.0.1", "localhost")), "localhost"),
        (own_host(&host, "mirror"), "mirror.localhost"),
    ] {
        let got = curl(
            &format!("{address}/pa2%Fth/1?q=HeLlO&q=2&empty=&space=a%20b+c"),
            &["-H", "X-Two: 1", "-H", "X-Two: 2", "-H", "Cookie: a=1; b=2", "-A", "seeds/1.0"],
        );
        assert_eq!((got.status, got.header("content-type")), (200, Some("application/json")));
        let event = got.json();
        assert_eq!(event["version"], "2.0");
        assert_eq!(
            (&event["routeKey"], &event["requestContext"]["stage"]),
            (&json!("$default"), &json!("$default"))
        );
        assert_eq!(event["rawPath"], "/pa2%Fth/1", "as sent, without what chose the function");
        assert_eq!(event["rawQueryString"], "q=HeLlO&q=2&empty=&space=a%20b+c", "as sent");
        assert_eq!(
            event["queryStringParameters"],
            json!({"q": "HeLlO,2", "empty": "", "space": "a b c"}),
            "decoded, repeated ones joined"
        );
        assert_eq!(event["cookies"], json!(["a=1", "b=2"]));
        let headers = event["headers"].as_object().expect("headers");
        assert!(headers.keys().all(|key| key.to_lowercase() == *key), "lower case: {headers:?}");
        assert!(!headers.contains_key("cookie"), "cookies have their own member");
        assert_eq!((&headers["x-two"], &headers["user-agent"]), (&json!("1,2"), &json!("seeds/1.0")));
        assert!(headers["host"].as_str().is_some_and(|sent| sent.starts_with(name)), "{headers:?}");
        for added in ["x-amzn-trace-id", "x-forwarded-for", "x-forwarded-port", "x-forwarded-proto"] {
            assert!(headers.contains_key(added), "the edge adds {added}: {headers:?}");
        }
        let context = &event["requestContext"];
        assert_eq!((&context["accountId"], &context["domainName"]), (&json!("anonymous"), &json!(name)));
        let http = &context["http"];
        assert_eq!(http["method"], "GET");
        assert_eq!((&http["path"], &http["protocol"]), (&json!("/pa2%Fth/1"), &json!("HTTP/1.1")));
        assert_eq!((&http["sourceIp"], &http["userAgent"]), (&json!("127.0.0.1"), &json!("seeds/1.0")));
        let time = context["time"].as_str().unwrap_or_default();
        assert!(
            time.ends_with(" +0000") && time.matches('/').count() == 2,
            "12/Mar/2020:19:03:58 +0000: {time}"
        );
        assert!(context["timeEpoch"].as_u64() > Some(1_600_000_000_000), "milliseconds");
        assert_eq!(context["requestId"].as_str(), got.header("x-amzn-requestid"), "one id for all");
        assert!(context.get("authorizer").is_none() && context.get("authentication").is_none());
        assert_eq!((event.get("body"), &event["isBase64Encoded"]), (None, &json!(false)));
    }
}

#[test]
fn what_a_request_does_not_have_is_absent() {
    let project = mirror();
    let host = serve(&project);
    let event = curl(&format!("{}/", own_host(&host, "mirror")), &[]).json();
    for member in ["body", "cookies", "queryStringParameters", "pathParameters", "stageVariables"] {
        assert_eq!(event.get(member), None, "{member} is left out, not null");
    }
    assert_eq!((&event["rawPath"], &event["rawQueryString"]), (&json!("/"), &json!("")));
    let bare = curl(&format!("{}/mirror", host.aws), &[]).json();
    assert_eq!(bare["rawPath"], "/", "without a slash after the name too");
}

#[test]
fn text_stays_text_and_everything_else_is_base64() {
    let project = mirror();
    let host = serve(&project);
    let send = |kind: &str, body: &str| -> Value {
        let kind = format!("Content-Type: {kind}");
        curl(&own_host(&host, "mirror"), &["-H", &kind, "--data-binary", body]).json()
    };
    for kind in ["application/json", "text/plain", "text/csv; charset=utf-8", "application/xml"] {
        let event = send(kind, "{\"a\": \"ö\"}");
        assert_eq!(
            (&event["body"], &event["isBase64Encoded"]),
            (&json!("{\"a\": \"ö\"}"), &json!(false)),
            "{kind}"
        );
        assert_eq!(event["headers"]["content-length"], "11", "{kind}: the length is passed on");
        assert_eq!(event["requestContext"]["http"]["method"], "POST");
    }
    for kind in ["application/x-www-form-urlencoded", "application/octet-stream", "image/png"] {
        let event = send(kind, "a=1&b=2");
        let encoded = STANDARD.encode("a=1&b=2");
        assert_eq!((&event["body"], &event["isBase64Encoded"]), (&json!(encoded), &json!(true)), "{kind}");
    }
    let form = curl(&own_host(&host, "mirror"), &["-F", "seed=pea"]).json();
    assert_eq!(form["isBase64Encoded"], true, "multipart forms are binary");
    let body = STANDARD.decode(form["body"].as_str().expect("a body")).expect("Base64");
    assert!(String::from_utf8_lossy(&body).contains("name=\"seed\"\r\n\r\npea\r\n"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_url_call_is_in_the_record_with_its_own_trigger() {
    let project = mirror();
    let host = serve(&project);
    let got = curl(&own_host(&host, "mirror"), &["-X", "DELETE"]);
    assert_eq!(got.json()["requestContext"]["http"]["method"], "DELETE");
    let rows = host.invocations().await;
    assert_eq!((rows.len(), &rows[0]["trigger"], &rows[0]["status"]), (1, &json!("url"), &json!("ok")));
    assert_eq!(rows[0]["request_id"].as_str(), got.header("x-amzn-requestid"));
}

#[test]
fn an_unknown_address_is_refused_as_aws_does() {
    let project = mirror();
    let host = serve(&project);
    let got = curl(&own_host(&host, "nobody"), &[]);
    assert_eq!((got.status, got.body.as_str()), (403, r#"{"Message":null}"#));
    assert_eq!(got.header("x-amzn-errortype"), Some("AccessDeniedException"));
    let got = curl(&format!("{}/nobody/", host.aws), &[]);
    assert_eq!((got.status, got.body.as_str()), (404, r#"{"message":"Not Found"}"#));
    let got = curl(&host.aws, &["-H", "Host: somewhere.example"]);
    assert_eq!(got.status, 403, "a page elsewhere cannot be made to lead here: {got:?}");
}
