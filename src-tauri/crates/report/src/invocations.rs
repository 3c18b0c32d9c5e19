//! Invocations as lists and one by one, with its payloads, its log and what it would have cost.

use coldframe_cost::{Bin, Book, CoreSpeed, InvocationUsage, Meter, Plan, Usage};
use coldframe_protocol as wire;
use coldframe_store::{InvocationFilter, LogFilter, NamedInvocation, Range, Status};

use crate::{
    Deployed, Report, ReportError, Started,
    deployed::own_plan,
    logs::log_line,
    payload::payload,
    search,
    span::since,
    wording::{mb, moment, ms},
};

const LISTED: u32 = 100;
const LISTED_AT_MOST: u32 = 5_000;
/// Of one invocation; the last, and how many came before them is told. All are read on the Logs page.
const LOG_LINES: u32 = 2_000;

impl Report {
    /// Newest first. `project_id` bounds the list unless a function is named.
    ///
    /// # Errors
    /// An unknown status; the record cannot be read.
    pub fn invocations(
        &self,
        project_id: i64,
        query: &wire::InvocationQuery,
        now: i64,
    ) -> Result<Vec<wire::Invocation>, ReportError> {
        let filter = filter(project_id, query, now)?;
        let limit = query.limit.unwrap_or(LISTED).min(LISTED_AT_MOST);
        let found = match query.after {
            Some(after) => self.reader.invocations_after(&filter, after, limit),
            None => self.reader.invocations(&filter, query.before, limit),
        };
        Ok(found?.iter().map(|named| invocation(named, &self.book)).collect())
    }

    /// How many there are, on all pages.
    ///
    /// # Errors
    /// As for [`invocations`](Self::invocations).
    pub fn count_invocations(
        &self,
        project_id: i64,
        query: &wire::InvocationQuery,
        now: i64,
    ) -> Result<wire::InvocationCount, ReportError> {
        Ok(wire::InvocationCount { count: self.reader.count(&filter(project_id, query, now)?)? })
    }

    /// # Errors
    /// There is no such invocation; the record cannot be read.
    pub fn invocation(&self, id: i64) -> Result<wire::InvocationDetail, ReportError> {
        let found = self.reader.invocation(id)?.ok_or(ReportError::NotFound { what: "invocation", id })?;
        let payloads = self.reader.payloads(id)?;
        let filter = LogFilter { invocation_id: Some(id), ..LogFilter::default() };
        let logs = self.reader.logs(&filter, LOG_LINES)?;
        let written = if logs.len() < LOG_LINES as usize { 0 } else { self.reader.line_count(id)? };
        Ok(wire::InvocationDetail {
            request: payloads.request.as_ref().map(payload),
            response: payloads.response.as_ref().map(payload),
            logs_left_out: written.saturating_sub(logs.len() as u64),
            logs: logs.iter().map(log_line).collect(),
            prices: prices(&self.book, &found),
            invocation: invocation(&found, &self.book),
        })
    }
}

fn filter(project_id: i64, query: &wire::InvocationQuery, now: i64) -> Result<InvocationFilter, ReportError> {
    let search =
        search::parse(query.search.as_deref().unwrap_or_default(), now).map_err(ReportError::Invalid)?;
    let since = since(query.minutes, now);
    Ok(InvocationFilter {
        project_id: query.function.is_none().then_some(project_id),
        function_id: query.function,
        range: match (since, search.range) {
            (Some(one), Some(other)) => {
                Some(Range { from: one.from.max(other.from), to: one.to.min(other.to) })
            }
            (one, other) => one.or(other),
        },
        status: query.status.as_deref().map(status).transpose()?,
        terms: search.terms,
        ..InvocationFilter::default()
    })
}

