//! The minutes that are being added to: traffic hits the same few keys again and again, so their figures stay
//! decoded between batches. Only the importer thread has one.

use std::collections::HashMap;

use rusqlite::Result;

use super::{Figures, RollUpKey};
use crate::{database::Writer, entry::Micros, table::invocation::InvocationRow};

/// Minutes kept decoded. A late entry for another one loads it again.
const KEPT: usize = 256;

pub(crate) const MINUTE_US: i64 = 60_000_000;

#[derive(Debug, Default)]
pub(crate) struct Cache {
    minutes: HashMap<(i64, RollUpKey), Cached>,
}

#[derive(Debug)]
struct Cached {
    figures: Figures,
    changed: bool,
}

impl Cache {
    /// Counts an invocation in the minute in which it began. The caller has made sure that it is counted once.
    pub(crate) fn count(&mut self, writer: &Writer<'_>, row: &InvocationRow) -> Result<()> {
        let minute = row.started_at.div_euclid(MINUTE_US);
        let key = (minute, row.roll_up_key());
        if let Some(cached) = self.minutes.get_mut(&key) {
            cached.figures.add(row);
            cached.changed = true;
            return Ok(());
        }
        let mut figures = writer.minute(minute, &key.1)?.unwrap_or_default();
        figures.add(row);
        self.minutes.insert(key, Cached { figures, changed: true });
        Ok(())
    }

    /// Writes what has changed, within the batch's transaction.
    pub(crate) fn store(&mut self, writer: &Writer<'_>) -> Result<()> {
        for ((minute, key), cached) in &mut self.minutes {
            if cached.changed {
                writer.put_minute(*minute, key, &cached.figures)?;
                cached.changed = false;
            }
        }
        Ok(())
    }

    /// Forgets minutes that are over, once enough of them are held.
    pub(crate) fn trim(&mut self, latest: Micros) {
        if self.minutes.len() > KEPT {
            let recent = latest.div_euclid(MINUTE_US) - 1;
            self.minutes.retain(|(minute, _), _| *minute >= recent);
        }
        if self.minutes.len() > 4 * KEPT {
            self.minutes.clear();
        }
    }

    /// After a batch failed, what is held was never written.
    pub(crate) fn forget(&mut self) {
        self.minutes.clear();
    }
}
