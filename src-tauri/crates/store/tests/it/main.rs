//! The record as its users see it: in real directories, through real files.

#![expect(clippy::unwrap_used, reason = "tests")]
#![expect(clippy::disallowed_methods, reason = "one test kills a process that records, as `kill -9` does")]

mod clearing;
mod code;
mod crash;
mod days;
mod files;
mod kill;
mod lists;
mod loads;
mod receipts;
mod record;
mod retention;
mod roll_ups;
mod sample;
mod texts;
mod twins;
