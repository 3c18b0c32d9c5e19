//! Reloads with their timelines.

use coldframe_protocol as wire;
use coldframe_store::{FunctionRow, Range, ReloadFilter, ReloadRow};

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
            remedy: None,
        }),
        receipt: row.receipt.as_deref().and_then(|told| serde_json::from_str(told).ok()),
    }
}
