//! Entries to record, and a way to compare two records.

use std::path::{Path, PathBuf};

use coldframe_store::*;

pub(crate) const MINUTE: i64 = 60_000_000;
pub(crate) const DAY: i64 = 24 * 60 * MINUTE;
/// 2026-01-05 00:00:00 UTC.
pub(crate) const MONDAY: i64 = 20_458 * DAY;

pub(crate) const APP: i64 = 10;
pub(crate) const FUNCTION: i64 = 20;
pub(crate) const REVISION: i64 = 30;
pub(crate) const INSTANCE: i64 = 40;

pub(crate) fn open(dir: &Path) -> (Store, Opened) {
    Store::open(dir, MONDAY).expect("a record opens")
}

/// One project, app, function and revision, and a running instance.
pub(crate) fn house() -> Vec<Entry> {
    vec![
        Entry::Project(ProjectEntry { id: 1, root: "/p".into(), name: "p".into(), opened_at: MONDAY }),
        Entry::App(AppEntry {
            id: APP,
            project_id: 1,
            provider: "aws".into(),
            name: "thumbs".into(),
            language: "python".into(),
            runtime: "python3.12".into(),
            path: "thumbs".into(),
            seen_at: MONDAY,
        }),
        Entry::Function(FunctionEntry {
            id: FUNCTION,
            app_id: APP,
            name: "Thumbs".into(),
            handler: "app.handler".into(),
            path: "thumbs".into(),
            seen_at: MONDAY,
        }),
        Entry::Revision(RevisionEntry {
            id: REVISION,
            app_id: APP,
            hash: "ab12cd".into(),
            created_at: MONDAY,
            memory_mb: 128,
            timeout_ms: 3000,
            architecture: "x86_64".into(),
        }),
        Entry::InstanceStarted(InstanceStarted {
            id: INSTANCE,
            name: "i-1".into(),
            app_id: APP,
            revision_id: REVISION,
            pid: 4711,
            started_at: MONDAY,
            cause: "invocation".into(),
        }),
        Entry::InstanceReady(InstanceReady {
            id: INSTANCE,
            at: MONDAY + 90_000,
            spawn_us: 10_000,
            boot_us: 50_000,
            init_us: 30_000,
            peak_memory_kb: Some(20_000),
        }),
    ]
}

pub(crate) fn running(id: i64) -> Accepted {
    Accepted {
        id,
        request_id: format!("request-{id}"),
        attempt: 1,
        function_id: FUNCTION,
        trigger: "sdk".into(),
        at: MONDAY + id,
        status: Status::Running,
        event: None,
    }
}

pub(crate) fn event(id: i64) -> Accepted {
    let event = Some(format!("{{\"event\":{id}}}").into());
    Accepted { trigger: "async".into(), status: Status::Accepted, event, ..running(id) }
}

/// A warm call of `1000 + id` µs.
pub(crate) fn answered(id: i64) -> Answered {
    let handler_us = 1000 + id;
    Answered {
        id,
        request_id: format!("request-{id}"),
        attempt: 1,
        function_id: FUNCTION,
        app_id: APP,
        revision_id: Some(REVISION),
        instance_id: Some(INSTANCE),
        trigger: "sdk".into(),
        started_at: MONDAY + id,
        cold: false,
        phases: Phases { handler_us, overhead_us: 100, total_us: handler_us + 100, ..Phases::default() },
        reload_init_us: None,
        status: Status::Ok,
        http_status: 200,
        error_type: None,
        request_bytes: 10,
        response_bytes: 20,
        memory_mb: 128,
        timeout_ms: 3000,
        architecture: "x86_64".into(),
        request: None,
        response: None,
        last: false,
    }
}

pub(crate) fn finished(id: i64) -> Finished {
    Finished {
        id,
        at: MONDAY + 2 * id,
        cpu_user_us: Some(700),
        cpu_system_us: Some(50),
        peak_memory_kb: Some(40_000),
    }
}

pub(crate) fn line(id: i64, invocation: i64) -> LogEntry {
    LogEntry {
        id,
        at: MONDAY + id,
        function_id: FUNCTION,
        instance_id: INSTANCE,
        invocation_id: Some(invocation),
        stream: Stream::Stdout,
        text: format!("line {id}"),
    }
}

pub(crate) fn payload(text: &str) -> Payload {
    Payload {
        content_type: "application/json".into(),
        bytes: text.to_owned().into(),
        full_length: text.len() as u64,
    }
}

/// The journal's files, oldest first.
pub(crate) fn journals(dir: &Path) -> Vec<PathBuf> {
    let mut files: Vec<_> = dir
        .read_dir()
        .unwrap()
        .map(|file| file.unwrap().path())
        .filter(|path| path.file_name().unwrap().to_str().unwrap().starts_with("journal-"))
        .collect();
    files.sort();
    files
}

/// Puts a copy of a journal into a directory, as if a host had died there.
pub(crate) fn plant(journal: &Path, dir: &Path) {
    std::fs::copy(journal, dir.join("journal-0000009000")).unwrap();
}

/// What a host recorded, as a journal of which nothing was imported: its file, and the directory it lies in.
pub(crate) fn journal_of(record: impl FnOnce(&Recorder)) -> (tempfile::TempDir, PathBuf) {
    let dir = tempfile::tempdir().unwrap();
    let (store, _) = open(dir.path());
    record(&store.recorder());
    drop(store);
    let journals = journals(dir.path());
    assert_eq!(journals.len(), 1, "a host that ends without closing leaves its journal");
    (dir, journals[0].clone())
}

/// Everything that can be asked, in one text.
pub(crate) fn everything(reader: &Reader) -> String {
    let invocations = reader.invocations(&InvocationFilter::default(), None, 100_000).unwrap();
    let payloads: Vec<_> =
        invocations.iter().map(|invocation| reader.payloads(invocation.row.id).unwrap()).collect();
    format!(
        "{:#?}",
        (
            reader.projects(10).unwrap(),
            reader.apps(1).unwrap(),
            reader.functions(1).unwrap(),
            reader.revisions(APP, 10).unwrap(),
            reader.instances(&InstanceFilter::default(), 100).unwrap(),
            (invocations, payloads),
            reader.logs(&LogFilter::default(), 100_000).unwrap(),
            reader.reloads(&ReloadFilter::default(), 100).unwrap(),
            reader.figures(&[FUNCTION], Range::ALL).unwrap(),
            reader.series(&[FUNCTION], Range::ALL, MINUTE).unwrap(),
            reader.periods(APP, Range::ALL).unwrap(),
        )
    )
}
