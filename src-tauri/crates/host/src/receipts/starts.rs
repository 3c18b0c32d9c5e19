//! Starts of the code that serves and of what it is compared with, in turn, until they are enough, somebody calls, or
//! they have taken as much of the CPU as may be taken unasked.

use std::time::Duration;

use coldframe_engine::Subject;
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

pub(super) struct Starts {
    pub(super) now: Side,
    /// In the order they were given.
    pub(super) sides: Vec<Side>,
    pub(super) state: ReceiptState,
}

/// `None` if a side does not start.
pub(super) async fn measure(
    now: &Subject,
    against: &[Against<'_>],
    stop: impl Fn() -> bool,
) -> Option<Starts> {
    let subjects: Vec<&Subject> = std::iter::once(now).chain(against.iter().map(|one| one.subject)).collect();
    let mut sides = vec![Side::default(); subjects.len()];
    let mut spent = Duration::ZERO;
    let mut state = ReceiptState::Done;
    // The first of each makes caches, and is no sample.
    for round in 0..=ROUNDS {
        let mut order: Vec<usize> = (0..subjects.len()).collect();
        if round % 2 == 1 {
            order.reverse();
        }
        let mut taken = Vec::new();
        for index in order {
            if stop() {
                state = ReceiptState::Interrupted;
                break;
            }
            let started = subjects[index].start().await.ok()?.ok()?.started;
            spent += started.cpu;
            taken.push((index, started));
        }
        // A round that is not whole would give one side more than the other.
        if round > 0 && taken.len() == subjects.len() {
            for (index, started) in taken {
                let ms = |duration: Duration| duration.as_nanos() as f64 / 1e6;
                sides[index].cold.push(ms(started.boot + started.init));
                sides[index].start_cpu.push(ms(started.cpu));
                if started.peak_memory_kb > 0 {
                    sides[index].memory.push(started.peak_memory_kb as f64 / 1024.0);
                }
            }
        }
        if state == ReceiptState::Interrupted || spent >= MOST_CPU {
            break;
        }
    }
    let mut sides = sides.into_iter();
    let now = sides.next().filter(|side| !side.cold.is_empty())?;
    Some(Starts { now, sides: sides.collect(), state })
}
