//! Ruby handlers under our bootstrap, with the machine's own ruby.

use std::time::Duration;

use coldframe_providers::{
    domain::{Language, ProviderId},
    invocation::CallContext,
};
use coldframe_supervisor::Exit;
use serde_json::{Value, json};

use crate::instance::{Project, failed, soon, text};

const APP: &str = r#"
require 'shared/words'
puts 'loaded'

def echo(event:, context:)
  event
end

def about(event:, context:)
  {
    function: [context.function_name, context.function_version, context.memory_limit_in_mb],
    log: [context.log_group_name, context.log_stream_name],
    request: [context.aws_request_id, context.invoked_function_arn],
    left: context.get_remaining_time_in_millis.between?(1, 3000),
    client: context.client_context['custom'],
    identity: context.identity['cognitoIdentityId'],
    trace: ENV['_X_AMZN_TRACE_ID'],
    runtime: ENV['AWS_EXECUTION_ENV'],
    words: WORDS,
  }
end

class Bad < StandardError; end

def failing(event:, context:)
  raise Bad, 'bäd'
end

def misnamed(event:, context:)
  not_there
end

def log(event:, context:)
  require 'logger'
  Logger.new($stdout).info('hello world')
  puts 'printed'
  print 'no line feed'
end

def late(event:, context:)
  require 'shared/more'
  MORE
end

def raw(event:, context:)
  require 'stringio'
  StringIO.new("\xff\x00".b)
end

module Garden
  class Bed
    def self.dig(event:, context:)
      "dug #{event['bed']}"
    end
  end
end
"#;

fn project(handler: &str) -> Project {
    let files =
        [("app.rb", APP), ("shared/words.rb", "WORDS = %w[one two]\n"), ("shared/more.rb", "MORE = 7\n")];
    Project::new(ProviderId::Aws, Language::Ruby, handler, &files)
}

#[tokio::test]
async fn a_handler_gets_its_event_and_what_is_to_be_known_of_the_call() {
    let project = project("app.echo");
    let (instance, ready) = project.ready().await;
    assert!(ready.init.is_some(), "our bootstrap tells what init took: {ready:?}");
    let mut loaded = ready.loaded.expect("it tells which files it has loaded");
    loaded.sort();
    assert_eq!(loaded, [instance.project.join("app.rb"), instance.project.join("shared/words.rb")]);
    for event in [r#"{"a":[1,2.5,null,"ü"]}"#, "[]", "\"x\"", "null"] {
        let answer: Value = serde_json::from_str(&text(instance.call(event).await)).expect("JSON");
        assert_eq!(answer, serde_json::from_str::<Value>(event).unwrap(), "{event}");
        let used = instance.idle().await.usage.expect("what it used is known");
        assert!(used.cpu_user + used.cpu_system > Duration::ZERO);
    }

    let project = self::project("app.about");
    let (instance, _) = project.ready().await;
    let context = CallContext {
        client_context: Some(r#"{"custom":{"bed":"3"}}"#.into()),
        cognito_identity: Some(r#"{"cognitoIdentityId":"id","cognitoIdentityPoolId":"pool"}"#.into()),
        trace_id: Some("Root=1-2-3".into()),
        ..CallContext::default()
    };
    let told: Value =
        serde_json::from_str(&text(instance.hand_over("id-1", context, "{}").await)).expect("JSON");
    assert_eq!(told["function"], json!(["hello", "$LATEST", "512"]));
    assert_eq!(
        (&told["left"], &told["client"], &told["identity"]),
        (&json!(true), &json!({"bed": "3"}), &json!("id"))
    );
    assert_eq!((&told["runtime"], &told["words"]), (&json!("AWS_Lambda_ruby3.1"), &json!(["one", "two"])));
    assert!(told["trace"].as_str().is_some_and(|trace| trace.starts_with("Root=")), "{told}");
}

#[tokio::test]
async fn a_method_of_a_class_and_a_stream_are_answers_too() {
    let project = project("app.Garden::Bed.dig");
    let (instance, _) = project.ready().await;
    assert_eq!(text(instance.call(r#"{"bed": 3}"#).await), "\"dug 3\"");
    let project = self::project("app.raw");
    let (instance, _) = project.ready().await;
    let coldframe_providers::invocation::Reply::Response {
        body: coldframe_providers::invocation::Body::Full(bytes),
        ..
    } = instance.call("{}").await
    else {
        panic!("no answer")
    };
    assert_eq!(bytes.as_ref(), b"\xff\0", "bytes as they are");
}

#[tokio::test]
async fn an_error_is_told_as_awss_own_client_tells_it_and_the_process_goes_on() {
    let project = project("app.failing");
    let (mut instance, _) = project.ready().await;
    for _ in 0..2 {
        let (error_type, error) = failed(instance.call("{}").await);
        assert_eq!((error_type.as_str(), &error["errorMessage"]), ("Function<Bad>", &json!("bäd")));
        let trace = error["stackTrace"].to_string();
        assert!(trace.contains("app.rb:26") && !trace.contains("aws.rb"), "{trace}");
    }
    let lines = instance.lines().await.join("\n");
    assert!(lines.starts_with("loaded\nError raised from handler method\n"), "{lines}");
}

#[tokio::test]
async fn a_name_that_is_not_there_ends_the_environment() {
    let project = project("app.misnamed");
    let (instance, _) = project.ready().await;
    let (error_type, error) = failed(instance.call("{}").await);
    assert_eq!(error_type, "Function<NameError>");
    assert!(error["errorMessage"].as_str().is_some_and(|message| message.contains("not_there")), "{error}");
    assert_eq!(soon(instance.child.exited()).await, Exit::Code(1));
}

#[tokio::test]
async fn log_lines_name_the_request_and_files_that_come_later_are_told() {
    let project = project("app.log");
    let (mut instance, _) = project.ready().await;
    text(instance.call("{}").await);
    instance.idle().await;
    let lines = instance.lines().await;
    assert!(
        lines[1].starts_with("I, [") && lines[1].contains("  INFO ") && lines[1].ends_with(": hello world"),
        "{lines:?}"
    );
    assert_eq!(lines[2..], ["printed", "no line feed"]);

    let project = self::project("app.late");
    let (instance, _) = project.ready().await;
    assert_eq!(text(instance.call("{}").await), "7");
    let loaded = instance.idle().await.loaded.expect("more files are loaded");
    assert!(loaded.contains(&instance.project.join("shared/more.rb")), "{loaded:?}");
}

#[tokio::test]
async fn what_does_not_load_is_an_init_error() {
    for (handler, source, error_type, word) in [
        ("app.run", "raise 'no'\n", "Init<RuntimeError>", "no"),
        ("app.run", "def run(\n", "Init<SyntaxError>", "app.rb"),
        ("app.run", "require 'not_there_at_all'\n", "Init<LoadError>", "not_there_at_all"),
        ("gone.run", "", "Init<LoadError>", "gone"),
        ("app", "", "Init<ArgumentError>", "FILENAME.METHOD"),
    ] {
        let project = Project::new(ProviderId::Aws, Language::Ruby, handler, &[("app.rb", source)]);
        let (failure, exit, _) = project.init_failure().await;
        assert_eq!((failure.error_type.as_str(), exit), (error_type, Exit::Code(1)), "{source}");
        assert!(String::from_utf8_lossy(&failure.payload).contains(word), "{failure:?}");
    }
}
