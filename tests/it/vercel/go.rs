//! Vercel's functions in Go, compiled by the real tool chain without a network.

use std::{path::Path, time::Duration};

use coldframe_testkit::{Host, Project, eventually, run};
use serde_json::{Value, json};

use crate::{builder, serve};

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

/// Makes a proxy of modules of a folder, with one module in it: nobody else is asked.
const PROXY: &str = "
import zipfile, os
folder = 'proxy/example.org/seeds/@v/'
os.makedirs(folder)
mod = 'module example.org/seeds\\n'
open(folder + 'list', 'w').write('v1.0.0\\n')
open(folder + 'v1.0.0.info', 'w').write('{\"Version\": \"v1.0.0\"}')
open(folder + 'v1.0.0.mod', 'w').write(mod)
with zipfile.ZipFile(folder + 'v1.0.0.zip', 'w') as module:
    module.writestr('example.org/seeds@v1.0.0/go.mod', mod)
    module.writestr('example.org/seeds@v1.0.0/seeds.go', 'package seeds\\n\\nconst Kind = \"pea\"\\n')
";

const SHOP: &str = "\
package handler

import (
\t\"fmt\"
\t\"net/http\"

\t\"example.org/seeds\"
)

func Handler(w http.ResponseWriter, r *http.Request) {
\tfmt.Fprint(w, seeds.Kind)
}
";

/// As soon as nothing else is being built for it.
async fn install(host: &Host, id: &Value) {
    eventually("nothing is being built", async || {
        (host.try_rpc("install", json!({"function": id})).await.status == 200).then_some(())
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_go_mod_names_is_fetched_by_the_build_and_tidied_on_request() {
    let modules = "module shop\n\ngo 1.21\n\nrequire example.org/seeds v1.0.0\n";
    let project = Project::new().with("vercel.json", "{}").with("api/index.go", SHOP).with("go.mod", modules);
    let made = run(Path::new("python3"), &["-c", PROXY], project.path(), &[], "");
    assert_eq!(made.code, 0, "a module is made: {}", made.stderr);
    let cache = tempfile::tempdir().expect("a temporary folder");
    let host = builder(&project)
        .env("GOPROXY", format!("file://{}", project.file("proxy").display()))
        .env("GOSUMDB", "off")
        .env("GOFLAGS", "-modcacherw")
        .env("GOMODCACHE", cache.path())
        .start();
    let seen = host.function("api-index").await;
    let problem = &seen["problem"];
    assert_eq!(
        (&problem["severity"], &problem["file"], &problem["remedy"]),
        (&json!("warning"), &json!("go.mod"), &json!("Run go mod tidy")),
        "{problem}"
    );
    built(&host, "/api").await;
    let answer = host.get(&format!("{}/api", host.vercel)).await;
    assert_eq!(
        (answer.status, answer.text().as_str()),
        (200, "pea"),
        "{:?}",
        answer.header("coldframe-problem")
    );
    let read = |name: &str| std::fs::read_to_string(project.file(name)).unwrap_or_default();
    assert_eq!((read("go.mod").as_str(), read("go.sum").as_str()), (modules, ""), "the build writes neither");
    let job = host.rpc("job", json!({"function": seen["id"]})).await;
    assert!(
        job["lines"].to_string().contains("there is no go.sum"),
        "it is said in the build's output: {job}"
    );

    install(&host, &seen["id"]).await;
    eventually("go mod tidy has run, and nothing is wrong any more", async || {
        (host.function("api-index").await["problems"] == json!([])).then_some(())
    })
    .await;
    assert!(read("go.sum").starts_with("example.org/seeds v1.0.0 h1:"), "{}", read("go.sum"));
    assert_eq!(host.get(&format!("{}/api", host.vercel)).await.text(), "pea");

    // A list that leaves something out is the person's to complete, and the advice can be followed.
    project.write("go.sum", "");
    project.write("api/other.go", SHOP);
    let told = eventually("what is not in the list is named", async || {
        let answer = host.get(&format!("{}/api/other", host.vercel)).await;
        let told = answer.header("coldframe-problem").unwrap_or_default().to_owned();
        told.contains("missing go.sum entry").then_some(told)
    })
    .await;
    assert!(told.starts_with("api/other.go:7") && !told.contains("coldframe_vercel"), "{told}");
    let problem = host.function("api-other").await["problem"].clone();
    assert_eq!(
        (&problem["hint"], &problem["remedy"]),
        (&json!("in the folder of its go.mod: go mod tidy"), &json!("Run go mod tidy")),
        "{problem}"
    );
    install(&host, &host.function("api-other").await["id"]).await;
    eventually("it answers once the lists are complete", async || {
        (host.get(&format!("{}/api/other", host.vercel)).await.text() == "pea").then_some(())
    })
    .await;
}
