//! A share of the CPU: that a tree gets it and no more, by every means this machine has.

use std::{
    fs,
    path::{Path, PathBuf},
    time::{Duration, Instant},
};

use coldframe_supervisor::{Child, Command, CpuLimit, CpuMode, CpuShare, Exit};

use crate::{Bench, gone, line, soon};

/// Uses so much CPU time by its own account, and ends.
const BURN: &str = "
import time
while time.process_time() < 0.3:
    for _ in range(5000): pass";

fn held(mut command: Command, milli: u32, only: CpuMode) -> Command {
    command.cpu_share = Some(CpuShare { milli, only: Some(only) });
    command
}

/// How much of the time a process used until it ended by itself.
async fn measured(child: &Child, begun: Instant) -> f64 {
    assert_eq!(soon("the end", child.exited()).await, Exit::Code(0));
    child.sample().cpu().as_secs_f64() / begun.elapsed().as_secs_f64()
}

/// Directories of this test run's children, wherever cgroups are mounted.
fn cgroups() -> Vec<PathBuf> {
    let ours = format!("coldframe-{}-", std::process::id());
    let mut found = Vec::new();
    let mut open = vec![PathBuf::from("/sys/fs/cgroup")];
    while let Some(directory) = open.pop() {
        for entry in fs::read_dir(directory).into_iter().flatten().flatten() {
            if entry.file_type().is_ok_and(|kind| kind.is_dir()) {
                if entry.file_name().to_string_lossy().starts_with(&ours) {
                    found.push(entry.path());
                }
                open.push(entry.path());
            }
        }
    }
    found
}

/// Whether there is a cgroup that this process is in; its directory.
fn cgroup_of(pid: u32) -> Option<PathBuf> {
    cgroups().into_iter().find(|directory| {
        fs::read_to_string(directory.join("cgroup.procs"))
            .is_ok_and(|pids| pids.lines().any(|line| line == pid.to_string()))
    })
}

