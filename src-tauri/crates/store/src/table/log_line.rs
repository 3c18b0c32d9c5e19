//! What functions wrote, line by line, and the provider's own lines.

use std::collections::BTreeMap;

use rusqlite::{
    Connection, Result, Row, params, params_from_iter,
    types::{Type, Value},
};

use super::{
    invocation_list::selected_functions,
    invocation_terms::Term,
    log_terms::LogTest,
    text_index::{self, Behind, Block, Kind},
};
use crate::{
    database::Writer,
    entry::{LogEntry, Stream},
    error::ReadError,
    migrations::Migration,
    reader::{Range, Reader},
};

pub(crate) const MIGRATIONS: &[Migration] = &[(
    1,
    "CREATE TABLE log_line (
        id INTEGER PRIMARY KEY,
        at INTEGER NOT NULL,
        function_id INTEGER NOT NULL,
        instance_id INTEGER NOT NULL,
        invocation_id INTEGER,
        stream TEXT NOT NULL,
        text TEXT NOT NULL
    ) STRICT;
    CREATE INDEX log_line_by_function ON log_line (function_id);
    CREATE INDEX log_line_by_invocation ON log_line (invocation_id) WHERE invocation_id IS NOT NULL;",
)];

/// A line with the names of what it refers to.
#[derive(Debug, Clone, PartialEq)]
pub struct NamedLog {
    pub entry: LogEntry,
    /// Empty where it is not in the record.
    pub function: String,
    pub instance: String,
    pub request_id: Option<String>,
    /// Of a resident twin: the function whose twin it is.
    pub twin_of: Option<i64>,
}

/// Which lines, also of the functions' twins; all that is given must hold.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct LogFilter {
    pub project_id: Option<i64>,
    pub function_id: Option<i64>,
    pub instance_id: Option<i64>,
    pub invocation_id: Option<i64>,
    /// Only lines after this id. With it the *first* lines are taken (following), without it the last ones.
    pub after: Option<i64>,
    /// Only lines before this id, for paging backwards.
    pub before: Option<i64>,
    /// When they were written.
    pub range: Option<Range>,
    pub terms: Vec<Term<LogTest>>,
}

impl NamedLog {
    fn read(row: &Row<'_>) -> Result<Self> {
        let stream: String = row.get(5)?;
        let stream = Stream::parse(&stream)
            .ok_or_else(|| rusqlite::Error::InvalidColumnType(5, format!("stream {stream:?}"), Type::Text))?;
        Ok(Self {
            entry: LogEntry {
                id: row.get(0)?,
                at: row.get(1)?,
                function_id: row.get(2)?,
                instance_id: row.get(3)?,
                invocation_id: row.get(4)?,
                stream,
                text: row.get(6)?,
            },
            function: row.get(7)?,
            instance: row.get(8)?,
            request_id: row.get(9)?,
            twin_of: row.get(10)?,
        })
    }
}

impl Reader {
    /// All that an invocation wrote.
    pub fn line_count(&self, invocation_id: i64) -> Result<u64, ReadError> {
        self.query("log lines", |conn| {
            conn.prepare_cached("SELECT count(*) FROM log_line WHERE invocation_id = ?1")?
                .query_row([invocation_id], |row| row.get::<_, i64>(0))
                .map(i64::unsigned_abs)
        })
    }

    /// In the order they were written, whichever end of them was asked for.
    pub fn logs(&self, filter: &LogFilter, limit: u32) -> Result<Vec<NamedLog>, ReadError> {
        self.query("log lines", |conn| {
            let functions = with_twins(conn, filter)?;
            let mut lines = match question(filter) {
                Some(question) => look_up(conn, filter, &question, &functions, limit)?,
                None => read(conn, filter, &functions, limit)?,
            };
            keep(&mut lines, End::of(filter), limit);
            Ok(lines)
        })
    }
}

/// The functions whose lines are wanted, and those of their twins.
fn with_twins(conn: &Connection, filter: &LogFilter) -> Result<Vec<Option<i64>>> {
    let own = selected_functions(conn, filter.function_id, filter.project_id)?;
    let sql = "SELECT DISTINCT r.id FROM function f JOIN twin t ON t.app_id = f.app_id
         JOIN function r ON r.app_id = t.resident_id AND r.name = f.name WHERE f.id = ?1";
    let mut twins = conn.prepare_cached(sql)?;
    let mut all = own.clone();
    for id in own.into_iter().flatten() {
        all.extend(twins.query_map([id], |row| row.get(0).map(Some))?.collect::<Result<Vec<_>>>()?);
    }
    Ok(all)
}

/// Which lines of those that there are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum End {
    First,
    Last,
}

impl End {
    fn of(filter: &LogFilter) -> Self {
        if filter.after.is_some() { Self::First } else { Self::Last }
    }
}

/// In order, and no more of them than are wanted.
fn keep(lines: &mut Vec<NamedLog>, end: End, limit: u32) {
    lines.sort_by_key(|line| line.entry.id);
    match end {
        End::First => lines.truncate(limit as usize),
        End::Last => drop(lines.drain(..lines.len().saturating_sub(limit as usize))),
    }
}

