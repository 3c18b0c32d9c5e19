//! IBM: OpenWhisk actions through the API that `wsk` speaks and as web actions, Code Engine functions at their URLs.

use std::path::Path;

use coldframe_testkit::{Host, Project, eventually};
use reqwest::Response;
use serde_json::{Value, json};

use crate::{installed, serve};

const PYTHON: &str = "\
import os, sys, time

def main(args):
    how = args.get('how')
    if how == 'raise':
        raise ValueError('bad seed')
    if how == 'exit':
        sys.exit(3) if args.get('softly') else os._exit(3)
    if how == 'list':
        return [1, 2]
    if how == 'text':
        return 'no dictionary'
    if how == 'late':
        time.sleep(60)
    if how == 'status':
        return {'statusCode': 900}
    print('ran as', os.environ['__OW_ACTION_NAME'])
    return {
        'body': {
            'name': args.get('name', 'World'), 'path': args.get('__ce_path'), 'method': args.get('__ce_method'),
            'activation': os.environ['__OW_ACTIVATION_ID'], 'namespace': os.environ['__OW_NAMESPACE'],
            'left': int(os.environ['__OW_DEADLINE']) / 1000 - time.time() > 0, 'ce': os.environ['CE_FUNCTION'],
        },
    }
";

const NODE: &str = "\
async function main({ name, place, how, __ow_method, __ow_path }) {
  if (how === 'throw') throw Object.assign(new Error('bad seed'), { statusCode: 418 });
  if (how === 'reject') return Promise.reject({ statusCode: 403, body: 'not you' });
  if (how === 'refuse') return { error: { statusCode: 403, body: 'not you' } };
  console.log('greeting', name);
  return { body: { text: `Hello ${name} in ${place}`, __ow_method, __ow_path }, headers: { 'X-Own': ['a', 'b'] } };
}
";

const MANIFEST: &str = "\
packages:
  default:
    actions:
      greet:
        function: greet.js
        web: true
        inputs: { place: Paris }
      hidden: { function: greet.js }
";

fn project() -> Project {
    Project::new()
        .with("hello/__main__.py", PYTHON)
        .with("ow/greet.js", NODE)
        .with("ow/manifest.yml", MANIFEST)
        .with("coldframe.toml", "[functions.hello]\ntimeout_seconds = 2\n")
}

/// As `wsk action invoke` sends it.
async fn action(host: &Host, name: &str, query: &str, params: Value) -> Response {
    let url = format!("{}/api/v1/namespaces/_/actions/{name}?{query}", host.ibm);
    let request = host.http.post(url).basic_auth("uuid", Some("key")).json(&params);
    request.send().await.expect("an answer")
}

async fn json_of(response: Response) -> Value {
    response.json().await.expect("JSON")
}

fn annotation<'a>(record: &'a Value, key: &str) -> &'a Value {
    let all = record["annotations"].as_array().expect("annotations");
    all.iter().find(|one| one["key"] == key).map_or(&Value::Null, |one| &one["value"])
}

#[tokio::test(flavor = "multi_thread")]
async fn an_action_is_invoked_and_its_activation_is_kept() {
    let project = project();
    let host = serve(&project);
    let cold = json_of(action(&host, "hello", "blocking=true", json!({"name": "Ada"})).await).await;
    assert_eq!(cold["response"]["status"], "success", "{cold}");
    let body = &cold["response"]["result"]["body"];
    assert_eq!(
        (&body["name"], &body["namespace"], &body["left"]),
        (&json!("Ada"), &json!("guest"), &json!(true))
    );
    assert_eq!(body["activation"], cold["activationId"], "the action knows its activation");
    assert_eq!(cold["logs"], json!(["ran as /guest/hello"]));
    assert!(annotation(&cold, "initTime").as_i64() > Some(0), "{cold}");
    assert!(annotation(&cold, "waitTime").is_i64(), "{cold}");
    let warm = json_of(action(&host, "hello", "blocking=true", json!({})).await).await;
    assert_eq!(annotation(&warm, "initTime"), &Value::Null, "only a cold start has it: {warm}");
    let result =
        json_of(action(&host, "hello", "blocking=true&result=true", json!({"how": "list"})).await).await;
    assert_eq!(result, json!([1, 2]));

    let id = warm["activationId"].as_str().expect("an id");
    let kept = host.get(&format!("{}/api/v1/namespaces/_/activations/{id}", host.ibm)).await.json();
    assert_eq!(kept, warm);
    let accepted = action(&host, "hello", "", json!({"name": "later"})).await;
    assert_eq!(accepted.status(), 202);
    let id = json_of(accepted).await["activationId"].as_str().expect("an id").to_owned();
    eventually("the activation has ended", async || {
        let kept = host.get(&format!("{}/api/v1/namespaces/_/activations/{id}/result", host.ibm)).await;
        (kept.status == 200 && kept.json()["result"]["body"]["name"] == "later").then_some(())
    })
    .await;
    let rows = host.invocations().await;
    assert!(rows.iter().all(|row| row["provider"] == "ibm" && row["status"] == "ok"), "{rows:?}");
    assert!(rows.iter().any(|row| row["request_id"] == id.as_str()), "the record has the same ids");
}

