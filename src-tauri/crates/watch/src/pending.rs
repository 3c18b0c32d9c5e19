//! What was touched and is not settled yet, and when to look at it.

use std::{collections::BTreeMap, path::PathBuf, time::Instant};

use crate::{DOUBT, LONGEST, QUIET};

/// When a path may be looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Wait {
    /// With the burst it belongs to.
    Burst,
    /// It looked unfinished: at this time, and then whatever it is counts.
    Doubt(Instant),
}

#[derive(Debug, Default)]
pub(crate) struct Pending {
    paths: BTreeMap<PathBuf, Wait>,
    /// The burst's first and last event.
    burst: Option<(Instant, Instant)>,
    /// What `ChangeSet::detected` will say: the first event of what is still to be reported.
    detected: Option<Instant>,
}

impl Pending {
    /// Something happened to `path`: it is looked at when the burst is over, even if it was doubted before.
    pub(crate) fn touch(&mut self, path: PathBuf, at: Instant) {
        self.paths.insert(path, Wait::Burst);
        let first = self.burst.map_or(at, |(first, _)| first);
        self.burst = Some((first, at));
        self.detected.get_or_insert(at);
    }

    /// `path` was looked at, and looks like half a save.
    pub(crate) fn doubt(&mut self, path: PathBuf, now: Instant) {
        self.paths.insert(path, Wait::Doubt(now + DOUBT));
    }

    /// When something is to be looked at.
    pub(crate) fn due(&self) -> Option<Instant> {
        let burst = self.burst.map(|(first, last)| (last + QUIET).min(first + LONGEST));
        let doubts = self.paths.values().filter_map(|wait| match wait {
            Wait::Doubt(until) => Some(*until),
            Wait::Burst => None,
        });
        doubts.chain(burst).min()
    }

    /// The paths to look at now, each with whether it may be doubted (once). `all`: whatever their time.
    pub(crate) fn take(&mut self, now: Instant, all: bool) -> Vec<(PathBuf, bool)> {
        let burst_due =
            all || self.burst.is_some_and(|(first, last)| (last + QUIET).min(first + LONGEST) <= now);
        if burst_due {
            self.burst = None;
        }
        let ready = |wait: &Wait| match wait {
            Wait::Burst => burst_due,
            Wait::Doubt(until) => all || *until <= now,
        };
        self.paths
            .extract_if(.., |_, wait| ready(wait))
            .map(|(path, wait)| (path, wait == Wait::Burst && !all))
            .collect()
    }

    /// When what is reported now began. What stays behind keeps that time.
    pub(crate) fn detected(&mut self, now: Instant) -> Instant {
        let detected = self.detected.unwrap_or(now);
        if self.paths.is_empty() {
            self.detected = None;
        }
        detected
    }
}
