//! What is found again tomorrow.

use coldframe_testkit::{Project, eventually};
use serde_json::json;

use crate::builder;

#[test]
fn a_host_that_is_asked_to_end_as_soon_as_it_listens_ends_well() {
    let project = Project::new().python("f", "def lambda_handler(event, context):\n    return event\n");
    for round in 0..8 {
        let ended = builder(&project).start().terminate();
        assert!(ended.success(), "round {round}: {ended}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn calls_logs_and_payloads_are_there_after_a_restart() {
    let project = Project::new()
        .python("f", "def lambda_handler(event, context):\n    print('working on', event['n'])\n    return {'n': event['n']}\n");
    let data = tempfile::tempdir().expect("a temporary folder");
    let host = builder(&project).data_dir(data.path()).start();
    for n in 0..3 {
        host.invoke("f", &json!({"n": n, "password": "hunter2"})).await;
    }
    assert!(host.terminate().success(), "a host that is asked ends well");
    let mut left: Vec<_> = std::fs::read_dir(data.path())
        .expect("readable")
        .map(|entry| entry.expect("readable").file_name().to_string_lossy().into_owned())
        .collect();
    left.sort();
    assert_eq!(
        left,
        [".gitignore", "CACHEDIR.TAG", "host.lock", "record.sqlite", "run", "work"],
        "an orderly end leaves the record in one file"
    );

    let host = builder(&project).data_dir(data.path()).start();
    let rows = host.invocations().await;
    assert_eq!(rows.len(), 3);
    let detail = host.rpc("invocation", json!({"id": rows[0]["id"]})).await;
    assert_eq!(detail["response"]["text"], r#"{"n": 2}"#, "{detail}");
    let request = detail["request"]["text"].as_str().unwrap_or_default();
    assert!(
        request.contains("[redacted]") && !request.contains("hunter2"),
        "secrets are not stored: {request}"
    );
    let lines = detail["logs"].to_string();
    assert!(lines.contains("working on 2"), "{lines}");
    assert!(
        detail["prices"].as_array().is_some_and(|prices| prices.len() >= 2),
        "priced on two plans: {detail}"
    );
    let overview = host.rpc("overview", json!({"minutes": 60})).await;
    assert_eq!(overview["calls"], 3, "{overview}");
    assert_eq!(overview["cold"], 1, "{overview}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_data_directory_inside_the_project_is_not_part_of_it() {
    let project = Project::new().with(
        "typed/index.ts",
        "export const handler = async (event: { n: number }): Promise<number> => event.n + 1;\n",
    );
    let data = project.file("data");
    let host = builder(&project).data_dir(&data).start();
    assert_eq!(host.invoke("typed", &json!({"n": 1})).await.json(), json!(2));
    project.write(
        "typed/index.ts",
        "export const handler = async (event: { n: number }): Promise<number> => event.n + 2;\n",
    );
    coldframe_testkit::eventually("the save takes effect", async || {
        (host.invoke("typed", &json!({"n": 1})).await.json() == json!(3)).then_some(())
    })
    .await;
    let functions = host.rpc("functions", json!({})).await;
    assert_eq!(functions.as_array().map(Vec::len), Some(1), "build output is no function: {functions}");
    let reloads = host.rpc("reloads", json!({"function": functions[0]["id"], "minutes": null})).await;
    assert_eq!(reloads.as_array().map(Vec::len), Some(1), "one save, one reload: {reloads}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_call_had_when_its_process_died_is_in_its_row() {
    // More than the host itself ever has: the kernel's account of a process begins with what it shared with that.
    let project = Project::new()
        .python(
            "f",
            "import os\n\ndef lambda_handler(event, context):\n    b = bytearray(400 << 20)\n    os._exit(3)\n",
        )
        .with("coldframe.toml", "[functions.f]\nmemory_mb = 512\n");
    let host = builder(&project).start();
    host.invoke("f", &json!({})).await;
    let rows = host.invocations().await;
    assert_eq!(rows[0]["status"], "crash");
    let peak = rows[0]["peak_memory_mb"].as_f64().unwrap_or_default();
    assert!((398.0..512.0).contains(&peak), "measured by the kernel at its end: {}", rows[0]);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_event_lambda_would_not_take_is_not_sent_by_a_button_either() {
    let project = Project::new().python("f", "def lambda_handler(event, context):\n    return len(event)\n");
    let host = builder(&project).start();
    let function = host.function("f").await["id"].clone();
    let text = |bytes: usize| json!("x".repeat(bytes - 2)).to_string();
    let asked = json!({"function": function, "event": text(6_291_457), "cold": false, "trigger": "app"});
    let refused = host.try_rpc("invoke", asked).await;
    assert!(refused.status == 400 && refused.text().contains("at most 6291456"), "{}", refused.text());
    assert!(host.invocations().await.is_empty(), "it is no call");
    let asked = json!({"function": function, "event": text(6_291_456), "cold": false, "trigger": "app"});
    assert_eq!(host.rpc("invoke", asked).await["ok"], true, "to the byte");
}

#[cfg(unix)]
#[tokio::test(flavor = "multi_thread")]
async fn the_record_is_its_owners_alone() {
    use std::os::unix::fs::PermissionsExt as _;
    let project = Project::new().python("f", "def lambda_handler(event, context):\n    return 1\n");
    let above = tempfile::tempdir().expect("a temporary folder");
    let data = above.path().join("made/by/the/host");
    let host = builder(&project).data_dir(&data).start();
    host.invoke("f", &json!({})).await;
    let mode = std::fs::metadata(&data).expect("it is there").permissions().mode();
    assert_eq!(mode & 0o777, 0o700, "requests, answers and logs are in it");
}

#[tokio::test(flavor = "multi_thread")]
async fn secrets_in_bodies_and_query_strings_are_not_stored_nor_what_a_project_names() {
    let project = Project::new()
        .python(
            "f",
            "def lambda_handler(event, context):\n    return {'statusCode': 200, 'body': event['body']}\n",
        )
        .with("coldframe.toml", "[record]\nredact = [\"ssn\", \"*_card\", \"*\"]\n");
    let host = builder(&project).start();
    let url = host.function("f").await["urls"][0].as_str().expect("a URL").to_owned();
    let stored = async |body: &'static str, kind: &str| {
        let call =
            host.http.post(format!("{url}?token=hunter2&page=3")).header("content-type", kind).body(body);
        let answer = call.send().await.expect("the function answers").text().await.expect("a text");
        let row = host.invocations().await[0].clone();
        let detail = host.rpc("invocation", json!({"id": row["id"]})).await;
        (answer, format!("{} {}", detail["request"]["text"], detail["response"]["text"]))
    };
    let json =
        r#"{"user":"ada","passwordHash":"hunter2","ssn":"hunter2","bank_card":"hunter2","cards":"two"}"#;
    let (answer, text) = stored(json, "application/json").await;
    assert_eq!(answer, json, "who calls has all of it");
    assert!(!text.contains("hunter2"), "{text}");
    for kept in ["page=3", "ada", "two", "[redacted]"] {
        assert!(text.contains(kept), "{kept} is no secret: {text}");
    }
    let (_, text) = stored("name=ada&db_pwd=hunter2", "text/plain").await;
    assert!(!text.contains("hunter2") && text.contains("name=ada"), "{text}");

    let privacy = host.rpc("settings", json!({})).await["privacy"].clone();
    assert_eq!(privacy["own"], json!(["ssn", "*_card"]), "{privacy}");
    let problems = host.rpc("hello", json!({})).await["project"]["problems"].to_string();
    assert!(problems.contains("`*` is no name whose values the record could leave out"), "{problems}");
    project.write("coldframe.toml", "[record]\nredact = [\"iban\"]\n");
    coldframe_testkit::eventually("the project names others", async || {
        let settings = host.rpc("settings", json!({})).await;
        (settings["privacy"]["own"] == json!(["iban"])).then_some(())
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_call_is_priced_on_the_plan_that_its_code_is_written_for() {
    let handler = "export default (req, res) => res.end('Hello');\n";
    let project = Project::new().with("site/vercel.json", "{}").with("site/api/hello.mjs", handler);
    let host = builder(&project).start();
    let id = host.functions().await[0]["id"].clone();
    let request = json!({"function": id, "event": "{}", "cold": false, "trigger": "app"});
    let called = host.rpc("invoke", request).await;
    assert_eq!(called["ok"], true, "{called}");
    let rows = host.invocations().await;
    let detail = eventually("its CPU time is known", async || {
        let detail = host.rpc("invocation", json!({"id": rows[0]["id"]})).await;
        detail["prices"][0]["paced_usd"].is_string().then_some(detail)
    })
    .await;
    let prices = detail["prices"].as_array().expect("prices");
    let plans: Vec<_> = prices.iter().filter_map(|price| price["plan"].as_str()).collect();
    assert!(plans[0].starts_with("vercel") && plans.contains(&"aws-lambda-arm64"), "{plans:?}");
    let usd: Vec<f64> = prices.iter().filter_map(|price| price["usd"].as_str()?.parse().ok()).collect();
    assert!(usd.len() == plans.len() && usd.iter().all(|usd| *usd > 0.0), "{detail}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_call_that_takes_a_while_is_on_its_instance_while_it_runs() {
    let handler = "import os, time\n\ndef lambda_handler(event, context):\n    while not os.path.exists('go'):\n        \
                   time.sleep(0.01)\n    return 'gone'\n";
    let project = Project::new().python("waits", handler);
    let host = builder(&project).start();
    let call = async { host.invoke("waits", &json!({})).await };
    let look = async {
        let span = eventually("the timeline has it on a lane", async || {
            let all = host.rpc("timeline", json!({"from": 0, "to": 4e12, "function": null})).await;
            let span = all["spans"].as_array()?.first()?.clone();
            let lanes = all["lanes"].as_array()?.iter().filter(|lane| lane["id"] == span["instance"]).count();
            (span["status"] == "running" && lanes == 1).then_some(span)
        })
        .await;
        let detail = host.rpc("invocation", json!({"id": span["id"]})).await;
        assert_eq!(detail["invocation"]["instance"], "i-1", "{detail:#}");
        assert!(detail["invocation"]["revision"].is_string(), "{detail:#}");
        project.write("waits/go", "");
    };
    let (answer, ()) = tokio::join!(call, look);
    assert_eq!(answer.text(), "\"gone\"");
}
