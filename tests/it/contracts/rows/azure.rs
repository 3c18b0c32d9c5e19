//! Azure's functions, by their routes, with Azure's own libraries; custom handlers in both of their forms.

use super::{Body, Installed, NODE_MODULES, Row, VENV, failing, get, whole};
use crate::contracts::row::Contract;

const AZURE: Contract = Contract {
    title: "Azure Functions",
    call: |host, wanted| get(host, &format!("{}/api/garden", host.azure), wanted),
    returned: whole,
    timeout: failing(500, Body::Empty, "timeout"),
    timeout_ends_instance: true,
    crash: failing(500, Body::Empty, "crash"),
    environment: &[
        ("FUNCTIONS_WORKER_RUNTIME", ""),
        ("FUNCTIONS_EXTENSION_VERSION", "~4"),
        ("AZURE_FUNCTIONS_ENVIRONMENT", "Development"),
        ("WEBSITE_SITE_NAME", "garden"),
    ],
};

/// What only custom handlers are told.
const HANDLER: Contract = Contract {
    environment: &[
        ("FUNCTIONS_WORKER_RUNTIME", "custom"),
        ("FUNCTIONS_CUSTOMHANDLER_PORT", ""),
        ("FUNCTIONS_CUSTOMHANDLER_WORKER_ID", ""),
        ("FUNCTIONS_APP_ROOT_PATH", ""),
    ],
    ..AZURE
};

const ROW: Row = Row {
    contract: &AZURE,
    language: "",
    convention: "",
    files: &[],
    reloads: "",
    installed: Installed::Nothing,
    error: failing(500, Body::Empty, "error"),
    shares_instance: true,
    timeout_s: 4,
};
const PYTHON: Row = Row {
    language: "Python",
    installed: Installed::Linked("garden/.venv", VENV),
    // An instance for Python takes one at a time on Flex Consumption.
    shares_instance: false,
    ..ROW
};
const NODE: Row = Row { installed: Installed::Linked("garden/node_modules", NODE_MODULES), ..ROW };

const SETTINGS: (&str, &str) = ("coldframe.toml", "[defaults]\nenv = { OWN = \"kept\" }\n");
const HOST: (&str, &str) = ("garden/host.json", r#"{"version": "2.0", "functionTimeout": "00:00:04"}"#);
const FORWARDING: (&str, &str) = (
    "garden/host.json",
    r#"{"version": "2.0", "functionTimeout": "00:00:04", "customHandler": {"enableForwardingHttpRequest": true,
        "description": {"defaultExecutablePath": "python3", "arguments": ["server.py"]}}}"#,
);
const ENVELOPES: (&str, &str) = (
    "garden/host.json",
    r#"{"version": "2.0", "functionTimeout": "00:00:04", "customHandler": {
        "description": {"defaultExecutablePath": "python3", "arguments": ["server.py"]}}}"#,
);
const BINDINGS: &str = r#"{"bindings": [
    {"type": "httpTrigger", "direction": "in", "name": "req", "authLevel": "anonymous", "methods": ["get"]},
    {"type": "http", "direction": "out", "name": "res"}]}"#;
const RETURNED: &str = r#"{"bindings": [
    {"type": "httpTrigger", "direction": "in", "name": "req", "authLevel": "anonymous", "methods": ["get"]},
    {"type": "http", "direction": "out", "name": "$return"}]}"#;
const COMPILED: &str = r#"{"scriptFile": "../dist/garden/index.js", "bindings": [
    {"type": "httpTrigger", "direction": "in", "name": "req", "authLevel": "anonymous", "methods": ["get"]},
    {"type": "http", "direction": "out", "name": "res"}]}"#;

pub(super) const ROWS: &[Row] = &[
    Row {
        convention: "azure-functions, first model",
        files: &[
            SETTINGS,
            HOST,
            ("garden/garden/function.json", RETURNED),
            ("garden/garden/__init__.py", function!("python/azure_folder.py")),
            ("garden/garden/acts.py", function!("python/acts.py")),
        ],
        reloads: "garden/garden/acts.py",
        ..PYTHON
    },
    Row {
        convention: "azure-functions, second model",
        files: &[
            SETTINGS,
            HOST,
            ("garden/function_app.py", function!("python/azure_function_app.py")),
            ("garden/acts.py", function!("python/acts.py")),
        ],
        reloads: "garden/acts.py",
        ..PYTHON
    },
    Row {
        language: "JavaScript",
        convention: "module.exports, model 3",
        files: &[
            SETTINGS,
            HOST,
            ("garden/garden/function.json", BINDINGS),
            ("garden/garden/index.js", function!("node/azure_folder.js")),
            ("garden/garden/acts.cjs", function!("node/acts.cjs")),
        ],
        reloads: "garden/garden/acts.cjs",
        ..ROW
    },
    Row {
        language: "JavaScript",
        convention: "@azure/functions, model 4",
        files: &[
            SETTINGS,
            HOST,
            ("garden/package.json", r#"{"main": "index.js"}"#),
            ("garden/index.js", function!("node/azure.js")),
            ("garden/acts.cjs", function!("node/acts.cjs")),
        ],
        reloads: "garden/acts.cjs",
        ..NODE
    },
    Row {
        language: "TypeScript",
        convention: "export default, model 3",
        files: &[
            SETTINGS,
            HOST,
            ("garden/garden/function.json", COMPILED),
            ("garden/garden/index.ts", function!("typescript/azure_folder.ts")),
            ("garden/garden/acts.ts", function!("typescript/acts.ts")),
        ],
        reloads: "garden/garden/acts.ts",
        ..ROW
    },
    Row {
        language: "TypeScript",
        convention: "@azure/functions, model 4",
        files: &[
            SETTINGS,
            HOST,
            ("garden/package.json", r#"{"main": "dist/index.js"}"#),
            ("garden/src/index.ts", function!("typescript/azure.ts")),
            ("garden/src/acts.ts", function!("typescript/acts.ts")),
        ],
        reloads: "garden/src/acts.ts",
        ..NODE
    },
    Row {
        contract: &HANDLER,
        language: "any program",
        convention: "a custom handler of requests",
        files: &[
            SETTINGS,
            FORWARDING,
            ("garden/garden/function.json", BINDINGS),
            ("garden/server.py", function!("python/server.py")),
            ("garden/acts.py", function!("python/acts.py")),
        ],
        reloads: "garden/acts.py",
        // The handler's own answer, as any other of its.
        error: failing(500, Body::Text("bad seed"), "ok"),
        ..ROW
    },
    Row {
        contract: &HANDLER,
        language: "any program",
        convention: "a custom handler of JSON",
        files: &[
            SETTINGS,
            ENVELOPES,
            ("garden/garden/function.json", BINDINGS),
            ("garden/server.py", function!("python/server.py")),
            ("garden/acts.py", function!("python/acts.py")),
        ],
        reloads: "garden/acts.py",
        ..ROW
    },
];
