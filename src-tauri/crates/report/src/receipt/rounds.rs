//! Rounds: in each one start of either side with its calls, so that whatever else the machine does meets both. How many
//! are needed depends on what they show.

use coldframe_protocol::{CheckVerdict, CheckedMetric, CheckedWhat};

use super::{
    judge::{Taken, judge, open},
    tail,
};

/// Taken at first: two halves of ten, which tell what is plain, and enough for a 95th percentile.
pub const ROUNDS: u32 = 20;
/// Where the first are not enough, and there is time.
pub const MOST_ROUNDS: u32 = 60;
/// At once.
const STEP: u32 = 10;

/// What was measured of one side, a value for each round, in their order. Empty where a round has none of it.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Side {
    /// Boot, init and the first call, milliseconds; boot and init alone where nothing is called.
    pub cold: Vec<f64>,
    pub init: Vec<f64>,
    pub start_cpu: Vec<f64>,
    /// The median of the round's warm calls.
    pub warm: Vec<f64>,
    pub call_cpu: Vec<f64>,
    /// MiB.
    pub memory: Vec<f64>,
}

impl Side {
    fn of(&self, what: CheckedWhat) -> &[f64] {
        match what {
            CheckedWhat::ColdP50 | CheckedWhat::ColdP95 => &self.cold,
            CheckedWhat::Init => &self.init,
            CheckedWhat::StartCpu => &self.start_cpu,
            CheckedWhat::Warm => &self.warm,
            CheckedWhat::CallCpu => &self.call_cpu,
            CheckedWhat::Memory => &self.memory,
        }
    }
}

/// In the order people read them.
const TOLD: [CheckedWhat; 7] = [
    CheckedWhat::ColdP50,
    CheckedWhat::ColdP95,
    CheckedWhat::Init,
    CheckedWhat::StartCpu,
    CheckedWhat::Warm,
    CheckedWhat::CallCpu,
    CheckedWhat::Memory,
];

/// Every metric there are samples of.
pub fn told(before: &Side, now: &Side) -> Vec<CheckedMetric> {
    let mut told: Vec<CheckedMetric> = Vec::new();
    for what in TOLD {
        let (before, now) = (before.of(what), now.of(what));
        told.extend(match (what, told.last()) {
            (CheckedWhat::ColdP95, Some(middle)) => tail::judge(before, now, middle.verdict),
            _ => judge(what, before, now, Taken::InTurn),
        });
    }
    told
}

/// Whether something can be said: of a change, or that there is none. The slow end takes more than a save is worth.
pub fn tells(before: &Side, now: &Side) -> bool {
    let told: Vec<_> = told(before, now).into_iter().map(|metric| (metric.metric, metric.verdict)).collect();
    let few = |(what, verdict): &(CheckedWhat, CheckVerdict)| {
        *what != CheckedWhat::ColdP95 && *verdict == CheckVerdict::TooFew
    };
    let changed = |(_, verdict): &(CheckedWhat, CheckVerdict)| {
        matches!(verdict, CheckVerdict::Worse | CheckVerdict::Better)
    };
    !told.is_empty() && (told.iter().any(changed) || !told.iter().any(few))
}

/// Rounds to take after others.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct More {
    pub rounds: u32,
    /// Without them something cannot be told at all: they are worth all the time there is.
    pub needed: bool,
}

