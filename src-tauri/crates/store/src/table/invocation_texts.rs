//! Invocations found by a text: the index says near which of them it may be, in what they wrote or in their bodies; only
//! there the rows are read.

use std::collections::{BTreeMap, HashSet};

use rusqlite::{Connection, OptionalExtension, Result, types::Value};

use super::{
    invocation_list::{InvocationFilter, NamedInvocation, Within, read, select},
    invocation_page::Page,
    invocation_terms::{Term, Test},
    text_index::{self, Behind, Block, Kind},
};
use crate::reader::Range;

/// What the index of texts can be asked: the longest text that must occur.
pub(super) fn question(filter: &InvocationFilter) -> Option<String> {
    text_index::question(longest(filter)?)
}

fn longest(filter: &InvocationFilter) -> Option<&str> {
    let texts = filter.terms.iter().filter(|term| !term.not).filter_map(|Term { test, .. }| match test {
        Test::Text(text) => Some(text.as_str()),
        _ => None,
    });
    texts.max_by_key(|text| text.len())
}

/// Reads only where the index says that what is asked for may be, and what is older than the index.
pub(super) fn look_up(
    conn: &Connection,
    filter: &InvocationFilter,
    question: &str,
    functions: &[Option<i64>],
    page: Page,
    limit: u32,
) -> Result<Vec<NamedInvocation>> {
    let newest_first = !matches!(page, Page::After(_));
    let mut found = Found { rows: BTreeMap::new(), newest_first, limit: limit as usize };
    let wanted =
        |row: &NamedInvocation| functions.iter().any(|id| id.is_none_or(|id| id == row.row.function_id));
    let edge = page.edge();
    // Each is read once, however many blocks its lines are in.
    let mut looked_at: HashSet<i64> = HashSet::new();
    text_index::blocks(conn, question, newest_first, |block| {
        if found.is_behind(block) {
            return Ok(Behind::Yes);
        }
        // A call is known by a smaller id than what it wrote, so nothing of the block is beyond the edge.
        let beyond = match page {
            Page::Newest => false,
            Page::Before(_) => block.kind == Kind::Call && edge.is_some_and(|edge| block.first > edge),
            Page::After(_) => edge.is_some_and(|edge| block.last < edge),
        };
        if !beyond {
            let calls =
                calls(conn, block)?.into_iter().filter(|id| looked_at.insert(*id)).collect::<Vec<_>>();
            if !calls.is_empty() {
                let rows = select(conn, filter, None, page, Some(&within(&calls)), u32::MAX)?;
                found.take(rows.into_iter().filter(&wanted));
            }
        }
        Ok(Behind::No)
    })?;
    if (found.rows.len() < found.limit || !newest_first)
        && let Some(older) = before_the_index(conn, filter)?
    {
        found.take(read(conn, &older, functions, page, limit)?.into_iter());
    }
    Ok(found.rows.into_values().collect())
}

/// The calls of a block: themselves, or those that wrote its lines.
fn calls(conn: &Connection, block: Block) -> Result<Vec<i64>> {
    let sql = match block.kind {
        Kind::Call => "SELECT id FROM invocation WHERE id BETWEEN ?1 AND ?2",
        Kind::Line => {
            "SELECT DISTINCT invocation_id FROM log_line
             WHERE id BETWEEN ?1 AND ?2 AND invocation_id IS NOT NULL"
        }
    };
    conn.prepare_cached(sql)?.query_map([block.first, block.last], |row| row.get(0))?.collect()
}

fn within(calls: &[i64]) -> Box<Within<'static>> {
    let calls = format!("{calls:?}");
    Box::new(move |values| {
        values.push(Value::Text(calls.clone()));
        format!("i.id IN (SELECT value FROM json_each(?{}))", values.len())
    })
}

/// The filter for calls that were recorded before there was an index; `None` if there are none.
fn before_the_index(conn: &Connection, filter: &InvocationFilter) -> Result<Option<InvocationFilter>> {
    let Some(begins) = text_index::begins(conn)? else { return Ok(Some(filter.clone())) };
    let sql = "SELECT started_at FROM invocation WHERE id < ?1 ORDER BY id DESC LIMIT 1";
    let newest: Option<i64> = conn.prepare_cached(sql)?.query_row([begins], |row| row.get(0)).optional()?;
    Ok(newest.map(|newest| {
        let range = filter.range.unwrap_or(Range::ALL);
        let to = range.to.min(newest.saturating_add(1));
        InvocationFilter { range: Some(Range { to, ..range }), ..filter.clone() }
    }))
}

struct Found {
    /// By time and id, which is the order of a page.
    rows: BTreeMap<(i64, i64), NamedInvocation>,
    newest_first: bool,
    limit: usize,
}

impl Found {
    fn take(&mut self, rows: impl Iterator<Item = NamedInvocation>) {
        self.rows.extend(rows.map(|row| ((row.row.started_at, row.row.id), row)));
        while self.rows.len() > self.limit {
            if self.newest_first {
                self.rows.pop_first()
            } else {
                self.rows.pop_last()
            };
        }
    }

    /// Enough are held, and all of the block lies beyond them.
    fn is_behind(&self, block: Block) -> bool {
        if self.rows.len() < self.limit {
            return false;
        }
        if self.newest_first {
            self.rows.keys().next().is_some_and(|(_, id)| block.last < *id)
        } else {
            // Lines come after the calls that wrote them, by the longest a call takes.
            self.rows.keys().next_back().is_some_and(|(_, id)| block.first > id.saturating_add(LONGEST))
        }
    }
}

/// Of a call, as a distance of ids: fifteen minutes.
const LONGEST: i64 = (15 * 60 * 1000) << 12;
