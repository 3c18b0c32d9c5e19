//! The command line: shapes and exit codes.

use std::path::Path;

use coldframe_testkit::{Project, Verb, run};

use crate::ECHO;

fn coldframe(project: &Project, data: &Path, args: &[&str], input: &str) -> Verb {
    let directory = data.display().to_string();
    let mut all = args.to_vec();
    all.extend(["--data-dir", &directory]);
    run(Path::new(env!("CARGO_BIN_EXE_coldframe")), &all, project.path(), &[], input)
}

#[test]
fn verbs_work_without_a_running_host() {
    let project = Project::new()
        .python("echo", ECHO)
        .python("fail", "def lambda_handler(e, c):\n    raise ValueError('no')\n");
    let data = tempfile::tempdir().expect("a temporary folder");

    let functions = coldframe(&project, data.path(), &["functions", "--json"], "").json();
    let echo =
        functions.as_array().expect("a list").iter().find(|f| f["name"] == "echo").expect("found").clone();
    for field in [
        "name",
        "app",
        "provider",
        "language",
        "runtime",
        "handler",
        "path",
        "memory_mb",
        "timeout_ms",
        "urls",
        "revision",
        "state",
    ] {
        assert!(!echo[field].is_null(), "{field} is missing in {echo}");
    }
    assert!(echo["why"].as_array().is_some_and(|why| !why.is_empty()), "it says why it was detected: {echo}");

    let invoked = coldframe(&project, data.path(), &["invoke", "echo", "--event", "-"], "{\"n\": 1}");
    assert_eq!(invoked.code, 0, "{}", invoked.stderr);
    assert_eq!(invoked.json()["event"]["n"], 1);
    let failed = coldframe(&project, data.path(), &["invoke", "fail"], "");
    assert_eq!(failed.code, 1, "a function error is exit code 1");
    assert!(failed.stdout.contains("ValueError"), "{}", failed.stdout);
    let unknown = coldframe(&project, data.path(), &["invoke", "nobody"], "");
    assert_eq!(unknown.code, 3);
    assert!(unknown.stderr.contains("echo"), "it says which there are: {}", unknown.stderr);
    assert_eq!(coldframe(&project, data.path(), &["invoke"], "").code, 2, "usage");
    assert_eq!(
        coldframe(&project, data.path(), &["invoke", "echo", "--event", "-"], "{oops").code,
        2,
        "not JSON"
    );

    let rows = coldframe(&project, data.path(), &["invocations", "--since", "1h", "--json"], "").json();
    assert_eq!(rows.as_array().map(Vec::len), Some(2), "{rows}");
    for field in [
        "request_id",
        "function",
        "provider",
        "trigger",
        "revision",
        "instance",
        "started_at",
        "cold",
        "queue_ms",
        "spawn_ms",
        "boot_ms",
        "init_ms",
        "handler_ms",
        "overhead_ms",
        "total_ms",
        "cpu_user_ms",
        "cpu_system_ms",
        "peak_memory_mb",
        "request_bytes",
        "response_bytes",
        "status",
        "attempt",
    ] {
        assert!(!rows[0][field].is_null(), "{field} is missing in {}", rows[0]);
    }
    let logs = coldframe(&project, data.path(), &["logs", "fail"], "");
    assert_eq!(logs.code, 0);
    assert!(logs.stdout.contains("REPORT RequestId"), "{}", logs.stdout);
    let report = coldframe(&project, data.path(), &["report", "--json"], "").json();
    assert_eq!(report["overview"]["calls"], 2, "{report}");
    let verdict = report["costs"]["verdict"].as_str().unwrap_or_default();
    assert!(verdict.contains('?'), "a few calls are not called a month: {verdict}");
}
