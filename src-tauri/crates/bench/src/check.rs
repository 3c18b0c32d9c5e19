//! What `coldframe check` says of changes that are known: seeded regressions it must tell, and a change that is none,
//! each many times over, whatever else the machine does.

use std::{
    path::{Path, PathBuf},
    process::{Command, ExitCode},
    time::Instant,
};

use anyhow::{Context as _, Result, bail};
use clap::Args;
use serde_json::Value;

#[derive(Args)]
pub(crate) struct Arguments {
    /// Runs of each case
    #[arg(long, default_value_t = 20)]
    runs: usize,
    /// Only cases whose names have one of these: python, node, import, shared, unchanged
    #[arg(long, value_delimiter = ',')]
    cases: Vec<String>,
}

/// A change, and where it has to be seen: nowhere for one that is none.
struct Case {
    name: &'static str,
    file: &'static str,
    before: &'static str,
    now: &'static str,
    /// Files that do not change.
    beside: &'static [(&'static str, &'static str)],
    seen_in: &'static [&'static str],
}

/// Two functions of which one imports the module that changes.
const SHARED: &[(&str, &str)] = &[
    ("one.py", "import common\n\ndef lambda_handler(event, context):\n    return common.greeting(event)\n"),
    ("two.py", "def lambda_handler(event, context):\n    return sorted(range(2000))[-1]\n"),
    (
        "template.yaml",
        "Transform: AWS::Serverless-2016-10-31
Globals: {Function: {Runtime: python3.12, CodeUri: .}}
Resources:
  One: {Type: AWS::Serverless::Function, Properties: {FunctionName: one, Handler: one.lambda_handler}}
  Two: {Type: AWS::Serverless::Function, Properties: {FunctionName: two, Handler: two.lambda_handler}}
",
    ),
];

const PYTHON: &str =
    "import json\n\ndef lambda_handler(event, context):\n    return json.dumps(sorted(range(2000)))\n";
const NODE: &str = "exports.handler = async (event) => JSON.stringify([...Array(2000).keys()].sort());\n";

const CASES: [Case; 10] = [
    Case {
        name: "python, a slow import",
        file: "hello/lambda_function.py",
        before: PYTHON,
        now: "import json\nimport asyncio, email.mime.text, http.client, unittest, xml.dom.minidom\n\ndef lambda_handler(event, context):\n    return json.dumps(sorted(range(2000)))\n",
        beside: &[],
        seen_in: &["start_cpu", "cold_p50", "init"],
    },
    Case {
        name: "python, an allocation",
        file: "hello/lambda_function.py",
        before: PYTHON,
        now: "import json\nkept = bytearray(24_000_000)\n\ndef lambda_handler(event, context):\n    return json.dumps(sorted(range(2000)))\n",
        beside: &[],
        seen_in: &["memory"],
    },
    Case {
        name: "python, a busy loop",
        file: "hello/lambda_function.py",
        before: PYTHON,
        now: "import json\n\ndef lambda_handler(event, context):\n    sum(n * n for n in range(60_000))\n    return json.dumps(sorted(range(2000)))\n",
        beside: &[],
        seen_in: &["call_cpu", "warm"],
    },
    Case {
        name: "python, a shared module that sleeps",
        file: "common.py",
        before: "def greeting(event):\n    return 'hello'\n",
        now: "import time\ntime.sleep(0.03)\n\n\ndef greeting(event):\n    return 'hello'\n",
        beside: SHARED,
        seen_in: &["import common"],
    },
    Case {
        name: "node, busy at init",
        file: "hello/index.js",
        before: NODE,
        now: "const end = Date.now() + 40; while (Date.now() < end);\nexports.handler = async (event) => JSON.stringify([...Array(2000).keys()].sort());\n",
        beside: &[],
        seen_in: &[
            "import index.js",
            "import hello/index.js",
            "import index",
            "start_cpu",
            "cold_p50",
            "init",
        ],
    },
    Case {
        name: "python, unchanged",
        file: "hello/lambda_function.py",
        before: PYTHON,
        now: "# The same.\nimport json\n\ndef lambda_handler(event, context):\n    return json.dumps(sorted(range(2000)))\n",
        beside: &[],
        seen_in: &[],
    },
    Case {
        name: "node, a slow import",
        file: "hello/index.js",
        before: NODE,
        now: "require('node:http2'); require('node:inspector'); require('node:repl'); require('node:test');\nexports.handler = async (event) => JSON.stringify([...Array(2000).keys()].sort());\n",
        beside: &[],
        seen_in: &["start_cpu", "cold_p50", "init"],
    },
    Case {
        name: "node, an allocation",
        file: "hello/index.js",
        before: NODE,
        now: "const kept = Buffer.alloc(24_000_000, 1);\nexports.handler = async (event) => JSON.stringify([...Array(2000).keys()].sort());\n",
        beside: &[],
        seen_in: &["memory"],
    },
    Case {
        name: "node, a busy loop",
        file: "hello/index.js",
        before: NODE,
        now: "exports.handler = async (event) => {\n  let sum = 0; for (let n = 0; n < 4_000_000; n += 1) sum += n % 7;\n  return JSON.stringify([...Array(2000).keys()].sort()) + (sum < 0);\n};\n",
        beside: &[],
        seen_in: &["call_cpu", "warm"],
    },
    Case {
        name: "node, unchanged",
        file: "hello/index.js",
        before: NODE,
        now: "// The same.\nexports.handler = async (event) => JSON.stringify([...Array(2000).keys()].sort());\n",
        beside: &[],
        seen_in: &[],
    },
];

