//! The record: a journal that makes an answer durable in one append, and the SQLite file it is imported into.
//! Knows nothing of how functions run, and nothing of money.
//!
//! The way of an entry: [`Recorder`] → journal segment (one `write(2)`) → importer thread → SQLite, in batches.
//! The journal *is* the queue: what the importer has not reached yet lies on disk, so memory stays bounded
//! however far it lags, and nothing that was noted is dropped for lack of room.

mod clearing;
mod connections;
mod database;
mod entry;
mod error;
mod importer;
mod journal;
mod level;
mod migrations;
mod open;
mod reader;
mod recorder;
mod retention;
mod rollup;
mod store;
mod table;

pub use clearing::Clear;
pub use entry::*;
pub use error::{OpenError, ReadError};
pub use level::{Level, uncoloured};
pub use reader::{Range, Reader, Size};
pub use recorder::Recorder;
pub use retention::{Retained, Retention};
pub use rollup::{Counts, Figures, Histogram, RollUp, RollUpKey, Sketch, Sums, Usage};
pub use store::{Opened, Store, Taking};
pub use table::{
    app::AppRow,
    code::{CodeChangeRow, RevisionFileRow},
    exactly::Activity,
    function::FunctionRow,
    instance::{InstanceFilter, InstanceRow},
    invocation::InvocationRow,
    invocation_list::{InvocationFilter, NamedInvocation},
    invocation_terms::{Compare, Number, Term, Test},
    load::{LoadDetailRow, LoadRow},
    log_line::{LogFilter, NamedLog},
    log_terms::LogTest,
    payload::Payloads,
    period::{PeriodRow, Periods},
    project::ProjectRow,
    project_size::ProjectSize,
    reload::{ReloadFilter, ReloadRow},
    revision::RevisionRow,
    start::{StartFilter, StartRow},
    untold::UntoldFilter,
};
