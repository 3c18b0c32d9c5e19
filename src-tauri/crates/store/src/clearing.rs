//! Taking out of the record what a person does not want there any more: of one project or of all, before a time or
//! everything. Runs on the importer thread, a slice at a time. What is still open is never taken.

use rusqlite::{Connection, Result, params};

use crate::{
    entry::Micros,
    error::ReadError,
    reader::Reader,
    retention::{Retained, SLICE},
    table::hour::HOUR_US,
};

/// What to take.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Clear {
    /// `None`: of all projects.
    pub project_id: Option<i64>,
    /// Calls that began before it, with their bodies and lines, instances, reloads, load tests, code that is no more and
    /// minutes;
    /// figures by day stay.
    /// `None`: everything, the figures and the projects' names too.
    pub before: Option<Micros>,
    /// The names of this one stay whatever is taken: it is open.
    pub open_project: Option<i64>,
}

/// Rows that go, one table after the other. `?1` is the project, `?2` the time.
struct Step {
    table: &'static str,
    rows: String,
    count: fn(&mut Retained) -> &mut u64,
}

impl Clear {
    /// Whole hours, so that what is left of an hour's roll-ups and its invocations agree.
    fn cutoff(&self) -> Micros {
        self.before.map_or(Micros::MAX, |before| before.div_euclid(HOUR_US) * HOUR_US)
    }

    fn of_functions(&self, alias: &str) -> String {
        self.within(&format!(
            "{alias}function_id IN (SELECT f.id FROM function f JOIN app a ON a.id = f.app_id WHERE a.project_id = ?1)"
        ))
    }

    fn of_apps(&self) -> String {
        self.within("app_id IN (SELECT id FROM app WHERE project_id = ?1)")
    }

    fn within(&self, condition: &str) -> String {
        if self.project_id.is_some() { condition.to_owned() } else { "?1 IS NULL".to_owned() }
    }

    fn calls(&self) -> String {
        format!("FROM invocation i WHERE {} AND i.started_at < ?2 AND i.counted = 1", self.of_functions("i."))
    }

    /// What is not of a call. Calls go first, with what belongs to them.
    fn steps(&self) -> Vec<Step> {
        let step = |table, rows: String, count| Step { table, rows, count };
        let (functions, apps) = (self.of_functions(""), self.of_apps());
        let events: fn(&mut Retained) -> &mut u64 = |retained| &mut retained.events;
        let roll_ups: fn(&mut Retained) -> &mut u64 = |retained| &mut retained.roll_ups;
        let closed = match self.before {
            Some(_) => "(SELECT closed_day FROM progress) + 1",
            None => "1 << 40",
        };
        let mut steps = vec![
            step(
                "log_line",
                format!(
                    "SELECT l.id FROM log_line l WHERE {} AND l.at < ?2
                        AND NOT EXISTS (SELECT 1 FROM invocation i WHERE i.id = l.invocation_id) ORDER BY l.id",
                    self.of_functions("l.")
                ),
                |retained| &mut retained.log_lines,
            ),
            step(
                "reload",
                format!("SELECT id FROM reload WHERE {apps} AND detected_at < ?2 AND outcome <> 'running'"),
                events,
            ),
            step("instance", format!("SELECT id FROM instance WHERE {apps} AND ended_at < ?2"), events),
            step(
                "load",
                format!("SELECT id FROM load WHERE {} AND ended_at < ?2", self.within("project_id = ?1")),
                events,
            ),
            step(
                "revision_file",
                format!(
                    "SELECT f.rowid FROM revision_file f WHERE f.revision_id IN (SELECT id FROM revision WHERE {apps})
                        AND NOT EXISTS (SELECT 1 FROM code_change c WHERE c.revision_id = f.revision_id AND c.at >= ?2)"
                ),
                |retained| &mut retained.sources,
            ),
            step(
                "minute",
                format!(
                    "SELECT rowid FROM minute
                    WHERE {functions} AND minute < ?2 / 60000000 AND minute < ({closed}) * 1440"
                ),
                roll_ups,
            ),
            step(
                "hour",
                format!(
                    "SELECT rowid FROM hour
                    WHERE {functions} AND hour < ?2 / 3600000000 AND hour < ({closed}) * 24"
                ),
                roll_ups,
            ),
        ];
        if self.before.is_none() {
            steps.push(step("period", format!("SELECT rowid FROM period WHERE {apps} AND ?2 > 0"), roll_ups));
            steps.push(step("day", format!("SELECT rowid FROM day WHERE {functions} AND ?2 > 0"), roll_ups));
        }
        steps
    }

    /// Deletes what stands for nothing without the rows that went.
    fn take_rest(&self, conn: &Connection) -> Result<()> {
        let (apps, functions) = (self.of_apps(), self.of_functions(""));
        let transaction = conn.unchecked_transaction()?;
        for sql in [
            format!("DELETE FROM code_change WHERE {apps} AND at < ?2"),
            format!("DELETE FROM imports WHERE {functions} AND measured_at < ?2"),
        ] {
            transaction.execute(&sql, params![self.project_id, self.cutoff()])?;
        }
        let texts = "DELETE FROM source_text
            WHERE NOT EXISTS (SELECT 1 FROM revision_file f WHERE f.hash = source_text.hash)";
        transaction.execute(texts, [])?;
        transaction.commit()
    }

