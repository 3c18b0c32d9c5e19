//! Mistakes: each gives one clear message, and everything else goes on working.

use std::path::Path;

use coldframe_testkit::{Project, eventually, run};
use serde_json::{Value, json};

use crate::{ECHO, builder, serve};

#[tokio::test(flavor = "multi_thread")]
async fn a_handler_that_does_not_exist_is_named() {
    let project = Project::new()
        .python("good", ECHO)
        .with("bad/app.py", "def other(event, context):\n    pass\n")
        .with(
            "coldframe.toml",
            "[functions.bad]\npath = \"bad\"\nhandler = \"app.missing\"\nruntime = \"python3.12\"\n",
        );
    let host = serve(&project);
    let answer = host.invoke("bad", &json!({})).await;
    assert_eq!(answer.function_error(), Some("Unhandled"), "{}", answer.text());
    assert_eq!(answer.json()["errorType"], "Runtime.HandlerNotFound");
    let problem = host.function("bad").await["problem"].clone();
    assert!(problem["message"].as_str().is_some_and(|text| text.contains("missing")), "{problem}");
    assert_eq!(problem["file"], "coldframe.toml", "where the handler is named: {problem}");
    assert!(problem["hint"].as_str().is_some_and(|hint| hint.contains("handler")), "{problem}");
    assert_eq!(host.invoke("good", &json!({})).await.status, 200, "the others go on");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_bootstrap_without_an_interpreter_is_the_function_s_error_as_on_lambda() {
    let project = Project::new();
    project.write_executable("f/bootstrap", "#!/no/such/shell\n");
    let host = serve(&project);
    let answer = host.invoke("f", &json!({})).await;
    assert_eq!((answer.status, answer.function_error()), (200, Some("Unhandled")), "{}", answer.text());
    let body = answer.json();
    assert_eq!(body["errorType"], "Runtime.InvalidEntrypoint");
    let message = body["errorMessage"].as_str().unwrap_or_default();
    assert!(message.contains("f/bootstrap:1: the interpreter /no/such/shell does not exist"), "{message}");
    let rows = host.invocations().await;
    assert_eq!(rows.len(), 1);
    assert_eq!((&rows[0]["status"], &rows[0]["error_type"]), (&json!("init_error"), &body["errorType"]));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_syntax_error_is_named_by_file_and_line_with_what_to_do() {
    let project = Project::new().python("f", "def lambda_handler(event, context):\n    return {\n");
    let host = serve(&project);
    host.invoke("f", &json!({})).await;
    let problem = host.function("f").await["problem"].clone();
    assert_eq!(
        (&problem["file"], &problem["line"]),
        (&json!("f/lambda_function.py"), &json!(2)),
        "{problem}"
    );
    assert!(
        problem["hint"].as_str().is_some_and(|hint| hint.starts_with("mend f/lambda_function.py")),
        "{problem}"
    );
}

#[test]
fn a_mistake_in_a_module_is_told_by_file_and_line_where_it_was_called() {
    let project = Project::new()
        .with("esm/index.mjs", "import './lib/other.mjs';\nexport const handler = async () => 1;\n")
        .with("esm/lib/other.mjs", "export const a = 1;\nconst b c = 2;\n")
        .with("cjs/index.js", "exports.handler = async () => {\n  return (;\n};\n");
    let data = tempfile::tempdir().expect("a temporary folder");
    let directory = data.path().display().to_string();
    let said = |function: &str| {
        let args = ["invoke", function, "--data-dir", &directory];
        let verb = run(Path::new(env!("CARGO_BIN_EXE_coldframe")), &args, project.path(), &[], "");
        assert_eq!(verb.code, 1, "{}", verb.stderr);
        verb.stderr
    };
    let esm = said("esm");
    assert!(esm.contains("\nesm/lib/other.mjs:2: Runtime.UserCodeSyntaxError: "), "{esm}");
    assert!(esm.contains("\nhint: mend esm/lib/other.mjs"), "{esm}");
    let cjs = said("cjs");
    assert!(cjs.contains("\ncjs/index.js:2: Runtime.UserCodeSyntaxError: "), "{cjs}");
}

#[test]
fn a_code_folder_that_is_gone_is_named_by_the_call_too() {
    let template = "Resources:\n  F:\n    Type: AWS::Serverless::Function\n    Properties:\n      CodeUri: nowhere/\n      \
                    Handler: app.handler\n      Runtime: python3.12\n";
    let project = Project::new().with("template.yaml", template);
    let data = tempfile::tempdir().expect("a temporary folder");
    let directory = data.path().display().to_string();
    let args = ["invoke", "F", "--data-dir", &directory];
    let verb = run(Path::new(env!("CARGO_BIN_EXE_coldframe")), &args, project.path(), &[], "");
    assert_eq!(verb.code, 1, "{}", verb.stderr);
    assert!(verb.stdout.contains("template.yaml:5: code folder nowhere does not exist"), "{}", verb.stdout);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_template_with_a_mistake_is_named_by_line_and_the_rest_works() {
    let project = Project::new()
        .python("good", ECHO)
        .with("template.yaml", "AWSTemplateFormatVersion: 2010-09-09\nTransform: AWS::Serverless-2016-10-31\nResources:\n  Broken:\n    Type: [unclosed\n");
    let host = serve(&project);
    let hello = host.rpc("hello", json!({})).await;
    let problem = &hello["project"]["problems"][0];
    assert_eq!(problem["file"], "template.yaml", "{hello}");
    assert!(problem["line"].is_u64(), "{problem}");
    assert_eq!(host.invoke("good", &json!({})).await.status, 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_guessed_while_a_template_was_broken_goes_when_it_is_mended() {
    let code = "def lambda_handler(event, context):\n    return 'hi'\n";
    let project = Project::new()
        .with("fn/lambda_function.py", code)
        .with("template.yaml", "Resources:\n  F:\n    Type: [unclosed\n");
    let host = serve(&project);
    let names = async || -> Vec<String> {
        let all = host.functions().await.into_iter();
        all.map(|one| one["name"].as_str().expect("a name").to_owned()).collect()
    };
    assert_eq!(names().await, ["fn"], "found by its file");
    project.write(
        "template.yaml",
        "Resources:\n  F:\n    Type: AWS::Serverless::Function\n    Properties:\n      CodeUri: fn/\n      \
         Handler: lambda_function.lambda_handler\n      Runtime: python3.12\n",
    );
    eventually("only what the template says is left", async || (names().await == ["F"]).then_some(())).await;
    assert_eq!(host.invoke("F", &json!({})).await.json(), json!("hi"));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_event_that_is_not_json_is_refused_before_the_function_runs() {
    let project = Project::new().python("f", ECHO);
    let host = serve(&project);
    let url = format!("{}/2015-03-31/functions/f/invocations", host.aws);
    let response = host.http.post(url).body("{not json").send().await.expect("an answer");
    assert_eq!(response.status(), 400);
    assert_eq!(response.headers()["x-amzn-errortype"], "InvalidRequestContentException");
    let id = host.function("f").await["id"].clone();
    let answer = host
        .try_rpc("invoke", json!({"function": id, "event": "{no", "cold": false, "trigger": "app"}))
        .await;
    assert_eq!(answer.status, 400);
    assert!(answer.text().contains("line 1"), "{}", answer.text());
    assert_eq!(host.invocations().await.len(), 0);
}

#[test]
fn a_port_in_use_is_said_with_what_to_do() {
    let project = Project::new().python("f", ECHO);
    let taken = std::net::TcpListener::bind("127.0.0.1:0").expect("a free port");
    let port = taken.local_addr().expect("bound").port().to_string();
    let data = tempfile::tempdir().expect("a temporary folder");
    let directory = data.path().display().to_string();
    let verb = run(
        Path::new(env!("CARGO_BIN_EXE_coldframe")),
        &["serve", ".", "--port", &port, "--data-dir", &directory],
        project.path(),
        &[],
        "",
    );
    assert_eq!(verb.code, 2);
    assert!(verb.stderr.contains(&port) && verb.stderr.contains("--port"), "{}", verb.stderr);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_corrupt_record_is_set_aside_and_named() {
    let project = Project::new().python("f", ECHO);
    let data = tempfile::tempdir().expect("a temporary folder");
    let host = builder(&project).data_dir(data.path()).start();
    host.invoke("f", &json!({})).await;
    host.terminate();
    let database = std::fs::read_dir(data.path())
        .expect("readable")
        .flatten()
        .map(|entry| entry.path())
        .find(|path| path.extension().is_some_and(|extension| extension == "db" || extension == "sqlite"))
        .expect("the record's database");
    std::fs::write(&database, vec![7u8; 65536]).expect("a file of our own");
    // The log beside it would mend it.
    let _ = std::fs::remove_file(database.with_extension("sqlite-wal"));
    let host = builder(&project).data_dir(data.path()).start();
    let hello = host.rpc("hello", json!({})).await;
    assert!(hello["notices"].to_string().contains("set aside"), "{hello}");
    assert_eq!(host.invoke("f", &json!({})).await.status, 200);
}

#[test]
fn a_folder_that_does_not_exist_is_not_found() {
    let data = tempfile::tempdir().expect("a temporary folder");
    let directory = data.path().display().to_string();
    let args = ["functions", "/no/such/folder", "--data-dir", &directory];
    let verb = run(Path::new(env!("CARGO_BIN_EXE_coldframe")), &args, data.path(), &[], "");
    assert_eq!(verb.code, 3, "{}", verb.stderr);
    assert!(verb.stderr.contains("/no/such/folder"), "{}", verb.stderr);
}

#[test]
fn the_list_of_functions_says_where_each_problem_is_and_what_to_do() {
    let template = "Resources:\n  F:\n    Type: AWS::Serverless::Function\n    Properties:\n      CodeUri: nowhere/\n      \
                    Handler: app.handler\n      Runtime: python3.12\n";
    let project = Project::new().with("template.yaml", template);
    let data = tempfile::tempdir().expect("a temporary folder");
    let directory = data.path().display().to_string();
    let verb = run(
        Path::new(env!("CARGO_BIN_EXE_coldframe")),
        &["functions", "--data-dir", &directory],
        project.path(),
        &[],
        "",
    );
    assert_eq!(verb.code, 0, "{}", verb.stderr);
    for part in ["F: template.yaml:5: ", "nowhere", "\nhint: "] {
        assert!(verb.stderr.contains(part), "{part:?} in {}", verb.stderr);
    }
}

#[test]
fn an_event_file_that_is_not_json_is_named_by_line_and_column() {
    let project = Project::new().python("f", ECHO).with("ev.json", "{\n  \"a\": oops\n}\n");
    let data = tempfile::tempdir().expect("a temporary folder");
    let directory = data.path().display().to_string();
    let invoke = |event: &str, input: &str| {
        let args = ["invoke", "f", "--event", event, "--data-dir", &directory];
        run(Path::new(env!("CARGO_BIN_EXE_coldframe")), &args, project.path(), &[], input)
    };
    let file = invoke("ev.json", "");
    assert_eq!(file.code, 2);
    assert!(file.stderr.starts_with("error: ev.json:2:8: the event is not JSON: "), "{}", file.stderr);
    assert!(file.stderr.contains("\nhint: mend line 2 of ev.json"), "{}", file.stderr);
    let stdin = invoke("-", "[1,");
    assert!(stdin.stderr.starts_with("error: standard input:1:4: "), "{}", stdin.stderr);
    assert!(!data.path().join("record.sqlite").exists(), "nothing was started for it");
}

#[test]
fn a_function_missing_for_a_broken_manifest_is_said_with_the_manifest_s_mistake() {
    let project = Project::new().with("fns/template.yaml", "Resources:\n  Broken:\n    Type: [unclosed\n");
    let data = tempfile::tempdir().expect("a temporary folder");
    let directory = data.path().display().to_string();
    let args = ["invoke", "Broken", "--dir", "fns", "--data-dir", &directory];
    let verb = run(Path::new(env!("CARGO_BIN_EXE_coldframe")), &args, project.path(), &[], "");
    assert_eq!(verb.code, 3);
    let (said, error) = verb.stderr.split_once("error: ").expect("both are there");
    assert!(said.starts_with("template.yaml:") && said.contains("\nhint: "), "{}", verb.stderr);
    assert!(error.contains("there is no function Broken"), "{}", verb.stderr);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_folder_that_two_providers_claim_is_run_by_both_until_a_person_says_whose_it_is() {
    let source = "exports.handler = async () => 'lambda';\nexports.handle = () => 'knative';\n";
    let project =
        Project::new().with("both/func.yaml", "name: both\nruntime: node\n").with("both/index.js", source);
    let host = serve(&project);
    let functions = host.functions().await;
    assert_eq!(functions.len(), 2, "{functions:?}");
    for function in &functions {
        let problem = &function["problem"];
        assert_eq!(problem["severity"], "warning", "{problem}");
        assert!(
            problem["message"].to_string().contains("both/index is taken for a function of"),
            "{problem}"
        );
        assert!(problem["hint"].to_string().contains("enabled = false"), "what to do: {problem}");
    }
    assert_eq!(host.invoke("both", &json!({})).await.text(), "\"lambda\"");
    assert_eq!(host.get(&format!("{}/both", host.knative)).await.text(), "knative");
    project.write("coldframe.toml", "[functions.both]\nprovider = 'aws'\nenabled = false\n");
    coldframe_testkit::eventually("one of them is left", async || {
        let left = host.functions().await;
        (left.len() == 1 && left[0]["problem"].is_null() && left[0]["provider"] == "knative").then_some(())
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_route_that_is_defined_twice_is_named() {
    let binding = |route: &str| {
        format!(
            r#"{{"bindings": [{{"type": "httpTrigger", "direction": "in", "name": "req", "methods": ["get"], "route": "{route}"}}, {{"type": "http", "direction": "out", "name": "res"}}]}}"#
        )
    };
    let function = |name: &str| {
        format!(
            "  {name}:\n    Type: AWS::Serverless::Function\n    Properties:\n      CodeUri: {name}/\n      Handler: app.handler\n      \
             Runtime: python3.12\n      Events:\n        Get:\n          Type: HttpApi\n          Properties:\n            Path: /peas\n            \
             Method: GET\n"
        )
    };
    let template = format!("Resources:\n{}{}", function("One"), function("Two"));
    let handler = |answer: &str| format!("def handler(event, context):\n    return '{answer}'\n");
    let project = Project::new()
        .with("aws/template.yaml", &template)
        .with("aws/One/app.py", &handler("one"))
        .with("aws/Two/app.py", &handler("two"))
        .with(
            "az/host.json",
            r#"{"version": "2.0", "customHandler": {"description": {"defaultExecutablePath": "python3"}}}"#,
        )
        .with("az/first/function.json", &binding("beans"))
        .with("az/second/function.json", &binding("Beans"));
    let host = serve(&project);
    let problem = host.function("Two").await["problem"].clone();
    assert!(problem["message"].to_string().contains("GET /peas"), "the later of two names it: {problem}");
    assert!(problem["hint"].is_string(), "{problem}");
    assert_eq!(host.get(&format!("{}/peas", host.aws)).await.text(), "one", "the first answers");
    let problem = host.function("second").await["problem"].clone();
    assert!(problem["message"].to_string().contains("have the same route"), "{problem}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_never_listens_is_given_up_as_its_provider_gives_it_up() {
    let idle = "import time\nprint('here', flush=True)\ntime.sleep(60)\n";
    let elsewhere = "import http.server\nhttp.server.HTTPServer(('127.0.0.1', 18978), http.server.BaseHTTPRequestHandler).serve_forever()\n";
    let binding = r#"{"bindings": [{"type": "httpTrigger", "direction": "in", "name": "req"}, {"type": "http", "direction": "out", "name": "res"}]}"#;
    let project = Project::new()
        .with("kn/server.py", idle)
        .with("az/host.json", r#"{"version": "2.0", "customHandler": {"description": {"defaultExecutablePath": "python3", "arguments": ["handler.py"]}}}"#)
        .with("az/handler.py", elsewhere)
        .with("az/call/function.json", binding)
        .with("gcp/main.py", &format!("import functions_framework\n{idle}\n@functions_framework.http\ndef late(request):\n    return 'x'\n"))
        .with(
            "coldframe.toml",
            "[functions.kn]\nprovider = 'knative'\npath = 'kn'\nhandler = 'python3 server.py'\nstart_seconds = 3\n\
             [functions.az]\nstart_seconds = 3\n[functions.late]\nstart_seconds = 3\n",
        );
    let host = serve(&project);
    let (kn, az, late) =
        (format!("{}/kn", host.knative), format!("{}/api/call", host.azure), format!("{}/late", host.gcp));
    let (kn, az, late) = tokio::join!(host.get(&kn), host.get(&az), host.get(&late));
    for (answer, words) in
        [(&kn, "did not listen on port"), (&az, "but on 18978"), (&late, "did not listen on port")]
    {
        assert_eq!(answer.status, 503, "{answer:?}");
        let problem = answer.header("coldframe-problem").unwrap_or_default();
        assert!(problem.contains("within 3 s") && problem.contains(words), "{problem}");
    }
    assert_eq!(az.text(), "Function host is not running.", "Azure's own words");
    let logs = host.rpc("logs", json!({"function": null, "after": null, "limit": null})).await.to_string();
    assert!(logs.contains("failed to start and listen on the port"), "Cloud Run's own words: {logs}");
    assert!(
        host.invocations().await.iter().all(|row| row["status"] == "init_error"),
        "each is recorded as what it was"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn an_init_that_never_ends_is_given_up_in_its_providers_own_words() {
    let idle = "import time\nprint('here', flush=True)\ntime.sleep(60)\n";
    let project = Project::new()
        .python("aws", &format!("{idle}\ndef lambda_handler(event, context):\n    return 1\n"))
        .with("site/vercel.json", r#"{"functions": {"api/*": {"maxDuration": 1}}}"#)
        .with("site/api/late.py", &format!("{idle}\ndef app(environ, start_response):\n    return []\n"))
        .with("ow/__main__.py", &format!("{idle}\ndef main(args):\n    return {{}}\n"))
        .with(
            "coldframe.toml",
            "[functions.aws]\ntimeout_seconds = 1\nstart_seconds = 1\n\
             [functions.ow]\nstart_seconds = 1\n[functions.sh]\ntimeout_seconds = 1\nstart_seconds = 1\n\
             [functions.api-late]\nstart_seconds = 1\n",
        );
    project.write_executable("sh/bootstrap", "#!/bin/sh\nsleep 60\n");
    let host = serve(&project);
    let functions = host.functions().await;
    let started: Vec<_> = functions.iter().map(|function| function["name"].clone()).collect();
    assert_eq!(functions.len(), 4, "{started:?}");
    let (event, ow) =
        (json!({}), format!("{}/api/v1/namespaces/_/actions/ow?blocking=true&result=true", host.ibm));
    let site = format!("{}/api/late", host.vercel);
    let action = async { host.http.post(&ow).json(&event).send().await.expect("an answer") };
    let (aws, sh, site, action) =
        tokio::join!(host.invoke("aws", &event), host.invoke("sh", &event), host.get(&site), action);
    for answer in [&aws, &sh] {
        assert_eq!((answer.status, answer.function_error()), (200, Some("Unhandled")), "{}", answer.text());
        assert_eq!(answer.json()["errorType"], "Sandbox.Timedout", "{}", answer.text());
    }
    assert_eq!((site.status, site.header("x-vercel-error")), (504, Some("FUNCTION_INVOCATION_TIMEOUT")));
    assert_eq!(action.status(), 502);
    let said = action.json::<Value>().await.expect("JSON");
    let words = "The action exceeded its time limits of 1000 milliseconds during initialization.";
    assert_eq!(said, json!({"error": words}));
}
