//! Verbs that only read: of the running host, or of the record it left. They open no project.

use std::path::Path;

use coldframe_testkit::{Project, Verb, run};
use serde_json::json;

use crate::{ECHO, builder};

fn coldframe(folder: &Path, data: &Path, args: &[&str]) -> Verb {
    let directory = data.display().to_string();
    let mut all = args.to_vec();
    all.extend(["--data-dir", &directory]);
    run(Path::new(env!("CARGO_BIN_EXE_coldframe")), &all, folder, &[], "")
}

#[test]
fn reading_leaves_the_folder_alone() {
    let project = Project::new().python("echo", ECHO);
    let elsewhere = Project::new().python("other", ECHO);
    let data = tempfile::tempdir().expect("a temporary folder");
    let empty = coldframe(elsewhere.path(), data.path(), &["invocations", "--json"]);
    assert_eq!((empty.code, empty.json()), (0, json!([])), "{}", empty.stderr);
    assert!(empty.stderr.contains("nothing has been recorded"), "{}", empty.stderr);
    assert_eq!(coldframe(project.path(), data.path(), &["invoke", "echo"]).code, 0);

    std::fs::create_dir_all(project.file("echo/deep")).expect("our own folder");
    let inside = coldframe(&project.file("echo/deep"), data.path(), &["invocations", "--json"]);
    assert_eq!(inside.json().as_array().map(Vec::len), Some(1), "{}", inside.stderr);
    assert_eq!(inside.stderr, "", "a folder inside the project means the project");
    for _ in 0..2 {
        // Opened as a project, this folder would be the one opened last.
        let outside = coldframe(elsewhere.path(), data.path(), &["invocations", "--json"]);
        assert_eq!(outside.json()[0]["function"], "echo", "{}", outside.stderr);
        assert!(outside.stderr.contains("opened last"), "it says whose record that is: {}", outside.stderr);
    }
    assert_eq!(coldframe(elsewhere.path(), data.path(), &["logs", "echo"]).code, 0);
    let follow = coldframe(elsewhere.path(), data.path(), &["logs", "echo", "--follow"]);
    assert_eq!(follow.code, 0, "nothing more can come: {}", follow.stderr);
    assert!(follow.stderr.contains("no host is running"), "{}", follow.stderr);
    assert!(follow.stdout.contains("REPORT RequestId"), "{}", follow.stdout);
    let unknown = coldframe(elsewhere.path(), data.path(), &["logs", "other"]);
    assert_eq!(unknown.code, 3, "it was never recorded: {}", unknown.stderr);
    let report = coldframe(elsewhere.path(), data.path(), &["report", "--json"]).json();
    assert_eq!(report["overview"]["calls"], 1, "{report}");
    let report = coldframe(elsewhere.path(), data.path(), &["report"]);
    assert!(report.stdout.contains("echo"), "{}", report.stdout);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_killed_host_left_in_its_journal_is_read_too() {
    let project = Project::new().python("echo", ECHO);
    let data = tempfile::tempdir().expect("a temporary folder");
    let host = builder(&project).data_dir(data.path()).start();
    let answer = host.invoke("echo", &json!({})).await.json();
    host.kill_hard();
    let listed = coldframe(project.path(), data.path(), &["invocations", "--json"]);
    assert_eq!(listed.json()[0]["request_id"], answer["request"], "{}", listed.stderr);
    assert!(listed.stderr.contains("imported"), "it says what it mended: {}", listed.stderr);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_list_that_is_cut_says_so() {
    let project = Project::new().python("echo", ECHO);
    let host = builder(&project).start();
    for _ in 0..3 {
        host.invoke("echo", &json!({})).await;
    }
    let list = |args: &[&str]| coldframe(project.path(), host.data_dir(), args);
    let cut = list(&["invocations", "--limit", "2", "--json"]);
    assert_eq!(cut.json().as_array().map(Vec::len), Some(2));
    assert!(
        cut.stderr.contains("showing the newest 2 of 3") && cut.stderr.contains("--limit 3"),
        "{}",
        cut.stderr
    );
    let whole = list(&["invocations", "--function", "echo", "--limit", "3"]);
    assert_eq!((whole.code, whole.stderr.as_str()), (0, ""), "nothing is left out");
    assert_eq!(whole.stdout.lines().count(), 4, "a heading and three rows: {}", whole.stdout);
}

#[tokio::test(flavor = "multi_thread")]
async fn invocations_are_found_by_what_is_known_of_them() {
    let project = Project::new().python("echo", ECHO).python("other", ECHO);
    let host = builder(&project).start();
    for (function, item) in [("echo", "red lamp"), ("echo", "chair"), ("other", "red lamp")] {
        host.invoke(function, &json!({ "item": item })).await;
    }
    let found = |search: &[&str]| {
        let args = [&["invocations", "--json"], search].concat();
        let listed = coldframe(project.path(), host.data_dir(), &args);
        listed.json().as_array().map(Vec::len)
    };
    assert_eq!(found(&["fn:echo"]), Some(2));
    assert_eq!(found(&["\"RED lamp\""]), Some(2));
    assert_eq!(found(&["fn:echo", "\"red lamp\"", "status:ok", "dur:<1h"]), Some(1));
    assert_eq!(found(&["fn:echo \"red lamp\""]), Some(1), "or in one argument");
    assert_eq!(found(&["cold:yes -fn:echo"]), Some(1));
    let wrong = coldframe(project.path(), host.data_dir(), &["invocations", "durr:>5"]);
    assert_ne!(wrong.code, 0);
    assert!(wrong.stderr.contains("there is no field \"durr\": did you mean dur?"), "{}", wrong.stderr);
}

#[tokio::test(flavor = "multi_thread")]
async fn problems_of_the_project_are_said_with_and_without_a_host() {
    let project = Project::new().python("good", ECHO).with(
        "template.yaml",
        "AWSTemplateFormatVersion: 2010-09-09\nTransform: AWS::Serverless-2016-10-31\nResources:\n  Broken:\n    Type: [unclosed\n",
    );
    let data = tempfile::tempdir().expect("a temporary folder");
    let alone = coldframe(project.path(), data.path(), &["functions", "--json"]);
    let host = builder(&project).data_dir(data.path()).start();
    let through_host = coldframe(project.path(), host.data_dir(), &["functions", "--json"]);
    for verb in [&alone, &through_host] {
        assert!(verb.stderr.contains("template.yaml:"), "by file and line: {}", verb.stderr);
        let good = &verb.json()[0];
        assert_eq!(good["name"], "good");
        assert_eq!(good["project_problems"][0]["file"], "template.yaml", "{good}");
    }
    assert_eq!(alone.stderr, through_host.stderr);
}
