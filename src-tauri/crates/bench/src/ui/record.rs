//! A record of so many invocations, written the way a host writes its own: through the store's recorder and importer,
//! so that tables, indexes and roll-ups are what that many real calls would have made of them.
//!
//! It goes on from what a host began: the project and the functions are those it found.

use std::{
    path::Path,
    time::{Instant, SystemTime},
};

use anyhow::{Context as _, Result, bail};
use coldframe_store::{Entry, RevisionEntry, Store};

use super::calls::{Caller, Callers};

const HOUR_US: i64 = 3_600_000_000;
const DAY_US: i64 = 24 * HOUR_US;
const DAYS: i64 = 30;
/// The last hour stays free for what comes when it is used.
const QUIET_US: i64 = HOUR_US;
/// Calls on their way to the tables at a time: the journal in between stays small.
const AT_ONCE: u64 = 20_000;

pub(crate) fn now_us() -> i64 {
    let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since.as_micros()).unwrap_or(i64::MAX)
}

/// Fills a record that a host began with `calls` of the last days.
///
/// # Errors
/// There is no record, it knows no function, or it cannot be written.
pub(crate) fn fill(dir: &Path, calls: u64) -> Result<()> {
    let now = now_us();
    write(dir, calls, (now - QUIET_US - DAYS * DAY_US, now - QUIET_US), 0, HOUR_US / 2)
}

/// Adds calls of the last minutes: `instances` of one function, all of them busy.
///
/// # Errors
/// As for [`fill`].
pub(crate) fn crowd(dir: &Path, calls: u64, minutes: i64, seed: u64) -> Result<()> {
    let now = now_us();
    write(dir, calls, (now - minutes * 60_000_000, now - 1_000_000), seed, HOUR_US)
}

fn write(dir: &Path, calls: u64, (from, to): (i64, i64), seed: u64, instance_us: i64) -> Result<()> {
    let (store, _) = Store::open(dir, now_us())?;
    let callers = callers(&store)?;
    let recorder = store.recorder();
    for caller in &callers {
        recorder.note(Entry::Revision(RevisionEntry {
            id: caller.revision_id(),
            app_id: caller.app_id,
            hash: format!("{:08x}", caller.revision_id()),
            created_at: from,
            memory_mb: caller.memory_mb(),
            timeout_ms: 3_000,
            architecture: "arm64".into(),
        }));
    }
    let begun = Instant::now();
    let mut traffic = Callers::new(callers, from, seed, instance_us);
    for number in 0..calls {
        let at = from + moment(number, calls, to - from);
        traffic.call(at, &mut |entry| recorder.note(entry));
        if number % AT_ONCE == AT_ONCE - 1 && !store.flush() {
            bail!("the record cannot be written: {}", recorder.problem().unwrap_or_default());
        }
        if number % 1_000_000 == 999_999 {
            println!("  {} million calls, {:.0} s", (number + 1) / 1_000_000, begun.elapsed().as_secs_f64());
        }
    }
    traffic.end(to, &mut |entry| recorder.note(entry));
    store.close();
    Ok(())
}

fn callers(store: &Store) -> Result<Vec<Caller>> {
    let reader = store.reader()?;
    let project = reader.projects(1)?.into_iter().next().context("no host began this record")?;
    let functions = reader.functions(project.id)?;
    if functions.is_empty() {
        bail!("the record knows no function of {}", project.root);
    }
    Ok(functions.into_iter().map(|function| Caller { id: function.id, app_id: function.app_id }).collect())
}

/// When the `number`th of so many calls comes: in waves, as days have them.
fn moment(number: u64, of: u64, length: i64) -> i64 {
    let share = number as f64 / of.max(1) as f64;
    let days = (length as f64 / DAY_US as f64).max(1.0);
    let turn = std::f64::consts::TAU * days;
    let waved = share + 0.75 * ((turn * share).cos() - 1.0) / turn;
    (waved.clamp(0.0, 1.0) * length as f64) as i64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn calls_come_in_order_and_within_the_time() {
        let moments: Vec<i64> = (0..10_000).map(|number| moment(number, 10_000, DAYS * DAY_US)).collect();
        assert!(moments.is_sorted(), "time goes one way");
        assert_eq!(moments[0], 0);
        assert!(moments.iter().all(|at| (0..=DAYS * DAY_US).contains(at)));
    }
}
