//! What holds for everything, over the protocol: how long the record is kept, and taking it out.

use coldframe_testkit::{Project, eventually};
use serde_json::{Value, json};

use crate::{ECHO, builder};

#[tokio::test(flavor = "multi_thread")]
async fn the_record_is_cleared_and_what_was_set_is_kept() {
    let project = Project::new().python("echo", ECHO);
    let elsewhere = Project::new().python("other", ECHO);
    let data = tempfile::tempdir().expect("a temporary folder");
    let host = builder(&elsewhere).data_dir(data.path()).start();
    host.invoke("other", &json!({})).await;
    assert!(host.terminate().success());

    std::fs::write(data.path().join("prices.toml"), "schema = 1\nnonsense = 2\n").expect("our own folder");
    let host = builder(&project).data_dir(data.path()).start();
    for _ in 0..3 {
        host.invoke("echo", &json!({})).await;
    }
    // A call under way is never taken.
    eventually("all have finished", async || {
        let rows = host.invocations().await;
        rows.iter().all(|row| !row["peak_memory_mb"].is_null()).then_some(())
    })
    .await;
    let projects = host.rpc("recorded_projects", json!({})).await;
    let find = |projects: &Value, open: bool| -> Value {
        let found = projects.as_array().expect("projects").iter().find(|one| one["open"] == open);
        found.cloned().unwrap_or(Value::Null)
    };
    assert_eq!(find(&projects, true)["invocations"], 3, "{projects}");
    let other = find(&projects, false);
    assert_eq!(other["invocations"], 1, "{projects}");
    assert!(other["bytes"].as_u64() > Some(0), "{projects}");

    let old = json!({"project": null, "older_than_days": 1});
    assert_eq!(host.rpc("clear_record", old).await["invocations"], 0, "nothing is that old");
    let whole = json!({"project": other["id"], "older_than_days": null});
    let said = host.rpc("clearable", whole.clone()).await;
    assert_eq!(host.rpc("clear_record", whole).await, said, "what goes is what was said before");
    assert_eq!((&said["invocations"], &said["payloads"]), (&json!(1), &json!(1)), "{said}");
    let projects = host.rpc("recorded_projects", json!({})).await;
    assert_eq!(projects.as_array().map(Vec::len), Some(1), "{projects}");
    assert_eq!(host.invocations().await.len(), 3, "the other project's stay");
    host.rpc("clear_record", json!({"project": null, "older_than_days": null})).await;
    assert_eq!(host.invocations().await.len(), 0);
    assert_eq!(host.invoke("echo", &json!({})).await.status, 200, "an open project goes on");

    let settings = host.rpc("keep_record", json!({"days": 7, "gib": null})).await;
    assert_eq!(settings["record"]["keep_days"], 7);
    let settings = host.rpc("keep_record", json!({"days": null, "gib": 20})).await;
    assert_eq!((&settings["record"]["keep_days"], &settings["record"]["keep_gib"]), (&json!(7), &json!(20)));
    let start = json!({"port": null, "ui_port": null, "max_instances": 7, "account_concurrency": null});
    let settings = host.rpc("set_start", start).await;
    assert_eq!(settings["start"]["max_instances"], 7);
    assert_ne!(settings["limits"]["max_instances"], 7, "not before the next start");
    let problem = settings["prices"]["problem"].as_str().unwrap_or_default();
    assert!(problem.contains("prices.toml") && settings["prices"]["used"] == false, "{settings}");
    assert!(host.terminate().success());
    let host = builder(&project).data_dir(data.path()).start();
    let settings = host.rpc("settings", json!({})).await;
    assert_eq!(settings["record"]["keep_days"], 7, "after a restart too");
    assert_eq!(settings["limits"]["max_instances"], 7, "and with it");
    let about = host.rpc("about", json!({})).await;
    assert!(about["components"].as_array().is_some_and(|all| all.len() > 100), "{}", about["version"]);
}