/// # Errors
/// A run could not be made at all.
pub(crate) fn measure(binary: Option<&Path>, arguments: &Arguments) -> Result<ExitCode> {
    let binary = binary.context("name the binary with --coldframe")?;
    let mut all_right = true;
    let is_meant = |case: &&Case| {
        arguments.cases.is_empty() || arguments.cases.iter().any(|part| case.name.contains(part.as_str()))
    };
    for case in CASES.iter().filter(is_meant) {
        let begun = Instant::now();
        let project = project(case)?;
        let mut right = 0;
        for run in 0..arguments.runs {
            let report = check(binary, project.path(), case)?;
            let told = told(&report);
            if is_right(case, &told) && report["regressed"] == !case.seen_in.is_empty() {
                right += 1;
            } else {
                println!("  {} run {}: told {}", case.name, run + 1, told.join(", "));
            }
        }
        all_right &= right == arguments.runs;
        let each = begun.elapsed().as_secs_f64() / arguments.runs.max(1) as f64;
        println!("{:<28} {right:>3} of {:>3} right, {each:.1} s each", case.name, arguments.runs);
    }
    Ok(if all_right { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// A change that has to be seen is seen where it is; one that is none nowhere.
fn is_right(case: &Case, told: &[String]) -> bool {
    if case.seen_in.is_empty() {
        return told.is_empty();
    }
    told.iter().any(|one| case.seen_in.iter().any(|name| *one == format!("{name} worse")))
}

/// Everything that is not unchanged, with its verdict.
fn told(report: &Value) -> Vec<String> {
    let function = &report["functions"][0];
    let mut told: Vec<String> = Vec::new();
    for metric in function["metrics"].as_array().into_iter().flatten() {
        if metric["verdict"] != "unchanged" {
            told.push(format!("{} {}", text(&metric["metric"]), text(&metric["verdict"])));
        }
    }
    for import in function["imports"].as_array().into_iter().flatten() {
        told.push(format!("import {} {}", text(&import["name"]), text(&import["verdict"])));
    }
    let price = text(&function["price"]["verdict"]);
    if price != "unchanged" {
        told.push(format!("price {price}"));
    }
    if !function["failure"].is_null() {
        told.push(format!("failure {}", function["failure"]));
    }
    told
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or("missing")
}

/// A repository with the code as it was in its commit, and as it is on disk.
fn project(case: &Case) -> Result<tempfile::TempDir> {
    let project = tempfile::tempdir()?;
    let file: PathBuf = project.path().join(case.file);
    std::fs::create_dir_all(file.parent().context("it lies in a folder")?)?;
    std::fs::write(&file, case.before)?;
    for (name, text) in case.beside {
        std::fs::write(project.path().join(name), text)?;
    }
    let identity =
        ["-c", "user.name=bench", "-c", "user.email=bench@localhost", "-c", "commit.gpgsign=false"];
    for args in [&["init", "--quiet"][..], &["add", "."], &["commit", "--quiet", "--message", "before"]] {
        let done = Command::new("git").args(identity).args(args).current_dir(project.path()).status()?;
        if !done.success() {
            bail!("git {args:?} failed");
        }
    }
    std::fs::write(&file, case.now)?;
    Ok(project)
}

fn check(binary: &Path, project: &Path, case: &Case) -> Result<Value> {
    let data = tempfile::tempdir()?;
    let output = Command::new(binary)
        // One of them imports an HTTP client, and calls nobody.
        .args(["check", "--json", "--writes-ok", "--data-dir"])
        .arg(data.path())
        .args(if case.beside.is_empty() { &[][..] } else { &["one"] })
        .current_dir(project)
        .output()
        .with_context(|| format!("cannot start {}", binary.display()))?;
    serde_json::from_slice(&output.stdout)
        .with_context(|| format!("no report: {}", String::from_utf8_lossy(&output.stderr)))
}
