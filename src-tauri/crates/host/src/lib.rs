//! The host: engine, record and read side composed behind the protocol; the lock, the ports, the live channel.
//! Knows nothing of windows. The desktop shell and the command line start one, or become clients of one.

mod at_start;
mod bundled;
mod check;
mod client;
mod commands;
mod config;
mod connection;
mod creating;
mod doors;
mod editor;
mod error;
mod frame;
mod function_port;
mod host;
mod http;
mod keeping;
mod live;
mod load;
mod lock;
mod map;
mod names;
mod pending;
mod prices;
mod reading;
mod receipts;
mod runtime;
mod samples;
mod shape;
mod sidebyside;
mod sums;
mod usage;

pub use self::{
    check::{Budgets, Checked, Comparison, check},
    client::Client,
    commands::functions_of,
    config::{HostConfig, default_data_dir},
    connection::Connection,
    creating::{Created, NewFunction, create_function},
    doors::Surfaces,
    error::HostError,
    function_port::FunctionPort,
    host::Host,
    lock::Presence,
    prices::{PricesError, price_book},
    reading::{Reading, Record},
    runtime::{runtime, worker_threads},
};

// What starts a host is asked to be its keeper too, and names no other crate of ours for it.
pub use coldframe_supervisor::keeper;
