//! A child and everything it started, as far as it is known, and what they use together.
//!
//! New members are found by [`Census`]: a descendant is whoever has a member as its parent or is in the leader's
//! group. Whoever is neither is found by its mark, an environment variable, and when the child ends as well.

use std::time::{Duration, Instant};

use crate::{
    sys::{self, Gauge, Row},
    usage::{Meter, Reading, Sample},
};

/// Newcomers are looked up one by one up to this many; beyond, one walk is cheaper.
const FEW: u32 = 256;
/// A walk through all processes at least this often while anybody looks, should the short way have missed one.
const WALK: Duration = Duration::from_secs(2);

pub(crate) struct Tree {
    leader: u32,
    /// Until the leader is reaped, and its number may come to mean another process.
    alive: bool,
    gauge: Option<Gauge>,
    descendants: Vec<Descendant>,
    meter: Meter,
    /// The most that all members had together at one look.
    together_kb: u64,
    /// The most of all peaks that were ever seen.
    highest_kb: u64,
    /// Whether the last look at a tree of several found it above the limit.
    suspected: bool,
    last: Sample,
    /// The leader at the last look.
    seen: Option<Reading>,
    /// The same when the peak was last reset: as long as no fault comes, that memory is the peak, and the kernel
    /// need not be asked for it nor told to begin anew. Most warm calls need no new page.
    reset_at: Option<Reading>,
    /// The last look was for the next sample.
    ahead: bool,
}

struct Descendant {
    row: Row,
    gauge: Gauge,
}

impl Tree {
    pub(crate) fn new(leader: u32) -> Self {
        Self {
            leader,
            alive: true,
            gauge: Gauge::open(leader).ok(),
            descendants: Vec::new(),
            meter: Meter::default(),
            together_kb: 0,
            highest_kb: 0,
            suspected: false,
            last: Sample::default(),
            seen: None,
            reset_at: None,
            ahead: false,
        }
    }

    pub(crate) fn pids(&self) -> Vec<u32> {
        if !self.alive {
            return Vec::new();
        }
        [self.leader].into_iter().chain(self.descendants.iter().map(|one| one.row.pid)).collect()
    }

    /// Takes in a process that belongs here; true if it does, or is here already.
    pub(crate) fn adopt(&mut self, row: Row) -> bool {
        if !self.alive {
            return false;
        }
        if row.pid == self.leader || self.descendants.iter().any(|one| one.row == row) {
            return true;
        }
        let related = row.group == self.leader
            || row.parent == self.leader
            || self.descendants.iter().any(|one| one.row.pid == row.parent);
        if related {
            self.take_in(row);
        }
        related
    }

    /// Takes in a process that comes from here, whatever its parent and its group are by now.
    pub(crate) fn adopt_stray(&mut self, row: Row) {
        if self.alive && !self.descendants.iter().any(|one| one.row == row) {
            self.take_in(row);
        }
    }

    fn take_in(&mut self, row: Row) {
        if !sys::is_thread(row.pid)
            // Gone again already otherwise.
            && let Ok(gauge) = Gauge::open(row.pid)
        {
            self.descendants.push(Descendant { row, gauge });
        }
    }

    /// Does what of the next sample takes long.
    pub(crate) fn sample_ahead(&mut self) {
        self.sample();
        self.ahead = true;
    }

    pub(crate) fn sample(&mut self) -> Sample {
        if !self.alive {
            return self.last;
        }
        if std::mem::take(&mut self.ahead)
            && let Some(reading) = self.glance()
        {
            (self.last.cpu_user, self.last.cpu_system) = self.meter.advance([reading].into_iter());
            return self.last;
        }
        let (readings, memory_kb) = self.look();
        let (cpu_user, cpu_system) = self.meter.advance(readings);
        let peak_kb = match self.still() {
            Some(memory_kb) => memory_kb,
            None => {
                self.reset_at = None;
                self.peak_kb().max(self.together_kb)
            }
        };
        self.highest_kb = self.highest_kb.max(peak_kb);
        self.last = Sample { cpu_user, cpu_system, memory_kb, peak_kb };
        self.last
    }

    pub(crate) fn reset_peak(&mut self) {
        if !self.alive || self.still().is_some() {
            return;
        }
        self.reset_at = self.seen;
        if let Some(gauge) = &mut self.gauge {
            gauge.reset_peak();
        }
        for one in &mut self.descendants {
            one.gauge.reset_peak();
        }
        self.together_kb = 0;
    }

    /// How much memory is used, in KB, if that is above the limit.
    pub(crate) fn exceeds(&mut self, limit_kb: u64) -> Option<u64> {
        if !self.alive {
            return None;
        }
        let (_, together) = self.look();
        // The kernel's own peak sees what came and went between two looks; without a new page nothing came.
        let alone = match self.still() {
            Some(memory_kb) => memory_kb.max(together),
            None => self.gauge.as_mut().and_then(Gauge::peak_kb).unwrap_or(0),
        };
        if alone > limit_kb {
            return Some(alone);
        }
        if self.descendants.is_empty() || together <= limit_kb {
            self.suspected = false;
            return None;
        }
        // A child that has not executed its program yet (vfork) is there twice on paper: it gets until the next look.
        std::mem::replace(&mut self.suspected, true).then_some(together)
    }

