//! The resident twin, as people switch it and read its meters.

use std::sync::PoisonError;

use coldframe_engine::{Engine, MOST_PROCESSES, Outage, TwinChange, TwinProcess, TwinState, TwinStatus};
use coldframe_protocol::{self as wire, ErrorCode, RpcError};
use coldframe_providers::portable;

use super::{Result, portability::connections, unknown_function};
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
            let reaches = !twin.mirror.connections.is_empty() || !twin.mirror.ties.is_empty();
            if reaches && request.writes_twice_ok != Some(true) {
                return Err(RpcError::new(ErrorCode::Conflict, twin.mirror.warning)
                    .hint("mirror its calls only if that does no harm, and say so"));
            }
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
        let ties = self.known_ties(engine, function).await?;
        let connections = connections(engine, function);
        let warning = warning(&name, &connections, &ties);
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

impl Host {
    /// Clients of clouds that its sources import, read anew with every revision.
    async fn known_ties(&self, engine: &Engine, function: i64) -> Result<Vec<String>> {
        let revision = engine.function_status(function).map(|status| status.revision).unwrap_or_default();
        let ties = || self.inner.ties.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((_, known)) = ties().get(&function).filter(|(of, _)| *of == revision && !of.is_empty()) {
            return Ok(known.clone());
        }
        let found = self.ties_of(engine, function).await?;
        // A variable's name alone writes nothing, nor does what the function is written with.
        let found =
            found.into_iter().filter(|tie| tie.kind == "package" && !portable::is_framework(&tie.name));
        let found: Vec<String> =
            found.map(|tie| format!("{} in {}:{}", tie.name, tie.file, tie.line)).collect();
        ties().insert(function, (revision, found.clone()));
        Ok(found)
    }
}

/// What is known of what a second call would reach.
fn warning(name: &str, connections: &[wire::SeenConnection], ties: &[String]) -> String {
    const MOST: usize = 4;
    let hosts = connections.iter().map(|seen| match &seen.service {
        Some(service) => format!("{service} ({})", seen.host),
        None => seen.host.clone(),
    });
    let reached: Vec<String> = hosts.chain(ties.iter().cloned()).collect();
    if reached.is_empty() {
        return format!(
            "nothing is known of what {name} reaches: if it writes to something outside, every mirrored call writes there \
             twice"
        );
    }
    let more =
        if reached.len() > MOST { format!(" and {} more", reached.len() - MOST) } else { String::new() };
    let shown = reached[..reached.len().min(MOST)].join(", ");
    format!("{name} reaches {shown}{more}: what a mirrored call writes there is written twice")
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_mirrors_is_told_what_is_known_or_that_nothing_is() {
        assert!(warning("hello", &[], &[]).starts_with("nothing is known of what hello reaches"));
        let s3 = wire::SeenConnection {
            host: "s3.eu-west-1.amazonaws.com".into(),
            provider: Some("aws".into()),
            title: Some("AWS".into()),
            service: Some("Amazon S3".into()),
        };
        let ties: Vec<String> = (1..6).map(|line| format!("boto3 in app.py:{line}")).collect();
        assert_eq!(
            warning("hello", &[s3], &ties),
            "hello reaches Amazon S3 (s3.eu-west-1.amazonaws.com), boto3 in app.py:1, boto3 in app.py:2, boto3 in \
             app.py:3 and 2 more: what a mirrored call writes there is written twice"
        );
    }
}
