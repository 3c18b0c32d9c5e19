//! The packages that `cargo xtask test` installs for these tests: unmodified clients and runtime clients.

use std::path::{Path, PathBuf};

use coldframe_testkit::Project;

/// The virtual environment with boto3, the AWS CLI and `awslambdaric`.
pub(crate) fn python_environment() -> PathBuf {
    folder("COLDFRAME_PYTHON_CLIENTS", "bin/python")
}

/// The `node_modules` with `@aws-sdk/client-lambda` and `aws-lambda-ric`.
pub(crate) fn node_modules() -> PathBuf {
    folder("COLDFRAME_NODE_CLIENTS", "node_modules/@aws-sdk/client-lambda").join("node_modules")
}

/// The virtual environment with `functions-framework`.
pub(crate) fn python_clouds() -> PathBuf {
    folder("COLDFRAME_PYTHON_CLOUDS", "bin/python")
}

/// The virtual environment with `func-python`.
pub(crate) fn python_func() -> PathBuf {
    folder("COLDFRAME_PYTHON_FUNC", "bin/python")
}

/// Where the packages of a virtual environment lie.
pub(crate) fn site_packages(environment: &Path) -> PathBuf {
    let versions = std::fs::read_dir(environment.join("lib")).expect("a virtual environment");
    let python = versions.filter_map(Result::ok).next().expect("one version of Python");
    python.path().join("site-packages")
}

/// The virtual environment with `Flask` and `fastapi`.
pub(crate) fn python_vercel() -> PathBuf {
    folder("COLDFRAME_PYTHON_VERCEL", "bin/python")
}

/// The `node_modules` with `@google-cloud/functions-framework` and `faas-js-runtime`, `express`,
/// `@vercel/functions`.
pub(crate) fn node_clouds() -> PathBuf {
    folder("COLDFRAME_NODE_CLOUDS", "node_modules/@google-cloud/functions-framework").join("node_modules")
}

/// Has cargo keep what it compiles for a project between runs: dependencies take far longer than the project itself.
/// Projects whose programs have the same names must not be built at the same time.
pub(crate) fn share_cargo_target(project: &Project) {
    let target = named("COLDFRAME_FIXTURES_TARGET");
    project
        .write(".cargo/config.toml", &format!("[build]\ntarget-dir = {:?}\n", target.display().to_string()));
}

/// A source beside these tests.
pub(crate) fn source(relative: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../tests/it").join(relative)
}

fn folder(variable: &str, inside: &str) -> PathBuf {
    let folder = named(variable);
    assert!(folder.join(inside).exists(), "{variable} leads to no {inside}: run `cargo xtask test`");
    folder
}

/// A test that cannot run has not passed.
fn named(variable: &str) -> PathBuf {
    std::env::var_os(variable).map(PathBuf::from).unwrap_or_else(|| {
        panic!("{variable} is not set: run `cargo xtask test`, which installs what this test needs")
    })
}
