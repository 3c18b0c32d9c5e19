//! How a twin stands, for people; and what they can ask of it.

use std::time::Duration;

use coldframe_providers::domain::Problem;

use super::Outage;

/// What is given changes; what is `None` stays, or is the usual.
#[derive(Debug, Clone, Default)]
pub struct TwinChange {
    /// 1 to [`MOST_PROCESSES`](super::MOST_PROCESSES); others are brought within.
    pub processes: Option<u32>,
    pub per_call: Option<bool>,
    /// Of the price book, by its id: kept with the twin for whoever prices it.
    pub machine: Option<String>,
}

#[derive(Debug, Clone)]
pub struct TwinStatus {
    pub state: TwinState,
    /// Since when it runs, or last ran, and until when; microseconds since the epoch.
    pub since: Option<i64>,
    pub until: Option<i64>,
    pub processes: Vec<TwinProcess>,
    pub wanted: u32,
    pub calls_each: u32,
    pub per_call: bool,
    pub machine: Option<String>,
    /// Why so many processes, in words.
    pub why: String,
    pub problem: Option<Problem>,
    /// Its process ends with its call.
    pub not_resident: bool,
    pub waiting: u32,
    pub backlog: u32,
    pub refused: u64,
    pub restarts: u32,
    pub outages: Vec<Outage>,
    pub down: Duration,
    pub mirrors: bool,
    pub mirrored: u64,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TwinState {
    Off,
    Starting,
    Running,
    /// Nobody is there; the next is started after a pause.
    Down,
    Reloading,
    /// Nobody is there, and no more is tried.
    Broken,
}

#[derive(Debug, Clone)]
pub struct TwinProcess {
    pub id: i64,
    pub name: String,
    pub pid: u32,
    pub revision: String,
    /// Microseconds since the epoch.
    pub started_at: i64,
    pub calls: u64,
    pub in_flight: u32,
}
