//! What a save did to starts: measured while somebody looks, and kept.

use coldframe_testkit::Project;
use serde_json::{Value, json};

use crate::{builder, check::repository, live::Live};

#[tokio::test(flavor = "multi_thread")]
async fn a_receipt_is_still_there_after_a_restart() {
    let was = "def lambda_handler(event, context):\n    return 'as it was'\n";
    let project = repository(Project::new().python("hello", was));
    let copies = tempfile::tempdir().expect("a temporary folder");
    let data = tempfile::tempdir().expect("a temporary folder");
    let host = builder(&project).data_dir(data.path()).env("TMPDIR", copies.path()).start();
    for _ in 0..3 {
        host.invoke("hello", &json!({})).await;
    }
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
    let (first, commit) = (&told["receipt"]["against"][0], &told["receipt"]["against"][1]);
    assert_eq!(
        (&first["recorded"], &commit["recorded"]),
        (&first["name"], &first["name"]),
        "it was the commit"
    );

    for _ in 0..3 {
        host.invoke("hello", &json!({})).await;
    }
    project.write(
        concat!("hello", "/lambda_function.py"),
        "def lambda_handler(event, context):\n    return 'as it will be'\n",
    );
    let next = live
        .until("another receipt", |batch| {
            let reloads = batch["receipts"].as_array()?.iter();
            reloads
                .clone()
                .find(|reload| reload["id"] != told["id"] && reload["receipt"].is_object())
                .cloned()
        })
        .await;
    let (before, commit) = (&next["receipt"]["against"][0], &next["receipt"]["against"][1]);
    assert_eq!(before["recorded"], told["revision"], "{next}");
    assert_eq!(commit["recorded"], first["name"], "the record still knows the code of the commit: {next}");
    let beside = async |beside: &Value| {
        let query = json!({"function": id, "revision": told["revision"], "until": null, "beside": beside});
        host.rpc("recorded_change", query).await
    };
    let recorded = beside(&commit["recorded"]).await;
    assert_eq!(recorded["before"], first["name"]);
    let warm = &recorded["metrics"][0];
    assert_eq!((&warm["metric"], &warm["verdict"]), (&json!("warm"), &json!("too_few")), "{recorded}");
    assert!(warm["before"].is_number() && recorded["price"]["before"].is_string(), "{recorded}");
    assert_eq!(beside(&Value::Null).await, recorded, "it served before it, too");

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
