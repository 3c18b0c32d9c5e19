//! What a person takes out of the record, and what stays.

use coldframe_store::*;

use crate::sample::*;

const OTHER: i64 = FUNCTION + 1;

/// Ten days of calls of two projects with bodies and lines, and one that is still open.
fn fill(store: &Store) {
    let recorder = store.recorder();
    house().iter().for_each(|entry| recorder.note(entry));
    let project = ProjectEntry { id: 2, root: "/other".into(), name: "other".into(), opened_at: MONDAY };
    recorder.note(Entry::Project(project));
    recorder.note(Entry::App(AppEntry {
        id: APP + 1,
        project_id: 2,
        provider: "aws".into(),
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
        handler: "h".into(),
        path: "other.py".into(),
        seen_at: MONDAY,
    }));
    recorder.accepted(event(50)).unwrap();
    for n in 0..100 {
        let (id, started_at) = (1_000 + n, MONDAY + n * DAY / 10);
        let (function_id, app_id) = if n % 2 == 0 { (FUNCTION, APP) } else { (OTHER, APP + 1) };
        let request = Some(payload("{}"));
        recorder
            .answered(Answered { function_id, app_id, started_at, request, last: true, ..answered(id) })
            .unwrap();
        recorder.note(Entry::Log(LogEntry { at: started_at, function_id, ..line(id, id) }));
        recorder.note(Entry::Log(LogEntry {
            at: started_at,
            function_id,
            invocation_id: None,
            ..line(5_000 + id, id)
        }));
    }
    assert!(store.flush());
    // Closes the days that are over.
    store.retain(Retention::default(), NOW).unwrap();
}

const NOW: i64 = MONDAY + 12 * DAY;

fn clear(store: &Store, clear: Clear) -> Retained {
    let told = store.reader().unwrap().clearable(&clear).unwrap();
    let taken = store.begin_clear(clear, NOW).unwrap().wait().unwrap();
    assert_eq!(taken, told, "what goes is what was said before");
    assert_eq!(
        store.reader().unwrap().clearable(&clear).unwrap(),
        Retained::default(),
        "nothing is left to take"
    );
    taken
}

fn left(store: &Store, project_id: i64) -> (usize, usize) {
    let reader = store.reader().unwrap();
    let project_id = Some(project_id);
    let calls = InvocationFilter { project_id, ..InvocationFilter::default() };
    let lines = LogFilter { project_id, ..LogFilter::default() };
    (reader.invocations(&calls, None, 1_000).unwrap().len(), reader.logs(&lines, 1_000).unwrap().len())
}

#[test]
fn of_one_project_what_is_old_goes_and_its_days_stay() {
    let dir = tempfile::tempdir().unwrap();
    let (store, _) = open(dir.path());
    fill(&store);
    let reader = store.reader().unwrap();
    let days = reader.figures(&[OTHER], Range::ALL).unwrap();
    let taken =
        clear(&store, Clear { project_id: Some(2), before: Some(MONDAY + 5 * DAY), open_project: Some(1) });
    assert_eq!((taken.invocations, taken.payloads, taken.log_lines), (25, 25, 50));
    assert_eq!((left(&store, 1), left(&store, 2)), ((51, 100), (25, 50)));
    assert_eq!(reader.figures(&[OTHER], Range::ALL).unwrap(), days, "a figure went with its calls");
}

#[test]
fn a_whole_project_goes_with_its_name_unless_it_is_open() {
    let dir = tempfile::tempdir().unwrap();
    let (store, _) = open(dir.path());
    fill(&store);
    let reader = store.reader().unwrap();
    let names = || reader.projects(9).unwrap().into_iter().map(|row| row.id).collect::<Vec<_>>();
    let mut before = names();
    before.sort_unstable();
    assert_eq!(before, [1, 2]);
    clear(&store, Clear { project_id: Some(2), before: None, open_project: Some(1) });
    assert_eq!((left(&store, 1), left(&store, 2), names()), ((51, 100), (0, 0), vec![1]));
    assert_eq!(reader.figures(&[OTHER], Range::ALL).unwrap(), []);
    clear(&store, Clear { project_id: None, before: None, open_project: Some(1) });
    assert_eq!((left(&store, 1), names()), ((1, 0), vec![1]), "the open event is never taken");
    assert_eq!(reader.functions(1).unwrap().len(), 1, "an open project keeps its functions");

    store.recorder().answered(Answered { started_at: NOW, last: true, ..answered(9_000) }).unwrap();
    assert!(store.flush());
    let calls: u64 =
        reader.figures(&[FUNCTION], Range::ALL).unwrap().iter().map(|r| r.figures.counts.all()).sum();
    assert_eq!(calls, 1, "what went is not counted again");
}

#[test]
fn load_tests_that_ended_go_with_the_calls_of_their_time() {
    let dir = tempfile::tempdir().unwrap();
    let (store, _) = open(dir.path());
    fill(&store);
    let run = |id, project_id, ended_at| {
        let (summary, detail) = ("{}".into(), "{}".into());
        let entry = LoadEntry {
            id,
            project_id,
            function_id: FUNCTION,
            started_at: MONDAY,
            ended_at,
            summary,
            detail,
        };
        store.recorder().note(Entry::Load(Box::new(entry)));
    };
    run(1, 1, Some(MONDAY + DAY));
    run(2, 1, None);
    run(3, 2, Some(MONDAY + DAY));
    assert!(store.flush());
    let reader = store.reader().unwrap();
    let kept = |project| reader.loads(project, 9).unwrap().into_iter().map(|row| row.id).collect::<Vec<_>>();
    clear(&store, Clear { project_id: Some(1), before: Some(MONDAY), open_project: Some(1) });
    assert_eq!((kept(1), kept(2)), (vec![2, 1], vec![3]), "none ended before that");
    clear(&store, Clear { project_id: Some(1), before: None, open_project: Some(1) });
    assert_eq!((kept(1), kept(2)), (vec![2], vec![3]), "one is under way, one is another project's");
}

#[test]
fn each_project_has_its_size() {
    let dir = tempfile::tempdir().unwrap();
    let (store, _) = open(dir.path());
    fill(&store);
    let sizes = store.reader().unwrap().project_sizes().unwrap();
    let mut found: Vec<_> =
        sizes.iter().map(|size| (size.project.id, size.invocations, size.log_lines, size.oldest)).collect();
    found.sort_unstable();
    assert_eq!(found[0].0, 1);
    assert_eq!(found[1], (2, 50, 100, Some(MONDAY + DAY / 10)));
    assert!(sizes.iter().all(|size| size.bytes > 50 * 320), "{sizes:?}");
}
