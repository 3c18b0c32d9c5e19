//! Instances and calls over time, in a fixed number of stretches.

/// One stretch of time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Bucket {
    pub from_us: u64,
    /// How much of it was simulated: all, or a window's length.
    pub seen_us: u64,
    pub alive_max: u64,
    pub busy_max: u64,
    /// Instances × time; over `seen_us` the mean.
    pub alive_us: u64,
    /// Instances with a call under way × time.
    pub busy_us: u64,
    pub calls: u64,
    pub cold: u64,
    pub throttled: u64,
}

impl Bucket {
    pub fn alive_mean(&self) -> f64 {
        self.alive_us as f64 / self.seen_us.max(1) as f64
    }

    pub fn busy_mean(&self) -> f64 {
        self.busy_us as f64 / self.seen_us.max(1) as f64
    }
}

/// Follows the numbers of instances alive and busy as they change.
#[derive(Debug)]
pub(super) struct Buckets {
    done: Vec<Bucket>,
    now: Bucket,
    last_us: u64,
    next_us: u64,
    from_us: u64,
    to_us: u64,
    many: u64,
    alive: u64,
    busy: u64,
}

impl Buckets {
    pub(super) fn new(from_us: u64, to_us: u64, many: usize, alive: u64, busy: u64) -> Self {
        let many = (many as u64).clamp(1, 100_000);
        let now = Bucket { from_us, alive_max: alive, busy_max: busy, ..Bucket::default() };
        let mut buckets =
            Self { done: Vec::new(), now, last_us: from_us, next_us: 0, from_us, to_us, many, alive, busy };
        buckets.next_us = buckets.end(0);
        buckets
    }

    /// Where the n-th ends.
    fn end(&self, number: u64) -> u64 {
        let length = u128::from(self.to_us.saturating_sub(self.from_us));
        self.from_us + (length * u128::from(number + 1) / u128::from(self.many)) as u64
    }

    /// Time goes on with everything as it is. What comes after the end is not seen.
    #[inline]
    pub(super) fn reach(&mut self, at_us: u64) {
        if at_us >= self.next_us {
            self.close(at_us);
        } else {
            self.pass(at_us);
        }
    }

    #[cold]
    fn close(&mut self, at_us: u64) {
        while at_us >= self.next_us && (self.done.len() as u64) < self.many {
            self.pass(self.next_us);
            self.now.seen_us = self.next_us - self.now.from_us;
            let next = Bucket {
                from_us: self.next_us,
                alive_max: self.alive,
                busy_max: self.busy,
                ..Bucket::default()
            };
            self.done.push(std::mem::replace(&mut self.now, next));
            self.next_us = self.end(self.done.len() as u64);
        }
        if self.done.len() as u64 == self.many {
            self.next_us = u64::MAX;
            self.last_us = u64::MAX;
        }
        self.pass(at_us);
    }

    #[inline]
    fn pass(&mut self, at_us: u64) {
        let passed = at_us.saturating_sub(self.last_us);
        self.now.alive_us = self.now.alive_us.saturating_add(passed.saturating_mul(self.alive));
        self.now.busy_us = self.now.busy_us.saturating_add(passed.saturating_mul(self.busy));
        self.last_us = self.last_us.max(at_us);
    }

    #[inline]
    pub(super) fn alive(&mut self, alive: u64) {
        self.alive = alive;
        self.now.alive_max = self.now.alive_max.max(alive);
    }

    #[inline]
    pub(super) fn busy(&mut self, busy: u64) {
        self.busy = busy;
        self.now.busy_max = self.now.busy_max.max(busy);
    }

    /// Where counts belong now: after the end still the last.
    #[inline]
    pub(super) fn now(&mut self) -> &mut Bucket {
        match self.done.last_mut() {
            Some(last) if self.last_us >= self.to_us => last,
            _ => &mut self.now,
        }
    }

    pub(super) fn finish(mut self) -> Vec<Bucket> {
        self.reach(self.to_us);
        self.done
    }
}
