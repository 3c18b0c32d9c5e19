//! Roll-ups by minute (UTC), in the minute an invocation began. Kept until retention takes them, which is after
//! their day was closed.

use rusqlite::{OptionalExtension, Result, params};

use super::roll_up;
use crate::{
    database::Writer,
    migrations::Migration,
    rollup::{Figures, RollUpKey},
};

pub(crate) const MIGRATIONS: &[Migration] = &[
    (
        1,
        concat!(
            "CREATE TABLE minute (
            ",
            roll_up::columns!("minute"),
            "
        CREATE INDEX minute_by_time ON minute (minute);"
        ),
    ),
    (2, roll_up::largest_bodies!("minute")),
];

pub(crate) const MINUTES_A_DAY: i64 = 24 * 60;

impl Writer<'_> {
    pub(crate) fn minute(&self, minute: i64, key: &RollUpKey) -> Result<Option<Figures>> {
        let sql = format!(
            "SELECT {} FROM minute WHERE function_id = ?1 AND minute = ?2 AND revision_id = ?3 AND memory_mb = ?4
                AND timeout_ms = ?5 AND architecture = ?6 AND trigger = ?7",
            roll_up::SELECTED
        );
        self.conn
            .prepare_cached(&sql)?
            .query_row(
                params![
                    key.function_id,
                    minute,
                    key.revision_id,
                    key.memory_mb,
                    key.timeout_ms.cast_signed(),
                    key.architecture,
                    key.trigger,
                ],
                |row| Ok(roll_up::read(row, 0)?.1),
            )
            .optional()
    }

    pub(crate) fn put_minute(&self, minute: i64, key: &RollUpKey, figures: &Figures) -> Result<()> {
        roll_up::insert(self.conn, "minute", minute, key, figures)
    }

    /// Days (since the epoch) that have minutes, after one day and before another.
    pub(crate) fn days_with_minutes(&self, after: i64, before: i64) -> Result<Vec<i64>> {
        let sql = "SELECT DISTINCT minute / ?1 FROM minute WHERE minute >= (?2 + 1) * ?1 AND minute < ?3 * ?1
             ORDER BY 1";
        self.conn
            .prepare_cached(sql)?
            .query_map(params![MINUTES_A_DAY, after, before], |row| row.get(0))?
            .collect()
    }

    /// Hands every roll-up of a span of minutes to `each`.
    pub(crate) fn minutes(&self, from: i64, to: i64, mut each: impl FnMut(RollUpKey, Figures)) -> Result<()> {
        let sql = format!("SELECT {} FROM minute WHERE minute >= ?1 AND minute < ?2", roll_up::SELECTED);
        let mut statement = self.conn.prepare_cached(&sql)?;
        let mut rows = statement.query([from, to])?;
        while let Some(row) = rows.next()? {
            let (key, figures) = roll_up::read(row, 0)?;
            each(key, figures);
        }
        Ok(())
    }
}
