//! Vercel's functions, at their paths.

use super::{Body, Installed, Row, get, headed, whole};
use crate::contracts::row::Contract;

const FAILED: (&str, &str) = ("x-vercel-error", "FUNCTION_INVOCATION_FAILED");

const VERCEL: Contract = Contract {
    title: "Vercel",
    call: |host, wanted| get(host, &format!("{}/api/garden", host.vercel), wanted),
    returned: whole,
    timeout: headed(
        504,
        ("x-vercel-error", "FUNCTION_INVOCATION_TIMEOUT"),
        Body::With("An error occurred with your deployment"),
        "timeout",
    ),
    timeout_ends_instance: true,
    crash: headed(500, FAILED, Body::With("A server error has occurred"), "crash"),
    environment: &[
        ("VERCEL", "1"),
        ("VERCEL_ENV", "development"),
        ("VERCEL_REGION", "dev1"),
        ("VERCEL_URL", ""),
    ],
};

const ROW: Row = Row {
    contract: &VERCEL,
    language: "",
    convention: "(req, res)",
    files: &[],
    reloads: "",
    installed: Installed::Nothing,
    error: headed(500, FAILED, Body::With("A server error has occurred"), "error"),
    shares_instance: false,
    timeout_s: 4,
};

const MANIFEST: (&str, &str) = ("vercel.json", r#"{"functions": {"api/*": {"maxDuration": 4}}}"#);
const SETTINGS: (&str, &str) = ("coldframe.toml", "[defaults]\nenv = { OWN = \"kept\" }\n");
const ACTS: (&str, &str) = ("lib/acts.py", function!("python/acts.py"));

pub(super) const ROWS: &[Row] = &[
    Row {
        language: "Python",
        convention: "class handler",
        files: &[MANIFEST, SETTINGS, ACTS, ("api/garden.py", function!("python/vercel_handler.py"))],
        reloads: "lib/acts.py",
        ..ROW
    },
    Row {
        language: "Python",
        convention: "app (WSGI)",
        files: &[MANIFEST, SETTINGS, ACTS, ("api/garden.py", function!("python/vercel_wsgi.py"))],
        reloads: "lib/acts.py",
        ..ROW
    },
    Row {
        language: "Python",
        convention: "app (ASGI)",
        files: &[MANIFEST, SETTINGS, ACTS, ("api/garden.py", function!("python/vercel_asgi.py"))],
        reloads: "lib/acts.py",
        ..ROW
    },
    Row {
        language: "JavaScript",
        files: &[
            MANIFEST,
            SETTINGS,
            ("api/garden.mjs", function!("node/vercel.mjs")),
            ("lib/acts.cjs", function!("node/acts.cjs")),
        ],
        reloads: "lib/acts.cjs",
        ..ROW
    },
    Row {
        language: "TypeScript",
        convention: "GET(request)",
        files: &[
            MANIFEST,
            SETTINGS,
            ("api/garden.ts", function!("typescript/vercel.ts")),
            ("lib/acts.ts", function!("typescript/acts.ts")),
        ],
        reloads: "lib/acts.ts",
        ..ROW
    },
    Row {
        language: "Go",
        convention: "Handler(w, r)",
        files: &[
            MANIFEST,
            SETTINGS,
            ("go.mod", function!("go/vercel.mod")),
            ("api/garden.go", function!("go/vercel.go")),
            ("acts/acts.go", function!("go/acts.go")),
        ],
        reloads: "acts/acts.go",
        ..ROW
    },
];
