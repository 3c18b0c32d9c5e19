//! What a process reaches outside of itself is told once, whatever it does it with: hosts by name, else by address and port;
//! programs and files by name. What is sent is not.

use coldframe_providers::{
    domain::{Language, ProviderId},
    reached::Reached,
};

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
        let connected = || {
            let reached = instance.conversation.take_reached().into_iter().map(|one| match one {
                Reached::Host(host) => host,
                Reached::Program(other) | Reached::File(other) => panic!("{other} is no host"),
            });
            reached.collect::<Vec<String>>()
        };
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

/// Reads what is there, writes in two folders, and starts programs in every way that there is.
const ACTS: &str = "\
import asyncio, copy, multiprocessing, os, pathlib, subprocess, tempfile

class Keeps:
    opener = open

def square(number):
    return number * number

def handler(event, context):
    with open(__file__) as own, Keeps().opener(__file__) as same, Keeps.opener(__file__, 'r') as again:
        own.read(), same.read(), again.read()
    with tempfile.NamedTemporaryFile('w') as kept:
        kept.write('x')
    pathlib.Path(tempfile.gettempdir(), 'kept').write_text('x')
    with open(os.devnull, 'w') as nowhere:
        nowhere.write('x')
    with multiprocessing.get_context('spawn').Pool(1) as pool:
        pool.map(square, [2])
    try:
        open(event['missing'] + '/out.txt', 'a')
    except FileNotFoundError as error:
        pass
    if event.get('quiet'):
        return 'quiet'
    with open(event['out'] + '/open.txt', mode='a') as out:
        out.write('x')
    pathlib.Path(event['out'], 'path.txt').write_text('x')
    os.close(os.open(event['out'] + '/os.txt', os.O_WRONLY | os.O_CREAT))
    os.system('true --secret')
    subprocess.run(['/bin/true', '--secret'])
    subprocess.run('exit 0', shell=True)
    os.spawnlp(os.P_WAIT, 'false', 'false', '--secret')
    asyncio.run(asyncio.create_subprocess_exec('echo'))
    return 'done'
";

#[tokio::test]
async fn programs_and_files_are_told_by_their_names() {
    let project = Project::new(ProviderId::Aws, Language::Python, "app.handler", &[("app.py", ACTS)]);
    let (instance, _) = project.ready().await;
    let out = tempfile::tempdir().unwrap();
    let folder = out.path().to_str().unwrap();
    let event = |quiet| format!(r#"{{"out": "{folder}", "missing": "{folder}/none", "quiet": {quiet}}}"#);
    assert_eq!(text(instance.call(&event(true)).await), "\"quiet\"");
    instance.idle().await;
    assert_eq!(instance.conversation.take_reached(), [], "what stays within it, or came to nothing");
    assert_eq!(text(instance.call(&event(false)).await), "\"done\"");
    instance.idle().await;
    let mut reached = instance.conversation.take_reached();
    reached.sort();
    let programs = ["/bin/sh", "/bin/true", "echo", "false", "true"];
    let files = ["open.txt", "os.txt", "path.txt"].map(|name| format!("{folder}/{name}"));
    let all = programs.map(|name| Reached::Program(name.to_owned())).into_iter();
    assert_eq!(reached, all.chain(files.map(Reached::File)).collect::<Vec<_>>());
}
