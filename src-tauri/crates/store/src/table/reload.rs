//! Saves and what came of them. A reload is written again whenever it got further; the last state stands. Its receipt,
//! for which nothing looks by its figures, is kept as the protocol writes it.

use rusqlite::{Result, Row, params};

use crate::{
    database::Writer,
    entry::{Phases, ReceiptEntry, ReloadEntry, ReloadError},
    error::ReadError,
    migrations::Migration,
    reader::Reader,
};

pub(crate) const MIGRATIONS: &[Migration] = &[
    (
        1,
        // `files`: one a line, relative to the project.
        "CREATE TABLE reload (
        id INTEGER PRIMARY KEY,
        app_id INTEGER NOT NULL,
        revision_id INTEGER,
        instance_id INTEGER,
        detected_at INTEGER NOT NULL,
        files TEXT NOT NULL,
        built_us INTEGER,
        initialised_us INTEGER,
        swapped_us INTEGER,
        drained_us INTEGER,
        queue_us INTEGER NOT NULL,
        build_us INTEGER NOT NULL,
        spawn_us INTEGER NOT NULL,
        boot_us INTEGER NOT NULL,
        init_us INTEGER NOT NULL,
        handler_us INTEGER NOT NULL,
        overhead_us INTEGER NOT NULL,
        total_us INTEGER NOT NULL,
        outcome TEXT NOT NULL,
        error_message TEXT,
        error_file TEXT,
        error_line INTEGER
    ) STRICT;
    CREATE INDEX reload_by_app ON reload (app_id, detected_at);
    CREATE INDEX reload_by_time ON reload (detected_at);",
    ),
    (4, "CREATE INDEX reload_by_instance ON reload (instance_id);"),
    // JSON.
    (8, "ALTER TABLE reload ADD COLUMN receipt TEXT;"),
];

#[derive(Debug, Clone, PartialEq)]
pub struct ReloadRow {
    pub entry: ReloadEntry,
    /// Empty where it is not in the record.
    pub app: String,
    /// Short hash of the revision it made.
    pub revision: Option<String>,
    /// JSON; `None` where none was made.
    pub receipt: Option<String>,
}

/// Which reloads; newest first.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ReloadFilter {
    pub project_id: Option<i64>,
    pub app_id: Option<i64>,
}

impl ReloadRow {
    fn read(row: &Row<'_>) -> Result<Self> {
        let files: String = row.get(5)?;
        let error: Option<String> = row.get(19)?;
        let entry = ReloadEntry {
            id: row.get(0)?,
            app_id: row.get(1)?,
            revision_id: row.get(2)?,
            instance_id: row.get(3)?,
            detected_at: row.get(4)?,
            files: files.lines().map(str::to_owned).collect(),
            built_us: row.get(6)?,
            initialised_us: row.get(7)?,
            swapped_us: row.get(8)?,
            drained_us: row.get(9)?,
            phases: Phases {
                queue_us: row.get(10)?,
                build_us: row.get(11)?,
                spawn_us: row.get(12)?,
                boot_us: row.get(13)?,
                init_us: row.get(14)?,
                handler_us: row.get(15)?,
                overhead_us: row.get(16)?,
                total_us: row.get(17)?,
            },
            outcome: row.get(18)?,
            error: match error {
                Some(message) => Some(ReloadError { message, file: row.get(20)?, line: row.get(21)? }),
                None => None,
            },
        };
        Ok(Self { entry, app: row.get(22)?, revision: row.get(23)?, receipt: row.get(24)? })
    }
}

impl Reader {
    pub fn reloads(&self, filter: &ReloadFilter, limit: u32) -> Result<Vec<ReloadRow>, ReadError> {
        let condition = match filter.app_id {
            Some(_) => "e.app_id = ?1",
            None => "?1 IS NULL",
        };
        let sql = format!(
            "SELECT e.id, e.app_id, e.revision_id, e.instance_id, e.detected_at, e.files, e.built_us,
                e.initialised_us, e.swapped_us, e.drained_us, e.queue_us, e.build_us, e.spawn_us, e.boot_us,
                e.init_us, e.handler_us, e.overhead_us, e.total_us, e.outcome, e.error_message, e.error_file,
                e.error_line, ifnull(a.name, ''), r.hash, e.receipt
             FROM reload e LEFT JOIN app a ON a.id = e.app_id LEFT JOIN revision r ON r.id = e.revision_id
             WHERE {condition} AND (?2 IS NULL OR a.project_id = ?2)
             ORDER BY e.detected_at DESC, e.id DESC LIMIT ?3"
        );
        self.query("reloads", |conn| {
            conn.prepare_cached(&sql)?
                .query_map(params![filter.app_id, filter.project_id, limit], ReloadRow::read)?
                .collect()
        })
    }
}

impl Writer<'_> {
    pub(crate) fn put_reload(&self, entry: &ReloadEntry) -> Result<()> {
        let sql = "REPLACE INTO reload (id, app_id, revision_id, instance_id, detected_at, files, built_us,
                initialised_us, swapped_us, drained_us, queue_us, build_us, spawn_us, boot_us, init_us, handler_us,
                overhead_us, total_us, outcome, error_message, error_file, error_line, receipt)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19, ?20,
                ?21, ?22, (SELECT receipt FROM reload WHERE id = ?1))";
        let phases = &entry.phases;
        let error = entry.error.as_ref();
        self.conn.prepare_cached(sql)?.execute(params![
            entry.id,
            entry.app_id,
            entry.revision_id,
            entry.instance_id,
            entry.detected_at,
            entry.files.join("\n"),
            entry.built_us,
            entry.initialised_us,
            entry.swapped_us,
            entry.drained_us,
            phases.queue_us,
            phases.build_us,
            phases.spawn_us,
            phases.boot_us,
            phases.init_us,
            phases.handler_us,
            phases.overhead_us,
            phases.total_us,
            entry.outcome,
            error.map(|error| &error.message),
            error.and_then(|error| error.file.as_ref()),
            error.and_then(|error| error.line),
        ])?;
        Ok(())
    }

    /// Nothing where the reload is gone.
    pub(crate) fn put_receipt(&self, entry: &ReceiptEntry) -> Result<()> {
        let sql = "UPDATE reload SET receipt = ?2 WHERE id = ?1";
        self.conn.prepare_cached(sql)?.execute(params![entry.reload_id, entry.receipt])?;
        Ok(())
    }

    /// Reloads a dead host did not finish: `interrupted`.
    pub(crate) fn end_open_reloads(&self) -> Result<usize> {
        self.conn.execute("UPDATE reload SET outcome = 'interrupted' WHERE outcome = 'running'", [])
    }
}
