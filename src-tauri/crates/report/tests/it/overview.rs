//! The Functions page's figures.

use coldframe_protocol::{FunctionStats, Overview, Range};
use coldframe_store::Status;

use crate::record::{BEGAN, Call, HELLO, MINUTE, PROJECT, RESIZE, Record, SECOND, STRANGER};

fn of(overview: &Overview, function: i64) -> &FunctionStats {
    overview
        .functions
        .iter()
        .find(|stats| stats.function == function)
        .expect("every function has its figures")
}

/// A percentile of the record is within 1 % of the truth.
fn about(value: Option<f64>, truth: f64) -> bool {
    value.is_some_and(|value| (value - truth).abs() <= truth * 0.011)
}

#[test]
fn an_empty_record_has_no_figures_and_no_errors() {
    let report = Record::new().report();
    for minutes in [None, Some(15), Some(1440)] {
        let overview = report.overview(PROJECT, &Range { minutes }, BEGAN).unwrap();
        assert_eq!((overview.calls, overview.errors, overview.usd.as_str()), (0, 0, "0"));
        assert_eq!(overview.p50_ms, None);
        assert_eq!(overview.functions.len(), 2, "the project's functions, not the stranger's");
        assert!(overview.series.p50_ms.iter().all(Option::is_none));
        assert_eq!(of(&overview, HELLO).usd_per_million, None);
    }
}

#[test]
fn figures_add_up_over_functions_and_buckets() {
    let mut record = Record::new();
    for second in 0..9 {
        record.call(&Call::new(HELLO, BEGAN + second * SECOND, 100_000));
    }
    let built = Call {
        init_us: Some(400_000),
        build_us: 20_000_000,
        ..Call::new(HELLO, BEGAN + 10 * SECOND, 100_000)
    };
    record.call(&built);
    record.call(&Call { status: Status::Error, ..Call::new(RESIZE, BEGAN + 2 * MINUTE, 50_000) });
    record.call(&Call { status: Status::Throttled, ..Call::new(RESIZE, BEGAN + 2 * MINUTE, 0) });
    record.call(&Call::new(STRANGER, BEGAN, 100_000));
    let now = BEGAN + 3 * MINUTE + 30 * SECOND;

    let overview = record.report().overview(PROJECT, &Range { minutes: Some(15) }, now).unwrap();

    assert_eq!((overview.calls, overview.cold, overview.errors), (12, 1, 1));
    assert!(
        (overview.calls_per_minute - 12.0 / 3.5).abs() < 1e-9,
        "since the first call, not over 15 minutes"
    );
    assert!(about(overview.p50_ms, 100.2), "{:?}", overview.p50_ms);
    assert!(about(overview.cold_p95_ms, 400.0), "{:?}", overview.cold_p95_ms);
    let hello = of(&overview, HELLO);
    assert_eq!((hello.calls, hello.cold, hello.errors, hello.throttles), (10, 1, 0, 0));
    assert_eq!(
        (hello.cpu_user_ms, hello.cpu_system_ms, hello.peak_memory_mb),
        (Some(40.0), Some(10.0), Some(60.0))
    );
    let resize = of(&overview, RESIZE);
    assert_eq!((resize.calls, resize.errors, resize.throttles), (2, 1, 1));

    let series = &overview.series;
    assert_eq!((series.bucket_s, series.calls.len()), (60, 16));
    assert_eq!(series.calls[11..], [0.0, 10.0, 0.0, 2.0, 0.0], "four minutes ago ten, two minutes later two");
    assert_eq!(series.cold_percent[12], Some(10.0));
    assert_eq!((series.error_percent[13], series.error_percent[14]), (None, Some(50.0)));
    assert_eq!(hello.spark.iter().sum::<u64>(), 10);
    assert_eq!(hello.spark.len(), series.calls.len());

    // 512 MB: nine calls of 100 ms, one of 500 ms (billed init), one of 50 ms: 1,450 ms are 0.725 GB-s on arm64.
    let usd = 11.0 * 0.000_000_2 + 0.725 * 0.000_013_333_4;
    assert_eq!(overview.usd, "0.000012");
    assert!((series.usd.iter().sum::<f64>() - usd).abs() < 1e-12);
    // A million like hello's ten: (9 × 100 + 500) / 10 = 140 ms of 0.5 GB at 0.0000166667, and 0.20.
    assert_eq!(hello.usd_per_million.as_deref(), Some("1.37"));
}

#[test]
fn a_range_leaves_out_what_was_before() {
    let mut record = Record::new();
    record.call(&Call::new(HELLO, BEGAN, 1_000));
    record.call(&Call::new(HELLO, BEGAN + 100 * MINUTE, 1_000));
    let report = record.report();
    let calls = |minutes| report.overview(PROJECT, &Range { minutes }, BEGAN + 101 * MINUTE).unwrap().calls;
    assert_eq!((calls(Some(60)), calls(Some(1440)), calls(None)), (1, 2, 2));
}
