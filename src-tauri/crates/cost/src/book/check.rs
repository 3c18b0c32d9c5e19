//! From the book as written to a [`Book`] that can be relied on: every check, with the line it fails on.

use std::{collections::HashSet, ops::Range, sync::Arc};

use rust_decimal::Decimal;
use toml::Spanned;

use super::{
    Billing, Book, BookError, Confidence, Figure, Free, Machine, MachinePrice, Plan, Rate, Source, Tier,
    file::*,
};
use crate::money::Usd;

const SCHEMA: u32 = 1;

pub(super) fn parse(name: &str, text: &str) -> Result<Book, BookError> {
    let place = Place { name, text };
    let raw: BookFile = toml::from_str(text).map_err(|error| {
        let message = error.message().lines().map(str::trim).collect::<Vec<_>>().join(", ");
        place.error(error.span().unwrap_or_default(), message)
    })?;
    if *raw.schema.get_ref() != SCHEMA {
        return Err(
            place.error(raw.schema.span(), format!("schema {} is not {SCHEMA}", raw.schema.get_ref()))
        );
    }
    if raw.currency.get_ref() != "USD" {
        return Err(place.error(raw.currency.span(), "currency is not \"USD\""));
    }
    let reader = Reader { place, sources: place.sources(raw.source)? };
    place.unique(
        "plan or machine",
        raw.plan.iter().map(|plan| &plan.id).chain(raw.machine.iter().map(|machine| &machine.id)),
    )?;
    Ok(Book {
        compiled: place.date(raw.compiled)?,
        hours_per_month: place
            .positive(&raw.hours_per_month, Decimal::from(*raw.hours_per_month.get_ref()))?,
        plans: raw.plan.into_iter().map(|plan| reader.plan(plan)).collect::<Result<_, _>>()?,
        machines: raw.machine.into_iter().map(|machine| reader.machine(machine)).collect::<Result<_, _>>()?,
    })
}

/// Turns a byte range of the text into a line for an error.
#[derive(Clone, Copy)]
struct Place<'a> {
    name: &'a str,
    text: &'a str,
}

impl Place<'_> {
    fn error(self, span: Range<usize>, message: impl Into<String>) -> BookError {
        let before = self.text.as_bytes().iter().take(span.start);
        let line = before.filter(|byte| **byte == b'\n').count() + 1;
        BookError { file: self.name.to_owned(), line, message: message.into() }
    }

    fn positive<T>(self, at: &Spanned<T>, value: Decimal) -> Result<Decimal, BookError> {
        if value <= Decimal::ZERO {
            return Err(self.error(at.span(), format!("{value} must be more than 0")));
        }
        Ok(value)
    }

    fn usd(self, at: &Spanned<Exact>) -> Result<Usd, BookError> {
        let Exact(usd) = *at.get_ref();
        if usd.is_sign_negative() {
            return Err(self.error(at.span(), format!("a price cannot be negative: {usd}")));
        }
        Ok(Usd(usd))
    }

    fn date(self, date: Spanned<String>) -> Result<String, BookError> {
        let shape: String =
            date.get_ref().chars().map(|c| if c.is_ascii_digit() { '9' } else { c }).collect();
        if shape != "9999-99-99" {
            return Err(
                self.error(date.span(), format!("{:?} is not a date like 2026-11-20", date.get_ref()))
            );
        }
        Ok(date.into_inner())
    }

    fn unique<'s>(self, what: &str, ids: impl Iterator<Item = &'s Spanned<String>>) -> Result<(), BookError> {
        let mut seen = HashSet::new();
        for id in ids {
            if !seen.insert(id.get_ref()) {
                return Err(self.error(id.span(), format!("there is already a {what} {:?}", id.get_ref())));
            }
        }
        Ok(())
    }

    fn sources(self, raw: Vec<SourceFile>) -> Result<Vec<Arc<Source>>, BookError> {
        self.unique("source", raw.iter().map(|source| &source.id))?;
        raw.into_iter()
            .map(|raw| {
                let date = self.date(raw.date)?;
                Ok(Arc::new(Source { id: raw.id.into_inner(), title: raw.title, url: raw.url, date }))
            })
            .collect()
    }
}

struct Reader<'a> {
    place: Place<'a>,
    sources: Vec<Arc<Source>>,
}

