//! Who is idle, who is busy, who waits. Plain state without time, tasks or I/O of its own: the owner asks, decides
//! and acts.

use std::{
    collections::{HashMap, VecDeque},
    sync::{Arc, atomic::Ordering},
    time::{Duration, Instant},
};

use super::owner::Call;
use crate::instance::Instance;

#[derive(Debug, Default)]
pub(super) struct Pool {
    /// Most recently used last.
    idle: Vec<(Arc<Instance>, Instant)>,
    busy: HashMap<i64, Busy>,
    /// Being started: cause and since when, for people to see.
    pub(super) starting: usize,
    /// Calls that wait for an instance of those there are, and how long: one has answered and is about to be free, one that
    /// takes several calls is being started, or there may be no further one.
    pub(super) waiting: VecDeque<(Call, Instant)>,
    /// Invocations that hold a place: what the concurrency limit counts.
    pub(super) in_flight: usize,
}

/// An instance and the calls it has.
#[derive(Debug)]
struct Busy {
    instance: Arc<Instance>,
    calls: u32,
}

impl Pool {
    /// Gives a call an instance: the busiest that takes one more of at most `most`, else the most recently used idle one.
    pub(super) fn take(&mut self, revision: i64, most: u32) -> Option<Arc<Instance>> {
        if most > 1 {
            let open = self.busy.values_mut().filter(|busy| {
                busy.calls < most && busy.instance.revision.id == revision && !busy.instance.is_ended()
            });
            if let Some(busy) = open.max_by_key(|busy| (busy.calls, std::cmp::Reverse(busy.instance.id))) {
                busy.calls += 1;
                return Some(Arc::clone(&busy.instance));
            }
        }
        while let Some((instance, _)) = self.idle.pop() {
            if !instance.is_ended() {
                self.occupy(&instance);
                return Some(instance);
            }
        }
        None
    }

    /// The instance has one more call.
    pub(super) fn occupy(&mut self, instance: &Arc<Instance>) {
        let busy =
            self.busy.entry(instance.id).or_insert_with(|| Busy { instance: Arc::clone(instance), calls: 0 });
        busy.calls += 1;
    }

    /// The instance has one call less, if it had any.
    pub(super) fn release(&mut self, instance: &Instance) {
        if let Some(busy) = self.busy.get_mut(&instance.id) {
            busy.calls -= 1;
            if busy.calls == 0 {
                self.busy.remove(&instance.id);
            }
        }
    }

    pub(super) fn calls(&self, instance: &Instance) -> u32 {
        self.busy.get(&instance.id).map_or(0, |busy| busy.calls)
    }

    pub(super) fn add_idle(&mut self, instance: Arc<Instance>, now: Instant) {
        self.idle.push((instance, now));
    }

    /// Busy instances that have answered and that no earlier call waits for.
    pub(super) fn soon_free(&self, revision: i64) -> bool {
        let finishing = self
            .busy()
            .filter(|instance| instance.revision.id == revision && instance.answered.load(Ordering::Acquire))
            .take(self.waiting.len() + 1)
            .count();
        finishing > self.waiting.len()
    }

    /// Whether the instances that are being started take a further call when they are there, besides those that they
    /// were started for and those that wait already.
    pub(super) fn soon_open(&self, most: u32) -> bool {
        self.waiting.len() < self.starting.saturating_mul(most.saturating_sub(1) as usize)
    }

    /// Every instance, also those that are being started.
    pub(super) fn live(&self) -> usize {
        self.idle.len() + self.busy.len() + self.starting
    }

    pub(super) fn idle_count(&self) -> usize {
        self.idle.len()
    }

    pub(super) fn idle(&self) -> impl Iterator<Item = &(Arc<Instance>, Instant)> {
        self.idle.iter()
    }

    pub(super) fn busy(&self) -> impl Iterator<Item = &Arc<Instance>> {
        self.busy.values().map(|busy| &busy.instance)
    }

    pub(super) fn is_draining(&self, revision: i64) -> bool {
        self.busy().any(|instance| instance.revision.id != revision)
    }

    /// Takes out the idle instances that `gone` names, longest idle first.
    pub(super) fn remove_idle(
        &mut self,
        mut gone: impl FnMut(&Instance, Instant) -> bool,
    ) -> Vec<Arc<Instance>> {
        let mut removed = Vec::new();
        self.idle.retain(|(instance, since)| {
            let goes = gone(instance, *since);
            if goes {
                removed.push(Arc::clone(instance));
            }
            !goes
        });
        removed
    }

    /// When the longest idle instance has been idle for `limit`, if more than `kept` are idle.
    pub(super) fn next_expiry(&self, limit: Duration, kept: usize) -> Option<Instant> {
        if self.idle.len() <= kept {
            return None;
        }
        self.idle.iter().map(|(_, since)| *since + limit).min()
    }

    pub(super) fn next_waiter_deadline(&self) -> Option<Instant> {
        self.waiting.front().map(|(_, until)| *until)
    }
}
