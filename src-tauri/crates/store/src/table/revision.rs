//! States of an app's code and settings.

use rusqlite::{OptionalExtension, Result, Row, params};

use crate::{
    database::Writer,
    entry::{Micros, RevisionEntry},
    error::ReadError,
    migrations::Migration,
    reader::Reader,
};

pub(crate) const MIGRATIONS: &[Migration] = &[(
    1,
    "CREATE TABLE revision (
        id INTEGER PRIMARY KEY,
        app_id INTEGER NOT NULL,
        hash TEXT NOT NULL,
        created_at INTEGER NOT NULL,
        memory_mb INTEGER NOT NULL,
        timeout_ms INTEGER NOT NULL,
        architecture TEXT NOT NULL
    ) STRICT;
    CREATE INDEX revision_by_app ON revision (app_id, created_at);",
)];

const SELECT: &str = "SELECT id, app_id, hash, created_at, memory_mb, timeout_ms, architecture FROM revision";

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RevisionRow {
    pub id: i64,
    pub app_id: i64,
    /// Short content hash, as shown to people.
    pub hash: String,
    pub created_at: Micros,
    pub memory_mb: u32,
    pub timeout_ms: u64,
    pub architecture: String,
}

impl RevisionRow {
    fn read(row: &Row<'_>) -> Result<Self> {
        Ok(Self {
            id: row.get(0)?,
            app_id: row.get(1)?,
            hash: row.get(2)?,
            created_at: row.get(3)?,
            memory_mb: row.get(4)?,
            timeout_ms: row.get::<_, i64>(5)?.cast_unsigned(),
            architecture: row.get(6)?,
        })
    }
}

impl Reader {
    /// Newest first.
    pub fn revisions(&self, app_id: i64, limit: u32) -> Result<Vec<RevisionRow>, ReadError> {
        self.query("revisions", |conn| {
            let sql = format!("{SELECT} WHERE app_id = ?1 ORDER BY created_at DESC, id DESC LIMIT ?2");
            conn.prepare_cached(&sql)?.query_map(params![app_id, limit], RevisionRow::read)?.collect()
        })
    }

    pub fn revision(&self, id: i64) -> Result<Option<RevisionRow>, ReadError> {
        self.query("a revision", |conn| {
            let sql = format!("{SELECT} WHERE id = ?1");
            conn.prepare_cached(&sql)?.query_row([id], RevisionRow::read).optional()
        })
    }
}

impl Writer<'_> {
    /// A revision that comes back (a change undone) keeps the time it was first made.
    pub(crate) fn put_revision(&self, entry: &RevisionEntry) -> Result<()> {
        let sql = "INSERT INTO revision (id, app_id, hash, created_at, memory_mb, timeout_ms, architecture)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7) ON CONFLICT (id) DO NOTHING";
        self.conn.prepare_cached(sql)?.execute(params![
            entry.id,
            entry.app_id,
            entry.hash,
            entry.created_at,
            entry.memory_mb,
            entry.timeout_ms.cast_signed(),
            entry.architecture,
        ])?;
        Ok(())
    }
}
