//! Lists: filters, order and paging.

use coldframe_store::*;

use crate::sample::*;

const OTHER: i64 = 21;

/// Calls 100 to 139, every second one of another project's function; every fifth failed, every tenth cold.
fn record(store: &Store) {
    let recorder = store.recorder();
    house().iter().for_each(|entry| recorder.note(entry));
    recorder.note(Entry::App(AppEntry {
        id: APP + 1,
        project_id: 2,
        provider: "vercel".into(),
        name: "other".into(),
        language: "python".into(),
        runtime: "python3.12".into(),
        path: String::new(),
        seen_at: MONDAY,
    }));
    recorder.note(Entry::Function(FunctionEntry {
        id: OTHER,
        app_id: APP + 1,
        name: "Other".into(),
        handler: "handler".into(),
        path: "api/other.py".into(),
        seen_at: MONDAY,
    }));
    for id in 100..140 {
        let function_id = if id % 2 == 0 { FUNCTION } else { OTHER };
        let status = if id % 5 == 0 { Status::Error } else { Status::Ok };
        // Two begin in the same microsecond.
        let started_at = MONDAY + id / 2;
        let cold = id % 10 == 0;
        recorder
            .answered(Answered { function_id, status, started_at, cold, last: true, ..answered(id) })
            .unwrap();
        recorder.note(Entry::Log(LogEntry { function_id, ..line(1_000 + id, id) }));
    }
    assert!(store.flush());
}

fn ids(reader: &Reader, filter: &InvocationFilter) -> Vec<i64> {
    reader.invocations(filter, None, 1_000).unwrap().iter().map(|found| found.row.id).collect()
}

#[test]
fn filters_hold_together_and_order_is_newest_first() {
    let dir = tempfile::tempdir().unwrap();
    let (store, _) = open(dir.path());
    record(&store);
    let reader = store.reader().unwrap();
    let every = InvocationFilter::default;
    assert_eq!(ids(&reader, &every()), (100..140).rev().collect::<Vec<_>>());
    let function_id = Some(FUNCTION);
    assert_eq!(
        ids(&reader, &InvocationFilter { function_id, failed: true, ..every() }),
        [130, 120, 110, 100],
        "failed calls of one function"
    );
    let failed = InvocationFilter { status: Some(Status::Error), ..every() };
    assert_eq!(ids(&reader, &failed), [135, 130, 125, 120, 115, 110, 105, 100]);
    let project_id = Some(2);
    let warm = InvocationFilter { project_id, cold: Some(false), ..every() };
    assert_eq!(ids(&reader, &warm), (100..140).rev().filter(|id| id % 2 == 1).collect::<Vec<_>>());
    assert_eq!(ids(&reader, &InvocationFilter { project_id, function_id, ..every() }), [0; 0]);
    assert_eq!(ids(&reader, &InvocationFilter { project_id: Some(3), ..every() }), [0; 0]);
    let request_id = Some("request-117".to_owned());
    assert_eq!(ids(&reader, &InvocationFilter { request_id, ..every() }), [117]);
    let range = Some(Range { from: MONDAY + 52, to: MONDAY + 54 });
    assert_eq!(ids(&reader, &InvocationFilter { range, ..every() }), [107, 106, 105, 104]);
    assert_eq!(reader.invocation_count().unwrap(), 40);
    for filter in [
        every(),
        InvocationFilter { function_id, failed: true, ..every() },
        failed,
        warm,
        InvocationFilter { range, project_id, trigger: Some("sdk".into()), ..every() },
        InvocationFilter { request_id: Some("request-117".into()), ..every() },
        InvocationFilter { project_id: Some(3), ..every() },
    ] {
        let listed = ids(&reader, &filter).len() as u64;
        assert_eq!(reader.count(&filter).unwrap(), listed, "counted and listed differ of {filter:?}");
    }
}

fn wanted(test: Test) -> Term {
    Term { test, not: false }
}

