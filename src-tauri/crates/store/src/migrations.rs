//! Brings a file to this version's tables, in one transaction: it is either migrated or as it was.

use rusqlite::{Connection, Result, TransactionBehavior};

use crate::table;

/// The format a file has after [`run`] (`PRAGMA user_version`).
pub(crate) const VERSION: u32 = 8;

/// A step to a version. Each table's file lists its own; they run in the order of versions, then of this list.
pub(crate) type Migration = (u32, &'static str);

const TABLES: [&[Migration]; 19] = [
    table::project::MIGRATIONS,
    table::app::MIGRATIONS,
    table::function::MIGRATIONS,
    table::revision::MIGRATIONS,
    table::code::MIGRATIONS,
    table::imports::MIGRATIONS,
    table::instance::MIGRATIONS,
    table::invocation::MIGRATIONS,
    table::log_line::MIGRATIONS,
    table::reload::MIGRATIONS,
    table::load::MIGRATIONS,
    table::payload::MIGRATIONS,
    table::minute::MIGRATIONS,
    table::hour::MIGRATIONS,
    table::day::MIGRATIONS,
    table::period::MIGRATIONS,
    table::progress::MIGRATIONS,
    table::text_index::MIGRATIONS,
    table::twin::MIGRATIONS,
];

pub(crate) fn run(conn: &mut Connection, from: u32) -> Result<()> {
    if from == VERSION {
        return Ok(());
    }
    let transaction = conn.transaction_with_behavior(TransactionBehavior::Immediate)?;
    for version in from + 1..=VERSION {
        for (_, sql) in TABLES.iter().copied().flatten().filter(|(step, _)| *step == version) {
            transaction.execute_batch(sql)?;
        }
    }
    transaction.pragma_update(None, "user_version", VERSION)?;
    transaction.commit()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_step_leads_to_a_known_version() {
        for (step, sql) in TABLES.iter().copied().flatten() {
            assert!((1..=VERSION).contains(step), "a step to version {step} never runs: {sql}");
        }
    }

    #[test]
    fn a_failing_step_leaves_the_file_as_it_was() {
        let mut conn = Connection::open_in_memory().unwrap();
        // In the way of the last table.
        conn.execute_batch("CREATE TABLE progress (x)").unwrap();
        run(&mut conn, 0).expect_err("a table that exists cannot be created");
        let tables: i64 = conn.query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get(0)).unwrap();
        assert_eq!(tables, 1, "half a migration was kept");
    }
}
