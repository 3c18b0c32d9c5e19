//! Node handlers under our bootstrap, with the machine's own node.

use coldframe_providers::{
    domain::{Language, ProviderId},
    invocation::{Body, CallContext, Chunk, Reply},
};
use coldframe_supervisor::Exit;
use serde_json::{Value, json};

use crate::instance::{Project, failed, soon, text};

const APP: &str = r#"
require('./lib/words')
exports.echo = async (event) => event
exports.context = async (event, context) => ({
  function: [context.functionName, context.functionVersion, context.memoryLimitInMB],
  log: [context.logGroupName, context.logStreamName],
  request: [context.awsRequestId, context.invokedFunctionArn],
  left: context.getRemainingTimeInMillis() > 0 && context.getRemainingTimeInMillis() <= 3000,
  client: context.clientContext,
  identity: context.identity,
  trace: process.env._X_AMZN_TRACE_ID,
})
exports.callback = (event, context, callback) => { setTimeout(() => callback(null, { after: event }), 5) }
exports.early = (event, context, callback) => {
  context.callbackWaitsForEmptyEventLoop = false
  setTimeout(() => {}, 100_000)
  callback(null, 'early')
}
exports.nothing = () => {}
exports.fail = async () => { throw new TypeError('bäd') }
exports.failSync = () => { throw new RangeError('sync') }
exports.log = async () => {
  console.log('hello %s', 'world\nagain')
  console.error('bad')
}
exports.rejected = async () => {
  Promise.reject(new Error('lost'))
  await new Promise((resolve) => setTimeout(resolve, 10_000))
}
exports.circular = async () => { const a = {}; a.a = a; return a }
exports.stream = awslambda.streamifyResponse(async (event, stream) => {
  stream.setContentType('text/plain')
  stream.write('one')
  await new Promise((resolve) => setTimeout(resolve, 5))
  stream.write('two')
  stream.end()
})
exports.http = awslambda.streamifyResponse(async (event, stream) => {
  stream = awslambda.HttpResponseStream.from(stream, { statusCode: 201, headers: { a: 'b' }, cookies: ['c=d'] })
  stream.write('body')
  stream.end()
})
exports.pipe = awslambda.streamifyResponse(async (event, stream) => {
  const { pipeline } = require('stream/promises')
  const { Readable } = require('stream')
  await pipeline(Readable.from(['x'.repeat(200_000), 'y'.repeat(200_000)]), stream)
})
exports.failLate = awslambda.streamifyResponse(async (event, stream) => {
  stream.write('one')
  throw new RangeError('late')
})
exports.failEarly = awslambda.streamifyResponse(async () => { throw new RangeError('early') })
exports.unfinished = awslambda.streamifyResponse(async (event, stream) => { stream.write('one') })
"#;

fn app(handler: &str) -> Project {
    Project::new(
        ProviderId::Aws,
        Language::Node,
        handler,
        &[
            ("app.js", APP),
            ("lib/words.js", ""),
            ("src/inner.cjs", "exports.deep = { handler: async () => 'deep' }"),
            ("esm.mjs", "export const handler = async (event) => ({ esm: event })"),
        ],
    )
}

/// The whole of a streamed answer, and how it ended.
async fn streamed(reply: Reply) -> (String, String, Chunk) {
    let Reply::Response { head, body: Body::Stream(mut chunks) } = reply else {
        panic!("not a stream: {reply:?}")
    };
    let mut whole = Vec::new();
    loop {
        match soon(chunks.recv()).await.expect("an end") {
            Chunk::Data(data) => whole.extend_from_slice(&data),
            end => {
                let content_type = head.headers["content-type"].to_str().unwrap().to_owned();
                return (content_type, String::from_utf8(whole).unwrap(), end);
            }
        }
    }
}

