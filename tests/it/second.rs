//! Two hosts on one data directory: the second is a client of the first.

use std::path::Path;

use coldframe_testkit::{Project, Verb, eventually, run};
use serde_json::json;

use crate::{ECHO, builder};

fn coldframe(project: &Project, data: &Path, args: &[&str]) -> Verb {
    let directory = data.display().to_string();
    let mut all = args.to_vec();
    all.extend(["--data-dir", &directory]);
    run(Path::new(env!("CARGO_BIN_EXE_coldframe")), &all, project.path(), &[], "")
}

#[tokio::test(flavor = "multi_thread")]
async fn a_verb_goes_through_the_host_that_runs() {
    let project = Project::new().python("app", ECHO);
    let host = builder(&project).start();
    let invoked = coldframe(&project, host.data_dir(), &["invoke", "app", "--json"]);
    assert_eq!(invoked.code, 0, "{}", invoked.stderr);
    let rows = host.invocations().await;
    assert_eq!(rows.len(), 1, "the call went through the running host");
    assert_eq!(rows[0]["trigger"], "cli");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_second_serve_is_a_client_of_the_first() {
    let project = Project::new().python("app", ECHO);
    let host = builder(&project).start();
    let second =
        builder(&project).data_dir(host.data_dir()).arg("--host=127.0.0.2").arg("--max-instances=7").start();
    assert_eq!((&second.aws, &second.vercel), (&host.aws, &host.vercel), "it says where the first listens");
    assert_eq!((&second.ui, second.token()), (&host.ui, host.token()), "and where its interface is");
    let root = project.path().canonicalize().expect("exists").display().to_string();
    let said = eventually("it says what it is", async || {
        let said = second.stderr();
        said.contains("--max-instances").then_some(said)
    })
    .await;
    for part in
        [&root, &format!("process {}", host.pid()), "not applied", "--host 127.0.0.2 (", "--max-instances 7"]
    {
        assert!(said.contains(part), "{part:?} in {said}");
    }
    assert!(!said.contains("--port"), "0 is any port: {said}");
    assert_eq!(second.invoke("app", &json!({})).await.status, 200);
    assert!(second.terminate().success(), "it is ended by itself");
    assert_eq!(host.invoke("app", &json!({})).await.status, 200, "the first goes on");
    assert_eq!(host.invocations().await.len(), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_client_ends_with_its_host() {
    let project = Project::new().python("app", ECHO);
    let elsewhere = Project::new();
    let data = tempfile::tempdir().expect("a temporary folder");
    for hard in [false, true] {
        let host = builder(&project).data_dir(data.path()).start();
        let mut second = builder(&project).only_in(elsewhere.path()).data_dir(data.path()).start();
        assert_eq!(second.aws, host.aws, "without a folder it is a client of whatever is served");
        if hard {
            host.kill_hard();
        } else {
            assert!(host.terminate().success());
        }
        assert!(second.ended().await.success());
        eventually("it says why", async || second.stderr().contains("has ended").then_some(())).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_second_serve_of_another_folder_is_refused_with_both_ways_out() {
    let project = Project::new().python("app", ECHO);
    let elsewhere = Project::new().python("other", ECHO);
    let host = builder(&project).start();
    let second = coldframe(&elsewhere, host.data_dir(), &["serve", "."]);
    assert_eq!((second.code, second.stdout.as_str()), (2, ""), "{}", second.stderr);
    let folder = |project: &Project| project.path().canonicalize().expect("exists").display().to_string();
    for part in
        [&folder(&project), &folder(&elsewhere), "open the folder in that host", "--data-dir and --port"]
    {
        assert!(second.stderr.contains(part), "{part:?} in {}", second.stderr);
    }
    let missing = coldframe(&elsewhere, host.data_dir(), &["serve", "/no/such/folder"]);
    assert_eq!(missing.code, 3, "{}", missing.stderr);
}
