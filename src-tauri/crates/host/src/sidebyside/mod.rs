//! Side by side: each difference between serverless and always-on made to happen to one function, one row after the other,
//! and what came of it kept. What a row is stands in `rows`, how it happens in `demos`, one file each.

mod demos;
mod growing;
mod rows;
mod run;
mod shelf;
mod sourced;
mod stage;
mod words;

use std::sync::{Arc, Mutex, PoisonError};

use coldframe_engine::Engine;
use coldframe_protocol::{self as wire, ErrorCode, RowKind, RpcError};
use coldframe_providers::clock;
use coldframe_report::moment;

use self::run::{Parts, Running};
pub(crate) use self::shelf::Tables;
use crate::{
    commands::{Result, blocking, event, unknown_function},
    host::Host,
    keeping,
};

/// The rows that go on.
#[derive(Default)]
pub(crate) struct Contrasts {
    current: Mutex<Option<Arc<Running>>>,
}

impl Contrasts {
    /// The last ones, over or not.
    fn last(&self) -> Option<Arc<Running>> {
        self.current.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn running(&self) -> Option<Arc<Running>> {
        self.last().filter(|run| !run.over.is_cancelled())
    }

    /// Ends what runs: when the project or the host goes.
    pub(crate) async fn halt(&self) {
        if let Some(run) = self.running() {
            run.stop();
            run.over.cancelled().await;
        }
    }
}

impl Host {
    pub(crate) async fn table_of(&self, id: i64) -> Result<wire::SideBySide> {
        let engine = self.engine()?;
        let function = engine.function_ref(id).ok_or_else(unknown_function)?;
        let status = engine.function_status(id).ok_or_else(unknown_function)?;
        // Before what is kept is read: a row that ends between the two would be neither under way nor done.
        let last = self.inner.contrasts.last().filter(|run| run.function() == id);
        let running = last.as_ref().and_then(|run| run.told());
        let (tables, project) = (self.tables(), engine.project_id());
        let kept = blocking(move || Ok(tables.read(project, id))).await?;
        let report = &self.inner.report;
        let opposites = report.opposites(function.provider.as_str(), status.app.settings.memory_mb);
        let sourced = sourced::Sourced { book: report.book(), app: &status.app, opposites };
        Ok(wire::SideBySide {
            function: id,
            name: function.name,
            plan: opposites.map(|(plan, _)| plan.title.clone()),
            machine: opposites.map(|(_, machine)| machine.title.clone()),
            machine_id: opposites.map(|(_, machine)| machine.id.clone()),
            prices: format!("Prices of {}, list, without tax", report.book().compiled),
            rows: rows::ALL.iter().map(|row| row.told(&sourced, kept.get(row.kind))).collect(),
            running,
            failures: last.as_ref().map(|run| run.failures()).unwrap_or_default(),
            administration: keeping::administration(&self.inner.config.data_dir),
            outside: self.reach(&engine, id).await?.named(),
        })
    }

    pub(crate) async fn begin_rows(&self, asked: wire::RunRows) -> Result<wire::SideBySide> {
        let engine = self.engine()?;
        let id = asked.function;
        let function = engine.function_ref(id).ok_or_else(unknown_function)?;
        let call = event(&engine, &function, &asked.event)?;
        check(&asked)?;
        let wanted: Vec<RowKind> =
            if asked.rows.is_empty() { rows::ALL.map(|row| row.kind).into() } else { asked.rows.clone() };
        let twice = wanted.iter().any(|kind| rows::of(*kind).sends_twice);
        if twice {
            self.may_call_twice(&engine, id, asked.writes_twice_ok).await?;
        }
        if let Some(load) = self.inner.loads.running_id() {
            let message = format!("a load test goes on (run {load})");
            return Err(RpcError::new(ErrorCode::Conflict, message)
                .hint("stop it first: the two would measure each other"));
        }
        let long_event = match &asked.long_event {
            Some(text) => Some(event(&engine, &function, text)?),
            None => self.saved_long(&engine, &function).await?,
        };
        {
            // Looked at and put in under one lock: two that ask at once do not both begin.
            let mut current = self.inner.contrasts.current.lock().unwrap_or_else(PoisonError::into_inner);
            if let Some(run) = current.as_ref().filter(|run| !run.over.is_cancelled()) {
                let message = format!("rows of {} go on", run.name());
                return Err(
                    RpcError::new(ErrorCode::Conflict, message).hint("stop them, or wait for their end")
                );
            }
            let parts = Parts { host: self.clone(), engine, function, event: call, long_event, asked };
            *current = Some(Running::start(parts, wanted));
        }
        self.table_of(id).await
    }

