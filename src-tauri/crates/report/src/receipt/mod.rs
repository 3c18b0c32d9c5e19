//! What is different between two states of the code, told from what is noise. Samples in, sentences' worth of figures
//! out; pure. Who takes the samples is no matter here: `coldframe check` measures two trees side by side, the receipt of
//! a save has what was recorded.
//!
//! A difference is claimed only if it stands three tests: it is at least as large as what anybody would care for
//! ([`Least`]), it is beyond the noise of the samples ([`ranks`]), and both halves of them show it. What is beyond the noise
//! and not in both halves is left open. Chance alone claims less than once in two thousand times.

mod judge;
mod price;
mod ranks;
mod recorded;
mod rounds;
mod tail;

pub use self::{
    judge::{FEWEST, Least, Taken, judge, least},
    price::{Call, Duration, price},
    rounds::{MOST_ROUNDS, More, ROUNDS, Side, more_rounds, tells, told},
};
