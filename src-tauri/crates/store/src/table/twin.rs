//! When apps had a resident twin. A twin's functions, calls and instances are those of an app of its own, which is
//! no app of the project's: whoever asks for the project's apps and functions does not find it.

use rusqlite::{OptionalExtension, Result, Row, params};

use crate::{database::Writer, entry::TwinEntry, error::ReadError, migrations::Migration, reader::Reader};

pub(crate) const MIGRATIONS: &[Migration] = &[(
    6,
    "CREATE TABLE twin (
        id INTEGER PRIMARY KEY,
        app_id INTEGER NOT NULL,
        resident_id INTEGER NOT NULL,
        since INTEGER NOT NULL,
        until INTEGER,
        processes INTEGER NOT NULL,
        machine TEXT
    ) STRICT;
    CREATE INDEX twin_by_app ON twin (app_id, since);
    CREATE INDEX twin_by_resident ON twin (resident_id);",
)];

/// Holds for an app, by what is asked as `a`, that is nobody's twin.
pub(super) const NO_TWIN: &str = "NOT EXISTS (SELECT 1 FROM twin t WHERE t.resident_id = a.id)";

fn read(row: &Row<'_>) -> Result<TwinEntry> {
    Ok(TwinEntry {
        id: row.get(0)?,
        app_id: row.get(1)?,
        resident_id: row.get(2)?,
        since: row.get(3)?,
        until: row.get(4)?,
        processes: row.get(5)?,
        machine: row.get(6)?,
    })
}

impl Reader {
    /// How the twin of an app was last switched on.
    pub fn last_twin(&self, app_id: i64) -> std::result::Result<Option<TwinEntry>, ReadError> {
        self.query("a resident twin", |conn| {
            let sql = "SELECT id, app_id, resident_id, since, until, processes, machine FROM twin
                WHERE app_id = ?1 ORDER BY since DESC, id DESC LIMIT 1";
            conn.prepare_cached(sql)?.query_row([app_id], read).optional()
        })
    }

    /// The apps that are twins of apps of a project: (the twin's id, whose it is).
    pub fn twins(&self, project_id: i64) -> std::result::Result<Vec<(i64, i64)>, ReadError> {
        self.query("resident twins", |conn| {
            let sql = "SELECT DISTINCT t.resident_id, t.app_id FROM twin t JOIN app a ON a.id = t.app_id
                WHERE a.project_id = ?1 ORDER BY 1";
            conn.prepare_cached(sql)?.query_map([project_id], |row| Ok((row.get(0)?, row.get(1)?)))?.collect()
        })
    }
}

impl Writer<'_> {
    pub(crate) fn put_twin(&self, entry: &TwinEntry) -> Result<()> {
        let sql = "INSERT INTO twin (id, app_id, resident_id, since, until, processes, machine)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)
             ON CONFLICT (id) DO UPDATE SET until = excluded.until, processes = excluded.processes,
                machine = excluded.machine";
        self.conn.prepare_cached(sql)?.execute(params![
            entry.id,
            entry.app_id,
            entry.resident_id,
            entry.since,
            entry.until,
            entry.processes,
            entry.machine,
        ])?;
        Ok(())
    }

    /// Ends what a dead host left on, with the last of its instances.
    pub(crate) fn end_open_twins(&self) -> Result<usize> {
        let sql = "UPDATE twin SET until = max(since, ifnull((SELECT max(ended_at) FROM instance i
                WHERE i.app_id = twin.resident_id AND i.started_at >= twin.since), 0))
             WHERE until IS NULL";
        self.conn.execute(sql, [])
    }
}
