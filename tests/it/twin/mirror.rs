//! Calls of the doors that go to the twin, too.

use coldframe_testkit::{Project, eventually};
use serde_json::json;

use super::{resident, running};
use crate::serve;

const TOGETHER: &str = "\
import os, threading
import functions_framework

here = 0
lock = threading.Condition()

@functions_framework.http
def together(request):
    # Answers only when as many calls as asked for are in it at the same time.
    global here
    with lock:
        here += 1
        lock.notify_all()
        everybody = lock.wait_for(lambda: here >= int(request.args['of']), timeout=20)
    return str(os.getpid()) if everybody else 'alone'
";

#[tokio::test(flavor = "multi_thread")]
async fn one_process_has_the_copies_of_all_calls_at_the_same_time() {
    let project = Project::new().with("py/main.py", TOGETHER);
    let host = serve(&project);
    let id = resident(&host, "together", json!({})).await;
    let twin = running(&host, &id).await;
    assert_eq!((&twin["wanted"], &twin["calls_each"]), (&json!(1), &json!(80)), "as its contract lets it");
    let on = host.rpc("mirror", json!({"function": id, "on": true})).await;
    assert_eq!(on["mirror"]["on"], true);
    assert!(
        on["mirror"]["warning"].as_str().is_some_and(|said| said.starts_with("nothing is known")),
        "{on}"
    );
    let url = format!("{}/together?of=6", host.gcp);
    let answers = futures_util::future::join_all((0..6).map(|_| host.get(&url))).await;
    let query =
        json!({"function": twin["recorded_as"], "minutes": null, "status": "ok", "before": null, "limit": 9});
    let copies = eventually("every copy was answered", async || {
        let rows = host.rpc("invocations", query.clone()).await;
        (rows.as_array().map(Vec::len) == Some(6)).then_some(rows)
    })
    .await;
    for copy in copies.as_array().into_iter().flatten() {
        let detail = host.rpc("invocation", json!({"id": copy["id"]})).await;
        let pid = detail["response"]["text"].as_str().expect("an answer").to_owned();
        assert_eq!(
            json!(pid),
            json!(twin["processes"][0]["pid"].to_string()),
            "the twin's one process had it"
        );
        assert!(answers.iter().all(|answer| answer.text() != pid), "no caller has the twin's answer");
        assert_eq!((&copy["cold"], &copy["trigger"]), (&json!(false), &json!("http")));
    }
    assert_eq!(running(&host, &id).await["mirror"]["calls"], 6);
    host.rpc("mirror", json!({"function": id, "on": false})).await;
    host.get(&format!("{}/together?of=1", host.gcp)).await;
    assert_eq!(running(&host, &id).await["mirror"]["calls"], 6, "no more");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_reaches_a_cloud_is_mirrored_only_by_who_says_that_it_may() {
    let writes = "\
def lambda_handler(event, context):
    if event.get('write'):
        import boto3
    return 'done'
";
    let project = Project::new().python("writes", writes);
    let host = serve(&project);
    let id = host.function("writes").await["id"].clone();
    let off = host.try_rpc("mirror", json!({"function": id, "on": true})).await;
    assert_eq!((off.status, &off.json()["hint"]), (409, &json!("start it first")), "{}", off.text());
    resident(&host, "writes", json!({"processes": 1})).await;
    let asked = host.try_rpc("mirror", json!({"function": id, "on": true})).await;
    assert_eq!(asked.status, 409, "{}", asked.text());
    let said = asked.text();
    assert!(
        said.contains("boto3 in writes/lambda_function.py:3") && said.contains("written twice"),
        "{said}"
    );
    host.rpc("mirror", json!({"function": id, "on": true, "writes_twice_ok": true})).await;
    host.invoke("writes", &json!({})).await;
    assert_eq!(running(&host, &id).await["mirror"]["calls"], 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_could_reach_anybody_is_asked_before_it_was_ever_called() {
    let project = Project::new()
        .node("asks", "export const handler = async (event) => (await fetch(event.url)).status\n")
        .python("quiet", "def lambda_handler(event, context):\n    return 'done'\n");
    let host = serve(&project);
    let id = resident(&host, "asks", json!({"processes": 1})).await;
    let asked = host.try_rpc("mirror", json!({"function": id, "on": true})).await;
    assert_eq!(asked.status, 409, "{}", asked.text());
    let said = asked.json()["message"].as_str().unwrap_or_default().to_owned();
    assert!(said.contains("may reach something outside: fetch in asks/index.mjs:1"), "{said}");
    let quiet = resident(&host, "quiet", json!({"processes": 1})).await;
    let on = host.rpc("mirror", json!({"function": quiet, "on": true})).await;
    assert_eq!(on["mirror"]["on"], true, "it imports nothing of the kind");
}
