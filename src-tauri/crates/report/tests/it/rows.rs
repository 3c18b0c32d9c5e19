//! Invocations, logs, reloads, cold starts and projects, one by one.

use coldframe_protocol::{ErrorCode, FunctionQuery, InvocationQuery, LogQuery, RpcError, StartsQuery};
use coldframe_report::LinesWanted;
use coldframe_store::{Entry, Payload, Phases, ReloadEntry, ReloadError, Status};

use crate::record::{BEGAN, Call, HELLO, MINUTE, OTHER_PROJECT, PROJECT, RESIZE, Record, SECOND, STRANGER};

const EVERYTHING: InvocationQuery = InvocationQuery {
    function: None,
    minutes: None,
    status: None,
    search: None,
    before: None,
    after: None,
    limit: None,
};

#[test]
fn an_invocation_has_its_payloads_its_log_and_its_prices() {
    let mut record = Record::new();
    let call = Call { init_us: Some(100_770), memory_mb: 1024, ..Call::new(HELLO, BEGAN, 250_060) };
    let mut answered = record.answered(&call, true);
    let id = answered.id;
    let body = |content_type: &str, bytes: &'static [u8], full_length| {
        Some(Payload { content_type: content_type.to_owned(), bytes: bytes.into(), full_length })
    };
    answered.request = body("application/json", b"{\"name\":\"Ada\"}", 14);
    answered.response = body("image/png", &[0x89, 0x50, 0xff], 90_000);
    (answered.revision_id, answered.instance_id) = (Some(HELLO + 2000), Some(HELLO + 3000));
    record.record(answered);
    record.log(HELLO, Some(id), "hello Ada");
    record.log(HELLO, None, "not of this call");

    let detail = record.report().invocation(id).unwrap();

    let invocation = &detail.invocation;
    assert_eq!((invocation.function.as_str(), invocation.provider.as_str()), ("hello", "aws"));
    assert_eq!(invocation.started_at, "2025-11-21T00:00:00Z");
    assert_eq!(
        (invocation.revision.as_deref(), invocation.instance.as_deref()),
        (Some("rev-hello"), Some("i-101"))
    );
    assert_eq!((invocation.init_ms, invocation.handler_ms, invocation.total_ms), (100.77, 250.06, 351.03));
    assert_eq!((invocation.cold, invocation.status.as_str()), (true, "ok"));
    let request = detail.request.unwrap();
    assert_eq!(
        (request.text.as_str(), request.base64, request.truncated),
        ("{\"name\":\"Ada\"}", false, false)
    );
    let response = detail.response.unwrap();
    assert_eq!((response.text.as_str(), response.base64), ("iVD/", true));
    assert_eq!((response.full_bytes, response.truncated), (90_000, true));
    let logs: Vec<_> = detail.logs.iter().map(|line| (line.text.as_str(), line.instance.as_str())).collect();
    assert_eq!(logs, [("hello Ada", "i-101")]);
    assert!(detail.logs[0].request_id.as_deref().is_some_and(|request| request.starts_with("request-")));
    let prices: Vec<_> = detail
        .prices
        .iter()
        .map(|price| (price.plan.as_str(), price.billed_ms, price.usd.as_str()))
        .collect();
    // 351 ms of 1 GB and one request, not rounded.
    assert_eq!(
        prices,
        [("aws-lambda-x86", 351, "0.0000060500117"), ("aws-lambda-arm64", 351, "0.0000048800234")]
    );
}

#[test]
fn what_was_throttled_costs_nothing() {
    let mut record = Record::new();
    let id = record.call(&Call { status: Status::Throttled, ..Call::new(HELLO, BEGAN, 0) });
    let detail = record.report().invocation(id).unwrap();
    assert_eq!((detail.invocation.http_status, detail.prices.len()), (429, 0));
    assert_eq!(detail.invocation.instance, None);
}