#[tokio::test]
async fn a_handler_is_called_again_and_again() {
    let project = app("app.echo");
    let (instance, ready) = project.ready().await;
    assert!(ready.init.is_some() && ready.usage.is_some());
    let mut loaded = ready.loaded.unwrap();
    loaded.sort();
    assert_eq!(loaded, ["app.js", "lib/words.js"].map(|file| instance.project.join(file)));
    let large = format!("\"{}\"", "ä".repeat(1_000_000));
    for event in [r#"{"a":[1,2.5,null,"hö"]}"#, "\"text\"", "7", large.as_str()] {
        assert_eq!(text(instance.call(event).await), event);
        assert!(instance.idle().await.usage.is_some());
    }
}

#[tokio::test]
async fn the_context_is_complete() {
    let project = app("app.context");
    let (instance, _) = project.ready().await;
    let context = CallContext {
        qualifier: None,
        client_context: Some(r#"{"custom":{"k":"v"}}"#.into()),
        cognito_identity: Some(r#"{"cognitoIdentityId":"a"}"#.into()),
        trace_id: Some("Root=1-2-3".into()),
    };
    let answer: Value =
        serde_json::from_str(&text(soon(instance.hand_over("id-9", context, "{}")).await)).unwrap();
    assert_eq!(
        answer,
        json!({
            "function": ["hello", "$LATEST", "512"],
            "log": ["/aws/lambda/hello", "2026/01/01/[$LATEST]0123456789abcdef0123456789abcdef"],
            "request": ["id-9", "arn:aws:lambda:us-east-1:000000000000:function:hello"],
            "left": true,
            "client": {"custom": {"k": "v"}},
            "identity": {"cognitoIdentityId": "a"},
            "trace": "Root=1-2-3",
        })
    );
}

#[tokio::test]
async fn every_style_of_handler_answers() {
    for (handler, answer) in [
        ("app.callback", r#"{"after":{}}"#),
        ("app.early", "\"early\""),
        ("app.nothing", "null"),
        ("src/inner.deep.handler", "\"deep\""),
        ("esm.handler", r#"{"esm":{}}"#),
    ] {
        let project = app(handler);
        let (instance, _) = project.ready().await;
        for _ in 0..2 {
            assert_eq!(text(instance.call("{}").await), answer, "{handler}");
            instance.idle().await;
        }
    }
}

#[tokio::test]
async fn what_is_thrown_is_reported_and_logged_as_on_aws() {
    for (handler, error_type, message) in [
        ("app.fail", "TypeError", "bäd"),
        ("app.failSync", "RangeError", "sync"),
        ("app.circular", "Error", "Unable to stringify response body"),
    ] {
        let project = app(handler);
        let (mut instance, _) = project.ready().await;
        let (reported, payload) = failed(instance.call("{}").await);
        instance.idle().await;
        assert_eq!(reported, error_type, "{handler}");
        assert_eq!(payload["errorMessage"], message);
        assert_eq!(payload["trace"][0], format!("{error_type}: {message}"));
        let lines = instance.lines().await;
        let parts: Vec<&str> = lines[0].split('\t').collect();
        assert_eq!(&parts[1..4], ["id-1", "ERROR", "Invoke Error "], "{lines:?}");
        assert_eq!(serde_json::from_str::<Value>(parts[4]).unwrap()["errorType"], error_type);
    }
}

#[tokio::test]
async fn console_lines_have_lambdas_format() {
    let project = app("app.log");
    let (mut instance, _) = project.ready().await;
    instance.call("{}").await;
    instance.idle().await;
    let lines = instance.lines().await;
    assert!(lines[0].ends_with("Z\tid-1\tINFO\thello world\ragain"), "{lines:?}");
    assert!(lines[1].ends_with("Z\tid-1\tERROR\tbad"), "{lines:?}");
}

#[tokio::test]
async fn an_unhandled_rejection_ends_the_process() {
    let project = app("app.rejected");
    let (instance, _) = project.ready().await;
    let (error_type, payload) = failed(instance.call("{}").await);
    assert_eq!(error_type, "Runtime.UnhandledPromiseRejection");
    assert_eq!(payload["errorMessage"], "Error: lost");
    assert_eq!(soon(instance.child.exited()).await, Exit::Code(128));
}

#[tokio::test]
async fn streams_arrive_with_their_content_type_and_prelude() {
    let project = app("app.stream");
    let (instance, _) = project.ready().await;
    for _ in 0..2 {
        let (content_type, body, end) = streamed(instance.call("{}").await).await;
        assert_eq!((content_type.as_str(), body.as_str(), end), ("text/plain", "onetwo", Chunk::End));
        instance.idle().await;
    }
    let project = app("app.http");
    let (instance, _) = project.ready().await;
    let (content_type, body, _) = streamed(instance.call("{}").await).await;
    assert_eq!(content_type, "application/vnd.awslambda.http-integration-response");
    assert_eq!(
        body,
        "{\"statusCode\":201,\"headers\":{\"a\":\"b\"},\"cookies\":[\"c=d\"]}\0\0\0\0\0\0\0\0body"
    );
    let project = app("app.pipe");
    let (instance, _) = project.ready().await;
    let (_, body, end) = streamed(instance.call("{}").await).await;
    assert_eq!((body.len(), end), (400_000, Chunk::End));
}

#[tokio::test]
async fn streams_fail_before_or_after_their_first_byte() {
    let project = app("app.failLate");
    let (instance, _) = project.ready().await;
    let (_, body, end) = streamed(instance.call("{}").await).await;
    assert_eq!(body, "one");
    assert!(matches!(end, Chunk::Failed { error_type, .. } if error_type == "RangeError"));
    instance.idle().await;
    let project = app("app.failEarly");
    let (instance, _) = project.ready().await;
    assert_eq!(failed(instance.call("{}").await).0, "RangeError");
    instance.idle().await;
    let project = app("app.unfinished");
    let (instance, _) = project.ready().await;
    let (_, _, end) = streamed(instance.call("{}").await).await;
    assert!(matches!(end, Chunk::Failed { .. }), "a stream that is never ended fails: {end:?}");
}

#[tokio::test]
async fn what_keeps_a_handler_from_loading_is_an_init_error() {
    for (handler, error_type, message) in [
        ("app.nope", "Runtime.HandlerNotFound", "app.nope is undefined or not exported"),
        ("gone.handler", "Runtime.ImportModuleError", "Error: Cannot find module 'gone'"),
        ("nodot", "Runtime.MalformedHandlerName", "Bad handler"),
        ("broken.f", "Runtime.UserCodeSyntaxError", "SyntaxError: "),
        ("raises.f", "Error", "no database"),
    ] {
        let project = Project::new(
            ProviderId::Aws,
            Language::Node,
            handler,
            &[
                ("app.js", ""),
                ("broken.js", "exports.f = () => {\n  const x = ;\n}\n"),
                ("raises.js", "throw new Error('no database')\n"),
            ],
        );
        let (failure, exit, lines) = project.init_failure().await;
        assert_eq!(failure.error_type, error_type, "{handler}");
        let payload: Value = serde_json::from_slice(&failure.payload).unwrap();
        assert!(payload["errorMessage"].as_str().unwrap().starts_with(message), "{payload}");
        assert_eq!(exit, Exit::Code(129));
        assert!(lines[0].contains("\tundefined\tERROR\tUncaught Exception \t{"), "{lines:?}");
        if handler == "broken.f" {
            let place = payload["trace"].as_array().unwrap().last().unwrap().as_str().unwrap();
            assert!(place.ends_with("broken.js:2"), "the place is named: {place}");
        }
    }
}

#[tokio::test]
async fn an_import_that_finds_nothing_is_told_with_its_place() {
    for (handler, place) in
        [("plain.f", "plain.js:3"), ("module.f", "module.mjs:2"), ("relative.f", "relative.mjs:1")]
    {
        let project = Project::new(
            ProviderId::Aws,
            Language::Node,
            handler,
            &[
                ("plain.js", "const a = 1\n\nconst b = require('nosuch/part')\n"),
                ("module.mjs", "import fs from 'fs'\nimport b from '@no/such/part'\n"),
                ("relative.mjs", "import b from './gone.mjs'\n"),
            ],
        );
        let (_, _, lines) = project.init_failure().await;
        let told = format!("coldframe: the import stands in {}", project.app.root.join(place).display());
        assert_eq!(lines.last(), Some(&told), "{lines:?}");
    }
}
