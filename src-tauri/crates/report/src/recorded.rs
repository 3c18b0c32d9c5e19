//! What each project has in the record, and what clearing would take of it.

use coldframe_protocol as wire;
use coldframe_store::{Clear, Micros, Retained};

use crate::{Report, ReportError, wording::moment};

const DAY_US: Micros = 24 * 60 * 60 * 1_000_000;

impl Report {
    /// Most recently opened first.
    ///
    /// # Errors
    /// The record cannot be read.
    pub fn recorded_projects(
        &self,
        open_project: Option<i64>,
    ) -> Result<Vec<wire::RecordedProject>, ReportError> {
        let sizes = self.reader.project_sizes()?;
        let all: u64 = sizes.iter().map(|size| size.bytes).sum();
        let file = self.reader.size().database;
        // What is free in the file, indexes and roll-ups are everybody's.
        #[expect(clippy::cast_possible_truncation, reason = "a share of a file's length")]
        let share = |bytes: u64| (u128::from(bytes) * u128::from(file) / u128::from(all.max(1))) as u64;
        let project = |size: coldframe_store::ProjectSize| wire::RecordedProject {
            open: open_project == Some(size.project.id),
            id: size.project.id,
            name: size.project.name,
            root: size.project.root,
            invocations: size.invocations,
            log_lines: size.log_lines,
            bytes: share(size.bytes).min(file),
            oldest_at: size.oldest.map(moment),
        };
        Ok(sizes.into_iter().map(project).collect())
    }

    /// # Errors
    /// The record cannot be read.
    pub fn clearable(&self, clear: &Clear) -> Result<wire::Cleared, ReportError> {
        Ok(cleared(&self.reader.clearable(clear)?))
    }
}

/// A request as the record takes it.
pub fn clear(request: &wire::ClearRecord, open_project: Option<i64>, now: Micros) -> Clear {
    Clear {
        project_id: request.project,
        before: request
            .older_than_days
            .map(|days| now.saturating_sub(i64::from(days).saturating_mul(DAY_US))),
        open_project,
    }
}

/// What went, as the wire has it.
pub fn cleared(taken: &Retained) -> wire::Cleared {
    wire::Cleared {
        invocations: taken.invocations,
        payloads: taken.payloads,
        log_lines: taken.log_lines,
        events: taken.events,
        sources: taken.sources,
        figures: taken.roll_ups,
    }
}
