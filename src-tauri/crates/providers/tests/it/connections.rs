//! Hosts that a process connects to are told once, whatever it connects with: by name, else by address and port. What is sent
//! is not.

use coldframe_providers::domain::{Language, ProviderId};

use crate::instance::{Project, text};

/// Looks names up without asking anybody: that they are no addresses is an answer, too.
const PYTHON: &str = "\
import socket

def handler(event, context):
    for host in event:
        try:
            socket.create_connection((host, 9), timeout=1)
        except OSError:
            pass
    return 'done'

def _look_up(host, *arguments, look_up=socket.getaddrinfo, **named):
    return look_up(host, *arguments, **{**named, 'flags': socket.AI_NUMERICHOST})

socket.getaddrinfo = _look_up
";

/// A resolver of one's own leads everybody to this machine, to a port where nobody listens.
const NODE: &str = "\
import net from 'node:net'
import http from 'node:http'

const lookup = (host, options, done) => done(null, [{ address: '127.0.0.1', family: 4 }])
export const handler = async (hosts) => {
  for (const host of hosts) {
    await new Promise((done) => net.connect({ host, port: 9, lookup }).on('error', done).on('connect', done))
  }
  if (hosts.length === 1) {
    const url = 'http://user:secret@Api.Example:9/path?query=secret'
    await new Promise((done) => http.get(url, { lookup }).on('error', done))
  }
  return 'done'
}
";

#[tokio::test]
async fn hosts_are_told_once_by_their_names() {
    for (language, source, file, handler) in [
        (Language::Python, PYTHON, "app.py", "app.handler"),
        (Language::Node, NODE, "app.mjs", "app.handler"),
    ] {
        let project = Project::new(ProviderId::Aws, language, handler, &[(file, source)]);
        let (instance, _) = project.ready().await;
        let connected = || instance.conversation.take_connected();
        assert_eq!(
            connected(),
            Vec::<String>::new(),
            "{language:?} has connected to nobody but the emulator"
        );
        let names = r#"["photos.S3.amazonaws.com", "127.0.0.1", "::1", "photos.s3.amazonaws.com"]"#;
        assert_eq!(text(instance.call(names).await), "\"done\"");
        instance.idle().await;
        let mut hosts = connected();
        hosts.sort();
        assert_eq!(hosts, ["127.0.0.1:9", "[::1]:9", "photos.s3.amazonaws.com"], "{language:?}");
        assert_eq!(text(instance.call(r#"["photos.s3.amazonaws.com", "127.0.0.1"]"#).await), "\"done\"");
        instance.idle().await;
        assert_eq!(connected(), Vec::<String>::new(), "{language:?} tells nothing new");
        assert_eq!(text(instance.call(r#"["db.internal"]"#).await), "\"done\"");
        instance.idle().await;
        let mut all = connected();
        all.retain(|host| host != "api.example");
        all.sort();
        let known = ["127.0.0.1:9", "[::1]:9", "db.internal", "photos.s3.amazonaws.com"];
        assert_eq!(all, known, "{language:?}");
    }
}
