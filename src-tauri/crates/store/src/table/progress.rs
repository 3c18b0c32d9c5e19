//! How far the importer got: in the journal, written with the batch it belongs to, and in closing days. One row.

use rusqlite::{OptionalExtension, Result, params};

use crate::{database::Writer, journal::Position, migrations::Migration};

pub(crate) const MIGRATIONS: &[Migration] = &[
    (
        1,
        "CREATE TABLE progress (
        id INTEGER PRIMARY KEY CHECK (id = 1),
        segment INTEGER NOT NULL,
        \"offset\" INTEGER NOT NULL,
        closed_day INTEGER
    ) STRICT;
    INSERT INTO progress VALUES (1, 0, 0, NULL);",
    ),
    // `has_hours`: the minutes of before are in `hour`.
    (4, "ALTER TABLE progress ADD COLUMN has_hours INTEGER NOT NULL DEFAULT 0;"),
];

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Progress {
    pub(crate) imported: Position,
    /// Days since the epoch (UTC); every day up to it has its rows in `day`.
    pub(crate) closed_day: Option<i64>,
}

impl Writer<'_> {
    pub(crate) fn progress(&self) -> Result<Progress> {
        let sql = "SELECT segment, \"offset\", closed_day FROM progress WHERE id = 1";
        let row = self.conn.prepare_cached(sql)?.query_row([], |row| {
            Ok(Progress {
                imported: Position {
                    segment: row.get::<_, i64>(0)?.cast_unsigned(),
                    offset: row.get::<_, i64>(1)?.cast_unsigned(),
                },
                closed_day: row.get(2)?,
            })
        });
        row.optional().map(Option::unwrap_or_default)
    }

    pub(crate) fn put_imported(&self, position: Position) -> Result<()> {
        let sql = "UPDATE progress SET segment = ?1, \"offset\" = ?2 WHERE id = 1";
        let Position { segment, offset } = position;
        self.conn.prepare_cached(sql)?.execute(params![segment.cast_signed(), offset.cast_signed()])?;
        Ok(())
    }

    pub(crate) fn has_hours(&self) -> Result<bool> {
        self.conn.query_row("SELECT has_hours FROM progress", [], |row| row.get(0))
    }

    pub(crate) fn put_has_hours(&self) -> Result<()> {
        self.conn.execute("UPDATE progress SET has_hours = 1", [])?;
        Ok(())
    }

    pub(crate) fn put_closed_day(&self, day: i64) -> Result<()> {
        self.conn.execute("UPDATE progress SET closed_day = ?1 WHERE id = 1", [day])?;
        Ok(())
    }
}
