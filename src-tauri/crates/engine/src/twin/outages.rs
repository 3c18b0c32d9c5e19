//! When nobody of the twin was there to take a call.

use std::{
    collections::VecDeque,
    time::{Duration, Instant},
};

/// The last so many are told one by one.
const KEPT: usize = 100;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outage {
    /// Microseconds since the epoch.
    pub from: i64,
    /// `None` while it lasts.
    pub lasted: Option<Duration>,
    /// `crash`, `out_of_memory`, `init_error`, `reload`.
    pub reason: &'static str,
}

#[derive(Debug, Default)]
pub(super) struct Outages {
    told: VecDeque<Outage>,
    /// The last one lasts since then.
    since: Option<Instant>,
    total: Duration,
}

impl Outages {
    /// Nobody is there from now on; no news if that is so already.
    pub(super) fn begin(&mut self, now: Instant, now_us: i64, reason: &'static str) {
        if self.since.is_some() {
            return;
        }
        self.since = Some(now);
        self.told.push_back(Outage { from: now_us, lasted: None, reason });
        if self.told.len() > KEPT {
            self.told.pop_front();
        }
    }

    /// Somebody is there again, or nobody is to be.
    pub(super) fn end(&mut self, now: Instant) {
        let Some(since) = self.since.take() else { return };
        let lasted = now.saturating_duration_since(since);
        self.total += lasted;
        if let Some(last) = self.told.back_mut() {
            last.lasted = Some(lasted);
        }
    }

    pub(super) fn told(&self) -> Vec<Outage> {
        self.told.iter().cloned().collect()
    }

    pub(super) fn total(&self, now: Instant) -> Duration {
        self.total + self.since.map_or(Duration::ZERO, |since| now.saturating_duration_since(since))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_outage_lasts_from_the_last_that_went_to_the_first_that_came() {
        let (mut outages, begin) = (Outages::default(), Instant::now());
        let at = |ms| begin + Duration::from_millis(ms);
        outages.end(at(0));
        outages.begin(at(10), 10, "crash");
        outages.begin(at(20), 20, "reload");
        assert_eq!(outages.total(at(30)), Duration::from_millis(20), "it lasts");
        outages.end(at(50));
        outages.end(at(90));
        let told = [Outage { from: 10, lasted: Some(Duration::from_millis(40)), reason: "crash" }];
        assert_eq!(
            (outages.told().as_slice(), outages.total(at(99))),
            (&told[..], Duration::from_millis(40))
        );
        for _ in 0..2 * KEPT {
            outages.begin(at(100), 0, "crash");
            outages.end(at(101));
        }
        assert_eq!(outages.told().len(), KEPT);
        assert_eq!(outages.total(at(200)), Duration::from_millis(240), "the others count all the same");
    }
}
