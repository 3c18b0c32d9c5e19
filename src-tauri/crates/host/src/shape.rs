//! From the engine's and the record's own types to the wire's.

use coldframe_cost::Book;
use coldframe_engine::{
    AppStatus, InstanceState, InstanceStatus, JobKind, JobLine, JobState, JobStatus, Names,
};
use coldframe_protocol as wire;
use coldframe_providers::{
    clock,
    domain::{App, Problem, Severity, Takes},
    provider::Scheduled,
    registry,
};
use coldframe_report::{Deployed, Started};
use coldframe_store::{Answered, Finished, Status, Stream};
use coldframe_supervisor::{CpuLimit, CpuMode};
use time::{OffsetDateTime, format_description::well_known::Rfc3339};

use crate::names::Known;

/// RFC 3339, UTC, from microseconds since the Unix epoch.
pub(crate) fn time_text(micros: i64) -> String {
    OffsetDateTime::from_unix_timestamp_nanos(i128::from(micros) * 1000)
        .ok()
        .and_then(|time| time.format(&Rfc3339).ok())
        .unwrap_or_default()
}

#[expect(clippy::cast_precision_loss, reason = "milliseconds of one call fit an f64 exactly enough")]
pub(crate) fn ms(micros: i64) -> f64 {
    micros as f64 / 1000.0
}

pub(crate) fn problem(problem: &Problem) -> wire::Problem {
    wire::Problem {
        severity: match problem.severity {
            Severity::Error => "error".into(),
            Severity::Warning => "warning".into(),
        },
        message: problem.message.clone(),
        file: problem.file.clone(),
        line: problem.line,
        hint: problem.hint.clone(),
        remedy: problem.remedy.clone(),
    }
}

pub(crate) fn job(job: &JobStatus) -> wire::Job {
    wire::Job {
        id: job.id,
        kind: match job.kind {
            JobKind::Build => wire::JobKind::Build,
            JobKind::Install => wire::JobKind::Install,
        },
        command: job.command.clone(),
        state: match job.state {
            JobState::Running => wire::JobState::Running,
            JobState::Done => wire::JobState::Done,
            JobState::Failed => wire::JobState::Failed,
            JobState::Cancelled => wire::JobState::Cancelled,
        },
        started_at: time_text(job.started_at),
        elapsed_ms: job.elapsed.as_secs_f64() * 1000.0,
        problem: job.problem.as_ref().map(problem),
    }
}

pub(crate) fn job_line(line: JobLine) -> wire::JobLine {
    wire::JobLine { job: line.job, number: line.number, text: line.text }
}

/// Every function of an app, as people see it.
pub(crate) fn functions(
    status: &AppStatus,
    root: &std::path::Path,
    urls: impl Fn(&str) -> Vec<String>,
) -> Vec<wire::Function> {
    let app = &status.app;
    let path = app.root.strip_prefix(root).unwrap_or(&app.root).to_string_lossy().into_owned();
    let problems: Vec<wire::Problem> = status.problems.iter().map(problem).collect();
    let job = status.job.as_ref().map(job);
    let pool = pool(status);
    let state = state(status);
    let each = status.functions.iter();
    each.map(|(id, name)| wire::Function {
        id: *id,
        name: name.clone(),
        app: app.name.clone(),
        provider: app.provider.as_str().into(),
        language: app.language.as_str().into(),
        runtime: app.runtime.clone(),
        handler: app.handler.clone(),
        path: path.clone(),
        memory_mb: app.settings.memory_mb,
        timeout_ms: u64::try_from(app.settings.timeout.as_millis()).unwrap_or(u64::MAX),
        urls: urls(name),
        takes: takes(app, name),
        schedules: schedules(app, name),
        revision: status.revision.clone(),
        state,
        problem: problems.first().cloned(),
        problems: problems.clone(),
        job: job.clone(),
        why: app.why.clone(),
        assumed: app.assumed.clone(),
        pool: pool.clone(),
        twin: status.twin,
    })
    .collect()
}

fn takes(app: &App, name: &str) -> String {
    let function = app.functions.iter().find(|function| function.name == name);
    function.map_or(Takes::Event, |function| function.takes).as_str().into()
}

fn schedules(app: &App, name: &str) -> Vec<wire::ScheduledCall> {
    let function = app.functions.iter().find(|function| function.name == name);
    let scheduled = function.map(|function| registry::of(app.provider).scheduled(function));
    scheduled
        .unwrap_or_default()
        .into_iter()
        .map(|Scheduled { schedule, event }| wire::ScheduledCall {
            at: schedule,
            event,
            followed: app.settings.follow_schedules,
        })
        .collect()
}

fn state(status: &AppStatus) -> wire::FunctionState {
    let busy = status.instances.iter().any(|instance| !matches!(instance.state, InstanceState::Idle { .. }));
    let broken =
        !status.serving && status.problems.first().is_some_and(|problem| problem.severity == Severity::Error);
    if busy {
        wire::FunctionState::Busy
    } else if broken {
        wire::FunctionState::Broken
    } else if status.starting > 0 {
        wire::FunctionState::Starting
    } else if status.instances.is_empty() {
        wire::FunctionState::AtZero
    } else {
        wire::FunctionState::Idle
    }
}

