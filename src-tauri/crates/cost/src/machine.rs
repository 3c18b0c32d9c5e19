//! The always-on side: how many machines of a kind hold a load, what they cost, and how busy they are.

use rust_decimal::{Decimal, prelude::ToPrimitive};

use crate::{
    bill::{Bill, Line},
    book::{Figure, Machine, MachinePrice},
    money::Usd,
};

/// More of a kind than this is a typing mistake.
const MOST: u32 = 1_000_000;

/// Traffic as a machine feels it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Load {
    /// One per function.
    pub parts: Vec<Part>,
    /// The busiest minute's calls over the mean minute's, at least 1.
    pub peak_factor: Decimal,
}

/// One function's share of a load.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Part {
    pub calls_per_month: Decimal,
    /// User and system CPU of one call, on one core of the machine.
    pub cpu_ms: Decimal,
    /// How long one call takes, waiting included.
    pub handler_ms: Decimal,
    /// What one process holds while it serves one call.
    pub memory_mb: Decimal,
}

/// How full machines may be planned.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Targets {
    /// Of the CPU, 0 to 1: at the peak of what the machine can do for a while, and on average of what it can sustain.
    pub utilisation: Decimal,
    /// Of the memory, 0 to 1; the rest is the system's.
    pub memory: Decimal,
    /// How much more than was recorded may come, at any time: 0.2 for a fifth.
    pub headroom: Decimal,
    /// How many machines may fail before the rest no longer holds the peak.
    pub spare: u32,
}

impl Default for Targets {
    fn default() -> Self {
        Self {
            utilisation: Decimal::new(6, 1),
            memory: Decimal::new(8, 1),
            headroom: Decimal::ZERO,
            spare: 0,
        }
    }
}

/// What a load needs of one kind of machine.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Need {
    /// To be paid: those that hold the peak, and the spare ones.
    pub count: u32,
    /// That would be enough if calls came evenly.
    pub evenly: u32,
    /// That hold the busiest minute.
    pub at_peak: u32,
    pub binding: Binding,
    /// Mean CPU used over sustained CPU paid for, 0 to 1.
    pub busy: Decimal,
}

impl Need {
    /// The share of what is paid for that stays unused, 0 to 1.
    pub fn idle(&self) -> Decimal {
        (Decimal::ONE - self.busy).max(Decimal::ZERO)
    }
}

/// What decides the number of machines that hold the peak.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Binding {
    /// One is enough for everything.
    Minimum,
    PeakCpu,
    SustainedCpu,
    Memory,
}

/// The machine cannot do this work.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Unfit {
    /// However many there are.
    #[error("one call needs {needed_mb} MB and {usable_mb} MB of its {memory_mb} MB are usable")]
    Memory { needed_mb: Decimal, usable_mb: Decimal, memory_mb: u32 },
    #[error("it would take more than {MOST} of them")]
    TooMany,
}

impl Load {
    pub fn calls_per_month(&self) -> Decimal {
        self.parts.iter().map(|part| part.calls_per_month).sum()
    }

    /// The same mix of functions and the same shape over time, at `volume` calls a month.
    #[must_use]
    pub fn at(&self, volume: Decimal) -> Self {
        let total = self.calls_per_month();
        let scale = |part: &Part| Part {
            calls_per_month: if total.is_zero() {
                Decimal::ZERO
            } else {
                part.calls_per_month * volume / total
            },
            ..*part
        };
        Self { parts: self.parts.iter().map(scale).collect(), peak_factor: self.peak_factor }
    }

    /// CPU cores in use on average.
    fn mean_cores(&self, month_ms: Decimal) -> Decimal {
        self.parts.iter().map(|part| part.calls_per_month * part.cpu_ms).sum::<Decimal>() / month_ms
    }

    /// Memory held when calls come `factor` times as fast as on average.
    fn memory_mb(&self, month_ms: Decimal, factor: Decimal) -> Decimal {
        let held = |part: &Part| {
            // Little's law: how many calls are under way. A process that serves none still holds its memory.
            let in_flight = part.calls_per_month * part.handler_ms * factor / month_ms;
            part.memory_mb * in_flight.max(Decimal::ONE)
        };
        self.parts.iter().map(held).sum()
    }
}

