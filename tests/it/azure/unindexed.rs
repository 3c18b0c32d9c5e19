//! Functions that only running an app can tell: found when somebody calls or starts it.

use std::{collections::BTreeMap, os::unix::fs::symlink};

use coldframe_testkit::{Host, Project, eventually};
use serde_json::json;

use super::{HOST, get};
use crate::{installed, serve};

const LOOP: &str = "\
import azure.functions as func

app = func.FunctionApp(http_auth_level=func.AuthLevel.ANONYMOUS)

def bed(name):
    @app.function_name(f'bed_{name}')
    @app.route(route=f'beds/{name}/{{row:int}}', methods=['GET'])
    def handler(req: func.HttpRequest) -> str:
        return f\"{name} {req.route_params['row']}\"

for name in ('peas', 'beans'):
    bed(name)
";

const NODE: &str = "\
const { app } = require('@azure/functions');
for (const name of ['peas', 'beans']) {
  app.http(`row_${name}`, { route: `beds/${name}/{row:int}`, authLevel: 'anonymous', handler: async (request) => ({ body: `${name} ${request.params.row}` }) });
}
";

fn project() -> Project {
    let project = Project::new()
        .with("py/host.json", HOST)
        .with("py/function_app.py", LOOP)
        .with("js/host.json", r#"{"version": "2.0", "extensions": {"http": {"routePrefix": "js"}}}"#)
        .with("js/package.json", r#"{"main": "index.js"}"#)
        .with("js/index.js", NODE);
    symlink(installed::python_clouds(), project.file("py/.venv")).expect("a link");
    symlink(installed::node_clouds(), project.file("js/node_modules")).expect("a link");
    project
}

async fn names(host: &Host) -> Vec<String> {
    let functions = host.functions().await;
    functions.iter().map(|function| function["name"].as_str().unwrap_or_default().to_owned()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_call_below_an_apps_prefix_finds_its_functions() {
    let project = project();
    let host = serve(&project);
    assert_eq!(names(&host).await, ["js-unindexed", "py-unindexed"]);
    let stand_in = host.function("py-unindexed").await;
    let problem = &stand_in["problem"];
    assert_eq!((&problem["file"], &problem["line"]), (&json!("py/function_app.py"), &json!(7)), "{problem}");
    assert!(problem["message"].to_string().contains("only known when it runs"), "{problem}");
    assert!(
        problem["hint"].to_string().contains("call a path below /api or invoke py-unindexed"),
        "{problem}"
    );

    let answer = get(&host, "/api/beds/peas/3").await;
    assert_eq!(
        (answer.status, answer.text().as_str()),
        (200, "peas 3"),
        "{:?}",
        answer.header("coldframe-problem")
    );
    let answer = get(&host, "/js/beds/beans/4").await;
    assert_eq!(
        (answer.status, answer.text().as_str()),
        (200, "beans 4"),
        "{:?}",
        answer.header("coldframe-problem")
    );
    assert_eq!(names(&host).await, ["row_peas", "row_beans", "bed_peas", "bed_beans"]);
    let beans = host.function("bed_beans").await;
    assert!(beans["problem"].is_null(), "nothing is left to find: {beans}");
    assert_eq!(get(&host, "/api/beds/beans/x").await.status, 404, "the route's constraint is known");
    assert_eq!(get(&host, "/api/weeds").await.status, 404);
    let calls = host.invocations().await;
    // Which of the two that begin at one moment comes first is nobody's to say.
    let told: BTreeMap<_, _> =
        calls.iter().map(|call| (call["function"].to_string(), call["cold"] == true)).collect();
    let expected =
        [("py-unindexed", true), ("bed_peas", false), ("js-unindexed", true), ("row_beans", false)];
    assert_eq!(calls.len(), expected.len(), "{calls:?}");
    assert_eq!(
        told,
        expected.map(|(name, cold)| (json!(name).to_string(), cold)).into(),
        "one start each: {calls:?}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_person_starts_it_and_a_save_that_adds_functions_is_heard() {
    let project = project();
    let host = serve(&project);
    let id = host.function("py-unindexed").await["id"].clone();
    let invoked =
        host.rpc("invoke", json!({"function": id, "event": "{}", "cold": false, "trigger": "app"})).await;
    assert!(invoked.to_string().contains("bed_beans"), "it answers with their names: {invoked}");
    assert_eq!(names(&host).await, ["js-unindexed", "bed_peas", "bed_beans"]);
    project.write("py/function_app.py", &LOOP.replace("'beans')", "'beans', 'kale')"));
    eventually("the reload has told of the third", async || {
        (get(&host, "/api/beds/kale/1").await.text() == "kale 1").then_some(())
    })
    .await;
    assert_eq!(names(&host).await, ["js-unindexed", "bed_peas", "bed_beans", "bed_kale"]);
}
