//! Until nothing of it runs, with an idle time of a second in place of its own, which is put back.

use std::time::{Duration, Instant};

use coldframe_engine::{Engine, PoolChange};
use coldframe_protocol::{Commands as _, FunctionId, RowResult, Side, TwinState};

use crate::sidebyside::{
    stage::{Result, Stage, failed},
    words::{detail, result, time},
};

const IDLE: Duration = Duration::from_secs(1);

pub(super) async fn run(stage: &Stage<'_>) -> Result<RowResult> {
    let Some(status) = stage.engine.function_status(stage.id()) else {
        return Err(failed("the function is gone", "choose another"));
    };
    if status.kept_warm > 0 {
        return Err(failed(
            format!("{} instances of it are kept warm, so it never scales to zero", status.kept_warm),
            "set \"Keep warm\" to 0 on its Settings tab",
        ));
    }
    stage.doing("one call", 0.1);
    let _back = Idle::set(stage.engine, stage.id(), status.idle);
    stage.call().await.well()?;
    let (began, there) = (Instant::now(), stage.instances());
    stage.doing("waiting until nothing runs", 0.4);
    stage.until("an instance stays", "is somebody else calling it?", || stage.instances() == 0).await?;
    let gone = time(began.elapsed().as_secs_f64() * 1_000.0);
    let twin = stage.host.twin(FunctionId { function: stage.id() }).await.ok();
    let twin = twin.filter(|twin| twin.state == TwinState::Running);
    let left = match twin.map(|twin| twin.processes.len()) {
        None => "not started: a machine would be there all the same".to_owned(),
        Some(1) => "1 process".to_owned(),
        Some(processes) => format!("{processes} processes"),
    };
    Ok(RowResult {
        better: Some(Side::Serverless),
        details: vec![
            detail("after the last call", instances(there), left.clone()),
            detail("a second later", "nothing", left),
            detail("its own idle time", time(status.idle.as_secs_f64() * 1_000.0), "none"),
        ],
        rests_on: vec![
            "an idle time of one second was set for this, and its own put back: what a cloud takes is in the sourced figure".to_owned(),
            "the resident process is never scaled in, as the last machine of a group is not".to_owned(),
        ],
        ..result(
            (&gone, "from the last call until nothing of it ran"),
            ("never", "the last machine stays, whether anybody calls or not"),
            &format!("{gone} after the last call no process of it was left; the always-on side stays."),
        )
    })
}

fn instances(number: usize) -> String {
    if number == 1 { "1 instance".to_owned() } else { format!("{number} instances") }
}

/// Put back whatever happens.
struct Idle {
    engine: Engine,
    function: i64,
    own: Duration,
}

impl Idle {
    fn set(engine: &Engine, function: i64, own: Duration) -> Self {
        engine.configure(function, &PoolChange { idle: Some(IDLE), ..PoolChange::default() });
        Self { engine: engine.clone(), function, own }
    }
}

impl Drop for Idle {
    fn drop(&mut self) {
        self.engine.configure(self.function, &PoolChange { idle: Some(self.own), ..PoolChange::default() });
    }
}
