//! The instances of a pool and the orders they stand in. Each is in at most one list; lists are linked through the
//! instances themselves, so that taking one out of the middle costs no more than taking the last.

pub(super) const NONE: u32 = u32::MAX;

#[derive(Debug, Clone, Copy)]
pub(super) struct Instance {
    pub(super) born_us: u64,
    /// Its init is over.
    pub(super) ready_us: u64,
    /// Since when it has had a call under way, or has had none.
    pub(super) since_us: u64,
    /// The stretch with calls under way that was the last to end, or the ones that are billed as one.
    pub(super) stretch: Option<Stretch>,
    pub(super) in_flight: u32,
    /// Always there.
    pub(super) kept: bool,
    /// It is in the first stretch of being busy, which its init began.
    pub(super) starting: bool,
    older: u32,
    newer: u32,
}

#[derive(Debug, Clone, Copy)]
pub(super) struct Stretch {
    pub(super) from_us: u64,
    pub(super) to_us: u64,
    /// Of it, the init that began it.
    pub(super) init_us: u64,
}

/// From the one least recently put in to the one most recently.
#[derive(Debug, Clone, Copy)]
pub(super) struct Order {
    oldest: u32,
    newest: u32,
}

impl Order {
    pub(super) const EMPTY: Self = Self { oldest: NONE, newest: NONE };

    #[inline]
    pub(super) fn newest(self) -> Option<u32> {
        (self.newest != NONE).then_some(self.newest)
    }
}

/// Every instance alive, by a number that is used again after its end.
#[derive(Debug, Default)]
pub(super) struct Instances {
    all: Vec<Instance>,
    free: Vec<u32>,
}

impl Instances {
    pub(super) fn start(&mut self, at_us: u64, init_us: u64, kept: bool) -> u32 {
        let instance = Instance {
            born_us: at_us,
            ready_us: at_us.saturating_add(init_us),
            since_us: at_us,
            stretch: None,
            in_flight: 0,
            kept,
            starting: !kept,
            older: NONE,
            newer: NONE,
        };
        match self.free.pop() {
            Some(number) => {
                self.all[number as usize] = instance;
                number
            }
            None => {
                self.all.push(instance);
                (self.all.len() - 1) as u32
            }
        }
    }

    pub(super) fn end(&mut self, number: u32) {
        self.free.push(number);
    }

    #[inline]
    pub(super) fn of(&mut self, number: u32) -> &mut Instance {
        &mut self.all[number as usize]
    }

    #[inline]
    pub(super) fn push(&mut self, order: &mut Order, number: u32) {
        let newest = order.newest;
        let instance = self.of(number);
        (instance.older, instance.newer) = (newest, NONE);
        if newest == NONE {
            order.oldest = number;
        } else {
            self.of(newest).newer = number;
        }
        order.newest = number;
    }

    /// As if it had been there before all others.
    pub(super) fn push_oldest(&mut self, order: &mut Order, number: u32) {
        let oldest = order.oldest;
        let instance = self.of(number);
        (instance.older, instance.newer) = (NONE, oldest);
        if oldest == NONE {
            order.newest = number;
        } else {
            self.of(oldest).older = number;
        }
        order.oldest = number;
    }

    #[inline]
    pub(super) fn take(&mut self, order: &mut Order, number: u32) {
        let Instance { older, newer, .. } = *self.of(number);
        if older == NONE {
            order.oldest = newer;
        } else {
            self.of(older).newer = newer;
        }
        if newer == NONE {
            order.newest = older;
        } else {
            self.of(newer).older = older;
        }
    }

    /// The numbers in use.
    pub(super) fn alive(&self) -> Vec<u32> {
        let mut free = vec![false; self.all.len()];
        for number in &self.free {
            free[*number as usize] = true;
        }
        (0..self.all.len() as u32).filter(|number| !free[*number as usize]).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_can_leave_from_anywhere() {
        let (mut instances, mut order) = (Instances::default(), Order::EMPTY);
        let [a, b, c] = [0, 1, 2].map(|at| instances.start(at, 0, false));
        for number in [a, b, c] {
            instances.push(&mut order, number);
        }
        instances.take(&mut order, b);
        assert_eq!((order.oldest, order.newest()), (a, Some(c)));
        instances.take(&mut order, c);
        instances.push(&mut order, b);
        assert_eq!((order.oldest, order.newest()), (a, Some(b)));
        instances.push_oldest(&mut order, c);
        instances.take(&mut order, a);
        assert_eq!((order.oldest, order.newest()), (c, Some(b)));
        instances.take(&mut order, b);
        instances.take(&mut order, c);
        assert_eq!((order.oldest, order.newest()), (NONE, None));
        instances.push_oldest(&mut order, c);
        assert_eq!((order.oldest, order.newest()), (c, Some(c)));
        instances.end(b);
        assert_eq!(instances.alive(), [a, c]);
        assert_eq!(instances.start(9, 0, false), b, "a number is used again");
    }
}
