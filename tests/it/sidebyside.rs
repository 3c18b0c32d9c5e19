//! `coldframe sidebyside`: rows made to happen from a terminal, kept for the next time, and written as a page; what they
//! do to the pool is undone, and no call of theirs is traffic.

use std::path::Path;

use coldframe_testkit::{Project, Verb, run};
use serde_json::{Value, json};

use crate::builder;

const HELLO: &str = "def lambda_handler(event, context):\n    return 'hello'\n";

fn sidebyside(project: &Project, data: &Path, args: &[&str]) -> Verb {
    let directory = data.display().to_string();
    let mut all = vec!["sidebyside"];
    all.extend(args);
    all.extend(["--data-dir", &directory]);
    run(Path::new(env!("CARGO_BIN_EXE_coldframe")), &all, project.path(), &[], "")
}

fn row<'a>(table: &'a Value, kind: &str) -> &'a Value {
    let rows = table["rows"].as_array().expect("rows");
    rows.iter().find(|row| row["row"] == kind).expect("every row is there")
}

#[tokio::test(flavor = "multi_thread")]
async fn rows_happen_are_kept_and_leave_the_pool_as_it_was() {
    let project = Project::new().python("hello", HELLO);
    let data = tempfile::tempdir().expect("a temporary folder");
    let host = builder(&project).data_dir(data.path()).start();
    let before = host.rpc("functions", json!({})).await[0]["pool"]["idle_ms"].clone();

    let verb = sidebyside(
        &project,
        data.path(),
        &["hello", "--row", "provisioning", "--row", "scaling-to-zero", "--json"],
    );
    assert_eq!(verb.code, 0, "{}", verb.stderr);
    let table: Value = serde_json::from_str(&verb.stdout).expect("JSON");
    let found = &row(&table, "provisioning")["result"];
    assert_eq!(found["better"], "serverless", "{found}");
    assert!(found["always_on"]["figure"].as_str().is_some_and(|figure| figure.starts_with('8')), "{found}");
    assert_eq!(row(&table, "scaling_to_zero")["result"]["always_on"]["figure"], "never");
    assert_eq!(row(&table, "idle")["result"], Value::Null, "nobody asked for it");
    for sourced in row(&table, "provisioning")["sourced"].as_array().expect("others' figures") {
        assert!(!sourced["source"].as_str().unwrap_or_default().is_empty(), "{sourced}");
        assert_eq!(sourced["date"].as_str().map(str::len), Some(10), "{sourced}");
    }
    let after = host.rpc("functions", json!({})).await[0]["pool"]["idle_ms"].clone();
    assert_eq!(after, before, "the idle time is put back");
    let rows = host.invocations().await;
    assert!(
        !rows.is_empty() && rows.iter().all(|row| row["trigger"] == "load_test"),
        "no call of a caller's"
    );

    let page = data.path().join("table.html");
    let file = page.display().to_string();
    let verb = sidebyside(&project, data.path(), &["hello", "--show", "--html", &file]);
    assert_eq!(verb.code, 0, "{}", verb.stderr);
    assert!(verb.stdout.contains("Provisioning: From nothing, the first answer took"), "{}", verb.stdout);
    let html = std::fs::read_to_string(&page).expect("it was written");
    assert!(html.contains("2 of 13 rows were made to happen"), "it tells what was done");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_makes_no_sense_is_said_and_nothing_runs() {
    let project = Project::new()
        .python("hello", HELLO)
        .python("torn", "def lambda_handler(event, context):\n    raise KeyError('colour')\n");
    let data = tempfile::tempdir().expect("a temporary folder");
    let host = builder(&project).data_dir(data.path()).start();
    let verb = sidebyside(&project, data.path(), &["hello", "--row", "colour"]);
    assert_eq!(verb.code, 2);
    assert!(verb.stderr.contains("the rows are provisioning, idle, scaling-out"), "{}", verb.stderr);
    let verb = sidebyside(&project, data.path(), &["nobody"]);
    assert_eq!(verb.code, 3, "{}", verb.stderr);
    let verb = sidebyside(&project, data.path(), &["hello", "--row", "long-work", "--job-minutes", "0"]);
    assert_eq!(verb.code, 2, "{}", verb.stderr);
    assert!(verb.stderr.contains("a job takes from 0.1"), "{}", verb.stderr);
    for nonsense in ["nan", "-5", "inf"] {
        let verb =
            sidebyside(&project, data.path(), &["hello", "--row", "long-work", "--job-minutes", nonsense]);
        assert_eq!(verb.code, 2, "{nonsense}: {}", verb.stderr);
        assert!(!verb.stderr.contains("-- -5"), "what it is, is said: {}", verb.stderr);
    }
    assert_eq!(host.invocations().await.len(), 0, "nothing was called");
    let verb = sidebyside(&project, data.path(), &["torn", "--row", "billing"]);
    assert_eq!(verb.code, 1, "{}", verb.stderr);
    assert!(verb.stderr.contains("the function failed with this event: KeyError"), "{}", verb.stderr);
    assert!(verb.stderr.contains("choose an event that it answers"), "{}", verb.stderr);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_looking_after_it_takes_is_said_by_whoever_does() {
    let project = Project::new().python("hello", HELLO);
    let data = tempfile::tempdir().expect("a temporary folder");
    let row = ["hello", "--row", "administration"];
    let unknown = sidebyside(&project, data.path(), &row);
    assert!(unknown.stdout.contains("--serverless-hours"), "how to say it: {}", unknown.stdout);
    let partly = sidebyside(&project, data.path(), &[&row[..], &["--serverless-hours", "1"]].concat());
    assert_eq!(partly.code, 2, "the others belong to it: {}", partly.stdout);
    let hours = ["--serverless-hours", "0.5", "--always-on-hours", "4", "--usd-per-hour", "60"];
    let said = sidebyside(&project, data.path(), &[&row[..], &hours].concat());
    assert_eq!(said.code, 0, "{}", said.stderr);
    assert!(
        said.stdout.contains("takes $30.00 a month on serverless and $240.00 on always-on"),
        "{}",
        said.stdout
    );
}

/// Writes to a service by its address, in the handler alone.
fn writes_to(port: u16, host: &str) -> String {
    format!(
        "\
import urllib.request

def lambda_handler(event, context):
    if event.get('write'):
        urllib.request.urlopen('http://{host}:{port}/', data=b'seed').read()
    return 'done'
"
    )
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_written_twice_outside_before_that_was_allowed() {
    let service = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let port = service.local_addr().expect("bound").port();
    let project = Project::new().python("writes", &writes_to(port, "localhost"));
    project.write("event.json", "{\"write\": true}");
    let data = tempfile::tempdir().expect("a temporary folder");
    let host = builder(&project).data_dir(data.path()).start();
    let args = ["writes", "--row", "latency", "--event", "event.json"];
    let verb = sidebyside(&project, data.path(), &args);
    assert_eq!(verb.code, 1, "{}\n{}", verb.stdout, verb.stderr);
    assert!(
        verb.stderr.contains("may reach something outside: urllib.request in writes/lambda_function.py:1"),
        "it has never been called: {}",
        verb.stderr
    );
    assert!(verb.stderr.contains("--twice"), "what allows it: {}", verb.stderr);
    let asked = tokio::time::timeout(std::time::Duration::ZERO, service.accept()).await;
    assert!(asked.is_err(), "nobody was spoken to");
    let alone = sidebyside(&project, data.path(), &["writes", "--row", "provisioning"]);
    assert_eq!(alone.code, 0, "a row that calls one side only asks nothing: {}", alone.stderr);

    // A load test is another way to send every call to both, and is refused with the same words.
    let (function, shape) = (host.function("writes").await["id"].clone(), "constant");
    let mut load = json!({
        "function": function, "event": "{\"write\": true}", "shape": shape, "rate": 5, "seconds": 1, "twin": true,
    });
    let refused = host.try_rpc("start_load", load.clone()).await;
    let said = refused.json();
    assert_eq!((refused.status, said["code"].as_str()), (409, Some("conflict")), "{}", refused.text());
    for words in [&said["message"], &said["hint"]] {
        let words = words.as_str().unwrap_or_default();
        assert!(!words.is_empty() && verb.stderr.contains(words), "{words} is not in {}", verb.stderr);
    }
    load["writes_twice_ok"] = json!(true);
    host.rpc("start_load", load).await;
    let write = tokio::time::timeout(std::time::Duration::from_secs(30), service.accept()).await;
    assert!(write.is_ok_and(|write| write.is_ok()), "who said that it may, has it sent");
}

#[tokio::test(flavor = "multi_thread")]
async fn programs_and_files_are_asked_about_before_they_are_written_twice() {
    let out = tempfile::tempdir().expect("a temporary folder");
    let (file, made) = (out.path().join("out.txt"), out.path().join("made.txt"));
    let appends = format!(
        "def lambda_handler(event, context):\n    with open({file:?}, 'a') as out:\n        out.write('x')\n    return 'done'\n"
    );
    let starts = format!(
        "import subprocess\n\ndef lambda_handler(event, context):\n    subprocess.run(['sh', '-c', 'echo x >> ' + {made:?}])\n    \
         return 'done'\n"
    );
    let script = format!(
        "import {{ execSync }} from 'node:child_process'\nexport const handler = async () => {{ execSync('echo x >> ' + {made:?}) }}\n"
    );
    let project = Project::new()
        .python("appends", &appends)
        .python("starts", &starts)
        .with("script/index.mjs", &script);
    let host = builder(&project).start();
    let refused = async |name: &str, named: &str| {
        let id = host.function(name).await["id"].clone();
        let load = json!({"function": id, "event": "{}", "shape": "constant", "rate": 5, "seconds": 1, "twin": true});
        let refused = host.try_rpc("start_load", load).await;
        assert_eq!((refused.status, refused.json()["code"].as_str()), (409, Some("conflict")), "{name}");
        let said = refused.json()["message"].to_string();
        assert!(said.contains(named), "{said}");
    };
    refused("appends", "may reach something outside: open in appends/lambda_function.py:2").await;
    refused("starts", "may reach something outside: subprocess in starts/lambda_function.py:1").await;
    refused("script", "may reach something outside: node:child_process in script/index.mjs:1").await;
    let data = tempfile::tempdir().expect("a temporary folder");
    let directory = data.path().display().to_string();
    for name in ["appends", "starts", "script"] {
        let args = ["check", name, "--max-memory-mb", "1024", "--within", "1s", "--data-dir", &directory];
        let verb = run(Path::new(env!("CARGO_BIN_EXE_coldframe")), &args, project.path(), &[], "");
        assert_eq!(verb.code, 2, "{}", verb.stderr);
        assert!(verb.stderr.contains("--writes-ok"), "{}", verb.stderr);
    }
    assert!(!file.exists() && !made.exists(), "nothing was called");

    for name in ["appends", "starts"] {
        host.invoke(name, &json!({})).await;
    }
    refused("appends", &format!("reaches something outside: the file {}", file.display())).await;
    refused("starts", "reaches something outside: the program sh").await;
    assert_eq!(std::fs::read_to_string(&file).expect("one call"), "x");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_function_is_written_with_is_nothing_outside() {
    let python =
        "import functions_framework\n\n@functions_framework.http\ndef greet(request):\n    return 'hello'\n";
    let node = "const functions = require('@google-cloud/functions-framework')\nfunctions.http('leave', (req, res) => res.send('bye'))\n";
    let project = Project::new()
        .with("greet/main.py", python)
        .with("leave/index.js", node)
        .with("leave/package.json", "{\"dependencies\": {\"@google-cloud/functions-framework\": \"^3\"}}");
    let host = builder(&project).start();
    for name in ["greet", "leave"] {
        let id = host.function(name).await["id"].clone();
        let table = host.rpc("side_by_side", json!({"function": id})).await;
        assert_eq!(table["outside"], json!([]), "{name}");
    }
}

/// Every third call ends its process.
const TORN: &str = "\
import os, time

CALLS = 0

def lambda_handler(event, context):
    global CALLS
    CALLS += 1
    time.sleep(0.02)
    if CALLS % 3 == 0:
        os._exit(1)
    return CALLS
";

#[tokio::test(flavor = "multi_thread")]
async fn what_a_function_fails_by_itself_is_no_part_of_what_a_kill_costs() {
    let project = Project::new().python("torn", TORN);
    let data = tempfile::tempdir().expect("a temporary folder");
    let _host = builder(&project).data_dir(data.path()).start();
    let verb = sidebyside(&project, data.path(), &["torn", "--row", "availability", "--json"]);
    assert_eq!(verb.code, 0, "{}", verb.stderr);
    let table: Value = serde_json::from_str(&verb.stdout).expect("JSON");
    let found = &row(&table, "availability")["result"];
    let details = found["details"].as_array().expect("details");
    let of = |label: &str| {
        let detail = details.iter().find(|detail| detail["label"] == label).expect("it is told");
        detail["serverless"].as_str().and_then(|calls| calls.parse::<u64>().ok()).expect("a count")
    };
    assert_eq!(of("calls"), 40);
    assert!(of("lost by the kill") <= 1, "an instance has one call at a time: {found:#}");
    assert!(of("failed by themselves") >= 4, "every third: {found:#}");
    let said = found["sentence"].as_str().unwrap_or_default();
    assert!(said.contains("The function fails by itself, too"), "{said}");
}

/// Waits, and never fails: many of its calls are under way in one resident process.
const WAITS: &str = "\
export const handler = async () => {
  await new Promise((resolve) => setTimeout(resolve, 700))
  return 1
}
";

#[tokio::test(flavor = "multi_thread")]
async fn all_calls_that_a_resident_process_has_at_once_are_lost_with_it() {
    let project = Project::new().node("waits", WAITS);
    let data = tempfile::tempdir().expect("a temporary folder");
    let host = builder(&project).data_dir(data.path()).start();
    let verb = sidebyside(&project, data.path(), &["waits", "--row", "availability", "--json"]);
    assert_eq!(verb.code, 0, "{}", verb.stderr);
    let table: Value = serde_json::from_str(&verb.stdout).expect("JSON");
    let found = &row(&table, "availability")["result"];
    let details = found["details"].as_array().expect("details");
    let of = |label: &str, side: &str| {
        let detail = details.iter().find(|detail| detail["label"] == label).expect("it is told");
        detail[side].as_str().and_then(|calls| calls.parse::<usize>().ok()).expect("a count")
    };
    assert_eq!((of("failed by themselves", "serverless"), of("failed by themselves", "always_on")), (0, 0));
    assert!(of("lost by the kill", "always_on") >= 2, "one comes each 250 ms and takes 700: {found:#}");
    let said = found["sentence"].as_str().unwrap_or_default();
    assert!(!said.contains("by itself"), "{said}");
    // Each that did not end well on the twin was lost by the kill.
    let twin = host.rpc("twin", json!({"function": host.function("waits").await["id"]})).await;
    let failed = twin["meters"]["twin"]["errors"].as_u64().unwrap_or_default();
    assert!(failed as usize <= of("lost by the kill", "always_on"), "{failed} in the record, {found:#}");
}
