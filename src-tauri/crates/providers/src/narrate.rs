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
    /// Exit code, `None` when it ended without a reason (code 0).
    Exited(i32),
    Signalled(i32),
    OutOfMemory {
        limit_mb: u32,
        used_mb: u32,
    },
    /// The response was larger than the provider allows.
    ResponseTooLarge,
    /// The command could not be started.
    Spawn(String),
}

/// A failure in the provider's own shape.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FailureBody {
    pub error_type: String,
    pub payload: Bytes,
}
