//! Load tests: traffic that is made on purpose, and what came of it. Calls are sent when they are due, whether those
//! before have been answered or not, and latency is counted from the moment a call was due.

use crate::wire;

wire! {
    /// Sends traffic. Fails with [`ErrorCode::Conflict`](crate::ErrorCode) while another load test goes on, and where it is to
    /// go to the twin, too, and would, or could, write twice to something outside, unless `writes_twice_ok`.
    pub struct StartLoad {
        pub function: i64,
        /// Sent with every call; as [`Invoke::event`](crate::Invoke) takes it.
        pub event: String,
        pub shape: LoadShape,
        /// Calls a second; of a ramp at its end, of a spike before and after it. A replay has none.
        #[serde(default)]
        pub rate: Option<f64>,
        /// Of a ramp, at its begin: 0 where it is left out.
        #[serde(default)]
        pub from_rate: Option<f64>,
        /// Of a spike, in the middle.
        #[serde(default)]
        pub peak_rate: Option<f64>,
        /// How long a spike lasts: a tenth of the time where it is left out.
        #[serde(default)]
        pub peak_s: Option<f64>,
        /// How long calls are sent; a replay is as long as what it repeats.
        #[serde(default)]
        pub seconds: Option<f64>,
        /// Of a replay: the calls of the last so many minutes.
        #[serde(default)]
        pub replay_minutes: Option<u32>,
        /// Of a replay: 2 sends them twice as fast. 1 where it is left out.
        #[serde(default)]
        pub speed: Option<f64>,
        /// What a Poisson's moments are drawn from: 1 where it is left out.
        #[serde(default)]
        pub seed: Option<u32>,
        /// Calls under way at once; one more is dropped. 1000 where it is left out.
        #[serde(default)]
        pub most_in_flight: Option<u32>,
        /// Calls that may wait for an instance at once; one more is dropped. 16 for each core, at least 32, where it is left
        /// out: each may have one started, and more at a time than that are only slower together.
        #[serde(default)]
        pub most_waiting: Option<u32>,
        /// Every call goes to the resident twin of its app, too, which is started if it is off.
        #[serde(default)]
        #[ts(optional = nullable)]
        pub twin: Option<bool>,
        #[serde(default)]
        #[ts(optional = nullable)]
        pub writes_twice_ok: Option<bool>,
    }

    #[derive(Copy, Eq)]
    #[serde(rename_all = "snake_case")]
    pub enum LoadShape {
        Constant,
        Ramp,
        Spike,
        Poisson,
        /// The function's own recorded arrivals.
        Replay,
    }

    pub struct LoadId {
        pub id: i64,
    }

    /// One run, with its figures so far.
    pub struct LoadRun {
        pub id: i64,
        pub function: i64,
        pub name: String,
        pub started_at: String,
        pub ended_at: Option<String>,
        pub state: LoadState,
        pub plan: LoadPlan,
        /// What was sent; the beginning of a long one.
        pub event: String,
        pub figures: LoadFigures,
        /// At list price; null until a call ran, and in a list.
        pub price: Option<LoadPrice>,
        /// The same calls on the resident twin; null where they went to the pool alone.
        #[serde(default)]
        pub twin: Option<TwinLoad>,
    }

    /// What the resident twin made of a run's calls.
    pub struct TwinLoad {
        pub figures: LoadFigures,
        /// The machine that its meter charges for, and an hour of it, whatever is sent.
        pub price: Option<LoadPrice>,
        /// Processes it was to have, and the calls each takes at a time; 0 where that was not kept.
        #[serde(default)]
        pub processes: u32,
        #[serde(default)]
        pub calls_each: u32,
        /// That calls failed while the pool's instances were started on the same machine, or waited for a process most of their
        /// time, and what to do; null where neither is so.
        #[serde(default)]
        pub held_up: Option<String>,
    }

    #[derive(Copy, Eq)]
    #[serde(rename_all = "snake_case")]
    pub enum LoadState {
        Running,
        /// Nothing is sent any more; calls under way are waited for.
        Draining,
        Done,
        /// Before its end, because somebody asked or the host ended.
        Stopped,
        /// Its host died under it: the figures are the last that were kept.
        Interrupted,
    }

    /// What was asked for, with its defaults. Null is what the shape has not.
    pub struct LoadPlan {
        pub shape: LoadShape,
        /// Calls a second; of a replay on average.
        pub rate: f64,
        pub from_rate: Option<f64>,
        pub peak_rate: Option<f64>,
        pub peak_s: Option<f64>,
        pub seconds: f64,
        pub replay_minutes: Option<u32>,
        pub speed: Option<f64>,
        pub seed: u32,
        pub most_in_flight: u32,
        #[serde(default)]
        pub most_waiting: u32,
        /// How many it will send in all.
        pub calls: u64,
        /// To the resident twin, too.
        #[serde(default)]
        pub twin: bool,
    }

    #[derive(Default)]
    pub struct LoadFigures {
        /// Since the begin, until the last answer.
        pub elapsed_s: f64,
        /// Calls whose moment has come: those sent and those dropped.
        pub due: u64,
        pub sent: u64,
        /// Not sent, because as many as allowed were under way.
        pub dropped: u64,
        /// Of those, because so many waited for an instance that this machine cannot keep up.
        #[serde(default)]
        pub crowded: u64,
        pub in_flight: u64,
        /// Still under way when the run was closed, or given up without an instance.
        pub unfinished: u64,
        pub ok: u64,
        /// Function errors, timeouts, crashes, refusals.
        pub errors: u64,
        pub throttled: u64,
        pub cold: u64,
        /// Alive now, or at the end.
        pub instances: u32,
        pub peak_instances: u32,
        /// Calls due a second, over the time of sending.
        pub wanted_rate: f64,
        /// Calls a second that an instance answered, until the last answer.
        pub achieved_rate: f64,
        /// Of calls that an instance answered, from the moment each was due. Null without one.
        pub latency: Option<LoadLatency>,
        /// How late calls were sent, because this machine was busy: the 99th percentile.
        pub late_p99_ms: Option<f64>,
        pub usage: MeteredCalls,
    }

    /// Percentiles are within 1 % of themselves; the mean and the maximum are exact.
    pub struct LoadLatency {
        pub mean_ms: f64,
        pub p50_ms: f64,
        pub p90_ms: f64,
        pub p99_ms: f64,
        pub p999_ms: f64,
        pub max_ms: f64,
    }

    /// What its calls used, as meters count it: each call's time rounded up to a millisecond.
    #[derive(Default)]
    pub struct MeteredCalls {
        pub provider: String,
        pub architecture: String,
        pub memory_mb: u32,
        /// Handler time of warm calls.
        pub warm_calls: u64,
        pub warm_ms: u64,
        /// Handler time of cold calls, alone and together with their init.
        pub cold_calls: u64,
        pub cold_ms: u64,
        pub cold_init_ms: u64,
    }

    pub struct LoadPrice {
        pub plan: String,
        pub title: String,
        /// An hour at the rate that was achieved, dollars.
        pub usd_per_hour: String,
        pub usd_per_million: String,
        /// What it is reckoned by: `each call as long as it would take there, as the meter and Costs reckon`.
        #[serde(default)]
        pub basis: String,
    }

    /// A run and how it went.
    pub struct LoadDetail {
        pub run: LoadRun,
        pub course: LoadCourse,
        /// How it went on the resident twin.
        pub twin_course: Option<LoadCourse>,
        /// How the figures were made, in sentences.
        pub rests_on: Vec<String>,
    }

    /// How a run went over time, and what is behind its figures.
    #[derive(Default)]
    pub struct LoadCourse {
        pub series: LoadSeries,
        /// Latency by percentile, from the 0th to the 99.99th.
        pub percentiles: Vec<LoadPercentile>,
        /// Most frequent first.
        pub failures: Vec<LoadFailure>,
    }

    /// One value for each step of the time. Calls are counted in the step they were due, answers in the step they came;
    /// latencies are of the calls that were due in the step.
    #[derive(Default)]
    pub struct LoadSeries {
        /// Half a second at first; doubled whenever there would be more than 300 steps.
        pub step_s: f64,
        pub due: Vec<u32>,
        pub dropped: Vec<u32>,
        pub answered: Vec<u32>,
        pub errors: Vec<u32>,
        pub throttled: Vec<u32>,
        pub cold: Vec<u32>,
        pub p50_ms: Vec<Option<f64>>,
        pub p99_ms: Vec<Option<f64>>,
        pub instances: Vec<u32>,
        pub in_flight: Vec<u32>,
    }

    pub struct LoadPercentile {
        pub percent: f64,
        pub ms: f64,
    }

    pub struct LoadFailure {
        /// The error's type, or why nothing ran.
        pub what: String,
        pub calls: u64,
    }
}

impl LoadState {
    pub fn is_over(self) -> bool {
        !matches!(self, Self::Running | Self::Draining)
    }
}
