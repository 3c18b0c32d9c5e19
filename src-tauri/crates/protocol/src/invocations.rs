//! Invocations, their logs and payloads, reloads and cold starts.

use crate::wire;

wire! {
    /// One attempt of one invocation. The same shape on the command line, in the window and on the live channel.
    pub struct Invocation {
        pub id: i64,
        pub request_id: String,
        pub function_id: i64,
        pub function: String,
        pub provider: String,
        /// `sdk`, `async`, `url`, `http`, `app`, `cli`, `load_test`, `schedule`, `map`.
        pub trigger: String,
        pub revision: Option<String>,
        /// Short name, `i-15`.
        pub instance: Option<String>,
        pub started_at: String,
        pub cold: bool,
        pub queue_ms: f64,
        pub build_ms: f64,
        pub spawn_ms: f64,
        pub boot_ms: f64,
        pub init_ms: f64,
        pub handler_ms: f64,
        pub overhead_ms: f64,
        pub total_ms: f64,
        /// Null until it has finished, and where calls overlapped.
        pub cpu_user_ms: Option<f64>,
        pub cpu_system_ms: Option<f64>,
        pub peak_memory_mb: Option<f64>,
        pub memory_mb: u32,
        pub timeout_ms: u64,
        pub request_bytes: u64,
        pub response_bytes: u64,
        /// accepted, running, ok, error, init_error, timeout, crash, out_of_memory, throttled, refused, interrupted
        pub status: String,
        pub http_status: u16,
        pub attempt: u32,
        pub error_type: Option<String>,
        /// On the first call after a reload: the init of the instance that the reload started, without its boot.
        pub reload_init_ms: Option<f64>,
        /// On such a call, and on a cold one: what it would have waited for in the cloud, where a deployment starts cold.
        pub deployed_cold: Option<DeployedCold>,
    }

    /// A cold start of the cloud's own. A guess.
    pub struct DeployedCold {
        pub low_ms: f64,
        pub high_ms: f64,
        /// The plan it was reckoned on.
        pub title: String,
        pub rests_on: String,
    }

    pub struct InvocationQuery {
        pub function: Option<i64>,
        /// Only those that began in the last so many minutes.
        pub minutes: Option<u32>,
        pub status: Option<String>,
        /// Terms that must all hold: `fn:thumb status:error dur:>200ms since:1h "out of stock"`.
        pub search: Option<String>,
        /// Older than this id, for paging.
        pub before: Option<i64>,
        /// Newer than this id, those next to it; instead of `before`.
        #[serde(default)]
        #[ts(optional = nullable)]
        pub after: Option<i64>,
        pub limit: Option<u32>,
    }

    /// How many a query finds, however many it lists.
    pub struct InvocationCount {
        pub count: u64,
    }

    pub struct InvocationId {
        pub id: i64,
    }

    pub struct InvocationDetail {
        pub invocation: Invocation,
        pub request: Option<Payload>,
        pub response: Option<Payload>,
        /// The last of them, where it wrote very many.
        pub logs: Vec<LogLine>,
        /// How many it wrote before those.
        #[serde(default)]
        pub logs_left_out: u64,
        pub prices: Vec<InvocationPrice>,
    }

    pub struct InvocationPrice {
        pub plan: String,
        pub title: String,
        pub billed_ms: u64,
        pub memory_mb: u32,
        /// Unrounded list price of a call as long as it was here, dollars, e.g. `0.0000008`.
        pub usd: String,
        /// What would be billed at the pace of the plan's cores, of which a small size has a part only; as the Costs page
        /// and the meters count. Null where nobody knows how much of the call was computing.
        pub paced_ms: Option<u64>,
        pub paced_usd: Option<String>,
    }

    pub struct Payload {
        pub content_type: String,
        /// Text, or base64 where it is not.
        pub text: String,
        pub base64: bool,
        pub full_bytes: u64,
        /// Only the beginning was kept.
        pub truncated: bool,
    }

    /// Ask a function for an answer, as the Invoke button and `coldframe invoke` do.
    pub struct Invoke {
        pub function: i64,
        /// The event as text: JSON, or the JSON description of a request for functions that take one.
        pub event: String,
        pub cold: bool,
        /// `app` or `cli`.
        pub trigger: String,
        /// Ask the resident twin of its app instead of the pool.
        #[serde(default)]
        #[ts(optional = nullable)]
        pub twin: Option<bool>,
    }

    pub struct Invoked {
        /// Finished: with CPU, memory and every log line. `None` if it never became an invocation.
        pub detail: Option<InvocationDetail>,
        pub ok: bool,
        /// The answer's body as text, or base64.
        pub body: Payload,
        /// Why nothing ran, or the function's error type.
        pub error: Option<String>,
    }

    pub struct LogLine {
        pub id: i64,
        pub at: String,
        pub function_id: i64,
        pub function: String,
        /// Of its resident twin.
        pub resident: bool,
        pub instance: String,
        pub invocation_id: Option<i64>,
        pub request_id: Option<String>,
        /// `stdout`, `stderr`, `platform`.
        pub stream: String,
        /// What it says of itself: `trace`, `debug`, `info`, `warn`, `error`, `fatal`.
        pub level: Option<String>,
        pub text: String,
    }

    pub struct LogQuery {
        pub function: Option<i64>,
        /// Terms that must all hold: `fn:thumb level:error stream:stderr since:1h "out of stock"`.
        pub search: Option<String>,
        /// Only lines after this id, for following: the first ones. Without it the last ones.
        pub after: Option<i64>,
        /// Only lines before this id, for paging back.
        pub before: Option<i64>,
        pub limit: Option<u32>,
    }

    /// What a query finds as a file; its `limit` bounds nothing.
    pub struct LogExport {
        pub query: LogQuery,
        pub format: LogFormat,
    }

    #[derive(Copy, Eq)]
    #[serde(rename_all = "snake_case")]
    pub enum LogFormat {
        /// A line of text each: time, function, instance, stream or level, and what was written, without colours.
        Text,
        /// A JSON object each, as the command line prints them.
        Ndjson,
    }

    pub struct ExportedLog {
        pub file: crate::costs::ExportedFile,
        pub lines: u64,
        /// There are older ones that did not fit.
        pub cut: bool,
    }

    /// A reload with its timeline; each `_ms` counts from the moment the change was detected.
    pub struct Reload {
        pub id: i64,
        pub app: String,
        pub functions: Vec<i64>,
        pub revision: Option<String>,
        pub detected_at: String,
        pub files: Vec<String>,
        pub built_ms: Option<f64>,
        pub initialised_ms: Option<f64>,
        pub swapped_ms: Option<f64>,
        pub drained_ms: Option<f64>,
        pub init_ms: f64,
        /// `running`, `ok`, `build_failed`, `init_failed`, `superseded`.
        pub outcome: String,
        pub error: Option<crate::functions::Problem>,
        /// Null until it is measured, and where it is not.
        pub receipt: Option<crate::check::Receipt>,
    }
}