#[test]
fn invocations_are_listed_newest_first_page_by_page() {
    let mut record = Record::new();
    let mut ids: Vec<_> = (0..5).map(|n| record.call(&Call::new(HELLO, BEGAN + n * MINUTE, 1_000))).collect();
    ids.reverse();
    record.call(&Call::new(STRANGER, BEGAN, 1_000));
    let report = record.report();
    let now = BEGAN + 5 * MINUTE;
    let count = |query| report.count_invocations(PROJECT, &query, now).unwrap().count;
    assert_eq!(count(InvocationQuery { limit: Some(2), ..EVERYTHING }), 5, "of the project, on all pages");
    let list = |query: InvocationQuery| -> Vec<i64> {
        report.invocations(PROJECT, &query, now).unwrap().iter().map(|invocation| invocation.id).collect()
    };

    assert_eq!(list(EVERYTHING), ids, "only this project's");
    assert_eq!(list(InvocationQuery { limit: Some(2), ..EVERYTHING }), ids[..2]);
    assert_eq!(list(InvocationQuery { limit: Some(2), before: Some(ids[1]), ..EVERYTHING }), ids[2..4]);
    assert_eq!(
        list(InvocationQuery { limit: Some(1), after: Some(ids[2]), ..EVERYTHING }),
        ids[1..2],
        "next to it"
    );
    assert_eq!(list(InvocationQuery { after: Some(ids[2]), ..EVERYTHING }), ids[..2]);
    assert_eq!(
        list(InvocationQuery { minutes: Some(2), ..EVERYTHING }),
        ids[..2],
        "began in the last two minutes"
    );
    assert_eq!(
        list(InvocationQuery { function: Some(STRANGER), ..EVERYTHING }).len(),
        1,
        "a named function counts"
    );
}

#[test]
fn invocations_are_filtered_by_status() {
    let mut record = Record::new();
    record.call(&Call::new(HELLO, BEGAN, 1_000));
    let failed = record.call(&Call { status: Status::Timeout, ..Call::new(RESIZE, BEGAN, 3_000_000) });
    let report = record.report();
    let query = |status: &str| InvocationQuery { status: Some(status.to_owned()), ..EVERYTHING };

    let found = report.invocations(PROJECT, &query("timeout"), BEGAN).unwrap();
    assert_eq!(found.iter().map(|invocation| invocation.id).collect::<Vec<_>>(), [failed]);
    let error: RpcError = report.invocations(PROJECT, &query("broken"), BEGAN).unwrap_err().into();
    assert_eq!(error.code, ErrorCode::Invalid);
    assert!(
        error.message.starts_with("\"broken\" is no status: one of accepted, running, ok"),
        "{}",
        error.message
    );
}

#[test]
fn what_is_not_in_the_record_is_not_found() {
    let report = Record::new().report();
    let error: RpcError = report.invocation(7).unwrap_err().into();
    assert_eq!(
        (error.code, error.message.as_str()),
        (ErrorCode::NotFound, "there is no invocation 7 in the record")
    );
    let error: RpcError =
        report.reloads(&FunctionQuery { function: 8, minutes: None }, BEGAN).unwrap_err().into();
    assert_eq!(
        (error.code, error.message.as_str()),
        (ErrorCode::NotFound, "there is no function 8 in the record")
    );
}

#[test]
fn logs_can_be_followed() {
    let mut record = Record::new();
    for n in 0..4 {
        record.log(HELLO, None, &format!("line {n}"));
    }
    record.log(STRANGER, None, "elsewhere");
    let report = record.report();
    let lines = |after: Option<i64>, limit: Option<u32>| {
        let query = LogQuery { function: None, search: None, after, before: None, limit };
        report.logs(&LinesWanted::new(PROJECT, &query, BEGAN).unwrap()).unwrap()
    };
    let texts = |lines: &[coldframe_protocol::LogLine]| {
        lines.iter().map(|line| line.text.clone()).collect::<Vec<_>>()
    };

    let last = lines(None, Some(2));
    assert_eq!(texts(&last), ["line 2", "line 3"], "the last ones, in order");
    let all = lines(None, None);
    assert_eq!(texts(&lines(Some(all[0].id), Some(2))), ["line 1", "line 2"], "the next ones after a line");
}

