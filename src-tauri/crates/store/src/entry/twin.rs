//! A resident twin, from one switching on to the next switching off.

use serde::{Deserialize, Serialize};

use super::Micros;

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TwinEntry {
    pub id: i64,
    /// Whose twin it is.
    pub app_id: i64,
    /// The app that it is itself: its functions, calls and instances are of that one.
    pub resident_id: i64,
    pub since: Micros,
    /// `None` while it is on.
    pub until: Option<Micros>,
    /// How many there are to be.
    pub processes: u32,
    /// What it is priced by, of the price book; the usual where nobody chose one.
    pub machine: Option<String>,
}
