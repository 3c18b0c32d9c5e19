//! Roll-ups of days (UTC) that are over, so that a year opens as fast as a day. What arrives for a closed day
//! afterwards is added here as well as to its minute.

use std::collections::HashMap;

use rusqlite::Result;

use super::{minute::MINUTES_A_DAY, roll_up};
use crate::{
    database::Writer,
    migrations::Migration,
    rollup::{Figures, RollUpKey},
    table::invocation::InvocationRow,
};

pub(crate) const MIGRATIONS: &[Migration] = &[
    (
        1,
        concat!(
            "CREATE TABLE day (
            ",
            roll_up::columns!("day"),
            "
        CREATE INDEX day_by_time ON day (day);"
        ),
    ),
    (2, roll_up::largest_bodies!("day")),
];

pub(crate) const DAY_US: i64 = MINUTES_A_DAY * 60_000_000;

impl Writer<'_> {
    /// Adds up the minutes of a day. Doing it again gives the same rows.
    pub(crate) fn close_day(&self, day: i64) -> Result<()> {
        let mut sums: HashMap<RollUpKey, Figures> = HashMap::new();
        self.minutes(day * MINUTES_A_DAY, (day + 1) * MINUTES_A_DAY, |key, figures| {
            sums.entry(key).or_default().merge(&figures);
        })?;
        for (key, figures) in &sums {
            roll_up::insert(self.conn, "day", day, key, figures)?;
        }
        Ok(())
    }

    /// Counts an invocation that was late for its day's closing.
    pub(crate) fn count_in_closed_day(&self, row: &InvocationRow) -> Result<()> {
        let day = row.started_at.div_euclid(DAY_US);
        let key = row.roll_up_key();
        let mut figures = roll_up::one(self.conn, "day", day, &key)?.unwrap_or_default();
        figures.add(row);
        roll_up::insert(self.conn, "day", day, &key, &figures)
    }
}
