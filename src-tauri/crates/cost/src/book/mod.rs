//! The price book: plans and machines as validated data. Nothing here knows how a figure is used.

mod fact;
mod figure;
mod file;
mod machine;
mod nearest;
mod place;
mod plan;
mod read;
mod scaling;

pub use self::{
    fact::{Fact, FactSide},
    figure::{Confidence, Figure, Source},
    machine::{Addon, Growth, Machine, MachinePrice},
    place::BookError,
    plan::{Cpu, CpuShare, Plan, Rate, Status, Subscription, Tier},
    scaling::Scaling,
};

use std::sync::Arc;

use rust_decimal::Decimal;

/// The parts of the book that comes with Coldframe, each laid over those before.
const PARTS: [(&str, &str); 8] = [
    // Plans that run on machines name them.
    ("machines-aws.toml", include_str!("data/machines-aws.toml")),
    ("machines-others.toml", include_str!("data/machines-others.toml")),
    ("growth.toml", include_str!("data/growth.toml")),
    ("facts.toml", include_str!("data/facts.toml")),
    ("aws.toml", include_str!("data/aws.toml")),
    ("google.toml", include_str!("data/google.toml")),
    ("azure.toml", include_str!("data/azure.toml")),
    ("others.toml", include_str!("data/others.toml")),
];

/// Every price, with where it comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Book {
    /// When the figures were last gone through, `YYYY-MM-DD`.
    pub compiled: String,
    /// A month of something that is always on.
    pub hours_per_month: Decimal,
    pub sources: Vec<Arc<Source>>,
    pub plans: Vec<Plan>,
    pub machines: Vec<Machine>,
    pub addons: Vec<Addon>,
    /// One for each kind of machine that a rule can have more of.
    pub growths: Vec<Growth>,
    /// What others say, in words.
    pub facts: Vec<Fact>,
}

impl Book {
    /// The book that comes with Coldframe.
    pub fn built_in() -> Self {
        let mut book = Self::empty();
        for (file, text) in PARTS {
            match book.overlaid(file, text) {
                Ok(whole) => book = whole,
                Err(error) => unreachable!("the built-in book is valid, a test reads it: {error}"),
            }
        }
        book
    }

    /// Reads a book that stands alone; `file` is only named in errors.
    ///
    /// # Errors
    /// The first mistake, with its line: what is not TOML, an unknown word, a figure out of range, an unknown source,
    /// tiers with a gap or an overlap.
    pub fn parse(file: &str, text: &str) -> Result<Self, BookError> {
        Self::empty().overlaid(file, text)
    }

    /// This book with another laid over it: a plan or machine of an id that is known replaces that one, a new id is
    /// added, and a plan `based_on` another has what it does not say from that one.
    ///
    /// # Errors
    /// As [`Book::parse`].
    pub fn overlaid(&self, file: &str, text: &str) -> Result<Self, BookError> {
        read::overlay(self, file, text)
    }

    pub fn plan(&self, id: &str) -> Option<&Plan> {
        self.plans.iter().find(|plan| plan.id == id)
    }

    pub fn machine(&self, id: &str) -> Option<&Machine> {
        self.machines.iter().find(|machine| machine.id == id)
    }

    /// How more machines of that kind come; `None` where somebody has to order them by hand.
    pub fn growth(&self, machine: &Machine) -> Option<&Growth> {
        self.growths.iter().find(|growth| growth.kind == machine.kind)
    }

    fn empty() -> Self {
        Self {
            compiled: String::new(),
            hours_per_month: Decimal::from(730),
            sources: Vec::new(),
            plans: Vec::new(),
            machines: Vec::new(),
            addons: Vec::new(),
            growths: Vec::new(),
            facts: Vec::new(),
        }
    }
}
