//! Azure apps as they are called: custom handlers byte by byte, Python and Node with Azure's own libraries, unmodified.

mod handlers;
mod missing;
mod node;
mod overlapping;
mod python;
mod streaming;
mod switches;
mod unindexed;

use coldframe_testkit::{Answer, Host, eventually};
use serde_json::{Value, json};

const HOST: &str = "{\"version\": \"2.0\"}";

async fn post(host: &Host, path: &str, body: &str) -> (u16, String) {
    let request = host.http.post(format!("{}{path}", host.azure)).header("content-type", "application/json");
    let answer = request.body(body.to_owned()).send().await.expect("an answer");
    (answer.status().as_u16(), answer.text().await.expect("a body"))
}

async fn get(host: &Host, path: &str) -> Answer {
    host.get(&format!("{}{path}", host.azure)).await
}

/// The newest call of a function, once it is measured.
async fn measured(host: &Host, function: &str) -> Value {
    eventually("it is in the record", async || {
        let rows = host.invocations().await;
        let newest = rows.into_iter().find(|row| row["function"] == function)?;
        newest["peak_memory_mb"].is_number().then_some(newest)
    })
    .await
}

async fn log_of(host: &Host, row: &Value) -> Vec<String> {
    let detail = host.rpc("invocation", json!({"id": row["id"]})).await;
    let lines = detail["logs"].as_array().unwrap_or_else(|| panic!("log lines: {detail}"));
    lines.iter().map(|line| line["text"].as_str().unwrap_or_default().to_owned()).collect()
}
