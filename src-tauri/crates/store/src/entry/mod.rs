//! What can be written to the record: one closed list. Everything the engine observes becomes an
//! [`Entry`]; the journal stores entries as they are, the importer turns them into rows.
//!
//! Ids are made by the writer of the entry, never by SQLite, so that importing an entry twice changes nothing.
//! Times are microseconds since the Unix epoch; durations are microseconds unless the name says otherwise.

mod app;
mod code;
mod instance;
mod invocation;
mod load;
mod log;
mod reload;
mod twin;

use serde::{Deserialize, Serialize};

pub use self::app::{AppEntry, FunctionEntry, ImportsEntry, ProjectEntry, RevisionEntry};
pub use self::code::{CodeEntry, CodeFile, KeptText};
pub use self::instance::{InstanceEnded, InstanceReady, InstanceStarted};
pub use self::invocation::{Accepted, Answered, Finished, Payload, Phases, Serving, Status};
pub use self::load::LoadEntry;
pub use self::log::{LogEntry, Stream};
pub use self::reload::{ReceiptEntry, ReloadEntry, ReloadError};
pub use self::twin::TwinEntry;

/// Microseconds since the Unix epoch.
pub type Micros = i64;

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum Entry {
    Project(ProjectEntry),
    App(AppEntry),
    Function(FunctionEntry),
    Revision(RevisionEntry),
    InstanceStarted(InstanceStarted),
    InstanceReady(InstanceReady),
    InstanceEnded(InstanceEnded),
    /// An asynchronous event, durable before its 202, or a call that began running: closes as *interrupted*
    /// when nothing follows it.
    Accepted(Accepted),
    /// The caller has (or is about to have) its answer. Durable against `kill -9` before the last byte leaves.
    Answered(Box<Answered>),
    /// The process asked for more work: what only then is known. Roll-ups count finished invocations.
    Finished(Finished),
    Log(LogEntry),
    Reload(Box<ReloadEntry>),
    /// A load test as it stands; written again as it goes on, the last state stands.
    Load(Box<LoadEntry>),
    /// A person does not want to keep this one.
    LoadRemoved(i64),
    /// An app's code is that of a revision from now on.
    Code(Box<CodeEntry>),
    /// What a function's imports took; the last measuring stands.
    Imports(Box<ImportsEntry>),
    /// A resident twin was switched on, changed or switched off; the last state stands.
    Twin(TwinEntry),
    /// What a reload did to starts was measured.
    Receipt(ReceiptEntry),
    /// Which instance has a call that takes a while, before its end says so.
    Serving(Serving),
}
