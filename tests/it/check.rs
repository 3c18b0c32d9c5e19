//! `coldframe check`: the code beside a commit of its repository, in real interpreters and a real git repository.

mod events;
mod stopped;

use std::path::Path;

use coldframe_testkit::{Project, Verb, run};
use serde_json::{Value, json};

const PYTHON: &str = "
def lambda_handler(event, context):
    return sum(range(1000))
";
const NODE: &str = "export const handler = async (event) => ({ ok: true });\n";

fn git(project: &Project, args: &[&str]) {
    let mut all =
        vec!["-c", "user.name=Ada", "-c", "user.email=ada@example.org", "-c", "commit.gpgsign=false"];
    all.extend(args);
    let done = run(Path::new("git"), &all, project.path(), &[], "");
    assert_eq!(done.code, 0, "git {args:?}: {}", done.stderr);
}

fn commit(project: &Project) {
    git(project, &["add", "--all"]);
    git(project, &["commit", "--quiet", "--message", "As it was"]);
}

/// With a commit of what it has.
pub(crate) fn repository(project: Project) -> Project {
    project.write(".gitignore", "node_modules\n__pycache__\n.env\n");
    git(&project, &["init", "--quiet"]);
    commit(&project);
    project
}

/// In a data directory and a temporary folder of its own, in which nothing may stay.
fn check(project: &Project, args: &[&str]) -> Verb {
    let data = tempfile::tempdir().expect("a temporary folder");
    let temporary = tempfile::tempdir().expect("a temporary folder");
    let (directory, place) = (data.path().display().to_string(), temporary.path().display().to_string());
    let mut all = vec!["check", "--data-dir", &directory];
    all.extend(args);
    let exe = Path::new(env!("CARGO_BIN_EXE_coldframe"));
    let verb = run(exe, &all, project.path(), &[("TMPDIR", &place)], "");
    let left: Vec<_> =
        temporary.path().read_dir().expect("our own").flatten().map(|left| left.path()).collect();
    assert!(left.is_empty(), "nothing stays of the copies: {left:?}");
    verb
}

fn metric<'a>(report: &'a Value, name: &str) -> &'a Value {
    let metrics = report["functions"][0]["metrics"].as_array().expect("metrics");
    metrics
        .iter()
        .find(|metric| metric["metric"] == name)
        .unwrap_or_else(|| panic!("no {name} in {report:#}"))
}

fn assert_refused(verb: &Verb, code: i32, said: &str) {
    assert_eq!(verb.code, code, "{}\n{}", verb.stdout, verb.stderr);
    assert!(verb.stderr.contains(said), "{said:?} is not in {}", verb.stderr);
}

#[test]
fn a_slow_import_is_told_and_named_and_fails_ci_if_asked() {
    let project = repository(Project::new().python("hello", PYTHON));
    // Computes at import, as a large library does.
    project.write(
        "hello/heavy.py",
        "import time\nend = time.process_time() + 0.1\nwhile time.process_time() < end: pass\n",
    );
    project.write(concat!("hello", "/lambda_function.py"), &format!("import heavy\n{PYTHON}"));
    let verb = check(&project, &["--json", "--fail-on-regression", "--starts-only", "--within", "90s"]);
    assert_eq!(verb.code, 4, "{}", verb.stderr);
    let report = verb.json();
    assert_eq!(metric(&report, "start_cpu")["verdict"], "worse", "{report:#}");
    for name in ["cold_p50", "init"] {
        // A machine full of other tests may hide a tenth of a second of waiting, and cannot turn it around.
        let verdict = &metric(&report, name)["verdict"];
        assert!(verdict == "worse" || verdict == "unchanged" || verdict == "too_few", "{report:#}");
    }
    let imports = &report["functions"][0]["imports"];
    assert_eq!(imports[0]["name"], "heavy", "{imports:#}");
    assert_eq!(
        (&imports[0]["verdict"], &imports[0]["before_ms"]),
        (&json!("worse"), &Value::Null),
        "{imports:#}"
    );
    assert_eq!(report["against"]["subject"], "As it was");
    assert_eq!(report["regressed"], true);
}

