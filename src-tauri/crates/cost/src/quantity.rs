//! What plans count, and the units their prices are quoted in. No prices here.

use std::ops::{Add, AddAssign};

use rust_decimal::{
    Decimal,
    prelude::{FromPrimitive as _, ToPrimitive as _},
};
use serde::Deserialize;

/// One thing a plan can charge for. Counted in the base unit of its [`Measure`], so that parts of a month add exactly.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Dimension {
    Requests,
    /// Memory over the time that is billed for it.
    Memory,
    Vcpu,
    Ghz,
    /// CPU time really used.
    Cpu,
    /// Scratch space beyond what is included, over billed time.
    Ephemeral,
    /// Requests served by capacity that is kept ready, where they have a price of their own.
    WarmRequests,
    /// Capacity that is kept ready.
    WarmMemory,
    WarmVcpu,
    WarmGhz,
    /// Memory over the time that capacity kept ready was busy, where that has a price of its own.
    WarmBusyMemory,
    SnapshotCache,
    SnapshotRestores,
    /// Responses streamed beyond what each request may stream for nothing.
    Stream,
    Egress,
    /// Memory of new environments of isolated tenants.
    TenantEnvironments,
    DurableOperations,
    DurableWritten,
    DurableRetained,
    KafkaPollers,
    QueuePollers,
}

/// What kind of quantity a dimension is; its base unit is in the name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Measure {
    Count,
    GbSeconds,
    VcpuSeconds,
    GhzSeconds,
    CpuMs,
    Gb,
    GbMonths,
    PollerHours,
}

impl Dimension {
    pub const ALL: [Self; 21] = [
        Self::Requests,
        Self::Memory,
        Self::Vcpu,
        Self::Ghz,
        Self::Cpu,
        Self::Ephemeral,
        Self::WarmRequests,
        Self::WarmMemory,
        Self::WarmVcpu,
        Self::WarmGhz,
        Self::WarmBusyMemory,
        Self::SnapshotCache,
        Self::SnapshotRestores,
        Self::Stream,
        Self::Egress,
        Self::TenantEnvironments,
        Self::DurableOperations,
        Self::DurableWritten,
        Self::DurableRetained,
        Self::KafkaPollers,
        Self::QueuePollers,
    ];

    /// Part of every bill of a plan that charges for it, also where nothing was used.
    pub(crate) fn is_core(self) -> bool {
        matches!(self, Self::Requests | Self::Memory | Self::Vcpu | Self::Ghz | Self::Cpu)
    }

    /// Grows with the number of calls; the rest is there whether anybody calls or not.
    fn grows_with_calls(self) -> bool {
        !matches!(
            self,
            Self::WarmMemory | Self::WarmVcpu | Self::WarmGhz | Self::SnapshotCache | Self::DurableRetained
        )
    }

    pub(crate) fn measure(self) -> Measure {
        match self {
            Self::Requests | Self::WarmRequests | Self::DurableOperations => Measure::Count,
            Self::Memory
            | Self::Ephemeral
            | Self::WarmMemory
            | Self::WarmBusyMemory
            | Self::SnapshotCache => Measure::GbSeconds,
            Self::Vcpu | Self::WarmVcpu => Measure::VcpuSeconds,
            Self::Ghz | Self::WarmGhz => Measure::GhzSeconds,
            Self::Cpu => Measure::CpuMs,
            Self::SnapshotRestores
            | Self::Stream
            | Self::Egress
            | Self::TenantEnvironments
            | Self::DurableWritten => Measure::Gb,
            Self::DurableRetained => Measure::GbMonths,
            Self::KafkaPollers | Self::QueuePollers => Measure::PollerHours,
        }
    }
}

/// The unit a price is quoted in, and what a bill's quantity is shown in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
pub enum Unit {
    #[serde(rename = "requests")]
    Requests,
    #[serde(rename = "operations")]
    Operations,
    /// A GB is 1024 MB, as all the providers here count.
    #[serde(rename = "GB-s")]
    GbSeconds,
    /// The same amount under its exact name.
    #[serde(rename = "GiB-s")]
    GibSeconds,
    #[serde(rename = "GB-h")]
    GbHours,
    #[serde(rename = "vCPU-s")]
    VcpuSeconds,
    #[serde(rename = "GHz-s")]
    GhzSeconds,
    #[serde(rename = "CPU-ms")]
    CpuMs,
    #[serde(rename = "CPU-h")]
    CpuHours,
    #[serde(rename = "GB")]
    Gb,
    #[serde(rename = "GB-months")]
    GbMonths,
    #[serde(rename = "poller-hours")]
    PollerHours,
}

