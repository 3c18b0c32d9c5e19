//! The row's calls as their callers saw them, and what of it is the kill's doing.

use std::time::{Duration, Instant};

use coldframe_providers::invocation::{Invoke as _, Outcome};
use tokio::task::JoinSet;

use super::killing::Killed;
use crate::{commands::show, sidebyside::stage::Stage};

/// By which an answer is later than usual: less is the machine's mood.
const LATE: Duration = Duration::from_secs(1);
/// Beyond it nobody waits for an answer.
const PATIENCE: Duration = Duration::from_mins(1);

#[derive(Debug, Clone, Copy)]
pub(super) struct Seen {
    pub(super) sent: Instant,
    pub(super) took: Duration,
    pub(super) well: bool,
    /// The process that had it.
    pub(super) on: Option<i64>,
}

impl Seen {
    fn answered(&self) -> Instant {
        self.sent + self.took
    }
}

/// Those that are under way, on both sides.
pub(super) struct Calls<'a> {
    stage: &'a Stage<'a>,
    pool: JoinSet<Seen>,
    twin: JoinSet<Seen>,
}

impl<'a> Calls<'a> {
    pub(super) fn new(stage: &'a Stage<'a>) -> Self {
        Self { stage, pool: JoinSet::new(), twin: JoinSet::new() }
    }

    /// One to each side.
    pub(super) fn send(&mut self) {
        let call = || (self.stage.engine.clone(), self.stage.invocation(self.stage.event.clone()));
        let (engine, invocation) = call();
        self.pool.spawn(seen(async move { Some(engine.invoke(invocation).await) }));
        let (engine, invocation) = call();
        self.twin.spawn(seen(async move { engine.invoke_twin(invocation, None).await }));
    }

    /// All of the pool's, and all of the twin's.
    pub(super) async fn answered(self) -> (Vec<Seen>, Vec<Seen>) {
        (all(self.pool).await, all(self.twin).await)
    }
}

async fn all(mut calls: JoinSet<Seen>) -> Vec<Seen> {
    let mut seen = Vec::with_capacity(calls.len());
    while let Some(call) = calls.join_next().await {
        seen.extend(call);
    }
    seen
}

async fn seen(call: impl Future<Output = Option<Outcome>>) -> Seen {
    let sent = Instant::now();
    let came = tokio::time::timeout(PATIENCE, async {
        let outcome = call.await?;
        Some((outcome.served.map(|served| served.instance), show(outcome.answer).await.ok))
    });
    let (on, well) = came.await.ok().flatten().unwrap_or_default();
    Seen { sent, took: sent.elapsed(), well, on }
}

/// What a kill did to the calls of its side.
#[derive(Debug)]
pub(super) struct Sum {
    /// Under way on the killed process, or with nobody there to take them.
    pub(super) lost: u64,
    /// Answered a second later than usual, of those that came when the process was gone, or just before.
    pub(super) waited: u64,
    /// The others that failed.
    pub(super) own: u64,
    /// From the kill until a call that came after it was answered.
    pub(super) next: Option<Duration>,
}

/// How long the middle one of the calls took that came before.
fn usual(seen: &[Seen], killed: &Killed) -> Duration {
    let before = seen.iter().filter(|call| call.well && call.sent < killed.at);
    let mut took: Vec<Duration> = before.map(|call| call.took).collect();
    took.sort_unstable();
    took.get(took.len() / 2).copied().unwrap_or_default()
}

impl Sum {
    /// Whose callers saw something of the kill.
    pub(super) fn harmed(&self) -> u64 {
        self.lost + self.waited
    }

    pub(super) fn of(seen: &[Seen], killed: &Killed) -> Self {
        let later = |call: &&Seen| call.sent > killed.at;
        let next = seen.iter().filter(later).filter(|call| call.well).map(Seen::answered).min();
        let failed = || seen.iter().filter(|call| !call.well);
        let in_the_gap = |call: &Seen| next.is_none_or(|next| call.sent < next);
        // What its process had, also what came to it before its end was noticed; others failed by themselves.
        let lost = failed()
            .filter(|call| call.answered() >= killed.at)
            .filter(|call| call.on.map_or_else(|| in_the_gap(call), |process| process == killed.id))
            .count();
        let back = next.unwrap_or(killed.at);
        let late = usual(seen, killed) + LATE;
        let waited = seen.iter().filter(|call| {
            call.well && call.took > late && call.sent <= back && call.answered() >= killed.at
        });
        Self {
            lost: lost as u64,
            waited: waited.count() as u64,
            own: (failed().count() - lost) as u64,
            next: next.map(|next| next.saturating_duration_since(killed.at)),
        }
    }
}