    /// Kills whatever is known of the tree.
    pub(crate) fn kill(&self) {
        if self.alive {
            sys::kill_group(self.leader);
            for one in self.descendants.iter().filter(|one| one.row.group != self.leader) {
                sys::kill_exactly(one.row.pid, one.row.started);
            }
        }
    }

    /// CPU time of the whole tree until now.
    pub(crate) fn cpu(&mut self) -> Duration {
        if self.alive {
            let (readings, _) = self.look();
            (self.last.cpu_user, self.last.cpu_system) = self.meter.advance(readings);
        }
        self.last.cpu()
    }

    /// Stops whatever is known of the tree, or lets it continue.
    pub(crate) fn pause(&self, stop: bool) {
        if self.alive {
            sys::pause_group(self.leader, stop);
            for one in self.descendants.iter().filter(|one| one.row.group != self.leader) {
                sys::pause_exactly(one.row.pid, one.row.started, stop);
            }
        }
    }

    pub(crate) fn terminate(&self) {
        if self.alive {
            sys::terminate_group(self.leader);
        }
    }

    /// The leader has ended but is not reaped: a last look, and nothing of the tree stays.
    pub(crate) fn end(&mut self) {
        self.ahead = false;
        self.sample();
        self.kill();
        self.alive = false;
        self.gauge = None;
        self.descendants = Vec::new();
    }

    /// What the kernel says of the ended leader and of the children it waited for.
    pub(crate) fn close(&mut self, used: Sample) {
        self.meter.close(used.cpu_user, used.cpu_system);
        (self.last.cpu_user, self.last.cpu_system) = self.meter.totals();
        self.last.memory_kb = 0;
        // More than was ever seen can only have come since the last look.
        if used.peak_kb > self.highest_kb {
            self.last.peak_kb = used.peak_kb;
        }
    }

    /// The memory of a lone process that has not grown since the peak was reset.
    fn still(&self) -> Option<u64> {
        let (seen, reset_at) = (self.seen?, self.reset_at?);
        let unmoved = seen.faults? == reset_at.faults?;
        (self.descendants.is_empty() && unmoved).then_some(reset_at.memory_kb)
    }

    /// The last look at a process that never had a child, with its CPU time of now.
    fn glance(&self) -> Option<Reading> {
        let seen = self.seen.filter(|seen| !seen.had_children && self.descendants.is_empty())?;
        Some(Reading { own: self.gauge.as_ref()?.cpu().ok()?, ..seen })
    }

    fn gauges(&self) -> impl Iterator<Item = &Gauge> {
        self.gauge.iter().chain(self.descendants.iter().map(|one| &one.gauge))
    }

    /// Reads every member and forgets those that are gone.
    fn look(&mut self) -> (impl Iterator<Item = Reading> + use<>, u64) {
        let leader = self.gauge.as_ref().and_then(|gauge| gauge.read().ok());
        self.seen = leader;
        let mut readings = Vec::new();
        self.descendants.retain(|one| {
            one.gauge.read().is_ok_and(|reading| {
                readings.push(reading);
                true
            })
        });
        let resident_kb = leader.iter().chain(&readings).map(|reading| reading.memory_kb).sum();
        let memory_kb = if readings.is_empty() {
            resident_kb
        } else {
            // A process that has forked shares its pages: each is counted once.
            let fair = self.gauges().filter_map(Gauge::fair_kb).sum::<u64>().min(resident_kb);
            self.together_kb = self.together_kb.max(fair);
            fair
        };
        (leader.into_iter().chain(readings), memory_kb)
    }

    /// The highest of the members' own peaks: never more than the tree had at one time.
    fn peak_kb(&mut self) -> u64 {
        let gauges = self.gauge.iter_mut().chain(self.descendants.iter_mut().map(|one| &mut one.gauge));
        gauges.filter_map(Gauge::peak_kb).max().unwrap_or(0)
    }
}

/// Finds processes that were started since the last look, without walking through all of them each time.
#[derive(Debug, Default)]
pub(crate) struct Census {
    /// The newest number at the last look and at the one before. Everyone is looked for twice: a number is given out
    /// a moment before its process can be seen.
    newest: Option<u32>,
    before: Option<u32>,
    walked: Option<Instant>,
}

impl Census {
    pub(crate) fn newcomers(&mut self, now: Instant) -> Vec<Row> {
        let newest = sys::newest_pid();
        let since = std::mem::replace(&mut self.before, self.newest);
        self.newest = newest;
        let due = self.walked.is_none_or(|walked| now.saturating_duration_since(walked) >= WALK);
        match (since, newest) {
            (Some(since), Some(newest)) if !due && since <= newest && newest - since <= FEW => {
                (since + 1..=newest).filter_map(sys::row).collect()
            }
            // The numbers have begun anew, or the system does not say: walk, if not just done.
            (_, None) if !due => Vec::new(),
            _ => {
                self.walked = Some(now);
                sys::all()
            }
        }
    }
}
