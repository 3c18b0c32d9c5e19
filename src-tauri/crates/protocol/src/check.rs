//! Two states of the code measured beside each other, and what is different between them: `coldframe check`, and the
//! receipt of a save.

use crate::wire;

wire! {
    /// Compares the files of the open project with a commit of its repository. Runs on copies of both, on instances of
    /// their own; neither the function's pool nor its record is touched.
    pub struct CompareRequest {
        pub function: i64,
        /// As [`Invoke::event`](crate::Invoke) takes them; without one nothing is called, and starts alone are compared.
        #[serde(default)]
        pub events: Vec<String>,
        /// It is called although that reaches something outside, or could; without this that is refused (`conflict`).
        #[serde(default)]
        #[ts(optional = nullable)]
        pub writes_ok: Option<bool>,
        /// As git names it; the last commit where it is left out.
        pub against: Option<String>,
    }

    pub struct CheckReport {
        /// What it was compared with; null where there was nothing to compare.
        pub against: Option<CheckedCommit>,
        pub functions: Vec<CheckedFunction>,
        /// What was found of the two trees, in sentences.
        pub notes: Vec<String>,
        /// What the figures rest on, in sentences.
        pub rests_on: Vec<String>,
        /// A budget was exceeded.
        pub past_budget: bool,
        /// Of a function.
        pub regressed: bool,
        /// Of a function too few samples were taken to tell anything, or to tell whether a change beyond its noise is one; or
        /// a budget has no figure to hold it against.
        pub undecided: bool,
    }

    pub struct CheckedCommit {
        /// As it was asked for.
        pub name: String,
        pub hash: String,
        pub subject: String,
    }

    pub struct CheckedFunction {
        pub name: String,
        pub provider: String,
        pub language: String,
        /// Starts on each side, each with its calls.
        pub rounds: u32,
        /// Warm calls on each side.
        pub calls: u32,
        /// Where the events are from: `given`, `saved`, `schedule`, `trigger`, `empty`; `none` where nothing was called.
        pub events_from: String,
        /// What is known of them, in their order: the names they are saved under, the schedule, `POST /orders of its
        /// HTTP API`, `SQS`.
        pub events: Vec<String>,
        /// What its calls reach outside, or could, in words: what it was seen connecting to, starting or writing, and what in
        /// its sources does so. Empty where nothing was called.
        pub outside: Vec<String>,
        /// Those that could be measured.
        pub metrics: Vec<CheckedMetric>,
        /// A million warm calls on the plan that the code is written for; null where no plan sells CPU by memory.
        pub price: Option<CheckedPrice>,
        /// Imports that are new, gone, or take another time: the dearest first.
        pub imports: Vec<CheckedImport>,
        pub budgets: Vec<CheckedBudget>,
        /// Something of it got worse, by more than its noise: a figure, the price, or its imports, all that differ taken
        /// together.
        pub regressed: bool,
        /// What else there is to say of it.
        pub notes: Vec<String>,
        pub failure: Option<CheckFailure>,
    }

    /// What is measured. Durations are of this machine's whole CPU.
    #[derive(Copy, Eq)]
    #[serde(rename_all = "snake_case")]
    pub enum CheckedWhat {
        /// Boot, init and the first call's handler: milliseconds, the median.
        ColdP50,
        /// The same, which one in twenty exceeds.
        ColdP95,
        /// Boot and init alone.
        Init,
        /// CPU time of boot and init.
        StartCpu,
        /// Handler of a warm call: milliseconds, the median.
        Warm,
        /// CPU time of a warm call.
        CallCpu,
        /// The most memory that was resident at once, in starts and calls: MiB.
        Memory,
    }

    #[derive(Copy, Eq)]
    #[serde(rename_all = "snake_case")]
    pub enum CheckVerdict {
        /// No difference that stands out of the noise.
        Unchanged,
        Worse,
        Better,
        /// Not enough samples to say: too few at all, too much noise, or a change beyond the band that only a half of them
        /// shows.
        TooFew,
        /// There is nothing to compare with.
        Alone,
    }

    pub struct CheckedMetric {
        pub metric: CheckedWhat,
        pub before: Option<f64>,
        pub now: f64,
        /// Now less before: the median of what the samples differ by (Hodges, Lehmann), but of `cold_p95`.
        pub change: Option<f64>,
        /// So far chance alone may move the change, as the samples vary, or what anybody would care for if that is more. A
        /// smaller change is none.
        pub band: Option<f64>,
        pub verdict: CheckVerdict,
        /// Of each side.
        pub samples: u32,
        /// How many more of each side a claim takes; 0 unless the verdict is `too_few`.
        pub more: u32,
    }

    /// Dollars at list price, without the free tier.
    pub struct CheckedPrice {
        pub plan: String,
        pub title: String,
        pub before: Option<String>,
        pub now: String,
        pub change: Option<String>,
        /// What the noise band of the duration comes to.
        pub band: Option<String>,
        /// It follows duration and configured memory.
        pub verdict: CheckVerdict,
    }

    /// A module, with what it imports first.
    pub struct CheckedImport {
        pub name: String,
        /// Whose it is: `function`, `installed`, `runtime`.
        pub from: String,
        /// Milliseconds, the median of several inits; null where that side does not import it.
        pub before_ms: Option<f64>,
        pub now_ms: Option<f64>,
        pub verdict: CheckVerdict,
    }

    pub struct CheckedBudget {
        /// `cold_p95_ms`, `price_per_million`, `memory_mb`.
        pub budget: String,
        pub most: String,
        /// Null where it could not be measured, which is no exceeding.
        pub now: Option<String>,
        pub exceeded: bool,
    }

    /// What a save did, beside what was before it: starts alone, as nothing is called that nobody asked for.
    pub struct Receipt {
        pub state: ReceiptState,
        /// Starts of each side.
        pub starts: u32,
        pub against: Vec<ReceiptAgainst>,
    }

    #[derive(Copy, Eq)]
    #[serde(rename_all = "snake_case")]
    pub enum ReceiptState {
        Done,
        /// A call came between, or starts cost so much that they are taken one after another with rests: it goes on when
        /// nobody has called for a moment. One that stays so was overtaken by a save, or by the end of its host.
        Interrupted,
    }

    pub struct ReceiptAgainst {
        /// `revision`: what served before; `commit`: the last one of the project's repository.
        pub what: String,
        /// Short hash.
        pub name: String,
        /// Short hash of the revision in the record that is this code; null where it never ran here.
        pub recorded: Option<String>,
        pub metrics: Vec<CheckedMetric>,
        /// Where starts got worse or better, and its language tells.
        pub imports: Vec<CheckedImport>,
    }

    pub struct RecordedQuery {
        pub function: i64,
        /// Short hash.
        pub revision: String,
        /// As of [`RevisionQuery`](crate::RevisionQuery).
        pub until: Option<String>,
        /// Short hash of the one to compare with; the one that served before where it is left out.
        #[serde(default)]
        #[ts(optional = nullable)]
        pub beside: Option<String>,
    }

    /// What the record has of the calls of a revision, and of those of another one.
    pub struct RecordedChange {
        /// Short hash of the other; null where the record knows none before.
        pub before: Option<String>,
        /// Of warm calls that went well.
        pub metrics: Vec<CheckedMetric>,
        pub price: Option<CheckedPrice>,
    }

    pub struct SetReceipts {
        /// Starts are measured after a save without being asked for.
        pub on: bool,
    }

    pub struct CheckFailure {
        /// `now` or `before`.
        pub side: String,
        /// As an invocation's status; `build` where it could not be built.
        pub status: String,
        pub message: String,
    }
}

impl CheckedWhat {
    /// As a person reads it.
    pub fn title(self) -> &'static str {
        match self {
            Self::ColdP50 => "cold start, p50",
            Self::ColdP95 => "cold start, p95",
            Self::Init => "boot and init",
            Self::StartCpu => "CPU of a start",
            Self::Warm => "warm call, p50",
            Self::CallCpu => "CPU of a call",
            Self::Memory => "peak memory",
        }
    }

    pub fn unit(self) -> &'static str {
        if self == Self::Memory { "MB" } else { "ms" }
    }
}

impl CheckVerdict {
    /// As a person reads it.
    pub fn title(self) -> &'static str {
        match self {
            Self::Unchanged => "unchanged",
            Self::Worse => "worse",
            Self::Better => "better",
            Self::TooFew => "too few samples",
            Self::Alone => "–",
        }
    }
}
