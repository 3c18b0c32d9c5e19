//! What a process finds when it starts.

use std::time::{Duration, Instant};

use coldframe_supervisor::{Command, Exit, SpawnError};

use crate::{Bench, gone, line, soon};

#[tokio::test]
async fn the_environment_and_the_directory_are_those_of_the_command() {
    let bench = Bench::new();
    let command = Command::new("/usr/bin/env", bench.dir.path()).env("GREETING", "hello world");
    let output = bench.supervisor.run(command).await.expect("env runs");
    let text = String::from_utf8(output.stdout).expect("text");
    let mut lines: Vec<_> = text.lines().filter(|line| !line.starts_with("COLDFRAME_CHILD=")).collect();
    lines.sort_unstable();
    assert_eq!(lines, ["GREETING=hello world"], "nothing is inherited");

    let output = bench.supervisor.run(bench.sh("pwd -P; cat; echo end")).await.expect("sh runs");
    let expected = format!("{}\nend\n", bench.dir.path().canonicalize().expect("it exists").display());
    assert_eq!(String::from_utf8_lossy(&output.stdout), expected, "and stdin is at its end");
}

#[tokio::test]
async fn only_the_three_standard_descriptors_are_open() {
    let bench = Bench::new();
    // A descriptor that a careless library left open to children.
    let (_keep, careless) = std::os::unix::net::UnixStream::pair().expect("a pair");
    rustix::io::fcntl_setfd(&careless, rustix::io::FdFlags::empty()).expect("flags");
    let output =
        bench.supervisor.run(bench.python("import os; print(sorted(map(int, os.listdir('/proc/self/fd'))))"));
    let output = output.await.expect("python runs");
    assert_eq!(String::from_utf8_lossy(&output.stdout).trim(), "[0, 1, 2, 3]", "3 is the listing itself");
}

#[tokio::test]
async fn signals_and_limits_are_those_of_a_fresh_login() {
    let bench = Bench::new();
    let script =
        "grep -E 'SigBlk|SigIgn' /proc/self/status; ulimit -Sn; ps -o pgid= -p $$ | tr -d ' '; echo $$";
    let output = bench.supervisor.run(bench.sh(script)).await.expect("sh runs");
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    let lines: Vec<_> = text.lines().map(|line| line.rsplit('\t').next().unwrap_or_default()).collect();
    let mask = |text: &str| u64::from_str_radix(text, 16).expect("a mask");
    // 32 and 33 are the C library's own and cannot be changed through it.
    let ours = !(0b11 << 31);
    assert_eq!((mask(lines[0]), mask(lines[1]) & ours), (0, 0), "nothing blocked, nothing ignored: {text}");
    assert_eq!(lines[2], "1024");
    assert_eq!(lines[3], lines[4], "it leads its group");
}

#[tokio::test]
async fn what_cannot_be_started_says_why() {
    let bench = Bench::new();
    let missing = bench.supervisor.spawn(Command::new("/nowhere/at-all", "/")).await;
    let Err(error @ SpawnError::Program { .. }) = missing else { panic!("{missing:?}") };
    assert_eq!(error.to_string(), "cannot start /nowhere/at-all: No such file or directory (os error 2)");

    let directory = bench.supervisor.spawn(Command::new("/bin/true", "/nowhere")).await;
    let Err(error @ SpawnError::Directory { .. }) = directory else { panic!("{directory:?}") };
    assert!(error.to_string().starts_with("cannot start /bin/true in /nowhere: "), "{error}");

    let zero = bench.supervisor.spawn(Command::new("/bin/true", "/").arg("a\0b")).await;
    assert!(matches!(zero, Err(SpawnError::ZeroByte { .. })), "{zero:?}");
}

#[tokio::test]
async fn a_build_step_that_is_given_up_is_killed_with_all_it_started() {
    let bench = Bench::new();
    let file = bench.dir.path().join("pids");
    let script = format!("sleep 100 & echo $$ $! > {0}.new; mv {0}.new {0}; wait", file.display());
    {
        let run = bench.supervisor.run(bench.sh(&script));
        let started = async {
            while !file.exists() {
                tokio::time::sleep(Duration::from_millis(1)).await;
            }
        };
        tokio::select! {
            output = run => panic!("it ended: {output:?}"),
            () = soon("the script", started) => {}
        }
    }
    let pids = std::fs::read_to_string(&file).expect("the file");
    for pid in pids.split_whitespace() {
        gone(pid.parse().expect("a pid")).await;
    }
}

#[tokio::test]
async fn the_whole_output_of_a_build_step_is_kept() {
    let bench = Bench::new();
    let output =
        bench.supervisor.run(bench.sh("seq 1 200000; echo oops >&2; exit 3")).await.expect("sh runs");
    assert_eq!(output.status, Exit::Code(3));
    assert_eq!(output.stdout.len(), 1_288_895);
    assert_eq!(output.stderr, b"oops\n");
}

/// Not a benchmark, but a cold start must not wait for us: the median of a process that does nothing.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_start_costs_little() {
    let bench = Bench::new();
    let mut spawned = Vec::new();
    let mut whole = Vec::new();
    for _ in 0..50 {
        let start = Instant::now();
        let child = bench.start(Command::new("/bin/true", "/")).await;
        spawned.push(start.elapsed());
        assert_eq!(soon("true", child.exited()).await, Exit::Code(0));
        whole.push(start.elapsed());
    }
    spawned.sort_unstable();
    whole.sort_unstable();
    println!("spawn {:?}, whole {:?} (medians)", spawned[25], whole[25]);
    assert!(spawned[25] < Duration::from_millis(20), "{spawned:?}");
}

#[tokio::test]
async fn many_at_once_are_all_started() {
    let bench = Bench::new();
    let mut children = tokio::task::JoinSet::new();
    for number in 0..40 {
        let (supervisor, command) = (bench.supervisor.clone(), bench.sh(&format!("echo {number}")));
        children.spawn(async move {
            let mut child = supervisor.spawn(command).await.expect("a process");
            let mut lines = child.take_output().expect("the first to ask");
            assert_eq!(line(&mut lines).await.text, number.to_string());
            child.exited().await
        });
    }
    let exits = soon("all of them", children.join_all()).await;
    assert_eq!(exits, vec![Exit::Code(0); 40]);
}
