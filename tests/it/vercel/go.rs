//! Vercel's functions in Go, compiled by the real tool chain without a network.

use std::time::Duration;

use coldframe_testkit::{Host, Project, eventually};

use crate::serve;

const HELLO: &str = "\
package handler

import (
\t\"fmt\"
\t\"net/http\"
)

func Handler(w http.ResponseWriter, r *http.Request) {
\tif r.URL.Query().Get(\"boom\") != \"\" {
\t\tpanic(\"boom\")
\t}
\tfmt.Println(\"served\", r.URL.Path)
\tfmt.Fprintf(w, \"hello %s\", r.URL.Query().Get(\"id\"))
}
";

/// The first build of a machine compiles Go's own library too.
async fn built(host: &Host, path: &str) {
    let url = format!("{}{path}", host.vercel);
    host.http.get(url).timeout(Duration::from_secs(300)).send().await.expect("it is built in time");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_go_handler_is_built_answers_and_says_what_is_wrong() {
    let project = Project::new()
        .with("vercel.json", "{}")
        .with("api/[id].go", HELLO)
        .with("api/main.go", &HELLO.replace("package handler", "package main").replace("hello", "main"));
    let host = serve(&project);
    let get = async |path: &str| {
        let answer = host.get(&format!("{}{path}", host.vercel)).await;
        (answer.status, answer.text(), answer.header("coldframe-problem").unwrap_or_default().to_owned())
    };
    built(&host, "/api/7").await;
    let (status, text, problem) = get("/api/7").await;
    assert_eq!((status, text.as_str()), (200, "hello 7"), "{problem}");
    assert_eq!(get("/api/main").await.1, "main ", "a package that is called main");
    let (status, text, problem) = get("/api/7?boom=1").await;
    assert_eq!(status, 500, "{text}");
    assert!(text.contains("FUNCTION_INVOCATION_FAILED") && problem.contains("boom"), "{text} {problem}");

    project.write("api/broken.go", &HELLO.replace("fmt.Println(", "fmt.Println(nothing, "));
    eventually("the compiler's error is told with its place", async || {
        let (status, _, problem) = get("/api/broken").await;
        (status == 500 && problem.contains("api/broken.go:12") && problem.contains("undefined: nothing"))
            .then_some(())
    })
    .await;
    project.write("api/[id].go", &HELLO.replace("hello", "good day"));
    eventually("the new code answers", async || (get("/api/7").await.1 == "good day 7").then_some(())).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_module_of_the_persons_is_built_where_it_lies() {
    let lib = "package words\n\nfunc Hello() string { return \"from the module\" }\n";
    let api = "package handler\n\nimport (\n\t\"example.com/site/words\"\n\t\"net/http\"\n)\n\nfunc Index(w http.ResponseWriter, r *http.Request) {\n\tw.Write([]byte(words.Hello()))\n}\n";
    let project = Project::new()
        .with("vercel.json", "{}")
        .with("go.mod", "module example.com/site\n\ngo 1.18\n")
        .with("words/words.go", lib)
        .with("api/index.go", api);
    let host = serve(&project);
    built(&host, "/api").await;
    let answer = host.get(&format!("{}/api", host.vercel)).await;
    assert_eq!(
        (answer.status, answer.text().as_str()),
        (200, "from the module"),
        "{:?}",
        answer.header("coldframe-problem")
    );
    project.write("words/words.go", &lib.replace("the module", "it, changed"));
    eventually("a change of what it imports is taken", async || {
        let answer = host.get(&format!("{}/api", host.vercel)).await;
        (answer.text() == "from it, changed").then_some(())
    })
    .await;
    assert!(!project.file("coldframe_vercel").exists(), "nothing is written beside the code");
}