/// Of each function its lines; an index leads to them, whatever else is asked of them. Once there are enough, only those
/// of the next function that push one of them out are read.
fn read(
    conn: &Connection,
    filter: &LogFilter,
    functions: &[Option<i64>],
    limit: u32,
) -> Result<Vec<NamedLog>> {
    let (end, mut within, mut lines) = (End::of(filter), filter.clone(), Vec::new());
    for function_id in functions {
        lines.extend(select(conn, &within, end, *function_id, limit)?);
        keep(&mut lines, end, limit);
        if lines.len() < limit as usize {
            continue;
        }
        match end {
            End::First => within.before = lines.last().map(|line| line.entry.id),
            End::Last => within.after = lines.first().map(|line| line.entry.id),
        }
    }
    Ok(lines)
}

/// What the index of texts can be asked: the longest text that lines must have. Lines after one are few, or wanted in
/// order from there: they are read.
fn question(filter: &LogFilter) -> Option<String> {
    let texts = filter.terms.iter().filter(|term| !term.not).filter_map(|term| match &term.test {
        LogTest::Text(text) => Some(text),
        LogTest::Call(_) | LogTest::Stream(_) | LogTest::Level(_) | LogTest::Twin(_) => None,
    });
    let longest = texts.max_by_key(|text| text.len()).filter(|_| filter.after.is_none())?;
    text_index::question(longest)
}

/// Reads only where the index says that what is asked for may be, and what is older than the index.
fn look_up(
    conn: &Connection,
    filter: &LogFilter,
    question: &str,
    functions: &[Option<i64>],
    limit: u32,
) -> Result<Vec<NamedLog>> {
    let limit = limit as usize;
    let before = filter.before.unwrap_or(i64::MAX);
    let wanted =
        |line: &NamedLog| functions.iter().any(|id| id.is_none_or(|id| id == line.entry.function_id));
    // By id, the newest last.
    let mut found: BTreeMap<i64, NamedLog> = BTreeMap::new();
    text_index::blocks(conn, question, true, |Block { kind, first, last }| {
        let oldest = found.keys().next().copied().filter(|_| found.len() >= limit);
        if oldest.is_some_and(|oldest| last < oldest) {
            return Ok(Behind::Yes);
        }
        if kind == Kind::Line && first < before {
            let within = LogFilter {
                after: Some(first - 1),
                before: Some(before.min(last.saturating_add(1))),
                ..filter.clone()
            };
            let lines = select(conn, &within, End::Last, None, u32::MAX)?;
            found.extend(lines.into_iter().filter(&wanted).map(|line| (line.entry.id, line)));
            while found.len() > limit {
                found.pop_first();
            }
        }
        Ok(Behind::No)
    })?;
    let begins = text_index::begins(conn)?.unwrap_or(i64::MAX);
    let mut lines: Vec<NamedLog> = found.into_values().collect();
    if lines.len() < limit {
        let older = LogFilter { before: Some(before.min(begins)), ..filter.clone() };
        lines.extend(read(conn, &older, functions, u32::try_from(limit).unwrap_or(u32::MAX))?);
    }
    Ok(lines)
}

fn select(
    conn: &Connection,
    filter: &LogFilter,
    end: End,
    function_id: Option<i64>,
    limit: u32,
) -> Result<Vec<NamedLog>> {
    let whole = |number: Option<i64>| number.map_or(Value::Null, Value::Integer);
    let mut values = vec![
        Value::Integer(filter.after.unwrap_or(i64::MIN)),
        Value::Integer(filter.before.unwrap_or(i64::MAX)),
        whole(function_id),
        whole(filter.instance_id),
        whole(filter.invocation_id),
        Value::Integer(i64::from(limit)),
    ];
    let mut terms = vec!["WHERE l.id > ?1 AND l.id < ?2".to_owned()];
    let mut term = |present: bool, sql: &str| {
        if present {
            terms.push(sql.to_owned());
        }
    };
    term(function_id.is_some(), "l.function_id = ?3");
    term(filter.instance_id.is_some(), "l.instance_id = ?4");
    term(filter.invocation_id.is_some(), "l.invocation_id = ?5");
    if let Some(range) = filter.range {
        values.extend([Value::Integer(range.from), Value::Integer(range.to)]);
        terms.push("l.at >= ?7 AND l.at < ?8".to_owned());
    }
    terms.extend(filter.terms.iter().map(|term| term.sql(&mut values)));
    let order = match end {
        End::First => "ASC",
        End::Last => "DESC",
    };
    let sql = format!(
        "SELECT l.id, l.at, l.function_id, l.instance_id, l.invocation_id, l.stream, l.text,
            ifnull(f.name, ''), ifnull(n.name, ''), i.request_id,
            (SELECT o.id FROM twin t JOIN function o ON o.app_id = t.app_id AND o.name = f.name
             WHERE t.resident_id = f.app_id LIMIT 1)
         FROM log_line l LEFT JOIN function f ON f.id = l.function_id
            LEFT JOIN instance n ON n.id = l.instance_id LEFT JOIN invocation i ON i.id = l.invocation_id
         {} ORDER BY l.id {order} LIMIT ?6",
        terms.join(" AND ")
    );
    conn.prepare_cached(&sql)?.query_map(params_from_iter(values), NamedLog::read)?.collect()
}

impl Writer<'_> {
    /// `false` if there is a line of that id: nothing was written.
    pub(crate) fn put_log(&self, entry: &LogEntry) -> Result<bool> {
        let sql = "INSERT INTO log_line (id, at, function_id, instance_id, invocation_id, stream, text)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7) ON CONFLICT (id) DO NOTHING";
        let written = self.conn.prepare_cached(sql)?.execute(params![
            entry.id,
            entry.at,
            entry.function_id,
            entry.instance_id,
            entry.invocation_id,
            entry.stream.as_str(),
            entry.text,
        ])?;
        Ok(written == 1)
    }
}
