//! The host's half of the exchange, with an action proxy that is not ours: what it is sent, what is made of its answers.

use coldframe_testkit::Project;
use serde_json::{Value, json};

use super::invoked;
use crate::serve;

/// Keeps no library between the bytes and the test. What came is in its answer; what it answers is what it is told.
const PROXY: &str = r#"
import json, os, socketserver, sys

seen = []

class Raw(socketserver.StreamRequestHandler):
    def handle(self):
        while line := self.rfile.readline().decode().strip():
            headers = []
            while header := self.rfile.readline().decode().strip():
                headers.append(header)
            length = next(int(one.split(':')[1]) for one in headers if one.lower().startswith('content-length:'))
            body = self.rfile.read(length).decode()
            seen.append({'line': line, 'headers': headers, 'body': body})
            self.wfile.write(self.answer(line.split()[1], json.loads(body)['value']))

    def answer(self, path, value):
        if path == '/init':
            return whole(os.environ.get('STATUS', '200 OK'), os.environ.get('ANSWER', 'anything at all'))
        print('of the action', flush=True)
        print('XXX_THE_END_OF_A_WHISK_ACTIVATION_XXX', flush=True)
        print('XXX_THE_END_OF_A_WHISK_ACTIVATION_XXX', file=sys.stderr, flush=True)
        if 'answer' in value:
            return whole(value['status'], value['answer'])
        return whole('200 OK', json.dumps({'seen': seen, 'host': os.environ['__OW_API_HOST']}))

def whole(status, body):
    return f'HTTP/1.1 {status}\r\nContent-Length: {len(body.encode())}\r\n\r\n{body}'.encode()

class Server(socketserver.ThreadingTCPServer):
    allow_reuse_address = daemon_threads = True

Server(('127.0.0.1', int(os.environ['PORT'])), Raw).serve_forever()
"#;

fn project(env: &str) -> Project {
    let declared = format!(
        "[functions.garden]\nprovider = 'ibm'\npath = 'garden'\nhandler = 'python3 proxy.py'\nenv = {{ {env} }}\n"
    );
    Project::new().with("garden/proxy.py", PROXY).with("coldframe.toml", &declared)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_container_is_initialised_once_and_then_run() {
    let project = project("");
    let host = serve(&project);
    invoked(&host, "garden", &json!({})).await;
    let activation = invoked(&host, "garden", &json!({"bed": "❄"})).await;
    assert_eq!(activation["response"]["status"], "success", "{activation}");
    let result = &activation["response"]["result"];
    assert_eq!(result["host"], "http://localhost", "where the platform is");
    let seen = result["seen"].as_array().expect("requests");
    let lines: Vec<&Value> = seen.iter().map(|one| &one["line"]).collect();
    assert_eq!(lines, ["POST /init HTTP/1.1", "POST /run HTTP/1.1", "POST /run HTTP/1.1"]);
    let init = r#"{"value":{"name":"garden","main":"main","binary":false,"env":{"__OW_NAMESPACE":"guest","__OW_ACTION_NAME":"/guest/garden","__OW_ACTION_VERSION":"0.0.1"}}}"#;
    assert_eq!(seen[0]["body"], init);
    for one in seen {
        let headers: Vec<&str> = one["headers"]
            .as_array()
            .expect("a list")
            .iter()
            .filter_map(|header| header.as_str()?.split(':').next())
            .collect();
        assert_eq!(headers, ["content-type", "host", "content-length"], "and no others");
        assert_eq!(one["headers"][0], "content-type: application/json");
    }
    assert!(
        seen[2]["body"].as_str().expect("text").starts_with(r#"{"value":{"bed":"❄"},"namespace":"guest","#)
    );
    let logs = activation["logs"].to_string();
    assert!(
        logs.contains("of the action") && !logs.contains("XXX_THE_END"),
        "marks are the platform's: {logs}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn an_init_that_is_not_answered_with_200_is_the_developers_error() {
    for (answer, error) in [
        (r#"{"error": "no seeds"}"#, json!("no seeds")),
        (r#"{"error": {"code": 1}}"#, json!({"code": 1})),
        ("no JSON", json!("The action failed during initialization: no JSON")),
        ("", json!("The action failed during initialization.")),
    ] {
        let project = project(&format!("STATUS = '502 Bad Gateway', ANSWER = '{answer}'"));
        let host = serve(&project);
        let activation = invoked(&host, "garden", &json!({})).await;
        assert_eq!(
            activation["response"],
            json!({"status": "action developer error", "statusCode": 2, "success": false, "result": {"error": error}}),
            "{answer}"
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_container_answers_to_run_is_read_as_documented() {
    let project = project("");
    let host = serve(&project);
    let (own, developer) = ("application error", "action developer error");
    let unfit = "The action did not produce a valid JSON or JSON Array response";
    for (status, answer, ended, result) in [
        ("200 OK", r#"{"a": [1]}"#, "success", json!({"a": [1]})),
        ("200 OK", "[1, 2]", "success", json!([1, 2])),
        ("200 OK", r#"{"error": {"code": 1}}"#, own, json!({"error": {"code": 1}})),
        ("502 Bad Gateway", r#"{"error": "bad seed"}"#, developer, json!({"error": "bad seed"})),
        ("500 Internal Server Error", "gone", developer, json!({"error": format!("{unfit}: gone")})),
        ("200 OK", "7", developer, json!({"error": format!("{unfit}: 7")})),
        ("200 OK", "", developer, json!({"error": format!("{unfit}.")})),
    ] {
        let said =
            invoked(&host, "garden", &json!({"status": status, "answer": answer})).await["response"].take();
        assert_eq!((&said["status"], &said["result"]), (&json!(ended), &result), "{status} {answer}");
    }
}
