//! Reloads with their timelines, and the cold starts of a function's app.

use coldframe_protocol as wire;
use coldframe_store::{FunctionRow, InstanceFilter, InstanceRow, Range, ReloadFilter, ReloadRow};

use crate::{
    Report, ReportError,
    span::since,
    wording::{moment, ms},
};

const LISTED: u32 = 200;

impl Report {
    /// Reloads of the function's app, newest first.
    ///
    /// # Errors
    /// There is no such function; the record cannot be read.
    pub fn reloads(&self, query: &wire::FunctionQuery, now: i64) -> Result<Vec<wire::Reload>, ReportError> {
        let function = self.function(query.function)?;
        let filter = ReloadFilter { app_id: Some(function.app_id), ..ReloadFilter::default() };
        let range = since(query.minutes, now).unwrap_or(Range::ALL);
        let functions = self.functions_of(function.app_id)?;
        let rows = self.reader.reloads(&filter, LISTED)?;
        let within =
            rows.iter().filter(|row| row.entry.detected_at >= range.from && row.entry.detected_at < range.to);
        Ok(within.map(|row| reload(row, &functions)).collect())
    }

    /// Starts of the function's app that got ready, newest first.
    ///
    /// # Errors
    /// There is no such function; the record cannot be read.
    pub fn cold_starts(
        &self,
        query: &wire::FunctionQuery,
        now: i64,
    ) -> Result<Vec<wire::ColdStart>, ReportError> {
        let function = self.function(query.function)?;
        let range = since(query.minutes, now);
        let filter = InstanceFilter { app_id: Some(function.app_id), range, ready: true };
        let rows = self.reader.instances(&filter, LISTED)?;
        let from = range.map_or(i64::MIN, |range| range.from);
        // The record's range is of lives; a start that was before it is none of this range.
        Ok(rows.iter().filter(|row| row.started_at >= from).map(cold_start).collect())
    }

    pub(crate) fn function(&self, id: i64) -> Result<FunctionRow, ReportError> {
        self.reader.function(id)?.ok_or(ReportError::NotFound { what: "function", id })
    }

    fn functions_of(&self, app_id: i64) -> Result<Vec<i64>, ReportError> {
        let Some(app) = self.reader.app(app_id)? else { return Ok(Vec::new()) };
        let functions = self.reader.functions(app.project_id)?;
        Ok(functions
            .iter()
            .filter(|function| function.app_id == app_id)
            .map(|function| function.id)
            .collect())
    }
}

/// A reload as the wire has it; `functions`: those of its app.
pub fn reload(row: &ReloadRow, functions: &[i64]) -> wire::Reload {
    let entry = &row.entry;
    wire::Reload {
        id: entry.id,
        app: row.app.clone(),
        functions: functions.to_vec(),
        revision: row.revision.clone(),
        detected_at: moment(entry.detected_at),
        files: entry.files.clone(),
        built_ms: entry.built_us.map(ms),
        initialised_ms: entry.initialised_us.map(ms),
        swapped_ms: entry.swapped_us.map(ms),
        drained_ms: entry.drained_us.map(ms),
        init_ms: ms(entry.phases.init_us),
        outcome: entry.outcome.clone(),
        error: entry.error.as_ref().map(|error| wire::Problem {
            severity: "error".to_owned(),
            message: error.message.clone(),
            file: error.file.clone(),
            line: error.line,
            hint: None,
        }),
    }
}

fn cold_start(row: &InstanceRow) -> wire::ColdStart {
    let phase = |us: Option<i64>| ms(us.unwrap_or(0));
    wire::ColdStart {
        at: moment(row.started_at),
        instance: row.name.clone(),
        revision: row.revision.clone().unwrap_or_default(),
        cause: row.cause.clone(),
        spawn_ms: phase(row.spawn_us),
        boot_ms: phase(row.boot_us),
        init_ms: phase(row.init_us),
    }
}