#[test]
fn terms_hold_together_and_can_be_turned_round() {
    let dir = tempfile::tempdir().unwrap();
    let (store, _) = open(dir.path());
    record(&store);
    let body = |text: &str| {
        let bytes = text.to_owned().into();
        Some(Payload { content_type: "application/json".into(), bytes, full_length: 1 })
    };
    let phases = Phases { handler_us: 9_000, total_us: 250_000, ..Phases::default() };
    let far = "x".repeat(4_000);
    let request = body(&format!(r#"{{"name": "Ada 100%", "fill": "{far}"}}"#));
    let recorder = store.recorder();
    recorder.answered(Answered { phases, request, last: true, ..answered(200) }).unwrap();
    recorder.note(Entry::Log(line(2_000, 200)));
    assert!(store.flush());
    let reader = store.reader().unwrap();
    let find = |terms: Vec<Term>| {
        let filter = InvocationFilter { terms, ..InvocationFilter::default() };
        let found = ids(&reader, &filter);
        assert_eq!(
            reader.count(&filter).unwrap(),
            found.len() as u64,
            "counted and listed differ of {filter:?}"
        );
        found
    };
    let one = |test: Test| find(vec![wanted(test)]);
    let not = |test: Test| find(vec![Term { test, not: true }]);
    let odd: Vec<i64> = (100..140).rev().filter(|id| id % 2 == 1).collect();

    assert_eq!(one(Test::Function("OTH".into())), odd);
    assert_eq!(one(Test::Provider("vercel".into())), odd);
    assert_eq!(not(Test::App("other".into())).len(), 21, "200 is the house's too");
    assert_eq!(one(Test::Status(vec![Status::Error])), [135, 130, 125, 120, 115, 110, 105, 100]);
    assert_eq!(not(Test::Status(vec![Status::Ok])), one(Test::Status(vec![Status::Error])));
    assert_eq!(one(Test::Number(Number::TotalUs, Compare::AtLeast, 250_000)), [200]);
    assert_eq!(one(Test::Number(Number::HandlerUs, Compare::Equal, 9_000)), [200]);
    assert_eq!(one(Test::RequestId("request-11".into())).len(), 10, "their beginning");
    assert_eq!(one(Test::Text("ada 100%".into())), [200], "in a packed request, whatever the case");
    assert_eq!(one(Test::Text("ada 1__%".into())), [0; 0], "and not as a pattern");
    let both = vec![wanted(Test::Cold(true)), wanted(Test::Function("thumbs".into()))];
    assert_eq!(find(both), [130, 120, 110, 100]);
}

#[test]
fn a_call_that_runs_is_on_the_instance_that_has_it() {
    let dir = tempfile::tempdir().unwrap();
    let (store, _) = open(dir.path());
    let recorder = store.recorder();
    house().iter().for_each(|entry| recorder.note(entry));
    let serving = |id| Entry::Serving(Serving { id, instance_id: INSTANCE, revision_id: REVISION });
    recorder.accepted(running(100)).unwrap();
    recorder.note(serving(100));
    // Told late, and of one that is gone.
    recorder.answered(Answered { instance_id: None, last: true, ..answered(101) }).unwrap();
    assert!(store.flush());
    recorder.note(serving(101));
    recorder.note(serving(7));
    assert!(store.flush());
    let rows = store.reader().unwrap().invocations(&InvocationFilter::default(), None, 10).unwrap();
    let seen: Vec<_> = rows.iter().map(|one| (one.row.id, one.row.status, one.row.instance_id)).collect();
    assert_eq!(seen, [(101, Status::Ok, None), (100, Status::Running, Some(INSTANCE))]);
    assert_eq!(rows[1].row.revision_id, Some(REVISION));
}

#[test]
fn pages_join_without_a_gap() {
    let dir = tempfile::tempdir().unwrap();
    let (store, _) = open(dir.path());
    record(&store);
    // Another function beside the first, at the same times and after them.
    let second = FunctionEntry {
        id: OTHER + 1,
        app_id: APP,
        name: "Second".into(),
        handler: "handler".into(),
        path: "second.py".into(),
        seen_at: MONDAY,
    };
    store.recorder().note(Entry::Function(second));
    for id in 200..220 {
        let started_at = MONDAY + 60 + (id - 200) / 2;
        let one = Answered { function_id: OTHER + 1, started_at, last: true, ..answered(id) };
        store.recorder().answered(one).unwrap();
    }
    assert!(store.flush());
    let reader = store.reader().unwrap();
    for (project_id, calls) in [(None, 60), (Some(1), 40), (Some(2), 20)] {
        let filter = InvocationFilter { project_id, ..InvocationFilter::default() };
        let (mut paged, mut before) = (Vec::new(), None);
        loop {
            let page = reader.invocations(&filter, before, 7).unwrap();
            paged.extend(page.iter().map(|found| found.row.id));
            let Some(last) = page.last() else { break };
            before = Some(last.row.id);
        }
        let whole = ids(&reader, &filter);
        assert_eq!(whole.len(), calls);
        assert_eq!(paged, whole, "pages of {project_id:?} are not the whole list");
        let mut after = whole.last().copied();
        let mut back: Vec<i64> = after.into_iter().collect();
        while let Some(edge) = after {
            let page = reader.invocations_after(&filter, edge, 7).unwrap();
            back.extend(page.iter().rev().map(|found| found.row.id));
            after = page.first().map(|found| found.row.id);
        }
        back.reverse();
        assert_eq!(back, whole, "and none from the other end");
    }
    let gone = reader.invocations(&InvocationFilter::default(), Some(1_000_000), 1).unwrap();
    assert_eq!(gone[0].row.id, 219, "a row that is gone bounds by its id");
}

#[test]
fn logs_are_taken_from_either_end_in_order() {
    let dir = tempfile::tempdir().unwrap();
    let (store, _) = open(dir.path());
    record(&store);
    let reader = store.reader().unwrap();
    let lines = |filter: LogFilter, limit| -> Vec<i64> {
        reader.logs(&filter, limit).unwrap().iter().map(|line| line.entry.id).collect()
    };
    let every = LogFilter::default;
    assert_eq!(lines(every(), 3), [1_137, 1_138, 1_139], "the last lines, oldest first");
    assert_eq!(lines(LogFilter { after: Some(1_110), ..every() }, 3), [1_111, 1_112, 1_113], "following");
    assert_eq!(lines(LogFilter { before: Some(1_110), ..every() }, 2), [1_108, 1_109], "paging back");
    assert_eq!(lines(LogFilter { project_id: Some(2), ..every() }, 2), [1_137, 1_139]);
    assert_eq!(lines(LogFilter { function_id: Some(FUNCTION), ..every() }, 2), [1_136, 1_138]);
    assert_eq!(lines(LogFilter { invocation_id: Some(105), ..every() }, 9), [1_105]);
    let page = reader.logs(&LogFilter { project_id: Some(1), after: Some(1_110), ..every() }, 2).unwrap();
    let found: Vec<_> = page.iter().map(|line| (line.function.as_str(), line.entry.id)).collect();
    assert_eq!(found, [("Thumbs", 1_112), ("Thumbs", 1_114)]);
}

#[test]
fn lines_of_a_project_are_those_of_its_functions_together_whoever_wrote_how_many() {
    let dir = tempfile::tempdir().unwrap();
    let (store, _) = open(dir.path());
    let recorder = store.recorder();
    house().iter().for_each(|entry| recorder.note(entry));
    let functions = [FUNCTION, 31, 32, 33];
    for id in &functions[1..] {
        recorder.note(Entry::Function(FunctionEntry {
            id: *id,
            app_id: APP,
            name: format!("f{id}"),
            handler: "handler".into(),
            path: "f.py".into(),
            seen_at: MONDAY,
        }));
    }
    // One is busy at first, one at the end, one now and then, and one never.
    let by = |id: i64| functions[if id % 7 == 0 { 2 } else { usize::from(id > 60) }];
    for id in 0..120 {
        recorder.note(Entry::Log(LogEntry { function_id: by(id), invocation_id: None, ..line(id, 0) }));
    }
    assert!(store.flush());
    let reader = store.reader().unwrap();
    let ids = |filter: &LogFilter, limit| -> Vec<i64> {
        reader.logs(filter, limit).unwrap().iter().map(|line| line.entry.id).collect()
    };
    for limit in [0, 1, 10, 50, 200] {
        let most = i64::from(limit);
        let of = |after, before| LogFilter { project_id: Some(1), after, before, ..LogFilter::default() };
        assert_eq!(ids(&of(None, None), limit), ((120 - most).max(0)..120).collect::<Vec<_>>());
        assert_eq!(ids(&of(None, Some(80)), limit), ((80 - most).max(0)..80).collect::<Vec<_>>());
        assert_eq!(ids(&of(Some(40), None), limit), (41..(41 + most).min(120)).collect::<Vec<_>>());
    }
}

#[test]
fn lines_are_found_by_what_they_say_and_by_their_call() {
    let dir = tempfile::tempdir().unwrap();
    let (store, _) = open(dir.path());
    record(&store);
    let recorder = store.recorder();
    let say = |id: i64, stream: Stream, text: &str| {
        recorder.note(Entry::Log(LogEntry { stream, text: text.into(), ..line(id, 110) }));
    };
    say(3_000, Stream::Stdout, "{\"level\":\"warn\",\"message\":\"Out of Stock\"}");
    say(3_001, Stream::Stderr, "\u{1b}[31mERR\u{1b}[0mOR out of 100% of it");
    say(3_002, Stream::Stderr, "[ERROR] KeyError: 'größe'");
    recorder.note(Entry::Log(LogEntry {
        invocation_id: None,
        text: "ERROR while it began".into(),
        at: MONDAY - 5,
        ..line(3_003, 110)
    }));
    assert!(store.flush());
    let reader = store.reader().unwrap();
    let find = |terms: Vec<Term<LogTest>>| -> Vec<i64> {
        let filter = LogFilter { terms, ..LogFilter::default() };
        reader.logs(&filter, 99).unwrap().iter().map(|line| line.entry.id).collect()
    };
    let is = |test: LogTest| Term { test, not: false };
    let not = |test: LogTest| Term { test, not: true };
    let text = |text: &str| LogTest::Text(text.into());
    let new = || not(text("line "));

    assert_eq!(find(vec![is(LogTest::Level(vec![Level::Error]))]), [3_001, 3_002, 3_003]);
    assert_eq!(find(vec![is(LogTest::Level(vec![Level::Warn, Level::Fatal]))]), [3_000]);
    assert_eq!(find(vec![is(text("out OF stock"))]), [3_000], "whatever the case");
    assert_eq!(find(vec![is(text("error out"))]), [3_001], "colours do not stand between");
    assert_eq!(find(vec![is(text("100%"))]), [3_001], "and not as a pattern");
    assert_eq!(find(vec![is(text("GRÖSSE"))]), [0; 0]);
    assert_eq!(find(vec![is(text("GRÖßE"))]), [3_002], "letters beyond ASCII");
    assert_eq!(find(vec![is(LogTest::Stream(vec![Stream::Stderr]))]), [3_001, 3_002]);
    let failed = || LogTest::Call(Test::Status(vec![Status::Error]));
    assert_eq!(find(vec![new(), is(failed())]), [3_000, 3_001, 3_002], "lines of a call that failed");
    assert_eq!(find(vec![new(), not(failed())]), [3_003], "a line of no call is of none that failed");
    assert_eq!(find(vec![is(LogTest::Call(Test::Function("other".into())))]).len(), 20);
    let range = Some(Range { from: MONDAY - 10, to: MONDAY });
    let early = LogFilter { range, ..LogFilter::default() };
    assert_eq!(reader.logs(&early, 99).unwrap()[0].entry.id, 3_003);
}

#[test]
fn untold_calls_are_those_without_a_line_of_the_provider() {
    let dir = tempfile::tempdir().unwrap();
    let (store, _) = open(dir.path());
    let recorder = store.recorder();
    house().iter().for_each(|entry| recorder.note(entry));
    for id in 100..110 {
        let status = if id == 101 { Status::Error } else { Status::Ok };
        recorder.answered(Answered { status, ..answered(id) }).unwrap();
        if id != 102 {
            recorder.note(Entry::Finished(finished(id)));
        }
    }
    recorder.note(Entry::Log(LogEntry { stream: Stream::Platform, ..line(1_103, 103) }));
    // A line of the function's own says nothing of the provider.
    recorder.note(Entry::Log(line(1_104, 104)));
    assert!(store.flush());
    let reader = store.reader().unwrap();
    let every = || UntoldFilter {
        project_id: Some(1),
        function_id: None,
        since: 0,
        began: Range::ALL,
        last: false,
        terms: Vec::new(),
    };
    let ids = |filter: UntoldFilter, limit| -> Vec<i64> {
        reader.untold(&filter, limit).unwrap().iter().map(|call| call.row.id).collect()
    };
    assert_eq!(ids(every(), 99), [100, 104, 105, 106, 107, 108, 109], "not failed, unfinished or told");
    assert_eq!(ids(every(), 2), [100, 104]);
    assert_eq!(ids(UntoldFilter { last: true, ..every() }, 2), [108, 109], "the last, oldest first");
    // Call 107 began at MONDAY + 107 and took 1207 µs.
    assert_eq!(ids(UntoldFilter { since: MONDAY + 107 + 1207, ..every() }, 99), [107, 108, 109]);
    assert_eq!(ids(UntoldFilter { function_id: Some(OTHER), ..every() }, 99), [0; 0]);
    let began = Range { from: MONDAY + 104, to: MONDAY + 106 };
    assert_eq!(ids(UntoldFilter { began, ..every() }, 99), [104, 105], "a page of them");
    let terms = vec![wanted(Test::RequestId("request-106".into()))];
    assert_eq!(ids(UntoldFilter { terms, ..every() }, 99), [106]);
}
