//! The thread that keeps CPU shares where no cgroup can: it stops a child's tree when it has used what it may, and
//! continues it when there is more. It begins with the first child that needs it, and sleeps while none does.
//!
//! Nothing stays stopped: SIGKILL ends a stopped process, and that is how every child ends, by its handle, with its
//! supervisor, by the parent-death signal or by the keeper.

use std::{
    collections::HashMap,
    sync::{Arc, Weak},
    thread,
    time::{Duration, Instant},
};

use crate::registry::Registry;

/// A tree may use the share of so much time at once. Time it did not use is not saved up beyond that.
const SLICE: Duration = Duration::from_millis(20);
/// A tree that nobody waits for and that does nothing is looked at no more often than this.
const IDLE: Duration = Duration::from_millis(250);
/// A tree at work is looked at no more often than this.
const LEAST: Duration = Duration::from_micros(500);

/// Begins the thread unless it runs; it ends with the registry.
pub(crate) fn start(registry: &Arc<Registry>) {
    registry.duty.get_or_init(|| {
        let watched = Arc::downgrade(registry);
        let spawned = thread::Builder::new().name("coldframe-duty".into()).spawn(move || watch(&watched));
        match spawned {
            Ok(thread) => Some(thread.thread().clone()),
            Err(error) => {
                tracing::error!(%error, "CPU shares are not kept");
                None
            }
        }
    });
    registry.wake_duty();
}

fn watch(registry: &Weak<Registry>) {
    let mut cycles = HashMap::new();
    loop {
        let pause = {
            let Some(registry) = registry.upgrade() else { return };
            turn(&registry, &mut cycles)
        };
        match pause {
            Some(pause) => thread::park_timeout(pause),
            None => thread::park(),
        }
    }
}

/// Looks at every tree that is held so. Returns how long to pause; `None` until woken.
fn turn(registry: &Registry, cycles: &mut HashMap<u32, Cycle>) -> Option<Duration> {
    let processes: Vec<_> = registry.all().into_iter().filter(|process| process.duty().is_some()).collect();
    cycles.retain(|pid, _| processes.iter().any(|process| process.pid == *pid));
    if processes.is_empty() {
        return None;
    }
    registry.take_in_newcomers();
    let mut pause = IDLE;
    for process in &processes {
        let Some(milli) = process.duty() else { continue };
        let used = process.tree().cpu();
        let now = Instant::now();
        let cycle = cycles.entry(process.pid).or_insert_with(|| Cycle::new(milli, now));
        let was = cycle.stopped;
        let next = cycle.step(now, used, process.busy());
        if cycle.stopped {
            // Again each time: whoever joined the tree meanwhile runs.
            process.tree().pause(true);
        } else if was {
            process.tree().pause(false);
        }
        pause = pause.min(next);
    }
    Some(pause)
}

/// What one tree may use now. Seconds of CPU time; a debt is paid back before anything more is given.
#[derive(Debug)]
struct Cycle {
    /// Cores.
    rate: f64,
    credit: f64,
    at: Instant,
    used: Duration,
    stopped: bool,
}

impl Cycle {
    /// The process has just been started: what it has used until the first look counts.
    fn new(milli: u32, now: Instant) -> Self {
        let rate = f64::from(milli) / 1000.0;
        Self { rate, credit: rate * SLICE.as_secs_f64(), at: now, used: Duration::ZERO, stopped: false }
    }

    /// Takes a look into account, and says when to look again.
    fn step(&mut self, now: Instant, used: Duration, busy: bool) -> Duration {
        let slice = self.rate * SLICE.as_secs_f64();
        let earned = now.saturating_duration_since(self.at).as_secs_f64() * self.rate;
        let spent = used.saturating_sub(self.used).as_secs_f64();
        self.credit = (self.credit + earned - spent).min(slice);
        self.at = now;
        self.used = self.used.max(used);
        if self.stopped {
            // Half a slice at a time, not a bit at each look.
            self.stopped = self.credit < slice / 2.0;
        } else {
            self.stopped = self.credit <= 0.0;
        }
        if self.stopped {
            return Duration::from_secs_f64(((slice / 2.0 - self.credit) / self.rate).clamp(0.0, 1.0))
                .max(LEAST);
        }
        match (busy, spent > 0.0) {
            (true, _) => Duration::from_secs_f64(self.credit.max(0.0)).clamp(LEAST, SLICE),
            (false, true) => SLICE,
            (false, false) => IDLE,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Runs a tree that would use one whole core, for ten seconds of a made-up clock.
    fn used_of_one_core(milli: u32) -> f64 {
        let begun = Instant::now();
        let mut cycle = Cycle::new(milli, begun);
        let (mut now, mut used) = (begun, Duration::ZERO);
        while now - begun < Duration::from_secs(10) {
            let pause = cycle.step(now, used, true);
            now += pause;
            if !cycle.stopped {
                used += pause;
            }
        }
        used.as_secs_f64() / (now - begun).as_secs_f64()
    }

    #[test]
    fn a_tree_that_wants_more_gets_its_share() {
        for milli in [72, 250, 500, 900] {
            let share = f64::from(milli) / 1000.0;
            let got = used_of_one_core(milli);
            assert!((got - share).abs() < share * 0.02, "{milli}: {got}");
        }
    }

    #[test]
    fn a_debt_is_paid_back_and_idle_time_is_not_saved_up() {
        let begun = Instant::now();
        let mut cycle = Cycle::new(100, begun);
        cycle.step(begun + Duration::from_secs(60), Duration::ZERO, false);
        let after = begun + Duration::from_secs(60) + SLICE;
        cycle.step(after, Duration::from_millis(20), true);
        assert!(cycle.stopped, "a minute's idleness buys no more than one slice: {cycle:?}");
        // 20 ms used, 2 + 2 earned, and half a slice (1 ms) is wanted: 170 ms of a tenth of a core.
        let used = Duration::from_millis(20);
        cycle.step(after + Duration::from_millis(150), used, true);
        assert!(cycle.stopped);
        cycle.step(after + Duration::from_millis(200), used, true);
        assert!(!cycle.stopped, "{cycle:?}");
    }
}
