//! How processes end, and that nothing of them stays.

use coldframe_supervisor::{Exit, Supervisor};

use crate::{Bench, gone, line, lives, soon};

#[tokio::test]
async fn exit_codes_and_signals_are_told_to_everyone_who_waits() {
    let bench = Bench::new();
    let child = bench.start(bench.sh("exit 7")).await;
    let other = child.clone();
    assert_eq!(soon("the end", child.exited()).await, Exit::Code(7));
    assert_eq!(soon("the end", other.exited()).await, Exit::Code(7), "also to the second");
    assert_eq!(other.try_exited(), Some(Exit::Code(7)));

    let child = bench.start(bench.sh("kill -SEGV $$")).await;
    assert_eq!(soon("the end", child.exited()).await, Exit::Signal(11));
    child.kill();
    assert_eq!(child.try_exited(), Some(Exit::Signal(11)), "a kill afterwards changes nothing");
}

#[tokio::test]
async fn a_process_may_be_asked_to_end() {
    let bench = Bench::new();
    let script = "
import signal, sys
def asked(*_):
    print('bye')
    sys.exit(5)
signal.signal(signal.SIGTERM, asked)
print('up')
signal.pause()";
    let mut child = bench.start(bench.python(script)).await;
    let mut lines = child.take_output().expect("the first to ask");
    assert_eq!(line(&mut lines).await.text, "up");
    child.terminate();
    assert_eq!(soon("the end", child.exited()).await, Exit::Code(5));
    assert_eq!(line(&mut lines).await.text, "bye", "delivered before the end was told");
    assert_eq!(soon("the end of the output", lines.recv()).await, None);
}

#[tokio::test]
async fn grandchildren_die_with_the_process() {
    let bench = Bench::new();
    let mut child = bench.start(bench.sh("sh -c 'sleep 100 & echo $!; wait' & echo $!; wait")).await;
    let mut lines = child.take_output().expect("the first to ask");
    let pids: [u32; 2] =
        [line(&mut lines).await, line(&mut lines).await].map(|line| line.text.parse().expect("a pid"));
    assert!(pids.iter().all(|pid| lives(*pid)));
    child.kill();
    assert_eq!(soon("the end", child.exited()).await, Exit::Signal(9));
    for pid in pids {
        gone(pid).await;
    }
}

#[tokio::test]
async fn what_a_process_leaves_behind_when_it_exits_dies_too() {
    let bench = Bench::new();
    let mut child = bench.start(bench.sh("sleep 100 & echo $!")).await;
    let mut lines = child.take_output().expect("the first to ask");
    let pid = line(&mut lines).await.text.parse().expect("a pid");
    assert_eq!(
        soon("the end", child.exited()).await,
        Exit::Code(0),
        "though the pipe is still open in the other"
    );
    gone(pid).await;
}

/// A daemon in its own session, whose parents are gone: neither group nor ancestry lead to it.
const DAEMON: &str = "
import os, sys, time
if os.fork() == 0:
    os.setsid()
    if os.fork() == 0:
        sys.stdout.write(f'{os.getpid()}\\n')
        time.sleep(100)
    os._exit(0)
os.wait()
";

#[tokio::test]
async fn a_daemon_dies_with_the_process_that_started_it() {
    let bench = Bench::new();
    let mut child = bench.start(bench.python(&format!("{DAEMON}\ntime.sleep(100)"))).await;
    let mut lines = child.take_output().expect("the first to ask");
    let daemon = line(&mut lines).await.text.parse().expect("a pid");
    child.kill();
    soon("the end", child.exited()).await;
    gone(daemon).await;
}

#[tokio::test]
async fn a_shutdown_leaves_nothing_and_starts_nothing() {
    let bench = Bench::new();
    let mut child = bench
        .start(bench.python(&format!("{DAEMON}\nsys.stdout.write(f'{{os.getpid()}}\\n')\ntime.sleep(100)")))
        .await;
    let mut lines = child.take_output().expect("the first to ask");
    let pids = [line(&mut lines).await, line(&mut lines).await].map(|line| line.text.parse().expect("a pid"));
    soon("the shutdown", bench.supervisor.shutdown()).await;
    assert_eq!(child.try_exited(), Some(Exit::Signal(9)));
    for pid in pids {
        gone(pid).await;
    }
    let refused = bench.supervisor.spawn(bench.sh("true")).await;
    assert_eq!(refused.expect_err("refused").to_string(), "cannot start a process while shutting down");
}

#[tokio::test]
async fn the_last_supervisor_takes_its_processes_along() {
    let bench = Bench::new();
    let child = bench.start(bench.sh("sleep 100")).await;
    let Bench { supervisor, dir } = bench;
    drop::<Supervisor>(supervisor);
    assert_eq!(soon("the end", child.exited()).await, Exit::Signal(9));
    drop(dir);
}

#[test]
fn a_runtime_that_ends_takes_its_processes_along() {
    let bench = Bench::new();
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    let child = runtime.block_on(async { bench.start(bench.sh("sleep 100")).await });
    drop(runtime);
    assert!(!lives(child.pid()));
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    assert_eq!(runtime.block_on(child.exited()), Exit::Signal(9));
}
