//! Function URLs whose response streams.

use std::{
    io::Read as _,
    process::{Command, Stdio},
};

use coldframe_testkit::Project;

use super::{curl, own_host, received};
use crate::serve;

/// Writes its first part, then waits for a file to appear before the second.
const GATED: &str = "\
import { existsSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';

export const handler = awslambda.streamifyResponse(async (event, stream) => {
  stream = awslambda.HttpResponseStream.from(stream, {
    statusCode: 201,
    headers: { 'content-type': 'text/plain', 'x-rows': '2' },
    cookies: ['a=1', 'b=2'],
  });
  stream.write('first ');
  while (!existsSync(event.queryStringParameters.gate)) await pause(5);
  stream.write('second');
  stream.end();
});
";

const PLAIN: &str = "\
export const handler = awslambda.streamifyResponse(async (event, stream) => {
  const how = event.queryStringParameters?.how;
  if (how === 'before') throw new Error('nothing was sent');
  if (how === 'typed') stream.setContentType('text/css');
  stream.write('some bytes');
  if (how === 'after') throw new Error('half was sent');
  stream.end();
});
";

fn project(mode: &str) -> Project {
    let template = format!(
        "Transform: AWS::Serverless-2016-10-31\n\
         Globals: {{ Function: {{ Runtime: nodejs20.x, Handler: index.handler }} }}\n\
         Resources:\n\
         \x20 gated:\n\
         \x20   Type: AWS::Serverless::Function\n\
         \x20   Properties: {{ CodeUri: gated/, Timeout: 60, FunctionUrlConfig: {{ AuthType: NONE, InvokeMode: {mode} }} }}\n\
         \x20 plain:\n\
         \x20   Type: AWS::Serverless::Function\n\
         \x20   Properties: {{ CodeUri: plain/, FunctionUrlConfig: {{ AuthType: NONE, InvokeMode: {mode} }} }}\n"
    );
    Project::new().node("gated", GATED).node("plain", PLAIN).with("template.yaml", &template)
}

#[expect(clippy::disallowed_methods, reason = "what arrives first has to be read before the rest is there")]
#[test]
fn the_first_part_arrives_before_the_last_is_made() {
    let project = project("RESPONSE_STREAM");
    let host = serve(&project);
    let folder = tempfile::tempdir().expect("a temporary folder");
    let gate = folder.path().join("go");
    let url = format!("{}/?gate={}", own_host(&host, "gated"), gate.display());
    let mut child = Command::new("curl")
        .args([
            "--silent",
            "--show-error",
            "--include",
            "--no-buffer",
            "--noproxy",
            "*",
            "--max-time",
            "60",
            &url,
        ])
        .stdout(Stdio::piped())
        .spawn()
        .expect("curl");
    let mut output = child.stdout.take().expect("piped");
    let mut text = Vec::new();
    let mut buffer = [0; 1024];
    while !text.ends_with(b"first ") {
        let read = output.read(&mut buffer).expect("readable");
        assert!(read > 0, "it ended early: {}", String::from_utf8_lossy(&text));
        text.extend_from_slice(&buffer[..read]);
    }
    std::fs::write(&gate, "").expect("a written file");
    output.read_to_end(&mut text).expect("readable");
    assert!(child.wait().expect("our own child").success());
    let got = received(&String::from_utf8_lossy(&text));
    assert_eq!((got.status, got.body.as_str()), (201, "first second"), "the prelude is no part of the body");
    assert_eq!((got.header("content-type"), got.header("x-rows")), (Some("text/plain"), Some("2")));
    assert_eq!(got.all("set-cookie"), ["a=1", "b=2"]);
}

#[test]
fn a_stream_without_a_prelude_is_bytes_with_200() {
    let project = project("RESPONSE_STREAM");
    let host = serve(&project);
    let url = own_host(&host, "plain");
    let got = curl(&url, &[]);
    assert_eq!((got.status, got.header("content-type")), (200, Some("application/octet-stream")));
    assert_eq!(got.body, "some bytes");
    assert_eq!(curl(&format!("{url}/?how=typed"), &[]).header("content-type"), Some("text/css"));
    let got = curl(&format!("{url}/?how=before"), &[]);
    assert_eq!((got.status, got.body.as_str()), (502, "Internal Server Error"), "nothing had been sent yet");
}

#[test]
fn a_stream_is_collected_where_the_url_is_buffered() {
    let project = project("BUFFERED");
    let host = serve(&project);
    let folder = tempfile::tempdir().expect("a temporary folder");
    let gate = folder.path().join("go");
    std::fs::write(&gate, "").expect("a written file");
    let got = curl(&format!("{}/?gate={}", own_host(&host, "gated"), gate.display()), &[]);
    assert_eq!((got.status, got.body.as_str()), (201, "first second"));
    assert_eq!(got.header("content-length"), Some("12"), "it is sent as one: {got:?}");
    let got = curl(&format!("{}/?how=after", own_host(&host, "plain")), &[]);
    assert_eq!((got.status, got.body.as_str()), (502, "Internal Server Error"), "half an answer is none");
}
