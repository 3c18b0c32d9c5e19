//! The read side: joins the record with prices and answers the questions a person asks, in the protocol's types.
//! Knows nothing of how functions run. Synchronous, and it blocks on SQLite: an async host calls it on a thread of
//! its own. The time is passed in.

mod costs;
mod deployed;
mod error;
mod export;
mod imports;
mod invocations;
mod load;
mod logs;
mod overview;
mod payload;
mod projects;
pub mod receipt;
mod recorded;
mod reloads;
mod revisions;
mod rightsize;
mod rounded;
mod search;
mod span;
mod starts;
mod timeline;
mod wording;

use std::sync::{Arc, atomic::AtomicBool};

use coldframe_cost::Book;
use coldframe_store::Reader;

pub use costs::{Contrast, Contrasted, Measured, Turning};
pub use deployed::{Deployed, Started, own_plans};
pub use error::ReportError;
pub use export::log::write as write_log;
pub use export::sidebyside::write as write_side_by_side;
pub use load::MOST_REPLAYED;
pub use logs::{LinesWanted, level, log_line};
pub use payload::payload;
pub use recorded::{clear, cleared};
pub use reloads::reload;
pub use rightsize::rightsize;
pub use rounded::{RoundedCalls, RoundedStep};
pub use wording::moment;

/// Cheap to clone; clones share the record's connections.
#[derive(Debug, Clone)]
pub struct Report {
    reader: Reader,
    book: Arc<Book>,
    remembered: costs::Remembered,
}

impl Report {
    /// What everything is priced by.
    pub fn book(&self) -> &Book {
        &self.book
    }

    /// The same for one question, which is given up as soon as this is set.
    #[must_use]
    pub fn until(&self, unwanted: Arc<AtomicBool>) -> Self {
        Self { reader: self.reader.until(unwanted), ..self.clone() }
    }

    pub fn new(reader: Reader, book: Book) -> Self {
        Self { reader, book: Arc::new(book), remembered: costs::Remembered::default() }
    }
}