#[test]
fn a_shared_module_that_sleeps_is_a_regression_by_its_own_time() {
    let project = repository(Project::new());
    project.write("common.py", "def hello():\n    return 'hello'\n");
    project.write("one.py", &format!("import common\n{PYTHON}"));
    project.write("two.py", PYTHON);
    project.write(
        "template.yaml",
        "Transform: AWS::Serverless-2016-10-31
Globals: {Function: {Runtime: python3.12, CodeUri: .}}
Resources:
  One: {Type: AWS::Serverless::Function, Properties: {FunctionName: one, Handler: one.lambda_handler}}
  Two: {Type: AWS::Serverless::Function, Properties: {FunctionName: two, Handler: two.lambda_handler}}
",
    );
    commit(&project);
    project.write("common.py", "import time\ntime.sleep(0.1)\n\n\ndef hello():\n    return 'hello'\n");
    let args = ["one", "--json", "--fail-on-regression", "--starts-only", "--within", "90s"];
    let verb = check(&project, &args);
    assert_eq!(verb.code, 4, "{}\n{}", verb.stdout, verb.stderr);
    let report = verb.json();
    let one = &report["functions"][0];
    assert_eq!((&report["regressed"], &one["regressed"]), (&json!(true), &json!(true)), "{report:#}");
    let common = &one["imports"][0];
    assert_eq!((&common["name"], &common["verdict"]), (&json!("common"), &json!("worse")), "{report:#}");
    assert!(common["before_ms"].is_number(), "it was there before: {report:#}");
}

#[test]
fn every_exit_code_is_in_the_help() {
    let help = run(Path::new(env!("CARGO_BIN_EXE_coldframe")), &["--help"], Path::new("."), &[], "");
    for code in 0..=5 {
        assert!(help.stdout.contains(&format!("\n  {code}  ")), "{code} is not in {}", help.stdout);
    }
}

#[test]
fn a_busy_loop_and_an_allocation_are_told_and_need_not_fail() {
    let project = repository(Project::new().node("hello", NODE));
    project.write(
        "hello/index.mjs",
        "export const handler = async (event) => {
          const end = process.cpuUsage().user + 10000;
          while (process.cpuUsage().user < end);
          return { ok: Buffer.alloc(16_000_000, 1).length };
        };\n",
    );
    let verb = check(&project, &["hello", "--json", "--within", "90s"]);
    assert_eq!(verb.code, 0, "nobody asked it to fail: {}", verb.stderr);
    let report = verb.json();
    for name in ["call_cpu", "warm", "memory"] {
        assert_eq!(metric(&report, name)["verdict"], "worse", "{report:#}");
    }
    assert_eq!(report["functions"][0]["price"]["verdict"], "worse", "{report:#}");
}

#[test]
fn a_comment_changes_nothing_and_budgets_are_kept() {
    let project = repository(Project::new().python("hello", PYTHON));
    project.write(concat!("hello", "/lambda_function.py"), &format!("# the same\n{PYTHON}"));
    let budgets = [
        "--max-cold-p95",
        "1m",
        "--max-price-per-million",
        "1000",
        "--max-memory-mb",
        "1024",
        "--within",
        "90s",
    ];
    let verb = check(&project, &budgets);
    assert_eq!(verb.code, 0, "{}\n{}", verb.stdout, verb.stderr);
    assert!(verb.stdout.contains("nothing got worse"), "{}", verb.stdout);
    assert!(verb.stdout.contains("budget peak memory: kept"), "{}", verb.stdout);
    assert!(!verb.stdout.contains("better"), "{}", verb.stdout);
}

