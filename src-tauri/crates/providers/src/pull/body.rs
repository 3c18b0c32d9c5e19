//! Reading what the process sends: whole and limited, or chunk by chunk with trailers.

use base64::{Engine, prelude::BASE64_STANDARD};
use bytes::{Bytes, BytesMut};
use http::HeaderMap;
use http_body_util::BodyExt;
use hyper::body::{Body, Incoming};
use tokio::sync::mpsc;

use crate::{aws::failure, invocation::Chunk};

/// 6 MiB and 100 bytes: what a buffered response may have.
pub(crate) const RESPONSE_LIMIT: usize = 6 * 1024 * 1024 + 100;
/// What a streamed response may have.
pub(crate) const STREAM_LIMIT: usize = 200 * 1024 * 1024;

const ERROR_TYPE: &str = "lambda-runtime-function-error-type";
const ERROR_BODY: &str = "lambda-runtime-function-error-body";

pub(super) enum Whole {
    Bytes {
        bytes: Bytes,
        failed: Option<TrailingError>,
    },
    /// Over the limit; the rest was read and thrown away, so that the sender can read our answer.
    TooLarge,
    Truncated,
}

/// An error announced after the body (Go and Node streams).
pub(super) struct TrailingError {
    pub(super) error_type: String,
    pub(super) payload: Bytes,
}

pub(super) async fn whole(mut body: Incoming) -> Whole {
    let expected = body.size_hint().exact().and_then(|size| usize::try_from(size).ok());
    let mut first = Bytes::new();
    let mut rest = BytesMut::new();
    let mut failed = None;
    let mut total = 0;
    while let Some(frame) = body.frame().await {
        let frame = match frame {
            Ok(frame) => frame,
            Err(_) => return Whole::Truncated,
        };
        match frame.into_data() {
            Ok(data) => {
                total += data.len();
                if total > RESPONSE_LIMIT {
                    first = Bytes::new();
                    rest = BytesMut::new();
                } else if first.is_empty() && rest.is_empty() {
                    // A small body is one frame, and is handed on without a copy.
                    first = data;
                } else {
                    if rest.is_empty() {
                        rest.reserve(expected.unwrap_or(total * 2).min(RESPONSE_LIMIT));
                        rest.extend_from_slice(&first);
                        first = Bytes::new();
                    }
                    rest.extend_from_slice(&data);
                }
            }
            Err(frame) => failed = frame.into_trailers().ok().and_then(|trailers| trailing_error(&trailers)),
        }
    }
    if total > RESPONSE_LIMIT {
        return Whole::TooLarge;
    }
    let bytes = if rest.is_empty() { first } else { rest.freeze() };
    Whole::Bytes { bytes, failed }
}

/// Forwards a streamed response. `false`: the connection broke, and the channel closes without an end.
///
/// A receiver that has gone away is no reason to stop reading: the process must be able to finish.
pub(super) async fn forward(mut body: Incoming, chunks: mpsc::Sender<Chunk>) -> bool {
    let mut failed = None;
    let mut total = 0_usize;
    while let Some(frame) = body.frame().await {
        let frame = match frame {
            Ok(frame) => frame,
            Err(_) => return false,
        };
        match frame.into_data() {
            Ok(data) if data.is_empty() => {}
            Ok(data) => {
                total = total.saturating_add(data.len());
                if total <= STREAM_LIMIT {
                    let _ = chunks.send(Chunk::Data(data)).await;
                }
            }
            Err(frame) => failed = frame.into_trailers().ok().and_then(|trailers| trailing_error(&trailers)),
        }
    }
    let end = if total > STREAM_LIMIT {
        let body = failure::response_too_large();
        Chunk::Failed { error_type: body.error_type, payload: body.payload }
    } else if let Some(TrailingError { error_type, payload }) = failed {
        Chunk::Failed { error_type, payload }
    } else {
        Chunk::End
    };
    let _ = chunks.send(end).await;
    true
}

/// Announced trailers are empty unless something failed.
fn trailing_error(trailers: &HeaderMap) -> Option<TrailingError> {
    let text = |name| trailers.get(name).map(|value| String::from_utf8_lossy(value.as_bytes()).into_owned());
    let error_type = text(ERROR_TYPE).filter(|value| !value.is_empty());
    let payload = text(ERROR_BODY).filter(|value| !value.is_empty());
    if error_type.is_none() && payload.is_none() {
        return None;
    }
    let payload = payload.and_then(|encoded| BASE64_STANDARD.decode(encoded).ok()).unwrap_or_default();
    Some(TrailingError {
        error_type: error_type
            .or_else(|| failure::error_type_of(&payload))
            .unwrap_or_else(|| "Runtime.Unknown".to_owned()),
        payload: payload.into(),
    })
}
