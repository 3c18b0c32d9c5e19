//! What others say or measured, in words: shown beside what was measured here, and reckoned with nowhere.

use std::sync::Arc;

use serde::Deserialize;

use super::{Confidence, Source};

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fact {
    pub id: String,
    /// The row of the page it stands in: `scaling_out`.
    pub row: String,
    pub side: FactSide,
    /// Lower case, no final full stop.
    pub text: String,
    pub source: Arc<Source>,
    pub confidence: Confidence,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FactSide {
    Serverless,
    AlwaysOn,
}
