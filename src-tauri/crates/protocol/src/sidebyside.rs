//! Side by side: what serverless and always-on differ in, each row of the table made to happen to one function, with its
//! own figures beside sourced ones.

use crate::wire;

wire! {
    pub struct SideBySide {
        pub function: i64,
        pub name: String,
        /// The plan its code is written for, and the machine that it is held against; null where the price book has none.
        pub plan: Option<String>,
        pub machine: Option<String>,
        /// That machine's id in the price book.
        pub machine_id: Option<String>,
        /// Where and when the prices come from.
        pub prices: String,
        /// In the order of the table.
        pub rows: Vec<SideRow>,
        /// The one that goes on, and those behind it.
        pub running: Option<RowRun>,
        /// Of the last that were asked for together, those that came to nothing.
        pub failures: Vec<RowFailure>,
        pub administration: Administration,
        /// What a second call would reach, or could, in words: what it was seen connecting to, starting or writing, and what in
        /// its sources does so. Empty where nothing is known, and nothing could.
        pub outside: Vec<String>,
    }

    /// One difference, and what came of it for this function.
    pub struct SideRow {
        pub row: RowKind,
        pub title: String,
        /// What is claimed, in a sentence.
        pub claim: String,
        /// What its button does, in a sentence.
        pub does: String,
        /// About how long that takes.
        pub seconds: u32,
        /// Every call goes to the resident twin, too.
        pub sends_twice: bool,
        /// To be guessed before its button is pressed: which side is cheaper, for each of these.
        pub asks: Vec<String>,
        pub sourced: Vec<SourcedFigure>,
        /// Null until it was done.
        pub result: Option<RowResult>,
    }

    #[derive(Copy, Eq, Hash, PartialOrd, Ord)]
    #[serde(rename_all = "snake_case")]
    pub enum RowKind {
        Provisioning,
        Idle,
        ScalingOut,
        ScalingToZero,
        Utilisation,
        Billing,
        Statelessness,
        Availability,
        SteadySpiky,
        Latency,
        LongWork,
        Administration,
        LockIn,
    }

    /// What somebody else says or measured.
    pub struct SourcedFigure {
        pub side: Side,
        pub text: String,
        pub source: String,
        /// Empty where it is a table of ours.
        pub url: String,
        /// When it was seen.
        pub date: String,
        /// `verified`, `api`, `secondary`, `derived`, `observed`, `memory`, `conflict`.
        pub confidence: String,
        /// Not to be taken for a fact.
        pub unverified: bool,
    }

    #[derive(Copy, Eq)]
    #[serde(rename_all = "snake_case")]
    pub enum Side {
        Serverless,
        AlwaysOn,
    }

    pub struct RowResult {
        pub at: String,
        pub serverless: SideFigure,
        pub always_on: SideFigure,
        /// What came of it, in a sentence.
        pub sentence: String,
        /// Whose figure is the better one; null where neither is, or there is too little to say.
        pub better: Option<Side>,
        /// To each question of the row, in their order.
        pub answers: Vec<Side>,
        /// The calls a month that they are of, where somebody said a number; null where it was left to the host, or the row
        /// has none.
        #[serde(default)]
        pub asked_calls: Option<u64>,
        pub details: Vec<RowDetail>,
        pub course: Option<RowCourse>,
        /// What is missing for a claim: `870 more calls for a p99.9`. Null where there is enough.
        pub too_few: Option<String>,
        /// What only the person can say is not said: the row is not done.
        #[serde(default)]
        pub open: bool,
        /// What to do, where the function cannot show it.
        pub hint: Option<String>,
        pub rests_on: Vec<String>,
    }

    pub struct SideFigure {
        /// `312 ms`.
        pub figure: String,
        /// What that is: `first answer after nothing ran`.
        pub what: String,
    }

    /// One line of a row's own table.
    pub struct RowDetail {
        pub label: String,
        pub serverless: String,
        pub always_on: String,
    }

    /// Both sides over time, at the same steps.
    pub struct RowCourse {
        pub what: String,
        pub step_s: f64,
        /// Empty where a side has none.
        pub serverless: Vec<f64>,
        pub always_on: Vec<f64>,
    }

    /// Makes rows happen, one after the other. Fails with [`ErrorCode::Conflict`](crate::ErrorCode) while others go on, and
    /// where calls would, or could, write twice to something outside, unless `writes_twice_ok`.
    pub struct RunRows {
        pub function: i64,
        /// All of them where it is empty.
        #[serde(default)]
        pub rows: Vec<RowKind>,
        /// As for `invoke`; sent with every call.
        pub event: String,
        /// An event that is long work: what it takes on both sides. The saved event `long`, where it is left out.
        #[serde(default)]
        #[ts(optional = nullable)]
        pub long_event: Option<String>,
        /// How long the job is that a plan's limit is held against: 30 where it is left out.
        #[serde(default)]
        #[ts(optional = nullable)]
        pub job_minutes: Option<f64>,
        /// Seconds from a machine's boot until the person's code on it answers; an assumption where it is left out.
        #[serde(default)]
        #[ts(optional = nullable)]
        pub deploy_s: Option<f64>,
        /// Calls a month of steady and of spiky traffic; where it is left out, a number at which the two differ most.
        #[serde(default)]
        #[ts(optional = nullable)]
        pub calls_per_month: Option<u64>,
        #[serde(default)]
        #[ts(optional = nullable)]
        pub writes_twice_ok: Option<bool>,
        /// For a function that does not run resident: a process for each call stands for the always-on side.
        #[serde(default)]
        #[ts(optional = nullable)]
        pub per_call: Option<bool>,
    }

    /// What goes on.
    pub struct RowRun {
        pub function: i64,
        pub row: RowKind,
        /// `calling both sides`.
        pub doing: String,
        /// 0 to 1, of this row.
        pub done: f64,
        pub waiting: Vec<RowKind>,
        pub stopping: bool,
    }

    pub struct RowFailure {
        pub row: RowKind,
        pub message: String,
        pub hint: Option<String>,
        /// It does not run resident: offer a process for each call.
        pub not_resident: bool,
    }

    /// What looking after it takes: the person's own figures.
    #[derive(Copy)]
    pub struct Administration {
        pub serverless_hours: f64,
        pub always_on_hours: f64,
        pub usd_per_hour: f64,
        /// Somebody said so: until then nothing is known, and the figures are 0.
        pub set: bool,
    }

    pub struct SetAdministration {
        pub function: i64,
        pub serverless_hours: f64,
        pub always_on_hours: f64,
        pub usd_per_hour: f64,
    }
}

impl RowKind {
    /// In the order of the table.
    pub const ALL: [Self; 13] = [
        Self::Provisioning,
        Self::Idle,
        Self::ScalingOut,
        Self::ScalingToZero,
        Self::Utilisation,
        Self::Billing,
        Self::Statelessness,
        Self::Availability,
        Self::SteadySpiky,
        Self::Latency,
        Self::LongWork,
        Self::Administration,
        Self::LockIn,
    ];

    /// As on the wire and on the command line.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Provisioning => "provisioning",
            Self::Idle => "idle",
            Self::ScalingOut => "scaling_out",
            Self::ScalingToZero => "scaling_to_zero",
            Self::Utilisation => "utilisation",
            Self::Billing => "billing",
            Self::Statelessness => "statelessness",
            Self::Availability => "availability",
            Self::SteadySpiky => "steady_spiky",
            Self::Latency => "latency",
            Self::LongWork => "long_work",
            Self::Administration => "administration",
            Self::LockIn => "lock_in",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_row_is_named_as_on_the_wire() {
        for row in RowKind::ALL {
            assert_eq!(serde_json::to_value(row).unwrap(), row.as_str());
        }
    }
}
