//! An action proxy without an emulator, as a platform starts its container: it is told of no action.

use std::{
    io::Read as _,
    path::Path,
    process::{Child, Command, Stdio},
};

use coldframe_testkit::run;
use tokio::{
    io::{AsyncBufReadExt as _, AsyncReadExt as _, AsyncWriteExt as _, BufReader},
    net::{TcpListener, TcpStream},
    sync::oneshot,
};

/// Ends with its test.
pub(super) struct Proxy {
    process: Child,
    port: u16,
    scratch: tempfile::TempDir,
}

impl Proxy {
    /// Resolves when it listens. `kind` is `node` or `python`.
    #[expect(clippy::disallowed_methods, reason = "it is what a platform starts, not what Coldframe does")]
    pub(super) async fn start(kind: &str) -> Self {
        let report = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let port = free_port().await;
        let scratch = tempfile::tempdir().expect("a temporary folder");
        let bootstraps = Path::new(env!("CARGO_MANIFEST_DIR")).join("../providers/bootstrap");
        let mut command = match kind {
            "node" => {
                let mut command = Command::new("node");
                command.arg(bootstraps.join("node/ibm.cjs"));
                command
            }
            _ => {
                let mut command = Command::new("python3");
                command.args(["-c", "import coldframe_bootstrap.ibm as proxy; proxy.main()"]);
                command.env("PYTHONPATH", bootstraps.join("python")).env("PYTHONDONTWRITEBYTECODE", "1");
                command
            }
        };
        let process = command
            .current_dir(scratch.path())
            .env("TMPDIR", scratch.path())
            .env("PORT", port.to_string())
            .env("COLDFRAME_REPORT", report.local_addr().expect("an address").to_string())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("a process");
        let (ready, listens) = oneshot::channel();
        tokio::spawn(heard(report, ready));
        let proxy = Self { process, port, scratch };
        listens.await.expect("it says that it listens");
        proxy
    }

    pub(super) async fn post(&self, path: &str, body: &str) -> (String, String) {
        post(self.port, path, body).await
    }

    /// What it wrote to its two streams until now.
    pub(super) fn ended(mut self) -> (String, String) {
        self.end();
        let (mut out, mut err) = (String::new(), String::new());
        self.process.stdout.take().expect("piped").read_to_string(&mut out).expect("text");
        self.process.stderr.take().expect("piped").read_to_string(&mut err).expect("text");
        (out, err)
    }

    fn end(&mut self) {
        // It may have ended by itself.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        self.end();
        assert!(self.scratch.path().exists(), "its folder outlives it");
    }
}

async fn free_port() -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    listener.local_addr().expect("an address").port()
}

/// Hears what our bootstraps say of themselves, until they say that they listen and after.
async fn heard(report: TcpListener, ready: oneshot::Sender<()>) {
    let mut ready = Some(ready);
    let (stream, _) = report.accept().await.expect("a connection");
    let mut stream = BufReader::new(stream);
    let mut line = String::new();
    while stream.read_line(&mut line).await.is_ok_and(|length| length > 0) {
        let first = std::mem::take(&mut line);
        let mut length = 0;
        while stream.read_line(&mut line).await.is_ok() && !line.trim().is_empty() {
            let header = line.to_ascii_lowercase();
            if let Some(value) = header.strip_prefix("content-length:") {
                length = value.trim().parse().expect("a length");
            }
            line.clear();
        }
        line.clear();
        stream.read_exact(&mut vec![0; length]).await.expect("a body");
        let answer = "HTTP/1.1 202 Accepted\r\nContent-Length: 0\r\n\r\n";
        stream.write_all(answer.as_bytes()).await.expect("it listens");
        if first.contains("/coldframe/ready")
            && let Some(ready) = ready.take()
        {
            ready.send(()).expect("somebody waits");
        }
    }
}

/// The status line and the body of an answer, which is JSON.
pub(super) async fn post(port: u16, path: &str, body: &str) -> (String, String) {
    let mut stream = TcpStream::connect(("127.0.0.1", port)).await.expect("it listens");
    let head = format!(
        "POST {path} HTTP/1.1\r\nHost: action\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\
         Connection: close\r\n\r\n",
        body.len()
    );
    stream.write_all((head + body).as_bytes()).await.expect("it reads");
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.expect("an answer");
    let (head, body) = answer.split_once("\r\n\r\n").expect("a head and a body");
    let (status, headers) = head.split_once("\r\n").expect("headers");
    let headers = headers.to_ascii_lowercase();
    assert!(headers.contains("content-type: application/json"), "{answer}");
    assert!(headers.contains(&format!("content-length: {}", body.len())), "whole and of one piece: {answer}");
    (status.to_owned(), body.to_owned())
}

/// A zip of files, in Base64.
pub(super) fn zipped(files: &[(&str, &str)]) -> String {
    let packs = "import base64, io, json, sys, zipfile\nbytes = io.BytesIO()\n\
                 with zipfile.ZipFile(bytes, 'w', zipfile.ZIP_DEFLATED) as archive:\n    \
                 for name, text in json.load(sys.stdin): archive.writestr(name, text)\n\
                 print(base64.b64encode(bytes.getvalue()).decode())\n";
    let files = serde_json::to_string(files).expect("JSON");
    let packed = run(Path::new("python3"), &["-c", packs], Path::new("."), &[], &files);
    assert_eq!(packed.code, 0, "{}", packed.stderr);
    packed.stdout.trim().to_owned()
}
