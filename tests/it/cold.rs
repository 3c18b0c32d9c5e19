//! Cold starts as a person asks for them: what they took, what a revision changed, and what an import costs.

use std::path::Path;

use coldframe_testkit::{Host, Project, Verb, eventually, run};
use serde_json::{Value, json};

use crate::{builder, serve};

fn coldframe(project: &Project, data: &Path, args: &[&str]) -> Verb {
    let directory = data.display().to_string();
    let mut all = args.to_vec();
    all.extend(["--data-dir", &directory]);
    run(Path::new(env!("CARGO_BIN_EXE_coldframe")), &all, project.path(), &[], "")
}

/// A function whose init takes so many milliseconds, in a module of its own if there is one to import.
fn app(import: &str) -> String {
    format!(
        "import json\n{import}\nSECRET_TOKEN = \"hunter2\"\n\ndef lambda_handler(event, context):\n    return 'ok'\n"
    )
}
const HEAVY: &str = "import time\ntime.sleep(0.15)\n";

/// What the bootstrap needs of Node for itself takes as long as on a machine with much to do.
const SLOW_BUILTINS: &str = "const Module = require('module')
const load = Module._load
Module._load = function (name) {
  const end = performance.now() + 1
  while (name === 'url' && performance.now() < end);
  return Reflect.apply(load, this, arguments)
}
";

/// So many calls, each on an instance of its own.
async fn cold_calls(host: &Host, name: &str, calls: usize) {
    let id = host.function(name).await["id"].clone();
    for _ in 0..calls {
        let request = json!({"function": id, "event": "{}", "cold": true, "trigger": "app"});
        let invoked = host.rpc("invoke", request).await;
        assert_eq!(invoked["ok"], true, "{invoked:#}");
        assert_eq!(invoked["detail"]["invocation"]["cold"], true);
    }
}

async fn saved(host: &Host, project: &Project, file: &str, text: &str) -> Value {
    let id = host.function("app").await["id"].clone();
    let ask = json!({"function": id, "minutes": null});
    let known = host.rpc("reloads", ask.clone()).await.as_array().map_or(0, Vec::len);
    project.write(file, text);
    eventually("the reload is recorded", async || {
        let reloads = host.rpc("reloads", ask.clone()).await;
        let all = reloads.as_array().expect("a list");
        (all.len() > known && all[0]["outcome"] != "running").then(|| all[0].clone())
    })
    .await
}

