//! HTTP as bytes on a socket, for the doors' tests: what is sent is exactly what the test wrote, and what comes back is
//! taken apart without a library's forgiveness.

use std::{net::SocketAddr, time::Duration};

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

/// Nothing in these tests takes long; what does is stuck.
const STUCK: Duration = Duration::from_secs(10);

#[derive(Debug)]
pub(crate) struct Answered {
    pub(crate) status: u16,
    pub(crate) head: String,
    pub(crate) body: Vec<u8>,
    /// The body ended as its framing says.
    pub(crate) complete: bool,
}

impl Answered {
    pub(crate) fn headers(&self, name: &str) -> Vec<&str> {
        let lines = self.head.lines().skip(1).filter_map(|line| line.split_once(": "));
        lines.filter(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| value).collect()
    }

    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers(name).first().copied()
    }

    pub(crate) fn text(&self) -> &str {
        std::str::from_utf8(&self.body).unwrap()
    }

    pub(crate) fn json(&self) -> serde_json::Value {
        serde_json::from_slice(&self.body).unwrap()
    }
}

/// Sends `head` (lines, without framing headers) and `body` on a connection of its own.
pub(crate) async fn ask(address: SocketAddr, head: &str, body: &[u8]) -> Answered {
    let mut stream = TcpStream::connect(address).await.unwrap();
    let host = if head.to_ascii_lowercase().contains("\nhost:") { "" } else { "Host: localhost\r\n" };
    let length = if head.to_ascii_lowercase().contains("\ntransfer-encoding:") {
        String::new()
    } else {
        format!("Content-Length: {}\r\n", body.len())
    };
    let lines: String = head.lines().map(|line| format!("{}\r\n", line.trim())).collect();
    let method = head.split(' ').next().unwrap_or_default().to_owned();
    let mut request = format!("{lines}{host}{length}Connection: close\r\n\r\n").into_bytes();
    request.extend_from_slice(body);
    let exchange = async {
        stream.write_all(&request).await.unwrap();
        let mut bytes = Vec::new();
        // A cut connection is a result, too.
        let _ = stream.read_to_end(&mut bytes).await;
        parse(&bytes, &method)
    };
    tokio::time::timeout(STUCK, exchange).await.expect("the door answers")
}

pub(crate) fn parse(bytes: &[u8], method: &str) -> Answered {
    let end = bytes.windows(4).position(|window| window == b"\r\n\r\n").expect("a response has a head");
    let head = String::from_utf8(bytes[..end].to_vec()).unwrap();
    let status = head[9..12].parse().unwrap();
    let rest = &bytes[end + 4..];
    let mut answered = Answered { status, head, body: rest.to_vec(), complete: true };
    if answered.header("transfer-encoding") == Some("chunked") && method != "HEAD" {
        (answered.body, answered.complete) = unchunk(rest);
    } else if let Some(length) = answered.header("content-length") {
        answered.complete = method == "HEAD" || length.parse() == Ok(rest.len());
    }
    answered
}

fn unchunk(mut rest: &[u8]) -> (Vec<u8>, bool) {
    let mut body = Vec::new();
    while let Some(line) = rest.windows(2).position(|window| window == b"\r\n") {
        let length = usize::from_str_radix(std::str::from_utf8(&rest[..line]).unwrap(), 16).unwrap();
        if length == 0 {
            return (body, true);
        }
        let start = line + 2;
        body.extend_from_slice(&rest[start..start + length]);
        rest = &rest[start + length + 2..];
    }
    (body, false)
}
