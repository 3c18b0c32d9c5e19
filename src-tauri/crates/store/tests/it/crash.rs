//! What the next start makes of what a dead host left.

use coldframe_store::*;

use crate::sample::*;

/// A bit of everything: finished, answered, failed at once, running, and an event nobody answered.
fn busy(recorder: &Recorder) {
    house().iter().for_each(|entry| recorder.note(entry));
    for id in 100..150 {
        recorder.accepted(running(id)).unwrap();
        recorder.answered(answered(id)).unwrap();
        recorder.note(Entry::Log(line(1000 + id, id)));
        recorder.note(Entry::Finished(finished(id)));
    }
    let body = payload(&"y".repeat(2000));
    recorder
        .answered(Answered { request: Some(body.clone()), response: Some(body), ..answered(200) })
        .unwrap();
    recorder.answered(Answered { status: Status::Crash, last: true, ..answered(201) }).unwrap();
    recorder.accepted(running(300)).unwrap();
    recorder.accepted(event(400)).unwrap();
    recorder.note(Entry::Reload(Box::new(ReloadEntry {
        id: 500,
        app_id: APP,
        revision_id: None,
        instance_id: None,
        detected_at: MONDAY,
        files: vec!["thumbs/app.py".into(), "thumbs/ü.py".into()],
        built_us: Some(5),
        initialised_us: None,
        swapped_us: None,
        drained_us: None,
        phases: Phases::default(),
        outcome: "running".into(),
        error: Some(ReloadError { message: "no".into(), file: Some("thumbs/app.py".into()), line: Some(3) }),
    })));
}

fn counts(reader: &Reader) -> Counts {
    let figures = reader.figures(&[FUNCTION], Range::ALL).unwrap();
    figures.iter().fold(Counts::default(), |mut sum, roll_up| {
        sum += roll_up.figures.counts;
        sum
    })
}

#[test]
fn the_next_start_imports_the_journal_and_closes_what_was_open() {
    let (_from, journal) = journal_of(busy);
    let dir = tempfile::tempdir().unwrap();
    plant(&journal, dir.path());
    let (store, opened) = open(dir.path());
    assert_eq!(opened.imported, 6 + 50 * 4 + 5, "every entry of the journal is imported");
    assert_eq!(opened.interrupted, 1, "the call that was running is interrupted");
    assert_eq!(opened.pending_events, [event(400)], "the event is to be delivered again");
    assert!(journals(dir.path()).iter().all(|path| !path.ends_with("journal-0000009000")));

    let reader = store.reader().unwrap();
    let status = |id| reader.invocation(id).unwrap().map(|invocation| invocation.row.status);
    assert_eq!(status(100), Some(Status::Ok));
    assert_eq!(status(300), Some(Status::Interrupted));
    assert_eq!(status(400), Some(Status::Accepted));
    let expected = Counts { ok: 51, crash: 1, interrupted: 1, ..Counts::default() };
    assert_eq!(counts(&reader), expected, "answered ones count even where nothing followed");

    let instance = &reader.instances(&InstanceFilter::default(), 10).unwrap()[0];
    assert_eq!(instance.end_reason.as_deref(), Some("host_died"));
    assert_eq!(instance.ended_at, Some(MONDAY + 90_000), "it ended when it was last seen alive");
    let reload = &reader.reloads(&ReloadFilter::default(), 10).unwrap()[0];
    assert_eq!(reload.entry.outcome, "interrupted");
    assert_eq!(reload.entry.files, ["thumbs/app.py", "thumbs/ü.py"]);
}

#[test]
fn importing_a_journal_again_changes_nothing() {
    let (_from, journal) = journal_of(busy);
    let dir = tempfile::tempdir().unwrap();
    plant(&journal, dir.path());
    let (store, _) = open(dir.path());
    let once = everything(&store.reader().unwrap());
    store.close();
    for _ in 0..2 {
        plant(&journal, dir.path());
        // The place in the journal is part of the record; without it every entry comes again.
        let conn = rusqlite::Connection::open(dir.path().join("record.sqlite")).unwrap();
        conn.execute("UPDATE progress SET segment = 0", []).unwrap();
        drop(conn);
        let (store, opened) = open(dir.path());
        assert_eq!(opened.imported, 6 + 50 * 4 + 5, "the journal was not read again");
        assert_eq!(everything(&store.reader().unwrap()), once, "a second import changed the record");
        store.close();
    }
}

