//! When calls came, read from the roll-ups' counts without the weight of their sketches and histograms.

use rusqlite::params;

use super::day::DAY_US;
use crate::{
    entry::Micros,
    error::ReadError,
    reader::{Range, Reader},
    rollup::MINUTE_US,
};

/// Answered by an index alone.
const CALLS_BY_MINUTE: &str =
    "SELECT minute, sum(ok + error + init_error + timeout + crash + out_of_memory) FROM minute
    WHERE function_id IN (SELECT value FROM json_each(?1)) AND minute >= ?2 AND minute < ?3
        AND trigger NOT IN (SELECT value FROM json_each(?4))
    GROUP BY minute ORDER BY minute DESC LIMIT ?5";

impl Reader {
    /// The minute of the oldest call of these functions; the day, where only that is left of it.
    pub fn first_call(&self, functions: &[i64]) -> std::result::Result<Option<Micros>, ReadError> {
        self.query("the first call", |conn| {
            let mut minutes = conn.prepare_cached("SELECT min(minute) FROM minute WHERE function_id = ?1")?;
            let mut days = conn.prepare_cached("SELECT min(day) FROM day WHERE function_id = ?1")?;
            let mut first: Option<Micros> = None;
            for function in functions {
                let minute: Option<i64> = minutes.query_row([function], |row| row.get(0))?;
                let day: Option<i64> = days.query_row([function], |row| row.get(0))?;
                let (minute, day) = (minute.map(|minute| minute * MINUTE_US), day.map(|day| day * DAY_US));
                // A closed day begins before its minutes, which know better.
                let oldest = match (minute, day) {
                    (Some(minute), Some(day)) if day.div_euclid(DAY_US) == minute.div_euclid(DAY_US) => {
                        Some(minute)
                    }
                    (minute, day) => minute.into_iter().chain(day).min(),
                };
                first = first.into_iter().chain(oldest).min();
            }
            Ok(first)
        })
    }

    /// How many invocations were recorded, attempts counted one by one; also those whose rows retention took. From
    /// closed days and what came after them, so that asking every second costs nothing.
    pub fn invocation_count(&self) -> std::result::Result<u64, ReadError> {
        let calls =
            "ok + error + init_error + timeout + crash + out_of_memory + throttled + refused + interrupted";
        let sql = format!(
            "SELECT (SELECT ifnull(sum({calls}), 0) FROM day)
                + (SELECT ifnull(sum({calls}), 0) FROM minute
                    WHERE minute >= (SELECT (ifnull(closed_day, -1) + 1) * 1440 FROM progress))"
        );
        self.query("the number of invocations", |conn| {
            conn.prepare_cached(&sql)?.query_row([], |row| row.get(0)).map(i64::cast_unsigned)
        })
    }

    /// When calls of a function came in that range, earliest first and at most `most`; later attempts of an event and
    /// calls with one of the triggers `without` are left out.
    pub fn arrivals(
        &self,
        function: i64,
        range: Range,
        without: &[&str],
        most: u32,
    ) -> std::result::Result<Vec<Micros>, ReadError> {
        let sql = "SELECT started_at FROM invocation
            WHERE function_id = ?1 AND started_at >= ?2 AND started_at < ?3 AND attempt = 1
                AND trigger NOT IN (SELECT value FROM json_each(?4))
            ORDER BY started_at LIMIT ?5";
        self.query("arrivals", |conn| {
            let values = params![function, range.from, range.to, format!("{without:?}"), most];
            conn.prepare_cached(sql)?.query_map(values, |row| row.get(0))?.collect()
        })
    }

    /// How many calls instances ran for these functions together in each minute of the range, from the first to the last
    /// that had one, of those kept as minutes and at most the latest `most`; calls with one of the triggers `without` are
    /// left out.
    pub fn calls_by_minute(
        &self,
        functions: &[i64],
        range: Range,
        without: &[&str],
        most: usize,
    ) -> std::result::Result<Vec<u32>, ReadError> {
        let from = range.from.div_euclid(MINUTE_US);
        let to = range.to.div_euclid(MINUTE_US).saturating_add(1);
        self.query("calls by minute", |conn| {
            let mut statement = conn.prepare_cached(CALLS_BY_MINUTE)?;
            let limit = i64::try_from(most).unwrap_or(i64::MAX);
            let mut rows = statement.query(params![
                format!("{functions:?}"),
                from,
                to,
                format!("{without:?}"),
                limit
            ])?;
            // From the latest back; minutes without a call have no row.
            let mut backwards: Vec<u32> = Vec::new();
            let mut expected = None;
            while let Some(row) = rows.next()? {
                let (minute, calls): (i64, i64) = (row.get(0)?, row.get(1)?);
                let silent = expected.map_or(0, |expected: i64| expected - minute);
                let silent = usize::try_from(silent).unwrap_or(0);
                if backwards.len() + silent >= most {
                    break;
                }
                backwards.resize(backwards.len() + silent, 0);
                backwards.push(u32::try_from(calls).unwrap_or(u32::MAX));
                expected = Some(minute - 1);
            }
            backwards.reverse();
            Ok(backwards)
        })
    }
}

#[cfg(test)]
mod tests {
    use rusqlite::{Connection, params};

    use super::*;

    #[test]
    fn weeks_of_minutes_are_counted_without_reading_their_rows() {
        let mut conn = Connection::open_in_memory().unwrap();
        crate::migrations::run(&mut conn, 0).unwrap();
        let mut statement = conn.prepare(&format!("EXPLAIN QUERY PLAN {CALLS_BY_MINUTE}")).unwrap();
        let steps =
            statement.query_map(params!["[1]", 0, 1, "[]", 1], |row| row.get::<_, String>(3)).unwrap();
        let plan = steps.collect::<rusqlite::Result<Vec<_>>>().unwrap().join("\n");
        assert!(plan.contains("COVERING INDEX minute_calls"), "{plan}");
    }
}
