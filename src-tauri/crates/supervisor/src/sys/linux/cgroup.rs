//! A cgroup with a CPU quota for one child and all it starts, of version 2 where it is delegated to us, of version 1
//! where we may write. Memory is not limited here, see [`crate::limits`].

use std::{
    fs, io,
    io::Write as _,
    os::fd::OwnedFd,
    path::{Path, PathBuf},
    thread,
    time::Duration,
};

use crate::CpuMode;

/// Every directory of ours begins so, followed by the child's mark.
const PREFIX: &str = "coldframe-";
/// What may be used is counted anew so often: fine enough for calls of a few milliseconds to feel it. Longer where
/// the share of it would be less than the kernel takes ([sched-bwc](https://docs.kernel.org/scheduler/sched-bwc.html)).
const PERIOD_US: u64 = 20_000;
const LEAST_QUOTA_US: u64 = 1_000;
const LONGEST_PERIOD_US: u64 = 1_000_000;
/// How often a directory is tried to be removed while the killed processes in it are still ending.
const TRIES: usize = 50;
const ENDING: Duration = Duration::from_millis(2);

/// One directory; removed, and whoever is in it killed, when dropped.
#[derive(Debug)]
pub(crate) struct Cgroup {
    directory: PathBuf,
    procs: OwnedFd,
}

impl Cgroup {
    /// `None` where the kernel or its owner does not let us.
    pub(crate) fn create(mode: CpuMode, mark: &str, milli: u32) -> Option<Self> {
        let name = name(mark);
        homes(mode).into_iter().find_map(|home| Self::make(home.join(&name), mode, milli).ok())
    }

    fn make(directory: PathBuf, mode: CpuMode, milli: u32) -> io::Result<Self> {
        fs::create_dir(&directory)?;
        let made = limit(&directory, mode, milli)
            .and_then(|()| fs::File::options().write(true).open(directory.join("cgroup.procs")));
        match made {
            Ok(procs) => Ok(Self { directory, procs: procs.into() }),
            Err(error) => {
                let _ = fs::remove_dir(&directory);
                Err(error)
            }
        }
    }

    /// Where a process writes `0` to enter.
    pub(crate) fn procs(&self) -> io::Result<OwnedFd> {
        self.procs.try_clone()
    }
}

impl Drop for Cgroup {
    fn drop(&mut self) {
        for _ in 0..TRIES {
            let text = fs::read_to_string(self.directory.join("cgroup.procs")).unwrap_or_default();
            for pid in text.lines().filter_map(|line| line.parse().ok()) {
                // Whoever is still here left the group and lost its mark.
                if let Some(row) = super::row(pid) {
                    super::kill_exactly(row.pid, row.started);
                }
            }
            match fs::remove_dir(&self.directory) {
                Err(error) if error.kind() != io::ErrorKind::NotFound => thread::sleep(ENDING),
                _ => return,
            }
        }
        tracing::debug!(directory = %self.directory.display(), "a cgroup is left to the next start");
    }
}

/// Removes the directories of hosts that `is_gone`, given a mark's beginning as it stands in the name. Nobody is
/// killed: a directory with processes in it stays.
pub(crate) fn clear_cgroups(is_gone: impl Fn(&str) -> bool) {
    for home in homes(CpuMode::CgroupV2).into_iter().chain(homes(CpuMode::CgroupV1)) {
        for entry in fs::read_dir(home).into_iter().flatten().flatten() {
            let name = entry.file_name();
            if name.to_str().and_then(|name| name.strip_prefix(PREFIX)).is_some_and(&is_gone) {
                let _ = fs::remove_dir(entry.path());
            }
        }
    }
}

/// A mark as it stands in the name of a directory.
pub(crate) fn in_name(mark: &str) -> String {
    mark.replace([':', ';'], "-")
}

fn name(mark: &str) -> String {
    format!("{PREFIX}{}", in_name(mark))
}

fn limit(directory: &Path, mode: CpuMode, milli: u32) -> io::Result<()> {
    let (quota, period) = quota(milli);
    match mode {
        CpuMode::CgroupV2 => write(&directory.join("cpu.max"), &format!("{quota} {period}")),
        CpuMode::CgroupV1 => {
            write(&directory.join("cpu.cfs_period_us"), &period.to_string())?;
            write(&directory.join("cpu.cfs_quota_us"), &quota.to_string())
        }
        CpuMode::DutyCycle => Err(io::ErrorKind::Unsupported.into()),
    }
}

/// Only what the kernel has made: a plain directory gets no files.
fn write(path: &Path, text: &str) -> io::Result<()> {
    fs::File::options().write(true).open(path)?.write_all(text.as_bytes())
}

/// Quota and period, in microseconds.
fn quota(milli: u32) -> (u64, u64) {
    let milli = u64::from(milli);
    let period = (LEAST_QUOTA_US * 1000).div_ceil(milli).clamp(PERIOD_US, LONGEST_PERIOD_US);
    ((period * milli / 1000).max(LEAST_QUOTA_US), period)
}

