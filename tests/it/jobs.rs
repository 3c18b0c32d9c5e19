//! Builds as a person meets them: heard while they run, and given up.

use std::path::Path;

use coldframe_testkit::{Project, eventually, run};
use serde_json::json;
use tokio::io::AsyncReadExt as _;

use crate::{builder, serve};

/// Speaks the Runtime API with nothing but the standard library: what is compiled here is compiled in a moment.
const MAIN: &str = r#"
use std::{io::{Read, Write}, net::TcpStream};

fn ask(request: String) -> String {
    let mut stream = TcpStream::connect(std::env::var("AWS_LAMBDA_RUNTIME_API").unwrap()).unwrap();
    stream.write_all(request.as_bytes()).unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    answer
}

fn main() {
    let base = "/2018-06-01/runtime/invocation";
    loop {
        let next = ask(format!("GET {base}/next HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n"));
        let id = next.lines().find_map(|line| line.to_lowercase().strip_prefix("lambda-runtime-aws-request-id: ").map(str::to_owned)).unwrap();
        ask(format!("POST {base}/{id}/response HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\ncontent-length: 1\r\n\r\n{}", VERSION));
    }
}
"#;

/// Waits for somebody as long as there is a file that says where.
const BUILD: &str = r#"
fn main() {
    if let Ok(port) = std::fs::read_to_string("wait") {
        let mut stream = std::net::TcpStream::connect(format!("127.0.0.1:{}", port.trim())).unwrap();
        std::io::Read::read(&mut stream, &mut [0]).unwrap();
    }
}
"#;

fn main_of(version: u32) -> String {
    format!("const VERSION: u32 = {version};\n{MAIN}")
}

fn slow() -> Project {
    let manifest = "[package]\nname = \"slow\"\nversion = \"0.1.0\"\nedition = \"2021\"\n\n[dependencies]\n\
                    lambda_runtime = { path = \"../runtime\" }\n\n[workspace]\n";
    Project::new()
        .with(
            "runtime/Cargo.toml",
            "[package]\nname = \"lambda_runtime\"\nversion = \"1.0.0\"\nedition = \"2021\"\n",
        )
        .with("runtime/src/lib.rs", "")
        .with("slow/Cargo.toml", manifest)
        .with("slow/build.rs", BUILD)
        .with("slow/src/main.rs", &main_of(1))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_build_is_heard_and_can_be_cancelled_while_the_old_revision_serves() {
    let project = slow();
    let host = serve(&project);
    assert_eq!(host.invoke("slow", &json!({})).await.json(), json!(1));
    let id = host.function("slow").await["id"].clone();
    let first = host.rpc("job", json!({"function": id})).await;
    assert_eq!((&first["job"]["kind"], &first["job"]["state"]), (&json!("build"), &json!("done")), "{first}");

    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a listener");
    let port = listener.local_addr().expect("an address").port();
    project.write("slow/wait", &port.to_string());
    let (mut building, _) = listener.accept().await.expect("the build waits for us");
    eventually("cargo is heard", async || {
        let running = host.rpc("job", json!({"function": id})).await;
        assert_eq!(running["job"]["state"], "running", "{running}");
        running["lines"].to_string().contains("Compiling slow").then_some(())
    })
    .await;
    assert_eq!(host.function("slow").await["job"]["command"], "cargo build");
    assert_eq!(host.invoke("slow", &json!({})).await.json(), json!(1), "calls are answered meanwhile");

    let cancelled = host.rpc("cancel", json!({"function": id})).await;
    assert_eq!(cancelled["job"]["state"], "cancelled");
    let problem = &cancelled["problem"];
    assert_eq!(problem["severity"], "warning", "{problem}");
    assert!(
        problem["hint"].as_str().is_some_and(|hint| hint.contains("keeps serving")),
        "it is said: {problem}"
    );
    assert_eq!(building.read(&mut [0]).await.expect("an end"), 0, "the tool is gone");
    assert_eq!(host.invoke("slow", &json!({})).await.json(), json!(1), "the old revision serves");
    let reloads = host.rpc("reloads", json!({"function": id, "minutes": null})).await;
    assert_eq!(reloads[0]["outcome"], "cancelled", "{reloads}");

    std::fs::remove_file(project.file("slow/wait")).expect("our own file");
    project.write("slow/src/main.rs", &main_of(2));
    eventually("the next save is built", async || {
        (host.invoke("slow", &json!({})).await.json() == json!(2)).then_some(())
    })
    .await;
    let last = host.function("slow").await;
    assert_eq!((&last["problem"], &last["job"]["state"]), (&json!(null), &json!("done")));

    project.write("slow/src/main.rs", &main_of(3).replace("loop {", "loop { nothing;"));
    let problem = eventually("the compiler's word is shown", async || {
        let problem = host.function("slow").await["problem"].clone();
        problem.is_object().then_some(problem)
    })
    .await;
    assert_eq!((&problem["file"], &problem["line"]), (&json!("slow/src/main.rs"), &json!(15)), "{problem}");
    let failed = host.rpc("job", json!({"function": id})).await;
    assert_eq!(failed["job"]["state"], "failed");
    assert!(failed["lines"].to_string().contains("cannot find value"), "all of it is kept: {failed}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_first_build_is_cancelled_from_the_command_line_and_its_caller_is_told() {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a listener");
    let port = listener.local_addr().expect("an address").port();
    let project = slow().with("slow/wait", &port.to_string());
    let data = tempfile::tempdir().expect("a temporary folder");
    let host = builder(&project).data_dir(data.path()).start();
    let directory = data.path().display().to_string();
    let cancelling = async {
        let (building, _) = listener.accept().await.expect("the build waits for us");
        let binary = Path::new(env!("CARGO_BIN_EXE_coldframe"));
        let args = ["--data-dir", &directory, "cancel", "slow"];
        let verb = tokio::task::block_in_place(|| run(binary, &args, project.path(), &[], ""));
        drop(building);
        verb
    };
    let event = json!({});
    let (answer, verb) = tokio::join!(host.invoke("slow", &event), cancelling);
    assert_eq!(
        (verb.code, verb.stdout.as_str()),
        (0, "the build was cancelled\nhint: the next call begins it anew\n")
    );
    assert!(answer.text().contains("the build was cancelled"), "{} {}", answer.status, answer.text());
    std::fs::remove_file(project.file("slow/wait")).expect("our own file");
    assert_eq!(host.invoke("slow", &json!({})).await.json(), json!(1), "the next call builds it");
}
