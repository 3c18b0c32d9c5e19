//! What a plan's instances would do under some traffic: a discrete-event simulation of one app on one scaling rule,
//! call by call, without a clock. Gives instances over time, cold starts, latency, refusals, and the usage that the
//! plan's meter takes, so that the bill is made as from recorded usage. Machines have a model of their own in
//! [`machines`]. How prices are made is not here.

mod buckets;
mod dense;
mod instance;
mod layout;
mod lengths;
mod machines;
mod places;
mod pool;
mod price;
mod queueing;
mod record;
mod result;
mod rule;
mod sampler;
mod says;
mod scale;
mod service;
mod sketch;
mod starts;
mod stretches;

pub use self::{
    buckets::Bucket,
    machines::{Adding, MachineRun, Machines, Serving, simulate_machines},
    result::{Sampled, Simulation, Totals},
    rule::{Beyond, Billed, Burst, Rule},
    service::{ColdTime, Footprint, NoService, Service, WarmTime},
    sketch::Sketch,
};

use crate::traffic::{Shape, Traffic};
use pool::Pool;
use record::Record;

/// How a simulation is run; what it is of does not depend on these but by chance.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Options {
    pub seed: u64,
    /// How many stretches of time are told apart; at least 1. Sampled traffic has one for each window instead.
    pub buckets: usize,
    /// More calls than this are not all simulated but sampled, and the result says with what error.
    pub most_calls: u64,
}

impl Options {
    /// Calls that take a second or two.
    pub const MOST_CALLS: u64 = 20_000_000;

    pub fn seeded(seed: u64) -> Self {
        Self { seed, buckets: 730, most_calls: Self::MOST_CALLS }
    }
}

/// So few take no time to speak of.
const FEWEST_CALLS: u64 = 1_000;

/// Ten years; what is longer is cut to this. Shapes are followed minute by minute.
const MOST_US: u64 = 10 * 366 * 24 * 3_600 * 1_000_000;

/// What would come of this traffic. The same input gives the same result, everywhere.
pub fn simulate(traffic: &Traffic, service: &Service, rule: &Rule, options: Options) -> Simulation {
    let cut;
    let traffic = if traffic.length_us > MOST_US {
        cut = Traffic { length_us: MOST_US, ..traffic.clone() };
        &cut
    } else {
        traffic
    };
    let listed = matches!(traffic.shape, Shape::Instants(_));
    if !listed && traffic.requests > options.most_calls.max(FEWEST_CALLS) {
        return scale::sampled(traffic, service, rule, options);
    }
    let record = || Record::new(service);
    let mut pool = Pool::new(service, rule, options.seed, 0, record());
    pool.watch(record(), 0, traffic.length_us, options.buckets);
    for at in traffic.arrivals(options.seed) {
        pool.call(at);
    }
    let mut record = pool.finish();
    let buckets = record.take_buckets();
    let recorded = record.finish(buckets);
    let mut simulation = Simulation::of(recorded, service, rule, traffic);
    simulation.says = says::sentences(traffic, service, rule, &simulation);
    simulation
}
