//! Python handlers under our bootstrap, with the machine's own python3.

use std::time::Duration;

use coldframe_providers::{
    domain::{Language, ProviderId},
    invocation::CallContext,
};
use coldframe_supervisor::Exit;
use serde_json::{Value, json};

use crate::instance::{Project, failed, soon, text};

const APP: &str = r#"
import os, sys
import shared.words
print("loaded")

def echo(event, context):
    return event

def context(event, context):
    return {
        "function": [context.function_name, context.function_version, context.memory_limit_in_mb],
        "log": [context.log_group_name, context.log_stream_name],
        "request": [context.aws_request_id, context.invoked_function_arn],
        "left": 0 < context.get_remaining_time_in_millis() <= 3000,
        "client": [context.client_context.custom, context.client_context.client.app_title],
        "identity": [context.identity.cognito_identity_id, context.identity.cognito_identity_pool_id],
        "trace": os.environ["_X_AMZN_TRACE_ID"],
    }

def env(event, context):
    return {name: value for name, value in os.environ.items()}

def fail(event, context):
    raise ValueError("bäd")

def log(event, context):
    import logging
    logging.getLogger().setLevel("INFO")
    logging.info("hello %s", "world")
    print("printed")
    sys.stdout.write("no line feed")

def late(event, context):
    import shared.more
    return shared.more.__file__

def decimals(event, context):
    from decimal import Decimal
    return [Decimal("1.10"), {"a": Decimal(7)}]

def unserialisable(event, context):
    return object()

def raw(event, context):
    return b"\xff\x00"

def leave(event, context):
    sys.exit(3)

def large(event, context):
    return "x" * (6 * 1024 * 1024 + 100)
"#;

fn app(handler: &str) -> Project {
    Project::new(
        ProviderId::Aws,
        Language::Python,
        handler,
        &[("app.py", APP), ("shared/words.py", "WORD = 'x'\n"), ("shared/more.py", ""), ("unused.py", "")],
    )
}

#[tokio::test]
async fn a_handler_is_called_again_and_again() {
    let project = app("app.echo");
    let (mut instance, ready) = project.ready().await;
    assert!(ready.init.is_some_and(|init| init < Duration::from_secs(60)), "the import was timed");
    let mut loaded = ready.loaded.unwrap();
    loaded.sort();
    let files = ["app.py", "shared/words.py"].map(|file| instance.project.join(file));
    assert_eq!(loaded, files, "only what was imported, and only the project's");
    assert_eq!(instance.lines().await, ["loaded"]);
    let before = ready.usage.unwrap();
    for event in [r#"{"a": [1, 2.5, null, "h\u00f6"]}"#, "\"text\"", "7"] {
        assert_eq!(text(instance.call(event).await), event);
        let idle = instance.idle().await;
        assert!(idle.usage.unwrap().cpu_user >= before.cpu_user, "CPU only grows");
        assert_eq!(idle.loaded, None);
    }
}

