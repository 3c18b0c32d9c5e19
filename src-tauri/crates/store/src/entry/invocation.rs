//! A call, from the event that is accepted to what is known of it when its process asks for more.

use bytes::Bytes;
use serde::{Deserialize, Serialize};

use super::Micros;

/// Statuses of an invocation (DESIGN §7).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Status {
    Accepted,
    Running,
    Ok,
    Error,
    InitError,
    Timeout,
    Crash,
    OutOfMemory,
    Throttled,
    Refused,
    Interrupted,
}

impl Status {
    pub const ALL: [Self; 11] = [
        Self::Accepted,
        Self::Running,
        Self::Ok,
        Self::Error,
        Self::InitError,
        Self::Timeout,
        Self::Crash,
        Self::OutOfMemory,
        Self::Throttled,
        Self::Refused,
        Self::Interrupted,
    ];

    /// As it stands in the record and in JSON.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Accepted => "accepted",
            Self::Running => "running",
            Self::Ok => "ok",
            Self::Error => "error",
            Self::InitError => "init_error",
            Self::Timeout => "timeout",
            Self::Crash => "crash",
            Self::OutOfMemory => "out_of_memory",
            Self::Throttled => "throttled",
            Self::Refused => "refused",
            Self::Interrupted => "interrupted",
        }
    }

    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|status| status.as_str() == text)
    }

    /// It has not ended yet.
    pub fn is_open(self) -> bool {
        matches!(self, Self::Accepted | Self::Running)
    }
}

/// A body kept for people to look at again: already capped and redacted by the writer.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Payload {
    pub content_type: String,
    pub bytes: Bytes,
    /// Length before the cap; equals `bytes.len()` when nothing was cut.
    pub full_length: u64,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Accepted {
    pub id: i64,
    pub request_id: String,
    pub attempt: u32,
    pub function_id: i64,
    pub trigger: String,
    pub at: Micros,
    /// `Accepted` for a queued event, `Running` for a call handed to an instance.
    pub status: Status,
    /// The whole event when it must survive the host (asynchronous); `None` otherwise.
    pub event: Option<Bytes>,
}

impl Accepted {
    /// Its last entry where nothing came of it: no instance, no phases, nothing answered.
    pub fn closed(&self, app_id: i64, status: Status) -> Answered {
        let length = self.event.as_ref().map_or(0, Bytes::len);
        Answered {
            id: self.id,
            request_id: self.request_id.clone(),
            attempt: self.attempt,
            function_id: self.function_id,
            app_id,
            revision_id: None,
            instance_id: None,
            trigger: self.trigger.clone(),
            started_at: self.at,
            cold: false,
            phases: Phases::default(),
            reload_init_us: None,
            status,
            http_status: 0,
            error_type: None,
            request_bytes: i64::try_from(length).unwrap_or(i64::MAX),
            response_bytes: 0,
            memory_mb: 0,
            timeout_ms: 0,
            architecture: String::new(),
            request: None,
            response: None,
            last: true,
        }
    }
}

/// The phases of one invocation, each from a monotonic clock. They sum to `total_us`.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Phases {
    pub queue_us: i64,
    pub build_us: i64,
    pub spawn_us: i64,
    pub boot_us: i64,
    pub init_us: i64,
    pub handler_us: i64,
    pub overhead_us: i64,
    pub total_us: i64,
}

impl Phases {
    /// What AWS calls the init phase and bills: the runtime's own start as well as the function's module code
    /// (AWS Compute Blog, "AWS Lambda standardizes billing for INIT phase", 2025).
    pub fn billed_init_us(&self) -> i64 {
        self.boot_us + self.init_us
    }
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Answered {
    pub id: i64,
    pub request_id: String,
    /// 1 for the first attempt.
    pub attempt: u32,
    pub function_id: i64,
    pub app_id: i64,
    /// `None` when no instance was involved (throttled, refused).
    pub revision_id: Option<i64>,
    pub instance_id: Option<i64>,
    /// `sdk`, `url`, `http`, `app`, `cli`, `async`, `load_test`, `reload_check`, …
    pub trigger: String,
    pub started_at: Micros,
    /// Waited for a new instance.
    pub cold: bool,
    pub phases: Phases,
    /// On the first call after a reload: what its instance's init took, without the boot before it.
    pub reload_init_us: Option<i64>,
    pub status: Status,
    /// HTTP status the caller saw.
    pub http_status: u16,
    pub error_type: Option<String>,
    pub request_bytes: i64,
    pub response_bytes: i64,
    pub memory_mb: u32,
    pub timeout_ms: u64,
    pub architecture: String,
    pub request: Option<Payload>,
    pub response: Option<Payload>,
    /// No `Finished` will follow (throttled, refused, crashed, timed out): count it in the roll-ups now.
    pub last: bool,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Serving {
    /// The invocation.
    pub id: i64,
    pub instance_id: i64,
    pub revision_id: i64,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Finished {
    pub id: i64,
    pub at: Micros,
    /// `None` where invocations overlapped on one instance and the figure belongs to no single one.
    pub cpu_user_us: Option<i64>,
    pub cpu_system_us: Option<i64>,
    pub peak_memory_kb: Option<i64>,
}
