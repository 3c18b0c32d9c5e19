//! Folders that were opened.

use rusqlite::{OptionalExtension, Result, Row, params};

use crate::{
    database::Writer,
    entry::{Micros, ProjectEntry},
    error::ReadError,
    migrations::Migration,
    reader::Reader,
};

pub(crate) const MIGRATIONS: &[Migration] = &[(
    1,
    "CREATE TABLE project (
        id INTEGER PRIMARY KEY,
        root TEXT NOT NULL,
        name TEXT NOT NULL,
        opened_at INTEGER NOT NULL
    ) STRICT;",
)];

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProjectRow {
    pub id: i64,
    /// Canonical absolute path.
    pub root: String,
    pub name: String,
    /// The last time.
    pub opened_at: Micros,
}

impl ProjectRow {
    fn read(row: &Row<'_>) -> Result<Self> {
        Ok(Self { id: row.get(0)?, root: row.get(1)?, name: row.get(2)?, opened_at: row.get(3)? })
    }
}

impl Reader {
    /// Most recently opened first.
    pub fn projects(&self, limit: u32) -> Result<Vec<ProjectRow>, ReadError> {
        self.query("projects", |conn| {
            let sql =
                "SELECT id, root, name, opened_at FROM project ORDER BY opened_at DESC, id DESC LIMIT ?1";
            conn.prepare_cached(sql)?.query_map([limit], ProjectRow::read)?.collect()
        })
    }

    pub fn project(&self, id: i64) -> Result<Option<ProjectRow>, ReadError> {
        self.query("a project", |conn| {
            let sql = "SELECT id, root, name, opened_at FROM project WHERE id = ?1";
            conn.prepare_cached(sql)?.query_row([id], ProjectRow::read).optional()
        })
    }

    pub fn project_at(&self, root: &str) -> Result<Option<ProjectRow>, ReadError> {
        self.query("a project", |conn| {
            let sql = "SELECT id, root, name, opened_at FROM project WHERE root = ?1 ORDER BY opened_at DESC";
            conn.prepare_cached(sql)?.query_row([root], ProjectRow::read).optional()
        })
    }
}

impl Writer<'_> {
    pub(crate) fn put_project(&self, entry: &ProjectEntry) -> Result<()> {
        let sql = "INSERT INTO project (id, root, name, opened_at) VALUES (?1, ?2, ?3, ?4)
             ON CONFLICT (id) DO UPDATE SET root = excluded.root, name = excluded.name,
                opened_at = max(opened_at, excluded.opened_at)";
        self.conn.prepare_cached(sql)?.execute(params![entry.id, entry.root, entry.name, entry.opened_at])?;
        Ok(())
    }
}
