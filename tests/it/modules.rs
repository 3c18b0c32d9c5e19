//! Modules beside the functions that import them.

use coldframe_testkit::{Project, eventually};
use serde_json::json;

use crate::serve;

/// ES modules say nothing of what they import in older Nodes, and what TypeScript imports is built in.
#[tokio::test(flavor = "multi_thread")]
async fn a_module_beside_the_functions_reloads_them_however_it_is_imported() {
    let project = Project::new()
        .with("esm/index.mjs", "import { K } from '../lib/e.mjs';\nexport const handler = async () => K;\n")
        .with("cjs/index.js", "const { K } = require('../lib/c.js');\nexports.handler = async () => K;\n")
        .with("ts/index.ts", "import { K } from '../lib/t';\nexport const handler = async () => K;\n")
        .with("lib/e.mjs", "export const K = 0;\n")
        .with("lib/c.js", "exports.K = 0;\n")
        .with("lib/t.ts", "export const K: number = 0;\n");
    let host = serve(&project);
    let all = ["esm", "cjs", "ts"];
    for name in all {
        assert_eq!(host.invoke(name, &json!({})).await.json(), json!(0), "{name}");
    }
    for k in [1, 2] {
        project.write("lib/e.mjs", &format!("export const K = {k};\n"));
        project.write("lib/c.js", &format!("exports.K = {k};\n"));
        project.write("lib/t.ts", &format!("export const K: number = {k};\n"));
        for name in all {
            eventually(&format!("{name} answers {k}"), async || {
                (host.invoke(name, &json!({})).await.json() == json!(k)).then_some(())
            })
            .await;
        }
    }
}
