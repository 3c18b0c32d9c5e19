//! The test cases, run one after the other.

use std::{
    io::{BufRead as _, BufReader, Write as _},
    path::Path,
    process::{Child, ChildStdin, ChildStdout, Command, Stdio},
    time::{Duration, Instant},
};

/// What the design promises.
const WITHIN: Duration = Duration::from_secs(2);

type Case = (&'static str, fn());

const CASES: &[Case] = &[
    ("nothing_outlives_a_killed_host", nothing_outlives_a_killed_host),
    ("a_keeper_that_was_killed_is_replaced", a_keeper_that_was_killed_is_replaced),
    (
        "the_next_host_ends_what_a_host_without_keeper_left",
        the_next_host_ends_what_a_host_without_keeper_left,
    ),
    (
        "a_killed_host_leaves_nothing_stopped_and_no_cgroup",
        a_killed_host_leaves_nothing_stopped_and_no_cgroup,
    ),
    ("a_host_that_shuts_down_leaves_nothing", a_host_that_shuts_down_leaves_nothing),
    ("a_living_host_is_left_alone", a_living_host_is_left_alone),
    ("the_keeper_lets_a_terminal_end_the_host", the_keeper_lets_a_terminal_end_the_host),
];

pub(crate) fn all(wanted: Option<&str>) {
    for (name, case) in CASES.iter().filter(|(name, _)| wanted.is_none_or(|wanted| name.contains(wanted))) {
        let start = Instant::now();
        case();
        println!("test {name} ... ok ({:.1?})", start.elapsed());
    }
}

struct Host {
    process: Child,
    input: ChildStdin,
    output: BufReader<ChildStdout>,
    swept: usize,
}

impl Host {
    fn start(run_dir: &Path) -> Self {
        let executable = std::env::current_exe().expect("this executable");
        let mut process = Command::new(executable)
            .arg("host")
            .arg(run_dir)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("a host");
        let input = process.stdin.take().expect("piped");
        let output = BufReader::new(process.stdout.take().expect("piped"));
        let mut host = Self { process, input, output, swept: 0 };
        host.swept = host.line().strip_prefix("swept ").expect("its first word").parse().expect("a number");
        host
    }

    fn line(&mut self) -> String {
        let mut line = String::new();
        self.output.read_line(&mut line).expect("a line");
        line.trim().to_owned()
    }

    /// Has it start something, and returns the process ids.
    fn starts(&mut self, what: &str) -> Vec<u32> {
        writeln!(self.input, "{what}").expect("it listens");
        let mut pids = Vec::new();
        loop {
            match self.line().as_str() {
                "end" => return pids,
                pid => pids.push(pid.parse().expect("a pid")),
            }
        }
    }

    /// Its children whose command line has the keeper's word in it.
    fn keeper(&self) -> u32 {
        let is_keeper = |pid: &u32| {
            let words = std::fs::read(format!("/proc/{pid}/cmdline")).unwrap_or_default();
            parent(*pid) == Some(self.process.id())
                && words.split(|byte| *byte == 0).any(|word| word == b"__keeper")
        };
        let pids = std::fs::read_dir("/proc").expect("proc").flatten();
        let mut keepers = pids.filter_map(|entry| entry.file_name().to_str()?.parse().ok()).filter(is_keeper);
        let keeper = keepers.next().expect("a keeper");
        assert_eq!(keepers.next(), None, "there is one");
        keeper
    }

    fn dies(&mut self) {
        self.process.kill().expect("it lives");
        self.process.wait().expect("it ends");
    }
}

impl Drop for Host {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

fn field(pid: u32, number: usize) -> Option<String> {
    let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    stat.rsplit(") ").next()?.split(' ').nth(number).map(str::to_owned)
}

fn parent(pid: u32) -> Option<u32> {
    field(pid, 1)?.parse().ok()
}

fn lives(pid: u32) -> bool {
    field(pid, 0).is_some_and(|state| state != "Z" && state != "X")
}

fn kill(pid: u32, signal: rustix::process::Signal) {
    let pid = rustix::process::Pid::from_raw(pid.cast_signed()).expect("a pid");
    rustix::process::kill_process(pid, signal).expect("it lives");
}

/// Waits, but no longer than a function process may outlive its host.
#[track_caller]
fn assert_soon(what: &str, mut reached: impl FnMut() -> bool) {
    let start = Instant::now();
    while !reached() {
        assert!(start.elapsed() < WITHIN, "{what}: not within {WITHIN:?}");
        std::thread::yield_now();
    }
}

#[track_caller]
fn assert_gone(pids: &[u32]) {
    assert_soon(&format!("{pids:?} to be gone"), || !pids.iter().any(|pid| lives(*pid)));
}

fn notes(run_dir: &Path) -> usize {
    std::fs::read_dir(run_dir).expect("the run directory").count()
}

fn nothing_outlives_a_killed_host() {
    let dir = tempfile::tempdir().expect("a directory");
    let mut host = Host::start(dir.path());
    let pids = [host.starts("group"), host.starts("daemon"), host.starts("group")].concat();
    assert_eq!(pids.len(), 6);
    assert!(pids.iter().all(|pid| lives(*pid)));
    let keeper = host.keeper();
    assert_eq!(field(keeper, 3), Some(keeper.to_string()), "the keeper has a session of its own");
    host.dies();
    assert_gone(&pids);
    assert_gone(&[keeper]);
    assert_eq!(notes(dir.path()), 0, "and no note of them");
}

fn a_keeper_that_was_killed_is_replaced() {
    let dir = tempfile::tempdir().expect("a directory");
    let mut host = Host::start(dir.path());
    let mut pids = host.starts("group");
    let first = host.keeper();
    kill(first, rustix::process::Signal::KILL);
    assert_gone(&[first]);
    pids.extend(host.starts("daemon"));
    let second = host.keeper();
    assert_ne!(first, second);
    host.dies();
    assert_gone(&pids);
    assert_gone(&[second]);
}

fn the_next_host_ends_what_a_host_without_keeper_left() {
    let dir = tempfile::tempdir().expect("a directory");
    let mut host = Host::start(dir.path());
    let pids = [host.starts("group"), host.starts("daemon")].concat();
    // The note is written a moment after the keeper has heard of a group.
    let noted = |pid: u32| {
        let files = std::fs::read_dir(dir.path()).expect("the run directory").flatten();
        files
            .filter_map(|file| std::fs::read_to_string(file.path()).ok())
            .any(|text| text.contains(&format!("\"{pid}\":")))
    };
    assert_soon("the note", || noted(pids[0]) && noted(pids[2]));
    kill(host.keeper(), rustix::process::Signal::KILL);
    host.dies();
    // The leaders are gone by the parent-death signal; their children are not.
    assert_gone(&[pids[0], pids[2]]);
    assert!(lives(pids[1]) && lives(pids[3]), "without a keeper they stay");
    let next = Host::start(dir.path());
    assert_eq!(next.swept, 2);
    assert_gone(&[pids[1], pids[3]]);
    assert_soon("only its own note to be there", || notes(dir.path()) == 1);
}

fn a_killed_host_leaves_nothing_stopped_and_no_cgroup() {
    let dir = tempfile::tempdir().expect("a directory");
    let mut host = Host::start(dir.path());
    let held = host.starts("quota");
    let stopped = host.starts("stopped");
    assert_soon("it to be stopped", || field(stopped[0], 0).is_some_and(|state| state == "T"));
    let cgroup = std::fs::read_to_string(format!("/proc/{}/cgroup", held[0])).expect("where it is");
    let host_cgroup = format!("coldframe-{}-", host.process.id());
    let own =
        cgroup.lines().find_map(|line| line.rsplit(':').next().filter(|path| path.contains(&host_cgroup)));
    host.dies();
    assert_gone(&[held, stopped].concat());
    if let Some(own) = own {
        let roots = ["/sys/fs/cgroup/cpu", "/sys/fs/cgroup/cpu,cpuacct", "/sys/fs/cgroup"];
        let left = || roots.iter().any(|root| Path::new(&format!("{root}{own}")).exists());
        assert_soon("the cgroup to be removed", || !left());
    }
}

fn a_host_that_shuts_down_leaves_nothing() {
    let dir = tempfile::tempdir().expect("a directory");
    let mut host = Host::start(dir.path());
    let pids = [host.starts("group"), host.starts("daemon")].concat();
    let keeper = host.keeper();
    writeln!(host.input, "end").expect("it listens");
    assert!(host.process.wait().expect("it ends").success());
    // Killed before the host ended; on a loaded machine the kernel takes its time to let them go.
    assert_gone(&pids);
    assert_gone(&[keeper]);
    assert_eq!(notes(dir.path()), 0);
}

fn a_living_host_is_left_alone() {
    let dir = tempfile::tempdir().expect("a directory");
    let mut host = Host::start(dir.path());
    let pids = host.starts("group");
    assert_soon("the note", || notes(dir.path()) == 1);
    let other = Host::start(dir.path());
    assert_eq!(other.swept, 0);
    assert!(pids.iter().all(|pid| lives(*pid)));
}

fn the_keeper_lets_a_terminal_end_the_host() {
    let dir = tempfile::tempdir().expect("a directory");
    let mut host = Host::start(dir.path());
    let pids = host.starts("daemon");
    let keeper = host.keeper();
    // A session's end goes to everybody, the keeper first.
    for signal in [rustix::process::Signal::HUP, rustix::process::Signal::INT, rustix::process::Signal::TERM]
    {
        kill(keeper, signal);
    }
    assert!(pids.iter().all(|pid| lives(*pid)));
    kill(host.process.id(), rustix::process::Signal::TERM);
    assert_gone(&pids);
    assert_gone(&[keeper]);
}
