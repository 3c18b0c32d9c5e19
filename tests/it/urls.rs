//! Function URLs and gateways' routes, with curl: what people and webhooks send, and what comes back.

mod cors;
mod gateways;
mod recorded;
mod requests;
mod responses;
mod streaming;

use std::path::Path;

use coldframe_testkit::{Host, Project, run};
use serde_json::Value;

/// What curl received.
#[derive(Debug)]
struct Received {
    status: u16,
    headers: Vec<(String, String)>,
    body: String,
}

impl Received {
    fn header(&self, name: &str) -> Option<&str> {
        self.all(name).first().copied()
    }

    fn all(&self, name: &str) -> Vec<&str> {
        let matching = self.headers.iter().filter(|(key, _)| key.eq_ignore_ascii_case(name));
        matching.map(|(_, value)| value.as_str()).collect()
    }

    fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or_else(|_| panic!("not JSON: {self:?}"))
    }
}

/// `curl OPTIONS URL`.
fn curl(url: &str, options: &[&str]) -> Received {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let own =
        ["--silent", "--show-error", "--include", "--noproxy", "*", "--max-time", "60", "--path-as-is", url];
    let said = run(Path::new("curl"), &[&own, options].concat(), folder.path(), &[], "");
    assert_eq!(said.code, 0, "curl {url}: {}", said.stderr);
    received(&said.stdout)
}

fn received(text: &str) -> Received {
    let (head, body) = text.split_once("\r\n\r\n").unwrap_or_else(|| panic!("no answer: {text}"));
    let mut lines = head.split("\r\n");
    let status = lines.next().and_then(|line| line.split(' ').nth(1)?.parse().ok()).expect("a status line");
    let headers =
        lines.filter_map(|line| line.split_once(": ")).map(|(key, value)| (key.into(), value.into()));
    Received { status, headers: headers.collect(), body: body.to_owned() }
}

/// `http://NAME.localhost:PORT`, as a function has a host of its own in the cloud. curl resolves it by itself.
fn own_host(host: &Host, function: &str) -> String {
    let port = host.aws.rsplit(':').next().expect("a port");
    format!("http://{function}.localhost:{port}")
}

/// A function that answers with the event it got.
fn mirror() -> Project {
    Project::new().python("mirror", "def lambda_handler(event, context):\n    return event\n")
}
