//! Pausing: no call is taken, no save reloads, everything sleeps; and afterwards all of it goes on.

use std::sync::Arc;

use coldframe_testkit::{Project, eventually};
use serde_json::json;

use crate::{ECHO, serve};

fn version(number: u32) -> String {
    format!("VERSION = {number}\n\ndef lambda_handler(event, context):\n    return VERSION\n")
}

#[tokio::test(flavor = "multi_thread")]
async fn while_it_is_paused_callers_are_throttled_and_saves_wait() {
    let project = Project::new().python("app", &version(1)).python("echo", ECHO);
    let host = serve(&project);
    assert_eq!(host.invoke("app", &json!({})).await.json(), json!(1));
    let paused = host.rpc("pause", json!({ "paused": true })).await;
    assert_eq!(paused["paused"], true);
    eventually("it sleeps", async || (host.function("app").await["state"] == "at_zero").then_some(())).await;

    let refused = host.invoke("app", &json!({})).await;
    assert_eq!(refused.status, 429, "{}", refused.text());
    assert_eq!(refused.json()["Reason"], "ReservedFunctionConcurrentInvocationLimitExceeded");
    assert_eq!(host.invoke("echo", &json!({})).await.status, 429, "also one that was never called");
    let id = host.function("app").await["id"].clone();
    let asked = json!({ "function": id, "event": "{}", "cold": false, "trigger": "app" });
    let told = host.rpc("invoke", asked).await;
    assert!(told["error"].as_str().is_some_and(|error| error.starts_with("paused:")), "{told}");

    let recorded = host.invocations().await;
    assert_eq!(recorded[0]["error_type"], "Coldframe.Paused", "in the record it is told apart: {recorded:?}");

    project.write("app/lambda_function.py", &version(2));
    // Another function's appearance shows that the save before it was noticed.
    project.write("later/lambda_function.py", ECHO);
    eventually("the new function is found", async || {
        host.functions().await.iter().any(|function| function["name"] == "later").then_some(())
    })
    .await;
    assert_eq!(host.invoke("later", &json!({})).await.status, 429, "what is found meanwhile is paused too");
    let reloads = host.rpc("reloads", json!({ "function": id, "minutes": null })).await;
    assert_eq!(reloads, json!([]), "nothing was reloaded");
    assert_eq!(host.function("app").await["state"], "at_zero", "and nothing started");

    let resumed = host.rpc("pause", json!({ "paused": false })).await;
    assert_eq!(resumed["paused"], false);
    eventually("the save is taken", async || {
        (host.invoke("app", &json!({})).await.json() == json!(2)).then_some(())
    })
    .await;
    assert_eq!(host.invoke("later", &json!({"n": 1})).await.json()["event"]["n"], 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_call_under_way_finishes_and_its_instance_goes() {
    let slow = "import time\n\ndef lambda_handler(event, context):\n    time.sleep(1)\n    return 'done'\n";
    let project = Project::new().python("slow", slow);
    let host = Arc::new(serve(&project));
    let call = tokio::spawn({
        let host = Arc::clone(&host);
        async move { host.invoke("slow", &json!({})).await }
    });
    eventually("it runs", async || (host.function("slow").await["state"] == "busy").then_some(())).await;
    host.rpc("pause", json!({ "paused": true })).await;
    assert_eq!(call.await.expect("an answer").json(), json!("done"));
    eventually("its instance goes", async || {
        host.function("slow").await["pool"]["instances"].as_array().is_some_and(Vec::is_empty).then_some(())
    })
    .await;
}
