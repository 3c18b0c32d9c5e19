//! The exchanges of OpenWhisk's action interface, byte by byte. Of an action that our proxies run: what Coldframe's host
//! sends to `/run`, what comes back, and that `/init` comes too late, because the action is there from the start. Of these
//! proxies alone, as a platform starts them: `/init`, good and bad, and the marks that end an activation's logs, which
//! Coldframe's host does not need of them. Of a proxy that is not ours (`container`): both requests, and all answers.
//! <https://github.com/apache/openwhisk/blob/master/docs/actions-new.md#action-interface>

mod alone;
mod container;

use coldframe_testkit::{Host, Project};
use serde_json::{Value, json};

use self::alone::{Proxy, post, zipped};
use crate::serve;

const MARK: &str = "XXX_THE_END_OF_A_WHISK_ACTIVATION_XXX\n";

const NODE: &str = "\
console.log('loaded with', process.env.SOME_VAR)
const names = ['NAMESPACE', 'ACTION_NAME', 'API_HOST', 'API_KEY', 'ACTIVATION_ID', 'TRANSACTION_ID', 'DEADLINE']
function plant(args) {
  console.log('hello stdout')
  console.error('hello stderr')
  return { args, env: Object.fromEntries(names.map((name) => [name, process.env[`__OW_${name}`]])) }
}
";
const PYTHON: &str = "\
import os, sys
print('loaded with', os.environ['SOME_VAR'])
names = ['NAMESPACE', 'ACTION_NAME', 'API_HOST', 'API_KEY', 'ACTIVATION_ID', 'TRANSACTION_ID', 'DEADLINE']
def plant(args):
    print('hello stdout')
    print('hello stderr', file=sys.stderr)
    return {'args': args, 'env': {name: os.environ.get('__OW_' + name) for name in names}}
";

fn init(main: &str, code: &str, binary: bool) -> String {
    json!({"value": {"name": "garden", "main": main, "code": code, "binary": binary, "env": {"SOME_VAR": "xyz", "MORE": ""}}})
        .to_string()
}

/// With every member that the document has.
const RUN: &str = r#"{"value":{"bed":"❄"},"namespace":"guest","action_name":"/guest/garden","api_host":"https://ow","api_key":"k","activation_id":"7","transaction_id":"t","deadline":1700000000000}"#;

/// An answer in JSON: its status line and its bytes.
fn answer(status: &str, body: &str) -> (String, String) {
    (format!("HTTP/1.1 {status}"), body.to_owned())
}

