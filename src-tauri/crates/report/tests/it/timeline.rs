//! A timeline: who was alive, what each did, and what was saved meanwhile.

use coldframe_protocol::{ErrorCode, RpcError, TimelineQuery};
use coldframe_store::{Entry, Phases, ReloadEntry, Status};

use crate::record::{BEGAN, Call, HELLO, MINUTE, PROJECT, RESIZE, Record, SECOND, STRANGER};

fn over(from: i64, to: i64) -> TimelineQuery {
    TimelineQuery { from: from as f64 / 1e3, to: to as f64 / 1e3, function: None }
}

#[test]
fn lanes_spans_and_marks_are_those_of_the_time() {
    let mut record = Record::new();
    let before = record.call(&Call::new(HELLO, BEGAN - MINUTE, 1_000));
    let long = record.call(&Call::new(HELLO, BEGAN - 10 * SECOND, 30_000_000));
    let cold = record.call(&Call { init_us: Some(200_000), ..Call::new(RESIZE, BEGAN + SECOND, 50_000) });
    let failed = record.call(&Call { status: Status::Timeout, ..Call::new(HELLO, BEGAN + 2 * SECOND, 900) });
    record.call(&Call::new(HELLO, BEGAN + MINUTE, 1_000));
    record.call(&Call::new(STRANGER, BEGAN + SECOND, 1_000));
    let (app_id, detected_at) = (HELLO + 1_000, BEGAN + 3 * SECOND);
    record.note(Entry::Reload(Box::new(ReloadEntry {
        id: 77,
        app_id,
        revision_id: None,
        instance_id: None,
        detected_at,
        files: vec!["hello/app.py".into()],
        built_us: None,
        initialised_us: None,
        swapped_us: Some(84_000),
        drained_us: None,
        phases: Phases::default(),
        outcome: "ok".into(),
        error: None,
    })));
    let report = record.report();

    let timeline = report.timeline(PROJECT, &over(BEGAN, BEGAN + MINUTE)).unwrap();
    let ids: Vec<_> = timeline.spans.iter().map(|span| span.id).collect();
    assert_eq!(ids, [long, cold, failed], "also what began before and still goes on; {before} does not");
    let span = &timeline.spans[1];
    assert_eq!((span.function.as_str(), span.cold), ("resize", true));
    assert!(span.before_ms >= 200.0 && span.total_ms > span.before_ms, "{span:?}");
    assert!(span.wait_ms < span.before_ms, "its own start is no waiting: {span:?}");
    assert_eq!(timeline.spans[2].status, "timeout");
    let parts: Vec<_> =
        timeline.lanes.iter().map(|lane| (lane.spawn_ms, lane.boot_ms, lane.init_ms)).collect();
    assert_eq!(parts, [(Some(2.0), Some(48.0), Some(100.77)); 2]);
    let [mark] = &timeline.reloads[..] else { panic!("one reload: {:?}", timeline.reloads) };
    assert_eq!((mark.file.as_str(), mark.swapped_ms), ("hello/app.py", Some(84.0)));
    assert!(!timeline.cut);
    assert!(timeline.lanes.is_sorted_by(|one, next| one.app <= next.app), "{:?}", timeline.lanes);

    let one = TimelineQuery { function: Some(RESIZE), ..over(BEGAN, BEGAN + MINUTE) };
    assert_eq!(report.timeline(PROJECT, &one).unwrap().spans.len(), 1);
    let error: RpcError = report.timeline(PROJECT, &over(BEGAN, BEGAN)).unwrap_err().into();
    assert_eq!(error.code, ErrorCode::Invalid);
}
