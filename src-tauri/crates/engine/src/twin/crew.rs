//! Which process of the twin gets which call, who waits, and how many are to be started. Plain state without time,
//! tasks or I/O of its own: the owner asks, decides and acts.

use std::collections::{BTreeMap, VecDeque};

/// `C`: a call on its way to a process.
#[derive(Debug)]
pub(super) struct Crew<C> {
    /// Processes there are to be; none while the twin is off.
    wanted: usize,
    /// A process goes with its call.
    per_call: bool,
    /// Calls that may wait.
    backlog: usize,
    members: BTreeMap<i64, Member>,
    /// Being started.
    starting: usize,
    /// Ended by themselves, and not to be started before their pause is over.
    resting: usize,
    /// Nobody is there to take a call, or to have it wait: callers meet a port where nobody listens.
    down: bool,
    waiting: VecDeque<C>,
}

#[derive(Debug, Default)]
struct Member {
    calls: u32,
    /// Calls it has at a time at most.
    takes: u32,
    /// Finishes its calls, and takes no other.
    leaving: bool,
    /// In which order it was given its last call: of those with the same number of calls the one that rested longest is
    /// next, as with workers that accept from one socket.
    turn: u64,
}

/// What becomes of a call that has just come.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Placed<C> {
    To(i64, C),
    Waits,
    TurnedAway(C, Away),
}

/// Why a call is not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Away {
    /// As many wait as may.
    Full,
    Down,
}

/// What a process that ended by itself was about to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Lost {
    Staying,
    Leaving,
}

/// What a process that has one call less does.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Next<C> {
    /// It is given this one.
    Takes(C),
    Stays,
    /// It ends, and is no member any more.
    Leaves,
}

impl<C> Crew<C> {
    pub(super) fn new(backlog: usize) -> Self {
        Self {
            wanted: 0,
            per_call: false,
            backlog,
            members: BTreeMap::new(),
            starting: 0,
            resting: 0,
            down: false,
            waiting: VecDeque::new(),
        }
    }

    /// How many there are to be, from now on. Returns those that leave at once.
    pub(super) fn set(&mut self, wanted: usize, per_call: bool) -> Vec<i64> {
        (self.wanted, self.per_call) = (wanted, per_call);
        let spare = self.staying().count().saturating_sub(wanted);
        // The youngest go.
        let spare: Vec<i64> = self
            .members
            .iter()
            .rev()
            .filter(|(_, member)| !member.leaving)
            .take(spare)
            .map(|(id, _)| *id)
            .collect();
        self.dismiss(&spare)
    }

    /// All finish what they have and leave; returns those that have nothing.
    pub(super) fn dismiss_all(&mut self) -> Vec<i64> {
        let all: Vec<i64> = self.members.keys().copied().collect();
        self.dismiss(&all)
    }

    fn dismiss(&mut self, ids: &[i64]) -> Vec<i64> {
        let mut gone = Vec::new();
        for id in ids {
            match self.members.get_mut(id) {
                Some(member) if member.calls > 0 => member.leaving = true,
                Some(_) => {
                    self.members.remove(id);
                    gone.push(*id);
                }
                None => {}
            }
        }
        gone
    }

    /// How many are to be started now. None while others leave: a plain restart, one after the other, as that of a
    /// server is.
    pub(super) fn missing(&self) -> usize {
        if self.members.values().any(|member| member.leaving) {
            return 0;
        }
        self.wanted.saturating_sub(self.members.len() + self.starting + self.resting)
    }

    pub(super) fn begin_start(&mut self) {
        self.starting += 1;
    }

    /// One has come up that takes so many calls at a time: as many of those that wait.
    pub(super) fn joined(&mut self, id: i64, takes: u32) -> Vec<C> {
        self.starting = self.starting.saturating_sub(1);
        self.down = false;
        let turn = self.next_turn();
        let room = self.room(takes) as usize;
        let taken: Vec<C> = self.waiting.drain(..room.min(self.waiting.len())).collect();
        let calls = u32::try_from(taken.len()).unwrap_or(u32::MAX);
        self.members.insert(id, Member { calls, takes, leaving: false, turn });
        taken
    }

