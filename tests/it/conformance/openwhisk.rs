//! OpenWhisk's rules for web actions, byte by byte: statuses, what is Base64 and what is not, `__ow_*`.
//! <https://github.com/apache/openwhisk/blob/master/docs/webactions.md>

use coldframe_testkit::{Answer, Host, Project};
use serde_json::{Value, json};

use crate::serve;

const ACTION: &str = "\
function main(params) {
  switch (params.how) {
    case 'nothing': return {};
    case 'text': return { body: '<b>peas</b>' };
    case 'object': return { body: { a: [1] } };
    case 'image': return { headers: { 'Content-Type': 'image/png' }, body: Buffer.from([137, 80, 0, 255]).toString('base64') };
    case 'svg': return { headers: { 'Content-Type': 'image/svg+xml' }, body: '<svg/>' };
    case 'move': return { headers: { location: '/there' }, statusCode: 302 };
    case 'cookies': return { headers: { 'Set-Cookie': ['a=1', 'b=2'] }, statusCode: 201, body: 'x' };
    case 'broken': return { headers: { 'Content-Type': 'image/png' }, body: '!' };
    case 'error': return { error: 'bad seed' };
    default: return { body: { method: params.__ow_method, headers: params.__ow_headers, path: params.__ow_path, body: params.__ow_body, given: params.name } };
  }
}
exports.main = main;
";

fn project() -> Project {
    let manifest = "packages:\n  default:\n    actions:\n      web: { function: web.js, web: true }\n";
    Project::new().with("ow/web.js", ACTION).with("ow/manifest.yml", manifest)
}

fn url(host: &Host, rest: &str) -> String {
    format!("{}/api/v1/web/guest/default/web{rest}", host.ibm)
}

async fn get(host: &Host, how: &str) -> Answer {
    host.get(&url(host, &format!("?how={how}"))).await
}

#[tokio::test(flavor = "multi_thread")]
async fn results_become_bytes_by_their_content_type() {
    let project = project();
    let host = serve(&project);
    let nothing = get(&host, "nothing").await;
    assert_eq!((nothing.status, nothing.body.len()), (204, 0), "no body is no content");
    let text = get(&host, "text").await;
    assert_eq!((text.status, text.header("content-type")), (200, Some("text/html; charset=utf-8")));
    assert_eq!(text.text(), "<b>peas</b>");
    let object = get(&host, "object").await;
    assert_eq!((object.header("content-type"), object.json()), (Some("application/json"), json!({"a": [1]})));
    let image = get(&host, "image").await;
    assert_eq!(
        (image.header("content-type"), image.body.as_slice()),
        (Some("image/png"), &[137, 80, 0, 255][..]),
        "decoded"
    );
    let svg = get(&host, "svg").await;
    assert_eq!(svg.text(), "<svg/>", "an image that is text is sent as it is");
    assert_eq!(get(&host, "broken").await.status, 400, "no Base64 where Base64 is due");
    let client = reqwest::Client::builder()
        .no_proxy()
        .redirect(reqwest::redirect::Policy::none())
        .build()
        .expect("a client");
    let moved = client.get(url(&host, "?how=move")).send().await.expect("an answer");
    assert_eq!(
        (moved.status().as_u16(), moved.headers()["location"].to_str().expect("text")),
        (302, "/there")
    );
    let cookies = get(&host, "cookies").await;
    let all: Vec<_> =
        cookies.headers.get_all("set-cookie").iter().filter_map(|value| value.to_str().ok()).collect();
    assert_eq!((cookies.status, all), (201, vec!["a=1", "b=2"]), "a list is a header for each");
    assert_eq!(get(&host, "error").await.status, 400, "a result that is an error of the action's own");
}

#[tokio::test(flavor = "multi_thread")]
async fn requests_become_parameters_by_their_content_type() {
    let project = project();
    let host = serve(&project);
    let send = async |method: &str, rest: &str, kind: &str, body: &'static [u8]| -> Value {
        let method = method.parse().expect("a method");
        let request = host
            .http
            .request(method, url(&host, rest))
            .header("content-type", kind)
            .header("x-own", "kept")
            .body(body);
        request.send().await.expect("an answer").json().await.expect("JSON")
    };
    let got = send("PUT", "/more/path?name=q", "application/json", br#"{"name": "body"}"#).await;
    assert_eq!(
        (&got["method"], &got["path"], &got["given"]),
        (&json!("put"), &json!("/more/path"), &json!("body"))
    );
    assert_eq!(got["headers"]["x-own"], "kept");
    assert_eq!(got["body"], Value::Null, "JSON is among the parameters");
    let got = send("POST", "", "application/x-www-form-urlencoded", b"name=a%20b").await;
    assert_eq!(got["given"], "a b");
    let got = send("POST", "", "text/plain", "a pea \u{1f331}".as_bytes()).await;
    assert_eq!(got["body"], "a pea \u{1f331}", "text is sent as it is");
    let got = send("POST", "", "application/octet-stream", &[0, 255]).await;
    assert_eq!(got["body"], "AP8=", "bytes are sent as Base64");
    let forged = host.get(&url(&host, "?__ow_path=x")).await;
    assert_eq!(forged.status, 400, "nobody says what the platform says");
}

#[tokio::test(flavor = "multi_thread")]
async fn extensions_choose_what_of_a_result_is_sent() {
    let project = project();
    let host = serve(&project);
    let whole = host.get(&url(&host, ".json?how=object")).await;
    assert_eq!((whole.status, whole.json()), (200, json!({"body": {"a": [1]}})), ".json is the whole result");
    let missing = host.get(&url(&host, ".html?how=object")).await;
    assert_eq!(missing.status, 400, "its body is no text");
    let error = host.get(&url(&host, ".json?how=error")).await;
    assert_eq!(
        (error.status, error.json()["error"].clone()),
        (400, json!("Response is not valid 'application/json'."))
    );
    let text = host.get(&url(&host, ".text?how=error")).await;
    assert_eq!((text.status, text.text().as_str()), (200, "bad seed"), "the error itself is what is sent");
    let options =
        host.http.request(reqwest::Method::OPTIONS, url(&host, "")).send().await.expect("an answer");
    assert_eq!(
        (options.status().as_u16(), options.headers()["access-control-allow-origin"].to_str().expect("text")),
        (200, "*")
    );
}
