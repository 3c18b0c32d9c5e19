//! The files of revisions: kept once, found again, and gone with what they stood for.

use std::time::Duration;

use coldframe_store::*;

use crate::sample::*;

fn file(path: &str, text: &str) -> CodeFile {
    let mut hash = [0; 32];
    hash[..text.len().min(32)].copy_from_slice(&text.as_bytes()[..text.len().min(32)]);
    CodeFile { path: path.into(), hash, bytes: text.len() as u64, text: KeptText::Kept(text.into()) }
}

fn revision(id: i64, hash: &str, at: i64) -> Entry {
    Entry::Revision(RevisionEntry {
        id,
        app_id: APP,
        hash: hash.into(),
        created_at: at,
        memory_mb: 128,
        timeout_ms: 3000,
        architecture: "x86_64".into(),
    })
}

fn code(revision_id: i64, at: i64, files: Vec<CodeFile>) -> Entry {
    Entry::Code(Box::new(CodeEntry { app_id: APP, revision_id, at, serves: true, files }))
}

/// Three days of code; the last day's has come back to the first's.
fn fill(store: &Store) {
    let recorder = store.recorder();
    house().into_iter().for_each(|entry| recorder.note(entry));
    recorder.note(revision(REVISION + 1, "cd34ef", MONDAY + DAY));
    let shared = || file("thumbs/shared.py", "x = 1");
    let first = || vec![file("thumbs/app.py", "one"), shared()];
    recorder.note(code(REVISION, MONDAY, first()));
    recorder.note(code(REVISION + 1, MONDAY + DAY, vec![file("thumbs/app.py", "two"), shared()]));
    recorder.note(code(REVISION, MONDAY + 2 * DAY, first()));
    // As when a journal is read twice.
    recorder.note(code(REVISION, MONDAY + 2 * DAY, first()));
    assert!(store.flush(), "the record can be written: {:?}", recorder.problem());
}

#[test]
fn code_can_be_found_by_when_it_ran() {
    let dir = tempfile::tempdir().unwrap();
    let (store, _) = open(dir.path());
    fill(&store);
    let reader = store.reader().unwrap();
    let changes = |until| {
        let rows = reader.code_changes(APP, until, 9).unwrap();
        rows.into_iter().map(|row| (row.at - MONDAY, row.revision)).collect::<Vec<_>>()
    };
    let (ab, cd) = ("ab12cd".to_owned(), "cd34ef".to_owned());
    assert_eq!(changes(i64::MAX), [(2 * DAY, ab.clone()), (DAY, cd.clone()), (0, ab.clone())]);
    assert_eq!(changes(MONDAY + DAY), [(DAY, cd), (0, ab)]);

    let files = reader.revision_files(REVISION).unwrap();
    assert_eq!(
        files.iter().map(|file| file.path.as_str()).collect::<Vec<_>>(),
        ["thumbs/app.py", "thumbs/shared.py"]
    );
    assert_eq!(reader.source_text(&files[0].hash).unwrap().as_deref(), Some("one"));
    assert_eq!(reader.source_text(b"nothing like it").unwrap(), None);
}

#[test]
fn old_code_goes_with_age_and_what_runs_now_stays() {
    let dir = tempfile::tempdir().unwrap();
    let (store, _) = open(dir.path());
    fill(&store);
    let long = Retention { max_age: Duration::from_secs(24 * 60 * 60), max_bytes: 1 << 40 };
    let taken = store.retain(long, MONDAY + 12 * DAY).unwrap();
    // Two files of the revision in between, and the one text that only it had.
    assert_eq!(taken.sources, 3, "{taken:?}");
    let reader = store.reader().unwrap();
    assert_eq!(reader.code_changes(APP, i64::MAX, 9).unwrap().len(), 1);
    assert_eq!(reader.revision_files(REVISION + 1).unwrap(), []);
    let files = reader.revision_files(REVISION).unwrap();
    let texts: Vec<_> = files.iter().filter_map(|file| reader.source_text(&file.hash).unwrap()).collect();
    assert_eq!(texts, ["one", "x = 1"]);
}

#[test]
fn clearing_takes_the_code_and_says_so_before() {
    let dir = tempfile::tempdir().unwrap();
    let (store, _) = open(dir.path());
    fill(&store);
    let reader = store.reader().unwrap();
    for (before, sources) in [(Some(MONDAY + DAY + 60 * MINUTE), 2), (None, 2)] {
        let clear = Clear { project_id: Some(1), before, open_project: Some(1) };
        let told = reader.clearable(&clear).unwrap();
        let taken = store.begin_clear(clear, MONDAY + 3 * DAY).unwrap().wait().unwrap();
        assert_eq!((told.sources, taken.sources), (sources, sources), "before {before:?}");
    }
    assert_eq!(reader.code_changes(APP, i64::MAX, 9).unwrap(), []);
    let hash = file("", "one").hash;
    assert_eq!(reader.source_text(&hash).unwrap(), None, "a text without a file is left");
}

#[test]
fn of_measured_imports_the_last_stand() {
    let dir = tempfile::tempdir().unwrap();
    let (store, _) = open(dir.path());
    let entry = |measured_at, report: &str| {
        let report = report.to_owned();
        Entry::Imports(Box::new(ImportsEntry {
            function_id: FUNCTION,
            revision_id: REVISION,
            measured_at,
            report,
        }))
    };
    let long = format!("{{\"modules\":[{}]}}", "1,".repeat(2_000));
    store.recorder().note(entry(MONDAY, "{}"));
    store.recorder().note(entry(MONDAY + 1, &long));
    assert!(store.flush());
    let reader = store.reader().unwrap();
    assert_eq!(reader.imports(FUNCTION).unwrap(), Some(long));
    assert_eq!(reader.imports(FUNCTION + 1).unwrap(), None);
}
