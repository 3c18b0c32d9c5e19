//! Resident twins: in the record, and not among the figures of whose twins they are.

use coldframe_store::*;

use crate::sample::*;

const TWIN: i64 = 70;
const TWINS_FUNCTION: i64 = 71;
const TWINS_PROCESS: i64 = 72;

fn session(until: Option<Micros>) -> Entry {
    Entry::Twin(TwinEntry {
        id: 60,
        app_id: APP,
        resident_id: TWIN,
        since: MONDAY,
        until,
        processes: 2,
        machine: Some("small".into()),
    })
}

/// A function with its twin, which took two calls of the minute, and the pool one.
fn fill(store: &Store) {
    let recorder = store.recorder();
    house().iter().for_each(|entry| recorder.note(entry));
    recorder.note(session(None));
    for entry in house() {
        match entry {
            Entry::App(app) => recorder.note(Entry::App(AppEntry { id: TWIN, ..app })),
            Entry::Function(function) => {
                recorder.note(Entry::Function(FunctionEntry {
                    id: TWINS_FUNCTION,
                    app_id: TWIN,
                    ..function
                }));
            }
            Entry::InstanceStarted(started) => recorder.note(Entry::InstanceStarted(InstanceStarted {
                id: TWINS_PROCESS,
                app_id: TWIN,
                cause: "resident".into(),
                ..started
            })),
            _ => {}
        }
    }
    recorder.note(Entry::InstanceReady(InstanceReady {
        id: TWINS_PROCESS,
        at: MONDAY + 1,
        spawn_us: 1,
        boot_us: 1,
        init_us: 1,
        peak_memory_kb: Some(30_000),
    }));
    for id in [100, 200, 300] {
        let of = if id == 100 { (FUNCTION, APP, INSTANCE) } else { (TWINS_FUNCTION, TWIN, TWINS_PROCESS) };
        let (function_id, app_id, instance) = of;
        let called =
            Answered { function_id, app_id, instance_id: Some(instance), last: true, ..answered(id) };
        recorder.answered(called).unwrap();
    }
    assert!(store.flush());
}

#[test]
fn a_twin_is_none_of_the_projects_apps_and_is_found_by_whose_it_is() {
    let dir = tempfile::tempdir().unwrap();
    let (store, _) = open(dir.path());
    fill(&store);
    let reader = store.reader().unwrap();
    let ids = |rows: Vec<FunctionRow>| rows.iter().map(|row| row.id).collect::<Vec<_>>();
    assert_eq!(reader.apps(1).unwrap().iter().map(|app| app.id).collect::<Vec<_>>(), [APP]);
    assert_eq!(ids(reader.functions(1).unwrap()), [FUNCTION]);
    assert_eq!(ids(reader.functions_of(TWIN).unwrap()), [TWINS_FUNCTION]);
    assert_eq!(reader.twins(1).unwrap(), [(TWIN, APP)]);
    assert_eq!(reader.last_twin(TWIN).unwrap(), None, "a twin has none");

    let asked = |function_id| {
        let filter = InvocationFilter { project_id: Some(1), function_id, ..InvocationFilter::default() };
        reader.invocations(&filter, None, 10).unwrap().len()
    };
    assert_eq!(
        (asked(None), asked(Some(TWINS_FUNCTION))),
        (1, 2),
        "the twin's are found by who asks for them"
    );
    let starts = |app_id| {
        let filter = StartFilter { project_id: Some(1), app_id, revision_id: None, range: Range::ALL };
        reader.starts(&filter, 10).unwrap().len()
    };
    assert_eq!((starts(None), starts(Some(TWIN))), (1, 1), "nor is its start among the project's");
    store.close();
}

#[test]
fn what_happened_within_a_time_is_told_to_the_microsecond() {
    let dir = tempfile::tempdir().unwrap();
    let (store, _) = open(dir.path());
    fill(&store);
    let recorder = store.recorder();
    let later = Answered {
        function_id: TWINS_FUNCTION,
        app_id: TWIN,
        instance_id: Some(TWINS_PROCESS),
        started_at: MONDAY + 3 * MINUTE,
        last: true,
        ..answered(400)
    };
    recorder.answered(later).unwrap();
    assert!(store.flush());
    let reader = store.reader().unwrap();
    let calls = |from, to| {
        let found = reader.figures_exactly(&[TWINS_FUNCTION], Range { from, to }).unwrap();
        found.iter().map(|roll_up| roll_up.figures.counts.ran()).sum::<u64>()
    };
    assert_eq!(calls(MONDAY, MONDAY + 200), 0, "a call that begins at the end is not within");
    assert_eq!(calls(MONDAY, MONDAY + 201), 1);
    assert_eq!(calls(MONDAY + 201, MONDAY + 10 * MINUTE), 2, "one of a part of a minute, one of a whole one");
    assert_eq!(calls(MONDAY, MONDAY + 3 * MINUTE), 2);
    assert_eq!(calls(MONDAY, MONDAY + 3 * MINUTE + 1), 3);

    let range = Range { from: MONDAY, to: MONDAY + 4 * MINUTE };
    let activity = reader.activity(TWIN, &[TWINS_FUNCTION], range).unwrap();
    // 1,200 µs from 200 on and 1,300 from 300 on are one stretch, the last one stands alone.
    assert_eq!(activity.active_us, 1_400 + 1_400);
    assert_eq!(activity.stretches_ms.into_iter().collect::<Vec<_>>(), [(2, 2)]);
    assert_eq!((activity.alive_us, activity.init_peak_kb), (4 * MINUTE, Some(30_000)), "it lives on");
    store.close();
}

#[test]
fn one_whose_host_died_ended_with_the_last_of_its_processes() {
    let dir = tempfile::tempdir().unwrap();
    let (store, _) = open(dir.path());
    fill(&store);
    store.close();
    let (store, _) = open(dir.path());
    let twin = store.reader().unwrap().last_twin(APP).unwrap().expect("it was on");
    assert_eq!(twin.until, Some(MONDAY + 300 + 1_400), "when it was last seen alive");
    let recorder = store.recorder();
    recorder.note(session(Some(MONDAY + 7)));
    assert!(store.flush());
    let twin = store.reader().unwrap().last_twin(APP).unwrap().expect("it was on");
    assert_eq!((twin.until, twin.processes), (Some(MONDAY + 7), 2), "the last state stands");
    store.close();
}

#[test]
fn what_is_cleared_of_a_project_is_cleared_of_its_twins() {
    let dir = tempfile::tempdir().unwrap();
    let (store, _) = open(dir.path());
    fill(&store);
    let all = |open_project| Clear { project_id: Some(1), before: None, open_project };
    let taken = store.begin_clear(all(Some(1)), MONDAY + DAY).unwrap().wait().unwrap();
    assert_eq!(taken.invocations, 3, "the pool's and the twin's");
    let reader = store.reader().unwrap();
    assert_eq!(reader.functions(1).unwrap().len(), 1, "it is open: its twin is still no function of its own");
    store.begin_clear(all(None), MONDAY + DAY).unwrap().wait().unwrap();
    assert_eq!((reader.functions_of(TWIN).unwrap(), reader.last_twin(APP).unwrap()), (Vec::new(), None));
    store.close();
}
