//! `coldframe new`, and what the interface begins with: functions from templates and the samples.

use std::path::Path;

use coldframe_testkit::{Project, Verb, eventually, run};
use serde_json::json;

use crate::serve;

fn new(project: &Project, args: &[&str]) -> Verb {
    let mut all = vec!["new"];
    all.extend(args);
    run(Path::new(env!("CARGO_BIN_EXE_coldframe")), &all, project.path(), &[], "")
}

#[tokio::test]
async fn a_function_from_each_template_that_needs_no_download_answers() {
    let project = Project::new();
    let host = serve(&project);
    for (provider, language, name, called) in [
        ("aws", "python", "greet-py", "greet-py"),
        ("aws", "node", "greet-js", "greet-js"),
        ("aws", "typescript", "greet-ts", "greet-ts"),
        ("aws", "ruby", "greet-rb", "greet-rb"),
        ("aws", "shell", "greet-sh", "greet-sh"),
        ("vercel", "python", "greet", "api-greet"),
        ("vercel", "node", "greet-js", "api-greet-js"),
        ("vercel", "typescript", "greet-ts", "api-greet-ts"),
        ("vercel", "go", "greet-go", "api-greet-go"),
        ("gcp", "python", "greet-gcp", "greet_gcp"),
        ("gcp", "node", "greet-gcp-js", "greet-gcp-js"),
        ("gcp", "typescript", "greet-gcp-ts", "greet-gcp-ts"),
        ("azure", "typescript", "greet-az-ts", "greet-az-ts"),
        ("ibm", "python", "greet-ibm", "greet-ibm"),
        ("ibm", "node", "greet-ibm-js", "greet-ibm-js"),
        ("knative", "python", "greet-kn", "greet-kn"),
        ("knative", "node", "greet-kn-js", "greet-kn-js"),
        ("knative", "typescript", "greet-kn-ts", "greet-kn-ts"),
    ] {
        let made = new(&project, &["--provider", provider, "--language", language, "--name", name]);
        assert_eq!(made.code, 0, "{}", made.stderr);
        assert!(made.stdout.contains(&format!("coldframe invoke {called}")), "{}", made.stdout);
        let event = project.path().join(format!(".coldframe/events/{called}/world.json"));
        let event = std::fs::read_to_string(event).expect("an event to begin with");
        // The running host finds what was written behind its back.
        let id = eventually("it is found", || async {
            let functions = host.functions().await;
            functions
                .iter()
                .find(|function| function["name"] == called)
                .map(|function| function["id"].clone())
        });
        let request = json!({ "function": id.await, "event": event, "cold": false, "trigger": "app" });
        let answer = host.rpc("invoke", request).await;
        let body = answer["body"]["text"].as_str().unwrap_or_default();
        assert!(answer["ok"] == true && body.contains("Hello"), "{called}: {answer}");
    }
}

#[test]
fn nothing_is_written_over_and_what_cannot_be_says_why() {
    let project = Project::new().python("greet", "def lambda_handler(event, context):\n    return 1\n");
    let taken = new(&project, &["--language", "node", "--name", "greet"]);
    assert_eq!(taken.code, 1, "{}", taken.stdout);
    assert!(taken.stderr.contains("called greet already, in greet"), "{}", taken.stderr);
    assert!(taken.stderr.contains("hint: choose another name"), "{}", taken.stderr);
    for (args, says) in [
        (vec!["--name", "über uns"], "no function can be called \"über uns\""),
        (vec!["--provider", "aws", "--language", "cobol"], "there is no template of aws in cobol"),
        (vec!["--provider", "vercel", "--language", "rust"], "vercel python"),
    ] {
        let refused = new(&project, &args);
        assert_eq!(refused.code, 2, "{}", refused.stdout);
        assert!(refused.stderr.contains(says), "{}", refused.stderr);
    }
    project.write("a-file", "");
    let unwritable = new(&project, &["a-file/below"]);
    assert_eq!(unwritable.code, 1);
    assert!(unwritable.stderr.contains("cannot write a-file/below"), "{}", unwritable.stderr);
}
