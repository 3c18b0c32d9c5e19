//! What a save did to starts: measured while somebody looks, and kept.

use coldframe_testkit::{Project, eventually};
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

#[tokio::test(flavor = "multi_thread")]
async fn a_receipt_that_a_call_interrupts_is_finished_when_it_is_quiet() {
    let signs = tempfile::tempdir().expect("a temporary folder");
    let (inits, go) = (signs.path().join("inits"), signs.path().join("go"));
    // Tells of every init, and answers when it may.
    let waits = |said: &str| {
        format!(
            "import os, time
with open({inits:?}, 'a') as inits:
    inits.write('x')

def lambda_handler(event, context):
    while event.get('wait') and not os.path.exists({go:?}):
        time.sleep(0.01)
    return '{said}'
"
        )
    };
    let project = Project::new().python("hello", &waits("as it was"));
    let host = builder(&project).start();
    host.invoke("hello", &json!({})).await;
    let mut live = Live::open(&host).await;
    std::fs::write(&inits, "").expect("ours");
    project.write(concat!("hello", "/lambda_function.py"), &waits("as it is"));
    // That of the reload, and two whole rounds; the first is no sample.
    eventually("starts are being measured", || async {
        let begun = std::fs::read(&inits).is_ok_and(|inits| inits.len() > 5);
        begun.then_some(())
    })
    .await;
    let wait = json!({"wait": true});
    let call = host.invoke("hello", &wait);
    let mut receipt = async |state: &str| {
        live.until(state, |batch| {
            let mut receipts = batch["receipts"].as_array()?.iter();
            receipts.find(|reload| reload["receipt"]["state"] == state).cloned()
        })
        .await
    };
    let interrupted = async {
        let told = receipt("interrupted").await;
        std::fs::write(&go, "").expect("ours");
        told
    };
    let (_, interrupted) = tokio::join!(call, interrupted);
    let done = receipt("done").await;
    assert_eq!(done["id"], interrupted["id"], "of the same save");
    let starts = |told: &Value| told["receipt"]["starts"].as_u64().expect("a number");
    assert!(starts(&done) > starts(&interrupted), "{interrupted}\n{done}");
    let id = host.function("hello").await["id"].clone();
    let reloads = host.rpc("reloads", json!({"function": id, "minutes": null})).await;
    assert_eq!(reloads[0]["receipt"], done["receipt"], "it is the one that is kept");
}
