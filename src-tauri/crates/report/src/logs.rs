//! Log lines, newest at the end.

use coldframe_protocol as wire;
use coldframe_store::{Level, LogFilter, LogTest, Micros, NamedLog, Range, Stream, Term, Test, UntoldFilter};

use crate::{Report, ReportError, invocations::invocation, search, wording::moment};

const LISTED: u32 = 500;
const LISTED_AT_MOST: u32 = 10_000;

/// A question about log lines, understood.
#[derive(Debug, Clone)]
pub struct LinesWanted {
    filter: LogFilter,
    pub limit: usize,
}

impl LinesWanted {
    /// `project_id` bounds them unless a function is named.
    ///
    /// # Errors
    /// A search that is not understood.
    pub fn new(project_id: i64, query: &wire::LogQuery, now: Micros) -> Result<Self, ReportError> {
        let search = search::parse_lines(query.search.as_deref().unwrap_or_default(), now)
            .map_err(ReportError::Invalid)?;
        Ok(Self {
            filter: LogFilter {
                project_id: query.function.is_none().then_some(project_id),
                function_id: query.function,
                after: query.after,
                before: query.before,
                range: search.range,
                terms: search.terms,
                ..LogFilter::default()
            },
            limit: query.limit.unwrap_or(LISTED).min(LISTED_AT_MOST) as usize,
        })
    }

    /// Whether lines of the provider can be among them.
    pub fn of_platform(&self) -> bool {
        self.filter.terms.iter().all(|term| match &term.test {
            LogTest::Stream(all) => all.contains(&Stream::Platform) != term.not,
            // The provider's lines say no level.
            LogTest::Level(_) => term.not,
            // None is made up of a twin's.
            LogTest::Twin(yes) => *yes == term.not,
            LogTest::Call(_) | LogTest::Text(_) => true,
        })
    }

    /// What every line must have.
    pub fn texts(&self) -> impl Iterator<Item = &str> {
        self.filter.terms.iter().filter(|term| !term.not).filter_map(|term| match &term.test {
            LogTest::Text(text) => Some(text.as_str()),
            LogTest::Call(_) | LogTest::Stream(_) | LogTest::Level(_) | LogTest::Twin(_) => None,
        })
    }

    /// Whether a line of the provider that is not in the record is one of them. What is asked of its call holds.
    pub fn has(&self, id: i64, at: Micros, text: &str) -> bool {
        let range = self.filter.range.unwrap_or(Range::ALL);
        self.filter.after.is_none_or(|after| id > after)
            && self.filter.before.is_none_or(|before| id < before)
            && (range.from..range.to).contains(&at)
            && self.filter.terms.iter().all(|term| term.fits(Stream::Platform, text))
    }

    /// When they were written, as far as it was asked for.
    pub fn range(&self) -> Range {
        self.filter.range.unwrap_or(Range::ALL)
    }
}

impl Report {
    /// The last lines of the record, or the first ones after `query.after`.
    ///
    /// # Errors
    /// The record cannot be read.
    pub fn logs(&self, wanted: &LinesWanted) -> Result<Vec<wire::LogLine>, ReportError> {
        #[expect(clippy::cast_possible_truncation, reason = "made from a u32")]
        let limit = wanted.limit as u32;
        Ok(self.reader.logs(&wanted.filter, limit)?.iter().map(log_line).collect())
    }

    /// Calls answered since a time, begun in a range, which the question asks for too, but of which the provider's
    /// lines are not in the record: in the order they began, the last `most`, or the first after `query.after`.
    ///
    /// # Errors
    /// The record cannot be read.
    pub fn untold(
        &self,
        wanted: &LinesWanted,
        since: Micros,
        began: Range,
        most: u32,
    ) -> Result<Vec<wire::Invocation>, ReportError> {
        let filter = UntoldFilter {
            project_id: wanted.filter.project_id,
            function_id: wanted.filter.function_id,
            since,
            began,
            last: wanted.filter.after.is_none(),
            terms: of_calls(&wanted.filter.terms),
        };
        let found = self.reader.untold(&filter, most)?;
        Ok(found.iter().map(|named| invocation(named, self.book())).collect())
    }
}

fn of_calls(terms: &[Term<LogTest>]) -> Vec<Term<Test>> {
    let of_call = |term: &Term<LogTest>| match &term.test {
        LogTest::Call(test) => Some(Term { test: test.clone(), not: term.not }),
        LogTest::Stream(_) | LogTest::Level(_) | LogTest::Twin(_) | LogTest::Text(_) => None,
    };
    terms.iter().filter_map(of_call).collect()
}

/// The level that a line's text says, as the wire has it.
pub fn level(text: &str) -> Option<String> {
    Level::of(text).map(|level| level.as_str().to_owned())
}

/// A line as the wire has it.
pub fn log_line(named: &NamedLog) -> wire::LogLine {
    let entry = &named.entry;
    wire::LogLine {
        id: entry.id,
        at: moment(entry.at),
        function_id: named.twin_of.unwrap_or(entry.function_id),
        function: named.function.clone(),
        resident: named.twin_of.is_some(),
        instance: named.instance.clone(),
        invocation_id: entry.invocation_id,
        request_id: named.request_id.clone(),
        stream: entry.stream.as_str().to_owned(),
        level: level(&entry.text),
        text: entry.text.clone(),
    }
}
