//! Bodies in both directions: what a door answers with, and reading what a caller sends without trusting its size.

use std::{
    io,
    pin::Pin,
    task::{Context, Poll},
};

use bytes::{Bytes, BytesMut};
use futures_util::Stream;
use hyper::body::{Body, Frame, Incoming, SizeHint};

/// The body of an answer.
pub(crate) enum Payload {
    /// Taken when it is sent; `None` is an empty body.
    Full(Option<Bytes>),
    /// An error cuts the connection, which is how HTTP/1 says that a body is incomplete.
    Stream(Pin<Box<dyn Stream<Item = io::Result<Bytes>> + Send>>),
}

impl Payload {
    pub(crate) fn empty() -> Self {
        Self::Full(None)
    }
    pub(crate) fn stream(stream: impl Stream<Item = io::Result<Bytes>> + Send + 'static) -> Self {
        Self::Stream(Box::pin(stream))
    }
}

impl<T: Into<Bytes>> From<T> for Payload {
    fn from(bytes: T) -> Self {
        let bytes = bytes.into();
        Self::Full((!bytes.is_empty()).then_some(bytes))
    }
}

impl Body for Payload {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, io::Error>>> {
        match self.get_mut() {
            Self::Full(bytes) => Poll::Ready(bytes.take().map(|bytes| Ok(Frame::data(bytes)))),
            Self::Stream(stream) => {
                stream.as_mut().poll_next(context).map(|next| next.map(|chunk| chunk.map(Frame::data)))
            }
        }
    }

    fn is_end_stream(&self) -> bool {
        matches!(self, Self::Full(None))
    }

    fn size_hint(&self) -> SizeHint {
        match self {
            Self::Full(bytes) => SizeHint::with_exact(bytes.as_ref().map_or(0, |bytes| bytes.len() as u64)),
            Self::Stream(_) => SizeHint::default(),
        }
    }
}

/// How much of a body that is too large is still read, so that a caller who writes it all before it reads (most do)
/// sees the answer instead of a broken connection.
const SWALLOWED: usize = 64 << 20;

#[derive(Debug)]
pub(crate) enum ReadError {
    /// `bytes` as far as known.
    TooLarge { bytes: usize },
    /// The caller left, or what it sent is not HTTP.
    Broken,
}

/// Reads a whole body of at most `limit` bytes.
pub(crate) async fn read(mut body: Incoming, limit: usize) -> Result<Bytes, ReadError> {
    let announced = body.size_hint().exact().map(|bytes| usize::try_from(bytes).unwrap_or(usize::MAX));
    if let Some(bytes) = announced.filter(|&bytes| bytes > SWALLOWED) {
        return Err(ReadError::TooLarge { bytes });
    }
    let mut first = Bytes::new();
    let mut rest = BytesMut::new();
    let mut total = 0_usize;
    while let Some(data) = next_data(&mut body).await? {
        total += data.len();
        if total > SWALLOWED {
            return Err(ReadError::TooLarge { bytes: total });
        }
        if total > limit {
            (first, rest) = (Bytes::new(), BytesMut::new());
        } else if first.is_empty() {
            // The usual event arrives in one piece, which is passed on as it lies in the read buffer.
            first = data;
        } else {
            if rest.is_empty() {
                rest.reserve(announced.unwrap_or(total * 2).min(limit));
                rest.extend_from_slice(&first);
            }
            rest.extend_from_slice(&data);
        }
    }
    if total > limit {
        return Err(ReadError::TooLarge { bytes: total });
    }
    Ok(if rest.is_empty() { first } else { rest.freeze() })
}

async fn next_data(body: &mut Incoming) -> Result<Option<Bytes>, ReadError> {
    loop {
        match std::future::poll_fn(|context| Pin::new(&mut *body).poll_frame(context)).await {
            None => return Ok(None),
            Some(Err(_)) => return Err(ReadError::Broken),
            // Trailers say nothing a function could see.
            Some(Ok(frame)) => {
                if let Ok(data) = frame.into_data() {
                    return Ok(Some(data));
                }
            }
        }
    }
}
