//! What a project consists of, and what is known of a function beside its calls.

use serde::{Deserialize, Serialize};

use super::Micros;

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ProjectEntry {
    pub id: i64,
    /// Canonical absolute path.
    pub root: String,
    pub name: String,
    pub opened_at: Micros,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct AppEntry {
    pub id: i64,
    pub project_id: i64,
    pub provider: String,
    pub name: String,
    pub language: String,
    pub runtime: String,
    /// Relative to the project, `/`-separated; empty when the app is the project's own folder.
    pub path: String,
    pub seen_at: Micros,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct FunctionEntry {
    pub id: i64,
    pub app_id: i64,
    pub name: String,
    pub handler: String,
    pub path: String,
    pub seen_at: Micros,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct RevisionEntry {
    pub id: i64,
    pub app_id: i64,
    /// Short content hash, as shown to people.
    pub hash: String,
    pub created_at: Micros,
    pub memory_mb: u32,
    pub timeout_ms: u64,
    pub architecture: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ImportsEntry {
    pub function_id: i64,
    pub revision_id: i64,
    pub measured_at: Micros,
    /// JSON of the protocol.
    pub report: String,
}
