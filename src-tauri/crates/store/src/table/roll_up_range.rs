//! Reading roll-ups over a range: closed days that lie in it whole come from `day`, the rest from `minute`.

use rusqlite::{Connection, Result, params};

use super::{day::DAY_US, minute::MINUTES_A_DAY, roll_up};
use crate::{
    database::Writer,
    reader::Range,
    rollup::{MINUTE_US, RollUp},
};

pub(crate) fn read(
    conn: &Connection,
    functions: &[i64],
    range: Range,
    days: bool,
    each: &mut impl FnMut(RollUp),
) -> Result<()> {
    let from = range.from.div_euclid(MINUTE_US);
    let to = range.to.div_euclid(MINUTE_US) + i64::from(range.to.rem_euclid(MINUTE_US) > 0);
    // Days from `first` up to and without `end` are read whole.
    let closed = Writer { conn }.progress()?.closed_day;
    let (first, end) = match closed {
        Some(closed) if days => {
            let first = from.div_euclid(MINUTES_A_DAY) + i64::from(from.rem_euclid(MINUTES_A_DAY) > 0);
            (first, (closed + 1).min(to.div_euclid(MINUTES_A_DAY)).max(first))
        }
        _ => (0, 0),
    };
    let spans = if first < end {
        rows(conn, "day", DAY_US, functions, first, end, each)?;
        [(from, first * MINUTES_A_DAY), (end * MINUTES_A_DAY, to)]
    } else {
        [(from, to), (0, 0)]
    };
    for (from, to) in spans {
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
