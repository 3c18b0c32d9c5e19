//! Pages of a list of invocations: which end of it, and what that asks of a row.

use rusqlite::{Connection, OptionalExtension, Result};

use crate::reader::Range;

/// Which end of what is found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Page {
    Newest,
    /// Older than this one.
    Before(i64),
    /// Newer than this one, and next to it.
    After(i64),
}

impl Page {
    pub(super) fn edge(self) -> Option<i64> {
        match self {
            Self::Newest => None,
            Self::Before(id) | Self::After(id) => Some(id),
        }
    }

    /// The oldest come first.
    pub(super) fn is_ascending(self) -> bool {
        matches!(self, Self::After(_))
    }

    /// What of a range can be on the page: a bound of the index, not only a condition. A row that is gone bounds by
    /// its id alone.
    pub(super) fn within(self, conn: &Connection, range: Range) -> Result<Range> {
        let Some(edge) = self.edge() else { return Ok(range) };
        let sql = "SELECT started_at FROM invocation WHERE id = ?1";
        let started: Option<i64> =
            conn.prepare_cached(sql)?.query_row([edge], |row| row.get(0)).optional()?;
        Ok(match (self, started) {
            (Self::Before(_), Some(at)) => Range { to: range.to.min(at.saturating_add(1)), ..range },
            (Self::After(_), Some(at)) => Range { from: range.from.max(at), ..range },
            _ => range,
        })
    }

    /// On `invocation i`; `?8` is the edge.
    pub(super) fn condition(self) -> Option<String> {
        let than = "(ifnull((SELECT started_at FROM invocation WHERE id = ?8), i.started_at), ?8)";
        match self {
            Self::Newest => None,
            Self::Before(_) => Some(format!("(i.started_at, i.id) < {than}")),
            Self::After(_) => Some(format!("(i.started_at, i.id) > {than}")),
        }
    }
}
