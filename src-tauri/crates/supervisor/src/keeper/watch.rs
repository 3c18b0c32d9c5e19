//! The keeper's own life, in its own process.

use std::{
    io::{self, Read as _},
    path::Path,
    thread,
    time::Duration,
};

use super::{
    leftovers::Hosted,
    link::{FORGET, LENGTH, REGISTER},
};
use crate::sys;

/// Messages are collected this long before the file is written again: a function's start needs the processor more.
const COLLECT: Duration = Duration::from_millis(20);

pub(super) fn run(run_dir: &Path, mark: &str) {
    let Some(mut hosted) = Hosted::new(mark) else { return };
    sys::ignore_requests_to_end();
    let note = |hosted: &Hosted| {
        if let Err(error) = hosted.write(run_dir) {
            // The file is the last net only.
            tracing::warn!(%error, "noting what runs");
        }
    };
    note(&hosted);
    let mut line = io::stdin().lock();
    let mut buffer = [0; 512 * LENGTH];
    let mut filled = 0;
    loop {
        let read = match line.read(&mut buffer[filled..]) {
            Ok(0) => break,
            Ok(read) => read,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            Err(_) => break,
        };
        filled += read;
        let whole = filled - filled % LENGTH;
        for message in buffer[..whole].chunks_exact(LENGTH) {
            take(&mut hosted, message);
        }
        buffer.copy_within(whole..filled, 0);
        filled -= whole;
        note(&hosted);
        thread::sleep(COLLECT);
    }
    hosted.end_all();
    let ours = sys::in_name(mark);
    sys::clear_cgroups(|mark| mark.starts_with(&ours));
    // Left there if it cannot be removed: the next host does.
    let _ = std::fs::remove_file(hosted.file(run_dir));
}

fn take(hosted: &mut Hosted, message: &[u8]) {
    let [verb, _, _, _, a, b, c, d] = *message else { return };
    let pid = u32::from_le_bytes([a, b, c, d]);
    match verb {
        REGISTER => {
            // One that is gone already started no later than now, and its group may have others in it.
            let started = sys::row(pid).map_or(0, |row| row.started);
            hosted.groups.insert(pid, started);
        }
        FORGET => {
            hosted.groups.remove(&pid);
        }
        _ => {}
    }
}
