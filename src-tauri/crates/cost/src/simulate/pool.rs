//! The pool of one app: who is idle, who is busy, who waits, in the order in which things happen. Takes calls one by
//! one, with times that never go back.

mod ends;

use std::{
    cmp::Reverse,
    collections::{BinaryHeap, VecDeque},
};

use super::{
    instance::{Instances, Order, Stretch},
    record::Record,
    rule::{Beyond, Billed, Rule},
    sampler::{Drawn, Sampler},
    service::Service,
    starts::Starts,
};
use crate::random::Random;

/// Streams of a seed; those of traffic have others.
const SERVICE: u64 = 1 << 40;

/// More instances than this are refused like those beyond a limit: nobody has them, and they would not fit in memory.
const MOST_INSTANCES: u64 = 2_000_000;

#[derive(Debug)]
pub(super) struct Pool<'a> {
    rule: Rule,
    limit: u64,
    account: u64,
    sampler: Sampler<'a>,
    instances: Instances,
    /// Kept ready and idle; the rest that is idle, least recently used first.
    kept: Vec<u32>,
    idle: VecDeque<u32>,
    /// Busy with room for more calls.
    open: Order,
    /// When calls end, and whose.
    ends: BinaryHeap<Reverse<(u64, u32)>>,
    /// When the calls that wait came.
    queue: VecDeque<u64>,
    alive: u64,
    busy: u64,
    in_flight: u64,
    /// No idle instance expires before this.
    expires_us: u64,
    starts: Starts,
    record: Record,
    /// Whole lives are seen, not windows of them.
    whole: bool,
    /// As if it had been there for long: who is needed is there.
    settled: bool,
    /// The time is over; only calls are still answered.
    over: bool,
}

/// A call that has its place.
#[derive(Debug, Clone, Copy)]
struct Begun {
    came: u64,
    at: u64,
    ends: u64,
    /// It waits for a new instance's init.
    cold: bool,
    /// The instance was started for it.
    new: bool,
    kept: bool,
}

impl<'a> Pool<'a> {
    /// Nobody watches yet; what happens until then goes into `record` all the same.
    pub(super) fn new(service: &'a Service, rule: &Rule, seed: u64, number: u64, record: Record) -> Self {
        let mut pool = Self {
            rule: Rule {
                concurrency: rule.concurrency.max(1),
                minimum: rule.minimum.min(MOST_INSTANCES),
                ..*rule
            },
            limit: rule.limit.unwrap_or(MOST_INSTANCES).min(MOST_INSTANCES),
            account: rule.account.unwrap_or(u64::MAX),
            sampler: Sampler::new(service, Random::new(seed, SERVICE + number)),
            instances: Instances::default(),
            kept: Vec::new(),
            idle: VecDeque::new(),
            open: Order::EMPTY,
            ends: BinaryHeap::new(),
            queue: VecDeque::new(),
            alive: 0,
            busy: 0,
            in_flight: 0,
            expires_us: u64::MAX,
            starts: Starts::new(rule),
            record,
            whole: true,
            settled: false,
            over: false,
        };
        for _ in 0..pool.rule.minimum {
            let number = pool.instances.start(0, 0, true);
            pool.kept.push(number);
        }
        pool.alive = pool.rule.minimum;
        pool
    }

    /// Only a window of it is watched: how long instances live is not seen.
    pub(super) fn in_a_window(&mut self) {
        self.whole = false;
    }

    /// Nobody waits for an instance to start any more: those that are needed are taken to be there.
    pub(super) fn settle(&mut self) {
        self.settled = true;
    }

    /// From here on, and until then, what happens is recorded, in so many buckets, in addition to what `record` has.
    /// Gives back the one from before.
    pub(super) fn watch(&mut self, record: Record, from_us: u64, to_us: u64, many: usize) -> Record {
        self.advance(from_us);
        let before = std::mem::replace(&mut self.record, record);
        self.record.watch(from_us, to_us, many, self.alive, self.busy);
        before
    }

    /// A call comes.
    #[inline]
    pub(super) fn call(&mut self, at: u64) {
        self.advance(at);
        self.record.buckets.reach(at);
        self.record.totals.calls += 1;
        self.record.buckets.now().calls += 1;
        let found = if self.in_flight < self.account && self.queue.is_empty() { self.free(at) } else { None };
        match found {
            Some(number) => self.begin(number, at, at),
            None => self.beyond(at),
        }
    }

    /// An instance with room, most recently used first, one that is still starting last; else a new one, if that is
    /// allowed.
    #[inline]
    fn free(&mut self, at: u64) -> Option<u32> {
        let open = self.open.newest();
        let ready = open.filter(|number| self.instances.of(*number).ready_us <= at);
        let ready = ready.or_else(|| self.kept.last().copied()).or_else(|| self.idle.back().copied());
        ready.or(open).or_else(|| self.start(at))
    }

    fn start(&mut self, at: u64) -> Option<u32> {
        if self.alive >= self.limit || !(self.settled || self.starts.take(at)) {
            return None;
        }
        // Its first call's times are drawn together: `begin` takes them from there.
        let number = self.instances.start(at, 0, false);
        self.instances.of(number).starting = !self.settled;
        self.idle.push_back(number);
        self.alive += 1;
        self.record.buckets.reach(at);
        self.record.buckets.alive(self.alive);
        self.record.totals.started += 1;
        Some(number)
    }

