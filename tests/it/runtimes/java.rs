//! AWS's own runtime client for Java, with functions that the host builds with Maven.

use std::time::Duration;

use coldframe_testkit::{Host, Project, eventually};
use serde_json::{Value, json};

use super::{invoke, statuses};
use crate::{installed, samples::copy_folder, serve};

/// The first build of a machine fetches what Maven needs.
const BUILT: Duration = Duration::from_secs(600);

fn project() -> Project {
    let project = Project::new();
    copy_folder(&installed::source("fixtures/java-functions"), project.path());
    project
}

async fn built(host: &Host, function: &str) {
    let url = format!("{}/2015-03-31/functions/{function}/invocations", host.aws);
    let answer = host.http.post(url).timeout(BUILT).body("{}").send().await.expect("an answer");
    assert_eq!(answer.status(), 200, "{function}: {}", answer.text().await.unwrap_or_default());
}

const PLAIN: &str = "src/main/java/garden/Plain.java";

#[tokio::test(flavor = "multi_thread")]
async fn java_handlers_answer_fail_and_reload() {
    let project = project();
    let host = serve(&project);
    built(&host, "streamed").await;
    let bytes = invoke(&host, "streamed", &json!({"name": "pea"})).await.returned();
    assert_eq!(bytes, json!({"NAME": "PEA"}), "a stream handler's own bytes");

    built(&host, "plain").await;
    let first = invoke(&host, "plain", &json!({"name": "Ada"})).await;
    let got = first.returned();
    assert_eq!((&got["said"], &got["request"]), (&json!("hello Ada"), &json!(first.request_id())));
    assert_eq!(got["arn"], "arn:aws:lambda:us-east-1:000000000000:function:plain");
    assert_eq!((&got["custom"], &got["memory"]), (&json!("3"), &json!(512)));
    let remaining = got["remaining"].as_u64().unwrap_or_default();
    assert!((1..=20_000).contains(&remaining), "milliseconds until its deadline: {got}");
    assert!(first.log.contains("hello Ada\n"), "{}", first.log);

    let failed = invoke(&host, "plain", &json!({"how": "fail"})).await.failed();
    assert_eq!(failed["errorMessage"], "it was asked to fail");
    assert_eq!(failed["errorType"], "java.lang.IllegalStateException");
    assert!(failed["stackTrace"].to_string().contains("garden.Plain.handleRequest(Plain.java:"), "{failed}");
    let misread = invoke(&host, "plain", &json!([1])).await.failed();
    assert!(misread["errorMessage"].as_str().is_some_and(|text| text.contains("JSON parsing")), "{misread}");
    assert_eq!(
        invoke(&host, "plain", &json!({"name": "Ada"})).await.returned()["pid"],
        got["pid"],
        "it lives on"
    );
    let exited = invoke(&host, "plain", &json!({"how": "exit"})).await.failed();
    assert_eq!(exited["errorType"], "Runtime.ExitError", "{exited}");
    let function = host.function("plain").await;
    let says = function["assumed"].to_string();
    assert!(says.contains("AWS's own runtime client for Java runs it, fetched once by Maven"), "{says}");
    assert_eq!(statuses(&host).await[3..], ["ok", "error", "error", "ok", "crash"]);

    reloads(&host, &project).await;
}

/// A save is built, mistakes are named while the old classes serve, and so is what fails at init.
async fn reloads(host: &Host, project: &Project) {
    let code = std::fs::read_to_string(project.file(PLAIN)).expect("readable");
    let problem = async |what: &str| {
        eventually(what, async || {
            let problem = host.function("plain").await["problem"].clone();
            (!problem.is_null()).then_some(problem)
        })
        .await
    };
    project.write_atomically(PLAIN, &code.replace("greeting + \" \" + order.name;", "nothing + order.name;"));
    let mistake = problem("javac's error is shown").await;
    assert_eq!((&mistake["file"], &mistake["line"]), (&json!(PLAIN), &json!(23)), "{mistake}");
    assert!(
        mistake["message"].as_str().is_some_and(|text| text.contains("cannot find symbol: variable nothing")),
        "{mistake}"
    );
    let old = invoke(host, "plain", &json!({"name": "Ada"})).await.returned();
    assert_eq!(old["said"], "hello Ada", "still serving");

    project.write_atomically(PLAIN, &code.replace("greeting = \"hello\"", "greeting = \"good day\""));
    eventually("the new classes answer", async || {
        (invoke(host, "plain", &json!({"name": "Ada"})).await.returned()["said"] == "good day Ada")
            .then_some(())
    })
    .await;

    let broken = "greeting = Integer.toString(1 / Integer.parseInt(\"0\"))";
    project.write_atomically(PLAIN, &code.replace("greeting = \"hello\"", broken));
    let init = problem("a constructor that fails is shown").await;
    assert!(init["message"].as_str().is_some_and(|text| text.contains("/ by zero")), "{init}");
    assert_eq!((&init["file"], &init["line"]), (&json!(PLAIN), &json!(8)), "{init}");
    assert_eq!(
        invoke(host, "plain", &json!({"name": "Ada"})).await.returned()["said"],
        "good day Ada",
        "still serving"
    );
}

