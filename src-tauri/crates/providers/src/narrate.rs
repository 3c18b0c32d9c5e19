//! The provider's own words around an invocation: its log lines and the bodies of failures nobody's code produced.

use std::time::Duration;

use bytes::Bytes;

/// A point in an instance's life the provider may have a log line for.
#[derive(Debug, Clone, PartialEq)]
pub enum Moment<'a> {
    InitFailed {
        init: Duration,
        during_invoke: bool,
        timed_out: bool,
        error_type: &'a str,
    },
    Started {
        request_id: &'a str,
        version: &'a str,
    },
    /// Between START and END, when the process did not answer itself.
    Failed {
        request_id: &'a str,
        cause: &'a Cause,
        at_ms: i64,
    },
    Ended {
        request_id: &'a str,
    },
    Reported {
        request_id: &'a str,
        handler: Duration,
        /// Only on a cold start: what the instance's init took.
        init: Option<Duration>,
        memory_mb: u32,
        max_memory_mb: u32,
        /// The error's type, where the function reported one.
        failed: Option<&'a str>,
        /// Why it did not answer itself, where it did not.
        cause: Option<&'a Cause>,
    },
}

/// Why an invocation ended without the function's own answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Cause {
    Timeout(Duration),
    InitTimeout(Duration),
    /// It did not open the port it was given, in time; perhaps it opened another.
    NeverListened {
        limit: Duration,
        port: u16,
        /// Where it listens.
        instead: Vec<u16>,
    },
    /// Exit code, `None` when it ended without a reason (code 0).
    Exited(i32),
    Signalled(i32),
    /// The connection closed before an answer came, or in the middle of one that had begun, and the process lives on.
    Unanswered {
        begun: bool,
    },
    OutOfMemory {
        limit_mb: u32,
        used_mb: u32,
    },
    /// The response was larger than the provider allows.
    ResponseTooLarge,
    /// The command could not be started.
    Spawn(String),
}

impl Cause {
    /// What happened and, where that is known, what to do; lower case, no final full stop.
    pub fn sentence(&self) -> String {
        match self {
            Self::Timeout(limit) | Self::InitTimeout(limit) => {
                format!("it took longer than its timeout of {} s", limit.as_secs_f64())
            }
            Self::NeverListened { limit, port, instead } => {
                let where_else: Vec<String> = instead.iter().map(u16::to_string).collect();
                let listens = if where_else.is_empty() {
                    String::new()
                } else {
                    format!(", but on {}", where_else.join(" and "))
                };
                format!(
                    "it did not listen on port {port} within {} s{listens}; listen on the port that the environment \
                     variable PORT names",
                    limit.as_secs_f64()
                )
            }
            Self::Exited(code) => format!("the process ended with exit code {code}"),
            Self::Signalled(signal) => format!("the process was ended by signal {signal}"),
            Self::Unanswered { begun: true } => "the answer broke off before its end".to_owned(),
            Self::Unanswered { begun: false } => {
                "the connection closed without an answer; the process that had the call ended, or the function closed it"
                    .to_owned()
            }
            Self::OutOfMemory { limit_mb, used_mb } => {
                format!("it used {used_mb} MB of {limit_mb} MB and was killed for it")
            }
            Self::ResponseTooLarge => "its response is too large".to_owned(),
            Self::Spawn(why) => format!("the process could not be started: {why}"),
        }
    }
}

/// A failure in the provider's own shape.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FailureBody {
    pub error_type: String,
    pub payload: Bytes,
}

impl FailureBody {
    /// Of providers that have no shape for it: what happened, as JSON.
    pub(crate) fn plain(error_type: &str, cause: &Cause) -> Self {
        let body = serde_json::json!({ "errorType": error_type, "errorMessage": cause.sentence() });
        Self { error_type: error_type.to_owned(), payload: body.to_string().into() }
    }
}
