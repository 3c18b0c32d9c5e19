//! Starts of the code that serves and of what it is compared with, in turn, until they are enough or have taken as much of
//! the CPU as may be taken unasked. A call comes first: they go on from what there is when it is quiet again.

use std::time::Duration;

use coldframe_engine::{Started, Subject};
use coldframe_protocol::ReceiptState;
use coldframe_report::receipt::{ROUNDS, Side};

/// CPU time of all starts of a receipt.
const MOST_CPU: Duration = Duration::from_secs(3);

pub(super) struct Against<'a> {
    /// As the wire has it.
    pub(super) what: &'static str,
    pub(super) name: String,
    pub(super) subject: &'a Subject,
}

/// What was taken so far.
#[derive(Debug, Default)]
pub(super) struct Starts {
    /// Of what: another commit meanwhile is another comparison.
    names: Vec<String>,
    /// Now, then each it is compared with.
    sides: Vec<Side>,
    /// The first, which makes caches and is no sample, among them.
    rounds: u32,
    spent: Duration,
}

impl Starts {
    /// Of each side.
    pub(super) fn count(&self) -> u32 {
        self.rounds.saturating_sub(1)
    }

    pub(super) fn now(&self) -> Option<&Side> {
        self.sides.first()
    }

    /// In the order they were given.
    pub(super) fn before(&self) -> &[Side] {
        self.sides.get(1..).unwrap_or_default()
    }

    /// `None` if a side does not start.
    pub(super) async fn go_on(
        &mut self,
        now: &Subject,
        against: &[Against<'_>],
        stop: impl Fn() -> bool,
    ) -> Option<ReceiptState> {
        let names = std::iter::once(now.revision()).chain(against.iter().map(|one| one.name.as_str()));
        let names: Vec<String> = names.map(str::to_owned).collect();
        if names != self.names {
            *self = Self {
                sides: vec![Side::default(); names.len()],
                names,
                spent: self.spent,
                ..Self::default()
            };
        }
        let subjects: Vec<&Subject> =
            std::iter::once(now).chain(against.iter().map(|one| one.subject)).collect();
        while self.rounds <= ROUNDS && self.spent < MOST_CPU {
            let mut order: Vec<usize> = (0..subjects.len()).collect();
            if self.rounds % 2 == 1 {
                order.reverse();
            }
            let mut taken = Vec::new();
            for index in order {
                if stop() {
                    // A round that is not whole would give one side more than the other.
                    return Some(ReceiptState::Interrupted);
                }
                let started = subjects[index].start().await.ok()?.ok()?.started;
                self.spent += started.cpu;
                taken.push((index, started));
            }
            self.note(&taken);
        }
        Some(ReceiptState::Done)
    }

    fn note(&mut self, taken: &[(usize, Started)]) {
        self.rounds += 1;
        if self.rounds == 1 {
            return;
        }
        let ms = |duration: Duration| duration.as_nanos() as f64 / 1e6;
        for (index, started) in taken {
            let side = &mut self.sides[*index];
            side.cold.push(ms(started.boot + started.init));
            side.start_cpu.push(ms(started.cpu));
            if started.peak_memory_kb > 0 {
                side.memory.push(started.peak_memory_kb as f64 / 1024.0);
            }
        }
    }
}
