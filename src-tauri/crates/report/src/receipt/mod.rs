//! What is different between two states of the code, told from what is noise. Samples in, sentences' worth of figures
//! out; pure. Who takes the samples is no matter here: `coldframe check` measures two trees side by side, the receipt of
//! a save has what was recorded.
//!
//! A difference is claimed only if it stands three tests: it is at least as large as what anybody would care for
//! ([`Least`]), a rank-sum test tells the two sides apart, and both hold again, in the same direction, in a second half
//! of the samples that had no part in the first claim. Chance alone passes that about once in twenty thousand.

mod judge;
mod price;
mod ranks;
mod recorded;
mod rounds;
mod tail;

pub use self::{
    judge::{Least, judge, least},
    price::{Call, Duration, price},
    rounds::{MOST_ROUNDS, ROUNDS, Side, more_rounds, told},
};
