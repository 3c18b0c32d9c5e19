//! Usage as it was measured or is supposed, in the terms that meters count.

use crate::quantity::Metered;

/// What one invocation used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct InvocationUsage {
    /// The init of the instance it waited for; 0 when warm.
    pub billed_init_us: u64,
    pub handler_us: u64,
    /// The configured size.
    pub memory_mb: u32,
}

/// Invocations of the same billed shape: one entry of the roll-ups' sparse histogram.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Bin {
    /// Handler time, rounded up to milliseconds.
    pub handler_ms: u64,
    /// Init and handler together, rounded up once; equals `handler_ms` when warm.
    pub init_handler_ms: u64,
    /// The configured size.
    pub memory_mb: u32,
    /// What was really held, for plans that bill that; the configured size where it was not measured.
    pub observed_mb: Option<u32>,
    pub count: u64,
}

impl From<InvocationUsage> for Bin {
    fn from(usage: InvocationUsage) -> Self {
        Self {
            handler_ms: usage.handler_us.div_ceil(1000),
            init_handler_ms: (usage.billed_init_us + usage.handler_us).div_ceil(1000),
            memory_mb: usage.memory_mb,
            observed_mb: None,
            count: 1,
        }
    }
}

/// Stretches of time of the same length in which an instance was busy, or alive.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Period {
    /// From its first call's start to its last call's end; or the whole life.
    pub ms: u64,
    /// The same with the start-up that some plans bill.
    pub init_ms: u64,
    pub memory_mb: u32,
    /// Thousandths of a vCPU; the plan's default for that memory where it was not chosen.
    pub vcpu_milli: Option<u32>,
    pub count: u64,
}

/// Instances kept ready, whether anybody calls or not.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Warm {
    pub instances: u64,
    pub seconds: u64,
    pub memory_mb: u32,
    pub vcpu_milli: Option<u32>,
    /// The calls they served; not among [`Usage::calls`].
    pub calls: Vec<Bin>,
    /// When they had a call under way, where calls share an instance; empty where each has it for itself.
    pub active: Vec<Period>,
}

/// Snapshots that instances are started from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Snapshots {
    pub memory_mb: u32,
    /// How long the snapshot was kept.
    pub seconds: u64,
    pub restores: u64,
}

/// Any part of a month. Each meter takes from it what it charges for.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Usage {
    pub calls: Vec<Bin>,
    /// When instances had a call under way. How calls overlap in an instance is the maker's business.
    pub active: Vec<Period>,
    /// Whole lives of instances.
    pub lives: Vec<Period>,
    pub cpu_us: u128,
    /// Scratch space each instance has.
    pub ephemeral_mb: u32,
    pub warm: Option<Warm>,
    pub snapshots: Option<Snapshots>,
    /// What needs no meter because it is already a quantity: bytes streamed, operations.
    pub counted: Metered,
}

impl Usage {
    /// Calls of which no two share an instance's time.
    pub fn calls(calls: impl IntoIterator<Item = Bin>) -> Self {
        let calls: Vec<_> = calls.into_iter().collect();
        let period = |bin: &Bin| Period {
            ms: bin.handler_ms,
            init_ms: bin.init_handler_ms,
            memory_mb: bin.memory_mb,
            vcpu_milli: None,
            count: bin.count,
        };
        Self { active: calls.iter().map(period).collect(), calls, ..Self::default() }
    }
}
