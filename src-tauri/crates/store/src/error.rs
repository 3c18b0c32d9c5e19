//! What can go wrong with the record, by consequence: it cannot be opened, or it cannot be read.
//! That it cannot be *written* is no error of a caller's: see [`Recorder::problem`](crate::Recorder::problem).

use std::{io, path::PathBuf};

/// The record cannot be opened; the host cannot start with this data directory.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    #[error(
        "cannot write to the data directory {}: {source}\nhint: make it writable, or choose another with --data-dir",
        .dir.display()
    )]
    NotWritable { dir: PathBuf, source: io::Error },
    #[error(
        "the record {} is read-only\nhint: make the file writable, or choose another directory with --data-dir",
        .file.display()
    )]
    ReadOnly { file: PathBuf },
    #[error(
        "the record {} was written by a newer version of Coldframe (format {found}, this one knows {known})\n\
         hint: update Coldframe, or choose another directory with --data-dir",
        .file.display()
    )]
    Newer { file: PathBuf, found: u32, known: u32 },
    #[error(
        "{} is an SQLite file, but not a record of Coldframe\nhint: choose another directory with --data-dir",
        .file.display()
    )]
    Foreign { file: PathBuf },
    #[error("cannot {operation} {}: {source}", .file.display())]
    Io { operation: &'static str, file: PathBuf, source: io::Error },
    #[error("cannot {operation} the record {}: {source}", .file.display())]
    Sqlite { operation: &'static str, file: PathBuf, source: rusqlite::Error },
}

/// A question to the record failed.
#[derive(Debug, thiserror::Error)]
pub enum ReadError {
    #[error("there is no record at {}", .file.display())]
    Missing { file: PathBuf },
    #[error(
        "the record {} was written by another version of Coldframe (format {found}, this one reads {known})",
        .file.display()
    )]
    OtherVersion { file: PathBuf, found: u32, known: u32 },
    #[error("the record {} is closed", .file.display())]
    Closed { file: PathBuf },
    #[error("cannot read {operation} from the record {}: {source}", .file.display())]
    Sqlite { operation: &'static str, file: PathBuf, source: rusqlite::Error },
}
