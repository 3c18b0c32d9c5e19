//! Maps: a function run once for every item of an input set, several at a time, and the answers collected.

use crate::{load::MeteredCalls, wire};

wire! {
    pub struct StartMap {
        pub function: i64,
        pub input: MapInput,
        /// Calls under way at once: 10 where it is left out.
        #[serde(default)]
        pub parallel: Option<u32>,
        /// How often an item is tried that fails: once where it is left out. Being throttled is no try.
        #[serde(default)]
        pub attempts: Option<u32>,
    }

    /// One of the two.
    pub struct MapInput {
        /// A JSON array, JSON Lines, or lines of text.
        #[serde(default)]
        pub text: Option<String>,
        /// A file with the same, a CSV file (`.csv`) with a first line of names, or a folder: an item for every file in it that
        /// is not hidden, nor in `__pycache__` or `node_modules`. Relative to the project.
        #[serde(default)]
        pub path: Option<String>,
    }

    #[derive(Copy, Eq)]
    pub struct MapId {
        pub id: i64,
    }

    /// What an input comes to, without running anything.
    pub struct MapPreview {
        pub items: u64,
        /// `JSON Lines`, `files of a folder`.
        pub form: String,
        /// The first events, as they would be sent.
        pub first: Vec<String>,
    }

    pub struct MapRun {
        pub id: i64,
        pub function: i64,
        pub name: String,
        pub started_at: String,
        pub ended_at: Option<String>,
        pub state: MapState,
        /// Where the items come from: a path, or `pasted text`.
        pub input: String,
        pub form: String,
        pub parallel: u32,
        pub attempts: u32,
        pub figures: MapFigures,
        /// At list price; null until a call ran.
        pub price: Option<MapPrice>,
    }

    #[derive(Copy, Eq)]
    #[serde(rename_all = "snake_case")]
    pub enum MapState {
        Running,
        /// Nothing new is begun; calls under way are waited for.
        Stopping,
        Done,
        Stopped,
        /// Its host ended under it.
        Interrupted,
    }

    #[derive(Default)]
    pub struct MapFigures {
        pub items: u64,
        pub ok: u64,
        pub failed: u64,
        pub in_flight: u64,
        /// Calls beyond the first of an item that failed.
        pub retries: u64,
        /// Calls that found no place and were made again.
        pub throttled: u64,
        pub cold: u64,
        pub instances: u32,
        pub peak_instances: u32,
        pub elapsed_s: f64,
        /// What the function's own time adds up to: about how long it would take one after another.
        pub work_s: f64,
        pub usage: MeteredCalls,
    }

    pub struct MapPrice {
        pub plan: String,
        pub title: String,
        /// All calls so far, dollars.
        pub usd: String,
    }

    pub struct MapQuery {
        pub id: i64,
        /// Those that failed alone.
        #[serde(default)]
        pub failed: bool,
        /// The last item of the page before.
        #[serde(default)]
        pub after: Option<u64>,
        pub limit: u32,
    }

    pub struct MapAnswers {
        pub run: MapRun,
        /// In the order of the items.
        pub answers: Vec<MapAnswer>,
        pub more: bool,
    }

    /// A line of the answers' file, too.
    pub struct MapAnswer {
        /// From 0, in the order of the input.
        pub index: u64,
        /// The event that was sent.
        pub item: String,
        pub ok: bool,
        /// What came back; of an answer that is no text, in base64.
        pub answer: String,
        pub base64: bool,
        /// Why it failed; null when it did not.
        pub error: Option<String>,
        /// Of the last call, from its begin to its answer.
        pub ms: f64,
        pub cold: bool,
        pub attempts: u32,
        /// Of the last call; null when it was not recorded.
        pub invocation: Option<i64>,
    }
}

impl MapState {
    pub fn is_over(self) -> bool {
        !matches!(self, Self::Running | Self::Stopping)
    }
}
