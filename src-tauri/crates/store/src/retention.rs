//! How long the record is kept. By age, everything about single invocations goes at once; by size, what is largest
//! and least missed goes first: bodies, then log lines, invocations, instances, reloads and the code of revisions, and
//! roll-ups last.
//! Runs on the importer thread, a slice at a time. Nothing open or uncounted is ever taken.

use std::{sync::mpsc, time::Duration};

use rusqlite::{Connection, Result, params};

use crate::{clearing::Clear, entry::Micros, table::hour::HOUR_US};

/// Rows deleted in one transaction.
pub(crate) const SLICE: i64 = 2_000;
/// Pages given back to the file system in one go (4 KB each).
const VACUUM: i64 = 2_000;

/// What to keep.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Retention {
    /// Of single invocations with their bodies and lines, instances, reloads and minutes. Days are kept.
    pub max_age: Duration,
    /// Of the database file. Once it is larger, it is brought down to nine tenths of this.
    pub max_bytes: u64,
}

impl Default for Retention {
    fn default() -> Self {
        Self { max_age: Duration::from_secs(90 * 24 * 60 * 60), max_bytes: 2 << 30 }
    }
}

/// What was taken: rows.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Retained {
    pub payloads: u64,
    pub log_lines: u64,
    pub invocations: u64,
    /// Instances, reloads and, only by size, load tests.
    pub events: u64,
    /// Files of revisions, with their texts.
    pub sources: u64,
    /// Minutes, hours and, only by size, days.
    pub roll_ups: u64,
    /// Of the index of texts, when all that they stand for is gone.
    pub text_blocks: u64,
}

/// What the importer thread is asked to take.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Take {
    Unkept(Retention),
    Cleared(Clear),
}

#[derive(Debug)]
pub(crate) struct Request {
    pub(crate) take: Take,
    pub(crate) now: Micros,
    pub(crate) reply: mpsc::Sender<Result<Retained>>,
}

/// One thing to take: what from, and the rows of it, oldest first. `?1` is a time no row may reach, `?2` a limit.
struct Step {
    table: &'static str,
    rows: &'static str,
    count: fn(&mut Retained) -> &mut u64,
}

/// Files of revisions that no app's code was any more, and texts that no file has; whatever the time `?1`.
const UNNAMED_FILES: &str = "SELECT rowid FROM revision_file f WHERE ?1 IS NOT NULL
    AND NOT EXISTS (SELECT 1 FROM code_change c WHERE c.revision_id = f.revision_id) LIMIT ?2";
const UNNAMED_TEXTS: &str = "SELECT rowid FROM source_text t WHERE ?1 IS NOT NULL
    AND NOT EXISTS (SELECT 1 FROM revision_file f WHERE f.hash = t.hash) LIMIT ?2";

