//! The resident twin, as people switch it and read its meters.

use coldframe_engine::{Engine, MOST_PROCESSES, Outage, TwinChange, TwinProcess, TwinState, TwinStatus};
use coldframe_protocol::{self as wire, ErrorCode, RpcError};

use super::{Result, reach::Reach, unknown_function};
use crate::{
    host::Host,
    shape::{problem, time_text},
};

impl Host {
    pub(super) async fn twin_of(&self, function: i64) -> Result<wire::Twin> {
        let engine = self.engine()?;
        let status = engine.twin(function).ok_or_else(unknown_function)?;
        self.shown_twin(&engine, function, status).await
    }

    pub(super) async fn begin_twin(&self, request: wire::StartTwin) -> Result<wire::Twin> {
        let engine = self.engine()?;
        engine.function_ref(request.function).ok_or_else(unknown_function)?;
        if let Some(processes) = request.processes.filter(|count| !(1..=MOST_PROCESSES).contains(count)) {
            let message = format!("a resident twin has 1 to {MOST_PROCESSES} processes, not {processes}");
            return Err(RpcError::new(ErrorCode::Invalid, message));
        }
        if let Some(id) = &request.machine {
            self.sold_by_the_hour(id)?;
        }
        let change =
            TwinChange { processes: request.processes, per_call: request.per_call, machine: request.machine };
        engine.start_twin(request.function, change);
        self.twin_of(request.function).await
    }

    fn sold_by_the_hour(&self, id: &str) -> Result<()> {
        let invalid = |message: String| RpcError::new(ErrorCode::Invalid, message);
        match self.inner.report.book().machines.iter().find(|machine| machine.id == id) {
            None => Err(invalid(format!("the price book has no machine {id}"))
                .hint("`coldframe machines` lists those that it has")),
            Some(machine) if machine.hour().is_none() => {
                Err(invalid(format!("{} is sold by the month: no meter counts its hours", machine.title)))
            }
            Some(_) => Ok(()),
        }
    }

    pub(super) async fn end_twin(&self, function: i64) -> Result<wire::Twin> {
        let engine = self.engine()?;
        engine.function_ref(function).ok_or_else(unknown_function)?;
        engine.stop_twin(function);
        self.twin_of(function).await
    }

    pub(super) async fn mirror_calls(&self, request: wire::MirrorCalls) -> Result<wire::Twin> {
        let twin = self.twin_of(request.function).await?;
        if request.on {
            if twin.state == wire::TwinState::Off {
                let message = format!("the resident twin of {} is off", twin.name);
                return Err(RpcError::new(ErrorCode::Conflict, message).hint("start it first"));
            }
            let engine = self.engine()?;
            self.may_call_twice(&engine, request.function, request.writes_twice_ok).await?;
        }
        self.engine()?.mirror(request.function, request.on);
        self.twin_of(request.function).await
    }

    pub(super) async fn kill(&self, request: wire::KillInstance) -> Result<wire::Function> {
        let engine = self.engine()?;
        engine.function_ref(request.function).ok_or_else(unknown_function)?;
        if !engine.kill(request.function, request.instance) {
            let message = "no process of that id runs for the function";
            return Err(RpcError::new(ErrorCode::NotFound, message).hint("it may have ended meanwhile"));
        }
        self.function(request.function).await
    }

    async fn shown_twin(&self, engine: &Engine, function: i64, status: TwinStatus) -> Result<wire::Twin> {
        let name = engine.function_ref(function).ok_or_else(unknown_function)?.name;
        let recorded_as = engine.resident_function(function).ok_or_else(unknown_function)?;
        self.flush().await;
        let meters = self.read(move |report, now| report.meters(function, now)).await;
        // Before anything of the function is in the record, nothing is metered.
        let meters = meters.ok().flatten();
        let reach = self.reach(engine, function).await?;
        let warning = warning(&name, &reach);
        let Reach { connections, ties, .. } = reach;
        let mirror =
            wire::MirrorState { on: status.mirrors, calls: status.mirrored, connections, ties, warning };
        Ok(wire::Twin {
            function,
            name,
            recorded_as,
            state: state(status.state),
            since: status.since.map(time_text).or_else(|| meters.as_ref().map(|meters| meters.from.clone())),
            until: match status.since {
                Some(_) => status.until.map(time_text),
                None => meters.as_ref().map(|meters| meters.to.clone()),
            },
            processes: status.processes.iter().map(process).collect(),
            wanted: status.wanted,
            calls_each: status.calls_each,
            per_call: status.per_call,
            why: status.why,
            problem: status.problem.as_ref().map(problem),
            not_resident: status.not_resident,
            waiting: status.waiting,
            backlog: status.backlog,
            refused: status.refused,
            restarts: status.restarts,
            outages: status.outages.iter().map(outage).collect(),
            down_ms: status.down.as_secs_f64() * 1000.0,
            mirror,
            meters,
        })
    }
}

/// What is known of what a second call would reach.
fn warning(name: &str, reach: &Reach) -> String {
    const MOST: usize = 4;
    let reached = reach.named();
    if reached.is_empty() {
        return format!(
            "nothing is known of what {name} reaches: if it writes to something outside, every mirrored call writes there \
             twice"
        );
    }
    let more =
        if reached.len() > MOST { format!(" and {} more", reached.len() - MOST) } else { String::new() };
    let shown = reached[..reached.len().min(MOST)].join(", ");
    format!("{name} {} {shown}{more}: what a mirrored call writes there is written twice", reach.verb())
}

fn state(state: TwinState) -> wire::TwinState {
    match state {
        TwinState::Off => wire::TwinState::Off,
        TwinState::Starting => wire::TwinState::Starting,
        TwinState::Running => wire::TwinState::Running,
        TwinState::Down => wire::TwinState::Down,
        TwinState::Reloading => wire::TwinState::Reloading,
        TwinState::Broken => wire::TwinState::Broken,
    }
}

fn process(process: &TwinProcess) -> wire::TwinProcess {
    wire::TwinProcess {
        id: process.id,
        name: process.name.clone(),
        pid: process.pid,
        revision: process.revision.clone(),
        started_at: time_text(process.started_at),
        calls: process.calls,
        in_flight: process.in_flight,
    }
}

fn outage(outage: &Outage) -> wire::TwinOutage {
    wire::TwinOutage {
        from: time_text(outage.from),
        ms: outage.lasted.map(|lasted| lasted.as_secs_f64() * 1000.0),
        reason: outage.reason.to_owned(),
    }
}
