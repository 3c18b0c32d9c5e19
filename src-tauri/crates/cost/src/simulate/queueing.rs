//! The calls that machines have, and how they get on: by a queue before the workers, or by sharing the cores.

use std::{
    cmp::Reverse,
    collections::{BinaryHeap, VecDeque},
};

use super::machines::Serving;

/// A call that has ended.
#[derive(Debug, Clone, Copy)]
pub(super) struct Done {
    pub(super) came_us: f64,
    pub(super) work_us: u64,
}

/// Ordered by when it ends: in time, or in work that a call which was always there would have had.
#[derive(Debug, Clone, Copy)]
struct Running {
    ends: f64,
    came_us: f64,
    work_us: u64,
}

#[derive(Debug)]
pub(super) struct Work {
    serving: Serving,
    cores: u64,
    running: BinaryHeap<Reverse<Running>>,
    waiting: VecDeque<(f64, u64)>,
    /// Of sharing: the work that a call has had which was always there.
    had_us: f64,
}

impl Work {
    pub(super) fn new(serving: Serving, cores: u64) -> Self {
        Self { serving, cores, running: BinaryHeap::new(), waiting: VecDeque::new(), had_us: 0.0 }
    }

    pub(super) fn cores(&self) -> u64 {
        self.cores
    }

    /// More calls are there than cores.
    pub(super) fn is_short(&self) -> bool {
        self.beyond() > 0
    }

    /// How many there are more than cores.
    pub(super) fn beyond(&self) -> u64 {
        ((self.running.len() + self.waiting.len()) as u64).saturating_sub(self.cores)
    }

    /// Work each call gets in a unit of time.
    fn speed(&self) -> f64 {
        match self.serving {
            Serving::Queue => 1.0,
            Serving::Share => (self.cores as f64 / (self.running.len() as f64).max(1.0)).min(1.0),
        }
    }

    /// Time goes on. How many cores were at work.
    pub(super) fn pass(&mut self, passed_us: f64) -> f64 {
        if self.serving == Serving::Share {
            self.had_us += self.speed() * passed_us;
        }
        (self.running.len() as f64).min(self.cores as f64)
    }

    pub(super) fn add(&mut self, now_us: f64, work_us: u64) {
        match self.serving {
            Serving::Queue if self.running.len() as u64 >= self.cores => {
                self.waiting.push_back((now_us, work_us));
            }
            Serving::Queue => self.start(now_us, now_us, work_us),
            Serving::Share => self.start(self.had_us, now_us, work_us),
        }
    }

    fn start(&mut self, from: f64, came_us: f64, work_us: u64) {
        self.running.push(Reverse(Running { ends: from + work_us as f64, came_us, work_us }));
    }

    /// When the next call ends, if nothing comes between; infinity where there is none.
    pub(super) fn next_end(&self, now_us: f64) -> f64 {
        let Some(Reverse(first)) = self.running.peek() else { return f64::INFINITY };
        match self.serving {
            Serving::Queue => first.ends.max(now_us),
            Serving::Share => now_us + ((first.ends - self.had_us) / self.speed()).max(0.0),
        }
    }

    pub(super) fn end(&mut self, now_us: f64) -> Option<Done> {
        let Reverse(Running { ends, came_us, work_us }) = self.running.pop()?;
        if self.serving == Serving::Share {
            // What rounding left of it would be done again by the next.
            self.had_us = self.had_us.max(ends);
        }
        self.fill(now_us);
        Some(Done { came_us, work_us })
    }

    pub(super) fn resize(&mut self, now_us: f64, cores: u64) {
        self.cores = cores.max(1);
        self.fill(now_us);
    }

    fn fill(&mut self, now_us: f64) {
        while (self.running.len() as u64) < self.cores
            && let Some((came_us, work_us)) = self.waiting.pop_front()
        {
            self.start(now_us, came_us, work_us);
        }
    }
}

impl PartialEq for Running {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other).is_eq()
    }
}

impl Eq for Running {}

impl PartialOrd for Running {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Running {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.ends.total_cmp(&other.ends).then(self.came_us.total_cmp(&other.came_us))
    }
}
