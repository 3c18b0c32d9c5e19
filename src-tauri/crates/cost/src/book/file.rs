//! The book as it is written in TOML. Shapes only; `read` says whether the figures make sense.

use rust_decimal::Decimal;
use serde::Deserialize;
use toml::Spanned;

use super::{Confidence, FactSide, Status};
use crate::quantity::{Dimension, Unit};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct BookFile {
    pub(super) schema: Spanned<u32>,
    pub(super) compiled: Spanned<String>,
    pub(super) currency: Spanned<String>,
    pub(super) hours_per_month: Option<Spanned<u32>>,
    #[serde(default)]
    pub(super) source: Vec<SourceFile>,
    #[serde(default)]
    pub(super) plan: Vec<PlanFile>,
    #[serde(default)]
    pub(super) machine: Vec<MachineFile>,
    #[serde(default)]
    pub(super) addon: Vec<AddonFile>,
    #[serde(default)]
    pub(super) growth: Vec<GrowthFile>,
    #[serde(default)]
    pub(super) fact: Vec<FactFile>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct SourceFile {
    pub(super) id: Spanned<String>,
    pub(super) title: String,
    pub(super) url: String,
    pub(super) date: Spanned<String>,
}

/// What is left out comes from the plan it is `based_on`, or is missing.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct PlanFile {
    pub(super) id: Spanned<String>,
    pub(super) based_on: Option<Spanned<String>>,
    pub(super) title: Option<String>,
    pub(super) provider: Option<String>,
    pub(super) region: Option<String>,
    pub(super) architecture: Option<String>,
    pub(super) family: Option<String>,
    pub(super) status: Option<Status>,
    pub(super) source: Option<Spanned<String>>,
    pub(super) size: Option<Spanned<SizeFile>>,
    pub(super) timeout_ms: Option<FigureFile<u64>>,
    pub(super) request_mb: Option<FigureFile<Exact>>,
    pub(super) response_mb: Option<FigureFile<Exact>>,
    pub(super) cpu: Option<Spanned<CpuFile>>,
    pub(super) snapshot_minimum_s: Option<FigureFile<u64>>,
    pub(super) discount: Option<FigureFile<Exact>>,
    pub(super) uncallable: Option<String>,
    pub(super) notes: Option<Vec<String>>,
    pub(super) meter: Option<Spanned<MeterFile>>,
    pub(super) warm: Option<WarmFile>,
    pub(super) scaling: Option<Spanned<ScalingFile>>,
    pub(super) subscription: Option<SubscriptionFile>,
    /// Each replaces the one `of` the same; without a plan to be based on they are all there is.
    #[serde(default)]
    pub(super) rate: Vec<RateFile>,
}

/// Closed on purpose: a meter this build does not know is refused with its line.
#[derive(Clone, Copy, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "kebab-case")]
pub(super) enum MeterKind {
    PerInvocation,
    ActiveInstance,
    ActiveCpu,
    Lifetime,
    Nodes,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct MeterFile {
    pub(super) kind: MeterKind,
    pub(super) granularity_ms: Option<FigureFile<u64>>,
    pub(super) minimum_ms: Option<FigureFile<u64>>,
    pub(super) init_billed: Option<FigureFile<bool>>,
    pub(super) node: Option<Spanned<String>>,
    pub(super) control_plane: Option<Spanned<String>>,
    pub(super) fee: Option<FigureFile<Exact>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct SizeFile {
    pub(super) min_mb: Option<u32>,
    pub(super) max_mb: Option<u32>,
    /// What was held is billed, in steps of this.
    pub(super) observed_step_mb: Option<u32>,
    pub(super) windows: Option<Vec<WindowFile>>,
    pub(super) table: Option<Vec<RowFile>>,
    pub(super) confidence: Confidence,
}

/// Where the sizes do not say it themselves.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct CpuFile {
    pub(super) mb_per_vcpu: Option<FigureFile<u64>>,
    pub(super) vcpu: Option<FigureFile<Exact>>,
    pub(super) period_ms: Option<FigureFile<Exact>>,
    pub(super) speed: Option<FigureFile<Exact>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct WindowFile {
    pub(super) vcpu: Spanned<Exact>,
    pub(super) min_mb: u32,
    pub(super) max_mb: u32,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RowFile {
    pub(super) mb: u32,
    pub(super) vcpu: Option<Spanned<Exact>>,
    pub(super) ghz: Option<Spanned<Exact>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct WarmFile {
    pub(super) granularity_s: FigureFile<u64>,
    pub(super) whole_time: FigureFile<bool>,
    pub(super) free_tier: FigureFile<bool>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ScalingFile {
    pub(super) idle_s: FigureFile<u64>,
    pub(super) concurrency: FigureFile<u64>,
    pub(super) most: Option<FigureFile<u64>>,
    pub(super) account: Option<FigureFile<u64>>,
    pub(super) burst: Option<FigureFile<u64>>,
    pub(super) burst_s: Option<FigureFile<u64>>,
    pub(super) queue_s: Option<FigureFile<u64>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct SubscriptionFile {
    pub(super) month: MoneyFile,
    #[serde(default)]
    pub(super) includes_usage: bool,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RateFile {
    pub(super) of: Spanned<Dimension>,
    pub(super) item: String,
    pub(super) unit: Spanned<Unit>,
    pub(super) free: Option<FigureFile<u64>>,
    pub(super) free_at: Option<MoneyFile>,
    pub(super) tiers: Vec<TierFile>,
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
    pub(super) memory_mb: FigureFile<u32>,
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
    pub(super) disk_gb_second: Option<MoneyFile>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct AddonFile {
    pub(super) id: Spanned<String>,
    pub(super) title: String,
    pub(super) source: Spanned<String>,
    pub(super) hour: MoneyFile,
    pub(super) note: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct GrowthFile {
    pub(super) kind: Spanned<String>,
    pub(super) source: Spanned<String>,
    pub(super) notice_s: FigureFile<u64>,
    pub(super) boot_s: FigureFile<u64>,
    pub(super) deploy_s: FigureFile<u64>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct FactFile {
    pub(super) id: Spanned<String>,
    pub(super) row: String,
    pub(super) side: FactSide,
    pub(super) text: String,
    pub(super) source: Spanned<String>,
    pub(super) confidence: Confidence,
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
