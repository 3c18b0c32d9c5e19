//! Load tests: what was asked for and what came of it. A run is written again as it goes on; the last state stands.
//! Nothing here is looked for by its figures, so they are kept as the protocol writes them.

use rusqlite::{OptionalExtension, Result, Row, params};

use crate::{
    database::Writer,
    entry::{LoadEntry, Micros},
    error::ReadError,
    migrations::Migration,
    reader::Reader,
};

pub(crate) const MIGRATIONS: &[Migration] = &[(
    3,
    // `summary`, `detail`: JSON.
    "CREATE TABLE load (
        id INTEGER PRIMARY KEY,
        project_id INTEGER NOT NULL,
        function_id INTEGER NOT NULL,
        started_at INTEGER NOT NULL,
        ended_at INTEGER,
        summary TEXT NOT NULL,
        detail TEXT NOT NULL
    ) STRICT;
    CREATE INDEX load_by_project ON load (project_id, started_at);",
)];

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LoadRow {
    pub id: i64,
    pub project_id: i64,
    pub function_id: i64,
    pub started_at: Micros,
    /// `None`: it runs, or its host died under it.
    pub ended_at: Option<Micros>,
    /// JSON.
    pub summary: String,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LoadDetailRow {
    pub row: LoadRow,
    /// JSON.
    pub detail: String,
}

impl LoadRow {
    fn read(row: &Row<'_>) -> Result<Self> {
        Ok(Self {
            id: row.get(0)?,
            project_id: row.get(1)?,
            function_id: row.get(2)?,
            started_at: row.get(3)?,
            ended_at: row.get(4)?,
            summary: row.get(5)?,
        })
    }
}

const COLUMNS: &str = "id, project_id, function_id, started_at, ended_at, summary";

impl Reader {
    /// Newest first.
    pub fn loads(&self, project_id: i64, limit: u32) -> Result<Vec<LoadRow>, ReadError> {
        let sql = format!(
            "SELECT {COLUMNS} FROM load WHERE project_id = ?1 ORDER BY started_at DESC, id DESC LIMIT ?2"
        );
        self.query("load tests", |conn| {
            conn.prepare_cached(&sql)?.query_map(params![project_id, limit], LoadRow::read)?.collect()
        })
    }

    pub fn load(&self, id: i64) -> Result<Option<LoadDetailRow>, ReadError> {
        let sql = format!("SELECT {COLUMNS}, detail FROM load WHERE id = ?1");
        self.query("a load test", |conn| {
            let read = |row: &Row<'_>| Ok(LoadDetailRow { row: LoadRow::read(row)?, detail: row.get(6)? });
            conn.prepare_cached(&sql)?.query_row([id], read).optional()
        })
    }
}

impl Writer<'_> {
    pub(crate) fn put_load(&self, entry: &LoadEntry) -> Result<()> {
        let sql = "INSERT INTO load (id, project_id, function_id, started_at, ended_at, summary, detail)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)
             ON CONFLICT (id) DO UPDATE SET ended_at = excluded.ended_at, summary = excluded.summary,
                detail = excluded.detail";
        self.conn.prepare_cached(sql)?.execute(params![
            entry.id,
            entry.project_id,
            entry.function_id,
            entry.started_at,
            entry.ended_at,
            entry.summary,
            entry.detail
        ])?;
        Ok(())
    }

    pub(crate) fn remove_load(&self, id: i64) -> Result<()> {
        self.conn.prepare_cached("DELETE FROM load WHERE id = ?1")?.execute([id])?;
        Ok(())
    }
}