#[test]
fn what_was_imported_already_is_not_read_again() {
    let dir = tempfile::tempdir().unwrap();
    let (store, _) = open(dir.path());
    busy(&store.recorder());
    assert!(store.flush());
    // The segment is still being written; killed here, the host leaves it whole.
    let segment = journals(dir.path()).remove(0);
    let whole = std::fs::read(&segment).unwrap();
    drop(store);
    std::fs::write(&segment, whole).unwrap();
    let (_store, opened) = open(dir.path());
    assert_eq!(opened.imported, 0, "how far the journal was imported is part of the record");
    assert_eq!(opened.interrupted, 1, "what was open is closed all the same");
}

#[test]
fn a_torn_end_costs_only_what_was_torn() {
    let (_from, journal) = journal_of(|recorder| {
        house().iter().for_each(|entry| recorder.note(entry));
        (100..110).for_each(|id| recorder.answered(answered(id)).unwrap());
    });
    let whole = std::fs::read(&journal).unwrap();
    for cut in [1, 7, 20] {
        let dir = tempfile::tempdir().unwrap();
        std::fs::write(dir.path().join("journal-0000000001"), &whole[..whole.len() - cut]).unwrap();
        // The file system lost the end of one segment; the host had gone on in the next.
        std::fs::write(dir.path().join("journal-0000000002"), &whole).unwrap();
        let (store, opened) = open(dir.path());
        assert_eq!(opened.imported, 6 + 9 + 6 + 10, "cut by {cut}: only the last entry is lost");
        assert_eq!(
            store.reader().unwrap().invocations(&InvocationFilter::default(), None, 99).unwrap().len(),
            10
        );
    }
    for length in [0, 5, 12] {
        let dir = tempfile::tempdir().unwrap();
        std::fs::write(dir.path().join("journal-0000000001"), &whole[..length]).unwrap();
        let (_store, opened) = open(dir.path());
        assert_eq!(opened.imported, 0, "a segment of {length} bytes holds nothing");
    }
}

#[test]
fn damage_in_the_journal_is_named_and_set_aside() {
    let dir = tempfile::tempdir().unwrap();
    let (store, _) = open(dir.path());
    busy(&store.recorder());
    assert!(store.flush());
    let whole = std::fs::read(journals(dir.path()).remove(0)).unwrap();
    drop(store);
    let middle = whole.len() / 2;
    // In its header, and in the middle.
    for at in [0, middle] {
        let dir = tempfile::tempdir().unwrap();
        let mut bytes = whole.clone();
        bytes[at..at + 4].fill(0xfe);
        std::fs::write(dir.path().join("journal-0000000001"), &bytes).unwrap();
        let (_store, opened) = open(dir.path());
        assert_eq!(opened.imported > 0, at > 0, "what stands before the damage is imported");
        let [aside] = &opened.damaged[..] else { panic!("the file is named: {opened:?}") };
        assert_eq!(std::fs::read(aside).unwrap(), bytes, "nothing of it is lost");
        assert!(aside.file_name().unwrap().to_string_lossy().starts_with("record.journal-1.damaged-"));
    }
}

#[test]
fn a_pending_event_is_closed_by_its_answer() {
    let dir = tempfile::tempdir().unwrap();
    let (store, _) = open(dir.path());
    store.recorder().accepted(event(400)).unwrap();
    store.close();
    let (store, opened) = open(dir.path());
    assert_eq!(opened.pending_events, [event(400)], "an orderly end keeps events too");
    let recorder = store.recorder();
    recorder.accepted(Accepted { event: None, ..running(400) }).unwrap();
    assert!(store.flush());
    drop(store);
    let (store, opened) = open(dir.path());
    assert_eq!(opened.pending_events.len(), 1, "an event whose delivery was cut off is delivered again");
    let recorder = store.recorder();
    recorder.answered(answered(400)).unwrap();
    recorder.note(Entry::Finished(finished(400)));
    store.close();
    let (store, opened) = open(dir.path());
    assert_eq!(opened.pending_events, []);
    assert_eq!(counts(&store.reader().unwrap()), Counts { ok: 1, ..Counts::default() });
}
