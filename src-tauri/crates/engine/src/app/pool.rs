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
    busy: HashMap<i64, Arc<Instance>>,
    /// Being started: cause and since when, for people to see.
    pub(super) starting: usize,
    /// Calls that wait for an instance of those there are, and how long: one has answered and is about to be free, or this
    /// machine has no room for another.
    pub(super) waiting: VecDeque<(Call, Instant)>,
    /// Invocations that hold a place: what the concurrency limit counts.
    pub(super) in_flight: usize,
}

impl Pool {
    pub(super) fn take_idle(&mut self) -> Option<Arc<Instance>> {
        while let Some((instance, _)) = self.idle.pop() {
            if !instance.is_ended() {
                self.busy.insert(instance.id, Arc::clone(&instance));
                return Some(instance);
            }
        }
        None
    }

    pub(super) fn add_busy(&mut self, instance: &Arc<Instance>) {
        self.busy.insert(instance.id, Arc::clone(instance));
    }

    pub(super) fn add_idle(&mut self, instance: Arc<Instance>, now: Instant) {
        self.busy.remove(&instance.id);
        self.idle.push((instance, now));
    }

    pub(super) fn remove_busy(&mut self, instance: &Instance) {
        self.busy.remove(&instance.id);
    }

    /// Busy instances that have answered and that no earlier call waits for.
    pub(super) fn soon_free(&self, revision: i64) -> bool {
        let finishing = self
            .busy
            .values()
            .filter(|instance| instance.revision.id == revision && instance.answered.load(Ordering::Acquire))
            .take(self.waiting.len() + 1)
            .count();
        finishing > self.waiting.len()
    }

    pub(super) fn idle_count(&self) -> usize {
        self.idle.len()
    }

    pub(super) fn idle(&self) -> impl Iterator<Item = &(Arc<Instance>, Instant)> {
        self.idle.iter()
    }

    pub(super) fn busy(&self) -> impl Iterator<Item = &Arc<Instance>> {
        self.busy.values()
    }

    pub(super) fn is_draining(&self, revision: i64) -> bool {
        self.busy.values().any(|instance| instance.revision.id != revision)
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
