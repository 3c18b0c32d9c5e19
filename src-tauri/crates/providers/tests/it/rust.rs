//! Rust functions, built with the machine's own cargo. The package needs no dependency: it speaks to the Runtime API
//! with the standard library, so that the test needs no registry.

use coldframe_providers::domain::{Language, ProviderId};

use crate::instance::{Project, text};

const MANIFEST: &str =
    "[package]\nname = \"hello\"\nversion = \"0.1.0\"\nedition = \"2024\"\n\n[workspace]\n";

const MAIN: &str = r#"
mod words;
use std::{env, io::{BufRead, BufReader, Read, Write}, net::TcpStream};

fn main() {
    let address = env::var("AWS_LAMBDA_RUNTIME_API").unwrap();
    let stream = TcpStream::connect(&address).unwrap();
    let mut reader = BufReader::new(stream.try_clone().unwrap());
    let mut stream = stream;
    loop {
        write!(stream, "GET /2018-06-01/runtime/invocation/next HTTP/1.1\r\nHost: {address}\r\n\r\n").unwrap();
        let (id, event) = read(&mut reader);
        let body = format!("{}{event}", words::HELLO);
        write!(stream, "POST /2018-06-01/runtime/invocation/{id}/response HTTP/1.1\r\nHost: {address}\r\nContent-Length: {}\r\n\r\n{body}", body.len()).unwrap();
        read(&mut reader);
    }
}

fn read(reader: &mut impl BufRead) -> (String, String) {
    let (mut id, mut length) = (String::new(), 0);
    loop {
        let mut line = String::new();
        reader.read_line(&mut line).unwrap();
        let line = line.trim_end();
        if line.is_empty() { break }
        if let Some(value) = line.strip_prefix("Lambda-Runtime-Aws-Request-Id: ") { id = value.into() }
        if let Some(value) = line.strip_prefix("Content-Length: ") { length = value.parse().unwrap() }
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body).unwrap();
    (id, String::from_utf8(body).unwrap())
}
"#;

fn package(words: &str) -> Project {
    let files = [("Cargo.toml", MANIFEST), ("src/main.rs", MAIN), ("src/words.rs", words)];
    Project::new(ProviderId::Aws, Language::Rust, "bootstrap", &files)
}

#[tokio::test]
async fn a_package_is_built_and_run() {
    let project = package("pub const HELLO: &str = \"hello \";\n");
    let built = project.build().await.unwrap();
    let files = built.files.unwrap();
    for file in ["src/main.rs", "src/words.rs", "Cargo.toml"] {
        assert!(files.contains(&project.app.root.join(file)), "{file} went in: {files:?}");
    }
    let (instance, _) = project.ready().await;
    assert_eq!(text(instance.call("you").await), "hello you");
    assert!(built.artifact.unwrap().starts_with(project.folder.path().join("build")));
}

#[tokio::test]
async fn a_mistake_fails_the_build_with_its_place() {
    let problem = package("\npub const HELLO: u32 = \"hello\";\n").build().await.unwrap_err();
    assert_eq!((problem.file.as_deref(), problem.line), (Some("src/words.rs"), Some(2)), "{problem}");
    assert!(problem.message.contains("mismatched types"), "{problem}");
}
