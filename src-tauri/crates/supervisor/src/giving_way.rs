//! Threads of the host's own whose work can wait.

use crate::sys;

/// As `nice` has it by default.
const NICE: i32 = 10;

/// The calling thread computes, from now on, while nobody else of the machine wants to. Best effort: where a system has
/// no priorities of single threads it goes on as it was.
pub fn give_way() {
    sys::give_way(NICE);
}
