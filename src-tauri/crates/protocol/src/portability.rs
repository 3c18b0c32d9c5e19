//! Under which providers' contracts a function runs, and what stands in the way of the others.

use crate::wire;

wire! {
    /// Starts instances of its own, one after the other; neither the function's pool nor the record knows of them.
    pub struct PortabilityRequest {
        pub function: i64,
        /// As for `invoke`. When left out: that of the last call that went well, or an empty one.
        pub event: Option<String>,
    }

    pub struct Portability {
        pub function: i64,
        pub name: String,
        pub provider: String,
        pub title: String,
        /// With which it was tried.
        pub event: String,
        /// `given`, `last_call`, `last_call_redacted` (without what the record redacts), `last_call_cut` (an empty one, as the
        /// record has only a part of it), `empty`.
        pub event_from: String,
        /// Under its own contract; null where that failed, and where nothing was run.
        pub home: Option<PortedRun>,
        /// It failed under its own contract, so nothing was tried elsewhere.
        pub failure: Option<PortedFailure>,
        /// Every other provider.
        pub elsewhere: Vec<Ported>,
        pub ties: Vec<CloudTie>,
        /// What its app was seen connecting to since the project was opened, by name.
        pub connections: Vec<SeenConnection>,
        pub rests_on: Vec<String>,
    }

    pub struct Ported {
        pub provider: String,
        pub title: String,
        pub verdict: PortedVerdict,
        /// Why it does not run, was not tried, or needs the adapter.
        pub reason: Option<String>,
        /// The last that was tried.
        pub adapter: Option<PortAdapter>,
        pub run: Option<PortedRun>,
        /// Its callers get what they get at home; null where it did not run, and where callers at home get something else with
        /// every call.
        pub same_answer: Option<bool>,
        /// In what they get something else: `status`, names of headers that the function sets, `body`.
        pub differs: Vec<String>,
        /// What it printed when it failed, the last lines.
        pub log: Vec<String>,
    }

    #[derive(Copy, Eq)]
    #[serde(rename_all = "snake_case")]
    pub enum PortedVerdict {
        AsItIs,
        /// With a file beside the code.
        Adapter,
        Refused,
        NotTried,
    }

    pub struct PortAdapter {
        /// Relative to the code.
        pub file: String,
        pub source: String,
        /// What has to be written besides.
        pub note: Option<String>,
    }

    pub struct PortedRun {
        /// As a caller over HTTP gets it; 200 where a value is answered.
        pub status: u16,
        /// Text, the beginning of it.
        pub answer: String,
        pub init_ms: f64,
        pub handler_ms: f64,
    }

    pub struct PortedFailure {
        /// As an invocation's: `error`, `init_error`, `timeout`, `crash`, `out_of_memory`.
        pub status: String,
        pub message: String,
        pub log: Vec<String>,
    }

    /// A host, never an address of a page or what was sent.
    pub struct SeenConnection {
        pub host: String,
        /// Whose service it is; null where that is nobody's whose contract is known.
        pub provider: Option<String>,
        pub title: Option<String>,
        /// `Amazon S3`; null where the name does not say it.
        pub service: Option<String>,
    }

    /// Something of a cloud that the function's sources name.
    pub struct CloudTie {
        pub provider: String,
        /// The cloud: `AWS`.
        pub title: String,
        /// `Amazon S3`; null where neither the package nor a client made with it says it.
        pub service: Option<String>,
        /// The package as it is imported, the variable, or the binding as it is written.
        pub name: String,
        /// `package`, `variable`, `binding` (what the cloud connects a function to by itself).
        pub kind: String,
        /// Relative to the project.
        pub file: String,
        pub line: u32,
    }
}

impl PortedVerdict {
    pub fn title(self) -> &'static str {
        match self {
            Self::AsItIs => "runs as it is",
            Self::Adapter => "runs through an adapter",
            Self::Refused => "does not run",
            Self::NotTried => "not tried",
        }
    }
}
