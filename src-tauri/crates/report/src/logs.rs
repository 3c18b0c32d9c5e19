//! Log lines, newest at the end.

use coldframe_protocol as wire;
use coldframe_store::{LogFilter, Micros, NamedLog, UntoldFilter};

use crate::{Report, ReportError, invocations::invocation, wording::moment};

const LISTED: u32 = 500;
const LISTED_AT_MOST: u32 = 10_000;

impl Report {
    /// The last lines, or the first ones after `query.after`. `project_id` bounds them unless a function is named.
    ///
    /// # Errors
    /// The record cannot be read.
    pub fn logs(&self, project_id: i64, query: &wire::LogQuery) -> Result<Vec<wire::LogLine>, ReportError> {
        let filter = LogFilter {
            project_id: query.function.is_none().then_some(project_id),
            function_id: query.function,
            after: query.after,
            ..LogFilter::default()
        };
        Ok(self.reader.logs(&filter, log_limit(query))?.iter().map(log_line).collect())
    }

    /// Calls answered since a time which the query asks for too, but of which the provider's lines are not in the
    /// record, in the order they began: the last ones, or the first after `query.after`.
    ///
    /// # Errors
    /// The record cannot be read.
    pub fn untold(
        &self,
        project_id: i64,
        query: &wire::LogQuery,
        since: Micros,
    ) -> Result<Vec<wire::Invocation>, ReportError> {
        let filter = UntoldFilter {
            project_id: query.function.is_none().then_some(project_id),
            function_id: query.function,
            since,
            last: query.after.is_none(),
        };
        Ok(self.reader.untold(&filter, log_limit(query))?.iter().map(invocation).collect())
    }
}

/// How many lines a query lists at most.
pub fn log_limit(query: &wire::LogQuery) -> u32 {
    query.limit.unwrap_or(LISTED).min(LISTED_AT_MOST)
}

/// A line as the wire has it.
pub fn log_line(named: &NamedLog) -> wire::LogLine {
    let entry = &named.entry;
    wire::LogLine {
        id: entry.id,
        at: moment(entry.at),
        function_id: entry.function_id,
        function: named.function.clone(),
        instance: named.instance.clone(),
        invocation_id: entry.invocation_id,
        request_id: named.request_id.clone(),
        stream: entry.stream.as_str().to_owned(),
        text: entry.text.clone(),
    }
}
