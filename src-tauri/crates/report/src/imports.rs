//! What a function's imports took, as it was measured last.

use coldframe_protocol as wire;

use crate::{Report, ReportError};

impl Report {
    /// Nothing, too, where another version wrote it in a way this one does not read.
    ///
    /// # Errors
    /// The record cannot be read.
    pub fn imports(&self, function: i64) -> Result<wire::LastImports, ReportError> {
        let kept = self.reader.imports(function)?;
        Ok(wire::LastImports { report: kept.and_then(|text| serde_json::from_str(&text).ok()) })
    }
}
