//! One figure: its value, where it was seen, and how sure it is.

use std::sync::Arc;

use serde::Deserialize;

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

    pub(crate) fn least(all: impl IntoIterator<Item = Self>) -> Self {
        all.into_iter().max().unwrap_or(Self::Memory)
    }
}
