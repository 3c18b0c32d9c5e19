//! Cold starts: of a project or a function, by what they have in common, over time, and what revisions did to them.

mod group;
mod shift;

use std::collections::HashMap;

use coldframe_protocol as wire;
use coldframe_store::{AppRow, FunctionRow, Range, RollUp, StartFilter, StartRow};

use self::group::{quantile, sorted};
use crate::{
    Report, ReportError,
    span::{Window, since},
    wording::{moment, ms},
};

/// More are not read: figures are of the newest then, and say so.
const READ: u32 = 20_000;
const LISTED: usize = 500;
const SLOWEST: usize = 10;

/// Whose starts they are.
struct Scope {
    apps: Vec<AppRow>,
    functions: Vec<FunctionRow>,
    /// Where only one function is asked for.
    only: Option<i64>,
}

impl Report {
    /// # Errors
    /// There is no such function; the record cannot be read.
    pub fn starts(
        &self,
        project_id: i64,
        query: &wire::StartsQuery,
        now: i64,
    ) -> Result<wire::Starts, ReportError> {
        let scope = self.scope(project_id, query.function)?;
        let range = since(query.minutes, now).unwrap_or(Range::ALL);
        let filter = StartFilter {
            project_id: scope.only.is_none().then_some(project_id),
            app_id: scope.apps.first().filter(|_| scope.only.is_some()).map(|app| app.id),
            revision_id: None,
            range,
        };
        let mut rows = self.reader.starts(&filter, READ)?;
        let cut = rows.len() == READ as usize;
        let failed = rows.iter().filter(|row| !row.ready).count() as u64;
        rows.retain(|row| row.ready);
        rows.reverse();
        let ids: Vec<i64> = scope.functions.iter().map(|function| function.id).collect();
        let calls = self.reader.figures(&ids, range)?;
        let list: Vec<wire::Start> = rows.iter().map(|row| start(row, &scope)).collect();
        let mut slowest = list.clone();
        slowest.sort_by(|a, b| b.total_ms.total_cmp(&a.total_ms));
        slowest.truncate(SLOWEST);
        Ok(wire::Starts {
            calls: calls.iter().map(|of| of.figures.counts.all()).sum(),
            cold_calls: calls.iter().map(|of| of.figures.sums.cold).sum(),
            starts: list.len() as u64,
            failed,
            cut,
            groups: groups(&rows, &list, &calls, &scope),
            series: series(&rows, &list, query.minutes, now),
            slowest,
            shifts: self.shifts(&scope, range)?,
            list: list[list.len().saturating_sub(LISTED)..].to_vec(),
        })
    }

    fn scope(&self, project_id: i64, function: Option<i64>) -> Result<Scope, ReportError> {
        let Some(id) = function else {
            let (apps, functions) = (self.reader.apps(project_id)?, self.reader.functions(project_id)?);
            return Ok(Scope { apps, functions, only: None });
        };
        let function = self.function(id)?;
        let apps = self.reader.app(function.app_id)?.into_iter().collect();
        Ok(Scope { apps, functions: vec![function], only: Some(id) })
    }
}

impl Scope {
    /// The function that waited for a start, or else the first of its app.
    fn function(&self, row: &StartRow) -> Option<&FunctionRow> {
        let called = row.invocation.map(|(_, function)| function);
        let of_app = || self.functions.iter().find(|function| function.app_id == row.app_id);
        called.and_then(|id| self.functions.iter().find(|function| function.id == id)).or_else(of_app)
    }

    fn runtime(&self, app_id: i64) -> &str {
        self.apps.iter().find(|app| app.id == app_id).map_or("", |app| &app.runtime)
    }
}

fn start(row: &StartRow, scope: &Scope) -> wire::Start {
    let function = scope.function(row);
    wire::Start {
        at: moment(row.at),
        function_id: function.map_or(0, |function| function.id),
        function: function.map(|function| function.name.clone()).unwrap_or_default(),
        instance: row.instance.clone(),
        revision: row.revision.clone().unwrap_or_default(),
        cause: row.cause.clone(),
        invocation: row.invocation.map(|(invocation, _)| invocation),
        queue_ms: ms(row.queue_us),
        build_ms: ms(row.build_us),
        spawn_ms: ms(row.spawn_us),
        boot_ms: ms(row.boot_us),
        init_ms: ms(row.init_us),
        total_ms: ms(row.queue_us + row.build_us + row.spawn_us + row.boot_us + row.init_us),
    }
}

fn groups(rows: &[StartRow], list: &[wire::Start], calls: &[RollUp], scope: &Scope) -> Vec<wire::StartGroup> {
    let app_of: HashMap<i64, i64> =
        scope.functions.iter().map(|function| (function.id, function.app_id)).collect();
    let runtime_of = |function: i64| app_of.get(&function).map_or("", |app| scope.runtime(*app)).to_owned();
    let by_function = group::by("function", rows.iter().zip(list), calls, |row| match row {
        group::Of::Start(_, start) => (start.function_id.to_string(), start.function.clone()),
        group::Of::Calls(key) => (key.function_id.to_string(), String::new()),
    });
    let by_revision = group::by("revision", rows.iter().zip(list), calls, |row| match row {
        group::Of::Start(row, start) => (row.revision_id.to_string(), start.revision.clone()),
        group::Of::Calls(key) => (key.revision_id.to_string(), String::new()),
    });
    let by_runtime = group::by("runtime", rows.iter().zip(list), calls, |row| match row {
        group::Of::Start(row, _) => {
            (scope.runtime(row.app_id).to_owned(), scope.runtime(row.app_id).to_owned())
        }
        group::Of::Calls(key) => (runtime_of(key.function_id), String::new()),
    });
    [by_function, by_revision, by_runtime].concat()
}

fn series(rows: &[StartRow], list: &[wire::Start], minutes: Option<u32>, now: i64) -> wire::StartSeries {
    let window = Window::new(minutes, rows.first().map(|row| row.at), now);
    let mut buckets: Vec<Vec<f64>> = vec![Vec::new(); window.buckets()];
    for (row, start) in rows.iter().zip(list) {
        if let Some(bucket) = window.index(row.at).and_then(|index| buckets.get_mut(index)) {
            bucket.push(start.total_ms);
        }
    }
    let buckets: Vec<Vec<f64>> = buckets.into_iter().map(sorted).collect();
    wire::StartSeries {
        from: moment(window.from),
        bucket_s: u32::try_from(window.bucket / 1_000_000).unwrap_or(u32::MAX),
        starts: buckets.iter().map(|bucket| bucket.len() as u64).collect(),
        p50_ms: buckets.iter().map(|bucket| quantile(bucket, 0.5)).collect(),
        p95_ms: buckets.iter().map(|bucket| quantile(bucket, 0.95)).collect(),
    }
}
