//! Every contract in every language, by nine checks: a function of each does what it is asked at its provider's own door,
//! and the record says what became of it. `src-tauri/CONTRACTS.md` is written from what passed and from nothing else.

mod document;
mod failing;
mod journey;
mod record;
mod row;
mod rows;

use std::path::Path;

use futures_util::{StreamExt, stream};

use self::{
    journey::{Cells, travelled},
    row::{COLUMNS, Row},
};

const DOCUMENT: &str = "src-tauri/CONTRACTS.md";
/// Rows at a time: each has a host and waits much, for its deadline above all.
const AT_ONCE: usize = 5;

/// All rows, in the order they are listed in.
async fn all() -> Vec<(&'static Row, Cells)> {
    let mut rows: Vec<(usize, &'static Row)> = rows::all().enumerate().collect();
    // What takes longest begins first.
    rows.sort_by_key(|(_, row)| std::cmp::Reverse(row.timeout_s));
    let rows = stream::iter(rows).map(|(at, row)| async move {
        let cells = tokio::spawn(travelled(row)).await;
        let broken = |why: tokio::task::JoinError| COLUMNS.map(|_| Err(why.to_string()));
        (at, row, cells.unwrap_or_else(broken))
    });
    let mut done: Vec<(usize, &'static Row, Cells)> = rows.buffer_unordered(AT_ONCE).collect().await;
    done.sort_by_key(|(at, ..)| *at);
    done.into_iter().map(|(_, row, cells)| (row, cells)).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn the_table_of_contracts_is_what_passes() {
    let rows = all().await;
    let failed: Vec<String> = rows
        .iter()
        .flat_map(|(row, cells)| {
            let cells = COLUMNS.iter().zip(cells);
            cells.filter_map(move |(column, cell)| {
                let why = cell.as_ref().err()?;
                Some(format!(
                    "{}, {} ({}), {column}: {why}",
                    row.contract.title, row.language, row.convention
                ))
            })
        })
        .collect();
    assert!(failed.is_empty(), "these cells failed:\n{}", failed.join("\n"));
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../..").join(DOCUMENT);
    let fresh = document::of(&rows);
    if std::env::var_os("UPDATE_CONTRACTS").is_some() {
        std::fs::write(&path, &fresh).expect("the document is written");
    }
    let committed = std::fs::read_to_string(&path).unwrap_or_default();
    assert_eq!(committed, fresh, "{DOCUMENT} is not what passes: run with UPDATE_CONTRACTS=1 and commit it");
}
