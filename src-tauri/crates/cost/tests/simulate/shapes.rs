//! Traffic: as many calls as asked for, in order, spread as the shape says.

use coldframe_cost::{MONTH_US, Shape, Spikes, Traffic, Turns};

const HOUR_US: u64 = 3_600_000_000;
const DAY_US: u64 = 24 * HOUR_US;

fn calls(shape: Shape, requests: u64) -> Vec<u64> {
    let traffic = Traffic::month(shape, requests);
    let calls: Vec<u64> = traffic.arrivals(7).collect();
    assert_eq!(calls.len() as u64, requests);
    assert!(calls.is_sorted() && calls.last().is_none_or(|last| *last < MONTH_US));
    assert_eq!(calls, traffic.arrivals(7).collect::<Vec<_>>(), "a seed repeats");
    calls
}

/// The share of calls for which something holds is within four standard errors of a binomial share.
fn agree(calls: &[u64], share: f64, what: &str, holds: impl Fn(u64) -> bool) {
    let many = calls.len() as f64;
    let found = calls.iter().filter(|at| holds(**at)).count() as f64 / many;
    let error = 4.0 * (share * (1.0 - share) / many).sqrt();
    assert!((found - share).abs() < error, "{what}: {found}, not {share} ± {error}");
}

#[test]
fn steady_calls_are_equally_far_apart() {
    let calls = calls(Shape::Steady, 1_000);
    let gaps: Vec<u64> = calls.windows(2).map(|pair| pair[1] - pair[0]).collect();
    assert!(gaps.iter().all(|gap| gap.abs_diff(MONTH_US / 1_000) <= 1));
    assert!(self::calls(Shape::Poisson, 0).is_empty());
}

#[test]
fn poisson_gaps_are_exponential() {
    let calls = calls(Shape::Poisson, 200_000);
    let mean = MONTH_US as f64 / 200_000.0;
    let gaps: Vec<u64> = calls.windows(2).map(|pair| pair[1] - pair[0]).collect();
    for means in [0.1, 1.0, 3.0_f64] {
        agree(&gaps, (-means).exp(), "gaps longer", |gap| gap as f64 > means * mean);
    }
}

#[test]
fn a_day_has_its_peak_at_noon_and_a_week_its_weekend() {
    let of_day = |at: u64| at % DAY_US;
    let middle = |at: u64| (DAY_US / 4..DAY_US * 3 / 4).contains(&of_day(at));
    // A sine from 0 to twice the mean has 1/2 + 1/π in the half around its peak. The last third of a day of the month,
    // begun at midnight, has less; whole days only are looked at.
    let whole = |at: &u64| *at < 28 * DAY_US;
    let daily: Vec<u64> =
        calls(Shape::named("daily").expect("a shape"), 300_000).into_iter().filter(whole).collect();
    agree(&daily, 0.5 + std::f64::consts::FRAC_1_PI, "by day", middle);
    let weekly: Vec<u64> =
        calls(Shape::named("weekly").expect("a shape"), 300_000).into_iter().filter(whole).collect();
    agree(&weekly, 0.8 / 5.8, "on weekends of 0.4 weekdays each", |at| at / DAY_US % 7 >= 5);
    agree(&weekly, 0.5 + std::f64::consts::FRAC_1_PI, "by day", middle);
}

/// The share of calls in the minutes that have more than so many times the mean.
fn in_busy_minutes(calls: &[u64], times: f64) -> (f64, f64) {
    let mut minutes = vec![0_u64; (MONTH_US / 60_000_000) as usize];
    for at in calls {
        minutes[(at / 60_000_000) as usize] += 1;
    }
    let mean = calls.len() as f64 / minutes.len() as f64;
    let busy: Vec<u64> = minutes.iter().copied().filter(|count| *count as f64 > times * mean).collect();
    (busy.iter().sum::<u64>() as f64 / calls.len() as f64, busy.len() as f64 / minutes.len() as f64)
}

#[test]
fn spikes_and_turns_bring_many_calls_in_little_time() {
    // 30 days of 4 spikes of 5 minutes at 20 times the mean: 28 % of the calls in 1.4 % of the time, less what overlaps.
    let (share, time) = in_busy_minutes(&calls(Shape::Spiky(Spikes::default()), 2_000_000), 10.0);
    assert!((0.26..0.285).contains(&share) && (0.013..0.0142).contains(&time), "{share} in {time}");
    // About 4,380 turns: the busy tenth of the time is right within 4 × √2 / √4,380, and 8 times as busy.
    let traffic = Traffic::month(Shape::Bursty(Turns { busy_s: 60.0, calm_s: 540.0, times: 8.0 }), 2_000_000);
    let mut seconds = vec![0_u32; (MONTH_US / 10_000_000) as usize];
    traffic.arrivals(7).for_each(|at| seconds[(at / 10_000_000) as usize] += 1);
    let mean = 2_000_000.0 / seconds.len() as f64;
    let busy =
        seconds.iter().filter(|count| f64::from(**count) > 3.0 * mean).count() as f64 / seconds.len() as f64;
    assert!((busy - 0.1).abs() < 0.1 * 4.0 * (2.0 / 4_380.0_f64).sqrt() + 0.02, "{busy} of the time is busy");
}

#[test]
fn recorded_minutes_have_exactly_their_calls_and_recorded_instants_are_kept() {
    let counts = vec![3, 0, 70_000, 1, 12];
    let traffic =
        Traffic { requests: 70_016, length_us: 5 * 60_000_000, shape: Shape::Minutes(counts.clone()) };
    let mut found = vec![0; counts.len()];
    traffic.arrivals(1).for_each(|at| found[(at / 60_000_000) as usize] += 1);
    assert_eq!(found, counts);
    // As often as recorded, but twice as many: each minute has about twice its share.
    let twice = Traffic { requests: 140_032, ..traffic };
    let third: Vec<u64> = twice.arrivals(1).collect();
    agree(&third, 70_000.0 / 70_016.0, "in the third minute", |at| at / 60_000_000 == 2);
    let instants = vec![5, 5, 9];
    assert_eq!(Traffic::recorded(instants.clone(), 10).arrivals(1).collect::<Vec<_>>(), instants);
}
