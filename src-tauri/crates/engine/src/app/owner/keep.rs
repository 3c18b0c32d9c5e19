//! How many instances there are when nobody calls: scale in, kept warm, and what a person asks of the pool.

use std::{sync::Arc, time::Instant};

use tokio::sync::oneshot;

use super::{Files, Owner, Purpose, serve::NO_ROOM};
use crate::{app::PoolChange, instance::Instance};

impl Owner {
    /// How many instances are kept: never more than the app may have.
    fn kept_warm(&self) -> usize {
        let limit = self.settings.concurrency.unwrap_or(u32::MAX);
        self.settings.kept_warm.min(limit) as usize
    }

    fn due(&self) -> Option<Instant> {
        let expiry = self.pool.next_expiry(self.settings.idle, self.kept_warm());
        [expiry, self.pool.next_waiter_deadline()].into_iter().flatten().min()
    }

    /// When [`tick`](Self::tick) is next due; remembered, so that only what is due earlier wakes the timekeeper.
    pub(in crate::app) fn next_due(&mut self) -> Option<Instant> {
        self.due = self.due();
        self.due
    }

    pub(in crate::app) fn is_due_earlier(&self) -> bool {
        self.due().is_some_and(|due| self.due.is_none_or(|known| due < known))
    }

    /// Stops what has been idle too long; starts instances for calls that waited too long.
    pub(in crate::app) fn tick(&mut self) {
        let now = Instant::now();
        while self.pool.waiting.front().is_some_and(|(_, until)| *until <= now) {
            if self.has_no_room() {
                // It stays the first: those behind it came later.
                if let Some((_, until)) = self.pool.waiting.front_mut() {
                    *until = now + NO_ROOM;
                }
                break;
            }
            let Some(revision) = self.code.current.clone() else { break };
            if let Some((call, _)) = self.pool.waiting.pop_front() {
                self.grow(revision, call);
            }
        }
        let mut spare = self.pool.idle_count().saturating_sub(self.kept_warm());
        let limit = self.settings.idle;
        let expired = self.pool.remove_idle(|_, since| {
            let goes = spare > 0 && since + limit <= now;
            spare -= usize::from(goes);
            goes
        });
        for instance in expired {
            instance.end("idle");
        }
    }

    pub(super) fn keep_warm(&mut self) {
        let Some(revision) = self.code.current.clone() else { return };
        if !self.called || self.problem.is_some() || self.held.is_some() {
            return;
        }
        for _ in self.pool.live()..self.kept_warm() {
            self.start(Arc::clone(&revision), Purpose::Warm);
        }
    }

    pub(in crate::app) fn configure(&mut self, change: &PoolChange) {
        let settings = &mut self.settings;
        settings.idle = change.idle.unwrap_or(settings.idle);
        settings.kept_warm = change.kept_warm.unwrap_or(settings.kept_warm);
        settings.always_cold = change.always_cold.unwrap_or(settings.always_cold);
        settings.concurrency = change.concurrency.unwrap_or(settings.concurrency);
        settings.emulate_cpu_share = change.emulate_cpu_share.unwrap_or(settings.emulate_cpu_share);
        self.next_cold = change.next_cold.unwrap_or(self.next_cold);
        self.retire_other_shares();
        if self.settings.kept_warm > 0 && change.kept_warm.is_some() {
            self.called = true;
            if self.code.current.is_none() {
                self.first_build();
            }
        }
        self.keep_warm();
        self.tick();
        self.touched();
    }

    /// Stops idle instances that have another share of the CPU than they would have now; busy ones go when they are
    /// given back.
    pub(super) fn retire_other_shares(&mut self) {
        let share = self.cpu_milli();
        for instance in self.pool.remove_idle(|instance, _| instance.cpu_milli != share) {
            instance.end("asked");
        }
    }

    pub(in crate::app) fn sleep(&mut self) {
        for instance in self.pool.remove_idle(|_, _| true) {
            instance.end("asked");
        }
        self.touched();
    }

    /// Lets the longest idle instance go.
    pub(in crate::app) fn shed(&mut self) {
        let mut one = true;
        for instance in self.pool.remove_idle(|_, _| std::mem::take(&mut one)) {
            instance.end("shed");
        }
    }

    /// Ends an instance as a crash would: a busy one's call finds out by itself.
    pub(in crate::app) fn kill(&mut self, id: i64) -> bool {
        if let Some(instance) = self.pool.busy().find(|instance| instance.id == id) {
            instance.child.kill();
            return true;
        }
        let idle = self.pool.remove_idle(|instance, _| instance.id == id);
        for instance in &idle {
            instance.end("crash");
        }
        self.keep_warm();
        !idle.is_empty()
    }

    /// Has an instance that ends without a call go at once, where its provider's would: nobody's call is to find out.
    pub(super) fn watch_end(&self, instance: &Instance) {
        if self.rules().frozen_between_calls {
            return;
        }
        let (child, id, handle) = (instance.child.clone(), instance.id, self.handle.clone());
        self.world.tasks.spawn(async move {
            child.exited().await;
            handle.tell(|owner| owner.left(id));
        });
    }

    /// The process of an instance ended. A busy one's call finds out by itself, and what is kept warm is started again
    /// with the next call, not at once: it might end again and again.
    fn left(&mut self, id: i64) {
        let idle = self.pool.remove_idle(|instance, _| instance.id == id);
        for instance in &idle {
            instance.end("crash");
        }
        if !idle.is_empty() {
            self.touched();
        }
    }

    pub(in crate::app) fn check(&mut self, done: oneshot::Sender<()>) {
        self.called = true;
        match self.code.current.clone() {
            // What was given up is what is to be seen.
            Some(_) if !self.code.unread.is_empty() => {
                self.begin(Files::new(), Instant::now());
                let _ = done.send(());
            }
            Some(revision) => self.start(revision, Purpose::Check(done)),
            None => {
                self.code.checks.push(done);
                self.first_build();
            }
        }
    }
}
