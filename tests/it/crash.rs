//! What is left when the host dies.

use std::{
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, Ordering},
    },
    time::{Duration, Instant},
};

use coldframe_testkit::{Project, alive, processes_with};
use serde_json::{Value, json};

use crate::builder;

#[tokio::test(flavor = "multi_thread")]
async fn after_kill_9_every_answered_call_is_in_the_record_and_no_process_is_left() {
    let project = Project::new().python("app", crate::ECHO).with(
        "family/lambda_function.py",
        "import subprocess, time\n\ndef lambda_handler(event, context):\n    subprocess.Popen(['sleep', '600'])\n    return 'started'\n",
    ).with(
        "held/lambda_function.py",
        "import time\n\ndef lambda_handler(event, context):\n    time.sleep(600)\n",
    )
    .with("coldframe.toml", "[functions.held]\ntimeout_seconds = 900\n");
    let data = tempfile::tempdir().expect("a temporary folder");
    let host = Arc::new(builder(&project).data_dir(data.path()).start());
    host.invoke("family", &json!({})).await;
    // However far the importer has come: one call is always open when the host dies.
    let held = tokio::spawn({
        let host = Arc::clone(&host);
        async move { host.try_invoke("held", &json!({})).await.is_err() }
    });
    coldframe_testkit::eventually("a long call is on record as running", async || {
        host.invocations().await.iter().any(|row| row["status"] == "running").then_some(())
    })
    .await;
    let mark = project.path().canonicalize().expect("exists").display().to_string();

    let answered: Arc<Mutex<Vec<String>>> = Arc::default();
    let stop = Arc::new(AtomicBool::new(false));
    let callers: Vec<_> = (0..4)
        .map(|_| {
            let (host, answered, stop) = (Arc::clone(&host), Arc::clone(&answered), Arc::clone(&stop));
            tokio::spawn(async move {
                while !stop.load(Ordering::Relaxed) {
                    match host.try_invoke("app", &json!({})).await {
                        Ok(answer) => {
                            let id = answer.json()["request"].as_str().expect("an id").to_owned();
                            answered.lock().expect("not poisoned").push(id);
                        }
                        Err(_) => return,
                    }
                }
            })
        })
        .collect();
    coldframe_testkit::eventually("the load is real", async || {
        (answered.lock().expect("not poisoned").len() > 300).then_some(())
    })
    .await;
    let pids = processes_with(&mark);
    assert!(pids.len() >= 3, "functions and their children run: {pids:?}");
    coldframe_testkit::kill(host.pid(), true);
    let died = Instant::now();
    while pids.iter().any(|pid| alive(*pid)) {
        assert!(died.elapsed() < Duration::from_secs(2), "no function process survives two seconds");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    stop.store(true, Ordering::Relaxed);
    for caller in callers {
        caller.await.expect("a caller ends quietly");
    }
    assert!(held.await.expect("it ends quietly"), "what was under way is not answered");
    drop(host);

    let host = builder(&project).data_dir(data.path()).start();
    let rows = host.invocations().await;
    let recorded: std::collections::HashMap<&str, usize> =
        rows.iter().filter_map(|row| row["request_id"].as_str()).fold(Default::default(), |mut all, id| {
            *all.entry(id).or_default() += 1;
            all
        });
    for id in answered.lock().expect("not poisoned").iter() {
        assert_eq!(recorded.get(id.as_str()), Some(&1), "the answered call {id} has exactly one row");
    }
    let hello = host.rpc("hello", json!({})).await;
    let notices = hello["notices"].to_string();
    assert!(notices.contains("imported"), "the start says what it mended: {notices}");
    assert!(
        rows.iter().all(|row| row["status"] != "running" && row["status"] != "accepted"),
        "nothing is left open"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn an_accepted_event_survives_the_host() {
    let project = Project::new().python(
        "slow",
        "import os, time\n\ndef lambda_handler(event, context):\n    if not os.path.exists(event['gate']):\n        time.sleep(60)\n    return 'ran'\n",
    ).with("coldframe.toml", "[functions.slow]\ntimeout_seconds = 60\n");
    let data = tempfile::tempdir().expect("a temporary folder");
    let gate = data.path().join("gate");
    let host = builder(&project).data_dir(data.path()).start();
    let url = format!("{}/2015-03-31/functions/slow/invocations", host.aws);
    let event: Value = json!({"gate": gate.display().to_string()});
    let accepted =
        host.http.post(url).header("X-Amz-Invocation-Type", "Event").body(event.to_string()).send().await;
    assert_eq!(accepted.expect("an answer").status(), 202);
    coldframe_testkit::eventually("its first attempt runs", async || {
        host.invocations().await.into_iter().find(|row| row["status"] == "running")
    })
    .await;
    host.kill_hard();
    std::fs::write(&gate, "").expect("a file of our own");
    let host = builder(&project).data_dir(data.path()).start();
    let hello = host.rpc("hello", json!({})).await;
    assert!(hello["notices"].to_string().contains("delivering 1 event"), "{hello}");
    let row = coldframe_testkit::eventually("the event runs in the next host", async || {
        host.invocations().await.into_iter().find(|row| row["status"] == "ok")
    })
    .await;
    assert_eq!((&row["trigger"], &row["attempt"]), (&json!("async"), &json!(2)));
    let rows = host.invocations().await;
    let first = rows.iter().find(|row| row["attempt"] == 1).expect("the attempt its host died under");
    assert_eq!((&first["status"], &first["request_id"]), (&json!("interrupted"), &row["request_id"]));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_accepted_event_whose_function_is_gone_is_closed() {
    let project = Project::new()
        .python("stays", crate::ECHO)
        .python("goes", "import time\n\ndef lambda_handler(event, context):\n    time.sleep(60)\n");
    let elsewhere = Project::new().python("other", crate::ECHO);
    let data = tempfile::tempdir().expect("a temporary folder");
    let host = builder(&project).data_dir(data.path()).start();
    let url = format!("{}/2015-03-31/functions/goes/invocations", host.aws);
    let accepted = host.http.post(url).header("X-Amz-Invocation-Type", "Event").body("{}").send().await;
    assert_eq!(accepted.expect("an answer").status(), 202);
    host.kill_hard();
    std::fs::remove_dir_all(project.file("goes")).expect("our own folder");

    let host = builder(&elsewhere).data_dir(data.path()).start();
    let open = host.rpc("open_project", json!({"path": elsewhere.path().display().to_string()})).await;
    assert!(open["project"]["root"].is_string(), "another project leaves it pending: {open}");
    host.rpc("open_project", json!({"path": project.path().display().to_string()})).await;
    let rows = host.invocations().await;
    assert_eq!(rows.len(), 1, "{rows:?}");
    assert_eq!((&rows[0]["status"], &rows[0]["trigger"]), (&json!("refused"), &json!("async")));
    assert_eq!(rows[0]["error_type"], "Coldframe.FunctionGone");
    let detail = host.rpc("invocation", json!({"id": rows[0]["id"]})).await;
    let message = detail["response"]["text"].as_str().unwrap_or_default();
    assert!(message.contains("goes is no longer in the project"), "{detail}");
    assert!(host.terminate().success());
    let host = builder(&project).data_dir(data.path()).start();
    assert_eq!(host.invocations().await.len(), 1, "it is not delivered again");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_call_that_waits_for_its_instance_when_the_host_dies_is_closed() {
    let project = Project::new().with(
        "waking/lambda_function.py",
        "import time\n\ntime.sleep(9)\n\ndef lambda_handler(event, context):\n    return 'awake'\n",
    );
    let data = tempfile::tempdir().expect("a temporary folder");
    let host = Arc::new(builder(&project).data_dir(data.path()).start());
    let waking = tokio::spawn({
        let host = Arc::clone(&host);
        async move { host.try_invoke("waking", &json!({})).await.is_err() }
    });
    coldframe_testkit::eventually("a call is on record while its instance starts", async || {
        host.invocations().await.iter().any(|row| row["status"] == "running").then_some(())
    })
    .await;
    coldframe_testkit::kill(host.pid(), true);
    assert!(waking.await.expect("it ends quietly"), "it is not answered");
    drop(host);
    let next = builder(&project).data_dir(data.path()).start();
    let rows = next.invocations().await;
    assert_eq!(rows.len(), 1, "{rows:?}");
    assert_eq!(rows[0]["status"], "interrupted");
}
