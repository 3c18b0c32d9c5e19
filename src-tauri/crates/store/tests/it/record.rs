//! Writing and reading back.

use coldframe_store::*;

use crate::sample::*;

#[test]
fn what_is_recorded_can_be_read() {
    let dir = tempfile::tempdir().unwrap();
    let (store, opened) = open(dir.path());
    assert_eq!((opened.imported, opened.interrupted), (0, 0), "a new record has nothing to mend");
    let recorder = store.recorder();
    house().into_iter().for_each(|entry| recorder.note(entry));
    recorder.accepted(running(100)).unwrap();
    let body = "x".repeat(10_000);
    let call = Answered { request: Some(payload("{}")), response: Some(payload(&body)), ..answered(100) };
    recorder.answered(call).unwrap();
    recorder.note(Entry::Log(line(101, 100)));
    recorder.note(Entry::Finished(finished(100)));
    assert!(store.flush(), "the record can be written: {:?}", recorder.problem());

    let reader = store.reader().unwrap();
    let invocation = reader.invocation(100).unwrap().expect("the call has a row");
    assert_eq!(invocation.function, "Thumbs");
    assert_eq!((invocation.provider.as_str(), invocation.app.as_str()), ("aws", "thumbs"));
    assert_eq!(invocation.revision.as_deref(), Some("ab12cd"));
    assert_eq!(invocation.instance.as_deref(), Some("i-1"));
    assert_eq!(invocation.row.status, Status::Ok);
    assert_eq!(invocation.row.phases.handler_us, 1100);
    assert_eq!(invocation.row.cpu_user_us, Some(700));
    assert_eq!(invocation.row.finished_at, Some(MONDAY + 200));

    let payloads = reader.payloads(100).unwrap();
    assert_eq!(payloads.request, Some(payload("{}")));
    assert_eq!(payloads.response, Some(payload(&body)), "a body survives compression");

    let lines = reader.logs(&LogFilter { invocation_id: Some(100), ..LogFilter::default() }, 10).unwrap();
    assert_eq!(lines.len(), 1);
    assert_eq!(lines[0].entry, line(101, 100));
    assert_eq!(lines[0].request_id.as_deref(), Some("request-100"));

    let figures = reader.figures(&[FUNCTION], Range::ALL).unwrap();
    assert_eq!(figures.len(), 1, "one key was used");
    assert_eq!(figures[0].figures.counts, Counts { ok: 1, ..Counts::default() });
    store.close();
}
