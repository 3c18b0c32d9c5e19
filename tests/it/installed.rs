//! The packages that `cargo xtask test` installs for these tests: unmodified clients and runtime clients.

use std::path::{Path, PathBuf};

/// The virtual environment with boto3, the AWS CLI and `awslambdaric`.
pub(crate) fn python_environment() -> PathBuf {
    folder("COLDFRAME_PYTHON_CLIENTS", "bin/python")
}

/// The `node_modules` with `@aws-sdk/client-lambda` and `aws-lambda-ric`.
pub(crate) fn node_modules() -> PathBuf {
    folder("COLDFRAME_NODE_CLIENTS", "node_modules/@aws-sdk/client-lambda").join("node_modules")
}

/// Where compiled fixtures keep what they share between runs: their dependencies take far longer than themselves.
pub(crate) fn cargo_target() -> PathBuf {
    named("COLDFRAME_FIXTURES_TARGET")
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
