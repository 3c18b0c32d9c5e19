//! The same figures by hour, for what is looked at by hours: a week is read in a few rows. Like the minutes they are
//! added to as calls are counted.

use std::collections::HashMap;

use rusqlite::{Result, params};

use super::{minute::MINUTES_AN_HOUR, roll_up};
use crate::{
    database::Writer,
    migrations::Migration,
    rollup::{Figures, RollUpKey},
};

pub(crate) const HOUR_US: i64 = MINUTES_AN_HOUR * 60_000_000;

pub(crate) const MIGRATIONS: &[Migration] = &[
    (
        4,
        concat!(
            "CREATE TABLE hour (
            ",
            roll_up::columns!("hour"),
            "
        CREATE INDEX hour_by_time ON hour (hour);"
        ),
    ),
    (4, roll_up::largest_bodies!("hour")),
];

impl Writer<'_> {
    /// Adds up the minutes of a record that had no hours yet.
    pub(crate) fn fill_hours(&self) -> Result<()> {
        let sql = "SELECT DISTINCT minute / ?1 FROM minute ORDER BY 1";
        let hours: Vec<i64> = self
            .conn
            .prepare(sql)?
            .query_map(params![MINUTES_AN_HOUR], |row| row.get(0))?
            .collect::<Result<_>>()?;
        for hour in hours {
            let mut sums: HashMap<RollUpKey, Figures> = HashMap::new();
            self.minutes(hour * MINUTES_AN_HOUR, (hour + 1) * MINUTES_AN_HOUR, |key, figures| {
                sums.entry(key).or_default().merge(&figures);
            })?;
            for (key, figures) in &sums {
                roll_up::insert(self.conn, "hour", hour, key, figures)?;
            }
        }
        Ok(())
    }
}
