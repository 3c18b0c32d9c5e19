//! What a save did to starts: measured while somebody looks, and kept.

use coldframe_testkit::Project;
use serde_json::json;

use crate::{builder, check::repository, live::Live};

#[tokio::test(flavor = "multi_thread")]
async fn a_receipt_is_still_there_after_a_restart() {
    let was = "def lambda_handler(event, context):\n    return 'as it was'\n";
    let project = repository(Project::new().python("hello", was));
    let copies = tempfile::tempdir().expect("a temporary folder");
    let data = tempfile::tempdir().expect("a temporary folder");
    let host = builder(&project).data_dir(data.path()).env("TMPDIR", copies.path()).start();
    host.invoke("hello", &json!({})).await;
    let id = host.function("hello").await["id"].clone();
    let mut live = Live::open(&host).await;
    project.write(
        concat!("hello", "/lambda_function.py"),
        "def lambda_handler(event, context):\n    return 'as it is'\n",
    );
    let told = live
        .until("a receipt", |batch| {
            batch["receipts"].as_array()?.iter().find(|reload| reload["receipt"].is_object()).cloned()
        })
        .await;
    assert_eq!(told["receipt"]["against"][0]["what"], "revision", "{told}");
    assert_eq!(told["receipt"]["against"][1]["what"], "commit", "{told}");
    let held = || copies.path().read_dir().expect("our own").flatten().count();
    assert_eq!(held(), 1, "the last commit is kept beside");
    drop(live);
    host.terminate();
    assert_eq!(held(), 0, "nothing stays of it");

    let host = builder(&project).data_dir(data.path()).start();
    let reloads = host.rpc("reloads", json!({"function": id, "minutes": null})).await;
    let kept = reloads.as_array().expect("reloads").iter().find(|reload| reload["id"] == told["id"]);
    assert_eq!(kept.map(|reload| &reload["receipt"]), Some(&told["receipt"]), "{reloads}");
}
