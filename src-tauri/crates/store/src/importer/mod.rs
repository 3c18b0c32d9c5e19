//! Moves the journal into SQLite: on its own thread while a host runs, and once at the start for what a killed
//! host left. Rows, roll-ups and how far the journal is imported change in the same transaction.

mod batch;
mod thread;

use rusqlite::{Connection, Result, TransactionBehavior};

use self::batch::Batch;
use crate::{
    database::Writer,
    entry::{Accepted, Entry, Micros, Status},
    journal::Position,
    rollup::Cache,
    table::{day::DAY_US, text_index::Texts},
};

pub(crate) use self::thread::run;

/// A day is closed this long after its end, when what began in it has mostly been answered.
const GRACE_US: i64 = 60 * 60 * 1_000_000;

pub(crate) struct Importer {
    pub(crate) conn: Connection,
    roll_ups: Cache,
    closed_day: Option<i64>,
    latest: Micros,
}

/// What closing the record of a dead host found.
#[derive(Debug, Default)]
pub(crate) struct LeftOpen {
    pub(crate) interrupted: usize,
    pub(crate) pending_events: Vec<Accepted>,
}

impl Importer {
    pub(crate) fn new(conn: Connection) -> Result<Self> {
        let writer = Writer { conn: &conn };
        let (closed_day, has_hours) = (writer.progress()?.closed_day, writer.has_hours()?);
        let mut importer = Self { conn, roll_ups: Cache::default(), closed_day, latest: 0 };
        if !has_hours {
            importer
                .transact(|batch| batch.writer.fill_hours().and_then(|()| batch.writer.put_has_hours()))?;
        }
        Ok(importer)
    }

    /// How far the journal is in the record.
    pub(crate) fn imported(&self) -> Result<Position> {
        Ok(Writer { conn: &self.conn }.progress()?.imported)
    }

    /// Writes entries and the place in the journal behind them. All or nothing.
    pub(crate) fn import(&mut self, entries: Vec<Entry>, position: Position) -> Result<()> {
        let latest = self.latest.max(batch::latest(&entries));
        self.transact(|batch| {
            batch.write(entries)?;
            batch.writer.put_imported(position)
        })?;
        self.latest = latest;
        self.roll_ups.trim(latest);
        self.close_days(latest)
    }

    /// Closes what a host that is no more left open. An asynchronous event is not: it is to be delivered again.
    pub(crate) fn close_open(&mut self) -> Result<LeftOpen> {
        self.transact(|batch| {
            let mut left = LeftOpen::default();
            for mut row in batch.writer.uncounted_invocations()? {
                if row.status.is_open()
                    && let Some(event) = batch.writer.event(row.id)?
                {
                    let status = std::mem::replace(&mut row.status, Status::Accepted);
                    batch.writer.replace_invocation(&row, false)?;
                    left.pending_events.push(Accepted {
                        id: row.id,
                        request_id: row.request_id,
                        attempt: row.attempt,
                        function_id: row.function_id,
                        trigger: row.trigger,
                        at: row.started_at,
                        status,
                        event: Some(event),
                    });
                    continue;
                }
                if row.status.is_open() {
                    row.status = Status::Interrupted;
                    left.interrupted += 1;
                }
                batch.writer.replace_invocation(&row, true)?;
                batch.count(&row)?;
            }
            batch.roll_ups.store(&batch.writer)?;
            batch.writer.end_open_instances()?;
            batch.writer.end_open_twins()?;
            batch.writer.end_open_reloads()?;
            Ok(left)
        })
    }

    /// Closes the days that are over at a time, each once.
    pub(crate) fn close_days(&mut self, now: Micros) -> Result<()> {
        let today = (now - GRACE_US).div_euclid(DAY_US);
        let closed = self.closed_day.unwrap_or(-1);
        if closed >= today - 1 {
            return Ok(());
        }
        self.transact(|batch| {
            for day in batch.writer.days_with_minutes(closed, today)? {
                batch.writer.close_day(day)?;
                batch.writer.close_periods(day)?;
            }
            batch.writer.put_closed_day(today - 1)
        })?;
        self.closed_day = Some(today - 1);
        Ok(())
    }

    /// Minutes are read from the record again before they are added to.
    fn forget(&mut self) {
        self.roll_ups.forget();
    }

    fn transact<T>(&mut self, work: impl FnOnce(&mut Batch<'_>) -> Result<T>) -> Result<T> {
        let transaction = self.conn.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let mut batch = Batch {
            writer: Writer { conn: &transaction },
            roll_ups: &mut self.roll_ups,
            closed_day: self.closed_day,
            texts: Texts::default(),
        };
        let done = work(&mut batch).and_then(|done| transaction.commit().map(|()| done));
        if done.is_err() {
            self.roll_ups.forget();
        }
        done
    }
}
