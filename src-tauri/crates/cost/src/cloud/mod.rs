//! From this machine to a cloud: how long a call that was measured here would take on a plan, and how long an instance
//! would take to start there. Guesses, each with a range and with what it rests on; a local figure is never passed on
//! as a cloud's.

mod cold;
mod hello;
mod pace;

pub use self::{
    cold::{ColdStart, Starting},
    hello::HelloStart,
    pace::{CoreSpeed, Pace},
};
