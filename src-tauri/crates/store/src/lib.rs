//! The record: a journal that makes an answer durable in one append, and the SQLite file it is imported into.
//! Knows nothing of how functions run.

mod entry;

pub use entry::*;
