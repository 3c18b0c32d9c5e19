//! The life of a process that functions run in.

use serde::{Deserialize, Serialize};

use super::Micros;

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct InstanceStarted {
    pub id: i64,
    /// Short name shown to people, unique while a host lives: `i-15`.
    pub name: String,
    pub app_id: i64,
    pub revision_id: i64,
    pub pid: u32,
    pub started_at: Micros,
    /// `invocation`, `reload`, `kept_warm` or `check`.
    pub cause: String,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct InstanceReady {
    pub id: i64,
    pub at: Micros,
    pub spawn_us: i64,
    pub boot_us: i64,
    pub init_us: i64,
    pub peak_memory_kb: Option<i64>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct InstanceEnded {
    pub id: i64,
    pub at: Micros,
    /// `idle`, `reload`, `timeout`, `crash`, `out_of_memory`, `init_error`, `shutdown`, `asked`, `host_died`.
    pub reason: String,
}
