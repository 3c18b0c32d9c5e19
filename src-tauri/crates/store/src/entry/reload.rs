//! What became of a save.

use serde::{Deserialize, Serialize};

use super::{Micros, Phases};

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ReloadEntry {
    pub id: i64,
    pub app_id: i64,
    /// The revision it made; `None` if the build failed before there was one.
    pub revision_id: Option<i64>,
    pub instance_id: Option<i64>,
    pub detected_at: Micros,
    /// Files that changed, relative to the project.
    pub files: Vec<String>,
    /// Each measured from `detected_at`; `None` if that point was not reached (yet).
    pub built_us: Option<i64>,
    pub initialised_us: Option<i64>,
    pub swapped_us: Option<i64>,
    pub drained_us: Option<i64>,
    pub phases: Phases,
    /// `ok`, `build_failed`, `init_failed`, `superseded`, `running`.
    pub outcome: String,
    pub error: Option<ReloadError>,
}

/// What was measured after a reload; it stands with the reload from then on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReceiptEntry {
    pub reload_id: i64,
    /// As the protocol writes it: JSON.
    pub receipt: String,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ReloadError {
    pub message: String,
    pub file: Option<String>,
    pub line: Option<u32>,
}