fn pool(status: &AppStatus) -> wire::Pool {
    wire::Pool {
        idle_ms: u64::try_from(status.idle.as_millis()).unwrap_or(u64::MAX),
        kept_warm: status.kept_warm,
        always_cold: status.always_cold,
        emulate_cpu_share: status.emulate_cpu_share,
        next_cold: status.next_cold,
        concurrency: status.concurrency,
        instance_concurrency: status.instance_concurrency,
        instances: status.instances.iter().map(instance).collect(),
    }
}

fn instance(status: &InstanceStatus) -> wire::Instance {
    let idle_until = match status.state {
        InstanceState::Idle { ends_in: Some(left) } => {
            Some(time_text(clock::now_us() + i64::try_from(left.as_micros()).unwrap_or(0)))
        }
        _ => None,
    };
    wire::Instance {
        id: status.id,
        name: status.name.clone(),
        pid: status.pid,
        revision: status.revision.clone(),
        state: match status.state {
            InstanceState::Idle { .. } => "idle",
            InstanceState::Busy => "busy",
            InstanceState::Retiring => "retiring",
        }
        .into(),
        started_at: time_text(status.started_at),
        idle_until,
        invocations: status.invocations,
        cpu_share: status.cpu.map(|(milli, limit)| cpu_share(milli, limit)),
    }
}

/// `0.289 vCPU (cgroup v1)`.
fn cpu_share(milli: u32, limit: CpuLimit) -> String {
    format!("{} vCPU ({})", f64::from(milli) / 1000.0, share_kept(limit).title())
}

/// A process that nobody asked to be held has a share nobody knows.
pub(crate) fn share_kept(limit: CpuLimit) -> wire::ShareKept {
    match limit {
        CpuLimit::Kept(CpuMode::CgroupV2) => wire::ShareKept::CgroupV2,
        CpuLimit::Kept(CpuMode::CgroupV1) => wire::ShareKept::CgroupV1,
        CpuLimit::Kept(CpuMode::DutyCycle) => wire::ShareKept::DutyCycle,
        CpuLimit::Whole => wire::ShareKept::Whole,
        CpuLimit::Beyond { .. } => wire::ShareKept::Beyond,
        CpuLimit::Unsupported | CpuLimit::NotAsked => wire::ShareKept::Unsupported,
    }
}

pub(crate) fn status_text(status: Status) -> &'static str {
    match status {
        Status::Accepted => "accepted",
        Status::Running => "running",
        Status::Ok => "ok",
        Status::Error => "error",
        Status::InitError => "init_error",
        Status::Timeout => "timeout",
        Status::Crash => "crash",
        Status::OutOfMemory => "out_of_memory",
        Status::Throttled => "throttled",
        Status::Refused => "refused",
        Status::Interrupted => "interrupted",
    }
}

pub(crate) fn stream_text(stream: Stream) -> &'static str {
    match stream {
        Stream::Stdout => "stdout",
        Stream::Stderr => "stderr",
        Stream::Platform => "platform",
    }
}

/// An invocation straight from the engine, before it is in the record's tables.
pub(crate) fn invocation(entry: &Answered, names: &Names, function: &Known, book: &Book) -> wire::Invocation {
    let phases = &entry.phases;
    let deployed = Deployed {
        provider: &function.provider,
        language: &function.language,
        runtime: &function.runtime,
        memory_mb: entry.memory_mb,
    };
    let started = Started { cold: entry.cold, init_us: phases.init_us, reload_init_us: entry.reload_init_us };
    wire::Invocation {
        id: entry.id,
        request_id: entry.request_id.clone(),
        function_id: entry.function_id,
        function: function.name.clone(),
        provider: function.provider.clone(),
        trigger: entry.trigger.clone(),
        revision: names.revision.clone(),
        instance: names.instance.clone(),
        started_at: time_text(entry.started_at),
        cold: entry.cold,
        queue_ms: ms(phases.queue_us),
        build_ms: ms(phases.build_us),
        spawn_ms: ms(phases.spawn_us),
        boot_ms: ms(phases.boot_us),
        init_ms: ms(phases.init_us),
        handler_ms: ms(phases.handler_us),
        overhead_ms: ms(phases.overhead_us),
        total_ms: ms(phases.total_us),
        cpu_user_ms: None,
        cpu_system_ms: None,
        peak_memory_mb: None,
        memory_mb: entry.memory_mb,
        timeout_ms: entry.timeout_ms,
        request_bytes: u64::try_from(entry.request_bytes).unwrap_or(0),
        response_bytes: u64::try_from(entry.response_bytes).unwrap_or(0),
        status: status_text(entry.status).into(),
        http_status: entry.http_status,
        attempt: entry.attempt,
        error_type: entry.error_type.clone(),
        reload_init_ms: entry.reload_init_us.map(ms),
        deployed_cold: deployed.cold_of(book, started),
    }
}

pub(crate) fn finish(invocation: &mut wire::Invocation, finished: &Finished) {
    invocation.cpu_user_ms = finished.cpu_user_us.map(ms);
    invocation.cpu_system_ms = finished.cpu_system_us.map(ms);
    #[expect(clippy::cast_precision_loss, reason = "kilobytes of one machine fit an f64")]
    let megabytes = |kilobytes: i64| kilobytes as f64 / 1024.0;
    invocation.peak_memory_mb = finished.peak_memory_kb.map(megabytes);
}
