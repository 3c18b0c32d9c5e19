//! What dashboards read instead of invocations: figures by minute and by day that can be added up without loss.
//! Pure: how they are kept in tables is `table::{minute, day}`.

mod cache;
mod figures;
mod histogram;
mod sketch;
mod varint;

pub(crate) use cache::{Cache, MINUTE_US};
pub use figures::{Counts, Figures, RollUp, RollUpKey, Sums};
pub use histogram::{Histogram, Usage};
pub use sketch::Sketch;
