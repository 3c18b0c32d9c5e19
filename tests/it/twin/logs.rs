//! What a twin writes stands in the log of its function, marked, while it comes and later.

use std::path::Path;

use coldframe_testkit::{Project, run};
use serde_json::{Value, json};

use super::{asked, resident};
use crate::{live::Live, serve};

const TALKS: &str = "def lambda_handler(event, context):\n    print('said')\n";

fn said(lines: &Value) -> Vec<bool> {
    let lines = lines.as_array().expect("lines").iter().filter(|line| line["text"] == "said");
    lines.map(|line| line["resident"].as_bool().expect("it says so")).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_twins_lines_are_in_the_log_as_its_own() {
    let project = Project::new().python("talks", TALKS).python("quiet", TALKS);
    let host = serve(&project);
    let mut live = Live::open(&host).await;
    let id = resident(&host, "talks", json!({"processes": 1})).await;
    asked(&host, &id, true).await;
    let line = live
        .until("a line of the twin", |batch| {
            batch["logs"].as_array()?.iter().find(|line| line["text"] == "said").cloned()
        })
        .await;
    assert_eq!((&line["resident"], &line["function_id"]), (&json!(true), &id), "{line}");
    assert_eq!(line["function"], "talks");
    asked(&host, &id, false).await;
    let of_pool = live
        .until("a line of the pool", |batch| {
            let lines = batch["logs"].as_array()?;
            lines.iter().find(|line| line["text"] == "said" && line["resident"] == false).cloned()
        })
        .await;
    assert_eq!(of_pool["function_id"], id);

    let logs = async |function: &Value, search: &str| {
        host.rpc("logs", json!({"function": function, "search": search, "after": null, "limit": null})).await
    };
    assert_eq!(said(&logs(&id, "").await), [true, false], "both sides, in the order they wrote");
    assert_eq!(said(&logs(&Value::Null, "").await), [true, false]);
    assert_eq!(
        said(&logs(&Value::Null, "fn:talks said").await),
        [true, false],
        "the index of texts knows both"
    );
    let other = host.function("quiet").await["id"].clone();
    assert!(said(&logs(&other, "").await).is_empty(), "none of another function");
    let (own, pool) = (logs(&Value::Null, "twin:yes").await, logs(&Value::Null, "twin:no").await);
    assert_eq!((said(&own), said(&pool)), (vec![true], vec![false]));
    for (lines, resident) in [(&own, true), (&pool, false)] {
        let lines = lines.as_array().expect("lines");
        assert!(lines.iter().all(|line| line["resident"] == resident), "{lines:?}");
    }
    assert_eq!(logs(&Value::Null, "-twin:yes").await, pool);
    let wrong = host
        .try_rpc("logs", json!({"function": null, "search": "twin:perhaps", "after": null, "limit": null}))
        .await;
    assert!(wrong.text().contains("say yes or no"), "{}", wrong.text());

    let directory = host.data_dir().display().to_string();
    let coldframe = Path::new(env!("CARGO_BIN_EXE_coldframe"));
    let printed = run(coldframe, &["logs", "talks", "--data-dir", &directory], project.path(), &[], "");
    assert!(printed.stdout.contains("(twin) said"), "{}", printed.stdout);
}
