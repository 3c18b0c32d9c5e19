//! What Azure's host sends a custom handler and makes of its answer, byte by byte, in both forms: requests as they came,
//! and everything else as JSON.
//! <https://github.com/Azure/azure-functions-host/blob/dev/src/WebJobs.Script/Workers/Http/DefaultHttpWorkerService.cs>

use coldframe_testkit::{Host, Project, eventually};
use serde_json::{Value, json};

use crate::serve;

/// Keeps no library between the bytes and the test: what came is in its answer, or in its log where it has none.
const HANDLER: &str = r#"
import base64, json, os, socketserver

class Raw(socketserver.StreamRequestHandler):
    def handle(self):
        while first := self.rfile.readline().decode('latin-1').strip():
            headers = []
            while line := self.rfile.readline().decode('latin-1').strip():
                name, _, value = line.partition(':')
                headers.append([name.lower(), value.strip()])
            body = self.body(dict(headers))
            seen = {'line': first, 'headers': headers, 'body': base64.b64encode(body).decode()}
            self.wfile.write(self.answer(first.split()[1], seen, body))

    def body(self, headers):
        if headers.get('transfer-encoding') != 'chunked':
            return self.rfile.read(int(headers.get('content-length', 0)))
        chunks = []
        while length := int(self.rfile.readline(), 16):
            chunks.append(self.rfile.read(length))
            self.rfile.readline()
        self.rfile.readline()
        return b''.join(chunks)

    def answer(self, target, seen, body):
        if target.startswith('/api/'):
            return whole('207 Multi-Status', 'application/octet-stream', json.dumps(seen).encode() + b'\xff', 'X-Own: a\r\nX-Own: b\r\n')
        envelope = json.loads(body)
        if target != '/order':
            print('seen', json.dumps(seen | {'envelope': envelope}), flush=True)
        query = envelope['Data'].get('req', {}).get('Query', {})
        if 'status' in query:
            return whole(query['status'], query.get('kind', 'application/json'), query['answer'].encode())
        said = {'Outputs': {'res': {'statusCode': '201', 'body': seen | {'envelope': envelope}}}, 'Logs': None, 'ReturnValue': None}
        return whole('200 OK', 'application/json', json.dumps(said).encode())

def whole(status, kind, body, more=''):
    return f'HTTP/1.1 {status}\r\nContent-Type: {kind}\r\n{more}Content-Length: {len(body)}\r\n\r\n'.encode() + body

class Server(socketserver.ThreadingTCPServer):
    allow_reuse_address = daemon_threads = True

Server(('127.0.0.1', int(os.environ['FUNCTIONS_CUSTOMHANDLER_PORT'])), Raw).serve_forever()
"#;

const VERSION: &str = "4.1036.2.2";

