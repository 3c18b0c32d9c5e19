//! Always-on options as the book has them.

use std::sync::Arc;

use rust_decimal::Decimal;

use super::{Confidence, Figure, Source};
use crate::money::Usd;

/// An always-on option.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Machine {
    pub id: String,
    pub title: String,
    /// `vm`, `container`, `paas`, `node`.
    pub kind: String,
    pub provider: String,
    pub region: String,
    pub architecture: String,
    pub source: Arc<Source>,
    pub memory_mb: Figure<u32>,
    /// What it can do for a while.
    pub vcpu: Figure<Decimal>,
    /// What it can do all month; less than `vcpu` on a burstable machine.
    pub sustained_vcpu: Figure<Decimal>,
    pub price: MachinePrice,
    pub note: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum MachinePrice {
    Hour(Figure<Usd>),
    Month(Figure<Usd>),
    /// By the hour, up to a month's price.
    Capped {
        hour: Figure<Usd>,
        month: Figure<Usd>,
    },
    /// By what it is made of, per second.
    Parts {
        vcpu_second: Figure<Usd>,
        gb_second: Figure<Usd>,
        /// Disk beyond what is included.
        disk_gb_second: Option<Figure<Usd>>,
    },
}

/// Something that is paid by the hour beside machines.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Addon {
    pub id: String,
    pub title: String,
    pub source: Arc<Source>,
    pub hour: Figure<Usd>,
    pub note: Option<String>,
}

/// How late a scaling rule has one more machine of a kind at work, in seconds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Growth {
    /// As [`Machine::kind`].
    pub kind: String,
    /// Until the rule has seen that there is too much to do.
    pub notice_s: Figure<u64>,
    pub boot_s: Figure<u64>,
    /// Until the code is on it, started, and gets its share of the calls.
    pub deploy_s: Figure<u64>,
}

impl Growth {
    pub fn total_s(&self) -> u64 {
        self.notice_s.value + self.boot_s.value + self.deploy_s.value
    }

    pub fn confidence(&self) -> Confidence {
        Confidence::least([self.notice_s.confidence, self.boot_s.confidence, self.deploy_s.confidence])
    }
}

impl Machine {
    /// The least sure of the figures its price is made of.
    pub fn price_confidence(&self) -> Confidence {
        match &self.price {
            MachinePrice::Hour(usd) | MachinePrice::Month(usd) => usd.confidence,
            MachinePrice::Capped { month, .. } => month.confidence,
            MachinePrice::Parts { vcpu_second, gb_second, .. } => {
                Confidence::least([vcpu_second.confidence, gb_second.confidence])
            }
        }
    }

    /// The least sure of what it is said to be able to do.
    pub fn capacity_confidence(&self) -> Confidence {
        Confidence::least([self.memory_mb.confidence, self.vcpu.confidence, self.sustained_vcpu.confidence])
    }

    pub fn is_burstable(&self) -> bool {
        self.sustained_vcpu.value < self.vcpu.value
    }
}
