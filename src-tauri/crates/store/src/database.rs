//! The SQLite file: its name, how connections to it are set up, and what is done with a file that is damaged.

use std::{
    io,
    path::{Path, PathBuf},
    time::Duration,
};

use rusqlite::{Connection, ErrorCode, OpenFlags, Result};

use crate::{error::OpenError, migrations};

/// Marks our files (`PRAGMA application_id`): "cldf".
const APPLICATION: i64 = 0x636c_6466;
/// Of a connection, kilobytes: an idle host stays small.
const WRITER_CACHE_KB: i64 = 2048;
const READER_CACHE_KB: i64 = 1024;

/// Write access within one transaction. Each table's file adds its own verbs.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Writer<'c> {
    pub(crate) conn: &'c Connection,
}

pub(crate) fn path(dir: &Path) -> PathBuf {
    dir.join("record.sqlite")
}

/// Why a file was not opened.
#[derive(Debug)]
pub(crate) enum Refusal {
    /// Set it aside and begin a new one.
    Damaged(rusqlite::Error),
    Stop(OpenError),
}

/// Opens the one connection that writes; makes the file and its tables if need be. With `check`, the whole file
/// is read through first.
pub(crate) fn open_writer(file: &Path, check: bool) -> std::result::Result<Connection, Refusal> {
    let failed = |operation| {
        move |source: rusqlite::Error| {
            if is_damage(&source) {
                return Refusal::Damaged(source);
            }
            let file = file.to_owned();
            Refusal::Stop(match source.sqlite_error_code() {
                Some(ErrorCode::ReadOnly) => OpenError::ReadOnly { file },
                _ => OpenError::Sqlite { operation, file, source },
            })
        }
    };
    let mut conn = Connection::open(file).map_err(failed("open"))?;
    if conn.is_readonly("main").map_err(failed("open"))? {
        return Err(Refusal::Stop(OpenError::ReadOnly { file: file.to_owned() }));
    }
    conn.set_prepared_statement_cache_capacity(64);
    let version = identify(&conn).map_err(failed("read the version of"))?;
    let version = match version {
        Identity::Empty => 0,
        Identity::Ours(version) => version,
        Identity::Foreign => return Err(Refusal::Stop(OpenError::Foreign { file: file.to_owned() })),
    };
    if version > migrations::VERSION {
        let (file, known) = (file.to_owned(), migrations::VERSION);
        return Err(Refusal::Stop(OpenError::Newer { file, found: version, known }));
    }
    // Every commit appends each page it changed to the write-ahead log, which SQLite begins again from its start
    // after a checkpoint, at that size: small batches fill it quickly. See `Work::Settle` for when it shrinks.
    // `auto_vacuum` counts only before there is a table; `locking_mode` stays normal for the readers.
    conn.execute_batch(&format!(
        "PRAGMA auto_vacuum = INCREMENTAL;
         PRAGMA journal_mode = WAL;
         PRAGMA synchronous = NORMAL;
         PRAGMA cache_size = -{WRITER_CACHE_KB};
         PRAGMA wal_autocheckpoint = 2000;
         PRAGMA journal_size_limit = 16777216;
         PRAGMA temp_store = MEMORY;
         PRAGMA application_id = {APPLICATION};"
    ))
    .map_err(failed("set up"))?;
    conn.busy_timeout(Duration::from_secs(5)).map_err(failed("set up"))?;
    if check {
        let verdict: String =
            conn.query_row("PRAGMA quick_check(1)", [], |row| row.get(0)).map_err(failed("check"))?;
        if verdict != "ok" {
            let code = rusqlite::ffi::Error::new(rusqlite::ffi::SQLITE_CORRUPT);
            return Err(Refusal::Damaged(rusqlite::Error::SqliteFailure(code, Some(verdict))));
        }
    }
    migrations::run(&mut conn, version).map_err(failed("migrate"))?;
    Ok(conn)
}

/// Empties the write-ahead log, as far as nobody reads from it.
pub(crate) fn settle(conn: &Connection) -> Result<()> {
    conn.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()))
}

pub(crate) fn open_reader(file: &Path) -> Result<Connection> {
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let conn = Connection::open_with_flags(file, flags)?;
    conn.busy_timeout(Duration::from_secs(5))?;
    conn.set_prepared_statement_cache_capacity(32);
    conn.execute_batch(&format!("PRAGMA cache_size = -{READER_CACHE_KB}; PRAGMA temp_store = MEMORY;"))?;
    crate::table::payload::search_function(&conn)?;
    crate::table::log_terms::search_functions(&conn)?;
    Ok(conn)
}

pub(crate) enum Identity {
    Empty,
    Ours(u32),
    Foreign,
}

pub(crate) fn identify(conn: &Connection) -> Result<Identity> {
    let tables: i64 = conn.query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get(0))?;
    let application: i64 = conn.query_row("PRAGMA application_id", [], |row| row.get(0))?;
    let version: u32 = conn.query_row("PRAGMA user_version", [], |row| row.get(0))?;
    Ok(match (tables, application) {
        (0, _) => Identity::Empty,
        (_, APPLICATION) => Identity::Ours(version),
        _ => Identity::Foreign,
    })
}

/// The file's content is broken, not the way to it.
pub(crate) fn is_damage(error: &rusqlite::Error) -> bool {
    matches!(error.sqlite_error_code(), Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase))
}

/// Found damaged while running; the next start sets the file aside.
pub(crate) fn mark_damaged(dir: &Path) {
    if let Err(error) = std::fs::write(damage_mark(dir), b"") {
        tracing::error!(%error, "the damaged record cannot be marked");
    }
}

pub(crate) fn damage_mark(dir: &Path) -> PathBuf {
    dir.join("record.damaged")
}

/// Renames the file and its companions, with the time (UTC) as suffix; returns where it is now.
pub(crate) fn set_aside(dir: &Path, now_us: i64) -> std::result::Result<PathBuf, OpenError> {
    let file = path(dir);
    let named = |suffix: &str| {
        let mut name = file.clone().into_os_string();
        name.push(suffix);
        PathBuf::from(name)
    };
    let time = timestamp(now_us);
    let mut aside = named(&format!(".damaged-{time}"));
    for n in 2.. {
        if !aside.exists() {
            break;
        }
        aside = named(&format!(".damaged-{time}-{n}"));
    }
    let rename = |from: &Path, to: &Path| match std::fs::rename(from, to) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        Err(source) => Err(OpenError::Io { operation: "set aside", file: from.to_owned(), source }),
        Ok(()) => Ok(()),
    };
    for companion in ["-wal", "-shm"] {
        let mut to = aside.clone().into_os_string();
        to.push(companion);
        rename(&named(companion), Path::new(&to))?;
    }
    rename(&file, &aside)?;
    match std::fs::remove_file(damage_mark(dir)) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => {
            Err(OpenError::Io { operation: "remove", file: damage_mark(dir), source: error })
        }
        _ => Ok(aside),
    }
}

/// `20260103T101530Z`, or the plain seconds should SQLite not know the date.
pub(crate) fn timestamp(now_us: i64) -> String {
    let seconds = now_us.div_euclid(1_000_000);
    Connection::open_in_memory()
        .and_then(|conn| {
            conn.query_row("SELECT strftime('%Y%m%dT%H%M%SZ', ?1, 'unixepoch')", [seconds], |row| row.get(0))
        })
        .unwrap_or_else(|_| seconds.to_string())
}
