//! Entry points: what is invoked, metered and shown.

use rusqlite::{OptionalExtension, Result, Row, params};

use super::twin::NO_TWIN;
use crate::{
    database::Writer,
    entry::{FunctionEntry, Micros},
    error::ReadError,
    migrations::Migration,
    reader::Reader,
};

pub(crate) const MIGRATIONS: &[Migration] = &[(
    1,
    "CREATE TABLE function (
        id INTEGER PRIMARY KEY,
        app_id INTEGER NOT NULL,
        name TEXT NOT NULL,
        handler TEXT NOT NULL,
        path TEXT NOT NULL,
        seen_at INTEGER NOT NULL
    ) STRICT;
    CREATE INDEX function_by_app ON function (app_id);",
)];

const SELECT: &str = "SELECT f.id, f.app_id, f.name, f.handler, f.path, f.seen_at FROM function f";

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FunctionRow {
    pub id: i64,
    pub app_id: i64,
    pub name: String,
    pub handler: String,
    pub path: String,
    /// The last time it was found.
    pub seen_at: Micros,
}

impl FunctionRow {
    fn read(row: &Row<'_>) -> Result<Self> {
        Ok(Self {
            id: row.get(0)?,
            app_id: row.get(1)?,
            name: row.get(2)?,
            handler: row.get(3)?,
            path: row.get(4)?,
            seen_at: row.get(5)?,
        })
    }
}

impl Reader {
    /// Every function that was ever found in a project, by name; none of a twin.
    pub fn functions(&self, project_id: i64) -> Result<Vec<FunctionRow>, ReadError> {
        self.query("functions", |conn| {
            let sql = format!(
                "{SELECT} JOIN app a ON a.id = f.app_id WHERE a.project_id = ?1 AND {NO_TWIN}
                 ORDER BY f.name, f.id"
            );
            conn.prepare_cached(&sql)?.query_map([project_id], FunctionRow::read)?.collect()
        })
    }

    /// Every function that was ever found in an app, which may be a twin.
    pub fn functions_of(&self, app_id: i64) -> Result<Vec<FunctionRow>, ReadError> {
        self.query("an app's functions", |conn| {
            let sql = format!("{SELECT} WHERE f.app_id = ?1 ORDER BY f.name, f.id");
            conn.prepare_cached(&sql)?.query_map([app_id], FunctionRow::read)?.collect()
        })
    }

    pub fn function(&self, id: i64) -> Result<Option<FunctionRow>, ReadError> {
        self.query("a function", |conn| {
            let sql = format!("{SELECT} WHERE f.id = ?1");
            conn.prepare_cached(&sql)?.query_row([id], FunctionRow::read).optional()
        })
    }
}

impl Writer<'_> {
    pub(crate) fn put_function(&self, entry: &FunctionEntry) -> Result<()> {
        let sql = "INSERT INTO function (id, app_id, name, handler, path, seen_at)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6)
             ON CONFLICT (id) DO UPDATE SET app_id = excluded.app_id, name = excluded.name,
                handler = excluded.handler, path = excluded.path, seen_at = excluded.seen_at
             WHERE excluded.seen_at >= seen_at";
        self.conn.prepare_cached(sql)?.execute(params![
            entry.id,
            entry.app_id,
            entry.name,
            entry.handler,
            entry.path,
            entry.seen_at,
        ])?;
        Ok(())
    }
}
