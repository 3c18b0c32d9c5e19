//! Invocations as people look for them: with names, by filter, page by page.

use std::cmp::Reverse;

use rusqlite::{
    CachedStatement, Connection, OptionalExtension, Result, Row, Rows, params, params_from_iter, types::Value,
};

use super::{
    invocation::{COLUMN_COUNT, COLUMNS, InvocationRow},
    invocation_page::Page,
    invocation_terms::Term,
    invocation_texts,
    twin::NO_TWIN,
};
use crate::{
    entry::Status,
    error::ReadError,
    reader::{Range, Reader},
};

/// A row with the names of what it refers to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NamedInvocation {
    pub row: InvocationRow,
    /// Names are empty where what they name is not in the record.
    pub function: String,
    pub app_id: i64,
    pub app: String,
    pub provider: String,
    pub language: String,
    pub runtime: String,
    /// Short hash.
    pub revision: Option<String>,
    /// Short name, `i-15`.
    pub instance: Option<String>,
}

/// Which invocations; all that is given must hold.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct InvocationFilter {
    pub project_id: Option<i64>,
    pub function_id: Option<i64>,
    pub range: Option<Range>,
    pub status: Option<Status>,
    /// Every status but `ok`, and those still open.
    pub failed: bool,
    pub cold: Option<bool>,
    pub trigger: Option<String>,
    /// Every attempt of one event.
    pub request_id: Option<String>,
    pub terms: Vec<Term>,
}

impl NamedInvocation {
    pub(super) fn read(row: &Row<'_>) -> Result<Self> {
        Ok(Self {
            row: InvocationRow::read(row)?,
            function: row.get(COLUMN_COUNT)?,
            app_id: row.get(COLUMN_COUNT + 1)?,
            app: row.get(COLUMN_COUNT + 2)?,
            provider: row.get(COLUMN_COUNT + 3)?,
            language: row.get(COLUMN_COUNT + 4)?,
            runtime: row.get(COLUMN_COUNT + 5)?,
            revision: row.get(COLUMN_COUNT + 6)?,
            instance: row.get(COLUMN_COUNT + 7)?,
        })
    }
}

/// The functions whose rows are wanted, to be asked for one by one: so an index leads to a project's rows however
/// many others there are. `None` stands for every function.
pub(super) fn selected_functions(
    conn: &Connection,
    function_id: Option<i64>,
    project_id: Option<i64>,
) -> Result<Vec<Option<i64>>> {
    let Some(project_id) = project_id else { return Ok(vec![function_id]) };
    // A twin's is found by who names it.
    let sql = format!(
        "SELECT f.id FROM function f JOIN app a ON a.id = f.app_id
         WHERE a.project_id = ?1 AND CASE WHEN ?2 IS NULL THEN {NO_TWIN} ELSE f.id = ?2 END"
    );
    conn.prepare_cached(&sql)?.query_map(params![project_id, function_id], |row| row.get(0))?.collect()
}

/// Of all functions those on the page. An index leads to each function's own rows in their order, whatever else is asked
/// of them, and no more of them are read than are wanted of all together.
pub(super) fn read(
    conn: &Connection,
    filter: &InvocationFilter,
    functions: &[Option<i64>],
    page: Page,
    limit: u32,
) -> Result<Vec<NamedInvocation>> {
    let open = |function_id: &Option<i64>| {
        statement(conn, filter, *function_id, page, None, limit, |condition| listed(condition, page))
    };
    let mut statements = functions.iter().map(open).collect::<Result<Vec<_>>>()?;
    let lists = statements.iter_mut().map(|(statement, values)| statement.query(params_from_iter(&*values)));
    let mut lists = lists.collect::<Result<Vec<Rows<'_>>>>()?;
    let next = |list: &mut Rows<'_>| list.next()?.map(NamedInvocation::read).transpose();
    let mut heads = lists.iter_mut().map(next).collect::<Result<Vec<_>>>()?;
    let mut found = Vec::new();
    while found.len() < limit as usize {
        let key = |head: &Option<NamedInvocation>| head.as_ref().map(|one| (one.row.started_at, one.row.id));
        let keys = heads.iter().enumerate().filter_map(|(list, head)| Some((key(head)?, list)));
        let first = if page.is_ascending() { keys.min() } else { keys.max() };
        let Some((_, list)) = first else { break };
        let following = next(&mut lists[list])?;
        found.extend(std::mem::replace(&mut heads[list], following));
    }
    Ok(found)
}

/// `within`: only those whose ids this condition finds, whose values follow those of the filter.
pub(super) fn select(
    conn: &Connection,
    filter: &InvocationFilter,
    function_id: Option<i64>,
    page: Page,
    within: Option<&Within<'_>>,
    limit: u32,
) -> Result<Vec<NamedInvocation>> {
    let sql = |condition: &str| listed(condition, page);
    query(conn, filter, function_id, page, within, limit, NamedInvocation::read, sql)
}

