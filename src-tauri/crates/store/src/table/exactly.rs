//! What happened within a time that begins and ends anywhere: whole minutes from the roll-ups, the rest of the first
//! and the last from the rows themselves.

use std::collections::BTreeMap;

use rusqlite::{Connection, Result, params};

use super::invocation::{COLUMNS, InvocationRow};
use crate::{
    entry::Micros,
    error::ReadError,
    reader::{Range, Reader},
    rollup::{MINUTE_US, RollUp, RollUpKey},
};

/// What an app's instances did within a time.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Activity {
    /// Together, cut at the time's ends.
    pub alive_us: i64,
    /// The same of the time in which they had at least one call.
    pub active_us: i64,
    /// Stretches of it by their length in milliseconds, rounded up → how many.
    pub stretches_ms: BTreeMap<u64, u64>,
    /// The most that one of them held while it started.
    pub init_peak_kb: Option<i64>,
}

impl Reader {
    /// Roll-ups of these functions by key, of the calls that began within the range and have finished.
    pub fn figures_exactly(
        &self,
        functions: &[i64],
        range: Range,
    ) -> std::result::Result<Vec<RollUp>, ReadError> {
        let first = -(-range.from).div_euclid(MINUTE_US) * MINUTE_US;
        let last = range.to.div_euclid(MINUTE_US) * MINUTE_US;
        let mut sums: BTreeMap<RollUpKey, RollUp> = BTreeMap::new();
        let edges = if first < last {
            for roll_up in self.figures(functions, Range { from: first, to: last })? {
                sums.insert(roll_up.key.clone(), roll_up);
            }
            vec![(range.from, first), (last, range.to)]
        } else {
            vec![(range.from, range.to)]
        };
        self.query("roll-ups of a part of a minute", |conn| {
            for (from, to) in edges {
                rows(conn, functions, from, to, |row| {
                    let key = row.roll_up_key();
                    let none = || RollUp { start: from, key: key.clone(), figures: Default::default() };
                    sums.entry(key.clone()).or_insert_with(none).figures.add(row);
                })?;
            }
            Ok(())
        })?;
        Ok(sums.into_values().collect())
    }

    /// Of instances that lived within the range, of an app whose functions these are.
    pub fn activity(
        &self,
        app_id: i64,
        functions: &[i64],
        range: Range,
    ) -> std::result::Result<Activity, ReadError> {
        let mut activity = Activity::default();
        self.query("what instances did", |conn| {
            let sql = "SELECT ifnull(sum(min(ifnull(ended_at, ?3), ?3) - max(started_at, ?2)), 0),
                    max(init_peak_memory_kb)
                FROM instance WHERE app_id = ?1 AND started_at < ?3 AND ifnull(ended_at, ?3) > ?2";
            (activity.alive_us, activity.init_peak_kb) = conn
                .prepare_cached(sql)?
                .query_row(params![app_id, range.from, range.to], |row| Ok((row.get(0)?, row.get(1)?)))?;
            // As periods are told of a day that is closed.
            let sql = "SELECT instance_id, started_at + queue_us + build_us,
                    started_at + queue_us + build_us + spawn_us + boot_us + init_us + handler_us
                FROM invocation
                WHERE function_id IN (SELECT value FROM json_each(?1)) AND started_at >= ?2 AND started_at < ?3
                    AND instance_id IS NOT NULL
                ORDER BY 1, 2";
            let mut statement = conn.prepare_cached(sql)?;
            let mut rows = statement.query(params![format!("{functions:?}"), range.from, range.to])?;
            let mut open: Option<(i64, Micros, Micros)> = None;
            while let Some(row) = rows.next()? {
                let (instance, from, to): (i64, Micros, Micros) = (row.get(0)?, row.get(1)?, row.get(2)?);
                match &mut open {
                    Some((same, _, until)) if *same == instance && from <= *until => *until = to.max(*until),
                    _ => {
                        if let Some((_, from, until)) = open.replace((instance, from, to)) {
                            activity.add(until - from);
                        }
                    }
                }
            }
            if let Some((_, from, until)) = open {
                activity.add(until - from);
            }
            Ok(())
        })?;
        Ok(activity)
    }
}

impl Activity {
    fn add(&mut self, us: i64) {
        self.active_us += us;
        *self.stretches_ms.entry(us.max(0).cast_unsigned().div_ceil(1000)).or_default() += 1;
    }
}

fn rows(
    conn: &Connection,
    functions: &[i64],
    from: Micros,
    to: Micros,
    mut each: impl FnMut(&InvocationRow),
) -> Result<()> {
    let sql = format!(
        "SELECT {COLUMNS} FROM invocation
         WHERE function_id = ?1 AND started_at >= ?2 AND started_at < ?3 AND counted = 1"
    );
    let mut statement = conn.prepare_cached(&sql)?;
    for function in functions {
        let mut rows = statement.query(params![function, from, to])?;
        while let Some(row) = rows.next()? {
            each(&InvocationRow::read(row)?);
        }
    }
    Ok(())
}
