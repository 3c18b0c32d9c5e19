//! Installing what a function depends on: from its list into the environment it runs in, from a package of ours that
//! lies beside it, so that nobody else is asked.

use std::path::Path;

use coldframe_testkit::{Host, Project, Verb, eventually, run};
use serde_json::{Value, json};

use crate::{builder, serve};

const SHOP: &str = "import seeds\n\ndef lambda_handler(event, context):\n    return seeds.KIND\n";
const LIST: &str = "--no-index\n--find-links ../wheels\nseeds==1.0\n";

/// Makes `wheels/seeds-1.0-py3-none-any.whl`.
const WHEEL: &str = "
import zipfile, os
os.makedirs('wheels', exist_ok=True)
info = 'seeds-1.0.dist-info/'
with zipfile.ZipFile('wheels/seeds-1.0-py3-none-any.whl', 'w') as wheel:
    wheel.writestr('seeds/__init__.py', 'KIND = \"pea\"\\n')
    wheel.writestr(info + 'METADATA', 'Metadata-Version: 2.1\\nName: seeds\\nVersion: 1.0\\n')
    wheel.writestr(info + 'WHEEL', 'Wheel-Version: 1.0\\nGenerator: tests\\nRoot-Is-Purelib: true\\nTag: py3-none-any\\n')
    wheel.writestr(info + 'RECORD', '')
";

fn shop(list: &str) -> Project {
    let project = Project::new().python("shop", SHOP).with("shop/requirements.txt", list);
    make(&project, WHEEL);
    project
}

fn make(project: &Project, wheel: &str) {
    let made = run(Path::new("python3"), &["-c", wheel], project.path(), &[], "");
    assert_eq!(made.code, 0, "a wheel is made: {}", made.stderr);
}

fn coldframe(project: &Project, data: &Path, args: &[&str]) -> Verb {
    let data = data.display().to_string();
    let mut all = vec!["--data-dir", data.as_str()];
    all.extend(args);
    run(Path::new(env!("CARGO_BIN_EXE_coldframe")), &all, project.path(), &[], "")
}

async fn id(host: &Host, name: &str) -> Value {
    host.function(name).await["id"].clone()
}

