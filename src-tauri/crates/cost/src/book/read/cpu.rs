//! How much CPU comes with an instance, where a plan's sizes do not say it.

use std::sync::Arc;

use toml::Spanned;

use super::Reader;
use crate::book::{BookError, Cpu, CpuShare, Source, file::CpuFile};

impl Reader<'_> {
    pub(super) fn cpu(&self, spanned: &Spanned<CpuFile>, source: &Arc<Source>) -> Result<Cpu, BookError> {
        let raw = spanned.get_ref();
        let share = match (&raw.mb_per_vcpu, &raw.vcpu) {
            (Some(megabytes), None) => CpuShare::PerMemory(self.at_least_one(megabytes, source)?),
            (None, Some(vcpu)) => CpuShare::Fixed(self.more_than_none(vcpu, source)?),
            (None, None) => CpuShare::OfSize,
            (Some(_), Some(_)) => {
                return Err(self.place.error(spanned.span(), "CPU is mb_per_vcpu or vcpu, not both"));
            }
        };
        let period_ms = raw.period_ms.as_ref().map(|period| self.more_than_none(period, source));
        let speed = raw.speed.as_ref().map(|speed| self.more_than_none(speed, source));
        Ok(Cpu { share, period_ms: period_ms.transpose()?, speed: speed.transpose()? })
    }
}
