//! Layers of a template whose folders lie in the project.

use coldframe_testkit::{Project, eventually};
use serde_json::json;

use crate::serve;

const TEMPLATE: &str = "\
Globals: {Function: {CodeUri: src, Layers: [!Ref Common]}}
Resources:
  py: {Type: AWS::Serverless::Function, Properties: {FunctionName: py, Handler: app.handler, Runtime: python3.12}}
  js: {Type: AWS::Serverless::Function, Properties: {FunctionName: js, Handler: index.handler, Runtime: nodejs22.x}}
  Common: {Type: AWS::Serverless::LayerVersion, Properties: {ContentUri: layers/common}}
";

#[tokio::test(flavor = "multi_thread")]
async fn modules_of_a_local_layer_are_found_and_a_save_in_it_is_a_reload() {
    let project = Project::new()
        .with("template.yaml", TEMPLATE)
        .with("src/app.py", "import seeds\n\ndef handler(event, context):\n    return seeds.KIND\n")
        .with("src/index.js", "const { kind } = require('seeds')\nexports.handler = async () => kind\n")
        .with("layers/common/python/seeds.py", "KIND = 'pea'\n")
        .with("layers/common/nodejs/node_modules/seeds/index.js", "exports.kind = 'bean'\n");
    let host = serve(&project);
    let said = host.invoke("py", &json!({})).await;
    assert_eq!((said.function_error(), said.text()), (None, "\"pea\"".to_owned()));
    let said = host.invoke("js", &json!({})).await;
    assert_eq!((said.function_error(), said.text()), (None, "\"bean\"".to_owned()));
    project.write("layers/common/python/seeds.py", "KIND = 'lentil'\n");
    eventually("the save is in the next calls", async || {
        (host.invoke("py", &json!({})).await.json() == json!("lentil")).then_some(())
    })
    .await;
    let function = host.function("py").await;
    assert_eq!(function["problems"], json!([]), "{function}");
    assert!(function["assumed"].to_string().contains("layer Common is on its path"), "{function}");
}
