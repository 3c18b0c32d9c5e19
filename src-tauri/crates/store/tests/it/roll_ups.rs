//! Roll-ups against figures added up from the rows, and: everything once.

use std::collections::BTreeMap;

use coldframe_store::*;

use crate::sample::*;

fn one(reader: &Reader) -> Figures {
    let mut all = reader.figures(&[FUNCTION], Range::ALL).unwrap();
    assert_eq!(all.len(), 1, "one key was used");
    all.remove(0).figures
}

#[test]
fn a_call_counts_when_it_has_finished_and_once() {
    let dir = tempfile::tempdir().unwrap();
    let (store, _) = open(dir.path());
    let (recorder, reader) = (store.recorder(), store.reader().unwrap());
    recorder.accepted(running(100)).unwrap();
    assert!(store.flush());
    recorder.answered(answered(100)).unwrap();
    assert!(store.flush());
    assert_eq!(reader.figures(&[FUNCTION], Range::ALL).unwrap(), [], "it has not finished");
    assert_eq!(reader.invocation(100).unwrap().unwrap().row.status, Status::Ok, "but it is answered");
    recorder.note(Entry::Finished(finished(100)));
    assert!(store.flush());
    let once = one(&reader);
    assert_eq!(once.counts.ok, 1);
    assert_eq!((once.sums.cpu_known, once.sums.cpu_user_us, once.sums.cpu_system_us), (1, 700, 50));
    recorder.note(Entry::Finished(finished(100)));
    recorder.answered(answered(100)).unwrap();
    recorder.answered(Answered { status: Status::Timeout, last: true, ..answered(101) }).unwrap();
    assert!(store.flush());
    recorder.note(Entry::Finished(finished(101)));
    assert!(store.flush());
    assert_eq!(one(&reader).counts, Counts { ok: 1, timeout: 1, ..Counts::default() });
}

#[test]
fn refused_calls_count_but_are_no_latency_and_no_bill() {
    let dir = tempfile::tempdir().unwrap();
    let (store, _) = open(dir.path());
    for (id, status) in [(100, Status::Throttled), (101, Status::Refused), (102, Status::Ok)] {
        store.recorder().answered(Answered { status, last: true, ..answered(id) }).unwrap();
    }
    assert!(store.flush());
    let figures = one(&store.reader().unwrap());
    assert_eq!(figures.counts.all(), 3);
    assert_eq!(figures.total.count(), 1);
    assert_eq!(figures.usage.iter().map(|(_, count)| count).sum::<u64>(), 1);
    assert_eq!(figures.sums.handler_us, 1102);
}

