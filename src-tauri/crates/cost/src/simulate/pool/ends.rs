//! Where something of an instance ends: a stretch with calls, its life, the time that is watched. What is billed by time
//! is recorded here.

use std::cmp::Reverse;

use super::{Billed, Pool, Record, Stretch};

impl Pool<'_> {
    /// An instance has no call any more.
    #[inline]
    pub(super) fn rest(&mut self, number: u32, at: u64) {
        self.busy -= 1;
        self.record.buckets.reach(at);
        self.record.buckets.busy(self.busy);
        let instance = self.instances.of(number);
        let init_us = if instance.starting { instance.ready_us - instance.born_us } else { 0 };
        let stretch = Stretch { from_us: instance.since_us, to_us: at, init_us };
        instance.starting = false;
        instance.since_us = at;
        if self.rule.has_stretches() {
            self.was_active(number, stretch);
        }
    }

    /// Billed by itself, or as one with the stretch before it.
    #[inline]
    fn was_active(&mut self, number: u32, stretch: Stretch) {
        let billed = self.rule.billed.unwrap_or(Billed::EXACTLY);
        let instance = self.instances.of(number);
        match &mut instance.stretch {
            Some(last) if stretch.from_us < billed.until_us(last.from_us, last.to_us) => {
                last.to_us = stretch.to_us;
            }
            last => {
                let before = last.replace(stretch);
                let kept = instance.kept;
                self.tell(before, kept, true);
            }
        }
    }

    #[inline]
    fn tell(&mut self, stretch: Option<Stretch>, kept: bool, ended: bool) {
        if let Some(stretch) = stretch.filter(|_| !self.over) {
            let watched = (self.record.from_us, self.record.to_us);
            let all = if kept { &mut self.record.kept_active } else { &mut self.record.active };
            all.add(stretch, ended, watched);
        }
    }

    pub(super) fn expire(&mut self, number: u32, at: u64) {
        let instance = *self.instances.of(number);
        self.tell(instance.stretch, instance.kept, true);
        self.record.buckets.reach(at);
        self.alive -= 1;
        self.record.buckets.alive(self.alive);
        self.live(number, at);
        self.instances.end(number);
    }

    fn live(&mut self, number: u32, at: u64) {
        if !self.whole {
            return;
        }
        let instance = *self.instances.of(number);
        let us = self.record.within(instance.born_us, at);
        let init_us = self.record.within(instance.born_us, instance.ready_us).min(us);
        if !instance.kept && us > 0 && !self.over {
            self.record.lives.add(us, init_us);
        }
    }

    /// All calls are answered; what is still there when the time is over counts as far as that.
    pub(in crate::simulate) fn finish(mut self) -> Record {
        let to = self.record.to_us;
        self.advance(to);
        self.record.buckets.reach(to);
        for number in self.instances.alive() {
            let instance = *self.instances.of(number);
            if instance.in_flight > 0 && self.rule.has_stretches() {
                let init_us = if instance.starting { instance.ready_us - instance.born_us } else { 0 };
                self.was_active(number, Stretch { from_us: instance.since_us, to_us: to, init_us });
            }
            let last = self.instances.of(number).stretch;
            let billed = self.rule.billed.unwrap_or(Billed::EXACTLY);
            // One that is still paid for may go on.
            let ended = last.is_some_and(|last| billed.until_us(last.from_us, last.to_us) <= to);
            self.tell(last, instance.kept, instance.in_flight == 0 && ended);
            self.live(number, to);
        }
        // What follows only answers those that still wait.
        self.over = true;
        while !self.queue.is_empty() {
            let ends = self.ends.peek().map_or(u64::MAX, |Reverse((at, _))| *at);
            let next = ends.min(self.next_start());
            if next == u64::MAX {
                break;
            }
            self.advance(next);
        }
        self.record.totals.given_up += self.queue.len() as u64;
        self.record
    }
}
