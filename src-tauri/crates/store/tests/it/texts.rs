//! Words are found among many rows as if every row had been read, however the rows came, go and are paged.

use std::{
    ops::RangeInclusive,
    path::Path,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use coldframe_store::*;
use rusqlite::Connection;

use crate::sample::{FUNCTION, INSTANCE, MONDAY, answered, finished, house, open};

/// Ids of calls, each with room for that of the line it wrote, as the engine's ids are those of all kinds of rows.
const CALLS: RangeInclusive<i64> = 1_000..=4_990;
const STEP: usize = 10;
const LINE: i64 = 1;

fn said(id: i64) -> String {
    let rare = if id % 970 == 0 { " Heliotrope" } else { "" };
    format!("order {:08x} of customer {}{rare}", id * 7_919_993 % 0xffff_ffff, id % 7)
}

fn record(store: &Store) {
    let recorder = store.recorder();
    house().iter().for_each(|entry| recorder.note(entry));
    for id in CALLS.step_by(STEP) {
        let body = Payload {
            content_type: "application/json".into(),
            bytes: format!("{{\"note\":\"parcel {}\"}}", id * 31).into(),
            full_length: 10,
        };
        let error_type = (id == 3_000).then(|| "ParcelLost".to_owned());
        recorder.answered(Answered { request: Some(body), error_type, ..answered(id) }).unwrap();
        recorder.note(Entry::Finished(finished(id)));
        if id % 20 == 0 {
            recorder.note(Entry::Log(LogEntry {
                id: LINE + id,
                at: MONDAY + id,
                function_id: FUNCTION,
                instance_id: INSTANCE,
                invocation_id: Some(id),
                stream: Stream::Stdout,
                text: said(id),
            }));
        }
        if id % 500 == 0 {
            assert!(store.flush());
        }
    }
    assert!(store.flush());
}

fn calls(word: &str) -> InvocationFilter {
    let terms = vec![Term { test: Test::Text(word.into()), not: false }];
    InvocationFilter { project_id: Some(1), terms, ..InvocationFilter::default() }
}

fn lines(reader: &Reader, word: &str, before: Option<i64>, limit: u32) -> Vec<i64> {
    let terms = vec![Term { test: LogTest::Text(word.into()), not: false }];
    let filter = LogFilter { project_id: Some(1), before, terms, ..LogFilter::default() };
    reader.logs(&filter, limit).unwrap().iter().map(|line| line.entry.id).collect()
}

fn ids(found: &[NamedInvocation]) -> Vec<i64> {
    found.iter().map(|call| call.row.id).collect()
}

/// Newest first.
fn that(fits: impl Fn(i64) -> bool) -> Vec<i64> {
    CALLS.rev().filter(|id| id % 10 == 0).filter(|id| fits(*id)).collect()
}

fn everything_is_found(store: &Store) {
    let reader = store.reader().unwrap();
    for word in ["heliotrope", "ORDER", "customer 3", "parcel 93", "parcellost", "er", "no such word"] {
        let lower = word.to_lowercase();
        let says = |id: i64| id % 20 == 0 && said(id).to_lowercase().contains(&lower);
        let holds = |id: i64| format!("{{\"note\":\"parcel {}\"}}", id * 31).contains(&lower);
        let wanted = that(|id| says(id) || holds(id) || (id == 3_000 && "parcellost".contains(&lower)));
        assert_eq!(ids(&reader.invocations(&calls(word), None, 1_000).unwrap()), wanted, "{word}");

        let mut paged = Vec::new();
        while let Some(before) = Some(paged.last().copied()) {
            let page = ids(&reader.invocations(&calls(word), before, 7).unwrap());
            if page.is_empty() {
                break;
            }
            paged.extend(page);
        }
        assert_eq!(paged, wanted, "{word}, in pages");
        if let [.., newer, edge] = wanted[..] {
            let page = reader.invocations_after(&calls(word), edge, 1).unwrap();
            assert_eq!(ids(&page), [newer], "{word}, the other way");
        }

        let mut in_lines: Vec<i64> = that(says).into_iter().map(|id| LINE + id).collect();
        in_lines.reverse();
        assert_eq!(lines(&reader, word, None, 1_000), in_lines, "{word} in lines");
        let last = in_lines.len().saturating_sub(5);
        assert_eq!(lines(&reader, word, None, 5), in_lines[last..], "{word}, the last lines");
        if let Some(edge) = in_lines.get(last).copied() {
            let older = &in_lines[last.saturating_sub(5)..last];
            assert_eq!(lines(&reader, word, Some(edge), 5), older, "{word}, those before");
        }
    }
}

fn blocks(dir: &Path) -> i64 {
    let conn = Connection::open(dir.join("record.sqlite")).unwrap();
    conn.query_row("SELECT count(*) FROM text_block", [], |row| row.get(0)).unwrap()
}

#[test]
fn a_word_is_found_wherever_it_stands() {
    let dir = tempfile::tempdir().unwrap();
    let (store, _) = open(dir.path());
    record(&store);
    everything_is_found(&store);
    assert!(blocks(dir.path()) < 100, "neighbours share a block");
}

#[test]
fn what_is_older_than_the_index_is_found_too() {
    let dir = tempfile::tempdir().unwrap();
    let (store, _) = open(dir.path());
    record(&store);
    let conn = Connection::open(dir.path().join("record.sqlite")).unwrap();
    conn.execute("DELETE FROM text_block WHERE last < 3000", []).unwrap();
    everything_is_found(&store);
    conn.execute("DELETE FROM text_block", []).unwrap();
    everything_is_found(&store);
}

#[test]
fn the_index_goes_with_what_it_stands_for() {
    let dir = tempfile::tempdir().unwrap();
    let (store, _) = open(dir.path());
    record(&store);
    let now = MONDAY + 3 * 24 * 3_600_000_000;
    let taken = store
        .retain(Retention { max_age: Duration::from_secs(24 * 3600), ..Retention::default() }, now)
        .unwrap();
    assert!(taken.text_blocks > 0, "{taken:?}");
    assert_eq!(blocks(dir.path()), 0, "of what is gone nothing can be found out");

    let dir = tempfile::tempdir().unwrap();
    let (store, _) = open(dir.path());
    record(&store);
    let all = Clear { project_id: Some(1), before: None, open_project: None };
    store.begin_clear(all, now).unwrap().wait().unwrap();
    assert_eq!(blocks(dir.path()), 0);
}

#[test]
fn a_question_nobody_waits_for_is_given_up() {
    let dir = tempfile::tempdir().unwrap();
    let (store, _) = open(dir.path());
    record(&store);
    let gone = Arc::new(AtomicBool::new(true));
    let reader = store.reader().unwrap();
    let error = reader.until(Arc::clone(&gone)).invocations(&calls("er"), None, 1_000).unwrap_err();
    assert!(error.to_string().contains("interrupted"), "{error}");
    assert!(
        !reader.invocations(&calls("er"), None, 1_000).unwrap().is_empty(),
        "others are answered on the same connection"
    );
    gone.store(false, Ordering::Relaxed);
    assert!(!reader.until(gone).invocations(&calls("er"), None, 1_000).unwrap().is_empty());
}
