//! Closing days.

use coldframe_store::*;

use crate::sample::*;

fn call(id: i64, started_at: i64, handler_us: i64) -> Answered {
    let phases = Phases { handler_us, total_us: handler_us, ..Phases::default() };
    Answered { started_at, phases, last: true, ..answered(id) }
}

fn summed(roll_ups: &[RollUp]) -> Figures {
    roll_ups.iter().fold(Figures::default(), |mut sum, roll_up| {
        sum.merge(&roll_up.figures);
        sum
    })
}

fn days_of(dir: &std::path::Path) -> Vec<(i64, i64)> {
    let conn = rusqlite::Connection::open(dir.join("record.sqlite")).unwrap();
    let mut statement = conn.prepare("SELECT day, sum(ok) FROM day GROUP BY day ORDER BY day").unwrap();
    statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?))).unwrap().collect::<Result<_, _>>().unwrap()
}

#[test]
fn a_day_that_is_over_is_closed_and_says_the_same() {
    let dir = tempfile::tempdir().unwrap();
    let (store, _) = open(dir.path());
    house().iter().for_each(|entry| store.recorder().note(entry));
    for n in 0..300 {
        // Three days, one hundred calls each.
        let started_at = MONDAY + (n / 100) * DAY + (n % 100) * 7 * MINUTE;
        store.recorder().answered(call(1_000 + n, started_at, 1_000 * n)).unwrap();
    }
    store.close();
    // What lies in the journal tells the time as well: Monday and Tuesday were over by the last call.
    let monday = MONDAY / DAY;
    assert_eq!(days_of(dir.path()), [(monday, 100), (monday + 1, 100)]);

    let (store, _) = Store::open(dir.path(), MONDAY + 4 * DAY).unwrap();
    assert_eq!(days_of(dir.path()), [(monday, 100), (monday + 1, 100), (monday + 2, 100)]);
    let reader = store.reader().unwrap();
    // Series by the minute read minutes only, figures read whole days from the closed ones.
    let minutes = summed(&reader.series(&[FUNCTION], Range::ALL, MINUTE).unwrap());
    assert_eq!(minutes.counts.all(), 300);
    assert_eq!(
        summed(&reader.figures(&[FUNCTION], Range::ALL).unwrap()),
        minutes,
        "days are not their minutes"
    );
    let part = Range { from: MONDAY + 10 * MINUTE, to: MONDAY + 2 * DAY + 20 * MINUTE };
    assert_eq!(
        summed(&reader.figures(&[FUNCTION], part).unwrap()),
        summed(&reader.series(&[FUNCTION], part, MINUTE).unwrap()),
        "a range that cuts through days differs from its minutes"
    );
    for bucket in [60 * MINUTE, 180 * MINUTE] {
        let hours = reader.series(&[FUNCTION], part, bucket).unwrap();
        assert_eq!(
            summed(&hours),
            summed(&reader.series(&[FUNCTION], part, MINUTE).unwrap()),
            "hours are not their minutes"
        );
        assert!(hours.iter().all(|hour| hour.start % bucket == 0));
    }
    let by_day = reader.series(&[FUNCTION], Range::ALL, DAY).unwrap();
    let starts: Vec<_> = by_day.iter().map(|r| ((r.start - MONDAY) / DAY, r.figures.counts.all())).collect();
    assert_eq!(starts, [(0, 100), (1, 100), (2, 100)]);

    // Late for its closed day: in both, once.
    store.recorder().answered(call(5_000, MONDAY + 5, 77)).unwrap();
    assert!(store.flush());
    let figures = summed(&reader.figures(&[FUNCTION], Range::ALL).unwrap());
    assert_eq!(figures.counts.all(), 301);
    assert_eq!(figures, summed(&reader.series(&[FUNCTION], Range::ALL, MINUTE).unwrap()));
    store.close();
}

#[test]
fn overlapping_calls_are_one_active_period() {
    let dir = tempfile::tempdir().unwrap();
    let (store, _) = open(dir.path());
    let recorder = store.recorder();
    house().iter().for_each(|entry| recorder.note(entry));
    // 0–10 ms and 5–20 ms overlap; 20.0–20.5 ms follows at once; 50–51 ms stands alone.
    for (id, from, handler) in
        [(100, 0, 10_000), (101, 5_000, 15_000), (102, 20_000, 500), (103, 50_000, 1_000)]
    {
        recorder.answered(call(id, MONDAY + from, handler)).unwrap();
    }
    // Another instance at the same time has its own; a cold start's own start belongs to it, waiting does not.
    let phases = Phases {
        queue_us: 9_000,
        spawn_us: 1_000,
        init_us: 2_000,
        handler_us: 3_000,
        total_us: 15_000,
        ..Phases::default()
    };
    let Entry::InstanceStarted(first) = &house()[4] else { panic!("the instance") };
    recorder.note(Entry::InstanceStarted(InstanceStarted { id: INSTANCE + 1, ..first.clone() }));
    let instance_id = Some(INSTANCE + 1);
    recorder.answered(Answered { phases, instance_id, cold: true, ..call(104, MONDAY, 0) }).unwrap();
    store.close();
    let (store, _) = Store::open(dir.path(), MONDAY + 2 * DAY).unwrap();
    let rows = store.reader().unwrap().periods(APP, Range::ALL).unwrap();
    assert_eq!(rows.len(), 1, "one day, one revision, one size");
    assert_eq!(rows[0].periods.lengths_ms, [(1, 1), (6, 1), (21, 1)].into());
    assert_eq!(rows[0].periods.active_us, 20_500 + 1_000 + 6_000);
}
