//! How long instances were active, of days that are over: what plans bill that charge by instance and not by
//! invocation. A period is a stretch of time in which an instance had at least one invocation, its own start
//! included where it was a cold start; it belongs to the day in which it began.

use std::collections::BTreeMap;

use rusqlite::{Result, params};

use super::day::DAY_US;
use crate::{
    database::Writer,
    error::ReadError,
    migrations::Migration,
    reader::{Range, Reader},
    rollup::{Histogram, Usage},
};

pub(crate) const MIGRATIONS: &[Migration] = &[(
    1,
    // `lengths`: a histogram of the lengths in milliseconds, rounded up.
    "CREATE TABLE period (
        day INTEGER NOT NULL,
        app_id INTEGER NOT NULL,
        revision_id INTEGER NOT NULL,
        memory_mb INTEGER NOT NULL,
        active_us INTEGER NOT NULL,
        lengths BLOB NOT NULL,
        PRIMARY KEY (app_id, day, revision_id, memory_mb)
    ) STRICT;
    CREATE INDEX period_by_time ON period (day);",
)];

/// Active periods of instances.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Periods {
    pub active_us: i64,
    /// Length in milliseconds, rounded up → number of periods.
    pub lengths_ms: BTreeMap<u64, u64>,
}

/// The active periods of one day and kind of instance.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PeriodRow {
    /// Days since the epoch, UTC.
    pub day: i64,
    pub app_id: i64,
    pub revision_id: i64,
    pub memory_mb: u32,
    pub periods: Periods,
}

/// What periods are added up by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Kind {
    app: i64,
    revision: i64,
    memory_mb: u32,
}

/// A period that may still grow.
#[derive(Debug)]
struct Period {
    instance: i64,
    kind: Kind,
    from: i64,
    to: i64,
}

impl Periods {
    fn add(&mut self, length_us: i64) {
        self.active_us += length_us;
        *self.lengths_ms.entry((length_us.max(0) as u64).div_ceil(1000)).or_default() += 1;
    }

    fn encode(&self) -> Vec<u8> {
        let usage = |handler_ms| Usage { handler_ms, cold_ms: 0, memory_steps: 0 };
        Histogram(self.lengths_ms.iter().map(|(length, count)| (usage(*length), *count)).collect()).encode()
    }

    fn decode(active_us: i64, lengths: &[u8]) -> Self {
        let lengths = Histogram::decode(lengths).unwrap_or_default();
        Self {
            active_us,
            lengths_ms: lengths.iter().map(|(usage, count)| (usage.handler_ms, count)).collect(),
        }
    }
}

impl Reader {
    /// Of closed days that lie in the range. The current day's are not known yet.
    pub fn periods(&self, app_id: i64, range: Range) -> Result<Vec<PeriodRow>, ReadError> {
        self.query("active periods", |conn| {
            let sql = "SELECT day, app_id, revision_id, memory_mb, active_us, lengths FROM period
                 WHERE app_id = ?1 AND day >= ?2 AND day < ?3 ORDER BY day, revision_id, memory_mb";
            let days = (
                range.from.div_euclid(DAY_US) + i64::from(range.from.rem_euclid(DAY_US) > 0),
                range.to.div_euclid(DAY_US),
            );
            conn.prepare_cached(sql)?
                .query_map(params![app_id, days.0, days.1], |row| {
                    Ok(PeriodRow {
                        day: row.get(0)?,
                        app_id: row.get(1)?,
                        revision_id: row.get(2)?,
                        memory_mb: row.get(3)?,
                        periods: Periods::decode(row.get(4)?, row.get_ref(5)?.as_blob()?),
                    })
                })?
                .collect()
        })
    }
}

impl Writer<'_> {
    /// Reads a day's invocations once, when it is closed.
    pub(crate) fn close_periods(&self, day: i64) -> Result<()> {
        let sql = "SELECT i.instance_id, n.app_id, n.revision_id, i.memory_mb,
                i.started_at + i.queue_us + i.build_us,
                i.started_at + i.queue_us + i.build_us + i.spawn_us + i.boot_us + i.init_us + i.handler_us
             FROM invocation i JOIN instance n ON n.id = i.instance_id
             WHERE i.started_at >= ?1 AND i.started_at < ?2 ORDER BY i.instance_id, 5";
        let mut sums: BTreeMap<Kind, Periods> = BTreeMap::new();
        let mut statement = self.conn.prepare_cached(sql)?;
        let mut rows = statement.query([day * DAY_US, (day + 1) * DAY_US])?;
        let mut open: Option<Period> = None;
        while let Some(row) = rows.next()? {
            let next = Period {
                instance: row.get(0)?,
                kind: Kind { app: row.get(1)?, revision: row.get(2)?, memory_mb: row.get(3)? },
                from: row.get(4)?,
                to: row.get(5)?,
            };
            match &mut open {
                Some(open) if open.instance == next.instance && next.from <= open.to => {
                    open.to = open.to.max(next.to);
                }
                _ => {
                    if let Some(done) = open.replace(next) {
                        sums.entry(done.kind).or_default().add(done.to - done.from);
                    }
                }
            }
        }
        if let Some(done) = open {
            sums.entry(done.kind).or_default().add(done.to - done.from);
        }
        let sql = "REPLACE INTO period (day, app_id, revision_id, memory_mb, active_us, lengths)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6)";
        for (kind, periods) in &sums {
            self.conn.prepare_cached(sql)?.execute(params![
                day,
                kind.app,
                kind.revision,
                kind.memory_mb,
                periods.active_us,
                periods.encode(),
            ])?;
        }
        Ok(())
    }
}
