//! What goes, and in which order.

use std::time::Duration;

use coldframe_store::*;

use crate::sample::*;

/// Ten days of calls with incompressible bodies, lines and an event that is still open.
fn fill(store: &Store) {
    let recorder = store.recorder();
    house().iter().for_each(|entry| recorder.note(entry));
    let mut state = 1_u64;
    let mut noise = || {
        let bytes: Vec<u8> = (0..4_000)
            .map(|_| {
                state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
                (state >> 56) as u8
            })
            .collect();
        Payload { content_type: "x".into(), full_length: 4_000, bytes: bytes.into() }
    };
    recorder.accepted(event(50)).unwrap();
    for n in 0..500 {
        let id = 1_000 + n;
        let started_at = MONDAY + n * DAY / 50;
        recorder
            .answered(Answered { started_at, request: Some(noise()), last: true, ..answered(id) })
            .unwrap();
        recorder.note(Entry::Log(LogEntry { at: started_at, ..line(id, id) }));
    }
    assert!(store.flush());
}

const NOW: i64 = MONDAY + 12 * DAY;
const LARGE: u64 = 1 << 40;
const LONG: Duration = Duration::from_secs(100 * 365 * 24 * 60 * 60);

#[test]
fn age_takes_single_calls_and_keeps_the_days() {
    let dir = tempfile::tempdir().unwrap();
    let (store, _) = open(dir.path());
    fill(&store);
    let reader = store.reader().unwrap();
    let before = reader.figures(&[FUNCTION], Range::ALL).unwrap();
    let week = Duration::from_secs(7 * 24 * 60 * 60);
    let retained = store.retain(Retention { max_age: week, max_bytes: LARGE }, NOW).unwrap();
    assert_eq!((retained.payloads, retained.log_lines, retained.invocations), (250, 250, 250));
    let left = reader.invocations(&InvocationFilter::default(), None, 1_000).unwrap();
    assert_eq!(left.len(), 250 + 1, "five days are left, and the open event");
    assert!(left.iter().all(|i| i.row.started_at >= NOW - 7 * DAY || i.row.status == Status::Accepted));
    assert_eq!(reader.payloads(1_249).unwrap(), Payloads::default());
    assert!(reader.payloads(1_250).unwrap().request.is_some());
    assert_eq!(reader.figures(&[FUNCTION], Range::ALL).unwrap(), before, "a figure went with its calls");
    let again = store.retain(Retention { max_age: week, max_bytes: LARGE }, NOW).unwrap();
    assert_eq!(again, Retained::default(), "nothing is left to take");
    store.close();
    let (_store, opened) = open(dir.path());
    assert_eq!(opened.pending_events, [event(50)], "an open event is never taken");
}

#[test]
fn size_takes_bodies_first() {
    let dir = tempfile::tempdir().unwrap();
    let (store, _) = open(dir.path());
    fill(&store);
    let reader = store.reader().unwrap();
    let before = reader.size();
    assert!(before.database + before.logs > 2_000_000, "two megabytes of bodies: {before:?}");
    let retained = store.retain(Retention { max_age: LONG, max_bytes: 1_000_000 }, NOW).unwrap();
    assert!(retained.payloads > 0);
    assert_eq!(
        (retained.log_lines, retained.invocations, retained.roll_ups),
        (0, 0, 0),
        "bodies were enough"
    );
    assert_eq!(reader.invocations(&InvocationFilter::default(), None, 1_000).unwrap().len(), 501);
    store.close();
    let after = Reader::open(dir.path()).unwrap().size();
    assert!(after.database < 1_000_000, "the file gave nothing back: {after:?}");
}

#[test]
fn roll_ups_go_last() {
    let dir = tempfile::tempdir().unwrap();
    let (store, _) = open(dir.path());
    fill(&store);
    let retained = store.retain(Retention { max_age: LONG, max_bytes: 1 }, NOW).unwrap();
    assert_eq!((retained.log_lines, retained.invocations), (500, 500));
    assert!(retained.roll_ups >= 500, "with no room at all even roll-ups go: {retained:?}");
    store.recorder().answered(Answered { last: true, ..answered(9_000) }).unwrap();
    assert!(store.flush(), "recording goes on");
    store.close();
}