    /// A call that came at `came` gets its place now.
    #[inline]
    fn begin(&mut self, number: u32, came: u64, at: u64) {
        let concurrency = self.rule.concurrency;
        let instance = self.instances.of(number);
        let new = instance.starting && instance.in_flight == 0 && instance.ready_us == instance.born_us;
        let Drawn { handler_us, init_us, row } = if new { self.sampler.cold() } else { self.sampler.warm() };
        let instance = self.instances.of(number);
        if new {
            instance.ready_us = at.saturating_add(init_us.max(1));
        }
        instance.in_flight += 1;
        let (in_flight, kept, ready_us) = (instance.in_flight, instance.kept, instance.ready_us);
        let cold = ready_us > at;
        let begins = at.max(if new { at.saturating_add(init_us) } else { ready_us });
        let ends = begins.saturating_add(handler_us);
        if in_flight == 1 {
            instance.since_us = at;
            // Only the one used most recently is ever chosen.
            let _ = if kept { self.kept.pop() } else { self.idle.pop_back() };
            self.busy += 1;
            self.record.buckets.busy(self.busy);
            match concurrency {
                0 | 1 => {}
                _ if cold => self.instances.push_oldest(&mut self.open, number),
                _ => self.instances.push(&mut self.open, number),
            }
        }
        if concurrency > 1 && in_flight == concurrency {
            self.instances.take(&mut self.open, number);
        }
        self.in_flight += 1;
        self.ends.push(Reverse((ends, number)));
        let drawn = Drawn { handler_us, init_us, row };
        self.note(drawn, Begun { came, at, ends, cold, new, kept });
    }

    #[inline]
    fn note(&mut self, drawn: Drawn, begun: Begun) {
        let (record, Begun { came, at, ends, .. }) = (&mut self.record, begun);
        record.totals.served += 1;
        record.latency.add(ends - came);
        if begun.cold {
            record.totals.cold += 1;
            record.cold_latency.add(ends - came);
            record.buckets.now().cold += 1;
        }
        if begun.new {
            record.totals.init_us += u128::from(drawn.init_us);
        }
        if at > came {
            record.totals.queued += 1;
            record.wait.add(at - came);
        }
        let calls = if begun.kept { &mut record.kept_calls } else { &mut record.calls };
        calls.add(drawn, begun.new);
    }

    fn beyond(&mut self, at: u64) {
        self.drop_late(at);
        match self.rule.beyond {
            Beyond::Queue { most, .. } if (self.queue.len() as u64) < most => self.queue.push_back(at),
            _ => {
                self.record.totals.throttled += 1;
                self.record.buckets.now().throttled += 1;
            }
        }
    }

    /// Everything that happens up to then, one after the other.
    #[inline]
    fn advance(&mut self, to: u64) {
        loop {
            let ends = self.ends.peek().map_or(u64::MAX, |Reverse((at, _))| *at);
            let may_start = if self.queue.is_empty() { u64::MAX } else { self.next_start() };
            let next = ends.min(self.expires_us).min(may_start);
            if next > to || next == u64::MAX {
                return;
            }
            if ends == next {
                self.end_of_call();
            } else if may_start == next {
                self.drop_late(next);
                if let Some(came) = self.queue.pop_front()
                    && let Some(number) = self.start(next)
                {
                    self.begin(number, came, next);
                }
            } else {
                self.expire_oldest(next);
            }
        }
    }

    /// Where the one that has been idle longest has been so long enough.
    fn expire_oldest(&mut self, at: u64) {
        let expires = |oldest| self.instances.of(oldest).since_us.saturating_add(self.rule.idle_us);
        self.expires_us = self.idle.front().copied().map_or(u64::MAX, expires);
        if self.expires_us <= at
            && let Some(oldest) = self.idle.pop_front()
        {
            self.expire(oldest, at);
        }
    }

    /// When the first that waits could have a new instance.
    fn next_start(&self) -> u64 {
        if self.in_flight < self.account && self.alive < self.limit {
            self.starts.next_us()
        } else {
            u64::MAX
        }
    }

    #[inline]
    fn end_of_call(&mut self) {
        let Some(Reverse((at, number))) = self.ends.pop() else { return };
        self.in_flight -= 1;
        let concurrency = self.rule.concurrency;
        let instance = self.instances.of(number);
        instance.in_flight -= 1;
        let (in_flight, kept) = (instance.in_flight, instance.kept);
        if !self.queue.is_empty() {
            self.drop_late(at);
            if let Some(came) = self.queue.pop_front() {
                self.take_over(number, came, at);
                return;
            }
        }
        if in_flight > 0 {
            if in_flight + 1 == concurrency {
                self.instances.push(&mut self.open, number);
            }
            return;
        }
        if concurrency > 1 {
            self.instances.take(&mut self.open, number);
        }
        self.rest(number, at);
        self.expires_us = self.expires_us.min(at.saturating_add(self.rule.idle_us));
        if kept {
            self.kept.push(number);
        } else {
            self.idle.push_back(number);
        }
    }

    /// A place that has become free goes to the first that waits: the instance stays as busy as it was.
    fn take_over(&mut self, number: u32, came: u64, at: u64) {
        let drawn = self.sampler.warm();
        let instance = self.instances.of(number);
        instance.in_flight += 1;
        let kept = instance.kept;
        let ends = at.saturating_add(drawn.handler_us);
        self.in_flight += 1;
        self.ends.push(Reverse((ends, number)));
        self.note(drawn, Begun { came, at, ends, cold: false, new: false, kept });
    }

    /// Those that have waited too long when somebody could take them are gone.
    fn drop_late(&mut self, at: u64) {
        let Beyond::Queue { longest_us, .. } = self.rule.beyond else { return };
        while self.queue.front().is_some_and(|came| at - came > longest_us) {
            self.queue.pop_front();
            self.record.totals.given_up += 1;
        }
    }
}
