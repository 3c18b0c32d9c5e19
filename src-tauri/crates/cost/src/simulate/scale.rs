//! Traffic of which there is too much to simulate all of it. The time is cut into equal strata, and of each a window
//! is simulated at the full rate, with a run-up before it in which the pool fills; totals are scaled up from the
//! windows. Their spread gives the error: the ratio estimator of survey sampling, with the windows as its batches.
//! Where not even the run-ups fit, each window finds a pool that has filled, and how many instances that keeps and
//! starts is worked out ([`dense`]); where calls are longer than windows could be, they come with a share of their rate
//! and the limits are as much lower.

use super::{
    Bucket, Options, dense,
    layout::Layout,
    places::Places,
    pool::Pool,
    record::Record,
    result::{Sampled, Simulation, Totals},
    rule::Rule,
    says,
    service::Service,
};
use crate::{
    random::Random,
    traffic::{Traffic, Window},
    usage::{Bin, Period},
};

/// Two-sided 95 % of the normal distribution; with thirty windows Student's is 4 % wider.
const Z: f64 = 2.04;
const WINDOWS: u64 = 1 << 41;

pub(super) fn sampled(traffic: &Traffic, service: &Service, rule: &Rule, options: Options) -> Simulation {
    let layout = Layout::new(traffic, service, rule, options.most_calls.max(super::FEWEST_CALLS));
    let weight = traffic.weight(options.seed);
    let thin = layout.thinned_rule(rule);
    // How many instances each simulated one stands for: as many as hold the calls it would have had.
    let stands_for = f64::from(thin.concurrency) / (f64::from(rule.concurrency) * layout.thinned);
    let mut place = Random::new(options.seed, WINDOWS);
    let (mut windows, mut buckets) = (Vec::new(), Vec::new());
    // What happens in the run-ups is thrown away, the windows are added up.
    let (mut run_up, mut record) = (Record::new(service), Record::new(service));
    let places = Places::new(traffic, options.seed, &layout, &mut place);
    for (number, from_us) in (0..).zip(places.begins_us.iter().copied()) {
        let until_us = (from_us + layout.window_us).min(traffic.length_us);
        let run_up_us = layout.run_up_us - place.below(layout.phase_us.min(layout.run_up_us) + 1);
        let begin_us = from_us.saturating_sub(run_up_us);
        let window = Window { number, from_us: begin_us, to_us: until_us, thinned: layout.thinned };
        let before = record.totals;
        let mut pool = Pool::new(service, &thin, options.seed, number + 1, run_up);
        pool.in_a_window();
        if layout.settled {
            pool.settle();
        }
        let mut counted = Some(record);
        let mut last = None;
        for at in traffic.window(options.seed, window, weight, places.rates.as_deref()) {
            if at >= from_us
                && let Some(record) = counted.take()
            {
                last = Some(pool.watch(record, from_us, until_us, 1));
            }
            pool.call(at);
        }
        if let Some(record) = counted {
            last = Some(pool.watch(record, from_us, until_us, 1));
        }
        record = pool.finish();
        run_up = last.unwrap_or_else(|| Record::new(service));
        let seen = record.take_buckets();
        let area = |of: fn(&Bucket) -> u64| seen.iter().map(of).sum();
        windows.push(Seen {
            totals: record.totals.since(before),
            alive_us: area(|bucket| bucket.alive_us),
            busy_us: area(|bucket| bucket.busy_us),
        });
        buckets.extend(seen);
    }
    let recorded = record.finish(buckets);
    let simulated = recorded.totals.calls;
    let seen_us: u64 = recorded.buckets.iter().map(|bucket| bucket.seen_us).sum();
    let seen = seen_us as f64 / traffic.length_us as f64;
    let part = Share {
        calls: simulated as f64 / traffic.requests as f64,
        time: seen / stands_for,
        // Instances that have as much to do as they can do no more when more calls come.
        busy: match recorded.totals.throttled + recorded.totals.given_up {
            0 => simulated as f64 / (traffic.requests as f64 * layout.thinned * stands_for),
            _ => seen / stands_for,
        },
    };
    let mut simulation = Simulation::scaled(recorded, service, rule, traffic, part);
    places.spread(&mut simulation.buckets, &layout, stands_for, traffic.length_us);
    let mut errors = Errors { windows: &windows, ranked: places.rates.is_some(), missed: 0.0 };
    if errors.ranked {
        // Of the calls there should have been in the windows, those missing or too many beyond chance.
        let expected = traffic.requests as f64 * layout.thinned * seen;
        let chance = errors.of_a_time(|seen| seen.totals.calls as f64);
        errors.missed = ((1.0 - simulated as f64 / expected).abs() - chance).max(0.0);
    }
    simulation.sampled = Some(Sampled {
        simulated,
        windows: windows.len(),
        window_us: layout.window_us,
        thinned: layout.thinned,
        settled: layout.settled,
        cold_share_error: errors.of_a_share(|seen| seen.totals.cold as f64),
        throttled_share_error: errors
            .of_a_share(|seen| (seen.totals.throttled + seen.totals.given_up) as f64),
        alive_error: errors.of_a_time(|seen| seen.alive_us as f64),
        busy_error: errors.of_busy_time(),
    });
    if layout.settled {
        dense::kept(traffic, options.seed, service, rule).tell(&mut simulation, service, rule);
    }
    simulation.says = says::sentences(traffic, service, rule, &simulation);
    simulation
}