impl Machine {
    /// # Errors
    /// [`Unfit`] when a single call does not fit into one machine, or no sensible number of them is enough.
    pub fn need(&self, load: &Load, targets: Targets, hours_per_month: Decimal) -> Result<Need, Unfit> {
        let usable_mb = Decimal::from(self.memory_mb.value) * targets.memory;
        let largest_mb = load.parts.iter().map(|part| part.memory_mb).max().unwrap_or_default();
        if largest_mb > usable_mb {
            let (needed_mb, usable_mb) = (largest_mb.round(), usable_mb.floor());
            return Err(Unfit::Memory { needed_mb, usable_mb, memory_mb: self.memory_mb.value });
        }
        let month_ms = hours_per_month * Decimal::from(3_600_000);
        let mean_cores = load.mean_cores(month_ms);
        let more = Decimal::ONE + targets.headroom;
        let sustained = self.sustained_vcpu.value;
        // How many for calls that come `factor` times as fast as on average, and what decides it.
        let hold = |factor: Decimal| {
            let for_peak = mean_cores * factor * more / (self.vcpu.value * targets.utilisation);
            let for_month = mean_cores * more / (sustained * targets.utilisation);
            let for_memory = load.memory_mb(month_ms, factor * more) / usable_mb;
            let candidates = [
                (Binding::PeakCpu, for_peak),
                (Binding::SustainedCpu, for_month),
                (Binding::Memory, for_memory),
            ];
            let mut most = (1, Binding::Minimum);
            for (binding, machines) in candidates {
                let count = machines.ceil().to_u32().filter(|count| *count <= MOST).ok_or(Unfit::TooMany)?;
                if count > most.0 {
                    most = (count, binding);
                }
            }
            Ok(most)
        };
        let (evenly, _) = hold(Decimal::ONE)?;
        let (at_peak, binding) = hold(load.peak_factor)?;
        let count = at_peak + targets.spare;
        let busy = mean_cores / (sustained * Decimal::from(count));
        Ok(Need { count, evenly, at_peak, binding, busy })
    }

    /// What `count` of them cost for a month.
    pub fn month(&self, count: u32, hours_per_month: Decimal) -> Bill {
        let count = Decimal::from(count);
        match &self.price {
            MachinePrice::Capped { month, .. } | MachinePrice::Month(month) => {
                Bill { lines: vec![line("machines", count, "machine-months", month)] }
            }
            MachinePrice::Hour(_) | MachinePrice::Parts { .. } => {
                self.run(count * hours_per_month, Decimal::ZERO)
            }
        }
    }

    /// The price of one hour, where it is sold by the hour or finer.
    pub fn hour(&self) -> Option<Usd> {
        let by_the_month = matches!(self.price, MachinePrice::Month(_));
        (!by_the_month).then(|| self.run(Decimal::ONE, Decimal::ZERO).exact())
    }

    /// What so many hours of it cost, all its runs together, each with `disk_gb` beyond what is included.
    pub fn run(&self, hours: Decimal, disk_gb: Decimal) -> Bill {
        let seconds = hours * Decimal::from(3600);
        let gb = Decimal::from(self.memory_mb.value) / Decimal::from(1024);
        let lines = match &self.price {
            MachinePrice::Hour(hour) | MachinePrice::Capped { hour, .. } => {
                vec![line("machines", hours, "machine-hours", hour)]
            }
            MachinePrice::Month(month) => vec![line("machines", Decimal::ONE, "machine-months", month)],
            MachinePrice::Parts { vcpu_second, gb_second, disk_gb_second } => {
                let disk = disk_gb_second.as_ref().filter(|_| !disk_gb.is_zero());
                let mut lines = vec![
                    line("vCPU", self.vcpu.value * seconds, "vCPU-s", vcpu_second),
                    line("memory", gb * seconds, "GB-s", gb_second),
                ];
                lines.extend(disk.map(|usd| line("disk", disk_gb * seconds, "GB-s", usd)));
                lines
            }
        };
        Bill { lines }
    }
}

fn line(item: &str, quantity: Decimal, unit: &'static str, usd: &Figure<Usd>) -> Line {
    Line::new(item, quantity, Decimal::ZERO, unit, usd.value, usd.confidence)
}