impl Reader<'_> {
    fn plan(&self, raw: PlanFile) -> Result<Plan, BookError> {
        let source = self.source(&raw.source)?;
        let billing = Billing {
            granularity_ms: self.at_least_one(&raw.billing.granularity_ms, &source)?,
            minimum_ms: self.at_least_one(&raw.billing.minimum_ms, &source)?,
            init_billed: self.figure(&raw.billing.init_billed, &source, |value| Ok(*value.get_ref()))?,
        };
        let count = |value: &Spanned<u64>| Ok(Decimal::from(*value.get_ref()));
        let free = raw.free.map(|free| {
            Ok(Free {
                requests: self.figure(&free.requests, &source, count)?,
                gb_seconds: self.figure(&free.gb_seconds, &source, count)?,
            })
        });
        Ok(Plan {
            request: self.rate("request", &raw.id, raw.request, &source)?,
            gb_second: self.rate("gb_second", &raw.id, raw.gb_second, &source)?,
            id: raw.id.into_inner(),
            title: raw.title,
            provider: raw.provider,
            region: raw.region,
            architecture: raw.architecture,
            billing,
            free: free.transpose()?,
            source,
        })
    }

    fn machine(&self, raw: MachineFile) -> Result<Machine, BookError> {
        let source = self.source(&raw.source)?;
        let cores = |value: &Spanned<Exact>| self.place.positive(value, value.get_ref().0);
        let vcpu = self.figure(&raw.vcpu, &source, cores)?;
        let sustained_vcpu = match raw.sustained_vcpu {
            Some(sustained) if sustained.value.get_ref().0 > vcpu.value => {
                return Err(self.place.error(sustained.value.span(), "sustained_vcpu is more than vcpu"));
            }
            Some(sustained) => self.figure(&sustained, &source, cores)?,
            None => vcpu.clone(),
        };
        let price_at = raw.price.span();
        let price = raw.price.into_inner();
        let price = match (price.hour, price.month, price.vcpu_second, price.gb_second) {
            (Some(hour), None, None, None) => MachinePrice::Hour(self.money(&hour, &source)?),
            (None, Some(month), None, None) => MachinePrice::Month(self.money(&month, &source)?),
            (None, None, Some(vcpu), Some(gb)) => MachinePrice::Parts {
                vcpu_second: self.money(&vcpu, &source)?,
                gb_second: self.money(&gb, &source)?,
            },
            _ => {
                let message = "a price is either hour, or month, or vcpu_second with gb_second";
                return Err(self.place.error(price_at, message));
            }
        };
        self.place.positive(&raw.memory_mb, Decimal::from(*raw.memory_mb.get_ref()))?;
        Ok(Machine {
            id: raw.id.into_inner(),
            title: raw.title,
            kind: raw.kind,
            provider: raw.provider,
            region: raw.region,
            architecture: raw.architecture,
            memory_mb: raw.memory_mb.into_inner(),
            vcpu,
            sustained_vcpu,
            price,
            note: raw.note,
            source,
        })
    }

    /// Tiers in order, from 0, each beginning where the one before ends, the last open.
    fn rate(
        &self,
        what: &str,
        id: &Spanned<String>,
        raw: Vec<TierFile>,
        source: &Arc<Source>,
    ) -> Result<Rate, BookError> {
        let mut tiers = Vec::new();
        let mut expected = Some((0, id.span()));
        for tier in raw {
            let from = *tier.from.get_ref();
            match expected {
                None => {
                    let message = format!("{what}: a tier without up_to must be the last");
                    return Err(self.place.error(tier.from.span(), message));
                }
                Some((end, _)) if from > end => {
                    let message = format!("{what}: gap in the tiers, nothing from {end} to {from}");
                    return Err(self.place.error(tier.from.span(), message));
                }
                Some((end, _)) if from < end => {
                    let message = format!("{what}: tiers overlap from {from} to {end}");
                    return Err(self.place.error(tier.from.span(), message));
                }
                Some(_) => {}
            }
            let up_to = tier.up_to.as_ref().map(|up_to| *up_to.get_ref());
            if let (Some(end), Some(spanned)) = (up_to, &tier.up_to)
                && end <= from
            {
                return Err(self
                    .place
                    .error(spanned.span(), format!("{what}: up_to {end} is not above from {from}")));
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
        Ok(Rate { tiers })
    }

    fn at_least_one(&self, raw: &FigureFile<u64>, source: &Arc<Source>) -> Result<Figure<u64>, BookError> {
        self.figure(raw, source, |value| {
            self.place.positive(value, Decimal::from(*value.get_ref()))?;
            Ok(*value.get_ref())
        })
    }

    fn figure<T, U>(
        &self,
        raw: &FigureFile<T>,
        source: &Arc<Source>,
        read: impl Fn(&Spanned<T>) -> Result<U, BookError>,
    ) -> Result<Figure<U>, BookError> {
        self.sourced(read(&raw.value)?, raw.confidence, raw.source.as_ref(), source)
    }

    fn money(&self, raw: &MoneyFile, source: &Arc<Source>) -> Result<Figure<Usd>, BookError> {
        self.sourced(self.place.usd(&raw.usd)?, raw.confidence, raw.source.as_ref(), source)
    }

    fn sourced<T>(
        &self,
        value: T,
        confidence: Confidence,
        own: Option<&Spanned<String>>,
        source: &Arc<Source>,
    ) -> Result<Figure<T>, BookError> {
        let source = own.map_or_else(|| Ok(Arc::clone(source)), |own| self.source(own))?;
        Ok(Figure { value, confidence, source })
    }

    fn source(&self, id: &Spanned<String>) -> Result<Arc<Source>, BookError> {
        let found = self.sources.iter().find(|source| source.id == *id.get_ref());
        found.cloned().ok_or_else(|| {
            self.place.error(id.span(), format!("no [[source]] has the id {:?}", id.get_ref()))
        })
    }
}
