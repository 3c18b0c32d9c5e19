//! What an app does where `coldframe.toml` says so: keys, schedules.

use coldframe_testkit::eventually;

use super::{get, handlers::handlers, post};
use crate::serve;

#[tokio::test(flavor = "multi_thread")]
async fn keys_are_asked_for_where_the_project_says_so() {
    let project = handlers();
    let binding = |level: &str, name: &str| {
        project.write(
            &format!("plain/{name}/function.json"),
            &format!(
                r#"{{"bindings": [{{"type": "httpTrigger", "direction": "in", "name": "req", "authLevel": "{level}"}}, {{"type": "http", "direction": "out", "name": "res"}}]}}"#
            ),
        );
    };
    binding("anonymous", "open");
    binding("function", "shut");
    binding("admin", "chief");
    let host = serve(&project);
    for name in ["open", "shut", "chief"] {
        assert_eq!(get(&host, &format!("/api/{name}")).await.status, 200, "{name}: as with func start");
    }
    project.write("coldframe.toml", "[functions.plain]\nask_for_keys = true\n");
    let url = async |name: &str| host.function(name).await["urls"][0].as_str().unwrap_or_default().to_owned();
    eventually("the settings are read", async || url("shut").await.contains("?code=").then_some(())).await;
    let bare = |url: &str| url.split('?').next().unwrap_or_default().to_owned();
    let refused = get(&host, "/api/shut").await;
    assert_eq!((refused.status, refused.body.len()), (401, 0), "the host says no more");
    assert_eq!(get(&host, "/api/open").await.status, 200, "anonymous stays open");
    let (shut, chief) = (url("shut").await, url("chief").await);
    assert_eq!(host.get(&shut).await.status, 200, "as it is shown");
    let key = shut.split("code=").nth(1).expect("its key").to_owned();
    let by_header = |key: &str, url: String| host.http.get(url).header("x-functions-key", key).send();
    assert_eq!(by_header(&key, bare(&shut)).await.expect("an answer").status(), 200);
    assert_eq!(
        by_header("wrong", shut.clone()).await.expect("an answer").status(),
        401,
        "the header counts first"
    );
    assert_eq!(
        host.get(&format!("{}?code={key}", bare(&chief))).await.status,
        401,
        "a function's key is no master key"
    );
    assert_eq!(host.get(&chief).await.status, 200);
    let master = chief.split("code=").nth(1).expect("its key").to_owned();
    assert_eq!(
        by_header(&master, bare(&shut)).await.expect("an answer").status(),
        200,
        "the master key opens all"
    );
    assert_eq!(post(&host, "/admin/functions/shut", "{}").await.0, 401);
    assert_eq!(post(&host, &format!("/admin/functions/shut?code={master}"), "{}").await.0, 202);
    assert_eq!(post(&host, "/admin/functions/packed", "{}").await.0, 202, "the other app asks for none");
    assert_eq!(get(&host, "/admin/functions/shut").await.status, 401);
    assert_eq!(get(&host, &format!("/admin/functions/shut?code={master}")).await.status, 200);
    let listed = get(&host, "/admin/functions").await.json();
    let names: Vec<&str> =
        listed.as_array().expect("a list").iter().filter_map(|one| one["name"].as_str()).collect();
    assert!(
        names.contains(&"packed") && !names.contains(&"shut"),
        "without the key it is not listed: {names:?}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_timer_is_called_by_the_clock_where_the_project_says_so() {
    let project = handlers();
    project.write(
        "shop/tick/function.json",
        r#"{"bindings": [{"type": "timerTrigger", "direction": "in", "name": "tick", "schedule": "%WHEN%"}]}"#,
    );
    project.write(
        "shop/local.settings.json",
        r#"{"IsEncrypted": false, "Values": {"FUNCTIONS_WORKER_RUNTIME": "custom", "WHEN": "* * * * * *"}}"#,
    );
    project.write(
        "coldframe.toml",
        "[functions.shop]\nfollow_schedules = true\n[functions.plain]\nfollow_schedules = false\n",
    );
    let host = serve(&project);
    eventually("it was called twice by its schedule", async || {
        let rows = host.invocations().await;
        let ticks = rows.iter().filter(|row| row["function"] == "tick" && row["trigger"] == "schedule");
        (ticks.filter(|row| row["status"] == "ok").count() >= 2).then_some(())
    })
    .await;
}
