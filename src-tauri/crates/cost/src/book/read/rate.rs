//! Rates: their unit fits what they are of, and their tiers follow each other.

use std::sync::Arc;

use rust_decimal::Decimal;

use super::Reader;
use crate::book::{BookError, Rate, Source, Tier, file::*};

impl Reader<'_> {
    pub(super) fn rate(&self, raw: RateFile, source: &Arc<Source>) -> Result<Rate, BookError> {
        let (of, unit) = (*raw.of.get_ref(), *raw.unit.get_ref());
        if of.measure() != unit.measure() {
            let message = format!("{}: a price per {} does not fit what it is of", raw.item, unit.as_str());
            return Err(self.place.error(raw.unit.span(), message));
        }
        let free = raw
            .free
            .as_ref()
            .map(|free| self.figure(free, source, |value| Ok(Decimal::from(*value.get_ref()))));
        let free_at = raw.free_at.as_ref().map(|usd| self.money(usd, source));
        Ok(Rate {
            of,
            unit,
            free: free.transpose()?,
            free_at: free_at.transpose()?,
            tiers: self.tiers(&raw.item, raw.of.span(), raw.tiers, source)?,
            item: raw.item,
        })
    }

    /// In order, from 0, each beginning where the one before ends, the last open.
    fn tiers(
        &self,
        what: &str,
        at: std::ops::Range<usize>,
        raw: Vec<TierFile>,
        source: &Arc<Source>,
    ) -> Result<Vec<Tier>, BookError> {
        let mut tiers = Vec::new();
        let mut expected = Some((0, at));
        for tier in raw {
            let from = *tier.from.get_ref();
            let wrong = match expected {
                None => Some(format!("{what}: a tier without up_to must be the last")),
                Some((end, _)) if from > end => {
                    Some(format!("{what}: gap in the tiers, nothing from {end} to {from}"))
                }
                Some((end, _)) if from < end => Some(format!("{what}: tiers overlap from {from} to {end}")),
                Some(_) => None,
            };
            if let Some(message) = wrong {
                return Err(self.place.error(tier.from.span(), message));
            }
            let up_to = tier.up_to.as_ref().map(|up_to| *up_to.get_ref());
            if let (Some(end), Some(spanned)) = (up_to, &tier.up_to)
                && end <= from
            {
                let message = format!("{what}: up_to {end} is not above from {from}");
                return Err(self.place.error(spanned.span(), message));
            }
            expected = tier.up_to.as_ref().map(|up_to| (*up_to.get_ref(), up_to.span()));
            let money = MoneyFile { usd: tier.usd, confidence: tier.confidence, source: tier.source };
            tiers.push(Tier {
                from: from.into(),
                up_to: up_to.map(Decimal::from),
                usd: self.money(&money, source)?,
            });
        }
        if let Some((end, span)) = expected {
            return Err(self.place.error(span, format!("{what}: no tier from {end} upwards")));
        }
        Ok(tiers)
    }
}
