//! IBM's: OpenWhisk actions, invoked as `wsk` does, and the same code as Code Engine functions, at their URLs.

use super::{Body, Installed, Row, failing, get, whole};
use crate::contracts::row::Contract;

const OPENWHISK: Contract = Contract {
    title: "IBM, OpenWhisk actions",
    call: |host, wanted| {
        let url = format!("{}/api/v1/namespaces/_/actions/garden?blocking=true", host.ibm);
        host.http.post(url).basic_auth("uuid", Some("key")).json(&wanted.json())
    },
    returned: |mut record| record["response"]["result"].take(),
    timeout: failing(
        502,
        Body::Json(&[
            ("/response/status", "action developer error"),
            ("/response/result/error", "The action exceeded its time limits of 4000 milliseconds."),
        ]),
        "timeout",
    ),
    timeout_ends_instance: true,
    crash: failing(
        502,
        Body::Json(&[
            ("/response/status", "action developer error"),
            (
                "/response/result/error",
                "The action did not produce a valid response and exited unexpectedly.",
            ),
        ]),
        "crash",
    ),
    environment: &[
        ("__OW_ACTION_NAME", "/guest/garden"),
        ("__OW_NAMESPACE", "guest"),
        ("__OW_ACTIVATION_ID", ""),
        ("__OW_DEADLINE", ""),
    ],
};

const CODE_ENGINE: Contract = Contract {
    title: "IBM, Code Engine functions",
    call: |host, wanted| get(host, &format!("{}/garden", host.ibm), wanted),
    returned: whole,
    timeout: failing(
        500,
        Body::Json(&[("/error", "The action exceeded its time limits of 4000 milliseconds.")]),
        "timeout",
    ),
    timeout_ends_instance: true,
    crash: failing(
        500,
        Body::Json(&[("/error", "The action did not produce a valid response and exited unexpectedly.")]),
        "crash",
    ),
    environment: &[("CE_FUNCTION", "garden"), ("CE_PROJECT_ID", ""), ("CE_REGION", "")],
};

const ROW: Row = Row {
    contract: &OPENWHISK,
    language: "",
    convention: "main(params)",
    files: &[],
    reloads: "",
    installed: Installed::Nothing,
    // The runner for Node makes a result of what a promise is refused with: the error's members.
    error: failing(
        502,
        Body::Json(&[
            ("/response/status", "application error"),
            ("/response/result/error/message", "bad seed"),
        ]),
        "error",
    ),
    shares_instance: false,
    timeout_s: 4,
};
/// The launcher for Python makes a result of an exception.
const PYTHON_ROW: Row = Row {
    language: "Python",
    files: &[
        SETTINGS,
        ("garden/__main__.py", function!("python/ibm_main.py")),
        ("garden/acts.py", function!("python/acts.py")),
    ],
    reloads: "garden/acts.py",
    error: failing(
        502,
        Body::Json(&[("/response/status", "application error"), ("/response/result/error", "bad seed")]),
        "error",
    ),
    ..ROW
};
const NODE_ROW: Row = Row {
    language: "JavaScript",
    files: &[
        SETTINGS,
        ("garden/main.js", function!("node/ibm.js")),
        ("garden/acts.cjs", function!("node/acts.cjs")),
    ],
    reloads: "garden/acts.cjs",
    ..ROW
};
const TYPED_ROW: Row = Row {
    language: "TypeScript",
    files: &[
        SETTINGS,
        ("garden/main.ts", function!("typescript/ibm.ts")),
        ("garden/acts.ts", function!("typescript/acts.ts")),
    ],
    reloads: "garden/acts.ts",
    ..ROW
};

const SETTINGS: (&str, &str) =
    ("coldframe.toml", "[defaults]\nenv = { OWN = \"kept\" }\n[functions.garden]\ntimeout_seconds = 4\n");

/// An action's container, whose proxy is its own; an error is one that it answers with 502.
const CONTAINER_ROW: Row = Row {
    language: "any program",
    convention: "an action proxy",
    files: &[
        (
            "coldframe.toml",
            "[defaults]\nenv = { OWN = \"kept\" }\n[functions.garden]\nprovider = 'ibm'\npath = 'garden'\n\
             handler = 'python3 proxy.py'\ntimeout_seconds = 4\n",
        ),
        ("garden/proxy.py", function!("python/action_proxy.py")),
        ("garden/acts.py", function!("python/acts.py")),
    ],
    reloads: "garden/acts.py",
    error: failing(
        502,
        Body::Json(&[("/response/status", "action developer error"), ("/response/result/error", "bad seed")]),
        "error",
    ),
    ..ROW
};

const fn at_its_url(row: Row, error: &'static [(&'static str, &'static str)]) -> Row {
    Row { contract: &CODE_ENGINE, error: failing(500, Body::Json(error), "error"), ..row }
}

pub(super) const ROWS: &[Row] = &[
    PYTHON_ROW,
    NODE_ROW,
    TYPED_ROW,
    CONTAINER_ROW,
    at_its_url(PYTHON_ROW, &[("/error", "bad seed")]),
    at_its_url(NODE_ROW, &[("/error/message", "bad seed")]),
    at_its_url(TYPED_ROW, &[("/error/message", "bad seed")]),
];
