//! AWS Lambda, called as the SDKs call it.

use super::{Body, Failing, Installed, Row, headed, whole};
use crate::contracts::row::Contract;

const UNHANDLED: (&str, &str) = ("x-amz-function-error", "Unhandled");

const LAMBDA: Contract = Contract {
    title: "AWS Lambda",
    call: |host, wanted| {
        let url = format!("{}/2015-03-31/functions/garden/invocations", host.aws);
        host.http.post(url).body(wanted.json().to_string())
    },
    returned: whole,
    timeout: headed(200, UNHANDLED, Body::Json(&[("/errorType", "Sandbox.Timedout")]), "timeout"),
    timeout_ends_instance: true,
    crash: headed(
        200,
        UNHANDLED,
        Body::Json(&[
            ("/errorType", "Runtime.ExitError"),
            ("/errorMessage", "Error: Runtime exited with error: exit status 3"),
        ]),
        "crash",
    ),
    environment: &[
        ("AWS_LAMBDA_FUNCTION_NAME", "garden"),
        ("AWS_LAMBDA_INITIALIZATION_TYPE", "on-demand"),
        ("AWS_REGION", "us-east-1"),
    ],
};

const fn thrown(body: &'static [(&'static str, &'static str)]) -> Failing {
    headed(200, UNHANDLED, Body::Json(body), "error")
}

const ROW: Row = Row {
    contract: &LAMBDA,
    language: "",
    convention: "handler(event, context)",
    files: &[],
    reloads: "",
    installed: Installed::Nothing,
    error: thrown(&[("/errorType", "Error"), ("/errorMessage", "bad seed")]),
    shares_instance: false,
    timeout_s: 4,
};

const SETTINGS: (&str, &str) = (
    "coldframe.toml",
    "[defaults]\nenv = { OWN = \"kept\" }\n[functions.garden]\ntimeout_seconds = 4\nmemory_mb = 512\n",
);
const PATIENT: (&str, &str) = (
    "coldframe.toml",
    "[defaults]\nenv = { OWN = \"kept\" }\n[functions.garden]\ntimeout_seconds = 8\nmemory_mb = 512\n",
);

pub(super) const ROWS: &[Row] = &[
    Row {
        language: "Python",
        files: &[
            SETTINGS,
            ("garden/lambda_function.py", function!("python/aws_lambda.py")),
            ("garden/acts.py", function!("python/acts.py")),
        ],
        reloads: "garden/acts.py",
        error: thrown(&[("/errorType", "ValueError"), ("/errorMessage", "bad seed")]),
        ..ROW
    },
    Row {
        language: "JavaScript",
        files: &[
            SETTINGS,
            ("garden/index.mjs", function!("node/aws.mjs")),
            ("garden/acts.cjs", function!("node/acts.cjs")),
        ],
        reloads: "garden/acts.cjs",
        ..ROW
    },
    Row {
        language: "TypeScript",
        files: &[
            SETTINGS,
            ("garden/index.ts", function!("typescript/aws.ts")),
            ("garden/acts.ts", function!("typescript/acts.ts")),
        ],
        reloads: "garden/acts.ts",
        ..ROW
    },
    Row {
        language: "Go",
        convention: "aws-lambda-go",
        files: &[
            PATIENT,
            ("garden/go.mod", include_str!("../../../../sample-functions/polyglot/go/go.mod")),
            ("garden/go.sum", include_str!("../../../../sample-functions/polyglot/go/go.sum")),
            ("garden/main.go", function!("go/aws.go")),
            ("garden/acts/acts.go", function!("go/acts.go")),
        ],
        reloads: "garden/acts/acts.go",
        error: thrown(&[("/errorType", "errorString"), ("/errorMessage", "bad seed")]),
        timeout_s: 8,
        ..ROW
    },
    Row {
        language: "Java",
        convention: "RequestHandler, RequestStreamHandler",
        files: &[
            PATIENT,
            ("garden/pom.xml", include_str!("../../../../sample-functions/polyglot/java/pom.xml")),
            ("garden/src/main/java/garden/Garden.java", function!("java/Garden.java")),
            ("garden/src/main/java/garden/Acts.java", function!("java/Acts.java")),
        ],
        reloads: "garden/src/main/java/garden/Acts.java",
        error: thrown(&[("/errorType", "java.lang.IllegalStateException"), ("/errorMessage", "bad seed")]),
        timeout_s: 8,
        ..ROW
    },
    Row {
        language: "Ruby",
        convention: "handler(event:, context:)",
        files: &[
            SETTINGS,
            ("garden/lambda_function.rb", function!("ruby/aws.rb")),
            ("garden/acts.rb", function!("ruby/acts.rb")),
        ],
        reloads: "garden/acts.rb",
        error: thrown(&[("/errorType", "Function<ArgumentError>"), ("/errorMessage", "bad seed")]),
        ..ROW
    },
    Row {
        language: "Rust",
        convention: "lambda_runtime",
        files: &[
            PATIENT,
            ("garden/Cargo.toml", function!("rust/Cargo.toml")),
            ("garden/Cargo.lock", function!("rust/Cargo.lock")),
            ("garden/src/main.rs", function!("rust/src/main.rs")),
        ],
        reloads: "garden/src/main.rs",
        installed: Installed::CargoTarget,
        error: thrown(&[("/errorMessage", "bad seed")]),
        timeout_s: 8,
        ..ROW
    },
    Row {
        language: "any program",
        convention: "bootstrap on the Runtime API",
        files: &[
            SETTINGS,
            ("garden/bootstrap", function!("python/aws_bootstrap.py")),
            ("garden/acts.py", function!("python/acts.py")),
        ],
        reloads: "garden/acts.py",
        error: thrown(&[("/errorType", "ValueError"), ("/errorMessage", "bad seed")]),
        ..ROW
    },
];
