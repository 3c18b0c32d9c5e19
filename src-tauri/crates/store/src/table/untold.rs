//! Calls the provider has no line of in the record, because their row says all that the line would: they ran on an
//! instance, ended well and have finished.

use rusqlite::{Connection, Result, params_from_iter, types::Value};

use super::{
    invocation_list::{NamedInvocation, named, selected_functions},
    invocation_terms::Term,
};
use crate::{
    entry::Micros,
    error::ReadError,
    reader::{Range, Reader},
};

/// No call of any provider runs longer: only what began so long before a time can have ended after it.
const LONGEST: Micros = 15 * 60 * 1_000_000;

/// Which of them; all that is given must hold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UntoldFilter {
    pub project_id: Option<i64>,
    pub function_id: Option<i64>,
    /// Only those answered at this time or later.
    pub since: Micros,
    /// When they began.
    pub began: Range,
    /// Take the last ones, not the first.
    pub last: bool,
    pub terms: Vec<Term>,
}

impl Reader {
    /// In the order they began.
    pub fn untold(&self, filter: &UntoldFilter, limit: u32) -> Result<Vec<NamedInvocation>, ReadError> {
        self.query("calls without log lines", |conn| {
            let mut found = Vec::new();
            for function_id in selected_functions(conn, filter.function_id, filter.project_id)? {
                found.extend(select(conn, filter, function_id, limit)?);
            }
            found.sort_by_key(|call| (call.row.started_at, call.row.id));
            let surplus = found.len().saturating_sub(limit as usize);
            if filter.last {
                found.drain(..surplus);
            } else {
                found.truncate(limit as usize);
            }
            Ok(found)
        })
    }
}

fn select(
    conn: &Connection,
    filter: &UntoldFilter,
    function_id: Option<i64>,
    limit: u32,
) -> Result<Vec<NamedInvocation>> {
    let function = if function_id.is_some() { "i.function_id = ?3" } else { "?3 IS NULL" };
    let order = if filter.last { "DESC" } else { "ASC" };
    let mut values = vec![
        Value::Integer(filter.began.from.max(filter.since.saturating_sub(LONGEST))),
        Value::Integer(filter.since),
        function_id.map_or(Value::Null, Value::Integer),
        Value::Integer(i64::from(limit)),
        Value::Integer(filter.began.to),
    ];
    let terms: String = filter.terms.iter().map(|term| format!(" AND {}", term.sql(&mut values))).collect();
    let sql = named(&format!(
        "WHERE i.started_at >= ?1 AND i.started_at < ?5 AND i.started_at + i.total_us >= ?2 AND {function}
            AND i.status = 'ok' AND i.finished_at IS NOT NULL AND i.instance_id IS NOT NULL
            AND NOT EXISTS (SELECT 1 FROM log_line l WHERE l.invocation_id = i.id AND l.stream = 'platform')
            {terms}
         ORDER BY i.started_at {order}, i.id {order} LIMIT ?4"
    ));
    conn.prepare_cached(&sql)?.query_map(params_from_iter(values), NamedInvocation::read)?.collect()
}
