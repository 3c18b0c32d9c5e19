//! Until nothing of it runs. The figure is what the plan takes, which others say; here it is made to happen quickly, with an
//! idle time of a second in place of its own, which is put back.

use std::time::{Duration, Instant};

use coldframe_cost::Plan;
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
    let here = time(began.elapsed().as_secs_f64() * 1_000.0);
    let twin = stage.host.twin(FunctionId { function: stage.id() }).await.ok();
    let twin = twin.filter(|twin| twin.state == TwinState::Running);
    let left = match twin.map(|twin| twin.processes.len()) {
        None => "not started: a machine would be there all the same".to_owned(),
        Some(1) => "1 process".to_owned(),
        Some(processes) => format!("{processes} processes"),
    };
    let plan = stage.opposites().map(|(plan, _)| plan);
    Ok(RowResult {
        details: vec![
            detail("after the last call", instances(there), left.clone()),
            detail("a second later", "nothing", left),
            detail("its own idle time", time(status.idle.as_secs_f64() * 1_000.0), "none"),
        ],
        rests_on: vec![
            "an idle time of one second was set for this, and its own put back".to_owned(),
            "the resident process is never scaled in, as the last machine of a group is not".to_owned(),
        ],
        ..told(plan, &here)
    })
}

/// `here`: how long it took with an idle time of a second.
fn told(plan: Option<&Plan>, here: &str) -> RowResult {
    let kept = plan.and_then(|plan| Some((&plan.title, &plan.scaling.as_ref()?.idle_s)));
    let (figure, what, cloud) = match kept {
        Some((title, idle)) => {
            let kept = format!("about {}", time(idle.value as f64 * 1_000.0));
            let whose = if idle.confidence.is_unverified() { "assumed" } else { "sourced" };
            let cloud = format!(" In the cloud, {title} keeps an instance {kept}.");
            let what = format!(
                "until {title} lets an instance go that nobody calls ({whose}); {here} here, where one second was set"
            );
            (kept, what, cloud)
        }
        None => (here.to_owned(), "here, where one second was set".to_owned(), String::new()),
    };
    RowResult {
        better: Some(Side::Serverless),
        ..result(
            (&figure, &what),
            ("never", "the last machine stays, whether anybody calls or not"),
            &format!(
                "With an idle time of one second, no process of it was left {here} after the last call.{cloud} The always-on \
                 side stays."
            ),
        )
    }
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

#[cfg(test)]
mod tests {
    use coldframe_cost::Book;

    use super::*;

    #[test]
    fn the_figure_is_the_plans_and_the_second_of_here_is_said_to_be_set() {
        let book = Book::built_in();
        let plan = book.plans.iter().find(|plan| plan.id == "aws-lambda-x86").expect("it is there");
        let found = told(Some(plan), "1.0 s");
        assert_eq!(found.serverless.figure, "about 6 min");
        assert!(found.serverless.what.ends_with("1.0 s here, where one second was set"), "{found:?}");
        assert_eq!(told(None, "1.0 s").serverless.figure, "1.0 s");
    }
}
