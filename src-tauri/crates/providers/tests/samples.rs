//! The samples a newcomer sees first: every one is found, in every way of finding, and none has a problem.

use std::{collections::BTreeSet, fs, path::Path};

use coldframe_providers::registry::detect;

fn samples() -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../sample-functions")
}

#[test]
fn exactly_the_samples_are_found() {
    let detection = detect(&samples());
    let found: Vec<String> = detection
        .apps
        .iter()
        .map(|app| {
            let routes: Vec<String> = app
                .functions
                .iter()
                .flat_map(|function| &function.routes)
                .map(|route| format!(" {} {}", route.method, route.path))
                .collect();
            let stream =
                if app.functions.iter().any(|function| function.url.streaming) { " (streams)" } else { "" };
            let (provider, language) = (app.provider.as_str(), app.language.as_str());
            format!("{provider} {}: {language} {}{stream}{}", app.name, app.handler, routes.concat())
        })
        .collect();
    insta::assert_snapshot!(found.join("\n"), @r"
    aws markdown: node src/markdown.handler GET /notes/{title} POST /notes
    aws slug: node src/slug.handler GET /slug/{title}
    aws quote: python quote.handler POST /quote
    aws invoice: python invoice.handler POST /invoice/{number}
    aws polyglot-page: python app.handler GET /polyglot
    aws polyglot-python: python app.handler GET /polyglot/python
    aws polyglot-node: node index.handler GET /polyglot/node
    aws polyglot-typescript: typescript index.handler GET /polyglot/typescript
    aws polyglot-rust: rust polyglot-rust GET /polyglot/rust
    aws polyglot-go: go bootstrap GET /polyglot/go
    aws polyglot-java: java polyglot.Primes GET /polyglot/java
    aws polyglot-shell: custom bootstrap GET /polyglot/shell
    aws chatty: node index.handler
    aws crash: python lambda_function.lambda_handler
    aws docs-search: python lambda_function.lambda_handler
    aws hello: python lambda_function.lambda_handler
    aws io-wait: node index.handler
    aws leak: python handler.handler
    aws order-total: typescript index.handler
    aws primes-rust: rust primes-rust
    aws shell-facts: custom bootstrap
    aws story-stream: node index.handler (streams)
    aws thumbnail: python lambda_function.lambda_handler
    aws visits: python lambda_function.lambda_handler
    vercel api-colors-name: python api/colors/[name].py ANY /api/colors/[name]
    vercel api-hello: python api/hello.py ANY /api/hello
    gcp greeting: python main.greeting
    gcp upload-log: node index.upload-log
    ibm season: node season.main ANY /api/v1/web/guest/garden/season
    ibm word-count: python __main__.main
    knative seed-events: node index.handle
    azure watering: process python3 handler.py GET /api/watering/{bed}
    ");
    let problems: Vec<_> =
        detection.apps.iter().flat_map(|app| &app.problems).chain(&detection.problems).collect();
    assert!(problems.is_empty(), "a sample is no place for a problem: {problems:?}");
    for app in &detection.apps {
        assert!(!app.why.is_empty(), "{} says why it was found", app.name);
    }
}

#[test]
fn saved_events_belong_to_functions_and_are_json() {
    let detection = detect(&samples());
    let names: BTreeSet<&str> = detection.apps.iter().map(|app| app.name.as_str()).collect();
    let mut events = 0;
    for folder in fs::read_dir(samples().join(".coldframe/events")).expect("the samples have saved events") {
        let folder = folder.expect("a folder of events");
        let name = folder.file_name().into_string().expect("a function's name");
        assert!(names.contains(name.as_str()), "the events of {name} belong to a function");
        for event in fs::read_dir(folder.path()).expect("events") {
            let text = fs::read_to_string(event.expect("an event").path()).expect("a readable event");
            serde_json::from_str::<serde_json::Value>(&text).expect("an event is JSON");
            events += 1;
        }
    }
    assert!(events >= 10, "there are saved events to choose from");
}
