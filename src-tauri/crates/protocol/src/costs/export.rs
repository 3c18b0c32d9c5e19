//! The bill as a file, to send to somebody or to go on working with.

use super::CostQuery;
use crate::wire;

wire! {
    pub struct CostExport {
        pub cost: CostQuery,
        pub format: ExportFormat,
    }

    #[derive(Copy, Eq)]
    #[serde(rename_all = "snake_case")]
    pub enum ExportFormat {
        /// One line for each line of each option's bill.
        Csv,
        /// The whole report as the command line prints it.
        Json,
        /// One page that needs nothing else.
        Html,
        /// A usage file for Infracost with the measured figures.
        Infracost,
    }

    pub struct ExportedFile {
        /// `coldframe-costs-2026-11-20.csv`.
        pub name: String,
        /// `text/csv`.
        pub media_type: String,
        pub text: String,
    }
}
