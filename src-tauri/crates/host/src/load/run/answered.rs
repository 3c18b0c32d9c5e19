//! What came back of one call.

use coldframe_providers::invocation::{Answer, Body, Chunk, Throttle};

use crate::load::tally::Came;

/// What the caller of a call would have seen, a stream read to its end.
pub(super) async fn came(answer: Answer) -> Came {
    let (head, body) = match answer {
        Answer::Response { head, body } => (head, body),
        Answer::FunctionError { error_type, .. } => return Came::Failed(error_type),
        Answer::Throttled(Throttle::Function | Throttle::Account | Throttle::Paused) => {
            return Came::Throttled;
        }
        Answer::Refused { message } => return Came::Failed(message),
        Answer::NotFound => return Came::Failed("the function is gone".to_owned()),
    };
    if let Body::Stream(mut chunks) = body {
        loop {
            match chunks.recv().await {
                Some(Chunk::Data(_)) => {}
                Some(Chunk::End) => break,
                Some(Chunk::Failed { error_type, .. }) => return Came::Failed(error_type),
                None => return Came::Failed("the stream broke off".to_owned()),
            }
        }
    }
    if head.status.is_server_error() {
        return Came::Failed(format!("HTTP {}", head.status.as_u16()));
    }
    Came::Ok
}