    pub(crate) async fn end_rows(&self, id: i64) -> Result<wire::SideBySide> {
        if let Some(run) = self.inner.contrasts.running().filter(|run| run.function() == id) {
            run.stop();
        }
        self.table_of(id).await
    }

    pub(crate) async fn table_export(&self, id: i64) -> Result<wire::ExportedFile> {
        let table = self.table_of(id).await?;
        let machine = sysinfo::System::host_name().unwrap_or_else(|_| "this machine".to_owned());
        let day: String = moment(clock::now_us()).chars().take(10).collect();
        Ok(wire::ExportedFile {
            name: format!("coldframe-side-by-side-{}-{day}.html", table.name),
            media_type: "text/html".to_owned(),
            text: coldframe_report::write_side_by_side(&table, &day, &machine),
        })
    }

    pub(crate) async fn clear_table(&self, id: i64) -> Result<wire::SideBySide> {
        let engine = self.engine()?;
        if self.inner.contrasts.running().is_some_and(|run| run.function() == id) {
            return Err(RpcError::new(ErrorCode::Conflict, "rows go on").hint("stop them first"));
        }
        let (tables, project) = (self.tables(), engine.project_id());
        blocking(move || {
            tables.remove(project, id);
            Ok(())
        })
        .await?;
        self.table_of(id).await
    }

    pub(crate) async fn administer(&self, asked: wire::SetAdministration) -> Result<wire::SideBySide> {
        let hours = 0.0..=744.0;
        let sensible = hours.contains(&asked.serverless_hours)
            && hours.contains(&asked.always_on_hours)
            && (0.0..=10_000.0).contains(&asked.usd_per_hour);
        if !sensible {
            let message = "a month has 0 to 744 hours, and one of them costs 0 to 10,000 dollars";
            return Err(RpcError::new(ErrorCode::Invalid, message));
        }
        let (data_dir, id) = (self.inner.config.data_dir.clone(), asked.function);
        blocking(move || {
            keeping::administer(&data_dir, &asked)
                .map_err(|problem| RpcError::new(ErrorCode::Failed, problem))
        })
        .await?;
        self.table_of(id).await
    }

    pub(crate) fn tables(&self) -> Tables {
        Tables::new(&self.inner.config.data_dir)
    }

    /// The event that a person saved as `long`.
    async fn saved_long(
        &self,
        engine: &Engine,
        function: &coldframe_providers::invocation::FunctionRef,
    ) -> Result<Option<coldframe_providers::invocation::Event>> {
        let (root, name) = (engine.root().to_owned(), function.name.clone());
        let saved = blocking(move || Ok(crate::commands::saved_events(&root, &name))).await?;
        let long = saved.into_iter().find(|saved| saved.name == demos::LONG_EVENT);
        long.map(|saved| event(engine, function, &saved.text)).transpose()
    }
}

fn check(asked: &wire::RunRows) -> Result<()> {
    let invalid = |message: &str| Err(RpcError::new(ErrorCode::Invalid, message));
    if asked.job_minutes.is_some_and(|minutes| !(0.1..=100_000.0).contains(&minutes)) {
        return invalid("a job takes from 0.1 to 100,000 minutes");
    }
    if asked.deploy_s.is_some_and(|seconds| !(0.0..=86_400.0).contains(&seconds)) {
        return invalid("a deployment takes from 0 to 86,400 seconds");
    }
    if asked.calls_per_month.is_some_and(|calls| !(1..=1_000_000_000_000).contains(&calls)) {
        return invalid("calls a month go from 1 to 1,000,000,000,000");
    }
    Ok(())
}