#[tokio::test(flavor = "multi_thread")]
async fn failures_have_openwhisks_words() {
    let project = project();
    let host = serve(&project);
    for (how, status, kind, text) in [
        ("raise", 502, "application error", "bad seed"),
        ("text", 502, "action developer error", "The action did not return a dictionary or array."),
        (
            "exit",
            502,
            "action developer error",
            "The action did not produce a valid response and exited unexpectedly.",
        ),
        ("late", 502, "action developer error", "The action exceeded its time limits of 2000 milliseconds."),
    ] {
        let answer = action(&host, "hello", "blocking=true", json!({"how": how})).await;
        assert_eq!(answer.status(), status, "{how}");
        let record = json_of(answer).await;
        assert_eq!(
            (&record["response"]["status"], &record["response"]["result"]["error"]),
            (&json!(kind), &json!(text))
        );
    }
    for _ in 0..2 {
        // Cold, then warm: the action's thread is not the process's first one.
        assert_eq!(action(&host, "hello", "blocking=true", json!({})).await.status(), 200);
        let quit =
            json_of(action(&host, "hello", "blocking=true", json!({"how": "exit", "softly": true})).await)
                .await;
        assert_eq!(
            quit["response"]["result"]["error"],
            "The action did not produce a valid response and exited unexpectedly.",
            "{quit}"
        );
    }
    let thrown =
        json_of(action(&host, "hidden", "blocking=true&result=true", json!({"how": "throw"})).await).await;
    let told = &thrown["error"];
    assert_eq!(
        (&told["name"], &told["message"], &told["statusCode"]),
        (&json!("Error"), &json!("bad seed"), &json!(418))
    );
    assert!(told["stack"].as_str().is_some_and(|stack| stack.contains("greet.js")), "{thrown}");
    let unknown = action(&host, "nobody", "blocking=true", json!({})).await;
    assert_eq!(unknown.status(), 404);
    assert_eq!(json_of(unknown).await["error"], "The requested resource does not exist.");
    let broken =
        host.http.post(format!("{}/api/v1/namespaces/_/actions/hello?blocking=true", host.ibm)).body("[");
    assert_eq!(broken.send().await.expect("an answer").status(), 400);
    let statuses: Vec<Value> =
        host.invocations().await.iter().rev().map(|row| row["status"].clone()).collect();
    assert_eq!(statuses, ["error", "error", "crash", "timeout", "ok", "crash", "ok", "crash", "error"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn web_actions_answer_the_web_and_others_do_not() {
    let project = project();
    let host = serve(&project);
    let url = format!("{}/api/v1/web/guest/default/greet", host.ibm);
    let answer = host.get(&format!("{url}/more?name=Ada")).await;
    assert_eq!(
        answer.json(),
        json!({"text": "Hello Ada in Paris", "__ow_method": "get", "__ow_path": "/more"})
    );
    assert_eq!(answer.headers.get_all("x-own").iter().count(), 2, "a list is a header for each");
    let posted = async |body: Value| host.http.post(&url).json(&body).send().await.expect("an answer");
    assert_eq!(json_of(posted(json!({"name": "Grace"})).await).await["text"], "Hello Grace in Paris");
    let final_one = posted(json!({"name": "Grace", "place": "Rome"})).await;
    assert_eq!(final_one.status(), 400, "parameters of a web action are final");
    let rejected = host.get(&format!("{url}?how=reject")).await;
    assert_eq!(
        (rejected.status, rejected.text().as_str()),
        (403, "not you"),
        "what it was rejected with answers"
    );
    let thrown = host.get(&format!("{url}?how=throw")).await;
    assert_eq!(thrown.status, 418, "an error's own members answer as well");
    let refused = host.get(&format!("{url}?how=refuse")).await;
    assert_eq!((refused.status, refused.text().as_str()), (403, "not you"));
    let hidden = host.get(&format!("{}/api/v1/web/guest/default/hidden", host.ibm)).await;
    assert_eq!(hidden.status, 404, "no manifest exports it");
    assert_eq!(host.function("greet").await["urls"], json!([url.replace("127.0.0.1", "localhost")]));
}

const SHOP: &str = "\
packages:
  shop:
    inputs: { city: Rome }
    actions:
      raw: { function: echo.js, web: raw }
      keyed: { function: echo.js, web: true, annotations: { require-whisk-auth: peas } }
      own: { function: echo.js, web: true, annotations: { web-custom-options: true } }
";

const ECHO: &str = "\
exports.main = (params) => ({ body: { ...params, __ow_headers: undefined, as: process.env.__OW_ACTION_NAME } });
";

#[tokio::test(flavor = "multi_thread")]
async fn a_web_action_is_called_as_its_package_and_annotations_say() {
    let project = Project::new().with("echo.js", ECHO).with("manifest.yml", SHOP);
    let host = serve(&project);
    let url = |name: &str| format!("{}/api/v1/web/guest/shop/{name}", host.ibm);
    let raw = host.http.post(format!("{}?city=Bonn", url("raw"))).json(&json!({"a": 1})).send().await;
    assert_eq!(
        json_of(raw.expect("an answer")).await,
        json!({
            "city": "Rome", "__ow_query": "city=Bonn", "__ow_body": "eyJhIjoxfQ==", "__ow_method": "post",
            "__ow_path": "", "as": "/guest/shop/raw",
        }),
        "nothing of the request is a parameter"
    );
    let elsewhere = host.get(&url("raw").replace("/shop/", "/default/")).await;
    assert_eq!(elsewhere.status, 404, "its package is part of its name");
    assert_eq!(host.get(&url("keyed")).await.status, 401);
    let keyed = host.http.get(url("keyed")).header("x-require-whisk-auth", "peas").send().await;
    assert_eq!(keyed.expect("an answer").status(), 200);
    let options = host.http.request(reqwest::Method::OPTIONS, url("own")).send().await.expect("an answer");
    assert!(options.headers().get("access-control-allow-origin").is_none(), "it says itself whom it allows");
    assert_eq!(json_of(options).await["__ow_method"], "options");
    let broken = host.http.post(url("own")).header("content-type", "application/json").body("[1");
    assert_eq!(broken.send().await.expect("an answer").status(), 400);
    let list = host.http.post(url("own")).json(&json!([1])).send().await.expect("an answer");
    assert_eq!(json_of(list).await["__ow_body"], json!([1]));
    let named = action(&host, "shop/own", "blocking=true&result=true", json!({})).await;
    assert_eq!(json_of(named).await["body"]["as"], "/guest/shop/own");
    let described = host.get(&format!("{}/api/v1/namespaces/_/actions/shop/raw", host.ibm)).await.json();
    assert_eq!(
        described["parameters"],
        json!([{"key": "city", "value": "Rome"}]),
        "of the package or its own"
    );
    let page = host.get(&format!("{}/api/v1/namespaces/_/activations?limit=1", host.ibm)).await.json();
    assert_eq!(page.as_array().map(Vec::len), Some(1), "{page}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_code_engine_function_answers_at_its_url_and_reloads() {
    let project = project();
    let host = serve(&project);
    let answer = host.get(&format!("{}/hello/a/b?name=Ada", host.ibm)).await;
    let body = answer.json();
    assert_eq!(
        (&body["name"], &body["path"], &body["method"]),
        (&json!("Ada"), &json!("/a/b"), &json!("GET"))
    );
    assert_eq!(body["ce"], "hello");
    assert_eq!(answer.header("x-faas-actionstatus"), Some("200"));
    assert_eq!(answer.header("content-type"), Some("text/plain; charset=utf-8"), "it says none itself");
    let broken =
        host.http.post(format!("{}/hello", host.ibm)).header("content-type", "application/json").body("[1");
    assert_eq!(broken.send().await.expect("an answer").status(), 400);
    let odd = host.get(&format!("{}/hello?how=status", host.ibm)).await;
    assert_eq!((odd.status, odd.header("x-faas-actionstatus"), odd.text().as_str()), (422, None, ""));
    let forged = host.get(&format!("{}/hello?__ce_path=x", host.ibm)).await;
    assert_eq!(forged.status, 400);
    let invoked = host.rpc("invoke", json!({"function": host.function("hello").await["id"], "event": r#"{"name": "app"}"#, "cold": false, "trigger": "app"})).await;
    assert_eq!(invoked["ok"], true, "{invoked}");

    project.write("hello/__main__.py", &PYTHON.replace("'World'", "'Wild'"));
    eventually("the new code answers", async || {
        let answer = host.get(&format!("{}/hello", host.ibm)).await;
        (answer.json()["name"] == "Wild").then_some(())
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn openwhisks_own_client_understands_the_answers() {
    let project = project();
    let host = serve(&project);
    let script = installed::source("clouds/openwhisk_calls.mjs").display().to_string();
    let folder = installed::node_clouds();
    let verb = coldframe_testkit::run(Path::new("node"), &[&script, &host.ibm], &folder, &[], "");
    let got = verb.json();
    assert_eq!(got["record"]["response"]["result"]["body"]["name"], "Ada", "{got}");
    assert_eq!(got["result"]["body"]["name"], "Grace");
    assert!(got["accepted"]["activationId"].is_string());
    assert_eq!(got["failed"]["statusCode"], 502, "{got}");
    assert_eq!(got["failed"]["error"]["response"]["result"]["error"], "bad seed");
    assert_eq!(got["unknown"]["statusCode"], 404);
    assert_eq!(got["list"], json!(["greet", "hello", "hidden"]));
    assert_eq!((&got["action"]["name"], &got["action"]["namespace"]), (&json!("hello"), &json!("guest")));
    assert_eq!(got["again"], got["record"]);
    assert_eq!(got["logs"]["logs"], json!(["ran as /guest/hello"]));
}