async fn removed(directory: &Path) {
    soon("the cgroup to be removed", async {
        while directory.exists() {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
    })
    .await;
}

/// A machine full of other work gives less than a share; nothing may give more. A duty cycle whose thread waits for a
/// core is late, and what was used meanwhile is paid back by who goes on: not by who ends.
fn assert_share(got: f64, share: f64, mode: CpuMode) {
    println!("{got:.3} of a core for a share of {share}, by {mode}");
    let most = if mode == CpuMode::DutyCycle { 1.6 } else { 1.15 };
    assert!(got < share * most, "it had {got:.3} of a core, its share is {share}");
    assert!(got > share * 0.3, "it had {got:.3} of a core, its share is {share}");
}

async fn kept_by_a_cgroup(mode: CpuMode) {
    let bench = Bench::new();
    let begun = Instant::now();
    let child = bench.start(held(bench.python(BURN), 250, mode)).await;
    if child.cpu_limit() == CpuLimit::Unsupported {
        println!("no {mode} here");
        child.kill();
        return;
    }
    assert_eq!(child.cpu_limit(), CpuLimit::Kept(mode));
    let directory = cgroup_of(child.pid()).expect("it is in a cgroup of ours");
    assert_share(measured(&child, begun).await, 0.25, mode);
    removed(&directory).await;
}

#[tokio::test]
async fn a_cgroup_of_version_1_keeps_a_share_where_it_may() {
    kept_by_a_cgroup(CpuMode::CgroupV1).await;
}

#[tokio::test]
async fn a_cgroup_of_version_2_keeps_a_share_where_it_may() {
    kept_by_a_cgroup(CpuMode::CgroupV2).await;
}

#[tokio::test]
async fn a_duty_cycle_keeps_a_share() {
    let bench = Bench::new();
    let begun = Instant::now();
    let child = bench.start(held(bench.python(BURN), 250, CpuMode::DutyCycle)).await;
    assert_eq!(child.cpu_limit(), CpuLimit::Kept(CpuMode::DutyCycle));
    assert_share(measured(&child, begun).await, 0.25, CpuMode::DutyCycle);
}

#[tokio::test]
async fn a_duty_cycle_holds_the_whole_tree() {
    let bench = Bench::new();
    let script = format!("python3 -c '{BURN}' & python3 -c '{BURN}' & wait");
    let begun = Instant::now();
    let child = bench.start(held(bench.sh(&script), 250, CpuMode::DutyCycle)).await;
    assert_share(measured(&child, begun).await, 0.25, CpuMode::DutyCycle);
}

#[tokio::test]
async fn without_a_wish_for_one_means_the_best_there_is_keeps_a_share() {
    let bench = Bench::new();
    let mut command = bench.python(BURN);
    command.cpu_share = Some(CpuShare::of(250));
    let begun = Instant::now();
    let child = bench.start(command).await;
    let CpuLimit::Kept(mode) = child.cpu_limit() else { panic!("{:?}", child.cpu_limit()) };
    assert_share(measured(&child, begun).await, 0.25, mode);
}

/// The letter of `/proc/PID/stat`.
fn state(pid: u32) -> Option<char> {
    let stat = fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    stat.rsplit(") ").next()?.chars().next()
}

#[tokio::test]
async fn what_is_stopped_can_be_killed_and_goes_with_its_supervisor() {
    let bench = Bench::new();
    let endless = "echo on; while :; do :; done";
    let mut child = bench.start(held(bench.sh(endless), 20, CpuMode::DutyCycle)).await;
    let mut other = bench.start(held(bench.sh(endless), 20, CpuMode::DutyCycle)).await;
    for child in [&mut child, &mut other] {
        let mut lines = child.take_output().expect("the first to ask");
        line(&mut lines).await;
        let pid = child.pid();
        soon("it to be stopped", async {
            while state(pid) != Some('T') {
                tokio::time::sleep(Duration::from_millis(1)).await;
            }
        })
        .await;
    }
    child.kill();
    assert_eq!(soon("the end", child.exited()).await, Exit::Signal(9));
    let pid = other.pid();
    drop((other, bench));
    gone(pid).await;
}

#[tokio::test]
async fn a_stray_in_a_cgroup_goes_with_its_leader_and_the_cgroup_with_both() {
    let bench = Bench::new();
    // It leaves its group, its parent and its mark behind, but not its cgroup.
    let script = "
import os, sys
if os.fork() == 0:
    os.setsid()
    if os.fork() == 0:
        os.execve('/bin/sleep', ['sleep', '100'], {})
    os._exit(0)
os.wait()
print('left', flush=True)
sys.stdin.read()
import time; time.sleep(100)";
    let mut command = bench.python(script);
    command.cpu_share = Some(CpuShare { milli: 500, only: Some(CpuMode::CgroupV1) });
    let mut child = bench.start(command).await;
    if child.cpu_limit() == CpuLimit::Unsupported {
        return child.kill();
    }
    let mut lines = child.take_output().expect("the first to ask");
    line(&mut lines).await;
    let directory = cgroup_of(child.pid()).expect("it is in a cgroup of ours");
    let inside = fs::read_to_string(directory.join("cgroup.procs")).expect("who is in it");
    let stray = inside.lines().filter_map(|line| line.parse().ok()).find(|pid| *pid != child.pid());
    child.kill();
    gone(stray.expect("the stray is in it too")).await;
    removed(&directory).await;
}

#[tokio::test]
async fn a_shutdown_leaves_no_cgroup() {
    let bench = Bench::new();
    let mut command = bench.sh("sleep 100 & wait");
    command.cpu_share = Some(CpuShare::of(500));
    let child = bench.start(command).await;
    let directory = cgroup_of(child.pid());
    bench.supervisor.shutdown().await;
    assert!(directory.is_none_or(|directory| !directory.exists()));
}
