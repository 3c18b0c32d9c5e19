//! How far a run is, on both sides.

use coldframe_protocol::LoadState;

use crate::load::tally::Tally;

/// Locked for a few counts at a time.
pub(super) struct Progress {
    pub(super) pool: Tally,
    /// Of the same calls on the resident twin, where they go there, too.
    pub(super) twin: Option<Tally>,
    pub(super) state: LoadState,
    pub(super) ended_us: Option<i64>,
}

/// Where a call goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum To {
    Pool,
    Twin,
}

impl To {
    /// Of two that are sent at once the second waits for a core while the first has it: they take turns.
    pub(super) fn of(call: usize, twin: bool) -> &'static [Self] {
        match (twin, call.is_multiple_of(2)) {
            (false, _) => &[Self::Pool],
            (true, true) => &[Self::Pool, Self::Twin],
            (true, false) => &[Self::Twin, Self::Pool],
        }
    }
}

impl Progress {
    pub(super) fn tallies(&mut self) -> impl Iterator<Item = &mut Tally> {
        std::iter::once(&mut self.pool).chain(&mut self.twin)
    }

    pub(super) fn of(&mut self, to: To) -> Option<&mut Tally> {
        match to {
            To::Pool => Some(&mut self.pool),
            To::Twin => self.twin.as_mut(),
        }
    }

    /// What one side is not sent, the other is not either: both are held against the same arrivals.
    pub(super) fn due(&mut self, due_us: u64, most: u32, keeps_up: bool) -> bool {
        let most = if self.tallies().all(|tally| tally.has_room(most)) { most } else { 0 };
        let mut sent = true;
        for tally in self.tallies() {
            sent &= tally.due(due_us, most, keeps_up);
        }
        sent
    }

    pub(super) fn in_flight(&self) -> u64 {
        self.pool.in_flight() + self.twin.as_ref().map_or(0, Tally::in_flight)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn neither_side_is_always_the_first() {
        let first = |side| (0..10).filter(|call| To::of(*call, true)[0] == side).count();
        assert_eq!((first(To::Pool), first(To::Twin)), (5, 5));
        assert!((0..10).all(|call| To::of(call, false) == [To::Pool]), "no twin, no copies");
    }
}
