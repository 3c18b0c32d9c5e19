//! Child processes: one way to describe them, one task per child, process groups, limits, samples, and the keeper
//! that ends them whatever ends the host. Knows nothing of functions or HTTP.

mod command;

pub use command::Command;
