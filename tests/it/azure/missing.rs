//! An app whose library is not installed.

use std::path::Path;

use coldframe_testkit::{Project, run};
use serde_json::json;

use super::{HOST, get};
use crate::serve;

#[tokio::test(flavor = "multi_thread")]
async fn a_missing_library_is_named_where_the_app_asks_for_it_and_once() {
    let code = "import logging\nimport azure.functions as func\n\napp = func.FunctionApp()\n\n@app.route(route='a')\n\
                def one(req): pass\n\n@app.route(route='b')\ndef two(req): pass\n";
    let project = Project::new().with("app/host.json", HOST).with("app/function_app.py", code);
    let made = run(Path::new("python3"), &["-m", "venv", "app/.venv"], project.path(), &[], "");
    assert_eq!(made.code, 0, "an environment without it: {}", made.stderr);
    let host = serve(&project);
    get(&host, "/api/a").await;
    let problem = host.function("one").await["problem"].clone();
    assert_eq!((&problem["file"], &problem["line"]), (&json!("app/function_app.py"), &json!(2)), "{problem}");
    let data = host.data_dir().display().to_string();
    let args = ["functions", "--data-dir", &data];
    let said = run(Path::new(env!("CARGO_BIN_EXE_coldframe")), &args, project.path(), &[], "").stderr;
    assert_eq!(
        said.matches("ModuleNotFoundError").count(),
        1,
        "the app is said, not each of its functions: {said}"
    );
}