#[tokio::test]
async fn the_context_is_complete() {
    let project = app("app.context");
    let (instance, _) = project.ready().await;
    let context = CallContext {
        qualifier: Some("$LATEST".into()),
        client_context: Some(r#"{"custom":{"k":"v"},"client":{"app_title":"t"}}"#.into()),
        cognito_identity: Some(r#"{"cognitoIdentityId":"a","cognitoIdentityPoolId":"b"}"#.into()),
        trace_id: Some("Root=1-2-3".into()),
    };
    let answer: Value =
        serde_json::from_str(&text(soon(instance.hand_over("id-9", context, "{}")).await)).unwrap();
    assert_eq!(
        answer,
        json!({
            "function": ["hello", "$LATEST", "512"],
            "log": ["/aws/lambda/hello", "2026/01/01/[$LATEST]0123456789abcdef0123456789abcdef"],
            "request": ["id-9", "arn:aws:lambda:us-east-1:000000000000:function:hello:$LATEST"],
            "left": true,
            "client": [{"k": "v"}, "t"],
            "identity": ["a", "b"],
            "trace": "Root=1-2-3",
        })
    );
}

#[tokio::test]
async fn the_environment_is_built() {
    let mut project = app("app.env");
    project.app.env.extend(
        [
            ("AWS_LAMBDA_FUNCTION_NAME", "mine"),
            ("AWS_LAMBDA_MAX_CONCURRENCY", "10"),
            ("TZ", "Europe/Berlin"),
            ("COLDFRAME_PROJECT", "/elsewhere"),
        ]
        .map(|(name, value)| (name.to_owned(), value.to_owned())),
    );
    let (instance, _) = project.ready().await;
    let env: Value = serde_json::from_str(&text(instance.call("{}").await)).unwrap();
    assert_eq!(env["GREETING"], "hi");
    assert_eq!(env["AWS_LAMBDA_FUNCTION_NAME"], "hello", "reserved names cannot be taken");
    assert_eq!(env["TZ"], "Europe/Berlin", "some may be changed");
    assert_eq!(env["AWS_EXECUTION_ENV"], "AWS_Lambda_python3.11");
    assert_eq!(env["LAMBDA_TASK_ROOT"], instance.project.to_str().unwrap());
    assert_eq!(env["AWS_ACCESS_KEY_ID"], "COLDFRAMEHASNOACCESS");
    assert_eq!((&env["AWS_REGION"], &env["AWS_DEFAULT_REGION"]), (&json!("us-east-1"), &json!("us-east-1")));
    assert!(env["TMPDIR"].as_str().unwrap().ends_with("scratch"));
    assert_eq!(env.get("AWS_LAMBDA_MAX_CONCURRENCY"), None);
    assert_eq!(env.get("CARGO_MANIFEST_DIR"), None, "this process's own environment stays here");
}

#[tokio::test]
async fn a_function_is_told_the_region_its_manifest_names() {
    let mut project = app("app.env");
    project.app.region = Some("eu-west-1".into());
    let (instance, _) = project.ready().await;
    let env: Value = serde_json::from_str(&text(instance.call("{}").await)).unwrap();
    assert_eq!((&env["AWS_REGION"], &env["AWS_DEFAULT_REGION"]), (&json!("eu-west-1"), &json!("eu-west-1")));
}

#[tokio::test]
async fn an_exception_is_reported_and_logged_as_on_aws() {
    let project = app("app.fail");
    let (mut instance, _) = project.ready().await;
    instance.lines().await;
    let (error_type, payload) = failed(instance.call("{}").await);
    instance.idle().await;
    assert_eq!(error_type, "ValueError");
    let place = format!(
        "  File \"{}/app.py\", line 24, in fail\n    raise ValueError(\"bäd\")\n",
        instance.project.display()
    );
    assert_eq!(
        payload,
        json!({ "errorMessage": "bäd", "errorType": "ValueError", "requestId": "id-1", "stackTrace": [place] })
    );
    let line = instance.lines().await.join("\n");
    assert!(
        line.starts_with("[ERROR] ValueError: bäd\rTraceback (most recent call last):\r\u{a0}\u{a0}File \""),
        "{line:?}"
    );
    assert_eq!(failed(instance.call("{}").await).0, "ValueError", "the process goes on");
}

#[tokio::test]
async fn log_records_have_lambdas_format_and_everything_is_flushed() {
    let project = app("app.log");
    let (mut instance, _) = project.ready().await;
    instance.lines().await;
    assert_eq!(text(instance.call("{}").await), "null");
    instance.idle().await;
    let lines = instance.lines().await;
    let record = lines[0].as_str();
    assert!(record.starts_with("[INFO]\t20") && record.ends_with("Z\tid-1\thello world"), "{record:?}");
    assert_eq!(lines[1], "printed");
}

#[tokio::test]
async fn files_loaded_later_are_reported_later() {
    let project = app("app.late");
    let (instance, ready) = project.ready().await;
    assert_eq!(ready.loaded.unwrap().len(), 2);
    instance.call("{}").await;
    let loaded = instance.idle().await.loaded.expect("a longer list");
    assert!(loaded.contains(&instance.project.join("shared/more.py")), "{loaded:?}");
    assert_eq!(loaded.len(), 3);
}

#[tokio::test]
async fn results_that_json_has_no_words_for() {
    let project = app("app.decimals");
    let (instance, _) = project.ready().await;
    assert_eq!(text(instance.call("{}").await), r#"[1.10, {"a": 7}]"#);
    let project = app("app.unserialisable");
    let (instance, _) = project.ready().await;
    let (error_type, payload) = failed(instance.call("{}").await);
    assert_eq!(error_type, "Runtime.MarshalError");
    assert_eq!(
        payload["errorMessage"],
        "Unable to marshal response: Object of type object is not JSON serializable"
    );
    let project = app("app.echo");
    let (instance, _) = project.ready().await;
    assert_eq!(failed(instance.call("{not json").await).0, "Runtime.UnmarshalError");
}

#[tokio::test]
async fn a_response_over_the_limit_ends_the_process_as_on_aws() {
    let project = app("app.large");
    let (instance, _) = project.ready().await;
    assert_eq!(failed(instance.call("{}").await).0, "Function.ResponseSizeTooLarge");
    assert_eq!(soon(instance.child.exited()).await, Exit::Code(1));
}

#[tokio::test]
async fn a_handler_that_exits_takes_the_process_with_it() {
    let project = app("app.leave");
    let (instance, _) = project.ready().await;
    tokio::select! {
        reply = instance.hand_over("id-1", CallContext::default(), "{}") => panic!("it answered: {reply:?}"),
        exit = soon(instance.child.exited()) => assert_eq!(exit, Exit::Code(3)),
    }
}

#[tokio::test]
async fn what_keeps_a_handler_from_loading_is_an_init_error() {
    let cases = [
        ("app.nope", "Runtime.HandlerNotFound", "Handler 'nope' missing on module 'app'"),
        (
            "gone.handler",
            "Runtime.ImportModuleError",
            "Unable to import module 'gone': No module named 'gone'",
        ),
        (
            "nodot",
            "Runtime.MalformedHandlerName",
            "Bad handler 'nodot': not enough values to unpack (expected 2, got 1)",
        ),
        (
            "broken.f",
            "Runtime.UserCodeSyntaxError",
            "Syntax error in module 'broken': invalid syntax (broken.py, line 1)",
        ),
        ("raises.f", "RuntimeError", "no database"),
    ];
    for (handler, error_type, message) in cases {
        let project = Project::new(
            ProviderId::Aws,
            Language::Python,
            handler,
            &[
                ("app.py", "x = 1\n"),
                ("broken.py", "def f(:\n  pass\n"),
                ("raises.py", "raise RuntimeError('no database')\n"),
            ],
        );
        let (failure, exit, lines) = project.init_failure().await;
        assert_eq!(failure.error_type, error_type, "{handler}");
        let payload: Value = serde_json::from_slice(&failure.payload).unwrap();
        assert_eq!(payload["errorMessage"], message);
        assert_eq!(payload["requestId"], "");
        assert_eq!(exit, Exit::Code(1));
        assert!(lines.join("\n").starts_with(&format!("[ERROR] {error_type}: {message}")), "{lines:?}");
    }
}

#[tokio::test]
async fn an_import_that_finds_nothing_is_told_with_its_place() {
    for (handler, place) in [("app.f", ("app.py", 3)), ("deep.f", ("app.py", 3)), ("name.f", ("name.py", 1))]
    {
        let project = Project::new(
            ProviderId::Aws,
            Language::Python,
            handler,
            &[
                ("app.py", "import os\n\nimport nosuch.part\n"),
                ("deep.py", "import app\n"),
                ("name.py", "from os import nothing_of_this_name\n"),
            ],
        );
        let (failure, _, lines) = project.init_failure().await;
        let payload: Value = serde_json::from_slice(&failure.payload).unwrap();
        assert_eq!(payload["stackTrace"], json!([]), "what the caller gets is as on AWS");
        let file = project.app.root.join(place.0);
        let told = format!("coldframe: the import stands in File \"{}\", line {}", file.display(), place.1);
        assert_eq!(lines.last(), Some(&told), "{lines:?}");
    }
}

/// Python keys its cache by whole seconds and size; a save within the second must still be seen.
#[tokio::test]
async fn two_saves_in_one_second_are_two_programs() {
    let project = Project::new(ProviderId::Aws, Language::Python, "app.f", &[("words.py", "WORD = 'aa'\n")]);
    let app = "import words\ndef f(event, context):\n    return words.WORD\n";
    std::fs::write(project.app.root.join("app.py"), app).unwrap();
    let (first, _) = project.ready().await;
    assert_eq!(text(first.call("{}").await), "\"aa\"");
    std::fs::write(project.app.root.join("words.py"), "WORD = 'bb'\n").unwrap();
    let (second, _) = project.ready().await;
    assert_eq!(text(second.call("{}").await), "\"bb\"");
}

#[tokio::test]
async fn a_function_that_brings_credentials_is_given_no_fakes() {
    let mut project = app("app.env");
    project.app.env.extend(
        [("AWS_PROFILE", "mine"), ("AWS_REGION", "eu-north-1")]
            .map(|(name, value)| (name.into(), value.into())),
    );
    let (instance, _) = project.ready().await;
    let env: Value = serde_json::from_str(&text(instance.call("{}").await)).unwrap();
    assert_eq!(env.get("AWS_ACCESS_KEY_ID"), None);
    assert_eq!(
        (&env["AWS_REGION"], &env["AWS_DEFAULT_REGION"]),
        (&json!("eu-north-1"), &json!("eu-north-1"))
    );
}

#[cfg(unix)]
#[tokio::test]
async fn an_exec_wrapper_is_given_the_command_line() {
    use std::os::unix::fs::PermissionsExt as _;

    let mut project = app("app.env");
    project.app.env.insert("AWS_LAMBDA_EXEC_WRAPPER".into(), "/var/task/wrap".into());
    let wrapper = project.app.root.join("wrap");
    std::fs::write(&wrapper, "#!/bin/sh\nexport WRAPPED=yes\nexec \"$@\"\n").unwrap();
    std::fs::set_permissions(&wrapper, std::fs::Permissions::from_mode(0o755)).unwrap();
    let (instance, _) = project.ready().await;
    let env: Value = serde_json::from_str(&text(instance.call("{}").await)).unwrap();
    assert_eq!(env["WRAPPED"], "yes");
}