/// In the page's order.
fn listed(condition: &str, page: Page) -> String {
    let order = if page.is_ascending() { "ASC" } else { "DESC" };
    named(&format!("{condition} ORDER BY i.started_at {order}, i.id {order} LIMIT ?9"))
}

fn count(conn: &Connection, filter: &InvocationFilter, function_id: Option<i64>) -> Result<u64> {
    let counted = query(
        conn,
        filter,
        function_id,
        Page::Newest,
        None,
        1,
        |row| row.get::<_, i64>(0),
        |condition| format!("SELECT count(*) FROM invocation i {condition} LIMIT ?9"),
    )?;
    Ok(counted.first().map_or(0, |count| count.cast_unsigned()))
}

/// Ids that may be those of rows that are looked for, as a condition on `i.id`; its values are appended to the others.
pub(super) type Within<'a> = dyn Fn(&mut Vec<Value>) -> String + 'a;

/// Runs the statement that `sql` makes of the filter's condition; `?9` is its limit.
#[expect(clippy::too_many_arguments, reason = "a filter, a page of it, and what is made of that")]
fn query<T>(
    conn: &Connection,
    filter: &InvocationFilter,
    function_id: Option<i64>,
    page: Page,
    within: Option<&Within<'_>>,
    limit: u32,
    read: impl FnMut(&Row<'_>) -> Result<T>,
    sql: impl FnOnce(&str) -> String,
) -> Result<Vec<T>> {
    let (mut statement, values) = statement(conn, filter, function_id, page, within, limit, sql)?;
    statement.query_map(params_from_iter(values), read)?.collect()
}

/// The same, to be run with these values.
fn statement<'a>(
    conn: &'a Connection,
    filter: &InvocationFilter,
    function_id: Option<i64>,
    page: Page,
    within: Option<&Within<'_>>,
    limit: u32,
    sql: impl FnOnce(&str) -> String,
) -> Result<(CachedStatement<'a>, Vec<Value>)> {
    let range = page.within(conn, filter.range.unwrap_or(Range::ALL))?;
    let text = |text: Option<&str>| text.map_or(Value::Null, |text| Value::Text(text.to_owned()));
    let whole = |number: Option<i64>| number.map_or(Value::Null, Value::Integer);
    let mut values = vec![
        Value::Integer(range.from),
        Value::Integer(range.to),
        whole(function_id),
        text(filter.status.map(Status::as_str)),
        whole(filter.cold.map(i64::from)),
        text(filter.trigger.as_deref()),
        text(filter.request_id.as_deref()),
        whole(page.edge()),
        Value::Integer(i64::from(limit)),
    ];
    let mut condition = condition(filter, function_id, page, &mut values);
    if let Some(within) = within {
        condition = format!("{condition} AND {}", within(&mut values));
    }
    let mut sql = sql(&condition);
    if within.is_some() {
        // By their ids: every other index leads to more.
        sql = sql.replacen("FROM invocation i", "FROM invocation i NOT INDEXED", 1);
    }
    Ok((conn.prepare_cached(&sql)?, values))
}

/// What `invocation i` must fulfil; the first nine values are the same whatever is asked for.
fn condition(
    filter: &InvocationFilter,
    function_id: Option<i64>,
    page: Page,
    values: &mut Vec<Value>,
) -> String {
    let mut terms = vec!["WHERE i.started_at >= ?1 AND i.started_at < ?2".to_owned()];
    let mut term = |present: bool, sql: &str| {
        if present {
            terms.push(sql.to_owned());
        }
    };
    term(function_id.is_some(), "i.function_id = ?3");
    // The first of these is what lets SQLite use the indexes of those that failed.
    let not_ok = filter.failed
        || filter.status.is_some_and(|status| status != Status::Ok)
        || filter.terms.iter().any(Term::excludes_ok);
    term(not_ok, "i.status <> 'ok'");
    term(filter.status.is_some(), "i.status = ?4");
    // As with what failed, said so that SQLite sees that the index of cold ones has all that is asked for.
    term(filter.terms.iter().any(Term::only_cold), "i.cold = 1");
    term(filter.cold.is_some(), "i.cold = ?5");
    filter.terms.iter().filter_map(Term::only_few).for_each(|few| term(true, &few));
    term(filter.trigger.is_some(), "i.trigger = ?6");
    term(filter.request_id.is_some(), "i.request_id = ?7");
    terms.extend(page.condition());
    terms.extend(filter.terms.iter().map(|term| term.sql(values)));
    terms.join(" AND ")
}