    /// There are as many as wanted without those that are on their way: fewer are wanted than when they were begun.
    pub(super) fn is_complete(&self) -> bool {
        self.staying().count() >= self.wanted
    }

    /// One was started that is not needed any more, or did not come up and is to be tried again later.
    pub(super) fn not_joined(&mut self, rests: bool) {
        self.starting = self.starting.saturating_sub(1);
        self.resting += usize::from(rests);
    }

    /// One ended by itself. One that was to stay is started anew when it has rested.
    pub(super) fn lost(&mut self, id: i64) -> Option<Lost> {
        let member = self.members.remove(&id)?;
        if member.leaving {
            return Some(Lost::Leaving);
        }
        self.resting += 1;
        Some(Lost::Staying)
    }

    /// One ended with its call, as it was to.
    pub(super) fn left(&mut self, id: i64) {
        self.members.remove(&id);
    }

    pub(super) fn rested(&mut self) {
        self.resting = self.resting.saturating_sub(1);
    }

    /// Starts that are under way and pauses are of no consequence any more.
    pub(super) fn forget_starts(&mut self) {
        (self.starting, self.resting) = (0, 0);
    }

    /// Nobody is there: those that wait are not served either.
    pub(super) fn fall(&mut self) -> VecDeque<C> {
        self.down = true;
        std::mem::take(&mut self.waiting)
    }

    /// Callers may wait again for the first to come up.
    pub(super) fn rise(&mut self) {
        self.down = false;
    }

    pub(super) fn take(&mut self, call: C) -> Placed<C> {
        if self.down {
            return Placed::TurnedAway(call, Away::Down);
        }
        let turn = self.next_turn();
        let most = self.room(u32::MAX);
        let is_open = |member: &Member| !member.leaving && member.calls < member.takes.min(most);
        let open = self.members.iter_mut().filter(|(_, member)| is_open(member));
        if let Some((id, member)) = open.min_by_key(|(_, member)| (member.calls, member.turn)) {
            member.calls += 1;
            member.turn = turn;
            return Placed::To(*id, call);
        }
        if self.waiting.len() >= self.backlog {
            return Placed::TurnedAway(call, Away::Full);
        }
        self.waiting.push_back(call);
        Placed::Waits
    }

    /// For calls in one process that takes so many.
    fn room(&self, takes: u32) -> u32 {
        if self.per_call { 1 } else { takes }
    }

    fn next_turn(&self) -> u64 {
        self.members.values().map(|member| member.turn).max().unwrap_or(0) + 1
    }

    /// One has answered a call. `None`: it is no member, whatever it was.
    pub(super) fn returned(&mut self, id: i64) -> Option<Next<C>> {
        let most = self.room(u32::MAX);
        let member = self.members.get_mut(&id)?;
        member.calls = member.calls.saturating_sub(1);
        if (member.leaving || self.per_call) && member.calls == 0 {
            self.members.remove(&id);
            return Some(Next::Leaves);
        }
        if member.leaving || member.calls >= member.takes.min(most) {
            return Some(Next::Stays);
        }
        Some(match self.waiting.pop_front() {
            Some(call) => {
                member.calls += 1;
                Next::Takes(call)
            }
            None => Next::Stays,
        })
    }

    /// Keeps of those that wait the ones that somebody wants.
    pub(super) fn keep_waiting(&mut self, wanted: impl FnMut(&C) -> bool) {
        self.waiting.retain(wanted);
    }

    pub(super) fn is_down(&self) -> bool {
        self.down
    }

    pub(super) fn is_empty(&self) -> bool {
        self.members.is_empty()
    }

    pub(super) fn is_leaving(&self) -> bool {
        self.members.values().any(|member| member.leaving)
    }

    /// Those that take calls.
    pub(super) fn staying(&self) -> impl Iterator<Item = i64> {
        self.members.iter().filter(|(_, member)| !member.leaving).map(|(id, _)| *id)
    }

    pub(super) fn calls(&self, id: i64) -> u32 {
        self.members.get(&id).map_or(0, |member| member.calls)
    }

    pub(super) fn waiting(&self) -> usize {
        self.waiting.len()
    }
}

#[cfg(test)]
#[path = "crew_tests.rs"]
mod tests;
