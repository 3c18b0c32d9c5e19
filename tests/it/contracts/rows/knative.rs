//! Knative's services, at their paths.

use super::{Body, Installed, Row, failing, get, whole};
use crate::contracts::row::Contract;

const SERVING: Contract = Contract {
    title: "Knative",
    call: |host, wanted| get(host, &format!("{}/garden", host.knative), wanted),
    returned: whole,
    timeout: failing(504, Body::Text("activator request timeout"), "timeout"),
    timeout_ends_instance: false,
    crash: failing(502, Body::Text("EOF"), "crash"),
    environment: &[("K_SERVICE", "garden"), ("K_CONFIGURATION", "garden"), ("K_REVISION", ""), ("PORT", "")],
};

const ROW: Row = Row {
    contract: &SERVING,
    language: "",
    convention: "handle(context, body)",
    files: &[],
    reloads: "",
    installed: Installed::Nothing,
    // Our stand-in tells it from an answer of the function's own.
    error: failing(500, Body::Text("bad seed"), "error"),
    shares_instance: true,
    timeout_s: 4,
};

const SETTINGS: (&str, &str) =
    ("coldframe.toml", "[defaults]\nenv = { OWN = \"kept\" }\n[functions.garden]\ntimeout_seconds = 4\n");

/// With room for a start of what was compiled just then.
const PATIENT: (&str, &str) =
    ("coldframe.toml", "[defaults]\nenv = { OWN = \"kept\" }\n[functions.garden]\ntimeout_seconds = 8\n");

pub(super) const ROWS: &[Row] = &[
    Row {
        language: "Python",
        convention: "new().handle (ASGI)",
        files: &[
            SETTINGS,
            ("garden/func.yaml", "name: garden\nruntime: python\n"),
            ("garden/func.py", function!("python/knative_func.py")),
            ("garden/acts.py", function!("python/acts.py")),
        ],
        reloads: "garden/acts.py",
        error: failing(500, Body::Text("Error: bad seed"), "error"),
        ..ROW
    },
    Row {
        language: "JavaScript",
        files: &[
            SETTINGS,
            ("garden/func.yaml", "name: garden\nruntime: node\n"),
            ("garden/index.js", function!("node/knative.js")),
            ("garden/acts.cjs", function!("node/acts.cjs")),
        ],
        reloads: "garden/acts.cjs",
        ..ROW
    },
    Row {
        language: "TypeScript",
        files: &[
            SETTINGS,
            ("garden/func.yaml", "name: garden\nruntime: typescript\n"),
            ("garden/src/index.ts", function!("typescript/knative.ts")),
            ("garden/src/acts.ts", function!("typescript/acts.ts")),
        ],
        reloads: "garden/src/acts.ts",
        ..ROW
    },
    Row {
        language: "Go",
        convention: "Handle(w, r)",
        files: &[
            PATIENT,
            ("garden/func.yaml", "name: garden\nruntime: go\n"),
            ("garden/go.mod", function!("go/knative.mod")),
            ("garden/handle.go", function!("go/knative.go")),
            ("garden/acts/acts.go", function!("go/acts.go")),
        ],
        reloads: "garden/acts/acts.go",
        // Its own answer, as any other of its.
        error: failing(500, Body::Text("bad seed\n"), "ok"),
        timeout_s: 8,
        ..ROW
    },
    Row {
        language: "any program",
        convention: "a server on PORT",
        files: &[
            (
                "coldframe.toml",
                "[defaults]\nenv = { OWN = \"kept\" }\n[functions.garden]\nprovider = 'knative'\npath = 'garden'\n\
                 handler = 'python3 server.py'\ntimeout_seconds = 4\n",
            ),
            ("garden/server.py", function!("python/server.py")),
            ("garden/acts.py", function!("python/acts.py")),
        ],
        reloads: "garden/acts.py",
        error: failing(500, Body::Text("bad seed"), "ok"),
        ..ROW
    },
];
