//! The minutes and hours that are being added to: traffic hits the same few keys again and again, so their figures stay
//! decoded between batches. Only the importer thread has one.

use std::collections::HashMap;

use rusqlite::Result;

use super::{Figures, RollUpKey};
use crate::{
    database::Writer,
    entry::Micros,
    table::{hour::HOUR_US, invocation::InvocationRow, roll_up},
};

/// Rows of a table kept decoded. A late entry for another one loads it again.
const KEPT: usize = 256;

pub(crate) const MINUTE_US: i64 = 60_000_000;

#[derive(Debug)]
pub(crate) struct Cache {
    tables: [Held; 2],
}

#[derive(Debug)]
struct Held {
    table: &'static str,
    unit_us: i64,
    rows: HashMap<(i64, RollUpKey), Cached>,
}

#[derive(Debug)]
struct Cached {
    figures: Figures,
    changed: bool,
}

impl Default for Cache {
    fn default() -> Self {
        let held = |table, unit_us| Held { table, unit_us, rows: HashMap::new() };
        Self { tables: [held("minute", MINUTE_US), held("hour", HOUR_US)] }
    }
}

impl Cache {
    /// Counts an invocation in the minute and the hour in which it began. The caller has made sure that it is counted
    /// once.
    pub(crate) fn count(&mut self, writer: &Writer<'_>, row: &InvocationRow) -> Result<()> {
        self.tables.iter_mut().try_for_each(|held| held.count(writer, row))
    }

    /// Writes what has changed, within the batch's transaction.
    pub(crate) fn store(&mut self, writer: &Writer<'_>) -> Result<()> {
        self.tables.iter_mut().try_for_each(|held| held.store(writer))
    }

    /// Forgets what is over, once enough of it is held.
    pub(crate) fn trim(&mut self, latest: Micros) {
        for held in &mut self.tables {
            if held.rows.len() > KEPT {
                let recent = latest.div_euclid(held.unit_us) - 1;
                held.rows.retain(|(when, _), _| *when >= recent);
            }
            if held.rows.len() > 4 * KEPT {
                held.rows.clear();
            }
        }
    }

    /// After a batch failed, what is held was never written.
    pub(crate) fn forget(&mut self) {
        self.tables.iter_mut().for_each(|held| held.rows.clear());
    }
}

impl Held {
    fn count(&mut self, writer: &Writer<'_>, row: &InvocationRow) -> Result<()> {
        let key = (row.started_at.div_euclid(self.unit_us), row.roll_up_key());
        if let Some(cached) = self.rows.get_mut(&key) {
            cached.figures.add(row);
            cached.changed = true;
            return Ok(());
        }
        let mut figures = roll_up::one(writer.conn, self.table, key.0, &key.1)?.unwrap_or_default();
        figures.add(row);
        self.rows.insert(key, Cached { figures, changed: true });
        Ok(())
    }

    fn store(&mut self, writer: &Writer<'_>) -> Result<()> {
        for ((when, key), cached) in &mut self.rows {
            if cached.changed {
                roll_up::insert(writer.conn, self.table, *when, key, &cached.figures)?;
                cached.changed = false;
            }
        }
        Ok(())
    }
}
