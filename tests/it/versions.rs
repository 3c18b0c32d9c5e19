//! Which version of a language runs a function, on a machine that has several.

use coldframe_testkit::{Project, run};
use serde_json::json;

use crate::builder;

const WHO: &str = "import sys\n\ndef handler(event, context):\n    return sys.executable\n";

fn template(runtime: &str) -> String {
    format!(
        "Resources:\n  App:\n    Type: AWS::Serverless::Function\n    Properties: {{FunctionName: app, Runtime: {runtime}, Handler: app.handler}}\n"
    )
}

#[tokio::test(flavor = "multi_thread")]
async fn the_declared_version_is_found_where_a_manager_keeps_it_else_the_nearest_is_named() {
    let project = Project::new().with("template.yaml", &template("python3.38")).with("app.py", WHO);
    // A version that no machine has, which is really the machine's own.
    let home = Project::new();
    let ask = ["-c", "import sys; print(sys.executable)"];
    let real = run(std::path::Path::new("python3"), &ask, home.path(), &[], "").stdout;
    let kept = home.file(".pyenv/versions/3.38.2/bin/python");
    std::fs::create_dir_all(kept.parent().expect("a folder")).expect("a folder");
    std::os::unix::fs::symlink(real.trim(), &kept).expect("a link");
    let host = builder(&project).env("HOME", home.path()).env("PYENV_ROOT", "").start();
    let ran = host.invoke("app", &json!({})).await;
    assert_eq!(ran.json(), json!(kept.display().to_string()), "the one that was asked for runs it");
    let assumed = host.function("app").await["assumed"].to_string();
    assert!(!assumed.contains("it runs with"), "nothing is to be said of it: {assumed}");

    project.write("template.yaml", &template("python3.37"));
    let sentence = coldframe_testkit::eventually("the nearest is named", async || {
        let function = host.function("app").await;
        let assumed = function["assumed"].as_array().cloned().unwrap_or_default();
        assumed.iter().filter_map(|one| one.as_str()).find(|one| one.contains("nearest")).map(str::to_owned)
    })
    .await;
    assert!(
        sentence.starts_with("it runs with Python 3.38 (pyenv), the nearest to python3.37 on this machine"),
        "{sentence}"
    );
    assert!(
        sentence.contains("python install 3.37") || sentence.contains("pyenv install 3.37"),
        "{sentence}"
    );
}

/// A shim as pyenv's, of a manager that has nothing of what it is asked for.
#[cfg(unix)]
#[tokio::test(flavor = "multi_thread")]
async fn a_version_that_its_manager_does_not_have_is_replaced_by_the_nearest_and_named() {
    use std::os::unix::fs::PermissionsExt as _;

    let code = "import sys\n\ndef lambda_handler(event, context):\n    return sys.executable\n";
    let project = Project::new().python("hello", code).with(".python-version", "3.38.4\n");
    let home = Project::new()
        .with("pyenv/bin/pyenv", "")
        .with("pyenv/shims/python3", "#!/bin/sh\necho \"pyenv: version is not installed\" >&2\nexit 1\n");
    let shim = home.file("pyenv/shims/python3");
    std::fs::set_permissions(&shim, std::fs::Permissions::from_mode(0o755)).expect("an executable file");
    let ask = ["-c", "import sys; print(sys.executable)"];
    let real = run(std::path::Path::new("python3"), &ask, home.path(), &[], "").stdout;
    let kept = home.file("pyenv/versions/3.38.2/bin/python3");
    std::fs::create_dir_all(kept.parent().expect("a folder")).expect("a folder");
    std::os::unix::fs::symlink(real.trim(), &kept).expect("a link");
    std::os::unix::fs::symlink("python3", kept.with_file_name("python")).expect("a link");
    let shims = shim.parent().expect("a folder").display().to_string();
    let path = format!("{shims}:{}", std::env::var("PATH").expect("PATH"));
    let root = home.file("pyenv");
    let host = builder(&project).env("PATH", &path).env("PYENV_ROOT", &root).env("HOME", home.path()).start();
    let ran = host.invoke("hello", &json!({})).await;
    let link = kept.with_file_name("python").display().to_string();
    assert_eq!(ran.json(), json!(link), "the nearest that is installed runs it, not the shim");
    let function = host.function("hello").await;
    let sentence = "it runs with Python 3.38.2 (pyenv), the nearest on this machine: .python-version asks for 3.38.4, \
                    which pyenv does not have; to have the same: pyenv install 3.38.4";
    let assumed = function["assumed"].as_array().expect("sentences");
    assert!(assumed.contains(&json!(sentence)), "{function}");
}

/// A shim that only its manager could explain, and that ends with an error where it is asked.
#[cfg(unix)]
#[tokio::test(flavor = "multi_thread")]
async fn a_shim_that_cannot_say_what_it_starts_is_passed_over() {
    use std::os::unix::fs::PermissionsExt as _;

    let code = "import sys\n\ndef lambda_handler(event, context):\n    return sys.executable\n";
    let project = Project::new().python("hello", code).with(".python-version", "3.38\n");
    let home = Project::new().with("bin/python3", "#!/bin/sh\necho 'no version is set' >&2\nexit 126\n");
    let shim = home.file("bin/python3");
    std::fs::set_permissions(&shim, std::fs::Permissions::from_mode(0o755)).expect("an executable file");
    let before = shim.parent().expect("a folder").display().to_string();
    let path = format!("{before}:{}", std::env::var("PATH").expect("PATH"));
    let host = builder(&project).env("PATH", &path).env("HOME", home.path()).env("PYENV_ROOT", "").start();
    let ran = host.invoke("hello", &json!({})).await;
    assert_eq!((ran.status, ran.function_error()), (200, None), "another Python runs it: {}", ran.text());
}
