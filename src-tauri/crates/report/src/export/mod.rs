//! The Costs page as a file: for a spreadsheet, a program, a colleague, or Infracost. Written from the report as it is on
//! screen, so that no file says anything else. And the lines of a log, and the table of serverless and always-on.

mod csv;
mod html;
mod infracost;
pub(crate) mod log;
pub(crate) mod sidebyside;

use coldframe_protocol::{CostExport, ExportFormat, ExportedFile};
use coldframe_store::Micros;

pub(crate) use self::infracost::Use;
use crate::{Report, ReportError, wording::moment};

impl Report {
    /// # Errors
    /// As [`Report::costs`].
    pub fn export_costs(
        &self,
        project_id: i64,
        export: &CostExport,
        now: Micros,
    ) -> Result<ExportedFile, ReportError> {
        let costs = self.costs(project_id, &export.cost, now)?;
        let day: String = moment(now).chars().take(10).collect();
        let (end, media_type, text) = match export.format {
            ExportFormat::Csv => ("csv", "text/csv", csv::write(&costs)),
            ExportFormat::Json => {
                // The wire's own types have text for keys, and no figure that is not a number.
                ("json", "application/json", serde_json::to_string_pretty(&costs).unwrap_or_default())
            }
            ExportFormat::Html => ("html", "text/html", html::write(&costs, &day)),
            ExportFormat::Infracost => {
                let uses = self.uses(project_id, &export.cost, now)?;
                ("yml", "application/yaml", infracost::write(&uses, &costs, &day))
            }
        };
        let what = if export.format == ExportFormat::Infracost { "infracost-usage" } else { "costs" };
        Ok(ExportedFile {
            name: format!("coldframe-{what}-{day}.{end}"),
            media_type: media_type.to_owned(),
            text,
        })
    }
}
