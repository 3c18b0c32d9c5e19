//! Any executable named `bootstrap`.

use coldframe_providers::domain::{Language, ProviderId};

use crate::instance::{Project, text};

/// AWS's own tutorial, in POSIX shell.
const BOOTSTRAP: &str = r#"#!/bin/sh
set -eu
while true; do
  HEADERS="$(mktemp)"
  EVENT="$(curl -sS -LD "$HEADERS" "http://${AWS_LAMBDA_RUNTIME_API}/2018-06-01/runtime/invocation/next")"
  REQUEST_ID="$(grep -F Lambda-Runtime-Aws-Request-Id "$HEADERS" | tr -d '[:space:]' | cut -d: -f2)"
  curl -sS "http://${AWS_LAMBDA_RUNTIME_API}/2018-06-01/runtime/invocation/$REQUEST_ID/response" -d "shell: $EVENT" > /dev/null
done
"#;

#[cfg(unix)]
#[tokio::test]
async fn a_shell_script_is_a_runtime() {
    use std::{fs, os::unix::fs::PermissionsExt as _};

    let project =
        Project::new(ProviderId::Aws, Language::Custom, "function.handler", &[("bootstrap", BOOTSTRAP)]);
    let refused = project.build().await.unwrap_err();
    assert_eq!(refused.message, "bootstrap is not executable");
    fs::set_permissions(project.app.root.join("bootstrap"), fs::Permissions::from_mode(0o755)).unwrap();
    let (instance, ready) = project.ready().await;
    assert_eq!((ready.init, ready.loaded), (None, None), "a foreign runtime tells nothing of itself");
    for _ in 0..2 {
        assert_eq!(text(instance.call("{\"a\":1}").await), "shell: {\"a\":1}");
        instance.idle().await;
    }
}
