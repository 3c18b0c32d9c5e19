//! What a person changed about the month, checked, and the usual where they said nothing.

use coldframe_cost::{CoreSpeed, Decimal, FreeTier, Targets, Usd};
use coldframe_protocol::{CostSettings, LatencyBudget, TrafficShape};

use super::basis::Basis;
use crate::ReportError;

/// The busiest minute over the mean minute, where the record cannot tell.
const ASSUMED_PEAK: u32 = 4;

#[derive(Debug, Clone)]
pub(super) struct Wanted {
    pub(super) shape: TrafficShape,
    pub(super) memory_mb: Option<u32>,
    pub(super) architecture: Option<&'static str>,
    pub(super) budget: Option<LatencyBudget>,
    pub(super) targets: Targets,
    pub(super) care: Option<Care>,
    pub(super) speed: CoreSpeed,
    pub(super) free_tier: FreeTier,
    pub(super) made_calls: bool,
    /// The busiest minute over the mean minute.
    pub(super) peak_factor: Decimal,
}

/// What it takes to look after one machine for a month.
#[derive(Debug, Clone, Copy)]
pub(super) struct Care {
    pub(super) hours: Decimal,
    pub(super) usd_per_hour: Usd,
}

impl Wanted {
    /// # Errors
    /// A figure that cannot be meant, by name.
    pub(super) fn read(settings: &CostSettings, basis: &Basis) -> Result<Self, ReportError> {
        let usual = Targets::default();
        let share = |percent: Option<f64>, usual: Decimal| match percent {
            Some(percent) => decimal(percent).map(|percent| percent / Decimal::ONE_HUNDRED),
            None => Ok(usual),
        };
        within("utilisation_percent", settings.utilisation_percent, 1.0, 100.0)?;
        within("headroom_percent", settings.headroom_percent, 0.0, 10_000.0)?;
        within("spare", settings.spare.map(f64::from), 0.0, 10_000.0)?;
        within("memory_mb", settings.memory_mb.map(f64::from), 1.0, 1_048_576.0)?;
        within("care_hours", settings.care_hours, 0.0, 744.0)?;
        within("care_usd_per_hour", settings.care_usd_per_hour, 0.0, 100_000.0)?;
        within("core_speed", settings.core_speed, 0.05, 20.0)?;
        if let Some(LatencyBudget { percentile, ms }) = settings.budget {
            if ![50.0, 95.0, 99.0, 99.9].contains(&percentile) {
                return Err(invalid(format!("a budget is for p50, p95, p99 or p99.9, not p{percentile}")));
            }
            within("budget.ms", Some(ms), 0.001, 86_400_000.0)?;
        }
        let targets = Targets {
            utilisation: share(settings.utilisation_percent, usual.utilisation)?,
            headroom: share(settings.headroom_percent, usual.headroom)?,
            spare: settings.spare.unwrap_or(usual.spare),
            ..usual
        };
        let care = match (settings.care_hours, settings.care_usd_per_hour) {
            (Some(hours), Some(usd)) if hours > 0.0 && usd > 0.0 => {
                Some(Care { hours: decimal(hours)?, usd_per_hour: Usd(decimal(usd)?) })
            }
            _ => None,
        };
        let recorded = basis.recorded_peak();
        let shape = settings.shape.unwrap_or(match recorded {
            Some(_) => TrafficShape::Recorded,
            None => TrafficShape::Daily,
        });
        if shape == TrafficShape::Recorded && recorded.is_none() {
            let message = "the record is too short to say how calls come: choose another shape of traffic";
            return Err(invalid(message.to_owned()));
        }
        let peak_factor = match (shape, recorded) {
            (TrafficShape::Recorded, Some(recorded)) => recorded,
            // Nobody chose one: what is usual of a record too short.
            _ if settings.shape.is_none() => Decimal::from(ASSUMED_PEAK),
            _ => super::traffic::peak_factor(shape),
        };
        Ok(Self {
            shape,
            memory_mb: settings.memory_mb,
            architecture: settings.architecture.as_deref().map(architecture).transpose()?,
            budget: settings.budget,
            targets,
            care,
            speed: settings.core_speed.and_then(CoreSpeed::new).unwrap_or(CoreSpeed::SAME),
            free_tier: if settings.free_tier.unwrap_or(true) { FreeTier::Applied } else { FreeTier::Ignored },
            made_calls: settings.made_calls == Some(true),
            peak_factor,
        })
    }

    pub(super) fn to_wire(&self) -> CostSettings {
        let percent = |share: Decimal| (share * Decimal::ONE_HUNDRED).try_into().ok();
        CostSettings {
            shape: Some(self.shape),
            memory_mb: self.memory_mb,
            architecture: self.architecture.map(str::to_owned),
            budget: self.budget,
            utilisation_percent: percent(self.targets.utilisation),
            headroom_percent: percent(self.targets.headroom),
            spare: Some(self.targets.spare),
            care_hours: self.care.and_then(|care| care.hours.try_into().ok()),
            care_usd_per_hour: self.care.map(|care| care.usd_per_hour.to_f64()),
            core_speed: Some(self.speed.value()),
            free_tier: Some(self.free_tier == FreeTier::Applied),
            made_calls: Some(self.made_calls),
        }
    }

    pub(super) fn speed(&self) -> Decimal {
        Decimal::try_from(self.speed.value()).unwrap_or(Decimal::ONE)
    }

    pub(super) fn takes(&self, architecture: &str) -> bool {
        self.architecture.is_none_or(|wanted| wanted == architecture)
    }
}

fn architecture(text: &str) -> Result<&'static str, ReportError> {
    match text {
        "x86_64" => Ok("x86_64"),
        "arm64" => Ok("arm64"),
        other => Err(invalid(format!("{other:?} is no architecture: x86_64 or arm64"))),
    }
}

fn within(name: &str, value: Option<f64>, least: f64, most: f64) -> Result<(), ReportError> {
    match value {
        Some(value) if !(least..=most).contains(&value) => {
            Err(invalid(format!("{name} is {value}: it goes from {least} to {most}")))
        }
        _ => Ok(()),
    }
}

fn decimal(value: f64) -> Result<Decimal, ReportError> {
    Decimal::try_from(value).map_err(|_| invalid(format!("{value} is not a number")))
}

fn invalid(message: String) -> ReportError {
    ReportError::Invalid(message)
}