/// In this order. Ids grow with time, so the oldest bodies and lines are those of the lowest ids.
const STEPS: [Step; 15] = [
    Step {
        table: "payload",
        rows: "SELECT p.invocation_id
            FROM (SELECT invocation_id FROM payload ORDER BY invocation_id LIMIT ?2) p
            LEFT JOIN invocation i ON i.id = p.invocation_id
            WHERE i.id IS NULL OR (i.started_at < ?1 AND i.counted = 1)",
        count: |retained| &mut retained.payloads,
    },
    Step {
        table: "log_line",
        rows: "SELECT id FROM (SELECT id, at FROM log_line ORDER BY id LIMIT ?2) WHERE at < ?1",
        count: |retained| &mut retained.log_lines,
    },
    Step {
        table: "invocation",
        rows: "SELECT id FROM invocation WHERE started_at < ?1 AND counted = 1 ORDER BY started_at LIMIT ?2",
        count: |retained| &mut retained.invocations,
    },
    Step {
        table: "text_block",
        rows: "SELECT id FROM (SELECT id, kind, last FROM text_block WHERE ?1 > 0 ORDER BY id LIMIT ?2)
            WHERE last < CASE kind WHEN 0 THEN ifnull((SELECT min(id) FROM log_line), 1 << 62)
                ELSE ifnull((SELECT min(id) FROM invocation), 1 << 62) END",
        count: |retained| &mut retained.text_blocks,
    },
    Step {
        table: "reload",
        rows: "SELECT id FROM reload WHERE detected_at < ?1 AND outcome <> 'running'
            ORDER BY detected_at LIMIT ?2",
        count: |retained| &mut retained.events,
    },
    Step {
        table: "instance",
        rows: "SELECT id FROM instance WHERE started_at < ?1 AND ended_at < ?1 ORDER BY started_at LIMIT ?2",
        count: |retained| &mut retained.events,
    },
    Step {
        // What an app's code is now stays: the next change is told from it.
        table: "code_change",
        rows: "SELECT rowid FROM code_change c WHERE at < ?1
            AND EXISTS (SELECT 1 FROM code_change n WHERE n.app_id = c.app_id AND n.at > c.at AND n.serves = 1) ORDER BY at LIMIT ?2",
        count: |retained| &mut retained.events,
    },
    Step { table: "revision_file", rows: UNNAMED_FILES, count: |retained| &mut retained.sources },
    Step { table: "source_text", rows: UNNAMED_TEXTS, count: |retained| &mut retained.sources },
    Step {
        table: "imports",
        rows: "SELECT function_id FROM imports WHERE measured_at < ?1 LIMIT ?2",
        count: |retained| &mut retained.events,
    },
    Step {
        table: "minute",
        rows: "SELECT rowid FROM minute WHERE minute < ?1 / 60000000
            AND minute < ((SELECT closed_day FROM progress) + 1) * 1440 ORDER BY minute LIMIT ?2",
        count: |retained| &mut retained.roll_ups,
    },
    Step {
        table: "hour",
        rows: "SELECT rowid FROM hour WHERE (hour + 1) * 3600000000 <= ?1
            AND hour < ((SELECT closed_day FROM progress) + 1) * 24 ORDER BY hour LIMIT ?2",
        count: |retained| &mut retained.roll_ups,
    },
    Step {
        table: "period",
        rows: "SELECT rowid FROM period WHERE (day + 1) * 86400000000 <= ?1 ORDER BY day LIMIT ?2",
        count: |retained| &mut retained.roll_ups,
    },
    Step {
        table: "day",
        rows: "SELECT rowid FROM day WHERE (day + 1) * 86400000000 <= ?1 ORDER BY day LIMIT ?2",
        count: |retained| &mut retained.roll_ups,
    },
    Step {
        table: "load",
        rows: "SELECT id FROM load WHERE started_at < ?1 AND ended_at < ?1 ORDER BY started_at LIMIT ?2",
        count: |retained| &mut retained.events,
    },
];
/// Age takes the steps before this one: days, the periods that belong to them, and load tests go by size only.
const BY_AGE: usize = 12;

/// One run over the record.
#[derive(Debug, Default)]
pub(crate) struct Sweep {
    pub(crate) retained: Retained,
    age_step: usize,
    size_step: usize,
    shrinking: bool,
}

impl Sweep {
    /// Takes one slice; `true` if there is more to do.
    pub(crate) fn slice(&mut self, conn: &Connection, policy: &Retention, now: Micros) -> Result<bool> {
        let age = Micros::try_from(policy.max_age.as_micros()).unwrap_or(Micros::MAX);
        // Whole hours, so that what is left of an hour's roll-ups and its invocations agree.
        let cutoff = now.saturating_sub(age).div_euclid(HOUR_US) * HOUR_US;
        if self.age_step < BY_AGE {
            if self.take(conn, &STEPS[self.age_step], cutoff)? == 0 {
                self.age_step += 1;
            }
            return Ok(true);
        }
        let max = i64::try_from(policy.max_bytes).unwrap_or(i64::MAX);
        let used = used_bytes(conn)?;
        self.shrinking |= used > max;
        if self.shrinking && used > max / 10 * 9 && self.size_step < STEPS.len() {
            if self.take(conn, &STEPS[self.size_step], now)? == 0 {
                self.size_step += 1;
            }
            return Ok(true);
        }
        give_back(conn)
    }

    /// Deletes one slice of a step's rows.
    fn take(&mut self, conn: &Connection, step: &Step, before: Micros) -> Result<usize> {
        let sql = format!("DELETE FROM {} WHERE rowid IN ({})", step.table, step.rows);
        let taken = conn.prepare(&sql)?.execute(params![before, SLICE])?;
        *(step.count)(&mut self.retained) += taken as u64;
        Ok(taken)
    }
}

/// Bytes of the file that hold something.
fn used_bytes(conn: &Connection) -> Result<i64> {
    let ask = |pragma: &str| conn.query_row(&format!("PRAGMA {pragma}"), [], |row| row.get::<_, i64>(0));
    Ok((ask("page_count")? - ask("freelist_count")?) * ask("page_size")?)
}

/// Returns free pages to the file system; `true` if there are more.
pub(crate) fn give_back(conn: &Connection) -> Result<bool> {
    let free: i64 = conn.query_row("PRAGMA freelist_count", [], |row| row.get(0))?;
    if free == 0 {
        return Ok(false);
    }
    let mut statement = conn.prepare(&format!("PRAGMA incremental_vacuum({VACUUM})"))?;
    let mut rows = statement.query([])?;
    while rows.next()?.is_some() {}
    Ok(free > VACUUM)
}
