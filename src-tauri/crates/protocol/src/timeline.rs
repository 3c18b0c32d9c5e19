//! Instances as lanes, and what each did when.

use crate::wire;

wire! {
    /// Times are milliseconds since 1970, with their fraction.
    pub struct TimelineQuery {
        pub from: f64,
        pub to: f64,
        pub function: Option<i64>,
    }

    pub struct Timeline {
        /// By app, then in the order in which they started.
        pub lanes: Vec<Lane>,
        /// Earliest first.
        pub spans: Vec<Span>,
        pub reloads: Vec<ReloadMark>,
        /// There were more calls than are listed: the earliest are left out.
        pub cut: bool,
    }

    /// One instance that was alive in the time.
    pub struct Lane {
        pub id: i64,
        /// Short name, `i-15`.
        pub name: String,
        pub app: String,
        /// A process of the app's resident twin.
        pub resident: bool,
        pub revision: Option<String>,
        pub started: f64,
        /// From the start to a process, from there to a runtime, and its user's module code; null until it is ready.
        pub spawn_ms: Option<f64>,
        pub boot_ms: Option<f64>,
        pub init_ms: Option<f64>,
        /// Null: not ready yet, or never.
        pub ready: Option<f64>,
        pub ended: Option<f64>,
        /// idle, reload, crash, timeout, out_of_memory, asked, shed, shutdown, host_died
        pub end_reason: Option<String>,
    }

    /// One call.
    pub struct Span {
        pub id: i64,
        /// Null where no instance had it.
        pub instance: Option<i64>,
        pub function_id: i64,
        pub function: String,
        /// Taken by the app's resident twin: a second time, where both had it.
        pub resident: bool,
        pub start: f64,
        pub cold: bool,
        /// Until its handler began.
        pub before_ms: f64,
        /// Of that, how long it waited for an instance to be free or built.
        pub wait_ms: f64,
        pub total_ms: f64,
        pub status: String,
    }

    pub struct ReloadMark {
        pub at: f64,
        pub app: String,
        /// The first of those that did it.
        pub file: String,
        /// From the save to the new code serving; null where it never did.
        pub swapped_ms: Option<f64>,
        pub outcome: String,
    }
}
