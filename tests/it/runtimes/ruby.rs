//! Functions in Ruby as people have them: from a template, reloaded, failing, and short of a gem.

use coldframe_testkit::{Project, eventually};
use serde_json::json;

use super::{invoke, statuses};
use crate::serve;

const TEMPLATE: &str = "\
Resources:
  Beds:
    Type: AWS::Serverless::Function
    Properties: {FunctionName: beds, CodeUri: beds/, Handler: app.Garden::Beds.dig, Runtime: ruby3.3}
  Php:
    Type: AWS::Serverless::Function
    Properties: {FunctionName: php, CodeUri: php/, Handler: index.php, Runtime: provided.al2023}
";

const APP: &str = "\
require_relative 'lib/words'

module Garden
  class Beds
    def self.dig(event:, context:)
      puts \"digs #{event['bed']}\"
      raise ArgumentError, 'no bed' unless event['bed']
      { said: \"#{WORD} #{event['bed']}\", pid: Process.pid, request: context.aws_request_id }
    end
  end
end
";

fn project() -> Project {
    Project::new()
        .with("template.yaml", TEMPLATE)
        .with("beds/app.rb", APP)
        .with("beds/lib/words.rb", "WORD = 'dug'\n")
        .with("php/index.php", "<?php return fn ($event) => $event;\n")
}

#[tokio::test(flavor = "multi_thread")]
async fn a_ruby_function_of_a_template_answers_fails_and_reloads() {
    let project = project();
    let host = serve(&project);
    let first = invoke(&host, "beds", &json!({"bed": 3})).await;
    let got = first.returned();
    assert_eq!((&got["said"], &got["request"]), (&json!("dug 3"), &json!(first.request_id())));
    assert!(first.log.contains("digs 3\n"), "{}", first.log);
    let failed = invoke(&host, "beds", &json!({})).await.failed();
    assert_eq!(
        (&failed["errorType"], &failed["errorMessage"]),
        (&json!("Function<ArgumentError>"), &json!("no bed"))
    );
    assert!(failed["stackTrace"][0].as_str().is_some_and(|frame| frame.contains("app.rb:7")), "{failed}");
    assert_eq!(invoke(&host, "beds", &json!({"bed": 4})).await.returned()["pid"], got["pid"], "it lives on");
    assert_eq!(statuses(&host).await, ["ok", "error", "ok"]);

    project.write("beds/lib/words.rb", "WORD = 'weeded'\n");
    eventually("what it requires is reloaded", async || {
        (invoke(&host, "beds", &json!({"bed": 5})).await.returned()["said"] == "weeded 5").then_some(())
    })
    .await;
    project.write("beds/app.rb", "require 'not_there_at_all'\n");
    let problem = eventually("the gem that is missing is named", async || {
        let problem = host.function("beds").await["problem"].clone();
        problem["message"].as_str().is_some_and(|text| text.contains("not_there_at_all")).then_some(problem)
    })
    .await;
    assert_eq!((&problem["file"], &problem["line"]), (&json!("beds/app.rb"), &json!(1)), "{problem}");
    assert!(problem["hint"].as_str().is_some_and(|hint| hint.contains("Gemfile")), "{problem}");
    assert_eq!(
        invoke(&host, "beds", &json!({"bed": 6})).await.returned()["said"],
        "weeded 6",
        "the old code serves"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn gems_of_a_gemfile_that_are_not_there_are_said_before_the_first_call() {
    let project = Project::new()
        .with("shop/lambda_function.rb", "def lambda_handler(event:, context:)\n  event\nend\n")
        .with("shop/Gemfile", "source 'https://rubygems.org'\ngem 'json'\ngem 'seeds_of_nobody'\n")
        .with("shop/.ruby-version", "3.3.1\n");
    let host = serve(&project);
    let shop = host.function("shop").await;
    assert_eq!((&shop["language"], &shop["runtime"]), (&json!("ruby"), &json!("ruby3.3")));
    let problem = &shop["problem"];
    assert_eq!(problem["message"], "seeds_of_nobody is not installed where it runs", "{problem}");
    assert_eq!(
        (&problem["file"], &problem["remedy"]),
        (&json!("shop/Gemfile"), &json!("Install with bundler"))
    );
    assert_eq!(
        invoke(&host, "shop", &json!([1])).await.returned(),
        json!([1]),
        "it runs without them as long as it can"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_function_in_php_says_what_it_needs() {
    let host = serve(&project());
    let problem = host.function("php").await["problem"].clone();
    assert!(
        problem["message"].as_str().is_some_and(|text| text.starts_with("no `bootstrap` in php")),
        "{problem}"
    );
    assert!(
        problem["hint"].as_str().is_some_and(|hint| hint.contains("Bref") && hint.contains("PHP")),
        "{problem}"
    );
}