/// A row as the wire has it.
pub(crate) fn invocation(named: &NamedInvocation, book: &Book) -> wire::Invocation {
    let row = &named.row;
    let deployed = Deployed {
        provider: &named.provider,
        language: &named.language,
        runtime: &named.runtime,
        memory_mb: row.memory_mb,
    };
    let phases = &row.phases;
    let started = Started { cold: row.cold, init_us: phases.init_us, reload_init_us: row.reload_init_us };
    wire::Invocation {
        id: row.id,
        request_id: row.request_id.clone(),
        function_id: row.function_id,
        function: named.function.clone(),
        provider: named.provider.clone(),
        trigger: row.trigger.clone(),
        revision: named.revision.clone(),
        instance: named.instance.clone(),
        started_at: moment(row.started_at),
        cold: row.cold,
        queue_ms: ms(phases.queue_us),
        build_ms: ms(phases.build_us),
        spawn_ms: ms(phases.spawn_us),
        boot_ms: ms(phases.boot_us),
        init_ms: ms(phases.init_us),
        handler_ms: ms(phases.handler_us),
        overhead_ms: ms(phases.overhead_us),
        total_ms: ms(phases.total_us),
        cpu_user_ms: row.cpu_user_us.map(ms),
        cpu_system_ms: row.cpu_system_us.map(ms),
        peak_memory_mb: row.peak_memory_kb.map(mb),
        memory_mb: row.memory_mb,
        timeout_ms: row.timeout_ms,
        request_bytes: row.request_bytes.unsigned_abs(),
        response_bytes: row.response_bytes.unsigned_abs(),
        status: row.status.as_str().to_owned(),
        http_status: row.http_status,
        attempt: row.attempt,
        error_type: row.error_type.clone(),
        reload_init_ms: row.reload_init_us.map(ms),
        deployed_cold: deployed.cold_of(book, started),
    }
}

/// The plans a single call is priced on, besides the one that its code is written for.
const CALL_PLANS: [&str; 2] = ["aws-lambda-x86", "aws-lambda-arm64"];

/// The list price on each of those, as long as it was here and at the plan's pace; nothing for what no instance ran to an end.
fn prices(book: &Book, named: &NamedInvocation) -> Vec<wire::InvocationPrice> {
    let row = &named.row;
    if !ran(row.status) {
        return Vec::new();
    }
    let usage = InvocationUsage {
        billed_init_us: if row.cold { positive(row.phases.billed_init_us()) } else { 0 },
        handler_us: positive(row.phases.handler_us),
        memory_mb: row.memory_mb,
    };
    let computing = row.cpu_user_us.zip(row.cpu_system_us).map(|(user, system)| positive(user + system));
    let share = computing.filter(|_| usage.handler_us > 0).map(|us| us as f64 / usage.handler_us as f64);
    // Alone on its instance: what others bill depends on the calls beside it.
    let alone = |plan: &Plan, bin: Bin| {
        let usage = Usage { cpu_us: computing.unwrap_or(usage.handler_us).into(), ..Usage::calls([bin]) };
        plan.list_price(&plan.measure(&usage)).to_string()
    };
    let price = |plan: &Plan| {
        let there = share.map(|share| plan.pace(row.memory_mb, CoreSpeed::SAME).bin(Bin::from(usage), share));
        wire::InvocationPrice {
            plan: plan.id.clone(),
            title: plan.title.clone(),
            billed_ms: plan.billed_ms(usage),
            memory_mb: row.memory_mb,
            usd: alone(plan, Bin::from(usage)),
            paced_ms: there.map(|bin| plan.billed_ms_of(bin)),
            paced_usd: there.map(|bin| alone(plan, bin)),
        }
    };
    // Whole lives and machines are no matter of a call.
    let own = own_plan(book, &named.provider, &row.architecture)
        .filter(|plan| !matches!(plan.meter, Meter::Lifetime(_) | Meter::Nodes(_)))
        .filter(|plan| !CALL_PLANS.contains(&plan.id.as_str()));
    own.into_iter().chain(CALL_PLANS.iter().filter_map(|id| book.plan(id))).map(price).collect()
}

fn ran(status: Status) -> bool {
    match status {
        Status::Ok
        | Status::Error
        | Status::InitError
        | Status::Timeout
        | Status::Crash
        | Status::OutOfMemory => true,
        Status::Accepted | Status::Running | Status::Throttled | Status::Refused | Status::Interrupted => {
            false
        }
    }
}

fn positive(us: i64) -> u64 {
    u64::try_from(us).unwrap_or(0)
}

fn status(text: &str) -> Result<Status, ReportError> {
    Status::parse(text).ok_or_else(|| {
        let known = Status::ALL.map(Status::as_str).join(", ");
        ReportError::Invalid(format!("{text:?} is no status: one of {known}"))
    })
}