struct Seen {
    totals: Totals,
    alive_us: u64,
    busy_us: u64,
}

/// What the windows' differences say of the whole.
struct Errors<'a> {
    windows: &'a [Seen],
    /// Neighbours have about the same rate: what they differ by is chance.
    ranked: bool,
    /// A share of the calls of which nothing is known.
    missed: f64,
}

impl Errors<'_> {
    /// Of a time, or what goes with it, as a share of itself.
    fn of_a_time(&self, time: fn(&Seen) -> f64) -> f64 {
        let mean = self.mean(time);
        self.spread(self.windows.iter().map(|seen| time(seen) - mean)) / mean.max(1.0) + self.missed
    }

    /// Of the time with a call under way, which goes with the calls.
    fn of_busy_time(&self) -> f64 {
        let (calls, busy) =
            (self.mean(|seen| seen.totals.calls as f64), self.mean(|seen| seen.busy_us as f64));
        let each = busy / calls.max(f64::MIN_POSITIVE);
        let off = self.windows.iter().map(|seen| seen.busy_us as f64 - each * seen.totals.calls as f64);
        self.spread(off) / busy.max(1.0) + self.missed
    }

    /// Of `what` as a share of the calls.
    fn of_a_share(&self, what: fn(&Seen) -> f64) -> f64 {
        let calls = self.mean(|seen| seen.totals.calls as f64);
        if calls == 0.0 {
            return 0.0;
        }
        let ratio = self.mean(what) / calls;
        let off = self.windows.iter().map(|seen| what(seen) - ratio * seen.totals.calls as f64);
        // What was never seen in n calls is rarer than 3/n, with 95 % confidence.
        let unseen = if ratio == 0.0 { 3.0 / (calls * self.windows.len() as f64) } else { 0.0 };
        (self.spread(off) / calls).max(unseen) + self.missed
    }

    fn mean(&self, of: impl Fn(&Seen) -> f64) -> f64 {
        self.windows.iter().map(of).sum::<f64>() / self.windows.len().max(1) as f64
    }

    /// Half the confidence interval of the mean of so many deviations from it.
    fn spread(&self, off: impl ExactSizeIterator<Item = f64>) -> f64 {
        let many = off.len() as f64;
        let off: Vec<f64> = off.collect();
        let squares: f64 = if self.ranked {
            off.windows(2).map(|pair| (pair[1] - pair[0]).powi(2) / 2.0).sum()
        } else {
            off.iter().map(|off| off * off).sum()
        };
        Z * (squares / (many * (many - 1.0).max(1.0))).sqrt()
    }
}

/// How much of everything was recorded.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Share {
    /// Of the calls, 0 to 1.
    calls: f64,
    /// Of instances × time, 0 to 1.
    time: f64,
    /// Of instances × time with a call under way, 0 to 1: that goes with the calls.
    busy: f64,
}

impl Share {
    pub(super) const ALL: Self = Self { calls: 1.0, time: 1.0, busy: 1.0 };

    pub(super) fn is_all(self) -> bool {
        self == Self::ALL
    }

    pub(super) fn time(self, us: u128) -> u128 {
        if self.is_all() { us } else { (us as f64 / self.time.max(f64::MIN_POSITIVE)) as u128 }
    }

    pub(super) fn busy_time(self, us: u128) -> u128 {
        if self.is_all() { us } else { (us as f64 / self.busy.max(f64::MIN_POSITIVE)) as u128 }
    }

    /// So that every call is served, throttled or given up, and there are `requests`.
    pub(super) fn totals(self, totals: &mut Totals, requests: u64) {
        if self.is_all() {
            return;
        }
        if totals.calls == 0 {
            // Every window missed them; the sentences say so.
            *totals = Totals { calls: requests, served: requests, ..*totals };
            return;
        }
        let up = |part: u64| up(part, totals.calls, requests);
        let (throttled, given_up) = (up(totals.throttled), up(totals.given_up));
        *totals = Totals {
            calls: requests,
            served: requests.saturating_sub(throttled + given_up),
            cold: up(totals.cold),
            throttled,
            queued: up(totals.queued),
            given_up,
            started: up(totals.started),
            init_us: (totals.init_us as f64 / self.calls) as u128,
        };
    }

    /// Rounded so that the sum is what the sum should be.
    pub(super) fn bins(self, mut bins: Vec<Bin>) -> Vec<Bin> {
        self.counts(bins.iter_mut().map(|bin| &mut bin.count), self.calls);
        bins.retain(|bin| bin.count > 0);
        bins
    }

    pub(super) fn periods(self, periods: &[Period]) -> Vec<Period> {
        let mut periods = periods.to_vec();
        self.counts(periods.iter_mut().map(|period| &mut period.count), self.busy);
        periods.retain(|period| period.count > 0);
        periods
    }

    fn counts<'a>(self, counts: impl Iterator<Item = &'a mut u64>, share: f64) {
        if self.is_all() {
            return;
        }
        let (mut seen, mut given) = (0_u64, 0_u64);
        for count in counts {
            seen += *count;
            let until = (seen as f64 / share.max(f64::MIN_POSITIVE)).round() as u64;
            *count = until.saturating_sub(given);
            given = until;
        }
    }
}

/// `part` of `whole`, of `requests`.
fn up(part: u64, whole: u64, requests: u64) -> u64 {
    (u128::from(part) * u128::from(requests) / u128::from(whole.max(1))) as u64
}
