//! Machines and what is paid beside them.

use rust_decimal::Decimal;
use toml::Spanned;

use super::Reader;
use crate::book::{Addon, BookError, Machine, MachinePrice, file::*};

impl Reader<'_> {
    pub(super) fn machine(&self, raw: &MachineFile) -> Result<Machine, BookError> {
        let source = self.source(&raw.source)?;
        let cores = |value: &Spanned<Exact>| self.place.positive(value, value.get_ref().0);
        let vcpu = self.figure(&raw.vcpu, &source, cores)?;
        let sustained_vcpu = match &raw.sustained_vcpu {
            Some(sustained) if sustained.value.get_ref().0 > vcpu.value => {
                return Err(self.place.error(sustained.value.span(), "sustained_vcpu is more than vcpu"));
            }
            Some(sustained) => self.figure(sustained, &source, cores)?,
            None => vcpu.clone(),
        };
        let money = |raw: &Option<MoneyFile>| raw.as_ref().map(|raw| self.money(raw, &source)).transpose();
        let price = raw.price.get_ref();
        let parts = (money(&price.vcpu_second)?, money(&price.gb_second)?, money(&price.disk_gb_second)?);
        let price = match (money(&price.hour)?, money(&price.month)?, parts) {
            (Some(hour), None, (None, None, None)) => MachinePrice::Hour(hour),
            (None, Some(month), (None, None, None)) => MachinePrice::Month(month),
            (Some(hour), Some(month), (None, None, None)) => MachinePrice::Capped { hour, month },
            (None, None, (Some(vcpu_second), Some(gb_second), disk_gb_second)) => {
                MachinePrice::Parts { vcpu_second, gb_second, disk_gb_second }
            }
            _ => {
                let message =
                    "a price is hour, or month, or hour with month as its cap, or vcpu_second with gb_second";
                return Err(self.place.error(raw.price.span(), message));
            }
        };
        let memory_mb = self.figure(&raw.memory_mb, &source, |value| {
            self.place.positive(value, Decimal::from(*value.get_ref()))?;
            Ok(*value.get_ref())
        })?;
        Ok(Machine {
            id: raw.id.get_ref().clone(),
            title: raw.title.clone(),
            kind: raw.kind.clone(),
            provider: raw.provider.clone(),
            region: raw.region.clone(),
            architecture: raw.architecture.clone(),
            memory_mb,
            vcpu,
            sustained_vcpu,
            price,
            note: raw.note.clone(),
            source,
        })
    }

    pub(super) fn addon(&self, raw: &AddonFile) -> Result<Addon, BookError> {
        let source = self.source(&raw.source)?;
        Ok(Addon {
            id: raw.id.get_ref().clone(),
            title: raw.title.clone(),
            hour: self.money(&raw.hour, &source)?,
            note: raw.note.clone(),
            source,
        })
    }
}
