//! Code that lies outside a function's own folder: whom a change of it reloads.

use coldframe_testkit::{Project, eventually};
use serde_json::json;

use super::version;
use crate::serve;

#[tokio::test(flavor = "multi_thread")]
async fn a_shared_module_reloads_who_loaded_it_and_nobody_else() {
    let user = "import os, sys\nsys.path.insert(0, os.path.join(os.path.dirname(__file__), '..', 'shared'))\nimport words\n\n\
                def lambda_handler(event, context):\n    return words.HELLO\n";
    let project = Project::new()
        .python("one", user)
        .python("two", "def lambda_handler(event, context):\n    return 'two'\n")
        .with("shared/words.py", "HELLO = 'hello'\n");
    let host = serve(&project);
    assert_eq!(host.invoke("one", &json!({})).await.json(), json!("hello"));
    assert_eq!(host.invoke("two", &json!({})).await.json(), json!("two"));
    let before = host.function("two").await["revision"].clone();
    project.write("shared/words.py", "HELLO = 'good day'\n");
    eventually("the shared module is reloaded", async || {
        (host.invoke("one", &json!({})).await.json() == json!("good day")).then_some(())
    })
    .await;
    assert_eq!(host.function("two").await["revision"], before, "who did not load it does not reload");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_module_beside_reloads_the_node_function_that_imports_it_and_no_other() {
    let user = "import { HELLO } from '../shared/words.mjs';\nexport const handler = async () => HELLO;\n";
    let project = Project::new()
        .node("one", user)
        .node("two", "export const handler = async () => 'two';\n")
        .with("shared/words.mjs", "export const HELLO = 'hello';\n");
    let host = serve(&project);
    assert_eq!(host.invoke("one", &json!({})).await.json(), json!("hello"));
    assert_eq!(host.invoke("two", &json!({})).await.json(), json!("two"));
    let two = async || {
        let function = host.function("two").await;
        (
            function["revision"].clone(),
            host.rpc("reloads", json!({"function": function["id"], "minutes": null})).await,
        )
    };
    let before = two().await;
    project.write("third/index.mjs", "export const handler = async () => 'three';\n");
    eventually("the new folder is a function", async || {
        host.functions().await.iter().any(|function| function["name"] == "third").then_some(())
    })
    .await;
    project.write("shared/words.mjs", "export const HELLO = 'good day';\n");
    eventually("the shared module is reloaded", async || {
        (host.invoke("one", &json!({})).await.json() == json!("good day")).then_some(())
    })
    .await;
    assert_eq!(two().await, before, "who imports neither does not reload");
}

#[cfg(unix)]
#[tokio::test(flavor = "multi_thread")]
async fn code_behind_a_link_is_reloaded_wherever_it_changes() {
    use std::os::unix::fs::symlink;
    let project = Project::new().with("shared/one.py", &version(1)).with("shared/two.py", &version(2));
    std::fs::create_dir(project.file("app")).expect("a folder");
    symlink("../shared/one.py", project.file("app/lambda_function.py")).expect("a link");
    let host = serve(&project);
    let answers = async |what: &str, number: u32| {
        eventually(what, async || {
            (host.invoke("app", &json!({})).await.json() == json!(number)).then_some(())
        })
        .await;
    };
    answers("the code is there", 1).await;
    project.write("shared/one.py", &version(11));
    answers("the file it leads to was saved", 11).await;
    symlink("../shared/two.py", project.file("app/new")).expect("a link");
    std::fs::rename(project.file("app/new"), project.file("app/lambda_function.py")).expect("renamed");
    answers("it leads elsewhere", 2).await;
    project.write("shared/two.py", &version(22));
    answers("the new file was saved", 22).await;
}
