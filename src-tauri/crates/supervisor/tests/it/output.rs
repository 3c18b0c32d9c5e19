//! What processes print.

use coldframe_supervisor::{Exit, Stream};

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

use crate::{Bench, line, soon};

#[tokio::test]
async fn lines_come_with_their_stream() {
    let bench = Bench::new();
    let mut child = bench.start(bench.sh("echo out; echo err >&2; printf 'no break'")).await;
    let mut lines = child.take_output().expect("the first to ask");
    assert!(child.take_output().is_none(), "there is one reader");
    let mut found = Vec::new();
    while let Some(line) = soon("a line", lines.recv()).await {
        assert!(!line.truncated);
        found.push((line.stream, line.text));
    }
    found.sort_by_key(|(stream, _)| *stream == Stream::Stderr);
    let expected = [(Stream::Stdout, "out"), (Stream::Stdout, "no break"), (Stream::Stderr, "err")];
    assert_eq!(found, expected.map(|(stream, text)| (stream, text.to_owned())));
}

#[tokio::test]
async fn everything_written_before_a_drain_is_there_after_it() {
    let bench = Bench::new();
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a listener");
    let port = listener.local_addr().expect("an address").port();
    // Says by another way that it has printed, as an invocation's answer does, and waits to be told to go on.
    let script = format!(
        "
import socket, sys
line = socket.create_connection(('127.0.0.1', {port}))
for n in range(200):
    print('line', n)
    print('half', n, end='', file=sys.stderr, flush=True)
    line.send(b'x')
    line.recv(1)"
    );
    let mut child = bench.start(bench.python(&script)).await;
    let mut lines = child.take_output().expect("the first to ask");
    let (mut line, _) = soon("the process", listener.accept()).await.expect("a connection");
    for number in 0..200 {
        soon("the process", line.read_u8()).await.expect("a sign");
        child.drain().await;
        let mut found =
            [lines.try_recv(), lines.try_recv()].map(|line| line.expect("delivered by the drain").text);
        found.sort_unstable();
        assert_eq!(found, [format!("half {number}"), format!("line {number}")]);
        assert_eq!(lines.try_recv(), None);
        line.write_u8(b'x').await.expect("it goes on");
    }
    soon("the end", child.exited()).await;
    child.drain().await;
}

#[tokio::test]
async fn a_huge_line_is_cut_and_says_so() {
    let bench = Bench::new();
    let mut child = bench.start(bench.python("print('x' * 5_000_000)\nprint('after')")).await;
    let mut lines = child.take_output().expect("the first to ask");
    let huge = line(&mut lines).await;
    assert!(huge.truncated);
    assert!(huge.text.ends_with(" … [4737856 bytes of this line left out]"), "{}", &huge.text[262_100..]);
    let after = line(&mut lines).await;
    assert_eq!((after.text.as_str(), after.truncated), ("after", false));
}

#[tokio::test]
async fn a_flood_neither_stops_the_process_nor_fills_memory() {
    let bench = Bench::new();
    let mut child = bench
        .start(bench.sh("yes 'a line of some length, again and again' | head -n 1000000; echo done >&2"))
        .await;
    let mut lines = child.take_output().expect("the first to ask");
    // Nobody reads until it has ended.
    assert_eq!(soon("the end", child.exited()).await, Exit::Code(0));
    let (mut passed, mut left_out) = (0, 0);
    while let Some(line) = soon("a line", lines.recv()).await {
        if let Some(count) = line.text.strip_prefix('[').and_then(|text| text.split(' ').next()) {
            assert!(line.truncated && line.text.ends_with("bytes of output left out]"), "{}", line.text);
            left_out += count.parse::<u64>().expect("a count");
        } else {
            passed += 1;
        }
    }
    assert!(passed >= 20_000 && left_out > 900_000, "{passed} {left_out}");
    assert_eq!(passed + left_out, 1_000_001, "every line is either there or counted");
}

#[tokio::test]
async fn nobody_has_to_listen() {
    let bench = Bench::new();
    let mut child = bench.start(bench.sh("seq 1 100000")).await;
    drop(child.take_output());
    assert_eq!(soon("the end", child.exited()).await, Exit::Code(0));
    let child = bench.start(bench.sh("seq 1 100000")).await;
    assert_eq!(soon("the end", child.exited()).await, Exit::Code(0));
}

#[tokio::test]
async fn a_tool_is_heard_while_it_runs_and_what_it_said_is_returned_whole() {
    let bench = Bench::new();
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a listener");
    let port = listener.local_addr().expect("an address").port();
    // Goes on only when its first line has been heard.
    let script = format!(
        "
import socket, sys
print('first', flush=True)
line = socket.create_connection(('127.0.0.1', {port}))
line.recv(1)
print('last', file=sys.stderr)"
    );
    let (heard, first) = tokio::sync::oneshot::channel();
    let (mut heard, mut told) = (Some(heard), Vec::new());
    let running = bench.supervisor.run_telling(bench.python(&script), |line| {
        told.push(line.text.clone());
        if let Some(heard) = heard.take() {
            let _ = heard.send(());
        }
    });
    let going_on = async {
        soon("the first line", first).await.expect("it was told");
        let (mut line, _) = soon("the process", listener.accept()).await.expect("a connection");
        line.write_u8(b'x').await.expect("it goes on");
    };
    let (output, ()) = tokio::join!(running, going_on);
    let output = output.expect("a process");
    assert_eq!(told, ["first", "last"], "each line is told once");
    assert_eq!((output.stdout.as_slice(), output.stderr.as_slice()), (&b"first\n"[..], &b"last\n"[..]));
    assert_eq!(output.status, Exit::Code(0));
}
