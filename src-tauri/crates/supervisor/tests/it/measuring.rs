//! What processes use, and what becomes of those that use too much.

use std::time::{Duration, Instant};

use coldframe_supervisor::Exit;

use crate::{Bench, line, soon};

/// Burns CPU time, says how much it has used by its own account, and stays.
const BURN: &str = "
import sys, time
while time.process_time() < 0.2:
    for _ in range(20000): pass
print(int(time.process_time() * 1e6))
sys.stdout.flush()
time.sleep(100)
";

#[tokio::test]
async fn the_cpu_time_of_a_busy_process_is_its_own_figure() {
    let bench = Bench::new();
    let mut child = bench.start(bench.python(BURN)).await;
    let mut lines = child.take_output().expect("the first to ask");
    let said: u64 = line(&mut lines).await.text.parse().expect("a figure");
    let sample = child.sample();
    let measured = u64::try_from(sample.cpu().as_micros()).expect("not for ever");
    assert!(measured.abs_diff(said) < 20_000, "said {said} µs, measured {measured} µs");
    assert!(sample.cpu_user > sample.cpu_system, "it looped in user code: {sample:?}");
    child.kill();
    soon("the end", child.exited()).await;
    assert!(child.sample().cpu() >= sample.cpu(), "the figure stays when the process is gone");
}

#[tokio::test]
async fn time_in_the_kernel_is_told_apart() {
    let bench = Bench::new();
    let script = "
import os, time
fd = os.open('/dev/zero', os.O_RDONLY)
while time.process_time() < 0.3: os.read(fd, 1 << 20)
print('done')
time.sleep(100)";
    let mut child = bench.start(bench.python(script)).await;
    let mut lines = child.take_output().expect("the first to ask");
    line(&mut lines).await;
    let sample = child.sample();
    assert!(sample.cpu_system > sample.cpu_user, "{sample:?}");
    child.kill();
}

