//! One event on its way to an instance and back: what a door hands in, what a conversation exchanges with the
//! process, and what the door gets to answer with.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use bytes::Bytes;
use http::StatusCode;
use tokio::sync::{mpsc, oneshot};

use crate::domain::{App, Function};

/// What arrived at a door, before any instance is involved.
#[derive(Debug)]
pub struct Invocation {
    /// The function's name within the provider.
    pub function: FunctionRef,
    /// The provider's request id (Lambda: UUID v4 text).
    pub request_id: String,
    pub trigger: Trigger,
    pub event: Event,
    /// When the first byte of the call arrived: every phase is measured from here.
    pub received: Instant,
    /// Wants a new instance whatever is idle ("next call cold").
    pub cold: bool,
    pub context: CallContext,
    /// Which status its caller will see, for the record: that is written before the door answers.
    pub status_of: StatusOf,
}

/// What a door makes of an end.
pub type StatusOf = fn(&Ending<'_>) -> StatusCode;

/// How a call ended, before its door has answered.
#[derive(Debug)]
pub enum Ending<'a> {
    /// Of a streamed answer, the bytes are its beginning.
    Answered {
        head: &'a ResponseHead,
        bytes: &'a Bytes,
        streamed: bool,
    },
    Failed {
        kind: Failure,
        error_type: &'a str,
    },
    Throttled(Throttle),
    Refused,
}

/// Of a caller who is given the function's answer and its failures as they are: an SDK, the app.
pub fn as_it_is(ending: &Ending<'_>) -> StatusCode {
    match ending {
        Ending::Answered { head, .. } => head.status,
        Ending::Failed { .. } => StatusCode::OK,
        Ending::Throttled(_) => StatusCode::TOO_MANY_REQUESTS,
        Ending::Refused => StatusCode::BAD_GATEWAY,
    }
}

/// A function by provider and name.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct FunctionRef {
    pub provider: crate::domain::ProviderId,
    pub name: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Trigger {
    /// The provider's Invoke API.
    Sdk,
    /// The same, asynchronously (`Event`).
    Async,
    /// A function URL.
    Url,
    /// A gateway route.
    Http,
    /// The app's Invoke button.
    App,
    Cli,
    /// Traffic a person had made: no traffic of the function's callers.
    Load,
    /// A time that its schedule names.
    Schedule,
    /// One item of an input set that a person had run through the function.
    Map,
}

impl Trigger {
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Sdk => "sdk",
            Self::Async => "async",
            Self::Url => "url",
            Self::Http => "http",
            Self::App => "app",
            Self::Cli => "cli",
            Self::Load => "load_test",
            Self::Schedule => "schedule",
            Self::Map => "map",
        }
    }
}

/// What the process is given: bytes to pull, or a request to be pushed.
#[derive(Debug, Clone)]
pub enum Event {
    Bytes(Bytes),
    Http(HttpRequest),
}