impl Unit {
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Requests => "requests",
            Self::Operations => "operations",
            Self::GbSeconds => "GB-s",
            Self::GibSeconds => "GiB-s",
            Self::GbHours => "GB-h",
            Self::VcpuSeconds => "vCPU-s",
            Self::GhzSeconds => "GHz-s",
            Self::CpuMs => "CPU-ms",
            Self::CpuHours => "CPU-h",
            Self::Gb => "GB",
            Self::GbMonths => "GB-months",
            Self::PollerHours => "poller-hours",
        }
    }

    pub(crate) fn measure(self) -> Measure {
        match self {
            Self::Requests | Self::Operations => Measure::Count,
            Self::GbSeconds | Self::GibSeconds | Self::GbHours => Measure::GbSeconds,
            Self::VcpuSeconds => Measure::VcpuSeconds,
            Self::GhzSeconds => Measure::GhzSeconds,
            Self::CpuMs | Self::CpuHours => Measure::CpuMs,
            Self::Gb => Measure::Gb,
            Self::GbMonths => Measure::GbMonths,
            Self::PollerHours => Measure::PollerHours,
        }
    }

    /// Base units in one of this.
    pub fn base(self) -> Decimal {
        match self {
            Self::GbHours => Decimal::from(3_600),
            Self::CpuHours => Decimal::from(3_600_000),
            _ => Decimal::ONE,
        }
    }
}

/// What a meter counted, in base units. Adding two parts of a month gives exactly the month.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Metered([Decimal; Dimension::ALL.len()]);

impl Metered {
    pub fn of(&self, dimension: Dimension) -> Decimal {
        self.0[dimension as usize]
    }

    #[must_use]
    pub fn with(mut self, dimension: Dimension, quantity: Decimal) -> Self {
        self.0[dimension as usize] += quantity;
        self
    }

    /// The same with another quantity of one thing.
    #[must_use]
    pub fn having(mut self, dimension: Dimension, quantity: Decimal) -> Self {
        self.0[dimension as usize] = quantity;
        self
    }

    /// So many times as much of each thing.
    #[must_use]
    pub fn times(&self, times: Decimal) -> Self {
        Self(self.0.map(|quantity| quantity * times))
    }

    /// From this a share of the way to another, 0 to 1, each thing for itself: by a power law, which is a straight line
    /// where both axes are logarithmic; by a straight line from nothing.
    #[must_use]
    pub fn towards(&self, other: &Self, share: f64) -> Self {
        let straight = Decimal::from_f64(share).unwrap_or_default();
        let mut between = *self;
        for (mine, theirs) in between.0.iter_mut().zip(other.0) {
            let times = if mine.is_zero() { None } else { (theirs / *mine).to_f64() };
            let power = times.and_then(|times| Decimal::from_f64(times.powf(share)));
            match power {
                Some(power) => *mine *= power,
                None => *mine += (theirs - *mine) * straight,
            }
        }
        between
    }

    /// Each thing as many times as much as `part` has of what `whole` has; unchanged where that has nothing.
    #[must_use]
    pub fn by(&self, part: &Self, whole: &Self) -> Self {
        let mut scaled = *self;
        for ((mine, part), whole) in scaled.0.iter_mut().zip(part.0).zip(whole.0) {
            if !whole.is_zero() {
                *mine = *mine * part / whole;
            }
        }
        scaled
    }

    /// The larger of each thing.
    #[must_use]
    pub fn most(&self, other: &Self) -> Self {
        let mut larger = *self;
        for (mine, theirs) in larger.0.iter_mut().zip(other.0) {
            *mine = theirs.max(*mine);
        }
        larger
    }

    /// Everything of which there is some.
    pub fn used(&self) -> impl Iterator<Item = (Dimension, Decimal)> + '_ {
        Dimension::ALL.into_iter().zip(self.0).filter(|(_, quantity)| !quantity.is_zero())
    }

    /// The same shape of traffic at `volume` requests. `None` where nothing was metered.
    pub fn at(&self, volume: Decimal) -> Option<Self> {
        let requests = self.of(Dimension::Requests) + self.of(Dimension::WarmRequests);
        if requests.is_zero() {
            return None;
        }
        let mut scaled = *self;
        for dimension in Dimension::ALL.into_iter().filter(|dimension| dimension.grows_with_calls()) {
            // Multiplied first: a quotient of recorded figures may have no last digit.
            scaled.0[dimension as usize] = self.of(dimension) * volume / requests;
        }
        Some(scaled)
    }
}

impl Add for Metered {
    type Output = Self;
    fn add(mut self, other: Self) -> Self {
        self += other;
        self
    }
}

impl AddAssign for Metered {
    fn add_assign(&mut self, other: Self) {
        for (mine, more) in self.0.iter_mut().zip(other.0) {
            *mine += more;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_dimension_has_its_own_place() {
        for (index, dimension) in Dimension::ALL.into_iter().enumerate() {
            assert_eq!(dimension as usize, index);
        }
    }
}