pub fn more_rounds(before: &Side, now: &Side) -> More {
    let taken = u32::try_from(now.cold.len()).unwrap_or(u32::MAX);
    if taken < ROUNDS {
        return More { rounds: ROUNDS - taken, needed: true };
    }
    // The slow end takes more than are ever taken.
    let told = TOLD.iter().filter(|what| **what != CheckedWhat::ColdP95);
    let open: Vec<_> = told.filter_map(|what| open(*what, before.of(*what), now.of(*what))).collect();
    let rounds = if open.is_empty() { 0 } else { MOST_ROUNDS.saturating_sub(taken).min(STEP) };
    More { rounds, needed: open.contains(&CheckVerdict::TooFew) }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A machine that is busy with other things: its samples spread by an eighth, and one in twelve takes far longer.
    struct Machine(u64);

    impl Machine {
        fn chance(&mut self) -> f64 {
            // xorshift64*: the same noise in every run of the test.
            self.0 ^= self.0 >> 12;
            self.0 ^= self.0 << 25;
            self.0 ^= self.0 >> 27;
            (self.0.wrapping_mul(0x2545_F491_4F6C_DD1D) >> 11) as f64 / (1u64 << 53) as f64
        }

        fn takes(&mut self, value: f64) -> f64 {
            let spread = (self.chance() + self.chance() + self.chance() - 1.5) / 4.0;
            let burst = if self.chance() < 1.0 / 12.0 { 1.0 + self.chance() } else { 0.0 };
            value * (1.0 + spread + burst)
        }

        /// Rounds as `coldframe check` takes them.
        fn check(&mut self, before: f64, now: f64) -> CheckedMetric {
            let (mut was, mut is) = (Side::default(), Side::default());
            loop {
                let more = more_rounds(&was, &is).rounds;
                if more == 0 {
                    return judge(CheckedWhat::ColdP50, &was.cold, &is.cold, Taken::InTurn)
                        .expect("there are samples");
                }
                for _ in 0..more {
                    was.cold.push(self.takes(before));
                    is.cold.push(self.takes(now));
                }
            }
        }
    }

    #[test]
    fn a_false_word_is_rare_and_a_true_one_is_not() {
        let mut machine = Machine(20_261_130);
        let runs = 100;
        let said = |machine: &mut Machine, now: f64, verdict| {
            let checked = (0..runs).map(|_| machine.check(150.0, now));
            let said: Vec<_> = checked.filter(|metric| metric.verdict == verdict).collect();
            for metric in said.iter().filter(|metric| metric.verdict != CheckVerdict::Unchanged) {
                assert!(
                    metric.change.unwrap().abs() >= metric.band.unwrap(),
                    "told within its noise: {metric:?}"
                );
            }
            said.len()
        };
        assert_eq!(said(&mut machine, 150.0, CheckVerdict::Unchanged), runs, "nothing changed");
        assert_eq!(said(&mut machine, 153.0, CheckVerdict::Worse), 0, "2 % is nothing to speak of");
        assert_eq!(said(&mut machine, 250.0, CheckVerdict::Worse), runs, "two thirds more");
        let half = said(&mut machine, 225.0, CheckVerdict::Worse);
        assert!(half > runs * 97 / 100, "half as long again is told nearly always, not {half} of {runs}");
        let less = said(&mut machine, 100.0, CheckVerdict::Better);
        assert!(less > runs * 97 / 100, "a third less, too, not {less} of {runs}");
    }

    #[test]
    fn the_band_is_of_the_noise_and_never_of_the_change() {
        let mut machine = Machine(7);
        for _ in 0..200 {
            let metric = machine.check(80.0, 80.0);
            let (change, band) = (metric.change.unwrap(), metric.band.unwrap());
            assert!(change.abs() <= band && band < 40.0, "{metric:?}");
        }
        // The same noise around another figure has the same band.
        let before: Vec<f64> = (0..20).map(|_| machine.takes(100.0)).collect();
        let now: Vec<f64> = (0..20).map(|_| machine.takes(100.0)).collect();
        let later: Vec<f64> = now.iter().map(|now| now + 200.0).collect();
        let band = |now: &[f64]| judge(CheckedWhat::ColdP50, &before, now, Taken::InTurn).unwrap();
        let (none, much) = (band(&now), band(&later));
        assert_eq!((none.verdict, much.verdict), (CheckVerdict::Unchanged, CheckVerdict::Worse));
        let sides = [none.band.unwrap(), much.band.unwrap()];
        assert!(sides[0] < 2.0 * sides[1] && sides[1] < 2.0 * sides[0], "{sides:?}");
    }

    #[test]
    fn a_load_that_comes_and_goes_hides_no_slow_import() {
        let mut machine = Machine(41);
        let (mut was, mut is) = (Side::default(), Side::default());
        let mut round = 0;
        loop {
            let more = more_rounds(&was, &is).rounds;
            if more == 0 {
                break;
            }
            for _ in 0..more {
                // Twice as slow for ten rounds of twenty.
                let load = if round / 10 % 2 == 0 { 1.0 } else { 2.0 };
                was.cold.push(machine.takes(100.0) * load);
                is.cold.push(machine.takes(130.0) * load);
                round += 1;
            }
        }
        let metric = judge(CheckedWhat::ColdP50, &was.cold, &is.cold, Taken::InTurn).unwrap();
        assert_eq!(metric.verdict, CheckVerdict::Worse, "{metric:?}");
    }

    #[test]
    fn a_slow_end_that_is_none_is_silent() {
        let mut machine = Machine(3);
        let mut open = 0;
        for _ in 0..500 {
            let before: Vec<f64> = (0..20).map(|_| machine.takes(100.0)).collect();
            let now: Vec<f64> = (0..20).map(|_| machine.takes(100.0)).collect();
            let side = |cold: &[f64]| Side { cold: cold.to_vec(), ..Side::default() };
            let told = told(&side(&before), &side(&now));
            assert!(matches!(told[1].verdict, CheckVerdict::Unchanged | CheckVerdict::TooFew), "{told:?}");
            open += usize::from(told[1].verdict == CheckVerdict::TooFew);
        }
        assert!(open < 10, "{open} of 500 left open");
    }

    #[test]
    fn a_few_samples_claim_nothing_and_say_how_many_are_missing() {
        let (few, other) = (vec![10.0; 7], vec![90.0; 7]);
        let metric = judge(CheckedWhat::ColdP50, &few, &other, Taken::InTurn).unwrap();
        assert_eq!((metric.verdict, metric.more), (CheckVerdict::TooFew, 1));
        let alone = judge(CheckedWhat::ColdP50, &[], &other, Taken::InTurn).unwrap();
        assert_eq!((alone.verdict, alone.now, alone.before), (CheckVerdict::Alone, 90.0, None));
        assert_eq!(judge(CheckedWhat::ColdP50, &few, &[], Taken::InTurn), None);
    }

    #[test]
    fn a_large_difference_needs_few_and_something_else_more() {
        let side = |cold: &[f64]| Side { cold: cold.to_vec(), ..Side::default() };
        let apart = |n: usize| (side(&vec![70.0; n]), side(&vec![570.0; n]));
        let (few, fewest) = (apart(7), apart(8));
        assert!(!tells(&few.0, &few.1) && tells(&fewest.0, &fewest.1));
        assert!(!tells(&Side::default(), &Side::default()), "nothing was taken");
        // By chance alone eight of a side hardly ever claim anything.
        let mut machine = Machine(99);
        let claimed = (0..2000).filter(|_| {
            let before: Vec<f64> = (0..8).map(|_| machine.takes(100.0)).collect();
            let now: Vec<f64> = (0..8).map(|_| machine.takes(100.0)).collect();
            let verdict = judge(CheckedWhat::ColdP50, &before, &now, Taken::InTurn).unwrap().verdict;
            matches!(verdict, CheckVerdict::Worse | CheckVerdict::Better)
        });
        assert!(claimed.count() <= 2, "about one in two and a half thousand");
    }

    #[test]
    fn noise_larger_than_the_figure_says_nothing_of_it() {
        let wild: Vec<f64> = (0..40).map(|n| 10.0 * 1.25_f64.powi(n * 7 % 40)).collect();
        let other: Vec<f64> = wild.iter().rev().copied().collect();
        let metric = judge(CheckedWhat::ColdP50, &wild, &other, Taken::InTurn).unwrap();
        assert_eq!(metric.verdict, CheckVerdict::TooFew);
        assert!(metric.more > 0, "{metric:?}");
    }

    #[test]
    fn a_difference_in_one_half_only_is_left_open() {
        let verdict = |now: &dyn Fn(u32) -> f64| {
            let (before, now) = ((0..60).map(|_| 100.0), (0..60).map(now));
            let (before, now): (Vec<f64>, Vec<f64>) = (before.collect(), now.collect());
            judge(CheckedWhat::ColdP50, &before, &now, Taken::InTurn).unwrap()
        };
        let some = |n: u32| f64::from(n * 7 % 5);
        let half = verdict(&|n| if n < 30 { 160.0 } else { 101.0 } + some(n));
        assert_eq!((half.verdict, half.more), (CheckVerdict::TooFew, 30), "{half:?}");
        assert!(half.change.unwrap() > half.band.unwrap(), "it is beyond the noise: {half:?}");
        assert_eq!(verdict(&|n| 160.0 + some(n)).verdict, CheckVerdict::Worse);
        assert_eq!(verdict(&|n| 97.0 + some(n)).verdict, CheckVerdict::Unchanged);
    }

    #[test]
    fn what_was_not_measured_is_not_told() {
        let side = Side { cold: vec![50.0; 20], init: vec![50.0; 20], ..Side::default() };
        let told: Vec<_> = told(&side, &side).iter().map(|metric| metric.metric).collect();
        assert_eq!(told, [CheckedWhat::ColdP50, CheckedWhat::ColdP95, CheckedWhat::Init]);
        assert_eq!(more_rounds(&side, &side), More { rounds: 0, needed: false });
    }
}
