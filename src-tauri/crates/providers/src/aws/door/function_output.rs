//! What a function left behind, as more than one kind of call needs it: a stream put together, the tail of a log.

use base64::{Engine, engine::general_purpose::STANDARD};
use bytes::Bytes;
use tokio::sync::mpsc;

use super::RESPONSE_LIMIT;
use crate::invocation::Chunk;

/// How much of the log a caller gets, bytes before base64.
const LOG_TAIL: usize = 4096;

/// A streamed answer as one: the bytes, or the payload of what went wrong.
pub(super) async fn collect(mut chunks: mpsc::Receiver<Chunk>, request_id: &str) -> Result<Bytes, Bytes> {
    let mut collected = Vec::new();
    loop {
        match chunks.recv().await {
            Some(Chunk::Data(data)) if collected.len() + data.len() > RESPONSE_LIMIT => {
                return Err(Bytes::from_static(
                    b"{\"errorMessage\":\"Response payload size exceeded maximum allowed payload size (6291556 bytes).\",\
                      \"errorType\":\"Function.ResponseSizeTooLarge\"}",
                ));
            }
            Some(Chunk::Data(data)) => collected.extend_from_slice(&data),
            Some(Chunk::End) => return Ok(collected.into()),
            Some(Chunk::Failed { payload, .. }) => return Err(payload),
            None => return Err(truncated(request_id)),
        }
    }
}

/// For a stream that just stopped.
pub(super) const TRUNCATED: &str = "Runtime.TruncatedResponse";

pub(super) fn truncated(request_id: &str) -> Bytes {
    format!("{{\"errorType\":\"{TRUNCATED}\",\"errorMessage\":\"RequestId: {request_id} Error: Response ended early\"}}")
        .into()
}

/// The last 4 KB of the log, as the header carries it.
pub(super) fn log_result(lines: &[String]) -> String {
    // Only what can be in the tail is joined.
    let mut first = lines.len();
    let mut length = 0;
    while first > 0 && length < LOG_TAIL {
        first -= 1;
        length += lines[first].len() + 1;
    }
    let mut text = String::with_capacity(length);
    for line in &lines[first..] {
        text.push_str(line);
        text.push('\n');
    }
    STANDARD.encode(&text.as_bytes()[text.len().saturating_sub(LOG_TAIL)..])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_tail_of_a_log_is_its_last_4_kilobytes() {
        let lines: Vec<String> = (0..2000).map(|n| format!("line {n}")).collect();
        let tail = STANDARD.decode(log_result(&lines)).unwrap();
        assert_eq!(tail.len(), LOG_TAIL);
        assert!(tail.ends_with(b"line 1998\nline 1999\n"));
        assert_eq!(STANDARD.decode(log_result(&["short".into()])).unwrap(), b"short\n");
        assert_eq!(log_result(&[]), "");
    }
}
