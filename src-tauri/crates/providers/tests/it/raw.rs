//! An HTTP client that sends exactly the bytes it is given, and the handovers it answers.

use std::{collections::BTreeMap, net::SocketAddr, sync::Arc, time::Duration};

use bytes::Bytes;
use coldframe_providers::{
    domain::{Function, Takes, UrlSettings},
    invocation::{CallContext, Event, Handover},
    launch::Account,
    pull::RuntimeApi,
};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
    time::timeout,
};

const PATIENCE: Duration = Duration::from_secs(10);

pub(crate) const NEXT: &str = "GET /2018-06-01/runtime/invocation/next HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n";

pub(crate) async fn open() -> RuntimeApi {
    open_for(1).await
}

/// For a process that has so many calls at a time.
pub(crate) async fn open_for(calls: u32) -> RuntimeApi {
    RuntimeApi::open("hello", "app.handler", &Account::default(), calls).await.unwrap()
}

/// A function of that name, and nothing more.
pub(crate) fn hello() -> Arc<Function> {
    Arc::new(Function {
        name: "hello".into(),
        description: String::new(),
        routes: Vec::new(),
        routes_cors: None,
        url: UrlSettings::default(),
        takes: Takes::Event,
        entry: None,
        bindings: Vec::new(),
    })
}

pub(crate) fn handover(request_id: &str, event: &str) -> Handover {
    Handover {
        request_id: request_id.into(),
        event: Event::Bytes(Bytes::copy_from_slice(event.as_bytes())),
        deadline_ms: 1_900_000_000_000,
        context: CallContext::default(),
        function: hello(),
    }
}

pub(crate) struct Raw {
    stream: TcpStream,
    received: Vec<u8>,
}

#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: BTreeMap<String, String>,
    /// The head as it was sent, to see the case of header names.
    pub(crate) head: String,
    pub(crate) body: String,
}

impl Raw {
    pub(crate) async fn connect(address: SocketAddr) -> Self {
        Self { stream: TcpStream::connect(address).await.unwrap(), received: Vec::new() }
    }

    pub(crate) async fn send(&mut self, bytes: impl AsRef<[u8]>) {
        self.stream.write_all(bytes.as_ref()).await.unwrap();
    }

    /// No more requests will come on this connection.
    pub(crate) async fn shut(&mut self) {
        self.stream.shutdown().await.unwrap();
    }

    pub(crate) async fn call(&mut self, bytes: impl AsRef<[u8]>) -> Answer {
        self.send(bytes).await;
        self.answer().await
    }

    pub(crate) async fn post(&mut self, path: &str, headers: &str, body: impl AsRef<[u8]>) -> Answer {
        let body = body.as_ref();
        let mut request = format!(
            "POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\n{headers}Content-Length: {}\r\n\r\n",
            body.len()
        )
        .into_bytes();
        request.extend_from_slice(body);
        self.call(request).await
    }

    pub(crate) async fn answer(&mut self) -> Answer {
        let end = loop {
            if let Some(end) = self.received.windows(4).position(|window| window == b"\r\n\r\n") {
                break end;
            }
            self.more().await;
        };
        let head = String::from_utf8_lossy(&self.received[..end]).into_owned();
        let mut lines = head.split("\r\n");
        let status = lines.next().unwrap().split(' ').nth(1).unwrap().parse().unwrap();
        let headers: BTreeMap<String, String> = lines
            .map(|line| line.split_once(": ").unwrap())
            .map(|(name, value)| (name.to_ascii_lowercase(), value.to_owned()))
            .collect();
        let length: usize = headers.get("content-length").map_or(0, |length| length.parse().unwrap());
        while self.received.len() < end + 4 + length {
            self.more().await;
        }
        let body = String::from_utf8_lossy(&self.received[end + 4..end + 4 + length]).into_owned();
        self.received.drain(..end + 4 + length);
        Answer { status, headers, head, body }
    }

    async fn more(&mut self) {
        let read = self.stream.read_buf(&mut self.received);
        let read = timeout(PATIENCE, read).await.expect("an answer in time").unwrap();
        assert_ne!(read, 0, "the connection was closed, after {:?}", String::from_utf8_lossy(&self.received));
    }
}

/// Everything in these tests happens at once or is broken.
pub(crate) async fn soon<T>(future: impl Future<Output = T>) -> T {
    timeout(PATIENCE, future).await.expect("in time")
}