/// The job of a function and all it said, once it has come to this state.
async fn ended(host: &Host, name: &str, state: &str) -> (Value, String) {
    let id = id(host, name).await;
    let output = eventually(&format!("the installation is {state}"), async || {
        let output = host.rpc("job", json!({"function": id})).await;
        let now = output["job"]["state"].clone();
        assert!(now == "running" || now == state, "it came to another end: {output}");
        (now == state).then_some(output)
    })
    .await;
    let lines = output["lines"].as_array().expect("lines").iter();
    let text: Vec<&str> = lines.map(|line| line["text"].as_str().expect("text")).collect();
    (output["job"].clone(), text.join("\n"))
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_missing_is_said_installed_on_request_and_then_used() {
    let project = shop(LIST);
    let host = serve(&project);
    let seen = host.function("shop").await["problem"].clone();
    assert_eq!(seen["severity"], "warning", "{seen}");
    assert_eq!(seen["message"], "seeds is not installed where it runs");
    assert_eq!(seen["file"], "shop/requirements.txt");
    assert_eq!(seen["remedy"], "Create virtual environment and install");
    assert!(!project.file("shop/.venv").exists(), "nothing is installed unasked");

    let failed = host.invoke("shop", &json!({})).await;
    assert_eq!(failed.function_error(), Some("Unhandled"), "{}", failed.text());
    let problem = host.function("shop").await["problem"].clone();
    assert!(
        problem["message"].as_str().is_some_and(|text| text.contains("No module named 'seeds'")),
        "{problem}"
    );
    assert_eq!(problem["remedy"], "Create virtual environment and install", "the failure offers the same");

    let begun = host.rpc("install", json!({"function": id(&host, "shop").await})).await;
    assert_eq!((&begun["kind"], &begun["state"]), (&json!("install"), &json!("running")), "{begun}");
    let (_, said) = ended(&host, "shop", "done").await;
    assert!(said.contains("$ ") && said.contains("venv"), "the commands are shown: {said}");
    assert!(said.contains("seeds"), "and what they say: {said}");
    assert!(project.file("shop/.venv/pyvenv.cfg").is_file());
    let now = host.function("shop").await;
    assert_eq!(now["problems"], json!([]), "once it is done nothing is wrong any more");
    assert_eq!(host.invoke("shop", &json!({})).await.json(), json!("pea"), "and the next call has it");
    let reloads = host.rpc("reloads", json!({"function": now["id"], "minutes": null})).await;
    assert_eq!(
        (&reloads[0]["outcome"], &reloads[0]["files"]),
        (&json!("ok"), &json!(["shop/requirements.txt"])),
        "it is a reload like others: {reloads}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_list_beside_vercels_function_is_its_own() {
    let code = "import seeds\nfrom http.server import BaseHTTPRequestHandler\n\nclass handler(BaseHTTPRequestHandler):\n    \
                def do_GET(self):\n        self.send_response(200)\n        self.end_headers()\n        \
                self.wfile.write(seeds.KIND.encode())\n";
    let project = Project::new().with("api/b.py", code).with("api/requirements.txt", LIST);
    make(&project, WHEEL);
    let host = serve(&project);
    let seen = host.function("api-b").await["problem"].clone();
    assert_eq!(
        (&seen["message"], &seen["file"], &seen["remedy"]),
        (
            &json!("seeds is not installed where it runs"),
            &json!("api/requirements.txt"),
            &json!("Create virtual environment and install"),
        )
    );
    assert_eq!(host.get(&format!("{}/api/b", host.vercel)).await.status, 500);
    host.rpc("install", json!({"function": id(&host, "api-b").await})).await;
    ended(&host, "api-b", "done").await;
    assert!(project.file(".venv/pyvenv.cfg").is_file(), "where all functions of the project find it");
    assert_eq!(host.get(&format!("{}/api/b", host.vercel)).await.text(), "pea");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_aws_brings_is_installed_without_a_list() {
    let code = "import boto3\n\ndef lambda_handler(event, context):\n    return boto3.KIND\n";
    let project = Project::new().python("shop", code);
    make(&project, &WHEEL.replace("seeds", "boto3"));
    // The machine's own Python may have it.
    let made = run(Path::new("python3"), &["-m", "venv", "shop/.venv"], project.path(), &[], "");
    assert_eq!(made.code, 0, "an environment is made: {}", made.stderr);
    let wheels = project.file("wheels");
    // Of the tools that install: nobody else is asked.
    let host = builder(&project)
        .env("PIP_NO_INDEX", "1")
        .env("PIP_FIND_LINKS", &wheels)
        .env("UV_NO_INDEX", "1")
        .env("UV_FIND_LINKS", &wheels)
        .start();
    let seen = host.function("shop").await["problem"].clone();
    assert_eq!(seen["message"], "boto3 is not installed where it runs, and AWS Lambda brings it", "{seen}");
    assert_eq!(
        (&seen["hint"], &seen["remedy"]),
        (&json!("coldframe install shop"), &json!("Install boto3 into shop/.venv"))
    );
    let failed = host.invoke("shop", &json!({})).await;
    assert_eq!(failed.function_error(), Some("Unhandled"), "{}", failed.text());
    let problem = host.function("shop").await["problem"].clone();
    assert_eq!(
        problem["hint"],
        "AWS Lambda brings boto3, and this machine has to have it installed: coldframe install shop",
        "{problem}"
    );
    assert_eq!(problem["remedy"], "Install boto3 into shop/.venv", "{problem}");
    host.rpc("install", json!({"function": id(&host, "shop").await})).await;
    ended(&host, "shop", "done").await;
    eventually("it is there", async || {
        (host.invoke("shop", &json!({})).await.json() == json!("pea")).then_some(())
    })
    .await;
    assert!(!project.file("shop/requirements.txt").exists(), "no list is written");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_installation_that_fails_says_why_and_leaves_nothing_behind() {
    let project = shop("--no-index\n--find-links ../wheels\nseeds==2.0\n");
    let host = serve(&project);
    host.rpc("install", json!({"function": id(&host, "shop").await})).await;
    let (job, said) = ended(&host, "shop", "failed").await;
    let message = job["problem"]["message"].as_str().expect("why");
    assert!(message.contains("seeds"), "the tool's own words: {message}");
    assert!(said.contains("seeds==2.0") || said.contains("seeds"), "all it said is kept: {said}");
    assert!(!project.file("shop/.venv").exists(), "half an environment would be taken for a whole one");
    assert_eq!(host.function("shop").await["problem"]["severity"], "warning", "what was wrong still is");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_installation_is_given_up_when_a_person_says_so() {
    // A package index that listens and says nothing.
    let silent = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a listener");
    let index = format!("http://127.0.0.1:{}/", silent.local_addr().expect("an address").port());
    let project = shop(&format!("--index-url {index}\nnothing-of-that-name==1.0\n"));
    let host = serve(&project);
    let id = id(&host, "shop").await;
    host.rpc("install", json!({"function": id})).await;
    let (asking, _) = silent.accept().await.expect("the installer asks its index");
    let again = host.try_rpc("install", json!({"function": id})).await;
    assert_eq!(again.status, 409, "one at a time: {}", again.text());
    host.rpc("cancel", json!({"function": id})).await;
    let (job, said) = ended(&host, "shop", "cancelled").await;
    assert!(job["elapsed_ms"].as_f64() > Some(0.0), "{job}");
    assert!(said.contains("was removed"), "what becomes of the rest is said: {said}");
    assert!(!project.file("shop/.venv").exists());
    eventually("the installer is gone", async || {
        coldframe_testkit::processes_with(&project.path().display().to_string()).is_empty().then_some(())
    })
    .await;
    drop(asking);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_failed_for_want_of_it_is_not_started_while_it_is_half_installed() {
    let silent = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a listener");
    let index = format!("http://127.0.0.1:{}/", silent.local_addr().expect("an address").port());
    let project = shop(&format!("--index-url {index}\nseeds==1.0\n"));
    let host = serve(&project);
    let id = id(&host, "shop").await;
    assert_eq!(host.invoke("shop", &json!({})).await.function_error(), Some("Unhandled"));
    host.rpc("install", json!({"function": id})).await;
    let asking = silent.accept().await.expect("the installer asks its index");
    project.write("shop/lambda_function.py", &format!("{SHOP}# saved\n"));
    // A call reads what was saved before it.
    host.invoke("shop", &json!({})).await;
    let reloads = async || host.rpc("reloads", json!({"function": id, "minutes": null})).await;
    assert_eq!(reloads().await, json!([]));
    host.rpc("cancel", json!({"function": id})).await;
    ended(&host, "shop", "cancelled").await;
    eventually("what was saved meanwhile is read", async || (reloads().await != json!([])).then_some(()))
        .await;
    drop(asking);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_host_that_ends_leaves_no_half_environment() {
    let silent = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a listener");
    let index = format!("http://127.0.0.1:{}/", silent.local_addr().expect("an address").port());
    let project = shop(&format!("--index-url {index}\nnothing-of-that-name==1.0\n"));
    let host = serve(&project);
    host.rpc("install", json!({"function": id(&host, "shop").await})).await;
    let asking = silent.accept().await.expect("the installer asks its index");
    assert!(project.file("shop/.venv/pyvenv.cfg").is_file(), "it has begun");
    assert!(host.terminate().success(), "it ends as it always does");
    assert!(!project.file("shop/.venv").exists(), "and takes with it what is not whole");
    drop(asking);
}

#[tokio::test(flavor = "multi_thread")]
async fn node_packages_are_installed_by_the_manager_whose_lock_is_there() {
    let handler = "import { KIND } from 'seeds';\nexport const handler = async () => KIND;\n";
    let project = Project::new()
        .with(
            "seeds/package.json",
            r#"{"name": "seeds", "version": "1.0.0", "type": "module", "main": "main.js"}"#,
        )
        .with("seeds/main.js", "export const KIND = 'bean';\n")
        .with("shop/package.json", r#"{"name": "shop", "dependencies": {"seeds": "file:../seeds"}}"#)
        .with("shop/index.mjs", handler);
    let host = serve(&project);
    let seen = host.function("shop").await["problem"].clone();
    assert_eq!(
        (&seen["message"], &seen["remedy"]),
        (&json!("seeds is not installed where it runs"), &json!("Install with npm"))
    );
    assert_eq!(host.invoke("shop", &json!({})).await.function_error(), Some("Unhandled"));
    host.rpc("install", json!({"function": id(&host, "shop").await})).await;
    let (_, said) = ended(&host, "shop", "done").await;
    assert!(said.contains("npm install"), "without a lock: {said}");
    assert_eq!(host.function("shop").await["problems"], json!([]), "what failed before is over");
    assert_eq!(host.invoke("shop", &json!({})).await.json(), json!("bean"));

    std::fs::remove_dir_all(project.file("shop/node_modules")).expect("our own folder");
    host.rpc("install", json!({"function": id(&host, "shop").await})).await;
    let id = id(&host, "shop").await;
    eventually("the lock that was written is followed", async || {
        let output = host.rpc("job", json!({"function": id})).await;
        let ci = output["lines"].to_string().contains("npm ci");
        (ci && output["job"]["state"] == "done").then_some(())
    })
    .await;
}

#[test]
fn the_verb_installs_without_a_running_host_and_says_how_it_goes() {
    let project = shop(LIST);
    let data = tempfile::tempdir().expect("a temporary folder");
    let installed = coldframe(&project, data.path(), &["install", "shop"]);
    assert_eq!(installed.code, 0, "{}\n{}", installed.stdout, installed.stderr);
    assert!(installed.stdout.starts_with("installed in "), "{}", installed.stdout);
    assert!(
        installed.stderr.contains("venv"),
        "what the tools say goes to standard error: {}",
        installed.stderr
    );
    let called = coldframe(&project, data.path(), &["invoke", "shop"]);
    assert_eq!(called.stdout.trim(), "\"pea\"", "{}", called.stderr);

    let nothing = Project::new().python("plain", "def lambda_handler(event, context):\n    return 1\n");
    let refused = coldframe(&nothing, data.path(), &["install", "plain"]);
    assert_eq!(refused.code, 2, "{}", refused.stderr);
    assert_eq!(
        refused.stderr,
        "error: plain names no packages to install\nhint: name them in a requirements.txt beside its code\n"
    );
}
