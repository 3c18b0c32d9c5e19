//! One batch of the live channel in the making.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use coldframe_engine::EngineEvent;
use coldframe_protocol as wire;
use coldframe_store::{Answered, Status, Stream};

use super::{
    Source,
    budget::{Budget, MOST_LINES},
};
use crate::{frame, shape};

const MOST_JOB_LINES: usize = 500;
const MOST_UNFINISHED: usize = 2000;
const MOST_SAVED: usize = 500;

/// What came since the last batch.
#[derive(Default)]
pub(super) struct Gathered {
    budget: Budget,
    apps: HashSet<i64>,
    invocations: BTreeMap<i64, wire::Invocation>,
    /// Rows sent before they had finished: sent again, whole, when they have.
    unfinished: HashMap<i64, wire::Invocation>,
    /// Calls the provider's own lines came of: nothing is made up for these.
    told: HashSet<i64>,
    skipped: BTreeMap<i64, wire::SkippedCalls>,
    logs: Vec<wire::LogLine>,
    skipped_logs: u64,
    job_lines: Vec<wire::JobLine>,
    saved: BTreeSet<String>,
    reloads: Vec<wire::Reload>,
    notices: Vec<wire::Notice>,
    stale: bool,
}

impl Gathered {
    pub(super) fn is_empty(&self) -> bool {
        self.apps.is_empty()
            && self.invocations.is_empty()
            && self.skipped.is_empty()
            && self.logs.is_empty()
            && self.skipped_logs == 0
            && self.job_lines.is_empty()
            && self.saved.is_empty()
            && self.reloads.is_empty()
            && self.notices.is_empty()
            && !self.stale
    }

    /// A batch's time passed, and there was nothing to send.
    pub(super) fn rest(&mut self) {
        self.budget = self.budget.next();
    }

    fn skip(&mut self, entry: &Answered) {
        let function_id = entry.function_id;
        let none = wire::SkippedCalls { function_id, calls: 0, cold: 0, failed: 0 };
        let skipped = self.skipped.entry(function_id).or_insert(none);
        skipped.calls += 1;
        skipped.cold += u64::from(entry.cold);
        skipped.failed += u64::from(entry.status != Status::Ok);
    }

    pub(super) fn add(&mut self, event: EngineEvent, source: &impl Source) {
        match event {
            EngineEvent::Touched(app) => drop(self.apps.insert(app)),
            EngineEvent::Answered(entry, names) => {
                self.apps.insert(entry.app_id);
                if !self.budget.rows.take() {
                    return self.skip(&entry);
                }
                let function = source.names().get(entry.function_id);
                let row = shape::invocation(&entry, &names, &function, source.book());
                self.invocations.insert(entry.id, row);
            }
            EngineEvent::Finished(finished) => {
                if let Some(row) = self.invocations.get_mut(&finished.id) {
                    shape::finish(row, &finished);
                } else if let Some(mut row) = self.unfinished.remove(&finished.id) {
                    shape::finish(&mut row, &finished);
                    self.invocations.insert(row.id, row);
                } else {
                    self.told.remove(&finished.id);
                }
            }
            EngineEvent::Log(entry, origin) => {
                if entry.stream == Stream::Platform {
                    self.told.extend(entry.invocation_id);
                }
                if !self.budget.lines.take() {
                    self.skipped_logs += 1;
                    return;
                }
                let twin_of = source.names().twin_of(entry.function_id);
                let function_id = twin_of.unwrap_or(entry.function_id);
                self.logs.push(wire::LogLine {
                    id: entry.id,
                    at: shape::time_text(entry.at),
                    function_id,
                    function: source.names().get(function_id).name.clone(),
                    resident: twin_of.is_some(),
                    instance: origin.instance.to_string(),
                    invocation_id: entry.invocation_id,
                    request_id: origin.request_id.as_deref().map(str::to_owned),
                    stream: shape::stream_text(entry.stream).into(),
                    level: coldframe_report::level(&entry.text),
                    text: entry.text,
                });
            }
            // Who looks sees by their numbers that lines are missing, and asks for them.
            EngineEvent::Said(line) => {
                if self.job_lines.len() < MOST_JOB_LINES {
                    self.job_lines.push(shape::job_line(line));
                }
            }
            EngineEvent::Saved(files) => {
                self.saved.extend(files);
                // Another branch was checked out: who looks asks for what it shows.
                if self.saved.len() > MOST_SAVED {
                    self.saved.clear();
                    self.stale = true;
                }
            }
            EngineEvent::Reload(entry, revision) => {
                self.apps.insert(entry.app_id);
                self.reloads.push(source.names().reload(&entry, revision));
            }
            EngineEvent::Notice { error, title, text, function_id } => self.notices.push(wire::Notice {
                level: if error { "error" } else { "info" }.into(),
                title,
                text,
                function: function_id,
            }),
            EngineEvent::Project => self.stale = true,
        }
    }

    /// What the batch after this one has to know of it.
    pub(super) fn next(&mut self) -> Self {
        let open = |row: &wire::Invocation| row.peak_memory_mb.is_none() && row.instance.is_some();
        let mut unfinished = std::mem::take(&mut self.unfinished);
        let mut told = self.told.clone();
        if unfinished.len() > MOST_UNFINISHED || told.len() > MOST_UNFINISHED {
            (unfinished, told) = Default::default();
        }
        for row in self.invocations.values() {
            if open(row) {
                unfinished.insert(row.id, row.clone());
            } else {
                told.remove(&row.id);
            }
        }
        Self { budget: self.budget.next(), unfinished, told, ..Self::default() }
    }

    /// The log lines, with those of quiet calls that have finished.
    fn take_logs(&mut self) -> Vec<wire::LogLine> {
        let mut logs = std::mem::take(&mut self.logs);
        let quiet = |row: &&wire::Invocation| frame::quiet(row) && !self.told.contains(&row.id);
        frame::add(&mut logs, self.invocations.values().filter(quiet));
        self.skipped_logs += logs.len().saturating_sub(MOST_LINES) as u64;
        logs.truncate(MOST_LINES);
        logs
    }

    pub(super) async fn batch(mut self, source: &impl Source) -> wire::LiveBatch {
        let mut functions = Vec::new();
        for app in &self.apps {
            functions.extend(source.functions(*app).await);
        }
        let logs = self.take_logs();
        wire::LiveBatch {
            functions,
            invocations: self.invocations.into_values().collect(),
            skipped: self.skipped.into_values().collect(),
            logs,
            skipped_logs: self.skipped_logs,
            job_lines: self.job_lines,
            saved: self.saved.into_iter().collect(),
            reloads: self.reloads,
            receipts: Vec::new(),
            notices: self.notices,
            status: None,
            stale: self.stale,
        }
    }
}
