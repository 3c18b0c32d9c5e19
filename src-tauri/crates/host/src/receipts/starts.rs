//! Starts of the code that serves and of what it is compared with, in turn, until they are enough. What takes more of the
//! CPU than may be taken at once, unasked, comes later, round by round with a rest after each: the fewest that can tell a
//! change are always taken, of fewer sides where they cost much. A call comes first: they go on from what there is when it
//! is quiet again.

use std::time::Duration;

use coldframe_engine::{Started, Subject};
use coldframe_report::receipt::{FEWEST, ROUNDS, Side, tells};

/// CPU time of the starts of all sides that are taken at once.
const AT_ONCE: Duration = Duration::from_secs(3);
/// With those that come later. Where the fewest of all sides do not fit, what served before is the one side there is; its
/// fewest are taken whatever they cost.
const IN_ALL: Duration = Duration::from_secs(20);
/// A round that comes later is followed by a rest of so many times its CPU time: a quarter of a core at most is taken.
const REST: u32 = 3;

pub(super) struct Against<'a> {
    /// As the wire has it.
    pub(super) what: &'static str,
    pub(super) name: String,
    pub(super) subject: &'a Subject,
}

/// Why no more are taken now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Went {
    Enough,
    /// Somebody calls.
    Stopped,
    /// There are more to take, after so long.
    Rests(Duration),
}

/// What was taken so far.
#[derive(Debug, Default)]
pub(super) struct Starts {
    /// Of what: another commit meanwhile is another comparison.
    names: Vec<String>,
    /// Now, then each it is compared with, but for those that are left.
    sides: Vec<Side>,
    /// The first, which makes caches and is no sample, among them.
    rounds: u32,
    spent: Duration,
}

impl Starts {
    /// Of each side.
    pub(super) fn count(&self) -> u32 {
        self.rounds.saturating_sub(1)
    }

    pub(super) fn now(&self) -> Option<&Side> {
        self.sides.first()
    }

    /// In the order they were given.
    pub(super) fn before(&self) -> &[Side] {
        self.sides.get(1..).unwrap_or_default()
    }

    /// `None` if a side does not start.
    pub(super) async fn go_on(
        &mut self,
        now: &Subject,
        against: &[Against<'_>],
        stop: impl Fn() -> bool,
    ) -> Option<Went> {
        let names = std::iter::once(now.revision()).chain(against.iter().map(|one| one.name.as_str()));
        let names: Vec<String> = names.map(str::to_owned).collect();
        if names != self.names {
            *self = Self { sides: vec![Side::default(); names.len()], names, ..Self::default() };
        }
        let subjects: Vec<&Subject> =
            std::iter::once(now).chain(against.iter().map(|one| one.subject)).collect();
        let mut before = None;
        while self.goes_on() {
            if let Some(before) = before
                && self.spent >= AT_ONCE
            {
                return Some(Went::Rests((self.spent - before) * REST));
            }
            before = Some(self.spent);
            let mut order: Vec<usize> = (0..self.sides.len()).collect();
            if self.rounds % 2 == 1 {
                order.reverse();
            }
            let mut taken = Vec::new();
            for index in order {
                if stop() {
                    // A round that is not whole would give one side more than the other.
                    return Some(Went::Stopped);
                }
                let started = subjects[index].start().await.ok()?.ok()?.started;
                self.spent += started.cpu;
                taken.push((index, started));
            }
            self.note(&taken);
        }
        Some(Went::Enough)
    }

    /// Whether another round is worth its CPU.
    fn goes_on(&mut self) -> bool {
        if self.rounds > ROUNDS {
            return false;
        }
        if self.spent < AT_ONCE {
            return true;
        }
        let fewest = self.spent / self.rounds.max(1) * (FEWEST + 1);
        if fewest > IN_ALL {
            self.sides.truncate(2);
        }
        let Some((now, before)) = self.sides.split_first() else { return false };
        let open = before.iter().any(|was| !tells(was, now));
        open && (self.count() < FEWEST || self.spent < IN_ALL)
    }

    fn note(&mut self, taken: &[(usize, Started)]) {
        self.rounds += 1;
        if self.rounds == 1 {
            return;
        }
        let ms = |duration: Duration| duration.as_nanos() as f64 / 1e6;
        for (index, started) in taken {
            let side = &mut self.sides[*index];
            side.cold.push(ms(started.boot + started.init));
            side.start_cpu.push(ms(started.cpu));
            if started.peak_memory_kb > 0 {
                side.memory.push(started.peak_memory_kb as f64 / 1024.0);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use coldframe_protocol::{CheckVerdict, CheckedWhat};
    use coldframe_report::receipt::told;

    use super::*;

    /// All there are to take, of sides whose start takes so many milliseconds of CPU; a few more in every other round.
    fn taken(costs: &[u64]) -> Starts {
        let mut starts = Starts { sides: vec![Side::default(); costs.len()], ..Starts::default() };
        while starts.goes_on() {
            let noise = Duration::from_millis(u64::from(starts.rounds % 2));
            let round = costs.iter().take(starts.sides.len()).enumerate().map(|(side, cost)| {
                let cpu = Duration::from_millis(*cost) + noise;
                (side, Started { boot: cpu, init: Duration::ZERO, cpu, peak_memory_kb: 30_000 })
            });
            let round: Vec<_> = round.collect();
            starts.spent += round.iter().map(|(_, started)| started.cpu).sum::<Duration>();
            starts.note(&round);
        }
        starts
    }

    fn verdicts(starts: &Starts) -> Vec<CheckVerdict> {
        let now = starts.now().expect("some were taken");
        let of = |was: &Side| {
            told(was, now)
                .into_iter()
                .find(|metric| metric.metric == CheckedWhat::StartCpu)
                .expect("it is told")
                .verdict
        };
        starts.before().iter().map(of).collect()
    }

    #[test]
    fn whatever_starts_cost_what_they_show_is_told() {
        use CheckVerdict::{Unchanged, Worse};
        let small = taken(&[60, 30, 30]);
        assert_eq!((small.count(), verdicts(&small)), (ROUNDS, vec![Worse, Worse]), "at once");
        let unchanged = taken(&[85, 85, 85]);
        assert_eq!(verdicts(&unchanged), [Unchanged, Unchanged], "{unchanged:?}");
        let half_a_second = taken(&[575, 71, 71]);
        assert_eq!((half_a_second.count(), verdicts(&half_a_second)), (FEWEST, vec![Worse, Worse]));
        let seconds = taken(&[9000, 4000, 4000]);
        assert_eq!(
            (seconds.count(), verdicts(&seconds)),
            (FEWEST, vec![Worse]),
            "fewer sides, not fewer starts"
        );
    }

    #[test]
    fn what_stays_open_ends() {
        let mut starts = Starts { sides: vec![Side::default(); 2], rounds: 1, ..Starts::default() };
        starts.spent = AT_ONCE;
        let mut ms = 10;
        while starts.goes_on() {
            // No start is like another.
            ms = ms * 7 % 1009;
            let cpu = Duration::from_millis(ms);
            let started = Started { boot: cpu, init: Duration::ZERO, cpu, peak_memory_kb: 0 };
            starts.note(&[(0, started), (1, Started { cpu: cpu * 2 / 3, boot: cpu * 2 / 3, ..started })]);
        }
        assert!((FEWEST..=ROUNDS).contains(&starts.count()), "{starts:?}");
    }
}
