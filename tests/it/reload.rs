//! Saving code under a running host.

mod shared;

use std::sync::{
    Arc,
    atomic::{AtomicBool, AtomicU64, Ordering},
};

use coldframe_testkit::{Host, Project, eventually};
use serde_json::json;

use crate::serve;

fn version(number: u32) -> String {
    format!("VERSION = {number}\n\ndef lambda_handler(event, context):\n    return VERSION\n")
}

#[tokio::test(flavor = "multi_thread")]
async fn a_save_takes_effect_and_says_what_it_did() {
    let project = Project::new().python("app", &version(1));
    let host = serve(&project);
    assert_eq!(host.invoke("app", &json!({})).await.json(), json!(1));
    project.write("app/lambda_function.py", &version(2));
    eventually("the new code answers", async || {
        (host.invoke("app", &json!({})).await.json() == json!(2)).then_some(())
    })
    .await;
    let id = host.function("app").await["id"].clone();
    let reloads = eventually("the reload is recorded", async || {
        let reloads = host.rpc("reloads", json!({"function": id, "minutes": null})).await;
        reloads
            .as_array()
            .is_some_and(|all| all.iter().any(|reload| reload["drained_ms"].is_f64()))
            .then_some(reloads)
    })
    .await;
    let reload = &reloads[0];
    assert_eq!(reload["outcome"], "ok");
    assert_eq!(reload["files"], json!(["app/lambda_function.py"]));
    let order = ["built_ms", "initialised_ms", "swapped_ms", "drained_ms"]
        .map(|name| reload[name].as_f64().expect("a time"));
    assert!(order.is_sorted(), "the timeline goes forward: {order:?}");
    let first = host.invocations().await.into_iter().find(|row| row["reload_init_ms"].is_f64());
    let first = first.expect("the first call after a reload says what a cold start would have cost");
    assert_eq!(first["cold"], false, "the first call after a reload is warm here");
    assert!(reload["init_ms"].as_f64() > Some(0.0), "{reload}");
    assert_eq!(
        first["reload_init_ms"], reload["init_ms"],
        "the init of the reload, without the boot before it"
    );
    let there = &first["deployed_cold"];
    let (low, high) = (there["low_ms"].as_f64(), there["high_ms"].as_f64());
    assert!(low > Some(0.0) && low < high, "it says what a deployment would have cost it: {there}");
    assert!(
        there["rests_on"].as_str().is_some_and(|text| text.contains("AWS's own start of python")),
        "{there}"
    );
    let others = host.invocations().await.into_iter().filter(|row| row["deployed_cold"].is_object());
    let (cold, warm): (Vec<_>, Vec<_>) = others.partition(|row| row["cold"] == true);
    assert_eq!(warm.len(), 1, "no other warm call would have waited there");
    assert!(!cold.is_empty(), "the one that waited here would have there, too");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_broken_save_keeps_the_old_code_and_shows_file_and_line() {
    let project = Project::new().python("app", &version(1));
    let host = serve(&project);
    host.invoke("app", &json!({})).await;
    project.write(
        "app/lambda_function.py",
        "VERSION = 2\n\ndef lambda_handler(event, context)\n    return VERSION\n",
    );
    let problem = eventually("the problem is shown", async || {
        let problem = host.function("app").await["problem"].clone();
        problem.is_object().then_some(problem)
    })
    .await;
    assert_eq!(problem["file"], "app/lambda_function.py", "{problem}");
    assert_eq!(problem["line"], 3, "{problem}");
    assert_eq!(host.invoke("app", &json!({})).await.json(), json!(1), "the old code goes on");
    project.write("app/lambda_function.py", &version(3));
    eventually("the mended code answers", async || {
        (host.invoke("app", &json!({})).await.json() == json!(3)).then_some(())
    })
    .await;
    assert!(host.function("app").await["problem"].is_null(), "a good save clears the problem");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_app_that_was_only_looked_at_is_not_started_by_a_save() {
    let project = Project::new().python("app", &version(1));
    let host = serve(&project);
    let id = host.function("app").await["id"].clone();
    host.rpc("measure_imports", json!({"function": id, "runs": 1})).await;
    project.write("app/lambda_function.py", &version(2));
    project.write("later/lambda_function.py", &version(1));
    eventually("the host has seen both", async || {
        host.functions().await.iter().any(|function| function["name"] == "later").then_some(())
    })
    .await;
    let function = host.function("app").await;
    assert_eq!(function["pool"]["instances"], json!([]), "nothing runs: {function}");
    let reloads = host.rpc("reloads", json!({"function": id, "minutes": null})).await;
    assert_eq!(reloads, json!([]), "nothing was reloaded");
    assert_eq!(host.invoke("app", &json!({})).await.json(), json!(2), "the call has what was saved");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_app_that_was_not_called_is_not_started_by_a_save() {
    let project = Project::new().python("app", &version(1));
    let host = serve(&project);
    project.write("app/lambda_function.py", &version(2));
    assert_eq!(host.invocations().await.len(), 0);
    let function = host.function("app").await;
    assert_eq!(function["pool"]["instances"], json!([]), "nothing runs: {function}");
    assert_eq!(host.invoke("app", &json!({})).await.json(), json!(2));
}

/// Callers without a pause. What one of them has seen, no later call may fall behind.
struct Load {
    stop: Arc<AtomicBool>,
    answered: Arc<AtomicU64>,
    callers: Vec<tokio::task::JoinHandle<()>>,
}

impl Load {
    fn start(host: &Arc<Host>) -> Self {
        let stop = Arc::new(AtomicBool::new(false));
        let answered = Arc::new(AtomicU64::new(0));
        let newest = Arc::new(AtomicU64::new(0));
        let caller = |_| {
            let (host, stop, answered, newest) =
                (Arc::clone(host), Arc::clone(&stop), Arc::clone(&answered), Arc::clone(&newest));
            tokio::spawn(async move {
                while !stop.load(Ordering::Relaxed) {
                    let floor = newest.load(Ordering::Acquire);
                    let answer = host.invoke("app", &json!({})).await;
                    answered.fetch_add(1, Ordering::Relaxed);
                    let told = (answer.status, answer.function_error());
                    assert_eq!(told, (200, None), "no call fails: {}", answer.text());
                    let version = answer.json().as_u64().expect("a version");
                    assert!(version >= floor, "a call after an answer of {floor} ran {version}");
                    newest.fetch_max(version, Ordering::Release);
                }
            })
        };
        let callers = (0..8).map(caller).collect();
        Self { stop, answered, callers }
    }

    /// A while, as long as it takes to answer some calls.
    async fn some_answers(&self) {
        let before = self.answered.load(Ordering::Relaxed);
        eventually("calls are answered", async || {
            (self.answered.load(Ordering::Relaxed) > before + 8).then_some(())
        })
        .await;
    }

    async fn end(self) -> u64 {
        self.stop.store(true, Ordering::Relaxed);
        for caller in self.callers {
            caller.await.expect("no caller saw a failure");
        }
        self.answered.load(Ordering::Relaxed)
    }
}

/// The central promise: whatever is saved, no call fails, none is lost, and none runs old code after a swap.
#[tokio::test(flavor = "multi_thread")]
async fn a_hundred_saves_under_load_lose_no_call() {
    const FILE: &str = "app/lambda_function.py";
    let project = Project::new().python("app", &version(0));
    let host = Arc::new(serve(&project));
    assert_eq!(host.invoke("app", &json!({})).await.json(), json!(0));

    let load = Load::start(&host);
    let asked = AtomicU64::new(1);
    for save in 1..=100u32 {
        let good = version(save);
        match save % 10 {
            1 => project.write(FILE, "def lambda_handler(event, context)\n    broken\n"),
            2 => project.write(FILE, "import nothing_of_this_name\n"),
            3 => {
                let same = std::fs::read_to_string(project.file(FILE)).expect("exists");
                project.write(FILE, &same);
            }
            4 => project.write_atomically(FILE, &good),
            5 => project.write(FILE, &good),
            // As some editors save, and slow ones: gone for a moment, empty or half there for a while.
            6 => {
                std::fs::remove_file(project.file(FILE)).expect("a file of our own");
                project.write(FILE, &good);
            }
            7 => {
                project.write(FILE, "");
                load.some_answers().await;
                project.write(FILE, &good);
            }
            8 => {
                project.write(FILE, &good[..good.len() / 2]);
                load.some_answers().await;
                project.write(FILE, &good);
            }
            9 => {
                let backup = project.file("app/lambda_function.py~");
                std::fs::rename(project.file(FILE), &backup).expect("a file of our own");
                project.write(FILE, &good);
                std::fs::remove_file(backup).expect("a file of our own");
            }
            _ => {
                project.write(FILE, "def lambda_handler(\n");
                load.some_answers().await;
                project.write(FILE, &good);
            }
        }
        // Every second good save is waited for; the others are overtaken by what follows them.
        if matches!(save % 10, 0 | 5 | 7 | 9) {
            eventually("the save takes effect", async || {
                asked.fetch_add(1, Ordering::Relaxed);
                (host.invoke("app", &json!({})).await.json() == json!(save)).then_some(())
            })
            .await;
        }
    }
    let answered = asked.into_inner() + load.end().await;
    let rows = host.invocations().await;
    assert_eq!(rows.len() as u64, answered, "every answered call has exactly one row");
    assert!(rows.iter().all(|row| row["status"] == "ok"), "and every one of them is ok");
    assert!(answered > 200, "the load was real: {answered} calls");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_env_file_counts_when_it_is_made_edited_and_removed() {
    let body = "import os\n\ndef lambda_handler(event, context):\n    return os.environ.get('X')\n";
    let project = Project::new().python("app", body);
    let host = serve(&project);
    assert_eq!(host.invoke("app", &json!({})).await.json(), json!(null));
    for (value, text) in [(json!("1"), Some("X=1\n")), (json!("2"), Some("X=2\n")), (json!(null), None)] {
        match text {
            Some(text) => project.write("app/.env", text),
            None => std::fs::remove_file(project.file("app/.env")).expect("a file of our own"),
        }
        eventually("the variable follows its file", async || {
            (host.invoke("app", &json!({})).await.json() == value).then_some(())
        })
        .await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_save_that_removes_the_file_and_writes_it_anew_keeps_the_function() {
    let project = Project::new().python("app", &version(1));
    let host = serve(&project);
    assert_eq!(host.invoke("app", &json!({})).await.json(), json!(1));
    for number in 2..6 {
        std::fs::remove_file(project.file("app/lambda_function.py")).expect("a file of our own");
        let gap = host.invoke("app", &json!({})).await;
        assert_eq!((gap.status, gap.function_error()), (200, None), "the old code goes on: {}", gap.text());
        project.write("app/lambda_function.py", &version(number));
        eventually("the new code answers", async || {
            let answer = host.invoke("app", &json!({})).await;
            assert_eq!((answer.status, answer.function_error()), (200, None), "{}", answer.text());
            (answer.json() == json!(number)).then_some(())
        })
        .await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_broken_manifest_leaves_what_it_last_said() {
    const SETTINGS: &str = "coldframe.toml";
    let body = "import os\n\ndef lambda_handler(event, context):\n    return os.environ['A']\n";
    let project = Project::new().python("app", body).with(SETTINGS, "[functions.app.env]\nA = \"1\"\n");
    let host = serve(&project);
    assert_eq!(host.invoke("app", &json!({})).await.json(), json!("1"));
    project.write(SETTINGS, "[functions.app.env\n");
    eventually("the mistake is shown", async || {
        let hello = host.rpc("hello", json!({})).await;
        let problem = &hello["project"]["problems"][0];
        (problem["file"] == SETTINGS && problem["line"] == 1).then_some(())
    })
    .await;
    assert_eq!(host.invoke("app", &json!({})).await.json(), json!("1"), "the last good settings hold");
    let id = host.function("app").await["id"].clone();
    host.rpc("set_pool", json!({"function": id, "next_cold": true})).await;
    assert_eq!(host.invoke("app", &json!({})).await.json(), json!("1"), "for new instances too");
    // What some editors leave while they write.
    project.write(SETTINGS, "");
    eventually("that it is empty is shown", async || {
        let hello = host.rpc("hello", json!({})).await;
        (hello["project"]["problems"][0]["message"] == "it is empty").then_some(())
    })
    .await;
    assert_eq!(
        host.invoke("app", &json!({})).await.json(),
        json!("1"),
        "it says nothing, and undoes nothing"
    );
    project.write(SETTINGS, "[functions.app.env]\nA = \"2\"\n");
    eventually("the mended settings hold", async || {
        (host.invoke("app", &json!({})).await.json() == json!("2")).then_some(())
    })
    .await;
}

/// A function of a manifest, slow enough to be caught in the middle of a call.
fn described(runtime: &str) -> String {
    format!("functions:\n  app:\n    handler: src/app.handler\n    runtime: {runtime}\n")
}

fn from_a_manifest() -> Project {
    let code =
        "import time\n\ndef handler(event, context):\n    time.sleep(event[\"s\"])\n    return \"done\"\n";
    Project::new()
        .with(
            "serverless.yml",
            &format!("service: svc\nprovider: {{name: aws}}\n{}", described("python3.12")),
        )
        .with("src/app.py", code)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_manifest_that_is_saved_with_a_mistake_loses_no_call() {
    let project = from_a_manifest();
    let host = serve(&project);
    let name = host.functions().await[0]["name"].as_str().expect("a name").to_owned();
    assert_eq!(host.invoke(&name, &json!({"s": 0})).await.json(), json!("done"));
    for mistake in ["pyton3.12", "dotnet8"] {
        let text = format!("service: svc\nprovider: {{name: aws}}\n{}", described(mistake));
        project.write("serverless.yml", &text);
        eventually("the mistake is shown", async || {
            let hello = host.rpc("hello", json!({})).await;
            hello["project"]["problems"].to_string().contains(mistake).then_some(())
        })
        .await;
        assert_eq!(host.invoke(&name, &json!({"s": 0})).await.json(), json!("done"), "{mistake}");
    }
    project.write("serverless.yml", "service: svc\nprovider: {name: aws}\nfunctions: {}\n");
    eventually("what no manifest names is gone", async || {
        host.functions().await.iter().all(|function| function["name"] != name.as_str()).then_some(())
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_call_under_way_is_finished_when_its_function_is_removed() {
    let project = from_a_manifest();
    let host = Arc::new(serve(&project));
    let name = host.functions().await[0]["name"].as_str().expect("a name").to_owned();
    host.invoke(&name, &json!({"s": 0})).await;
    let call = tokio::spawn({
        let (host, name) = (Arc::clone(&host), name.clone());
        async move { host.invoke(&name, &json!({"s": 4})).await.json() }
    });
    eventually("the call is under way", async || {
        let functions = host.functions().await;
        functions[0]["pool"]["instances"].to_string().contains("busy").then_some(())
    })
    .await;
    std::fs::remove_file(project.file("src/app.py")).expect("removed");
    project.write("serverless.yml", "service: svc\nprovider: {name: aws}\nfunctions: {}\n");
    eventually("the function is gone", async || host.functions().await.is_empty().then_some(())).await;
    assert!(!call.is_finished(), "it was still under way");
    assert_eq!(call.await.expect("answered"), json!("done"));
}