fn project() -> Project {
    let host = |forwards: bool| {
        format!(
            r#"{{"version": "2.0", "customHandler": {{"enableForwardingHttpRequest": {forwards},
                "description": {{"defaultExecutablePath": "python3", "arguments": ["handler.py"]}}}}}}"#
        )
    };
    let http = r#"{"type": "httpTrigger", "direction": "in", "name": "req", "route": "ROUTE"}"#;
    let http = |route: &str| http.replace("ROUTE", route);
    let res = r#"{"type": "http", "direction": "out", "name": "res"}"#;
    let queue = r#"{"type": "queue", "direction": "out", "name": "letters", "queueName": "l"}"#;
    Project::new()
        .with("whole/host.json", &host(true))
        .with("whole/handler.py", HANDLER)
        .with("whole/plain/function.json", &format!(r#"{{"bindings": [{}, {res}]}}"#, http("plain/{id}")))
        .with("whole/sent/function.json", &format!(r#"{{"bindings": [{}, {res}, {queue}]}}"#, http("sent")))
        .with("wrapped/host.json", &host(false))
        .with("wrapped/handler.py", HANDLER)
        .with("wrapped/order/function.json", &format!(r#"{{"bindings": [{}, {res}, {queue}]}}"#, http("orders/{id:int}/{part?}")))
        .with(
            "wrapped/packed/function.json",
            r#"{"bindings": [{"type": "queueTrigger", "direction": "in", "name": "parcel", "queueName": "p"}]}"#,
        )
}

/// Values of a header, in the order they came.
fn header<'a>(seen: &'a Value, name: &str) -> Vec<&'a str> {
    let all = seen["headers"].as_array().expect("headers").iter();
    all.filter(|pair| pair[0] == name).filter_map(|pair| pair[1].as_str()).collect()
}

async fn newest(host: &Host) -> Value {
    host.invocations().await[0].clone()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_forwarded_request_keeps_its_bytes_and_so_does_its_answer() {
    let project = project();
    let host = serve(&project);
    let url = format!("{}/api/plain/7?a=b%20c&a=%C3%A4", host.azure);
    let request =
        host.http.post(&url).header("user-agent", "mine/1").header("x-own", "kept").body("peas \u{1f331}");
    let answer = request.send().await.expect("an answer");
    assert_eq!(answer.status(), 207);
    assert_eq!(answer.headers()["content-type"], "application/octet-stream");
    let own: Vec<_> = answer.headers().get_all("x-own").iter().collect();
    assert_eq!(own, ["a", "b"], "every header of a name");
    let body = answer.bytes().await.expect("a body");
    let (last, said) = body.split_last().expect("not empty");
    assert_eq!(*last, 0xff, "bytes, not text");
    let seen: Value = serde_json::from_slice(said).expect("JSON");
    assert_eq!(seen["line"], "POST /api/plain/7?a=b%20c&a=%C3%A4 HTTP/1.1");
    assert_eq!(seen["body"], "cGVhcyDwn4yx");
    let row = newest(&host).await;
    let address = host.azure.trim_start_matches("http://");
    for (name, values) in [
        ("host", vec![address]),
        ("user-agent", vec![&*format!("mine/1 Azure-Functions-Host/{VERSION}")]),
        ("x-azure-functions-hostversion", vec![VERSION]),
        ("x-azure-functions-invocationid", vec![row["request_id"].as_str().expect("text")]),
        ("x-own", vec!["kept"]),
        ("content-length", vec!["9"]),
        ("transfer-encoding", vec![]),
        ("coldframe-function", vec![]),
    ] {
        assert_eq!(header(&seen, name), values, "{name}: {seen}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_request_with_other_bindings_is_wrapped_though_the_app_forwards() {
    let project = project();
    let host = serve(&project);
    let answer = host.get(&format!("{}/api/sent?a=1", host.azure)).await;
    assert_eq!((answer.status, &answer.json()["line"]), (201, &json!("POST /sent HTTP/1.1")));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrapped_request_has_the_hosts_headers_and_every_member() {
    let project = project();
    let host = serve(&project);
    let url = format!("{}/api/orders/7?a=b%20c&a=d&code=k", host.azure);
    let body =
        r#"{"size": 3, "name": "Ada", "sent": true, "to": {"town": "Bath"}, "all": [1], "none": null}"#;
    let request =
        host.http.put(&url).header("content-type", "application/json").header("x-own", "1").body(body);
    let answer = request.send().await.expect("an answer");
    assert_eq!(answer.status(), 201);
    let seen: Value = answer.json().await.expect("JSON");
    let row = newest(&host).await;
    assert_eq!(seen["line"], "POST /order HTTP/1.1", "by the function's name, whatever its route");
    let mut names: Vec<&str> =
        seen["headers"].as_array().expect("headers").iter().filter_map(|pair| pair[0].as_str()).collect();
    names.sort_unstable();
    assert_eq!(
        names,
        [
            "content-type",
            "host",
            "transfer-encoding",
            "user-agent",
            "x-azure-functions-hostversion",
            "x-azure-functions-invocationid"
        ],
        "and none of the caller's"
    );
    assert_eq!(header(&seen, "content-type"), ["application/json; charset=utf-8"]);
    assert_eq!(header(&seen, "transfer-encoding"), ["chunked"], "the host names no length");
    assert_eq!(header(&seen, "user-agent"), [&*format!("Azure-Functions-Host/{VERSION}")]);
    assert_eq!(header(&seen, "x-azure-functions-invocationid"), [row["request_id"].as_str().expect("text")]);
    assert!(header(&seen, "host")[0].starts_with("127.0.0.1:"), "{seen}");

    let mut envelope = seen["envelope"].clone();
    let sys = envelope["Metadata"]["sys"].take();
    assert_eq!(sys["MethodName"], "order");
    assert!(sys["UtcNow"].is_string() && sys["RandGuid"].is_string(), "{sys}");
    let address = host.azure.trim_start_matches("http://");
    let one = |name: &str, value: &str| (name.to_owned(), json!([value]));
    let mut headers: serde_json::Map<String, Value> = [
        one("Host", address),
        one("Accept", "*/*"),
        one("Content-Type", "application/json"),
        one("Content-Length", &body.len().to_string()),
        one("X-Own", "1"),
        one("X-Forwarded-For", "127.0.0.1"),
        one("X-Forwarded-Host", address),
        one("X-Forwarded-Proto", "http"),
    ]
    .into_iter()
    .collect();
    assert_eq!(envelope["Data"]["req"]["Headers"], Value::Object(headers.clone()));
    for value in headers.values_mut() {
        *value = value[0].clone();
    }
    let query = json!({"a": "b c,d", "code": "k"});
    envelope["Data"]["req"]["Headers"].take();
    assert_eq!(
        envelope,
        json!({
            "Data": {"req": {
                "Url": url, "Method": "PUT", "Query": query, "Headers": null, "Params": {"id": "7", "part": null}, "Body": body,
                "Identities": [{
                    "AuthenticationType": null, "IsAuthenticated": false, "Actor": null, "BootstrapContext": null, "Claims": [],
                    "Label": null, "Name": null,
                    "NameClaimType": "http://schemas.xmlsoap.org/ws/2005/05/identity/claims/name",
                    "RoleClaimType": "http://schemas.microsoft.com/ws/2008/06/identity/claims/role",
                }],
            }},
            "Metadata": {
                "size": "\"3\"", "name": "\"Ada\"", "sent": "\"True\"", "to": {"town": "Bath"}, "all": "[1]",
                "a": "\"b c,d\"", "id": "\"7\"", "Query": query, "Headers": headers, "sys": null,
            },
        })
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_message_is_wrapped_with_what_its_queue_tells_of_it() {
    let project = project();
    let host = serve(&project);
    let url = format!("{}/admin/functions/packed", host.azure);
    let given = json!({"input": r#"{"peas": 3}"#});
    assert_eq!(host.http.post(url).json(&given).send().await.expect("an answer").status(), 202);
    let line = eventually("it was sent", async || {
        let lines = host.rpc("logs", json!({"query": "function:packed seen", "limit": 10})).await;
        let lines = lines.as_array().expect("log lines");
        lines.iter().find_map(|line| Some(line["text"].as_str()?.strip_prefix("seen ")?.to_owned()))
    })
    .await;
    let seen: Value = serde_json::from_str(&line).expect("JSON");
    assert_eq!(seen["line"], "POST /packed HTTP/1.1");
    assert_eq!(
        seen["envelope"]["Data"],
        json!({"parcel": r#""{\"peas\": 3}""#}),
        "texts are serialised once more"
    );
    let metadata = &seen["envelope"]["Metadata"];
    let id = newest(&host).await["request_id"].as_str().expect("text").to_owned();
    assert_eq!(
        (&metadata["DequeueCount"], &metadata["Id"], &metadata["peas"], &metadata["sys"]["MethodName"]),
        (&json!("1"), &json!(format!("\"{id}\"")), &json!("\"3\""), &json!("packed"))
    );
    assert!(
        metadata["InsertionTime"].as_str().is_some_and(|at| at.starts_with("20")),
        "times are as they are"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn answers_in_json_become_responses_as_the_host_makes_them() {
    let project = project();
    let host = serve(&project);
    let client = &host.http;
    let ask = async |status: &str, kind: &str, answer: &str| -> String {
        let query = [("status", status), ("kind", kind), ("answer", answer)]
            .map(|(name, value)| format!("{name}={}", encoded(value)))
            .join("&");
        let got = client.get(format!("{}/api/orders/7?{query}", host.azure)).send().await.expect("an answer");
        let kind =
            got.headers().get("content-type").map_or("-", |kind| kind.to_str().unwrap_or("?")).to_owned();
        let status = got.status().as_u16();
        format!("{status} {kind} {}", got.text().await.expect("a body"))
    };
    let json = "application/json";
    for (answer, expected) in [
        (
            r#"{"Outputs":{"res":{"statusCode":"202","body":"a text"}}}"#,
            "202 text/plain; charset=utf-8 a text",
        ),
        (
            r#"{"Outputs":{"res":{"statusCode":203,"body":{"a":1}}}}"#,
            "203 application/json; charset=utf-8 {\"a\":1}",
        ),
        (r#"{"Outputs":{"res":{"body":"<p>","headers":{"Content-Type":"text/html"}}}}"#, "200 text/html <p>"),
        (r#"{"Outputs":{"res":{"statusCode":204}}}"#, "204 - "),
        (r#"{"Outputs":{"res":"no object"}}"#, "200 - "),
        (r#"{"Outputs":{"letters":"one"}}"#, "200 - "),
        (r#"{"Outputs":null,"Logs":null,"ReturnValue":null}"#, "204 - "),
        ("no JSON", "500 - "),
    ] {
        assert_eq!(ask("200 OK", json, answer).await, expected, "{answer}");
    }
    let good = r#"{"Outputs":{"res":{"body":"x"}}}"#;
    assert_eq!(ask("200 OK", "text/plain", good).await, "500 - ", "the host reads JSON only");
    assert_eq!(
        ask("404 Not Found", json, good).await,
        "500 - ",
        "a status of the handler's own is its failure"
    );
}

fn encoded(text: &str) -> String {
    text.bytes().map(|byte| format!("%{byte:02X}")).collect()
}