/// Joins names to `invocation i`, whichever of them exist.
pub(super) fn named(condition: &str) -> String {
    let columns = COLUMNS.replace(", ", ", i.").replace(",\n    ", ", i.");
    format!(
        "SELECT i.{columns}, ifnull(f.name, ''), ifnull(f.app_id, 0), ifnull(a.name, ''), ifnull(a.provider, ''),
            ifnull(a.language, ''), ifnull(a.runtime, ''), r.hash, n.name
         FROM invocation i LEFT JOIN function f ON f.id = i.function_id LEFT JOIN app a ON a.id = f.app_id
            LEFT JOIN revision r ON r.id = i.revision_id LEFT JOIN instance n ON n.id = i.instance_id
         {condition}"
    )
}

impl Reader {
    /// Newest first, older than the invocation `before` if that is given.
    pub fn invocations(
        &self,
        filter: &InvocationFilter,
        before: Option<i64>,
        limit: u32,
    ) -> Result<Vec<NamedInvocation>, ReadError> {
        self.page(filter, before.map_or(Page::Newest, Page::Before), limit)
    }

    /// Newest first: those next to the invocation `after` that are newer.
    pub fn invocations_after(
        &self,
        filter: &InvocationFilter,
        after: i64,
        limit: u32,
    ) -> Result<Vec<NamedInvocation>, ReadError> {
        self.page(filter, Page::After(after), limit)
    }

    fn page(
        &self,
        filter: &InvocationFilter,
        page: Page,
        limit: u32,
    ) -> Result<Vec<NamedInvocation>, ReadError> {
        self.query("invocations", |conn| {
            let functions = selected_functions(conn, filter.function_id, filter.project_id)?;
            let mut found = match invocation_texts::question(filter) {
                Some(question) => {
                    invocation_texts::look_up(conn, filter, &question, &functions, page, limit)?
                }
                None => read(conn, filter, &functions, page, limit)?,
            };
            found.sort_by_key(|invocation| Reverse((invocation.row.started_at, invocation.row.id)));
            match page {
                Page::After(_) => drop(found.drain(..found.len().saturating_sub(limit as usize))),
                Page::Newest | Page::Before(_) => found.truncate(limit as usize),
            }
            Ok(found)
        })
    }

    /// How many the filter finds.
    pub fn count(&self, filter: &InvocationFilter) -> Result<u64, ReadError> {
        self.query("the number of invocations", |conn| {
            let functions = selected_functions(conn, filter.function_id, filter.project_id)?;
            functions.into_iter().map(|function_id| count(conn, filter, function_id)).sum()
        })
    }

    pub fn invocation(&self, id: i64) -> Result<Option<NamedInvocation>, ReadError> {
        self.query("an invocation", |conn| {
            conn.prepare_cached(&named("WHERE i.id = ?1"))?.query_row([id], NamedInvocation::read).optional()
        })
    }
}

#[cfg(test)]
mod tests {
    use super::{
        super::invocation_terms::{Compare, Number, Test},
        *,
    };

    /// How SQLite goes about finding it.
    fn plan(test: Test, not: bool) -> String {
        let mut conn = Connection::open_in_memory().unwrap();
        crate::migrations::run(&mut conn, 0).unwrap();
        let filter = InvocationFilter { terms: vec![Term { test, not }], ..InvocationFilter::default() };
        let said = query(
            &conn,
            &filter,
            Some(1),
            Page::Newest,
            None,
            10,
            |row| row.get::<_, String>(3),
            |condition| {
                let sql = named(&format!("{condition} ORDER BY i.started_at DESC, i.id DESC LIMIT ?9"));
                format!("EXPLAIN QUERY PLAN {sql}")
            },
        );
        said.unwrap().join("\n")
    }

    #[test]
    fn what_is_large_of_few_is_found_among_those_few() {
        for (number, than, index) in [
            (Number::TotalUs, 10_000_000, "invocation_slow"),
            (Number::HandlerUs, 1_000_000, "invocation_slow"),
            (Number::CpuUs, 2_000_000, "invocation_busy"),
            (Number::MemoryKb, 1 << 20, "invocation_large"),
            (Number::HttpStatus, 500, "invocation_http"),
            (Number::Attempt, 2, "invocation_retried"),
        ] {
            for compare in [Compare::AtLeast, Compare::More, Compare::Equal] {
                let plan = plan(Test::Number(number, compare, than), false);
                assert!(plan.contains(index) && !plan.contains("TEMP B-TREE"), "{number:?}: {plan}");
            }
            let turned = plan(Test::Number(number, Compare::More, than), true);
            assert!(!turned.contains(index), "what is not so is not among them: {turned}");
            let less = plan(Test::Number(number, Compare::Less, than), false);
            assert!(!less.contains(index), "nor what is less: {less}");
            let more = plan(Test::Number(number, Compare::AtLeast, 1), false);
            assert!(!more.contains(index), "nor all that is wanted here: {more}");
        }
    }
}