#[tokio::test]
async fn children_count_while_they_live_and_when_they_are_gone() {
    let bench = Bench::new();
    let burn = "import time\nwhile time.process_time() < 0.15: pass\nprint('burnt', flush=True)";
    let script = format!("python3 -c \"{burn}\"; python3 -c \"{burn}\ntime.sleep(100)\"");
    let mut child = bench.start(bench.sh(&script)).await;
    let mut lines = child.take_output().expect("the first to ask");
    line(&mut lines).await;
    line(&mut lines).await;
    // The limit thread finds the second child within its interval.
    soon("both to be counted", async {
        while child.sample().cpu() < Duration::from_millis(280) {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
    })
    .await;
    let before = child.sample();
    child.kill();
    soon("the end", child.exited()).await;
    assert!(child.sample().cpu() >= before.cpu(), "totals never fall");
}

#[tokio::test]
async fn a_peak_is_seen_and_can_begin_anew() {
    let bench = Bench::new();
    let script = "
import sys, time
b = bytearray(60_000_000); del b; print('peak'); 
sys.stdin.read()
time.sleep(100)";
    let mut child = bench.start(bench.python(script)).await;
    let mut lines = child.take_output().expect("the first to ask");
    line(&mut lines).await;
    let sample = child.sample();
    assert!(sample.peak_kb > 58_000, "{sample:?}");
    assert!(sample.memory_kb < 40_000, "it was given back: {sample:?}");
    child.reset_peak();
    let sample = child.sample();
    assert!(sample.peak_kb < 40_000 && sample.peak_kb >= sample.memory_kb / 2, "{sample:?}");
    child.kill();
}

#[tokio::test]
async fn a_process_that_dies_at_its_peak_is_known_to_have_had_it() {
    let bench = Bench::new();
    let child = bench.start(bench.python("import os; b = bytearray(150_000_000); os._exit(3)")).await;
    child.exited().await;
    let sample = child.sample();
    assert!((146_000..200_000).contains(&sample.peak_kb), "{sample:?}");
    assert_eq!(sample.memory_kb, 0, "and has nothing any more");
}

#[tokio::test]
async fn a_sample_is_cheap() {
    let bench = Bench::new();
    let child = bench.start(bench.sh("sleep 100")).await;
    child.sample();
    let mut times: Vec<_> = (0..200)
        .map(|_| {
            let start = Instant::now();
            child.sample();
            start.elapsed()
        })
        .collect();
    times.sort_unstable();
    println!("sample {:?} (median)", times[100]);
    assert!(times[100] < Duration::from_micros(500), "{:?}", times[100]);
    child.kill();
}

#[tokio::test]
async fn what_was_looked_at_ahead_is_brought_up_to_date() {
    let bench = Bench::new();
    let burn = "import time\nwhile time.process_time() < 0.15: pass\nprint('burnt', flush=True)";
    let go_on = "import os\nwhile not os.path.exists('go'): time.sleep(0.001)";
    let again = "while time.process_time() < 0.3: pass\nprint('again', flush=True)\ntime.sleep(100)";
    let alone = bench.python(&format!("{burn}\n{go_on}\n{again}"));
    // Its children come and go: their time is seen by nobody but itself.
    let parent = bench.sh(&format!(
        "python3 -c \"{burn}\"; while [ ! -e go ]; do sleep 0.01; done; python3 -c \"{burn}\"; sleep 100"
    ));
    let mut started = Vec::new();
    for command in [alone, parent] {
        let mut child = bench.start(command).await;
        let mut lines = child.take_output().expect("the first to ask");
        line(&mut lines).await;
        child.sample_ahead();
        started.push((child, lines));
    }
    bench.write("go");
    for (child, mut lines) in started {
        line(&mut lines).await;
        soon("the second part to be counted", async {
            // The first looks use what was looked at ahead; later ones see a child that is still to be waited for.
            while child.sample().cpu() < Duration::from_millis(280) {
                tokio::time::sleep(Duration::from_millis(1)).await;
            }
        })
        .await;
        child.kill();
    }
}

fn limited(mut command: coldframe_supervisor::Command, limit_mb: u32) -> coldframe_supervisor::Command {
    command.memory_limit_mb = Some(limit_mb);
    command
}

#[track_caller]
fn assert_out_of_memory(exit: Exit, limit: u32) {
    let Exit::OutOfMemory { limit_mb, used_mb } = exit else { panic!("it ended by {exit}") };
    assert_eq!(limit_mb, limit);
    assert!(used_mb > limit, "{used_mb}");
}

#[tokio::test]
async fn a_process_above_its_limit_is_killed_and_the_reason_is_told() {
    let bench = Bench::new();
    let child = bench
        .start(limited(bench.python("b = bytearray(300_000_000)\nimport time; time.sleep(100)"), 100))
        .await;
    assert_out_of_memory(soon("the end", child.exited()).await, 100);
}

#[tokio::test]
async fn an_idle_process_is_looked_at_too() {
    let bench = Bench::new();
    let child = bench
        .start(limited(bench.python("b = bytearray(300_000_000)\nimport time; time.sleep(100)"), 100))
        .await;
    child.watch_memory(false);
    assert_out_of_memory(soon("the end", child.exited()).await, 100);
}

#[tokio::test]
async fn a_tree_counts_as_one() {
    let bench = Bench::new();
    // Three processes below the limit, together above it; the pages are their own.
    let script = "python3 -c 'b = bytearray(60_000_000)\nimport time; time.sleep(100)'";
    let command = bench.sh(&format!("{script} & {script} & {script} & wait"));
    let child = bench.start(limited(command, 120)).await;
    assert_out_of_memory(soon("the end", child.exited()).await, 120);
}

#[tokio::test]
async fn one_that_leaves_its_group_and_its_parent_counts_too() {
    let bench = Bench::new();
    let daemon = "nohup setsid python3 -c 'b = bytearray(150_000_000)\nimport time; time.sleep(100)' >/dev/null 2>&1 &";
    let command = bench.sh(&format!("sh -c \"{daemon}\"; sleep 100"));
    let child = bench.start(limited(command, 100)).await;
    assert_out_of_memory(soon("the end", child.exited()).await, 100);
}

#[tokio::test]
async fn shared_pages_are_not_counted_for_each_process() {
    let bench = Bench::new();
    // Five processes that share 60 MB, of which four have 10 more: 340 MB on paper.
    let script = "
import os, time
b = bytearray(60_000_000)
for n in range(4):
    if os.fork() == 0: own = bytearray(10_000_000); time.sleep(100)
time.sleep(0.5)
print('alive')
time.sleep(100)";
    let mut child = bench.start(limited(bench.python(script), 160)).await;
    let mut lines = child.take_output().expect("the first to ask");
    assert_eq!(line(&mut lines).await.text, "alive");
    assert_eq!(child.try_exited(), None);
    let sample = child.sample();
    assert!((95_000..150_000).contains(&sample.memory_kb), "all five are known, and fairly: {sample:?}");
    assert!((95_000..150_000).contains(&sample.peak_kb), "nor was it ever more: {sample:?}");
    child.kill();
}

#[tokio::test]
async fn a_port_is_owned_by_whoever_listens_on_it() {
    let bench = Bench::new();
    let server = "import socket, time; s = socket.create_server(('127.0.0.1', 0)); print(s.getsockname()[1], flush=True); time.sleep(100)";
    // The shell waits: the server is a grandchild.
    let mut child = bench.start(bench.sh(&format!("python3 -c \"{server}\"; true"))).await;
    let stranger = bench.start(bench.sh("sleep 100")).await;
    let mut lines = child.take_output().expect("the first to ask");
    let port = line(&mut lines).await.text.parse().expect("a port");
    assert!(child.owns_port(port));
    assert!(!stranger.owns_port(port));
    let ours = std::net::TcpListener::bind("127.0.0.1:0").expect("a listener");
    assert!(!child.owns_port(ours.local_addr().expect("an address").port()));
    child.kill();
    soon("the end", child.exited()).await;
    assert!(!child.owns_port(port), "nobody's any more");
}