#[test]
fn without_a_difference_budgets_are_checked_alone_and_a_little_time_is_too_few_samples() {
    let project = repository(Project::new().python("hello", PYTHON));
    let alone = check(&project, &["--max-memory-mb", "1", "--json", "--starts-only"]);
    assert_eq!(alone.code, 4, "{}", alone.stderr);
    let report = alone.json();
    assert_eq!((&report["against"], &report["past_budget"]), (&Value::Null, &json!(true)));
    assert!(
        report["notes"][0].as_str().is_some_and(|note| note.contains("nothing to compare")),
        "{report:#}"
    );
    assert_eq!(metric(&report, "cold_p50")["verdict"], "alone");

    let gate = check(&project, &["--fail-on-regression", "--starts-only", "--within", "1ms"]);
    assert_refused(&gate, 5, "nothing was compared, so nothing can have got worse: the files are those of");
    assert_refused(&gate, 5, "--against origin/main");
    assert!(gate.stdout.ends_with("nothing was compared\n"), "{}", gate.stdout);

    project.write(concat!("hello", "/lambda_function.py"), &format!("import json\n{PYTHON}"));
    project.write(concat!("new", "/lambda_function.py"), PYTHON);
    let hasty = check(&project, &["--within", "1ms"]);
    assert_eq!(hasty.code, 0, "{}", hasty.stderr);
    assert!(hasty.stdout.contains("too few samples: 19 more"), "{}", hasty.stdout);
    assert!(
        hasty.stdout.contains("nothing could be told; hello: too few samples of its "),
        "{}",
        hasty.stdout
    );
    let gate = check(&project, &["hello", "--within", "1ms", "--fail-on-regression"]);
    assert_eq!(gate.code, 5, "a gate that knows nothing holds: {}", gate.stdout);
    let unmeasured =
        check(&project, &["hello", "--starts-only", "--max-price-per-million", "5", "--within", "1ms"]);
    assert_eq!(unmeasured.code, 5, "{}", unmeasured.stdout);
    assert!(unmeasured.stdout.contains("a budget is of what was not measured"), "{}", unmeasured.stdout);
    assert!(hasty.stdout.contains("new (aws, python)"), "{}", hasty.stdout);
    assert!(hasty.stdout.contains("it is new: "), "{}", hasty.stdout);
}

#[test]
fn what_cannot_be_compared_is_said_before_anything_runs() {
    let project = Project::new().python("hello", PYTHON);
    assert_refused(&check(&project, &[]), 2, "is in no git repository");
    git(&project, &["init", "--quiet"]);
    assert_refused(&check(&project, &[]), 2, "has no commit yet");
    commit(&project);
    assert_refused(&check(&project, &["--against", "nowhere"]), 2, "has no revision nowhere");
    assert_refused(&check(&project, &["--against=--output=x"]), 2, "has no revision --output=x");
    assert_refused(&check(&project, &["hallo", "--max-memory-mb", "9"]), 3, "there is no function hallo");
    assert_refused(&check(&project, &["--max-cold-p95", "800"]), 2, "say the unit: 800ms or 800s");
    assert_refused(
        &check(&project, &["--max-memory-mb", "0.25GB"]),
        2,
        "write megabytes without a unit: 256",
    );
    assert_refused(
        &check(&project, &["--max-price-per-million", "$5"]),
        2,
        "write dollars without a sign: 5",
    );
    assert_refused(&check(&project, &["--events", "gone.json"]), 3, "there is no file gone.json");
}

#[test]
fn code_that_fails_now_is_told_with_its_side() {
    let project = repository(Project::new().python("hello", PYTHON));
    project.write(
        concat!("hello", "/lambda_function.py"),
        "def lambda_handler(event, context):\n    raise ValueError('no seed')\n",
    );
    let verb = check(&project, &["--within", "1ms"]);
    assert_eq!(verb.code, 1, "{}\n{}", verb.stdout, verb.stderr);
    assert!(verb.stdout.contains("now it fails (error): ValueError: no seed"), "{}", verb.stdout);
}

