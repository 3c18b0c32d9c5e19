//! Load tests are kept as they stand, and told apart from the traffic that they make.

use coldframe_store::*;

use crate::sample::*;

fn load(id: i64, summary: &str) -> LoadEntry {
    LoadEntry {
        id,
        project_id: 1,
        function_id: FUNCTION,
        started_at: MONDAY + id,
        ended_at: None,
        summary: summary.into(),
        detail: "{}".into(),
    }
}

#[test]
fn the_last_state_of_a_run_stands_until_it_is_removed() {
    let dir = tempfile::tempdir().unwrap();
    let (store, _) = open(dir.path());
    let recorder = store.recorder();
    let note = |entry: LoadEntry| recorder.note(Entry::Load(Box::new(entry)));
    note(load(1, "begun"));
    note(load(2, "newer"));
    note(LoadEntry { project_id: 2, ..load(3, "of another project") });
    note(LoadEntry { ended_at: Some(MONDAY + 60), detail: "[1]".into(), ..load(1, "done") });
    assert!(store.flush());
    let reader = store.reader().unwrap();
    let listed = |limit| reader.loads(1, limit).unwrap().into_iter().map(|row| (row.id, row.summary));
    assert_eq!(listed(9).collect::<Vec<_>>(), [(2, "newer".into()), (1, "done".into())]);
    assert_eq!(listed(1).count(), 1);
    let one = reader.load(1).unwrap().unwrap();
    assert_eq!((one.row.ended_at, one.detail.as_str()), (Some(MONDAY + 60), "[1]"));

    recorder.note(Entry::LoadRemoved(1));
    assert!(store.flush());
    assert_eq!(reader.load(1).unwrap(), None);
    assert_eq!(listed(9).collect::<Vec<_>>(), [(2, "newer".into())]);
}

#[test]
fn arrivals_are_those_of_callers_in_order() {
    let dir = tempfile::tempdir().unwrap();
    let (store, _) = open(dir.path());
    let recorder = store.recorder();
    house().iter().for_each(|entry| recorder.note(entry));
    let call = |id: i64, at: i64, attempt: u32, trigger: &str| {
        let entry = Answered {
            started_at: MONDAY + at,
            attempt,
            trigger: trigger.into(),
            last: true,
            ..answered(id)
        };
        recorder.answered(entry).unwrap();
    };
    call(101, 30, 1, "sdk");
    call(102, 10, 1, "url");
    call(103, 20, 1, "load_test");
    call(104, 40, 2, "async");
    call(105, 50, 1, "sdk");
    assert!(store.flush());
    let reader = store.reader().unwrap();
    let range = Range { from: MONDAY, to: MONDAY + 50 };
    let came = |most| reader.arrivals(FUNCTION, range, &["load_test", "replay"], most).unwrap();
    assert_eq!(came(9), [MONDAY + 10, MONDAY + 30]);
    assert_eq!(came(1), [MONDAY + 10]);
    assert_eq!(reader.arrivals(FUNCTION + 1, range, &[], 9).unwrap(), [0; 0]);
}
