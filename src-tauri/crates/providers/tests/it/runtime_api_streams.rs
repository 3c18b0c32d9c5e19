//! Responses that arrive in pieces: Go's chunked bodies, streams, and what trailers say.

use coldframe_providers::invocation::{Body, Chunk, Reply};
use tokio::sync::mpsc;

use crate::raw::{NEXT, Raw, handover, open, soon};

const STREAMING: &str = "POST /2018-06-01/runtime/invocation/id-1/response HTTP/1.1\r\nHost: 127.0.0.1\r\n\
    Lambda-Runtime-Function-Response-Mode: streaming\r\nContent-Type: text/plain\r\n\
    Trailer: Lambda-Runtime-Function-Error-Type\r\nTrailer: Lambda-Runtime-Function-Error-Body\r\n\
    Transfer-Encoding: chunked\r\n\r\n";

fn stream(reply: Reply) -> mpsc::Receiver<Chunk> {
    match reply {
        Reply::Response { head, body: Body::Stream(chunks) } => {
            assert!(head.streamed);
            assert_eq!(head.headers["content-type"], "text/plain");
            chunks
        }
        other => panic!("not a stream: {other:?}"),
    }
}

#[tokio::test]
async fn chunks_are_passed_on_as_they_come() {
    let api = open().await;
    let mut process = Raw::connect(api.address()).await;
    process.send(NEXT).await;
    let (reply, ()) = tokio::join!(soon(api.exchange(handover("id-1", "{}"))), async {
        process.answer().await;
        process.send(STREAMING).await;
    });
    // The head is there before any of the body.
    let mut chunks = stream(reply);
    process.send("3\r\none\r\n").await;
    assert_eq!(soon(chunks.recv()).await, Some(Chunk::Data("one".into())));
    process.send("3\r\ntwo\r\n").await;
    assert_eq!(soon(chunks.recv()).await, Some(Chunk::Data("two".into())));
    process.send("0\r\n\r\n").await;
    assert_eq!(soon(chunks.recv()).await, Some(Chunk::End));
    assert_eq!(process.answer().await.status, 202);
    process.send(NEXT).await;
    soon(api.idle()).await;
}

#[tokio::test]
async fn an_error_after_the_beginning_comes_in_trailers() {
    let api = open().await;
    let mut process = Raw::connect(api.address()).await;
    process.send(NEXT).await;
    // More than the 16 KiB that servers usually allow trailers: a stack trace can be long.
    let long = base64(&format!(r#"{{"errorType":"RangeError","errorMessage":"{}"}}"#, "x".repeat(40_000)));
    let (reply, ()) = tokio::join!(soon(api.exchange(handover("id-1", "{}"))), async {
        process.answer().await;
        process.send(STREAMING).await;
        process
            .send(format!(
                "3\r\none\r\n0\r\nLambda-Runtime-Function-Error-Type: RangeError\r\n\
                 Lambda-Runtime-Function-Error-Body: {long}\r\n\r\n"
            ))
            .await;
    });
    let mut chunks = stream(reply);
    assert_eq!(soon(chunks.recv()).await, Some(Chunk::Data("one".into())));
    match soon(chunks.recv()).await {
        Some(Chunk::Failed { error_type, payload }) => {
            assert_eq!(error_type, "RangeError");
            assert!(payload.starts_with(br#"{"errorType":"RangeError""#), "the body is decoded");
        }
        other => panic!("the stream did not fail: {other:?}"),
    }
    assert_eq!(process.answer().await.status, 202);
}

#[tokio::test]
async fn a_connection_that_breaks_leaves_a_stream_without_an_end() {
    let api = open().await;
    let mut process = Raw::connect(api.address()).await;
    process.send(NEXT).await;
    let (reply, ()) = tokio::join!(soon(api.exchange(handover("id-1", "{}"))), async {
        process.answer().await;
        process.send(STREAMING).await;
        process.send("3\r\none\r\n").await;
    });
    let mut chunks = stream(reply);
    assert_eq!(soon(chunks.recv()).await, Some(Chunk::Data("one".into())));
    drop(process);
    assert_eq!(soon(chunks.recv()).await, None);
}

#[tokio::test]
async fn a_reader_that_leaves_does_not_stop_the_process() {
    let api = open().await;
    let mut process = Raw::connect(api.address()).await;
    process.send(NEXT).await;
    let (reply, ()) = tokio::join!(soon(api.exchange(handover("id-1", "{}"))), async {
        process.answer().await;
        process.send(STREAMING).await;
    });
    drop(stream(reply));
    for _ in 0..200 {
        process.send("3\r\none\r\n").await;
    }
    process.send("0\r\n\r\n").await;
    assert_eq!(soon(process.answer()).await.status, 202, "the process could finish");
}

/// Go's client: every body is chunked and announces trailers, which are empty.
#[tokio::test]
async fn a_chunked_body_that_is_no_stream_is_collected() {
    let api = open().await;
    let mut process = Raw::connect(api.address()).await;
    process.send(NEXT).await;
    let (reply, ()) = tokio::join!(soon(api.exchange(handover("id-1", "{}"))), async {
        process.answer().await;
        process
            .send(
                "POST /2018-06-01/runtime/invocation/id-1/response HTTP/1.1\r\nHost: 127.0.0.1\r\n\
                 User-Agent: aws-lambda-go/go1.27.3\r\nTransfer-Encoding: chunked\r\n\
                 Trailer: Lambda-Runtime-Function-Error-Body,Lambda-Runtime-Function-Error-Type\r\n\
                 Accept-Encoding: gzip\r\n\r\n\
                 8\r\n{\"hello\"\r\n4\r\n:\"go\r\n2\r\n\"}\r\n0\r\n\
                 Lambda-Runtime-Function-Error-Body: \r\nLambda-Runtime-Function-Error-Type: \r\n\r\n",
            )
            .await;
        assert_eq!(process.answer().await.status, 202);
    });
    match reply {
        Reply::Response { body: Body::Full(body), head } => {
            assert_eq!(body, r#"{"hello":"go"}"#);
            assert!(!head.headers.contains_key("content-type"), "none was sent");
        }
        other => panic!("not a whole response: {other:?}"),
    }
}

fn base64(text: &str) -> String {
    use base64::Engine as _;
    base64::prelude::BASE64_STANDARD.encode(text)
}