#[test]
fn a_submodule_is_compared_with_what_the_commit_has_of_it() {
    let words = Project::new().with("words.py", "HELLO = 'hello'\n");
    git(&words, &["init", "--quiet"]);
    commit(&words);
    let user = "import os, sys\nsys.path.insert(0, os.path.join(os.path.dirname(__file__), '..', 'lib'))\nimport words\n\n\
                def lambda_handler(event, context):\n    return words.HELLO\n";
    let project = Project::new().python("hello", user);
    git(&project, &["init", "--quiet"]);
    let from = words.path().display().to_string();
    git(&project, &["-c", "protocol.file.allow=always", "submodule", "--quiet", "add", &from, "lib"]);
    commit(&project);
    project.write("lib/words.py", "import time\ntime.sleep(0.2)\nHELLO = 'hello'\n");
    let verb = check(&project, &["--starts-only", "--json", "--within", "90s"]);
    assert_eq!(verb.code, 0, "{}\n{}", verb.stdout, verb.stderr);
    let report = verb.json();
    assert_eq!(report["functions"][0]["failure"], Value::Null, "{report:#}");
    assert_eq!(metric(&report, "cold_p50")["verdict"], "worse", "{report:#}");
}

#[test]
fn a_budget_below_nothing_is_told_as_what_it_is() {
    let project = Project::new().python("hello", PYTHON);
    for (option, below) in [
        ("--max-cold-p95", "-1"),
        ("--max-cold-p95", "-5ms"),
        ("--max-price-per-million", "-1"),
        ("--max-memory-mb", "-1"),
    ] {
        let verb = check(&project, &[option, below]);
        assert_eq!(verb.code, 2, "{}", verb.stderr);
        assert!(verb.stderr.contains("cannot be negative"), "{}", verb.stderr);
        assert!(verb.stderr.contains(option), "{}", verb.stderr);
    }
}

#[test]
fn who_is_called_outside_is_told_before_and_with_what_came_of_it() {
    let service = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
    let port = service.local_addr().expect("bound").port();
    let asks = format!(
        "import socket\n\ndef lambda_handler(event, context):\n    socket.create_connection(('127.0.0.1', {port})).close()\n"
    );
    let project = Project::new().python("asks", &asks);
    let args = ["--max-memory-mb", "1024", "--json", "--within", "1s"];
    service.set_nonblocking(true).expect("a socket of ours");
    let refused = check(&project, &args);
    assert_refused(&refused, 2, "asks may reach something outside (socket in asks/lambda_function.py:1)");
    assert_refused(
        &refused,
        2,
        "hint: if that does no harm, say so (--writes-ok); --starts-only calls nothing",
    );
    assert_eq!(refused.stdout, "", "no report of what did not run");
    assert!(service.accept().is_err(), "nobody was spoken to");
    service.set_nonblocking(false).expect("a socket of ours");

    // Its backlog would be full after a few hundred.
    std::thread::spawn(move || service.incoming().for_each(drop));
    let verb = check(&project, &[args.as_slice(), &["--writes-ok"]].concat());
    assert_eq!(verb.code, 0, "{}", verb.stderr);
    let before = verb.stderr.find("asks may reach something outside (socket in asks/lambda_function.py:1)");
    let begun = verb.stderr.find("asks is built and measured");
    assert!(before.is_some() && before < begun, "{}", verb.stderr);
    let function = verb.json()["functions"][0].clone();
    assert_eq!(
        function["outside"],
        json!([format!("127.0.0.1:{port}"), "socket in asks/lambda_function.py:1"])
    );
    let note = function["notes"].to_string();
    assert!(note.contains("it reaches something outside") && note.contains("times in all"), "{note}");

    let starts = check(&project, &["--max-memory-mb", "1024", "--json", "--starts-only"]);
    assert!(!starts.stderr.contains("outside"), "nothing is called: {}", starts.stderr);
    assert_eq!(starts.json()["functions"][0]["outside"], json!([]));
}