const PARENT: &str = "\
<project xmlns='http://maven.apache.org/POM/4.0.0'>
  <modelVersion>4.0.0</modelVersion>
  <groupId>garden</groupId><artifactId>parent</artifactId><version>1</version><packaging>pom</packaging>
  <modules><module>words</module><module>greet</module></modules>
  <properties>
    <maven.compiler.release>17</maven.compiler.release>
    <project.build.sourceEncoding>UTF-8</project.build.sourceEncoding>
  </properties>
  <build><pluginManagement><plugins>
    <plugin><artifactId>maven-compiler-plugin</artifactId><version>3.13.0</version></plugin>
    <plugin><artifactId>maven-resources-plugin</artifactId><version>3.3.1</version></plugin>
  </plugins></pluginManagement></build>
</project>
";

fn module(name: &str, dependencies: &str) -> String {
    format!(
        "<project xmlns='http://maven.apache.org/POM/4.0.0'><modelVersion>4.0.0</modelVersion>\
         <parent><groupId>garden</groupId><artifactId>parent</artifactId><version>1</version></parent>\
         <artifactId>{name}</artifactId><dependencies>{dependencies}</dependencies></project>\n"
    )
}

/// With the wrapper of the project, which is a script, and a static method of no interface.
#[tokio::test(flavor = "multi_thread")]
async fn a_module_beside_the_function_is_part_of_its_build() {
    let words = |greeting: &str| {
        format!(
            "package words;\npublic class Words {{ public static String greeting() {{ return \"{greeting}\"; }} }}\n"
        )
    };
    let dependencies = "<dependency><groupId>garden</groupId><artifactId>words</artifactId><version>1</version></dependency>\
        <dependency><groupId>com.amazonaws</groupId><artifactId>aws-lambda-java-core</artifactId><version>1.4.0</version></dependency>";
    let project = Project::new()
        .with("pom.xml", PARENT)
        .with("mvnw", "#!/bin/sh\ntouch \"$(dirname \"$0\")/wrapped\"\nexec mvn \"$@\"\n")
        .with("words/pom.xml", &module("words", ""))
        .with("words/src/main/java/words/Words.java", &words("hello"))
        .with("greet/pom.xml", &module("greet", dependencies))
        .with(
            "greet/src/main/java/greet/Greet.java",
            "package greet;\npublic class Greet {\n    public static String plain(String name) {\n        return words.Words.greeting() + \" \" + name;\n    }\n}\n",
        )
        .with(
            "coldframe.toml",
            "[functions.greet]\npath = 'greet'\nruntime = 'java17'\nhandler = 'greet.Greet::plain'\nmemory_mb = 512\n",
        );
    let host = serve(&project);
    built(&host, "greet").await;
    assert_eq!(host.invoke("greet", &json!("Ada")).await.json(), json!("hello Ada"));
    assert!(project.file("wrapped").exists(), "the wrapper was used");
    project.write_atomically("words/src/main/java/words/Words.java", &words("good day"));
    eventually("a change of the other module is taken", async || {
        (host.invoke("greet", &json!("Ada")).await.json() == json!("good day Ada")).then_some(())
    })
    .await;
    project.write_atomically("pom.xml", &PARENT.replace(">17<", ">99<"));
    // Maven compiles what has changed.
    project.write_atomically("words/src/main/java/words/Words.java", &words("good night"));
    let problem = eventually("what is wrong with the build is shown", async || {
        let problem = host.function("greet").await["problem"].clone();
        (!problem.is_null()).then_some(problem)
    })
    .await;
    assert!(problem["message"].as_str().is_some_and(|text| text.contains("99")), "{problem}");
    assert!(problem["hint"].as_str().is_some_and(|text| text.contains("install a JDK 99")), "{problem}");
}

/// What a template begins with is built and answers as it is.
#[tokio::test(flavor = "multi_thread")]
async fn templates_of_go_and_java_answer() {
    let project = Project::new();
    let built_ones = [("aws", "go"), ("aws", "java"), ("gcp", "go"), ("gcp", "java"), ("knative", "go")];
    for (provider, language) in built_ones {
        let name = format!("{provider}-{language}");
        let args = ["new", "--provider", provider, "--language", language, "--name", &name];
        let made =
            coldframe_testkit::run(env!("CARGO_BIN_EXE_coldframe").as_ref(), &args, project.path(), &[], "");
        assert_eq!(made.code, 0, "{}", made.stderr);
    }
    let host = serve(&project);
    for function in ["aws-go", "aws-java"] {
        built(&host, function).await;
        let answer: Value = host.invoke(function, &json!({"name": "Ada"})).await.json();
        assert_eq!(answer, json!({"message": "Hello, Ada!"}), "{function}");
    }
    for (door, function, says) in [
        (&host.gcp, "gcp-go", "Hello, Ada!"),
        (&host.gcp, "gcp-java", "Hello, Ada!"),
        (&host.knative, "knative-go", "{\"message\":\"Hello, Ada!\"}\n"),
    ] {
        let request = host.http.get(format!("{door}/{function}?name=Ada")).timeout(BUILT);
        let answer = request.send().await.expect("an answer");
        let (status, headers) = (answer.status().as_u16(), answer.headers().clone());
        let text = answer.text().await.expect("a body");
        let problem = headers.get("coldframe-problem");
        assert_eq!((status, text.as_str()), (200, says), "{function}: {problem:?}");
    }
}