fn group<'a>(starts: &'a Value, by: &str, name: &str) -> &'a Value {
    let groups = starts["groups"].as_array().expect("groups");
    let found = groups.iter().find(|group| group["by"] == by && group["name"] == name);
    found.unwrap_or_else(|| panic!("no {by} {name} in {starts:#}"))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_revision_that_imports_less_starts_faster_and_is_told_with_its_diff_after_a_restart() {
    let project = Project::new()
        .python("app", &app("import heavy"))
        .with("app/heavy.py", HEAVY)
        .with("app/.env", "PASSWORD=hunter2\n")
        .node("other", "export const handler = async () => 1\n");
    let data = tempfile::tempdir().expect("a temporary folder");
    let host = builder(&project).data_dir(data.path()).start();
    cold_calls(&host, "app", 5).await;
    cold_calls(&host, "other", 1).await;
    let before = host.function("app").await["revision"].clone();
    let reload = saved(&host, &project, "app/lambda_function.py", &app("X = 1")).await;
    assert_eq!(reload["outcome"], "ok", "{reload:#}");
    cold_calls(&host, "app", 4).await;
    let (id, revision) = {
        let function = host.function("app").await;
        (function["id"].clone(), function["revision"].clone())
    };
    assert!(host.terminate().success());

    let verb = coldframe(&project, data.path(), &["starts", "--json"]);
    assert_eq!(verb.code, 0, "{}", verb.stderr);
    let starts = verb.json();
    assert_eq!(
        (&starts["calls"], &starts["cold_calls"], &starts["failed"]),
        (&json!(10), &json!(10), &json!(0))
    );
    assert_eq!(starts["starts"], 11, "ten for calls, one by the save");
    let python = group(&starts, "function", "app");
    assert_eq!(
        (&python["starts"], &python["calls"], &python["cold_calls"]),
        (&json!(10), &json!(9), &json!(9))
    );
    assert_eq!(group(&starts, "function", "other")["starts"], 1);
    assert_eq!(group(&starts, "revision", before.as_str().expect("a hash"))["starts"], 5);
    assert_eq!(group(&starts, "revision", revision.as_str().expect("a hash"))["starts"], 5);
    assert!(starts["groups"].as_array().is_some_and(|all| all.iter().any(|one| one["by"] == "runtime")));
    let slowest = starts["slowest"].as_array().expect("the slowest");
    let totals: Vec<f64> = slowest.iter().filter_map(|start| start["total_ms"].as_f64()).collect();
    assert!(totals.len() == 10 && totals.is_sorted_by(|one, next| one >= next), "longest first: {totals:?}");
    let heavy: Vec<&Value> = slowest.iter().filter(|start| start["revision"] == before).collect();
    assert_eq!(heavy.len(), 5, "{slowest:#?}");
    for start in heavy {
        assert!(
            start["invocation"].is_i64() && start["cause"] == "invocation",
            "it leads to its call: {start:#}"
        );
        assert!(start["init_ms"].as_f64() >= Some(150.0), "{start:#}");
    }
    let counted: u64 =
        starts["series"]["starts"].as_array().into_iter().flatten().filter_map(Value::as_u64).sum();
    assert_eq!(counted, 11, "every start is in the series");

    let shifts = starts["shifts"].as_array().expect("shifts");
    assert_eq!(shifts.len(), 1, "{shifts:#?}");
    let shift = &shifts[0];
    assert_eq!(
        (&shift["before"], &shift["revision"], &shift["verdict"]),
        (&before, &revision, &json!("faster"))
    );
    assert_eq!((&shift["before_starts"], &shift["starts"]), (&json!(5), &json!(5)));
    assert!(
        shift["before_init_ms"].as_f64() >= Some(150.0) && shift["init_ms"].as_f64() < Some(150.0),
        "{shift:#}"
    );
    let file = &shift["files"][0];
    assert_eq!(
        (&file["path"], &file["imports_removed"]),
        (&json!("app/lambda_function.py"), &json!(["heavy"]))
    );

    let table = coldframe(&project, data.path(), &["starts", "--function", "app"]);
    assert!(table.stdout.contains("9 of 9 calls were cold"), "{}", table.stdout);
    assert!(table.stdout.contains("app/lambda_function.py +1 −1, no more imports heavy"), "{}", table.stdout);

    // Another host: everything is in the record.
    let host = builder(&project).data_dir(data.path()).start();
    let query = json!({"function": id, "revision": revision, "until": null});
    let change = host.rpc("revision_change", query).await;
    assert_eq!(
        (&change["before"], change["files"].as_array().map(Vec::len)),
        (&before, Some(1)),
        "{change:#}"
    );
    let diff = change["files"][0]["diff"].as_str().expect("a diff");
    assert!(
        diff.starts_with(
            "@@ -1,5 +1,5 @@\n import json\n-import heavy\n+X = 1\n SECRET_TOKEN = \"[redacted]\"\n"
        ),
        "{diff}"
    );
    let first = host.rpc("revision_change", json!({"function": id, "revision": before, "until": null})).await;
    assert_eq!(
        (&first["before"], &first["note"]),
        (&json!(null), &json!("the record knows no revision before this one"))
    );
    drop(host);
    let record = std::fs::read(data.path().join("record.sqlite")).expect("the record");
    assert!(!record.windows(7).any(|bytes| bytes == b"hunter2"), "a secret is in the record");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_change_undone_and_one_that_fails_are_told_for_what_they_were() {
    let project = Project::new().python("app", &app("")).with("app/.env", "NAME=one\n");
    let host = serve(&project);
    cold_calls(&host, "app", 1).await;
    let id = host.function("app").await["id"].clone();
    let change = async |reload: &Value| {
        let detected = reload["detected_at"].as_str().expect("a time").to_owned();
        // Whatever was made of it, it was by now.
        let query = json!({"function": id, "revision": reload["revision"], "until": null});
        (detected, host.rpc("revision_change", query).await)
    };
    let file = "app/lambda_function.py";
    let broken = saved(&host, &project, file, &app("import gone")).await;
    assert_eq!(broken["outcome"], "init_failed");
    let (_, told) = change(&broken).await;
    assert_eq!(told["files"][0]["imports_added"], json!(["gone"]), "{told:#}");
    let good = saved(&host, &project, file, &app("Y = 2")).await;
    let (when_good, told) = change(&good).await;
    assert_eq!(told["files"][0]["imports_removed"], json!([]), "the broken one never served: {told:#}");
    let undone = saved(&host, &project, file, &app("")).await;
    let (_, told) = change(&undone).await;
    assert_eq!(told["before"], good["revision"], "{told:#}");
    let then = json!({"function": id, "revision": undone["revision"], "until": when_good});
    let told = host.rpc("revision_change", then).await;
    assert_eq!(told["before"], json!(null), "as it was before: {told:#}");

    let secret = saved(&host, &project, "app/.env", "NAME=two\n").await;
    let (_, told) = change(&secret).await;
    let env = &told["files"][0];
    assert_eq!((&env["path"], &env["diff"]), (&json!("app/.env"), &json!(null)), "{told:#}");
    assert_eq!(env["note"], "it may hold secrets, and is not recorded");
    let wrong =
        host.try_rpc("revision_change", json!({"function": id, "revision": "0", "until": "soon"})).await;
    assert!(wrong.status == 400 && wrong.text().contains("is no time"), "{}", wrong.text());
}

#[tokio::test(flavor = "multi_thread")]
async fn imports_of_python_and_node_are_measured_and_kept() {
    let project = Project::new()
        .python("app", &app("import heavy"))
        .with("app/heavy.py", HEAVY)
        .node("web", "import './slow.mjs'\nexport const handler = async () => 1\n")
        .with("web/slow.mjs", "const end = performance.now() + 100; while (performance.now() < end);\n")
        .with("web/.env", "NODE_OPTIONS=--require ./drag.cjs\n")
        .with("web/drag.cjs", SLOW_BUILTINS);
    let data = tempfile::tempdir().expect("a temporary folder");
    let host = builder(&project).data_dir(data.path()).start();
    for (name, root, slow, file) in [
        ("app", "lambda_function", "heavy", "app/heavy.py"),
        ("web", "index.mjs", "slow.mjs", "web/slow.mjs"),
    ] {
        let verb = coldframe(&project, data.path(), &["imports", name, "--runs", "2", "--json"]);
        assert_eq!(verb.code, 0, "{}", verb.stderr);
        let report = verb.json();
        let modules = report["modules"].as_array().expect("modules");
        assert_eq!((&modules[0]["name"], &modules[0]["parent"]), (&json!(root), &json!(null)), "{report:#}");
        let module = modules.iter().find(|module| module["name"] == slow).expect("the slow one");
        assert_eq!(
            (&module["file"], &module["from"], &module["parent"]),
            (&json!(file), &json!("function"), &json!(0))
        );
        assert!(module["self_ms"].as_f64() >= Some(99.0), "{module:#}");
        assert!(modules[0]["total_ms"].as_f64() >= module["total_ms"].as_f64(), "{report:#}");
        let parts: f64 = modules.iter().filter_map(|module| module["self_ms"].as_f64()).sum();
        let outside = report["outside_ms"].as_f64().expect("a number");
        let whole = report["init_ms"].as_f64().expect("a number");
        assert!((parts + outside - whole).abs() < 0.01, "it adds up: {report:#}");
        assert_eq!(report["runs_ms"].as_array().map(Vec::len), Some(2));
        let id = host.function(name).await["id"].clone();
        assert_eq!(
            host.rpc("imports", json!({"id": null, "function": id})).await["report"],
            report,
            "as it was measured"
        );
        assert_eq!(host.function(name).await["state"], "at_zero", "the pool never had an instance");
    }
    let starts = host.rpc("starts", json!({"function": null, "minutes": null})).await;
    assert_eq!((&starts["starts"], &starts["calls"]), (&json!(0), &json!(0)), "nor has the record a start");
    let tree = coldframe(&project, data.path(), &["imports", "app", "--runs", "1"]);
    assert!(
        tree.stdout.lines().any(|line| line.contains("  heavy") && line.ends_with("function")),
        "{}",
        tree.stdout
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn an_init_that_fails_shows_its_error_and_what_was_imported_till_then() {
    let project = Project::new()
        .python("app", "import wsgiref.util\nimport nowhere\n\ndef lambda_handler(e, c): pass\n")
        .python("quits", "import sys\nimport wsgiref.util\nsys.exit(4)\n")
        .with("shell/bootstrap", "#!/bin/sh\nexit 1\n");
    project.write_executable("shell/bootstrap", "#!/bin/sh\nexit 1\n");
    let data = tempfile::tempdir().expect("a temporary folder");
    for (name, says) in [("app", "No module named 'nowhere'"), ("quits", "exit")] {
        let verb = coldframe(&project, data.path(), &["imports", name, "--json"]);
        assert_eq!(verb.code, 1, "{}", verb.stderr);
        let report = verb.json();
        assert!(
            report["failure"]["message"].as_str().is_some_and(|message| message.contains(says)),
            "{report:#}"
        );
        assert_eq!(report["runs_ms"].as_array().map(Vec::len), Some(1), "not tried again");
        let modules = report["modules"].as_array().expect("modules");
        let failed =
            |name: &str| modules.iter().find(|module| module["name"] == name).map(|module| &module["failed"]);
        assert_eq!(
            (failed("lambda_function"), failed("wsgiref.util")),
            (Some(&json!(true)), Some(&json!(false)))
        );
    }
    let refused = |args: &[&str]| {
        let verb = coldframe(&project, data.path(), &[&["imports"], args].concat());
        assert_eq!(verb.stdout, "", "{args:?}");
        (verb.code, verb.stderr)
    };
    let (code, said) = refused(&["shell"]);
    assert!(
        code == 2 && said.contains("Python, JavaScript and TypeScript, and shell is custom"),
        "{code} {said}"
    );
    let (code, said) = refused(&["nobody"]);
    assert!(code == 3 && said.contains("there is no function nobody"), "{code} {said}");
    assert_eq!(refused(&["app", "--runs", "0"]).0, 2);
}
