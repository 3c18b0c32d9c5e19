//! What is known of a host's processes, and ending them when the host is gone: done by the keeper at once, and by
//! the next host at its start should the keeper have died as well.

use std::{
    collections::{BTreeMap, HashSet},
    ffi::OsStr,
    fs, io,
    path::Path,
    thread,
    time::{Duration, Instant},
};

use serde::{Deserialize, Serialize};

use crate::sys;

const PREFIX: &str = "keeper-";
/// How long processes may take to be gone once killed, all rounds together.
const PATIENCE: Duration = Duration::from_millis(1500);
const ROUND: Duration = Duration::from_millis(10);

/// The file in the run directory.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Hosted {
    boot: String,
    host: u32,
    host_started: u64,
    mark: String,
    /// Leaders of groups and when they were started.
    pub(super) groups: BTreeMap<u32, u64>,
}

impl Hosted {
    /// `mark` is what the host gives all its children; it names the host itself.
    #[cfg(unix)]
    pub(super) fn new(mark: &str) -> Option<Self> {
        let mut parts = mark.split(':');
        Some(Self {
            boot: sys::boot_id(),
            host: parts.next()?.parse().ok()?,
            host_started: parts.next()?.parse().ok()?,
            mark: mark.to_owned(),
            groups: BTreeMap::new(),
        })
    }

    #[cfg(unix)]
    pub(super) fn file(&self, run_dir: &Path) -> std::path::PathBuf {
        run_dir.join(format!("{PREFIX}{}.json", self.mark.trim_end_matches(':').replace(':', "-")))
    }

    #[cfg(unix)]
    pub(super) fn write(&self, run_dir: &Path) -> io::Result<()> {
        let file = self.file(run_dir);
        let new = file.with_extension("new");
        fs::write(&new, serde_json::to_vec(self)?)?;
        fs::rename(new, file)
    }

    fn lives(&self) -> bool {
        sys::row(self.host).is_some_and(|row| row.started == self.host_started)
    }

    /// Kills everything that belongs to the host and waits until it is gone. Returns how many processes that were.
    pub(super) fn end_all(&self) -> usize {
        let begun = Instant::now();
        let mut ended = HashSet::new();
        loop {
            let grouped = sys::all().into_iter().filter(|row| {
                let leader = self.groups.get(&row.group);
                leader.is_some_and(|started| row.started >= *started) && !sys::is_zombie(row.pid)
            });
            let left: HashSet<_> = grouped
                .chain(sys::marked(std::slice::from_ref(&self.mark)))
                .map(|row| (row.pid, row.started))
                .collect();
            if left.is_empty() || begun.elapsed() > PATIENCE {
                return ended.len();
            }
            for (leader, started) in &self.groups {
                // The whole group at one stroke. A number that has come to mean another process is not ours to kill.
                if sys::row(*leader).is_none_or(|row| row.started == *started) {
                    sys::kill_group(*leader);
                }
            }
            for (pid, started) in &left {
                sys::kill_exactly(*pid, *started);
            }
            ended.extend(left);
            thread::sleep(ROUND);
        }
    }
}

/// Removes the empty cgroups of hosts that are gone.
pub(crate) fn clear_cgroups() {
    sys::clear_cgroups(|mark| {
        let mut parts = mark.split('-');
        let host = parts.next().and_then(|host| host.parse().ok());
        let started = parts.next().and_then(|started| started.parse::<u64>().ok());
        let (Some(host), Some(started)) = (host, started) else { return false };
        sys::row(host).is_none_or(|row| row.started != started)
    });
}

/// Ends what hosts that are gone have left behind, and returns how many processes that were.
pub(crate) fn sweep(run_dir: &Path) -> io::Result<usize> {
    let mut ended = 0;
    for entry in fs::read_dir(run_dir)? {
        let path = entry?.path();
        let name = path.file_name().and_then(OsStr::to_str).unwrap_or_default();
        if !name.starts_with(PREFIX) {
            continue;
        }
        // Its keeper may end, and remove it, at this moment; and a file cut short by a full disk says nothing.
        let hosted = fs::read(&path).ok().and_then(|text| serde_json::from_slice::<Hosted>(&text).ok());
        if let Some(hosted) = hosted
            && hosted.boot == sys::boot_id()
        {
            if hosted.lives() {
                continue;
            }
            ended += hosted.end_all();
        }
        match fs::remove_file(&path) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
            _ => {}
        }
    }
    Ok(ended)
}
