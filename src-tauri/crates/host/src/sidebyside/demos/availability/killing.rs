//! A process of each side, caught in the middle of a call and killed.

use std::time::{Duration, Instant};

use coldframe_engine::InstanceState;

use crate::sidebyside::stage::Stage;

#[derive(Debug)]
pub(super) struct Killed {
    pub(super) id: i64,
    pub(super) at: Instant,
    /// Calls that it had.
    pub(super) in_flight: usize,
    /// Processes of its side beside it.
    pub(super) others: usize,
}

/// One that could be killed: its id, and the calls it has.
type Quarry = (i64, usize);

/// Kills one of each side as soon as it has a call, or `any`: those that nothing was killed of yet.
pub(super) async fn hunt(
    stage: &Stage<'_>,
    pool: &mut Option<Killed>,
    twin: &mut Option<Killed>,
    within: Duration,
    any: bool,
) {
    let began = Instant::now();
    while pool.is_none() || twin.is_none() {
        if pool.is_none() {
            *pool = kill(stage, &of_pool(stage), any);
        }
        if twin.is_none() {
            *twin = kill(stage, &of_twin(stage), any);
        }
        if began.elapsed() > within {
            return;
        }
        // A call may take less than a timer's tick.
        tokio::task::yield_now().await;
    }
}

fn of_pool(stage: &Stage<'_>) -> Vec<Quarry> {
    let instances = stage.engine.function_status(stage.id()).map(|status| status.instances);
    let quarry = instances.unwrap_or_default().into_iter();
    quarry.map(|one| (one.id, usize::from(one.state == InstanceState::Busy))).collect()
}

fn of_twin(stage: &Stage<'_>) -> Vec<Quarry> {
    let processes = stage.engine.twin(stage.id()).map(|twin| twin.processes).unwrap_or_default();
    processes.into_iter().map(|one| (one.id, one.in_flight as usize)).collect()
}

fn kill(stage: &Stage<'_>, side: &[Quarry], any: bool) -> Option<Killed> {
    let (id, in_flight) =
        side.iter().max_by_key(|(_, calls)| *calls).filter(|(_, calls)| any || *calls > 0)?;
    let at = Instant::now();
    let killed = stage.engine.kill(stage.id(), *id);
    killed.then(|| Killed { id: *id, at, in_flight: *in_flight, others: side.len() - 1 })
}