#[test]
fn reloads_have_a_timeline_and_an_error_with_its_place() {
    let mut record = Record::new();
    let entry = ReloadEntry {
        id: 1,
        app_id: HELLO + 1000,
        revision_id: Some(HELLO + 2000),
        instance_id: None,
        detected_at: BEGAN,
        files: vec!["hello/lambda_function.py".to_owned()],
        built_us: Some(500),
        initialised_us: Some(101_500),
        swapped_us: Some(102_000),
        drained_us: None,
        phases: Phases { init_us: 80_000, ..Phases::default() },
        outcome: "ok".to_owned(),
        error: None,
    };
    let failed = ReloadEntry {
        id: 2,
        detected_at: BEGAN + SECOND,
        outcome: "init_failed".to_owned(),
        error: Some(ReloadError {
            message: "SyntaxError: invalid syntax".to_owned(),
            file: Some("hello/lambda_function.py".to_owned()),
            line: Some(3),
        }),
        ..entry.clone()
    };
    record.note(Entry::Reload(Box::new(entry)));
    record.note(Entry::Reload(Box::new(failed)));
    record.log(HELLO, None, "later");

    let report = record.report();
    let reloads = report.reloads(&FunctionQuery { function: HELLO, minutes: None }, BEGAN).unwrap();

    assert_eq!(
        reloads.iter().map(|reload| reload.outcome.as_str()).collect::<Vec<_>>(),
        ["init_failed", "ok"]
    );
    let problem = reloads[0].error.as_ref().unwrap();
    assert_eq!((problem.file.as_deref(), problem.line), (Some("hello/lambda_function.py"), Some(3)));
    let good = &reloads[1];
    assert_eq!((good.app.as_str(), good.functions.as_slice()), ("hello", &[HELLO][..]));
    assert_eq!(
        (good.built_ms, good.initialised_ms, good.swapped_ms, good.drained_ms),
        (Some(0.5), Some(101.5), Some(102.0), None)
    );
    assert_eq!(good.init_ms, 80.0);
    let later = FunctionQuery { function: HELLO, minutes: Some(1) };
    assert_eq!(
        report.reloads(&later, BEGAN + MINUTE + 1).unwrap().len(),
        1,
        "the first is over a minute ago"
    );
    assert!(report.reloads(&FunctionQuery { function: RESIZE, minutes: None }, BEGAN).unwrap().is_empty());
}

#[test]
fn starts_have_their_phases_and_are_counted_once_in_each_way() {
    let mut record = Record::new();
    let call = Call { init_us: Some(100_770), ..Call::new(HELLO, BEGAN, 250_060) };
    let mut answered = record.answered(&call, true);
    (answered.revision_id, answered.instance_id) = (Some(HELLO + 2000), Some(HELLO + 3000));
    (answered.phases.queue_us, answered.phases.build_us) = (1_000, 2_000);
    let id = answered.id;
    record.record(answered);
    record.call(&Call::new(HELLO, BEGAN + SECOND, 1_000));
    let report = record.report();
    let of =
        |function, minutes, now| report.starts(PROJECT, &StartsQuery { function, minutes }, now).unwrap();

    let starts = of(Some(HELLO), None, BEGAN + MINUTE);
    assert_eq!((starts.starts, starts.calls, starts.cold_calls, starts.list.len()), (1, 2, 1, 1));
    let start = &starts.list[0];
    assert_eq!(
        (start.instance.as_str(), start.revision.as_str(), start.cause.as_str()),
        ("i-101", "rev-hello", "invocation")
    );
    assert_eq!((start.function.as_str(), start.invocation), ("hello", Some(id)));
    assert_eq!((start.queue_ms, start.build_ms), (1.0, 2.0), "from the call that waited");
    assert_eq!((start.spawn_ms, start.boot_ms, start.init_ms, start.total_ms), (2.0, 48.0, 100.77, 153.77));
    let groups: Vec<_> =
        starts.groups.iter().map(|group| (group.by.as_str(), group.name.as_str(), group.starts)).collect();
    assert_eq!(
        groups,
        [("function", "hello", 1), ("revision", "rev-hello", 1), ("runtime", "python3.12", 1)]
    );
    assert_eq!((starts.groups[0].calls, starts.groups[0].cold_calls), (2, 1));
    assert_eq!(starts.series.starts.iter().sum::<u64>(), 1);
    assert_eq!(starts.slowest, starts.list);
    assert!(starts.shifts.is_empty(), "its code never changed");

    assert_eq!(
        of(None, None, BEGAN + MINUTE).starts,
        2,
        "of all functions of the project, not of a stranger's"
    );
    assert_eq!(of(Some(HELLO), Some(10), BEGAN + 11 * MINUTE).starts, 0, "it started before that");
}

#[test]
fn recent_projects_are_listed_latest_first() {
    let report = Record::new().report();
    let recent = report.recent_projects(10).unwrap();
    let names: Vec<_> = recent.iter().map(|project| project.name.as_str()).collect();
    assert_eq!(names, ["storefront", "elsewhere"], "opened last first: {PROJECT} after {OTHER_PROJECT}");
    assert_eq!(recent[0].root, "/projects/storefront");
}
