//! A load test.

use serde::{Deserialize, Serialize};

use super::Micros;

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LoadEntry {
    pub id: i64,
    pub project_id: i64,
    pub function_id: i64,
    pub started_at: Micros,
    /// `None` while it runs.
    pub ended_at: Option<Micros>,
    /// What was asked for and its figures, as JSON of the protocol: usage, no money.
    pub summary: String,
    /// What only its own page shows, as JSON of the protocol.
    pub detail: String,
}
