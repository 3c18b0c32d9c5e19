//! Reading roll-ups over a range, in as few rows as it can be read in.

use rusqlite::{Connection, Result, params};

use super::{
    minute::{MINUTES_A_DAY, MINUTES_AN_HOUR},
    roll_up,
};
use crate::{
    database::Writer,
    reader::Range,
    rollup::{MINUTE_US, RollUp},
};

/// Gives every roll-up of a range that is widened to whole minutes, each call in one of them: of the longest units that
/// fill buckets of a length, which are days, once they are closed, and hours; at the edges minutes.
pub(crate) fn read(
    conn: &Connection,
    functions: &[i64],
    range: Range,
    bucket_us: i64,
    each: &mut impl FnMut(RollUp),
) -> Result<()> {
    let from = range.from.div_euclid(MINUTE_US);
    let to = range.to.div_euclid(MINUTE_US) + i64::from(range.to.rem_euclid(MINUTE_US) > 0);
    let closed = Writer { conn }.progress()?.closed_day.map_or(0, |day| day + 1);
    let mut left = vec![(from, to)];
    for (table, minutes, end) in [("day", MINUTES_A_DAY, closed), ("hour", MINUTES_AN_HOUR, i64::MAX)] {
        let unit_us = minutes * MINUTE_US;
        if bucket_us % unit_us != 0 {
            continue;
        }
        for (from, to) in std::mem::take(&mut left) {
            let first = from.div_euclid(minutes) + i64::from(from.rem_euclid(minutes) > 0);
            let end = to.div_euclid(minutes).min(end);
            if first < end {
                rows(conn, table, unit_us, functions, first, end, each)?;
                left.extend([(from, first * minutes), (end * minutes, to)]);
            } else {
                left.push((from, to));
            }
        }
    }
    for (from, to) in left {
        if from < to {
            rows(conn, "minute", MINUTE_US, functions, from, to, each)?;
        }
    }
    Ok(())
}

/// Rows of a table whose first column has the table's name and counts units of so many microseconds.
fn rows(
    conn: &Connection,
    table: &str,
    unit_us: i64,
    functions: &[i64],
    from: i64,
    to: i64,
    each: &mut impl FnMut(RollUp),
) -> Result<()> {
    let sql = format!(
        "SELECT {table}, {} FROM {table} WHERE function_id = ?1 AND {table} >= ?2 AND {table} < ?3
         ORDER BY {table}",
        roll_up::SELECTED
    );
    let mut statement = conn.prepare_cached(&sql)?;
    for function in functions {
        let mut rows = statement.query(params![function, from, to])?;
        while let Some(row) = rows.next()? {
            let (key, figures) = roll_up::read(row, 1)?;
            each(RollUp { start: row.get::<_, i64>(0)? * unit_us, key, figures });
        }
    }
    Ok(())
}
