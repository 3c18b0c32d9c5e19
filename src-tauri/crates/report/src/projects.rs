//! Projects that were opened before.

use coldframe_protocol::RecentProject;

use crate::{Report, ReportError, wording::moment};

impl Report {
    /// Most recently opened first.
    ///
    /// # Errors
    /// The record cannot be read.
    pub fn recent_projects(&self, limit: u32) -> Result<Vec<RecentProject>, ReportError> {
        let rows = self.reader.projects(limit)?;
        let recent = |row: coldframe_store::ProjectRow| RecentProject {
            root: row.root,
            name: row.name,
            opened_at: moment(row.opened_at),
        };
        Ok(rows.into_iter().map(recent).collect())
    }
}
