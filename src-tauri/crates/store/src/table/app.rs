//! What is deployed, scaled and reloaded together.

use rusqlite::{OptionalExtension, Result, Row, params};

use super::twin::NO_TWIN;
use crate::{
    database::Writer,
    entry::{AppEntry, Micros},
    error::ReadError,
    migrations::Migration,
    reader::Reader,
};

pub(crate) const MIGRATIONS: &[Migration] = &[(
    1,
    "CREATE TABLE app (
        id INTEGER PRIMARY KEY,
        project_id INTEGER NOT NULL,
        provider TEXT NOT NULL,
        name TEXT NOT NULL,
        language TEXT NOT NULL,
        runtime TEXT NOT NULL,
        path TEXT NOT NULL,
        seen_at INTEGER NOT NULL
    ) STRICT;
    CREATE INDEX app_by_project ON app (project_id);",
)];

const SELECT: &str = "SELECT id, project_id, provider, name, language, runtime, path, seen_at FROM app";

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AppRow {
    pub id: i64,
    pub project_id: i64,
    pub provider: String,
    pub name: String,
    pub language: String,
    pub runtime: String,
    /// Relative to the project; empty when the app is the project's own folder.
    pub path: String,
    /// The last time it was found.
    pub seen_at: Micros,
}

impl AppRow {
    fn read(row: &Row<'_>) -> Result<Self> {
        Ok(Self {
            id: row.get(0)?,
            project_id: row.get(1)?,
            provider: row.get(2)?,
            name: row.get(3)?,
            language: row.get(4)?,
            runtime: row.get(5)?,
            path: row.get(6)?,
            seen_at: row.get(7)?,
        })
    }
}

impl Reader {
    /// Every app that was ever found in a project, by name; no twins.
    pub fn apps(&self, project_id: i64) -> Result<Vec<AppRow>, ReadError> {
        self.query("apps", |conn| {
            let sql = format!("{SELECT} a WHERE project_id = ?1 AND {NO_TWIN} ORDER BY name, id");
            conn.prepare_cached(&sql)?.query_map([project_id], AppRow::read)?.collect()
        })
    }

    pub fn app(&self, id: i64) -> Result<Option<AppRow>, ReadError> {
        self.query("an app", |conn| {
            conn.prepare_cached(&format!("{SELECT} WHERE id = ?1"))?.query_row([id], AppRow::read).optional()
        })
    }
}

impl Writer<'_> {
    pub(crate) fn put_app(&self, entry: &AppEntry) -> Result<()> {
        let sql = "INSERT INTO app (id, project_id, provider, name, language, runtime, path, seen_at)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)
             ON CONFLICT (id) DO UPDATE SET project_id = excluded.project_id, provider = excluded.provider,
                name = excluded.name, language = excluded.language, runtime = excluded.runtime,
                path = excluded.path, seen_at = excluded.seen_at
             WHERE excluded.seen_at >= seen_at";
        self.conn.prepare_cached(sql)?.execute(params![
            entry.id,
            entry.project_id,
            entry.provider,
            entry.name,
            entry.language,
            entry.runtime,
            entry.path,
            entry.seen_at,
        ])?;
        Ok(())
    }
}