    /// Deletes the names that nothing refers to any more.
    fn take_names(&self, conn: &Connection) -> Result<()> {
        let projects = "SELECT id FROM project WHERE (?1 IS NULL OR id = ?1) AND id IS NOT ?2";
        let apps = format!("SELECT id FROM app WHERE project_id IN ({projects})");
        let transaction = conn.unchecked_transaction()?;
        for sql in [
            format!("DELETE FROM revision WHERE app_id IN ({apps})"),
            format!("DELETE FROM function WHERE app_id IN ({apps})"),
            // With the apps that they are and those whose they are: without its row here a twin is an app like any other.
            format!("DELETE FROM twin WHERE app_id IN ({apps})"),
            format!("DELETE FROM app WHERE id IN ({apps})"),
            format!("DELETE FROM project WHERE id IN ({projects})"),
        ] {
            transaction.execute(&sql, params![self.project_id, self.open_project])?;
        }
        transaction.commit()
    }
}

/// One run over the record.
#[derive(Debug)]
pub(crate) struct Clearing {
    pub(crate) retained: Retained,
    clear: Clear,
    calls: bool,
    step: usize,
    /// The last block of the index of texts that was looked at.
    block: i64,
}

impl Clearing {
    pub(crate) fn new(clear: Clear) -> Self {
        Self { retained: Retained::default(), clear, calls: true, step: 0, block: 0 }
    }

    /// Takes one slice; `true` if there is more to do.
    pub(crate) fn slice(&mut self, conn: &Connection) -> Result<bool> {
        if self.calls {
            self.calls = self.take_calls(conn)?;
            return Ok(true);
        }
        if let Some(step) = self.clear.steps().get(self.step) {
            let sql = format!("DELETE FROM {} WHERE rowid IN ({} LIMIT ?3)", step.table, step.rows);
            let taken =
                conn.prepare(&sql)?.execute(params![self.clear.project_id, self.clear.cutoff(), SLICE])?;
            *(step.count)(&mut self.retained) += taken as u64;
            if taken == 0 {
                self.step += 1;
            }
            return Ok(true);
        }
        if self.take_blocks(conn)? {
            return Ok(true);
        }
        self.clear.take_rest(conn)?;
        if self.clear.before.is_none() {
            self.clear.take_names(conn)?;
        }
        Ok(false)
    }

    /// Blocks of the index of texts that stand for nothing any more, which nobody counts. `false`: none is left to be
    /// looked at.
    fn take_blocks(&mut self, conn: &Connection) -> Result<bool> {
        let end: Option<i64> = conn
            .prepare_cached(
                "SELECT max(id) FROM (SELECT id FROM text_block WHERE id > ?1 ORDER BY id LIMIT ?2)",
            )?
            .query_row([self.block, SLICE], |row| row.get(0))?;
        let Some(end) = end else { return Ok(false) };
        let sql = "DELETE FROM text_block WHERE id > ?1 AND id <= ?2 AND CASE kind
             WHEN 0 THEN NOT EXISTS (SELECT 1 FROM log_line l WHERE l.id BETWEEN first AND last)
             ELSE NOT EXISTS (SELECT 1 FROM invocation i WHERE i.id BETWEEN first AND last) END";
        conn.prepare_cached(sql)?.execute([self.block, end])?;
        self.block = end;
        Ok(true)
    }

    /// Calls with their bodies and lines.
    fn take_calls(&mut self, conn: &Connection) -> Result<bool> {
        let transaction = conn.unchecked_transaction()?;
        let sql = format!("SELECT i.id {} LIMIT ?3", self.clear.calls());
        let ids: Vec<i64> = transaction
            .prepare(&sql)?
            .query_map(params![self.clear.project_id, self.clear.cutoff(), SLICE], |row| row.get(0))?
            .collect::<Result<_>>()?;
        for id in &ids {
            let take = |sql: &str| transaction.prepare_cached(sql)?.execute([id]);
            self.retained.payloads += take("DELETE FROM payload WHERE invocation_id = ?1")? as u64;
            self.retained.log_lines += take("DELETE FROM log_line WHERE invocation_id = ?1")? as u64;
            self.retained.invocations += take("DELETE FROM invocation WHERE id = ?1")? as u64;
        }
        transaction.commit()?;
        Ok(!ids.is_empty())
    }
}

impl Reader {
    /// What [`Store::begin_clear`](crate::Store::begin_clear) would take now.
    pub fn clearable(&self, clear: &Clear) -> std::result::Result<Retained, ReadError> {
        self.query("what would be cleared", |conn| {
            let count = |sql: &str| -> Result<u64> {
                let values = params![clear.project_id, clear.cutoff()];
                conn.prepare(sql)?.query_row(values, |row| row.get::<_, i64>(0)).map(i64::cast_unsigned)
            };
            let of_calls = |table: &str| {
                let calls = clear.calls();
                count(&format!(
                    "SELECT count(*) FROM {table} t WHERE t.invocation_id IN (SELECT i.id {calls})"
                ))
            };
            let mut found = Retained {
                invocations: count(&format!("SELECT count(*) {}", clear.calls()))?,
                payloads: of_calls("payload")?,
                log_lines: of_calls("log_line")?,
                ..Retained::default()
            };
            for step in clear.steps() {
                *(step.count)(&mut found) += count(&format!("SELECT count(*) FROM ({})", step.rows))?;
            }
            Ok(found)
        })
    }
}
