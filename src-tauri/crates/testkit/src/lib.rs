//! What tests outside a crate need: the real binary in a data directory of its own, a project in a temporary folder,
//! and ways to look at processes. Waiting is always for an event, with an end.

#![expect(clippy::disallowed_methods, reason = "tests start the real programs, as a person would")]

mod host;
mod processes;
mod project;
mod verb;

pub use self::{
    host::{Answer, Host, HostBuilder},
    processes::{alive, descendants, interrupt, kill, processes_with},
    project::Project,
    verb::{Verb, run},
};

use std::time::{Duration, Instant};

/// Longer than anything that works takes on a loaded machine; a test that needs it has failed.
pub const PATIENCE: Duration = Duration::from_secs(60);

/// Asks again until the answer is `Some`.
///
/// # Panics
/// When it is not after [`PATIENCE`].
pub async fn eventually<T, F: Future<Output = Option<T>>>(what: &str, mut ask: impl FnMut() -> F) -> T {
    let begun = Instant::now();
    loop {
        if let Some(answer) = ask().await {
            return answer;
        }
        assert!(begun.elapsed() < PATIENCE, "never happened: {what}");
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}
