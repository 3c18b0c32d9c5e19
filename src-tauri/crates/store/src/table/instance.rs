//! Execution environments: one child process each, from its start to why it went.

use rusqlite::{Result, Row, params};

use crate::{
    database::Writer,
    entry::{InstanceEnded, InstanceReady, InstanceStarted, Micros},
    error::ReadError,
    migrations::Migration,
    reader::{Range, Reader},
};

pub(crate) const MIGRATIONS: &[Migration] = &[(
    1,
    "CREATE TABLE instance (
        id INTEGER PRIMARY KEY,
        name TEXT NOT NULL,
        app_id INTEGER NOT NULL,
        revision_id INTEGER NOT NULL,
        pid INTEGER NOT NULL,
        cause TEXT NOT NULL,
        started_at INTEGER NOT NULL,
        ready_at INTEGER,
        spawn_us INTEGER,
        boot_us INTEGER,
        init_us INTEGER,
        init_peak_memory_kb INTEGER,
        ended_at INTEGER,
        end_reason TEXT
    ) STRICT;
    CREATE INDEX instance_by_app ON instance (app_id, started_at);
    CREATE INDEX instance_by_start ON instance (started_at);
    CREATE INDEX instance_open ON instance (id) WHERE ended_at IS NULL;",
)];

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InstanceRow {
    pub id: i64,
    /// Short name shown to people: `i-15`.
    pub name: String,
    pub app_id: i64,
    pub revision_id: i64,
    /// The revision's short hash; `None` if it is not in the record.
    pub revision: Option<String>,
    pub pid: u32,
    /// `invocation`, `reload`, `kept_warm` or `check`.
    pub cause: String,
    pub started_at: Micros,
    /// `None`: not ready yet, or never.
    pub ready_at: Option<Micros>,
    pub spawn_us: Option<i64>,
    pub boot_us: Option<i64>,
    pub init_us: Option<i64>,
    pub init_peak_memory_kb: Option<i64>,
    pub ended_at: Option<Micros>,
    pub end_reason: Option<String>,
}

/// Which instances; newest first.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct InstanceFilter {
    /// Of every app if `None`.
    pub app_id: Option<i64>,
    /// Those that lived within the range.
    pub range: Option<Range>,
}

impl InstanceRow {
    fn read(row: &Row<'_>) -> Result<Self> {
        Ok(Self {
            id: row.get(0)?,
            name: row.get(1)?,
            app_id: row.get(2)?,
            revision_id: row.get(3)?,
            revision: row.get(4)?,
            pid: row.get(5)?,
            cause: row.get(6)?,
            started_at: row.get(7)?,
            ready_at: row.get(8)?,
            spawn_us: row.get(9)?,
            boot_us: row.get(10)?,
            init_us: row.get(11)?,
            init_peak_memory_kb: row.get(12)?,
            ended_at: row.get(13)?,
            end_reason: row.get(14)?,
        })
    }
}

impl Reader {
    pub fn instances(&self, filter: &InstanceFilter, limit: u32) -> Result<Vec<InstanceRow>, ReadError> {
        let range = filter.range.unwrap_or(Range::ALL);
        self.query("instances", |conn| {
            // `started_at < to` uses an index; who lived long enough is few rows more.
            let by_app = if filter.app_id.is_some() { "i.app_id = ?1" } else { "?1 IS NULL" };
            let sql = format!(
                "SELECT i.id, i.name, i.app_id, i.revision_id, r.hash, i.pid, i.cause, i.started_at, i.ready_at,
                    i.spawn_us, i.boot_us, i.init_us, i.init_peak_memory_kb, i.ended_at, i.end_reason
                 FROM instance i LEFT JOIN revision r ON r.id = i.revision_id
                 WHERE {by_app} AND i.started_at < ?3 AND ifnull(i.ended_at, ?3) >= ?2
                 ORDER BY i.started_at DESC, i.id DESC LIMIT ?4"
            );
            conn.prepare_cached(&sql)?
                .query_map(params![filter.app_id, range.from, range.to, limit], InstanceRow::read)?
                .collect()
        })
    }
}

impl Writer<'_> {
    pub(crate) fn put_instance(&self, entry: &InstanceStarted) -> Result<()> {
        let sql = "INSERT INTO instance (id, name, app_id, revision_id, pid, cause, started_at)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7) ON CONFLICT (id) DO NOTHING";
        self.conn.prepare_cached(sql)?.execute(params![
            entry.id,
            entry.name,
            entry.app_id,
            entry.revision_id,
            entry.pid,
            entry.cause,
            entry.started_at,
        ])?;
        Ok(())
    }

    pub(crate) fn instance_ready(&self, entry: &InstanceReady) -> Result<()> {
        let sql = "UPDATE instance SET ready_at = ?2, spawn_us = ?3, boot_us = ?4, init_us = ?5,
                init_peak_memory_kb = ?6 WHERE id = ?1";
        self.conn.prepare_cached(sql)?.execute(params![
            entry.id,
            entry.at,
            entry.spawn_us,
            entry.boot_us,
            entry.init_us,
            entry.peak_memory_kb,
        ])?;
        Ok(())
    }

    pub(crate) fn instance_ended(&self, entry: &InstanceEnded) -> Result<()> {
        let sql = "UPDATE instance SET ended_at = ?2, end_reason = ?3 WHERE id = ?1";
        self.conn.prepare_cached(sql)?.execute(params![entry.id, entry.at, entry.reason])?;
        Ok(())
    }

    /// Ends what a dead host left open, at the last moment it was seen alive.
    pub(crate) fn end_open_instances(&self) -> Result<usize> {
        let sql = "UPDATE instance SET end_reason = 'host_died', ended_at = max(
                started_at, ifnull(ready_at, 0),
                ifnull((SELECT max(max(started_at + total_us, ifnull(finished_at, 0)))
                    FROM invocation
                    WHERE started_at >= instance.started_at AND instance_id = instance.id), 0))
             WHERE ended_at IS NULL";
        self.conn.execute(sql, [])
    }
}
