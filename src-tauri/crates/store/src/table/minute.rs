//! Roll-ups by minute (UTC), in the minute an invocation began. Kept until retention takes them, which is after
//! their day was closed.

use rusqlite::{Result, params};

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
    // How many calls came when: weeks of it are read at once, and a row, with its sketches, is most of a page.
    (
        7,
        "CREATE INDEX minute_calls ON minute
            (function_id, minute, trigger, ok, error, init_error, timeout, crash, out_of_memory);",
    ),
];

pub(crate) const MINUTES_A_DAY: i64 = 24 * 60;
pub(crate) const MINUTES_AN_HOUR: i64 = 60;

impl Writer<'_> {
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
