//! InvokeWithResponseStream, its frames read back.

use base64::{Engine, engine::general_purpose::STANDARD};

use super::{Running, start};
use crate::{
    fake_invoke::{Fake, echo, failure, found, stream},
    invocation::{Answer, Chunk, Failure, Throttle},
    raw_http::Answered,
};

async fn door() -> Running {
    let failed = |error_type: &str| Chunk::Failed {
        error_type: error_type.into(),
        payload: bytes::Bytes::from_static(br#"{"errorType":"RangeError"}"#),
    };
    let fake = Fake::default()
        .with(found("echo", &[]), echo)
        .with(found("streams", &[]), |_| {
            stream("text/plain", vec![Chunk::Data("one".into()), Chunk::Data("two".into()), Chunk::End])
        })
        .with(found("breaks", &[]), move |_| {
            stream("text/plain", vec![Chunk::Data("one".into()), failed("RangeError")])
        })
        .with(found("fails", &[]), |_| failure(Failure::Error, "E", r#"{"errorType":"E"}"#))
        .with(found("busy", &[]), |_| Answer::Throttled(Throttle::Account))
        .with(found("dies", &[]), |_| stream("text/plain", vec![Chunk::Data("one".into())]));
    start(fake).await
}

async fn invoke(door: &Running, name: &str, headers: &str) -> Answered {
    let head =
        format!("POST /2021-11-15/functions/{name}/response-streaming-invocations HTTP/1.1\n{headers}");
    door.ask(&head, r#"{"a":1}"#).await
}

/// Event type and payload of every frame.
fn frames(mut bytes: &[u8]) -> Vec<(String, String)> {
    let word = |bytes: &[u8], at: usize| u32::from_be_bytes(bytes[at..at + 4].try_into().unwrap());
    let mut frames = Vec::new();
    while !bytes.is_empty() {
        let (total, headers) = (word(bytes, 0) as usize, word(bytes, 4) as usize);
        assert_eq!(word(bytes, total - 4), crc32fast::hash(&bytes[..total - 4]), "the frame is whole");
        let head = String::from_utf8_lossy(&bytes[12..12 + headers]).into_owned();
        let kind = ["PayloadChunk", "InvokeComplete"].into_iter().find(|kind| head.contains(kind)).unwrap();
        frames.push((kind.to_owned(), String::from_utf8(bytes[12 + headers..total - 4].to_vec()).unwrap()));
        bytes = &bytes[total..];
    }
    frames
}

fn pairs(frames: &[(&str, &str)]) -> Vec<(String, String)> {
    frames.iter().map(|(kind, payload)| ((*kind).to_owned(), (*payload).to_owned())).collect()
}

#[tokio::test]
async fn chunks_become_frames_and_the_last_says_complete() {
    let answered = invoke(&door().await, "streams", "").await;
    assert_eq!((answered.status, answered.complete), (200, true));
    assert_eq!(answered.header("content-type"), Some("application/vnd.amazon.eventstream"));
    assert_eq!(answered.header("x-amz-executed-version"), Some("$LATEST"));
    assert_eq!(
        frames(&answered.body),
        pairs(&[("PayloadChunk", "one"), ("PayloadChunk", "two"), ("InvokeComplete", "{}")])
    );
}

#[tokio::test]
async fn an_unstreamed_answer_is_one_chunk_and_the_log_comes_last() {
    let answered = invoke(&door().await, "echo", "X-Amz-Log-Type: Tail\n").await;
    let frames = frames(&answered.body);
    assert_eq!(frames[0], ("PayloadChunk".to_owned(), r#"{"a":1}"#.to_owned()));
    let complete: serde_json::Value = serde_json::from_str(&frames[1].1).unwrap();
    let log = STANDARD.decode(complete["LogResult"].as_str().unwrap()).unwrap();
    assert!(log.starts_with(b"START RequestId: "));
}

#[tokio::test]
async fn failures_are_told_in_the_last_frame() {
    let door = door().await;
    let complete = |frames: &[(String, String)]| {
        serde_json::from_str::<serde_json::Value>(&frames.last().unwrap().1).unwrap()
    };
    let broken = frames(&invoke(&door, "breaks", "").await.body);
    assert_eq!(broken[0].1, "one", "what was sent stays sent");
    assert_eq!(complete(&broken)["ErrorCode"], "RangeError");
    assert_eq!(complete(&broken)["ErrorDetails"], r#"{"errorType":"RangeError"}"#);
    let failed = frames(&invoke(&door, "fails", "").await.body);
    assert_eq!(failed.len(), 1);
    assert_eq!(complete(&failed)["ErrorCode"], "Unhandled");
    let dead = frames(&invoke(&door, "dies", "").await.body);
    assert_eq!(complete(&dead)["ErrorCode"], "Runtime.TruncatedResponse");
}

#[tokio::test]
async fn what_never_ran_is_an_error_and_not_a_stream() {
    let door = door().await;
    assert_eq!(invoke(&door, "busy", "").await.header("x-amzn-errortype"), Some("TooManyRequestsException"));
    assert_eq!(invoke(&door, "nobody", "").await.status, 404);
    assert_eq!(invoke(&door, "echo", "X-Amz-Invocation-Type: Event\n").await.status, 400);
    assert_eq!(invoke(&door, "echo", "X-Amz-Invocation-Type: DryRun\n").await.status, 204);
}
