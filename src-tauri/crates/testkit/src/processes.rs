//! Looking at processes from outside, as `ps` does.

use std::{collections::HashMap, fs};

use rustix::process::{Pid, Signal, kill_process};

/// Ends a process: asked, or with no chance to refuse.
pub fn kill(pid: u32, hard: bool) {
    send(pid, if hard { Signal::KILL } else { Signal::TERM });
}

/// As Ctrl-C does.
pub fn interrupt(pid: u32) {
    send(pid, Signal::INT);
}

fn send(pid: u32, signal: Signal) {
    if let Some(pid) = i32::try_from(pid).ok().and_then(Pid::from_raw) {
        let _ = kill_process(pid, signal);
    }
}

/// Whether a process exists and is not merely waiting to be reaped.
pub fn alive(pid: u32) -> bool {
    fs::read_to_string(format!("/proc/{pid}/stat"))
        .is_ok_and(|stat| stat.rsplit(')').next().is_some_and(|rest| !rest.trim_start().starts_with('Z')))
}

/// Every process below one, at any depth.
pub fn descendants(pid: u32) -> Vec<u32> {
    let mut children: HashMap<u32, Vec<u32>> = HashMap::new();
    for (child, parent) in all() {
        children.entry(parent).or_default().push(child);
    }
    let mut found = Vec::new();
    let mut next = vec![pid];
    while let Some(parent) = next.pop() {
        let below = children.get(&parent).cloned().unwrap_or_default();
        found.extend(&below);
        next.extend(below);
    }
    found
}

/// Processes whose environment holds `text`: the function processes of one project or data directory.
pub fn processes_with(text: &str) -> Vec<u32> {
    let own = std::process::id();
    all()
        .into_iter()
        .map(|(pid, _)| pid)
        .filter(|pid| *pid != own && alive(*pid))
        .filter(|pid| {
            fs::read(format!("/proc/{pid}/environ"))
                .is_ok_and(|environment| String::from_utf8_lossy(&environment).contains(text))
        })
        .collect()
}

/// Pid and parent of everything that runs.
fn all() -> Vec<(u32, u32)> {
    let entries = fs::read_dir("/proc").into_iter().flatten().flatten();
    entries
        .filter_map(|entry| {
            let pid: u32 = entry.file_name().to_str()?.parse().ok()?;
            let stat = fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
            let mut rest = stat.rsplit(')').next()?.split_whitespace();
            let parent = rest.nth(1)?.parse().ok()?;
            Some((pid, parent))
        })
        .collect()
}
