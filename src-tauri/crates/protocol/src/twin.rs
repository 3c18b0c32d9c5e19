//! The resident twin of an app: processes that live on, as a server's do, beside the pool that scales from zero. What
//! each side did, and what each costs, since the twin was started.

use crate::{costs::CostLine, functions::Problem, portability::SeenConnection, wire};

wire! {
    /// Starts the twin of a function's app, or changes the one that runs. What is left out is as it was, or the usual.
    pub struct StartTwin {
        pub function: i64,
        /// Processes it has at all times, 1 to 64. Where a process takes calls side by side: 1; else two for each core and one more, 12 at most.
        #[serde(default)]
        #[ts(optional = nullable)]
        pub processes: Option<u32>,
        /// Each process has one call and is replaced: for a function that does not run resident.
        #[serde(default)]
        #[ts(optional = nullable)]
        pub per_call: Option<bool>,
        /// Of the price book, by its id: what its meter charges for. The cheapest that has room where it is left out.
        #[serde(default)]
        #[ts(optional = nullable)]
        pub machine: Option<String>,
    }

    /// Hands every call of a function's doors to the twin, too; its answers are thrown away. Refused with
    /// [`ErrorCode::Conflict`](crate::ErrorCode) where the function reaches something outside, or its
    /// code could, unless `writes_twice_ok`: what it writes there would be written twice.
    pub struct MirrorCalls {
        pub function: i64,
        pub on: bool,
        #[serde(default)]
        #[ts(optional = nullable)]
        pub writes_twice_ok: Option<bool>,
    }

    /// Ends a process of the pool or of the twin at once, as a crash would.
    pub struct KillInstance {
        pub function: i64,
        /// [`Instance::id`](crate::Instance).
        pub instance: i64,
    }

    /// How the twin of a function's app stands.
    pub struct Twin {
        pub function: i64,
        pub name: String,
        /// Its calls and lines are in the record as those of a function of this id.
        pub recorded_as: i64,
        pub state: TwinState,
        /// When it was started, or last was; null where it never was.
        pub since: Option<String>,
        /// When it was stopped; null while it runs.
        pub until: Option<String>,
        pub processes: Vec<TwinProcess>,
        /// How many there are to be.
        pub wanted: u32,
        /// Calls that one process takes at a time.
        pub calls_each: u32,
        pub per_call: bool,
        /// Why so many: `a process takes one call at a time: 5 workers, as a pre-forking server has`.
        pub why: String,
        /// Why it does not run, and what to do.
        pub problem: Option<Problem>,
        /// It ends with its call, or soon after: offer `per_call`.
        pub not_resident: bool,
        /// Calls that wait for a process, and how many may.
        pub waiting: u32,
        pub backlog: u32,
        /// Calls turned away because the backlog was full, or nobody was there.
        pub refused: u64,
        /// Processes that ended by themselves, or were killed, and were started anew.
        pub restarts: u32,
        /// When no process was there to take a call, newest last; at most the last 100.
        pub outages: Vec<TwinOutage>,
        /// All of them together.
        pub down_ms: f64,
        pub mirror: MirrorState,
        /// Null until it was started once.
        pub meters: Option<TwinMeters>,
    }

    #[derive(Copy, Eq)]
    #[serde(rename_all = "snake_case")]
    pub enum TwinState {
        Off,
        /// No process is ready yet.
        Starting,
        Running,
        /// Every process is gone; the next is started after a pause, longer each time.
        Down,
        /// It finishes its calls, and starts anew with what was saved.
        Reloading,
        /// It cannot run: see `problem`.
        Broken,
    }

    pub struct TwinProcess {
        pub id: i64,
        /// Short name, `i-15`.
        pub name: String,
        pub pid: u32,
        pub revision: String,
        pub started_at: String,
        pub calls: u64,
        /// Under way.
        pub in_flight: u32,
    }

    pub struct TwinOutage {
        pub from: String,
        /// Null while it lasts.
        pub ms: Option<f64>,
        /// `crash`, `out_of_memory`, `init_error`, `reload`.
        pub reason: String,
    }

    pub struct MirrorState {
        pub on: bool,
        /// Calls handed over since the twin was started.
        pub calls: u64,
        /// What a second call would reach: hosts it connected to.
        pub connections: Vec<SeenConnection>,
        /// Programs that it was seen starting and files outside its temporary folder that it was seen writing: `the program
        /// curl`; clouds that its sources name: `@aws-sdk/client-s3 in handler.js:3`. Until it was seen doing so, whatever in
        /// its sources could: `requests in app.py:2`, `subprocess in app.py:3`.
        pub ties: Vec<String>,
        /// To be said before it is switched on; what is known, or that nothing is known.
        pub warning: String,
    }

    /// What both sides came to since the twin was started, read from the record.
    pub struct TwinMeters {
        pub from: String,
        pub to: String,
        pub hours: f64,
        /// Ticks only while work is done.
        pub pool: Meter,
        /// Never stops.
        pub twin: Meter,
        /// Those that one can choose from, cheapest first.
        pub machines: Vec<MeterMachine>,
        /// That its processes do not fit into the machine that is charged for, in a sentence.
        pub too_small: Option<String>,
        pub rests_on: Vec<String>,
    }

    pub struct Meter {
        /// The plan or the machine, by its id, and its name.
        pub id: String,
        pub title: String,
        /// Calls that ran.
        pub calls: u64,
        pub errors: u64,
        pub cold: u64,
        /// Handlers' time of all calls together.
        pub busy_s: f64,
        /// What of their time is billed, as long as it was here, with init where the plan bills that; null where machines are
        /// billed.
        pub billed_s: Option<f64>,
        /// Processes' lives together, and how much of that at least one call was under way; null where none lived.
        pub alive_s: f64,
        pub busy_percent: Option<f64>,
        pub lines: Vec<CostLine>,
        /// Unrounded dollars, at list price.
        pub usd: String,
        /// While nothing is done; dollars.
        pub idle_usd_per_hour: String,
    }

    pub struct MeterMachine {
        pub id: String,
        pub title: String,
        pub memory_mb: u32,
        pub vcpu: f64,
        pub usd_per_hour: String,
        /// The processes have room on it.
        pub fits: bool,
    }
}