#[tokio::test(flavor = "multi_thread")]
async fn init_brings_an_action_and_run_runs_it() {
    let context = r#""NAMESPACE":"guest","ACTION_NAME":"/guest/garden","API_HOST":"https://ow","API_KEY":"k","ACTIVATION_ID":"7","TRANSACTION_ID":"t","DEADLINE":"1700000000000""#;
    let compact = format!(r#"{{"args":{{"bed":"❄"}},"env":{{{context}}}}}"#);
    let spaced = compact.replace("\":", "\": ").replace(",\"", ", \"");
    for (kind, source, ok, result, twice) in [
        (
            "node",
            NODE,
            r#"{"OK":true}"#,
            &compact,
            r#"{"error":"Cannot initialize the action more than once."}"#,
        ),
        (
            "python",
            PYTHON,
            r#"{"ok": true}"#,
            &spaced,
            r#"{"error": "Cannot initialize the action more than once."}"#,
        ),
    ] {
        let proxy = Proxy::start(kind).await;
        let early = proxy.post("/run", RUN).await;
        let expected = match kind {
            "node" => answer("403 Forbidden", r#"{"error":"System not initialized."}"#),
            _ => answer("500 Internal Server Error", r#"{"error": "no action defined yet"}"#),
        };
        assert_eq!(early, expected, "{kind}: nothing is there yet");
        assert_eq!(proxy.post("/init", &init("plant", source, false)).await, answer("200 OK", ok), "{kind}");
        for _ in 0..2 {
            assert_eq!(proxy.post("/run", RUN).await, answer("200 OK", result), "{kind}");
        }
        let again = proxy.post("/init", &init("plant", source, false)).await;
        assert_eq!(again, answer("403 Forbidden", twice), "{kind}");
        let (out, err) = proxy.ended();
        assert_eq!(out, format!("loaded with xyz\n{0}{0}", format!("hello stdout\n{MARK}")), "{kind}");
        assert!(err.contains(&format!("{0}{0}", format!("hello stderr\n{MARK}"))), "{kind}: {err}");
        assert!(err.ends_with("Cannot initialize the action more than once.\n"), "{kind}: {err}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn init_brings_an_archive() {
    let package = r#"{"main": "lib/bed.js"}"#;
    let seed = "exports.plant = require('./seed.js')\n";
    let node = [
        ("package.json", package),
        ("lib/bed.js", seed),
        ("lib/seed.js", "module.exports = (args) => args\n"),
    ];
    let python = [
        ("__main__.py", "from bed.seed import plant\n"),
        ("bed/seed.py", "def plant(args):\n    return args\n"),
    ];
    for (kind, main, files, result) in [
        ("node", "plant", &node[..], r#"{"bed":"❄"}"#),
        ("node", "lib/bed.plant", &node[1..], r#"{"bed":"❄"}"#),
        ("python", "plant", &python[..], r#"{"bed": "❄"}"#),
    ] {
        let proxy = Proxy::start(kind).await;
        let (status, said) = proxy.post("/init", &init(main, &zipped(files), true)).await;
        assert_eq!(status, "HTTP/1.1 200 OK", "{kind} {main}: {said}");
        assert_eq!(proxy.post("/run", RUN).await, answer("200 OK", result), "{kind} {main}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_init_that_fails_says_why_in_one_field() {
    let nothing = "403 Forbidden";
    let broken = "502 Bad Gateway";
    for (kind, sent, status, said) in [
        ("node", "{}".to_owned(), nothing, "Missing main/no code to execute."),
        ("node", init("main", "", false), nothing, "Missing main/no code to execute."),
        ("node", init("", "function main() {}", false), nothing, "Missing main/no code to execute."),
        (
            "node",
            init("main", "function main( {", false),
            broken,
            "Initialization has failed due to: …SyntaxError: ",
        ),
        (
            "node",
            init("main", "throw new Error('bad seed')", false),
            broken,
            "Initialization has failed due to: Error: bad seed\n…",
        ),
        (
            "node",
            init("main", "function other() {}", false),
            broken,
            "Initialization has failed due to: Action entrypoint 'main' is not a function.",
        ),
        (
            "node",
            init("main", "cGVhcw==", true),
            broken,
            "Initialization has failed due to: There was an error uncompressing the action archive. The file type is unsupported",
        ),
        (
            "node",
            init("main", &zipped(&[("main.js", "")]), true),
            broken,
            "Initialization has failed due to: Zipped actions must contain either package.json or index.js at the root.",
        ),
        ("python", "{}".to_owned(), nothing, "Missing main/no code to execute."),
        ("python", init("main", "", false), nothing, "Missing main/no code to execute."),
        (
            "python",
            init("main", "def main(:", false),
            broken,
            "The action failed to generate or locate a binary. See logs for details.",
        ),
        (
            "python",
            init("main", "raise ValueError('bad seed')", false),
            broken,
            "Cannot start action. Check logs for details.",
        ),
        (
            "python",
            init("main", "def other(args): pass", false),
            broken,
            "Cannot start action. Check logs for details.",
        ),
        (
            "python",
            init("main", &zipped(&[("main.py", "")]), true),
            broken,
            "Cannot start action. Check logs for details.",
        ),
    ] {
        let proxy = Proxy::start(kind).await;
        let (line, body) = proxy.post("/init", &sent).await;
        assert_eq!(line, format!("HTTP/1.1 {status}"), "{kind} {sent}: {body}");
        let members: serde_json::Map<String, Value> = serde_json::from_str(&body).expect("an object");
        assert_eq!(members.keys().collect::<Vec<_>>(), ["error"], "{kind} {sent}");
        let error = members["error"].as_str().expect("text");
        // What stands between, or follows, names places.
        let (begin, end) = said.split_once('…').unwrap_or((said, ""));
        let holds = if said.contains('…') {
            error.starts_with(begin) && error.contains(end)
        } else {
            error == said
        };
        assert!(holds, "{kind} {sent}: {error}");
        let (out, err) = proxy.ended();
        if status == broken {
            assert_eq!(out, MARK, "{kind} {sent}");
            assert!(err.len() > MARK.len() && err.ends_with(MARK), "{kind} {sent}: the log says more: {err}");
        } else {
            assert_eq!((out.as_str(), err.as_str()), ("", ""), "{kind} {sent}: nothing ran");
        }
    }
}

/// Two actions that say where they listen, as Coldframe runs them.
fn project() -> Project {
    let node = "\
const tree = { a: [1, '❄'] };
exports.main = ({ how }) => {
  switch (how) {
    case 'port': return { port: process.env.PORT };
    case 'dictionary': return tree;
    case 'promise': return Promise.resolve(tree);
    case 'list': return [tree, 2];
    case 'text': return 'peas';
    case 'number': return 7;
    case 'own': return { error: { code: 1 } };
    case 'throws': throw new Error('bad seed');
  }
};
";
    let python = "\
import os

tree = {'a': [1, '❄']}

def main(args):
    how = args.get('how')
    if how == 'throws':
        raise ValueError('bad seed')
    said = {'port': {'port': os.environ['PORT']}, 'dictionary': tree, 'list': [tree, 2], 'text': 'peas', 'number': 7}
    return said.get(how, {'error': {'code': 1}} if how == 'own' else None)
";
    Project::new().with("node/main.js", node).with("python/__main__.py", python)
}

async fn invoked(host: &Host, action: &str, params: &Value) -> Value {
    let url = format!("{}/api/v1/namespaces/_/actions/{action}?blocking=true", host.ibm);
    host.http.post(url).json(params).send().await.expect("an answer").json().await.expect("an activation")
}

async fn port_of(host: &Host, action: &str) -> u16 {
    let activation = invoked(host, action, &json!({"how": "port"})).await;
    let port = activation["response"]["result"]["port"].as_str().expect("told");
    port.parse().expect("a port")
}

#[tokio::test(flavor = "multi_thread")]
async fn what_an_action_returns_is_answered_in_these_bytes() {
    let project = project();
    let host = serve(&project);
    let (ok, bad) = ("200 OK", "502 Bad Gateway");
    for (action, cases) in [
        (
            "node",
            [
                ("dictionary", ok, r#"{"a":[1,"❄"]}"#),
                ("promise", ok, r#"{"a":[1,"❄"]}"#),
                ("list", ok, r#"[{"a":[1,"❄"]},2]"#),
                ("nothing", ok, "{}"),
                ("own", ok, r#"{"error":{"code":1}}"#),
                ("text", bad, r#"{"error":"The action did not return a dictionary or array."}"#),
                ("number", bad, r#"{"error":"The action did not return a dictionary or array."}"#),
                ("throws", bad, r#"{"error":"An error has occurred: Error: bad seed"}"#),
            ]
            .as_slice(),
        ),
        (
            "python",
            &[
                ("dictionary", ok, r#"{"a": [1, "❄"]}"#),
                ("list", ok, r#"[{"a": [1, "❄"]}, 2]"#),
                ("nothing", ok, "{}"),
                ("own", ok, r#"{"error": {"code": 1}}"#),
                ("text", bad, r#"{"error": "The action did not return a dictionary or array."}"#),
                ("number", bad, r#"{"error": "The action did not return a dictionary or array."}"#),
                ("throws", ok, r#"{"error": "bad seed"}"#),
            ],
        ),
    ] {
        let port = port_of(&host, action).await;
        for (how, status, body) in cases {
            let run = json!({"value": {"how": how}, "activation_id": "7"}).to_string();
            assert_eq!(post(port, "/run", &run).await, answer(status, body), "{action}: {how}");
        }
        let (status, body) = post(port, "/run", "{").await;
        assert!(matches!(&status[9..12], "400" | "500"), "{action}: no JSON: {status}");
        let members: serde_json::Map<String, Value> = serde_json::from_str(&body).expect("an object");
        assert_eq!(members.keys().collect::<Vec<_>>(), ["error"], "{action}");
        let (status, body) = post(port, "/init", &init("main", "x", false)).await;
        assert_eq!(status, "HTTP/1.1 403 Forbidden", "{action}");
        assert_eq!(
            serde_json::from_str::<Value>(&body).expect("JSON"),
            json!({"error": "Cannot initialize the action more than once."}),
            "{action}: it is there from the start"
        );
        assert_eq!(port_of(&host, action).await, port, "{action}: still the same process");
    }
}

/// Sees the requests to its own process as they came.
const WATCHES: &str = "\
const http = require('http');
const seen = [];
const emit = http.Server.prototype.emit;
http.Server.prototype.emit = function (name, request, ...rest) {
  if (name === 'request') {
    const chunks = [];
    request.on('data', (chunk) => chunks.push(chunk));
    request.on('end', () => seen.push({
      line: `${request.method} ${request.url} HTTP/${request.httpVersion}`, headers: request.rawHeaders, body: Buffer.concat(chunks).toString(),
    }));
  }
  return emit.call(this, name, request, ...rest);
};
exports.main = (params) => ({ seen, port: process.env.PORT });
";

#[tokio::test(flavor = "multi_thread")]
async fn the_host_sends_every_member_that_the_document_has() {
    let project = Project::new().with("garden/main.js", WATCHES);
    let host = serve(&project);
    let activation = invoked(&host, "garden", &json!({"bed": ["❄", 1]})).await;
    let result = &activation["response"]["result"];
    let [seen] = result["seen"].as_array().expect("requests").as_slice() else { panic!("one: {activation}") };
    assert_eq!(seen["line"], "POST /run HTTP/1.1");
    let body = seen["body"].as_str().expect("text");
    let headers: Vec<&str> =
        seen["headers"].as_array().expect("pairs").iter().filter_map(Value::as_str).collect();
    let address = format!("127.0.0.1:{}", result["port"].as_str().expect("told"));
    let length = body.len().to_string();
    assert_eq!(
        headers,
        ["content-type", "application/json", "host", &address, "content-length", &length],
        "and no others"
    );
    let id = activation["activationId"].as_str().expect("an id");
    let sent: Value = serde_json::from_str(body).expect("JSON");
    let deadline = sent["deadline"].as_str().expect("text");
    let left_ms =
        deadline.parse::<i64>().expect("milliseconds") - activation["start"].as_i64().expect("a time");
    assert!((59_000..180_000).contains(&left_ms), "the action's 60 seconds from when it is run: {left_ms}");
    let members = [
        r#""value":{"bed":["❄",1]}"#.to_owned(),
        r#""namespace":"guest""#.to_owned(),
        r#""action_name":"/guest/garden""#.to_owned(),
        r#""api_host":"http://localhost""#.to_owned(),
        r#""api_key":"""#.to_owned(),
        format!(r#""activation_id":"{id}""#),
        format!(r#""transaction_id":"{id}""#),
        format!(r#""deadline":"{deadline}""#),
        // Of the platform's own, beside the document's.
        r#""action_version":"0.0.1""#.to_owned(),
    ];
    assert_eq!(body, format!("{{{}}}", members.join(",")));
}
