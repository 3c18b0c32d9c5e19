//! What the imports of a function's init took, as they were measured last. Nothing here is looked for by its figures,
//! so they are kept as the protocol writes them.

use rusqlite::{OptionalExtension, Result, params};

use super::payload::{pack, unpack};
use crate::{database::Writer, entry::ImportsEntry, error::ReadError, migrations::Migration, reader::Reader};

pub(crate) const MIGRATIONS: &[Migration] = &[(
    4,
    // `report`: JSON. `coding`: as in `payload`.
    "CREATE TABLE imports (
        function_id INTEGER PRIMARY KEY,
        revision_id INTEGER NOT NULL,
        measured_at INTEGER NOT NULL,
        report BLOB NOT NULL,
        coding INTEGER NOT NULL
    ) STRICT;",
)];

impl Reader {
    /// JSON, as it was measured last.
    pub fn imports(&self, function_id: i64) -> std::result::Result<Option<String>, ReadError> {
        self.query("measured imports", |conn| {
            let report = conn
                .prepare_cached("SELECT report, coding FROM imports WHERE function_id = ?1")?
                .query_row([function_id], |row| unpack(0, row.get(0)?, row.get(1)?))
                .optional()?;
            Ok(report.map(|report| String::from_utf8_lossy(&report).into_owned()))
        })
    }
}

impl Writer<'_> {
    pub(crate) fn put_imports(&self, entry: &ImportsEntry) -> Result<()> {
        let (report, coding) = pack(entry.report.as_bytes());
        let sql = "REPLACE INTO imports (function_id, revision_id, measured_at, report, coding)
             VALUES (?1, ?2, ?3, ?4, ?5)";
        self.conn.prepare_cached(sql)?.execute(params![
            entry.function_id,
            entry.revision_id,
            entry.measured_at,
            report,
            coding
        ])?;
        Ok(())
    }
}
