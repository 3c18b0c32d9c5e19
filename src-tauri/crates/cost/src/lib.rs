//! What running code costs: takes *usage* (what was measured) and a *price book* (data: every figure with its source,
//! date and confidence) and returns line items. Pure: no files, no clock, no async; the same input gives the same
//! money, so a new book re-prices history.
//!
//! Money is decimal, never float. Tiers, free tier and rounding to cents (half-up per line, then added, as the
//! providers' own examples do) apply once, to the month; a single invocation's price is the unrounded list price.

mod bill;
mod book;
mod breakeven;
mod cloud;
mod estimate;
mod machine;
mod meter;
mod money;
mod quantity;
mod queueing;
mod random;
mod rightsize;
mod rounding_cost;
mod simulate;
mod size;
mod staircase;
mod traffic;
mod usage;

pub use bill::{Bill, FreeTier, Line};
pub use book::{
    Addon, Book, BookError, Confidence, Cpu, CpuShare, Fact, FactSide, Figure, Growth, Machine, MachinePrice,
    Plan, Rate, Scaling, Source, Status, Subscription, Tier,
};
pub use breakeven::{BREAK_EVEN_RANGE, Cheaper, Crossing, DRAWN_RANGE, crossings, volumes};
pub use cloud::{ColdStart, CoreSpeed, HelloStart, Pace, Starting};
pub use estimate::{Estimate, Kept, Refusal, Supposed, estimate};
pub use machine::{Binding, Load, Need, Part, Targets, Unfit};
pub use meter::{Meter, Nodes, Rounding, WarmRule};
pub use money::Usd;
pub use quantity::{Dimension, Metered, Unit};
pub use queueing::Queue;
pub use rightsize::{BALANCE, Basis, Best, Offer, Paced, best, offers};
pub use rust_decimal::Decimal;
pub use simulate::{
    Adding, Beyond, Billed, Bucket, Burst, ColdTime, Footprint, MachineRun, Machines, NoService, Options,
    Rule, Sampled, Service, Serving, Simulation, Sketch, Totals, WarmTime, simulate, simulate_machines,
};
pub use size::{Choice, NoSize, Size, Sizing, Window};
pub use staircase::{Stair, cheapest, staircase};
pub use traffic::{Arrivals, Due, MONTH_US, Pattern, Schedule, Shape, Spikes, Traffic, Turns};
pub use usage::{Bin, InvocationUsage, Period, Snapshots, Usage, Warm};
