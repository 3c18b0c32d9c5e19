//! The keeper: this same executable, started first, in a session of its own, with a line to the host as its stdin.
//! When the line closes, whatever ended the host, it kills every group that was registered and everything that
//! carries the host's mark. Its life is tied to the line and to nothing else.

pub(crate) mod leftovers;
#[cfg_attr(windows, path = "job.rs")]
mod link;
#[cfg(unix)]
mod watch;

use std::ffi::OsString;

#[cfg(not(target_os = "linux"))]
pub(crate) use link::Line;
pub(crate) use link::Link;
#[cfg(unix)]
pub(crate) use link::registration;
#[cfg(target_os = "linux")]
pub(crate) use link::withdrawal;

/// The first argument that makes an executable the keeper.
const VERB: &str = "__keeper";

/// What [`crate::Config::keeper`] takes: this executable, asked to be the keeper. `None` if the system does not say
/// where it is, and on Windows, whose job objects do the same.
pub fn argv() -> Option<Vec<OsString>> {
    if cfg!(windows) {
        return None;
    }
    Some(vec![std::env::current_exe().ok()?.into_os_string(), VERB.into()])
}

/// To be called first in `main`, with the process's arguments, before any thread, window or runtime exists. True if
/// this process was started to be the keeper: it has done its work then, and `main` returns.
pub fn main_if_asked(args: impl IntoIterator<Item = OsString>) -> bool {
    let mut args = args.into_iter().skip(1);
    if args.next().is_none_or(|verb| verb != VERB) {
        return false;
    }
    match (args.next(), args.next()) {
        #[cfg(unix)]
        (Some(run_dir), Some(mark)) => watch::run(run_dir.as_ref(), &mark.to_string_lossy()),
        // Nobody starts it so but a curious person.
        _ => eprintln!("the keeper is started by the host only"),
    }
    true
}
