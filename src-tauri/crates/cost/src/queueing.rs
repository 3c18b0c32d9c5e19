//! What calls wait for a core when they come at random: M/M/c, by Erlang's second formula.
//!
//! Real calls do not take exponentially distributed time; where theirs vary less, the waits here are too long, where
//! they vary more, too short. Good enough to tell a comfortable number of cores from one that is not.

/// Calls that come at random to a number of equal cores, first come first served.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Queue {
    cores: u32,
    /// Cores' worth of work that comes in.
    offered: f64,
    service_ms: f64,
}

impl Queue {
    /// `calls_per_s` calls of `service_ms` of a core each. Cores below one are one core that is as much slower.
    pub fn new(cores: f64, calls_per_s: f64, service_ms: f64) -> Self {
        let whole = if cores < 1.0 { 1.0 } else { cores.floor() };
        let service_ms = if cores < 1.0 { service_ms / cores.max(1e-9) } else { service_ms };
        let offered = (calls_per_s * service_ms / 1000.0).max(0.0);
        Self { cores: whole.min(1e6) as u32, offered, service_ms }
    }

    /// Of the cores, 0 to 1; over 1 more comes than can be done.
    pub fn busy(&self) -> f64 {
        self.offered / f64::from(self.cores)
    }

    /// How likely a call has to wait, 0 to 1 (Erlang C).
    pub fn waits(&self) -> f64 {
        if self.busy() >= 1.0 {
            return 1.0;
        }
        // Erlang B by its recurrence, which neither overflows nor loses digits; then C from it.
        let mut blocked = 1.0;
        for core in 1..=self.cores {
            blocked = self.offered * blocked / (f64::from(core) + self.offered * blocked);
        }
        let cores = f64::from(self.cores);
        cores * blocked / (cores - self.offered * (1.0 - blocked))
    }

    /// What a share of the calls waits at most, milliseconds; `None` where calls pile up without end.
    pub fn wait_ms(&self, quantile: f64) -> Option<f64> {
        if self.busy() >= 1.0 {
            return None;
        }
        let waits = self.waits();
        if waits <= 1.0 - quantile {
            return Some(0.0);
        }
        // Of those that wait, the wait is exponential with the rate at which cores become free beyond what comes.
        let rate = (f64::from(self.cores) - self.offered) / self.service_ms;
        Some((waits / (1.0 - quantile).max(1e-12)).ln() / rate)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn near(one: f64, other: f64) -> bool {
        (one - other).abs() < 1e-9 * other.abs().max(1.0)
    }

    #[test]
    fn one_core_is_the_textbooks_queue() {
        // 5 calls a second of 100 ms: half busy; half of the calls wait, for exp(mean 200 ms).
        let queue = Queue::new(1.0, 5.0, 100.0);
        assert!(near(queue.busy(), 0.5) && near(queue.waits(), 0.5));
        assert_eq!(queue.wait_ms(0.5), Some(0.0));
        assert!(near(queue.wait_ms(0.99).unwrap(), 50.0_f64.ln() * 200.0));
    }

    #[test]
    fn erlangs_second_formula() {
        // Two cores, one offered: C = 1/3.
        assert!(near(Queue::new(2.0, 10.0, 100.0).waits(), 1.0 / 3.0));
        // Five cores, four offered: C = 0.5541…, as tables have it.
        assert!((Queue::new(5.0, 40.0, 100.0).waits() - 0.554_1).abs() < 1e-4);
    }

    #[test]
    fn too_much_work_piles_up() {
        let queue = Queue::new(2.0, 30.0, 100.0);
        assert!(near(queue.busy(), 1.5));
        assert_eq!((queue.wait_ms(0.5), queue.waits()), (None, 1.0));
    }

    #[test]
    fn a_share_of_a_core_is_a_slower_core() {
        let quarter = Queue::new(0.25, 1.0, 100.0);
        assert!(near(quarter.busy(), 0.4));
        let none = Queue::new(1.0, 0.0, 100.0);
        assert_eq!((none.busy(), none.wait_ms(0.99)), (0.0, Some(0.0)));
    }
}