/// Where a directory of ours may be made, best first.
fn homes(mode: CpuMode) -> Vec<PathBuf> {
    let own = fs::read_to_string("/proc/self/cgroup").unwrap_or_default();
    let mounts = fs::read_to_string("/proc/self/mountinfo").unwrap_or_default();
    match mode {
        // Below a cgroup that hands the controller on. Ours has processes in it, so it is one above, unless it is
        // the root.
        CpuMode::CgroupV2 => {
            let Some((mount, own)) = place(&own, &mounts, "cgroup2", "") else { return Vec::new() };
            let above = own.ancestors().take_while(|directory| directory.starts_with(&mount));
            above.filter(|directory| hands_on_cpu(directory)).map(Path::to_owned).collect()
        }
        CpuMode::CgroupV1 => place(&own, &mounts, "cgroup", "cpu").map(|(_, own)| own).into_iter().collect(),
        CpuMode::DutyCycle => Vec::new(),
    }
}

fn hands_on_cpu(directory: &Path) -> bool {
    let controllers = fs::read_to_string(directory.join("cgroup.subtree_control")).unwrap_or_default();
    controllers.split_whitespace().any(|controller| controller == "cpu")
}

/// Where a hierarchy is mounted, and our own directory in it, from `/proc/self/cgroup` and `/proc/self/mountinfo`
/// ([cgroups(7)](https://man7.org/linux/man-pages/man7/cgroups.7.html)). Version 2 has no controller named in the
/// first.
fn place(own: &str, mounts: &str, kind: &str, controller: &str) -> Option<(PathBuf, PathBuf)> {
    let own = own.lines().find_map(|line| {
        let (_, rest) = line.split_once(':')?;
        let (controllers, path) = rest.split_once(':')?;
        controllers.split(',').any(|named| named == controller).then_some(path)
    })?;
    mounts.lines().find_map(|line| {
        let (mount, system) = line.split_once(" - ")?;
        let mut system = system.split(' ');
        let options = system.nth(2).filter(|_| line.contains(&format!(" - {kind} ")))?;
        if !controller.is_empty() && !options.split(',').any(|option| option == controller) {
            return None;
        }
        let mut mount = mount.split(' ').skip(3);
        let (root, point) = (mount.next()?, mount.next()?);
        let below = Path::new(own).strip_prefix(root).ok()?;
        Some((PathBuf::from(point), Path::new(point).join(below)))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const MOUNTS: &str = "\
31 23 0:27 / /sys/fs/cgroup ro,nosuid shared:9 - tmpfs tmpfs ro,mode=755
32 31 0:28 / /sys/fs/cgroup/unified rw,nosuid shared:10 - cgroup2 cgroup2 rw,nsdelegate
36 31 0:32 / /sys/fs/cgroup/cpu,cpuacct rw shared:16 - cgroup cgroup rw,cpu,cpuacct
37 31 0:33 / /sys/fs/cgroup/cpuset rw shared:17 - cgroup cgroup rw,cpuset
";
    const OWN: &str = "5:cpuset:/\n4:cpu,cpuacct:/user.slice\n0::/user.slice/session-1.scope\n";

    #[test]
    fn our_place_is_found_in_both_versions() {
        let of = |kind, controller| place(OWN, MOUNTS, kind, controller).map(|(_, own)| own);
        assert_eq!(of("cgroup", "cpu"), Some("/sys/fs/cgroup/cpu,cpuacct/user.slice".into()));
        assert_eq!(of("cgroup2", ""), Some("/sys/fs/cgroup/unified/user.slice/session-1.scope".into()));
        assert_eq!(of("cgroup", "memory"), None);
        assert_eq!(place("", MOUNTS, "cgroup2", ""), None);
    }

    #[test]
    fn a_mount_of_a_part_shows_only_what_is_below_it() {
        let mounts = "32 31 0:28 /docker/abc /sys/fs/cgroup rw - cgroup2 cgroup2 rw\n";
        let inside = place("0::/docker/abc/app\n", mounts, "cgroup2", "").map(|(_, own)| own);
        assert_eq!(inside, Some("/sys/fs/cgroup/app".into()));
        assert_eq!(place("0::/elsewhere\n", mounts, "cgroup2", ""), None);
    }

    #[test]
    fn the_quota_is_never_less_than_the_kernel_takes() {
        assert_eq!(quota(250), (5_000, 20_000));
        assert_eq!(quota(1700), (34_000, 20_000));
        assert_eq!(quota(72), (1_440, 20_000), "Lambda's smallest");
        assert_eq!(quota(10), (1_000, 100_000));
        assert_eq!(quota(1), (1_000, 1_000_000));
    }

    #[test]
    fn a_plain_directory_is_no_cgroup_and_nothing_is_left_in_it() {
        let folder = std::env::temp_dir().join(format!("coldframe-cgroup-{}", std::process::id()));
        assert!(Cgroup::make(folder.clone(), CpuMode::CgroupV2, 500).is_err());
        assert!(!folder.exists());
    }
}
