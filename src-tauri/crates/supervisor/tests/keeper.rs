//! What happens to function processes when the host dies. This file is its own harness, because the keeper is the
//! host's executable started again: the same executable is the test, the host that is killed, and the keeper.
#![expect(clippy::disallowed_methods, reason = "the host under test is started from outside")]

#[cfg(target_os = "linux")]
#[path = "keeper/cases.rs"]
mod cases;
#[cfg(target_os = "linux")]
#[path = "keeper/host.rs"]
mod host;

fn main() {
    if coldframe_supervisor::keeper::main_if_asked(std::env::args_os()) {
        return;
    }
    #[cfg(target_os = "linux")]
    {
        let mut args = std::env::args().skip(1);
        match args.next().as_deref() {
            Some("host") => host::run(args.next().expect("a run directory")),
            wanted => cases::all(wanted.filter(|word| !word.starts_with('-'))),
        }
    }
}
