//! Custom handlers: any program that answers Azure's requests.

use coldframe_testkit::Project;
use serde_json::{Value, json};

use super::{get, log_of, measured, post};
use crate::serve;

/// Answers every event as the documentation's handlers do, and keeps what it was sent in its log.
const HANDLER: &str = "\
import json, os
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

class Handler(BaseHTTPRequestHandler):
    def do_GET(self):
        self.answer('text/plain', f'{self.command} {self.path} {self.headers[\"X-Own\"]}'.encode())

    def do_POST(self):
        if self.path.startswith('/api/'):
            return self.do_GET()
        body = self.chunks()
        print('sent', self.path, body.decode(), flush=True)
        if b'refuse' in body:
            self.send_response(500)
            return self.end_headers()
        res = {'statusCode': '201', 'headers': {'x-own': 'kept'}, 'body': {'got': json.loads(body)['Data']}}
        outputs = {'res': res, 'letters': ['one']} if 'order' in self.path else None
        self.answer('application/json', json.dumps({'Outputs': outputs, 'Logs': ['a line of its own'], 'ReturnValue': None}).encode())

    def chunks(self):
        body = b''
        while length := int(self.rfile.readline(), 16):
            body += self.rfile.read(length)
            self.rfile.readline()
        return body

    def answer(self, kind, body):
        self.send_response(200)
        self.send_header('Content-Type', kind)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass

ThreadingHTTPServer(('127.0.0.1', int(os.environ['FUNCTIONS_CUSTOMHANDLER_PORT'])), Handler).serve_forever()
";

const PROGRAM: &str = r#""description": {"defaultExecutablePath": "python3", "arguments": ["handler.py"]}"#;

pub(super) fn handlers() -> Project {
    let http = r#"{"type": "httpTrigger", "direction": "in", "name": "req", "methods": ["get", "post"]"#;
    let res = r#"{"type": "http", "direction": "out", "name": "res"}"#;
    Project::new()
        .with("shop/host.json", &format!(r#"{{"version": "2.0", "customHandler": {{{PROGRAM}}}, "extensions": {{"http": {{"routePrefix": ""}}}}}}"#))
        .with("shop/handler.py", HANDLER)
        .with("shop/order/function.json", &format!(r#"{{"bindings": [{http}, "route": "orders/{{number:int}}"}}, {res}, {{"type": "queue", "direction": "out", "name": "letters", "queueName": "l"}}]}}"#))
        .with("shop/packed/function.json", r#"{"bindings": [{"type": "queueTrigger", "direction": "in", "name": "parcel", "queueName": "p"}, {"type": "blob", "direction": "in", "name": "label", "path": "l/{id}"}]}"#)
        .with("plain/host.json", &format!(r#"{{"version": "2.0", "customHandler": {{{PROGRAM}, "enableForwardingHttpRequest": true}}}}"#))
        .with("plain/handler.py", HANDLER)
        .with("plain/simple/function.json", &format!(r#"{{"bindings": [{http}}}, {res}]}}"#))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_custom_handler_is_sent_json_and_its_answer_becomes_the_response() {
    let project = handlers();
    let host = serve(&project);
    let url = format!("{}/orders/7?paid=yes", host.azure);
    let answer =
        host.http.post(&url).header("content-type", "application/json").body("{\"peas\":1}").send().await;
    let answer = answer.expect("an answer");
    assert_eq!((answer.status().as_u16(), answer.headers()["x-own"].to_str().expect("text")), (201, "kept"));
    let got: Value = answer.json().await.expect("JSON");
    let req = &got["got"]["req"];
    assert_eq!(req["Url"], url);
    assert_eq!(
        (&req["Method"], &req["Query"], &req["Params"], &req["Body"]),
        (&json!("POST"), &json!({"paid": "yes"}), &json!({"number": "7"}), &json!("{\"peas\":1}"))
    );
    assert_eq!(req["Headers"]["Content-Type"], json!(["application/json"]));
    let row = measured(&host, "order").await;
    let log = log_of(&host, &row).await;
    assert!(log.contains(&"a line of its own".to_owned()), "what came as Logs is in the log: {log:?}");
    assert!(
        log.contains(
            &"coldframe: output binding `letters` (queue) got [\"one\"]; nothing is sent".to_owned()
        ),
        "outputs are named, not dropped: {log:?}"
    );
    assert_eq!(
        post(&host, "/orders/7", "refuse").await,
        (500, String::new()),
        "the host's errors have no body"
    );
    assert_eq!(get(&host, "/orders/peas").await.status, 404, "the constraint is not met");
    assert_eq!(
        host.http.put(&url).send().await.expect("an answer").status(),
        404,
        "the method is not listed"
    );

    assert_eq!(
        post(&host, "/admin/functions/packed", r#"{"input": "a parcel"}"#).await,
        (202, String::new())
    );
    let row = measured(&host, "packed").await;
    let log = log_of(&host, &row).await;
    let missing = "coldframe: input binding `label` (blob) is not connected; it is not in Data".to_owned();
    assert!(log.contains(&missing), "{log:?}");
    let sent =
        log.iter().find_map(|line| line.strip_prefix("sent /packed ")).unwrap_or_else(|| panic!("{log:?}"));
    let sent: Value = serde_json::from_str(sent).expect("JSON");
    assert_eq!(sent["Data"], json!({"parcel": "\"a parcel\""}), "texts are serialised once more");
    assert_eq!(
        (&sent["Metadata"]["DequeueCount"], &sent["Metadata"]["sys"]["MethodName"]),
        (&json!("1"), &json!("packed"))
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_forwarding_handler_gets_requests_as_they_came() {
    let project = handlers();
    let host = serve(&project);
    let url = format!("{}/api/simple?a=b%20c", host.azure);
    let answer = host.http.get(url).header("x-own", "mine").send().await.expect("an answer");
    assert_eq!(answer.text().await.expect("a body"), "GET /api/simple?a=b%20c mine");
}
