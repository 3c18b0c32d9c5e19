//! What can be written to the record: one closed list. Everything the engine observes becomes an
//! [`Entry`]; the journal stores entries as they are, the importer turns them into rows.
//!
//! Ids are made by the writer of the entry, never by SQLite, so that importing an entry twice changes nothing.
//! Times are microseconds since the Unix epoch; durations are microseconds unless the name says otherwise.

use bytes::Bytes;
use serde::{Deserialize, Serialize};

/// Microseconds since the Unix epoch.
pub type Micros = i64;

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum Entry {
    Project(ProjectEntry),
    App(AppEntry),
    Function(FunctionEntry),
    Revision(RevisionEntry),
    InstanceStarted(InstanceStarted),
    InstanceReady(InstanceReady),
    InstanceEnded(InstanceEnded),
    /// An asynchronous event, durable before its 202, or a call that began running: closes as *interrupted*
    /// when nothing follows it.
    Accepted(Accepted),
    /// The caller has (or is about to have) its answer. Durable against `kill -9` before the last byte leaves.
    Answered(Box<Answered>),
    /// The process asked for more work: what only then is known. Roll-ups count finished invocations.
    Finished(Finished),
    Log(LogEntry),
    Reload(Box<ReloadEntry>),
    /// A load test as it stands; written again as it goes on, the last state stands.
    Load(Box<LoadEntry>),
    /// A person does not want to keep this one.
    LoadRemoved(i64),
    /// An app's code is that of a revision from now on.
    Code(Box<CodeEntry>),
    /// What a function's imports took; the last measuring stands.
    Imports(Box<ImportsEntry>),
}

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
    /// On the first call after a reload: what its instance's init took, which a deployed cold start would have cost.
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
pub struct Finished {
    pub id: i64,
    pub at: Micros,
    /// `None` where invocations overlapped on one instance and the figure belongs to no single one.
    pub cpu_user_us: Option<i64>,
    pub cpu_system_us: Option<i64>,
    pub peak_memory_kb: Option<i64>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Stream {
    Stdout,
    Stderr,
    /// The provider's own lines (START, END, REPORT) and Coldframe's notices.
    Platform,
}

impl Stream {
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Stdout => "stdout",
            Self::Stderr => "stderr",
            Self::Platform => "platform",
        }
    }

    pub fn parse(text: &str) -> Option<Self> {
        [Self::Stdout, Self::Stderr, Self::Platform].into_iter().find(|stream| stream.as_str() == text)
    }
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct LogEntry {
    /// Unique and increasing within a host; orders lines of the same microsecond.
    pub id: i64,
    pub at: Micros,
    pub function_id: i64,
    pub instance_id: i64,
    pub invocation_id: Option<i64>,
    pub stream: Stream,
    pub text: String,
}

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

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ReloadError {
    pub message: String,
    pub file: Option<String>,
    pub line: Option<u32>,
}

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

/// Which files a revision is made of. Written again when a process tells of more.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CodeEntry {
    pub app_id: i64,
    pub revision_id: i64,
    /// When the app came to it; an app that comes back to a revision has two times for it.
    pub at: Micros,
    /// It took over; otherwise its init failed, and the one before went on.
    pub serves: bool,
    pub files: Vec<CodeFile>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CodeFile {
    /// Relative to the project, `/`-separated.
    pub path: String,
    /// Of the content as it lies on disk.
    pub hash: [u8; 32],
    pub bytes: u64,
    pub text: KeptText,
}

/// What is kept of a file's content, already redacted by the writer; or why nothing is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum KeptText {
    Kept(String),
    /// It is no text.
    Binary,
    TooLarge,
    /// It is a file of secrets.
    Secret,
    /// It was saved again before it could be read.
    Gone,
}

impl KeptText {
    /// As it stands in the record.
    pub fn as_str(&self) -> &'static str {
        match self {
            Self::Kept(_) => "kept",
            Self::Binary => "binary",
            Self::TooLarge => "too_large",
            Self::Secret => "secret",
            Self::Gone => "gone",
        }
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ImportsEntry {
    pub function_id: i64,
    pub revision_id: i64,
    pub measured_at: Micros,
    /// JSON of the protocol.
    pub report: String,
}
