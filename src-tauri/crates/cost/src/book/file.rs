//! The book as it is written in TOML. Shapes only; `check` says whether the figures make sense.

use rust_decimal::Decimal;
use serde::Deserialize;
use toml::Spanned;

use super::Confidence;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct BookFile {
    pub(super) schema: Spanned<u32>,
    pub(super) compiled: Spanned<String>,
    pub(super) currency: Spanned<String>,
    pub(super) hours_per_month: Spanned<u32>,
    #[serde(default)]
    pub(super) source: Vec<SourceFile>,
    #[serde(default)]
    pub(super) plan: Vec<PlanFile>,
    #[serde(default)]
    pub(super) machine: Vec<MachineFile>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct SourceFile {
    pub(super) id: Spanned<String>,
    pub(super) title: String,
    pub(super) url: String,
    pub(super) date: Spanned<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct PlanFile {
    pub(super) id: Spanned<String>,
    pub(super) title: String,
    pub(super) provider: String,
    pub(super) region: String,
    pub(super) architecture: String,
    pub(super) source: Spanned<String>,
    #[serde(rename = "meter")]
    _meter: MeterFile,
    pub(super) billing: BillingFile,
    pub(super) free: Option<FreeFile>,
    pub(super) request: Vec<TierFile>,
    pub(super) gb_second: Vec<TierFile>,
}

/// Closed on purpose: a meter this build does not know is refused with its line.
#[derive(Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum MeterFile {
    PerInvocation,
}

#[derive(Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum MemoryBasisFile {
    Configured,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct BillingFile {
    pub(super) granularity_ms: FigureFile<u64>,
    pub(super) minimum_ms: FigureFile<u64>,
    pub(super) init_billed: FigureFile<bool>,
    #[serde(rename = "memory")]
    _memory: FigureFile<MemoryBasisFile>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct FreeFile {
    pub(super) requests: FigureFile<u64>,
    pub(super) gb_seconds: FigureFile<u64>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct TierFile {
    pub(super) from: Spanned<u64>,
    pub(super) up_to: Option<Spanned<u64>>,
    pub(super) usd: Spanned<Exact>,
    pub(super) confidence: Confidence,
    pub(super) source: Option<Spanned<String>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct MachineFile {
    pub(super) id: Spanned<String>,
    pub(super) title: String,
    pub(super) kind: String,
    pub(super) provider: String,
    pub(super) region: String,
    pub(super) architecture: String,
    pub(super) source: Spanned<String>,
    pub(super) memory_mb: Spanned<u32>,
    pub(super) vcpu: FigureFile<Exact>,
    pub(super) sustained_vcpu: Option<FigureFile<Exact>>,
    pub(super) note: Option<String>,
    pub(super) price: Spanned<PriceFile>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct PriceFile {
    pub(super) hour: Option<MoneyFile>,
    pub(super) month: Option<MoneyFile>,
    pub(super) vcpu_second: Option<MoneyFile>,
    pub(super) gb_second: Option<MoneyFile>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct FigureFile<T> {
    pub(super) value: Spanned<T>,
    pub(super) confidence: Confidence,
    pub(super) source: Option<Spanned<String>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct MoneyFile {
    pub(super) usd: Spanned<Exact>,
    pub(super) confidence: Confidence,
    pub(super) source: Option<Spanned<String>>,
}

/// A decimal written as text. A bare TOML number is refused: it has been through a binary float.
#[derive(Clone, Copy, Deserialize)]
#[serde(try_from = "String")]
pub(super) struct Exact(pub(super) Decimal);

impl TryFrom<String> for Exact {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        Decimal::from_str_exact(&text).map(Self).map_err(|_| format!("{text:?} is not a decimal number"))
    }
}
