//! A record with one project of two functions, written as the engine writes it.

use coldframe_cost::Book;
use coldframe_report::Report;
use coldframe_store::{
    Answered, AppEntry, Entry, Finished, FunctionEntry, InstanceReady, InstanceStarted, LogEntry, Micros,
    Phases, ProjectEntry, RevisionEntry, Status, Store, Stream,
};

pub(crate) const PROJECT: i64 = 1;
pub(crate) const OTHER_PROJECT: i64 = 2;
pub(crate) const HELLO: i64 = 101;
pub(crate) const RESIZE: i64 = 102;
/// In another project.
pub(crate) const STRANGER: i64 = 201;

pub(crate) const SECOND: Micros = 1_000_000;
pub(crate) const MINUTE: Micros = 60 * SECOND;
/// 2025-11-21T00:00:00Z.
pub(crate) const BEGAN: Micros = 1_763_683_200 * SECOND;

pub(crate) struct Record {
    store: Store,
    next: i64,
    // Dropped last: the store lives in it.
    _directory: tempfile::TempDir,
}

/// What differs between the calls of a test.
#[derive(Clone)]
pub(crate) struct Call {
    pub(crate) function: i64,
    pub(crate) at: Micros,
    pub(crate) handler_us: i64,
    /// Cold if given.
    pub(crate) init_us: Option<i64>,
    pub(crate) build_us: i64,
    pub(crate) cpu_us: Option<i64>,
    pub(crate) peak_memory_kb: i64,
    pub(crate) memory_mb: u32,
    pub(crate) response_bytes: i64,
    pub(crate) status: Status,
    pub(crate) trigger: &'static str,
}

impl Call {
    pub(crate) fn new(function: i64, at: Micros, handler_us: i64) -> Self {
        Self {
            function,
            at,
            handler_us,
            init_us: None,
            build_us: 0,
            cpu_us: Some(handler_us / 2),
            peak_memory_kb: 60 * 1024,
            memory_mb: 512,
            response_bytes: 7,
            status: Status::Ok,
            trigger: "sdk",
        }
    }
}

impl Record {
    pub(crate) fn new() -> Self {
        let directory = tempfile::tempdir().expect("a temporary directory");
        let (store, _) = Store::open(directory.path(), BEGAN).expect("a new record");
        let record = Self { store, next: 1_000, _directory: directory };
        for (project, name) in [(PROJECT, "storefront"), (OTHER_PROJECT, "elsewhere")] {
            record.note(Entry::Project(ProjectEntry {
                id: project,
                root: format!("/projects/{name}"),
                name: name.to_owned(),
                opened_at: BEGAN - project,
            }));
        }
        for (id, project, name) in
            [(HELLO, PROJECT, "hello"), (RESIZE, PROJECT, "resize"), (STRANGER, OTHER_PROJECT, "stranger")]
        {
            // Every app has the function's id + 1000, its revision + 2000, its instance + 3000.
            record.note(Entry::App(AppEntry {
                id: id + 1000,
                project_id: project,
                provider: "aws".to_owned(),
                name: name.to_owned(),
                language: "python".to_owned(),
                runtime: "python3.12".to_owned(),
                path: name.to_owned(),
                seen_at: BEGAN,
            }));
            record.note(Entry::Function(FunctionEntry {
                id,
                app_id: id + 1000,
                name: name.to_owned(),
                handler: "lambda_function.lambda_handler".to_owned(),
                path: name.to_owned(),
                seen_at: BEGAN,
            }));
            record.note(Entry::Revision(RevisionEntry {
                id: id + 2000,
                app_id: id + 1000,
                hash: format!("rev-{name}"),
                created_at: BEGAN,
                memory_mb: 512,
                timeout_ms: 3_000,
                architecture: "x86_64".to_owned(),
            }));
            record.note(Entry::InstanceStarted(InstanceStarted {
                id: id + 3000,
                name: format!("i-{id}"),
                app_id: id + 1000,
                revision_id: id + 2000,
                pid: 4242,
                started_at: BEGAN,
                cause: "invocation".to_owned(),
            }));
            record.note(Entry::InstanceReady(InstanceReady {
                id: id + 3000,
                at: BEGAN + 150_000,
                spawn_us: 2_000,
                boot_us: 48_000,
                init_us: 100_770,
                peak_memory_kb: Some(30 * 1024),
            }));
        }
        record
    }

    pub(crate) fn note(&self, entry: Entry) {
        self.store.recorder().note(entry);
    }

    /// Records the call as answered and, where an instance ran it, as finished; returns its id.
    pub(crate) fn call(&mut self, call: &Call) -> i64 {
        let ran = !matches!(call.status, Status::Throttled | Status::Refused);
        let answered = self.answered(call, !ran);
        let id = answered.id;
        let recorder = self.store.recorder();
        recorder.answered(answered).expect("the journal takes it");
        if ran {
            recorder.note(Entry::Finished(Finished {
                id,
                at: call.at + call.handler_us,
                cpu_user_us: call.cpu_us.map(|cpu| cpu - cpu / 5),
                cpu_system_us: call.cpu_us.map(|cpu| cpu / 5),
                peak_memory_kb: Some(call.peak_memory_kb),
            }));
        }
        id
    }

    /// An answer that nothing has been done with yet.
    pub(crate) fn answered(&mut self, call: &Call, last: bool) -> Answered {
        self.next += 1;
        let init_us = call.init_us.unwrap_or(0);
        Answered {
            id: self.next,
            request_id: format!("request-{}", self.next),
            attempt: 1,
            function_id: call.function,
            app_id: call.function + 1000,
            revision_id: (!last).then_some(call.function + 2000),
            instance_id: (!last).then_some(call.function + 3000),
            trigger: call.trigger.to_owned(),
            started_at: call.at,
            cold: call.init_us.is_some(),
            phases: Phases {
                build_us: call.build_us,
                init_us,
                handler_us: call.handler_us,
                overhead_us: 200,
                total_us: call.build_us + init_us + call.handler_us + 200,
                ..Phases::default()
            },
            reload_init_us: None,
            status: call.status,
            http_status: if call.status == Status::Throttled { 429 } else { 200 },
            error_type: None,
            request_bytes: 2,
            response_bytes: call.response_bytes,
            memory_mb: call.memory_mb,
            timeout_ms: 3_000,
            architecture: "x86_64".to_owned(),
            request: None,
            response: None,
            last,
        }
    }

    pub(crate) fn record(&self, answered: Answered) {
        self.store.recorder().answered(answered).expect("the journal takes it");
    }

    pub(crate) fn log(&mut self, function: i64, invocation: Option<i64>, text: &str) {
        self.next += 1;
        self.note(Entry::Log(LogEntry {
            id: self.next,
            at: BEGAN,
            function_id: function,
            instance_id: function + 3000,
            invocation_id: invocation,
            stream: Stream::Stdout,
            text: text.to_owned(),
        }));
    }

    /// Reads what has been recorded so far.
    pub(crate) fn report(&self) -> Report {
        self.store.flush();
        Report::new(self.store.reader().expect("the record can be read"), Book::built_in())
    }
}