impl Event {
    pub fn len(&self) -> usize {
        match self {
            Self::Bytes(bytes) => bytes.len(),
            Self::Http(request) => request.body.len(),
        }
    }
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

#[derive(Debug, Clone)]
pub struct HttpRequest {
    pub method: http::Method,
    /// Path and query as they were sent.
    pub target: String,
    pub headers: http::HeaderMap,
    pub body: Bytes,
}

/// What Lambda callers may send along.
#[derive(Debug, Clone, Default)]
pub struct CallContext {
    /// `$LATEST`, a version or an alias, exactly as the caller qualified the function.
    pub qualifier: Option<String>,
    /// Decoded JSON text.
    pub client_context: Option<String>,
    /// `{"cognitoIdentityId":…,"cognitoIdentityPoolId":…}`.
    pub cognito_identity: Option<String>,
    pub trace_id: Option<String>,
}

/// What a conversation hands to the process for one invocation.
#[derive(Debug, Clone)]
pub struct Handover {
    pub request_id: String,
    pub event: Event,
    /// Unix milliseconds.
    pub deadline_ms: i64,
    pub context: CallContext,
    /// As it is known now, which may be later than its process was started.
    pub function: Arc<Function>,
}

/// The process's side of the answer, as the conversation hears it.
#[derive(Debug)]
pub enum Reply {
    Response {
        head: ResponseHead,
        body: Body,
    },
    /// The runtime reported a function error; `payload` is what it sent, untouched.
    Error {
        error_type: String,
        payload: Bytes,
    },
    /// The connection closed before the answer was whole, and the process listens on: the function closed it, or a worker
    /// ended that will be replaced.
    Unanswered {
        /// Its head had come.
        begun: bool,
    },
}

/// How a response begins. Lambda functions have no status of their own: 200 and the runtime's content type.
#[derive(Debug, Clone)]
pub struct ResponseHead {
    pub status: http::StatusCode,
    pub headers: http::HeaderMap,
    /// The runtime streams its response.
    pub streamed: bool,
    /// The answer says itself that the function failed: the error's type.
    pub failed: Option<String>,
    /// Lines for the invocation's log that came with the answer.
    pub log: Vec<String>,
}

#[derive(Debug)]
pub enum Body {
    Full(Bytes),
    /// Ends with exactly one `Chunk::End` or `Chunk::Failed`; a closed channel without either means the process died.
    Stream(mpsc::Receiver<Chunk>),
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Chunk {
    Data(Bytes),
    End,
    /// The function failed after it began to answer.
    Failed {
        error_type: String,
        payload: Bytes,
    },
}

/// What the process told us about its own use, exact, when its bootstrap is ours.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct ReportedUsage {
    /// Totals since the process began.
    pub cpu_user: Duration,
    pub cpu_system: Duration,
    /// Peak resident set of the process, kilobytes.
    pub peak_memory_kb: u64,
}

/// What a door answers with.
#[derive(Debug)]
pub struct Outcome {
    pub request_id: String,
    /// Of the record; `None` if the call never became an invocation (unknown function).
    pub invocation_id: Option<i64>,
    pub answer: Answer,
    /// `None` where no instance had it.
    pub served: Option<Served>,
    /// Resolves when the invocation has finished: the log lines it wrote, START to REPORT.
    pub log: Option<oneshot::Receiver<Vec<String>>>,
}

/// What an instance spent on a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Served {
    /// Of the record: the instance that had it.
    pub instance: i64,
    /// The call waited for the instance to start.
    pub cold: bool,
    /// Boot and init of that start; zero when warm.
    pub init: Duration,
    /// Of a stream, until its head.
    pub handler: Duration,
}

#[derive(Debug)]
pub enum Answer {
    Response {
        head: ResponseHead,
        body: Body,
    },
    /// Handler error, init error, timeout, crash, out of memory: the payload in the provider's own shape.
    FunctionError {
        kind: Failure,
        error_type: String,
        payload: Bytes,
    },
    Throttled(Throttle),
    /// Nothing ran, for a reason outside the function: no interpreter, the build failed, the event is too large.
    Refused {
        message: String,
    },
    NotFound,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Failure {
    Error,
    InitError,
    Timeout,
    Crash,
    OutOfMemory,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Throttle {
    /// The function's own limit.
    Function,
    /// The account's limit.
    Account,
    /// A person paused everything; callers see what a function that may have no instance answers.
    Paused,
}

/// What doors call. The engine implements it. A door that drops a future or a stream's receiver, because its caller
/// left, stops nothing: the invocation goes on to its end and is recorded, as in the cloud.
pub trait Invoke: Send + Sync + 'static {
    /// Runs one invocation and resolves when its answer (or the head of a stream) is ready and recorded.
    fn invoke(&self, invocation: Invocation) -> impl Future<Output = Outcome> + Send;

    /// Takes an asynchronous event; resolves once it would survive the death of the host.
    /// `Err` carries the answer to give instead of a 202.
    fn accept(&self, invocation: Invocation) -> impl Future<Output = Result<(), Answer>> + Send;

    /// The function and its app, if there is one of that name.
    fn find(&self, function: &FunctionRef) -> Option<Found>;

    /// Every function of a provider, in the order they were found.
    fn list(&self, provider: crate::domain::ProviderId) -> Vec<Found>;
}

/// A function as doors describe it to callers.
#[derive(Debug, Clone)]
pub struct Found {
    pub app: Arc<App>,
    pub function: Arc<Function>,
    /// Hash of the revision that serves now; empty before the first.
    pub revision: Arc<str>,
    /// Unix milliseconds of the last change.
    pub modified_ms: i64,
}
