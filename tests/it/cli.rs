//! The command line: shapes and exit codes.

use std::path::Path;

use coldframe_testkit::{Project, Verb, eventually, run};
use serde_json::json;

use crate::{ECHO, builder};

fn coldframe(project: &Project, data: &Path, args: &[&str], input: &str) -> Verb {
    let directory = data.display().to_string();
    let mut all = args.to_vec();
    all.extend(["--data-dir", &directory]);
    run(Path::new(env!("CARGO_BIN_EXE_coldframe")), &all, project.path(), &[], input)
}

#[test]
fn a_folder_without_functions_is_said_to_have_none() {
    let project = Project::new().with("notes.py", "x = 1\n");
    let data = tempfile::tempdir().expect("a temporary folder");
    let listed = coldframe(&project, data.path(), &["functions"], "");
    assert_eq!(listed.code, 0, "{}", listed.stderr);
    let root = project.path().canonicalize().expect("the folder").display().to_string();
    assert!(
        listed.stderr.starts_with(&format!("note: no functions were found in {root}\nhint: ")),
        "{}",
        listed.stderr
    );
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

#[test]
fn the_answer_of_invoke_as_json_is_the_row_and_what_came_of_it() {
    let project = Project::new().python("echo", ECHO);
    let data = tempfile::tempdir().expect("a temporary folder");
    let invoked = coldframe(&project, data.path(), &["invoke", "echo", "--json"], "").json();
    let row = coldframe(&project, data.path(), &["invocations", "--json"], "").json()[0].clone();
    let functions = coldframe(&project, data.path(), &["functions", "--json"], "").json();
    assert_eq!(functions[0]["id"], row["function_id"], "a function has one id, with and without a host");
    for (field, value) in row.as_object().expect("an invocation") {
        assert_eq!(&invoked[field], value, "{field} is what the record has: {invoked}");
    }
    assert_eq!(invoked["ok"], true);
    assert!(invoked["response"]["text"].as_str().is_some_and(|text| text.contains("event")), "{invoked}");
    assert_eq!(invoked["request"]["text"], "{}", "{invoked}");
    assert!(invoked["logs"].as_array().is_some_and(|lines| lines.len() == 3), "{invoked}");
    assert!(
        invoked["detail"].is_null() && invoked["body"].is_null(),
        "nothing is nested or doubled: {invoked}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_not_measured_is_a_dash() {
    let project = Project::new()
        .python("full", ECHO)
        .python("slow", "import time\n\ndef lambda_handler(event, context):\n    time.sleep(60)\n");
    let host = builder(&project).start();
    let full = host.function("full").await["id"].clone();
    host.rpc("set_pool", json!({"function": full, "concurrency": 0})).await;
    assert_eq!(host.invoke("full", &json!({})).await.status, 429);
    let url = format!("{}/2015-03-31/functions/slow/invocations", host.aws);
    let accepted = host.http.post(url).header("X-Amz-Invocation-Type", "Event").body("{}").send().await;
    assert_eq!(accepted.expect("an answer").status(), 202);
    eventually("both are recorded", async || (host.invocations().await.len() == 2).then_some(())).await;
    let listed = coldframe(&project, host.data_dir(), &["invocations"], "");
    let rows: Vec<Vec<&str>> = listed
        .stdout
        .lines()
        .skip(1)
        .map(|line| line.split("  ").filter(|cell| !cell.is_empty()).collect())
        .collect();
    assert_eq!(rows.len(), 2, "{}", listed.stdout);
    for row in rows {
        let cells: Vec<&str> = row[3..7].iter().map(|cell| cell.trim()).collect();
        assert_eq!(cells, ["–", "–", "–", "–"], "start, total, cpu, memory: {}", listed.stdout);
    }
    let refused = coldframe(&project, host.data_dir(), &["invoke", "full"], "");
    assert_eq!(refused.code, 1);
    assert!(refused.stderr.starts_with("throttled · – · –\n"), "{}", refused.stderr);
}

#[test]
fn a_record_of_a_newer_version_is_exit_code_1_as_the_help_says() {
    let project = Project::new().python("echo", ECHO);
    let data = tempfile::tempdir().expect("a temporary folder");
    assert_eq!(coldframe(&project, data.path(), &["invoke", "echo"], "").code, 0);
    let file = data.path().join("record.sqlite");
    let mut bytes = std::fs::read(&file).expect("the record");
    // Where an SQLite file keeps its `user_version`.
    bytes[60..64].copy_from_slice(&9999_u32.to_be_bytes());
    std::fs::write(&file, bytes).expect("a file of our own");
    for args in [&["serve"][..], &["invocations"], &["invoke", "echo"]] {
        let refused = coldframe(&project, data.path(), args, "");
        assert_eq!(refused.code, 1, "{args:?}: {}", refused.stderr);
        assert!(refused.stderr.contains("newer version"), "{}", refused.stderr);
    }
    let help = coldframe(&project, data.path(), &["--help"], "").stdout;
    for part in ["Exit codes:", "or Coldframe itself failed", "of a newer version"] {
        assert!(help.contains(part), "{part:?} in {help}");
    }
}

#[cfg(target_os = "linux")]
#[test]
fn an_answer_that_cannot_be_written_is_a_failure_and_a_reader_that_left_is_none() {
    let project = Project::new();
    let shell = |end: &str| {
        let line = format!("{} plans --json {end}", env!("CARGO_BIN_EXE_coldframe"));
        run(Path::new("/bin/sh"), &["-c", &line], project.path(), &[], "")
    };
    let full = shell("> /dev/full");
    assert_eq!(full.code, 1, "nothing of the answer arrived");
    assert!(full.stderr.contains("standard output cannot be written: No space left"), "{}", full.stderr);
    let left = shell("| head -n 1");
    assert_eq!((left.code, left.stderr.as_str()), (0, ""), "{}", left.stdout);
}

#[test]
fn an_event_in_another_encoding_is_told_from_one_with_a_mistake() {
    let project = Project::new().python("echo", ECHO);
    let data = tempfile::tempdir().expect("a temporary folder");
    let told = |name: &str, bytes: &[u8]| {
        std::fs::write(project.file(name), bytes).expect("it can be written");
        let invoked = coldframe(&project, data.path(), &["invoke", "echo", "--event", name], "");
        assert_eq!(invoked.code, 2, "{}", invoked.stderr);
        invoked.stderr
    };
    assert!(told("bom.json", b"\xef\xbb\xbf{}").contains("byte order mark"), "an editor does not show it");
    assert!(told("wide.json", b"\xff\xfe{\0}\0").contains("save it as UTF-8"), "as some shells write it");
}
