//! Google's functions on Cloud Run, at their paths.

use super::{Body, Installed, Row, failing, get, headed, whole};
use crate::contracts::row::Contract;

const CLOUD_RUN: Contract = Contract {
    title: "Google Cloud Functions",
    call: |host, wanted| get(host, &format!("{}/garden", host.gcp), wanted),
    returned: whole,
    timeout: failing(504, Body::Text("upstream request timeout"), "timeout"),
    timeout_ends_instance: false,
    crash: failing(503, Body::Text("Service Unavailable"), "crash"),
    environment: &[("FUNCTION_TARGET", "garden"), ("K_SERVICE", "garden"), ("K_REVISION", ""), ("PORT", "")],
};

const ROW: Row = Row {
    contract: &CLOUD_RUN,
    language: "",
    convention: "functions framework",
    files: &[],
    reloads: "",
    installed: Installed::Nothing,
    error: headed(500, ("x-google-status", "crash"), Body::Text("bad seed"), "error"),
    shares_instance: true,
    timeout_s: 4,
};

/// The target is a class.
const CLOUD_RUN_JAVA: Contract = Contract {
    environment: &[
        ("FUNCTION_TARGET", "garden.GoogleGarden"),
        ("K_SERVICE", "garden"),
        ("K_REVISION", ""),
        ("PORT", ""),
    ],
    ..CLOUD_RUN
};

/// A service is no function, and has no target.
const CONTAINER: Contract = Contract {
    environment: &[("K_SERVICE", "garden"), ("K_CONFIGURATION", "garden"), ("K_REVISION", ""), ("PORT", "")],
    ..CLOUD_RUN
};

/// With room for a start of what was compiled just then.
const PATIENT: (&str, &str) =
    ("coldframe.toml", "[defaults]\nenv = { OWN = \"kept\" }\n[functions.garden]\ntimeout_seconds = 8\n");

const SETTINGS: (&str, &str) =
    ("coldframe.toml", "[defaults]\nenv = { OWN = \"kept\" }\n[functions.garden]\ntimeout_seconds = 4\n");

pub(super) const ROWS: &[Row] = &[
    Row {
        language: "Python",
        files: &[
            SETTINGS,
            ("garden/main.py", function!("python/gcp_main.py")),
            ("garden/acts.py", function!("python/acts.py")),
        ],
        reloads: "garden/acts.py",
        error: headed(500, ("x-google-status", "crash"), Body::With("Internal Server Error"), "error"),
        ..ROW
    },
    Row {
        language: "JavaScript",
        files: &[
            SETTINGS,
            ("garden/index.js", function!("node/gcp.js")),
            ("garden/acts.cjs", function!("node/acts.cjs")),
        ],
        reloads: "garden/acts.cjs",
        ..ROW
    },
    Row {
        language: "TypeScript",
        files: &[
            SETTINGS,
            ("garden/index.ts", function!("typescript/gcp.ts")),
            ("garden/acts.ts", function!("typescript/acts.ts")),
        ],
        reloads: "garden/acts.ts",
        ..ROW
    },
    Row {
        language: "Go",
        files: &[
            PATIENT,
            ("garden/go.mod", include_str!("../../fixtures/gcp-go/go.mod")),
            ("garden/go.sum", include_str!("../../fixtures/gcp-go/go.sum")),
            ("garden/garden.go", function!("go/gcp.go")),
            ("garden/acts/acts.go", function!("go/acts.go")),
        ],
        reloads: "garden/acts/acts.go",
        error: headed(
            500,
            ("x-google-status", "crash"),
            Body::With("A panic occurred during user function execution"),
            "error",
        ),
        timeout_s: 8,
        ..ROW
    },
    Row {
        contract: &CLOUD_RUN_JAVA,
        language: "Java",
        files: &[
            PATIENT,
            ("garden/pom.xml", include_str!("../../fixtures/gcp-java/pom.xml")),
            ("garden/src/main/java/garden/GoogleGarden.java", function!("java/GoogleGarden.java")),
            ("garden/src/main/java/garden/Acts.java", function!("java/Acts.java")),
        ],
        reloads: "garden/src/main/java/garden/Acts.java",
        // Its invoker says so to nobody but its log.
        error: failing(500, Body::Empty, "ok"),
        timeout_s: 8,
        ..ROW
    },
    Row {
        contract: &CONTAINER,
        language: "any program",
        convention: "a server on PORT",
        files: &[
            (
                "coldframe.toml",
                "[defaults]\nenv = { OWN = \"kept\" }\n[functions.garden]\nprovider = 'gcp'\npath = 'garden'\n\
                 handler = 'python3 server.py'\ntimeout_seconds = 4\n",
            ),
            ("garden/server.py", function!("python/server.py")),
            ("garden/acts.py", function!("python/acts.py")),
        ],
        reloads: "garden/acts.py",
        // Its own answer, as any other of its.
        error: failing(500, Body::Text("bad seed"), "ok"),
        ..ROW
    },
];
