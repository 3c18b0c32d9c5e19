//! Child processes: one way to describe them, one task per child, process groups, limits, samples, and the keeper
//! that ends them whatever ends the host. Knows nothing of functions or HTTP.
//!
//! A [`Supervisor`] starts processes; a [`Child`] is a handle to one of them and to everything it starts in turn.
//! Whatever differs between operating systems is in [`sys`], one twin beside the other.

mod apart;
mod child;
mod command;
mod cpu;
mod duty;
mod giving_way;
pub mod keeper;
mod limits;
mod output;
mod owner;
mod process;
mod registry;
mod run;
mod spawner;
mod supervisor;
mod sys;
mod tree;
mod usage;

pub use apart::start_apart;
pub use child::{Child, Exit};
pub use command::Command;
pub use cpu::{CpuLimit, CpuMode, CpuShare};
pub use giving_way::give_way;
pub use output::{Line, OutputLines, Stream, Unread};
pub use run::Output;
pub use spawner::SpawnError;
pub use supervisor::{Config, StartError, Supervisor};
pub use usage::Sample;