/// Many calls over three minutes in several batches; every figure is what the rows say.
#[test]
fn figures_are_those_of_the_rows() {
    let dir = tempfile::tempdir().unwrap();
    let (store, _) = open(dir.path());
    let recorder = store.recorder();
    for n in 0..3_000_i64 {
        let id = 1_000 + n;
        let handler_us = 137 * (n % 211) + 1;
        let cold = n % 50 == 0;
        let init_us = if cold { 90_000 + 333 * n } else { 0 };
        let phases = Phases { init_us, handler_us, total_us: init_us + handler_us, ..Phases::default() };
        let status = if n % 9 == 0 { Status::Error } else { Status::Ok };
        let started_at = MONDAY + n * 60_000;
        recorder.answered(Answered { phases, cold, status, started_at, ..answered(id) }).unwrap();
        let peak_memory_kb = (n % 4 != 0).then_some(100_000 + 100 * n);
        recorder.note(Entry::Finished(Finished { peak_memory_kb, ..finished(id) }));
        if n % 700 == 0 {
            assert!(store.flush());
        }
    }
    assert!(store.flush());
    let reader = store.reader().unwrap();
    let rows = reader.invocations(&InvocationFilter::default(), None, 10_000).unwrap();
    assert_eq!(rows.len(), 3_000);

    let mut usage: BTreeMap<Usage, u64> = BTreeMap::new();
    let mut sums = Sums::default();
    for row in rows.iter().map(|invocation| &invocation.row) {
        let up = |us: i64| (us as u64).div_ceil(1000);
        let phases = row.phases;
        *usage
            .entry(Usage {
                handler_ms: up(phases.handler_us),
                cold_ms: if row.cold { up(phases.init_us + phases.handler_us) } else { 0 },
                memory_steps: row.peak_memory_kb.map_or(0, |kb| (kb as u64).div_ceil(128 * 1024)),
            })
            .or_default() += 1;
        sums.cold += u64::from(row.cold);
        sums.init_us += phases.init_us;
        sums.handler_us += phases.handler_us;
        sums.total_us += phases.total_us;
        sums.cpu_known += 1;
        sums.cpu_user_us += 700;
        sums.cpu_system_us += 50;
        sums.memory_known += u64::from(row.peak_memory_kb.is_some());
        sums.memory_sum_kb += row.peak_memory_kb.unwrap_or(0);
        sums.memory_peak_kb = sums.memory_peak_kb.max(row.peak_memory_kb.unwrap_or(0));
        sums.request_bytes += 10;
        sums.response_bytes += 20;
        (sums.largest_request_bytes, sums.largest_response_bytes) = (10, 20);
    }
    let figures = one(&reader);
    assert_eq!(figures.usage.0, usage, "the histogram is not exact");
    assert_eq!(figures.sums, sums, "a sum is off");
    assert_eq!((figures.counts.ok, figures.counts.error), (2_666, 334));
    assert_eq!((figures.total.count(), figures.cold_wait.count()), (3_000, 60));
    let mut totals: Vec<_> = rows.iter().map(|invocation| invocation.row.phases.total_us).collect();
    totals.sort_unstable();
    for quantile in [0.5, 0.95, 0.99] {
        let truth = totals[(quantile * 2_999.0) as usize] as f64;
        let said = figures.total.quantile(quantile).unwrap();
        assert!((said - truth).abs() <= 0.01 * truth, "p{quantile}: {said} instead of {truth}");
    }

    let buckets = reader.series(&[FUNCTION], Range::ALL, MINUTE).unwrap();
    let calls: Vec<_> = buckets
        .iter()
        .map(|bucket| ((bucket.start - MONDAY) / MINUTE, bucket.figures.counts.all()))
        .collect();
    assert_eq!(calls, [(0, 1_000), (1, 1_000), (2, 1_000)], "a call belongs to the minute it began in");
    let second = Range { from: MONDAY + MINUTE, to: MONDAY + 2 * MINUTE };
    assert_eq!(reader.figures(&[FUNCTION], second).unwrap()[0].figures, buckets[1].figures);
    assert_eq!(reader.figures(&[FUNCTION + 1], Range::ALL).unwrap(), []);
}

#[test]
fn settings_and_triggers_are_kept_apart() {
    let dir = tempfile::tempdir().unwrap();
    let (store, _) = open(dir.path());
    let calls = [
        answered(100),
        Answered { memory_mb: 256, ..answered(101) },
        Answered { trigger: "load".into(), ..answered(102) },
        Answered { revision_id: None, instance_id: None, ..answered(103) },
        answered(104),
    ];
    for call in calls {
        store.recorder().answered(Answered { last: true, ..call }).unwrap();
    }
    assert!(store.flush());
    let figures = store.reader().unwrap().figures(&[FUNCTION], Range::ALL).unwrap();
    let keys: Vec<_> = figures
        .iter()
        .map(|r| (r.key.revision_id, r.key.memory_mb, r.key.trigger.as_str(), r.figures.counts.all()))
        .collect();
    assert_eq!(
        keys,
        [
            (0, 128, "sdk", 1),
            (REVISION, 128, "load", 1),
            (REVISION, 128, "sdk", 2),
            (REVISION, 256, "sdk", 1)
        ]
    );
}
