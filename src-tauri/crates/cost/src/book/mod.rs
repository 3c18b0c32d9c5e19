//! The price book: plans and machines as validated data. Nothing here knows how a figure is used.

mod check;
mod file;

use std::{fmt, sync::Arc};

use rust_decimal::Decimal;
use serde::Deserialize;

use crate::money::Usd;

/// Every price, with where it comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Book {
    /// When the figures were last gone through, `YYYY-MM-DD`.
    pub compiled: String,
    /// A month of something that is always on.
    pub hours_per_month: Decimal,
    pub plans: Vec<Plan>,
    pub machines: Vec<Machine>,
}

/// A serverless price plan that is metered per invocation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Plan {
    pub id: String,
    pub title: String,
    pub provider: String,
    pub region: String,
    pub architecture: String,
    pub source: Arc<Source>,
    pub billing: Billing,
    pub free: Option<Free>,
    pub request: Rate,
    pub gb_second: Rate,
}

/// How the meter rounds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Billing {
    pub granularity_ms: Figure<u64>,
    pub minimum_ms: Figure<u64>,
    /// Init counts as time; else only the handler does.
    pub init_billed: Figure<bool>,
}

/// What a month has for nothing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Free {
    pub requests: Figure<Decimal>,
    pub gb_seconds: Figure<Decimal>,
}

/// Prices per unit, by how much a month has used. Tiers begin at 0, follow each other without gap or overlap, and the
/// last is open.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rate {
    pub tiers: Vec<Tier>,
}

impl Rate {
    /// The list price of the first unit.
    pub fn first(&self) -> Usd {
        self.tiers.first().map_or(Usd::ZERO, |tier| tier.usd.value)
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tier {
    pub from: Decimal,
    pub up_to: Option<Decimal>,
    pub usd: Figure<Usd>,
}

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
    pub memory_mb: u32,
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
    /// By what it is made of, per second.
    Parts {
        vcpu_second: Figure<Usd>,
        gb_second: Figure<Usd>,
    },
}

/// One figure and how sure it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Figure<T> {
    pub value: T,
    pub confidence: Confidence,
    pub source: Arc<Source>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Source {
    pub id: String,
    pub title: String,
    pub url: String,
    /// When it was seen, `YYYY-MM-DD`.
    pub date: String,
}

/// How sure a figure is, surest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Confidence {
    /// In the provider's own text.
    Verified,
    /// In a data set made from the provider's price API.
    Api,
    /// In third-party text citing the provider.
    Secondary,
    /// Arithmetic on other figures.
    Derived,
    /// Measured by third parties, not promised.
    Observed,
    /// Not seen in any source: must be shown as unverified.
    Memory,
    /// Sources disagree: must be shown as unverified.
    Conflict,
}

impl Confidence {
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Verified => "verified",
            Self::Api => "api",
            Self::Secondary => "secondary",
            Self::Derived => "derived",
            Self::Observed => "observed",
            Self::Memory => "memory",
            Self::Conflict => "conflict",
        }
    }

    /// Must not be presented as fact.
    pub fn is_unverified(self) -> bool {
        matches!(self, Self::Memory | Self::Conflict)
    }
}

/// A mistake in a price book, with where it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BookError {
    pub file: String,
    /// From 1.
    pub line: usize,
    /// Lower case, no final full stop.
    pub message: String,
}

impl fmt::Display for BookError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}: {}", self.file, self.line, self.message)
    }
}

impl std::error::Error for BookError {}

impl Book {
    /// The book that comes with Coldframe.
    pub fn built_in() -> Self {
        match Self::parse("book.toml", include_str!("book.toml")) {
            Ok(book) => book,
            Err(error) => unreachable!("the built-in book is valid, a test reads it: {error}"),
        }
    }

    /// Reads a book; `file` is only named in errors.
    ///
    /// # Errors
    /// The first mistake, with its line: what is not TOML, an unknown word, a figure out of range, an unknown source,
    /// tiers with a gap or an overlap.
    pub fn parse(file: &str, text: &str) -> Result<Self, BookError> {
        check::parse(file, text)
    }

    pub fn plan(&self, id: &str) -> Option<&Plan> {
        self.plans.iter().find(|plan| plan.id == id)
    }

    pub fn machine(&self, id: &str) -> Option<&Machine> {
        self.machines.iter().find(|machine| machine.id == id)
    }
}

impl Plan {
    /// The least sure of its figures at ordinary volumes: further tiers are left out, they name their own confidence.
    pub fn confidence(&self) -> Confidence {
        let billing = [
            self.billing.granularity_ms.confidence,
            self.billing.minimum_ms.confidence,
            self.billing.init_billed.confidence,
        ];
        let free = self.free.iter().flat_map(|free| [free.requests.confidence, free.gb_seconds.confidence]);
        let rates = [&self.request, &self.gb_second].into_iter().filter_map(|rate| rate.tiers.first());
        least(billing.into_iter().chain(free).chain(rates.map(|tier| tier.usd.confidence)))
    }
}

impl Machine {
    /// The least sure of the figures its price is made of.
    pub fn price_confidence(&self) -> Confidence {
        match &self.price {
            MachinePrice::Hour(usd) | MachinePrice::Month(usd) => usd.confidence,
            MachinePrice::Parts { vcpu_second, gb_second } => {
                least([vcpu_second.confidence, gb_second.confidence])
            }
        }
    }

    /// The least sure of what it is said to be able to do.
    pub fn capacity_confidence(&self) -> Confidence {
        least([self.vcpu.confidence, self.sustained_vcpu.confidence])
    }

    pub fn is_burstable(&self) -> bool {
        self.sustained_vcpu.value < self.vcpu.value
    }
}

fn least(all: impl IntoIterator<Item = Confidence>) -> Confidence {
    all.into_iter().max().unwrap_or(Confidence::Memory)
}
