//! Plans: what one says itself, and what it has from the plan it is based on.

use std::sync::Arc;

use rust_decimal::{Decimal, prelude::ToPrimitive};
use toml::Spanned;

use super::Reader;
use crate::{
    book::{BookError, Figure, Plan, Source, Status, Subscription, file::*},
    meter::{Meter, Nodes, Rounding, WarmRule},
    size::{Choice, Size, Sizing, Window},
};

impl Reader<'_> {
    pub(super) fn plan(&self, raw: PlanFile, base: Option<&Plan>) -> Result<Plan, BookError> {
        let id = raw.id;
        let missing = |what: &str| self.place.error(id.span(), format!("{:?} has no {what}", id.get_ref()));
        let text = |own: Option<String>, inherited: Option<&String>, what| {
            own.or_else(|| inherited.cloned()).ok_or_else(|| missing(what))
        };
        let source = match (&raw.source, base) {
            (Some(own), _) => self.source(own)?,
            (None, Some(base)) => Arc::clone(&base.source),
            (None, None) => return Err(missing("source")),
        };
        let meter = match (&raw.meter, base) {
            (Some(own), _) => self.meter(own, &source)?,
            (None, Some(base)) => base.meter.clone(),
            (None, None) => return Err(missing("[plan.meter]")),
        };
        let sizing = match (&raw.size, base) {
            (Some(own), _) => self.sizing(own)?,
            (None, Some(base)) => base.sizing.clone(),
            (None, None) => return Err(missing("size")),
        };
        let mut rates = base.map_or_else(Vec::new, |base| base.rates.clone());
        let inherited = rates.len();
        for raw in raw.rate {
            let at = raw.of.span();
            let rate = self.rate(raw, &source)?;
            match rates.iter().position(|known| known.of == rate.of) {
                Some(index) if index < inherited => rates[index] = rate,
                Some(_) => {
                    return Err(self
                        .place
                        .error(at, format!("{}: there is already a rate of it", rate.item)));
                }
                None => rates.push(rate),
            }
        }
        if rates.is_empty() {
            return Err(missing("[[plan.rate]]"));
        }
        let whole = |own: Option<FigureFile<u64>>, inherited: Option<&Option<Figure<u64>>>| match own {
            Some(own) => self.at_least_one(&own, &source).map(Some),
            None => Ok(inherited.cloned().flatten()),
        };
        let warm = raw.warm.map(|warm| {
            Ok(WarmRule {
                granularity_s: self.at_least_one(&warm.granularity_s, &source)?,
                whole_time: self.figure(&warm.whole_time, &source, |value| Ok(*value.get_ref()))?,
                free_tier: self.figure(&warm.free_tier, &source, |value| Ok(*value.get_ref()))?,
            })
        });
        let scaling = raw.scaling.as_ref().map(|scaling| self.scaling(scaling, &source));
        let subscription = raw.subscription.map(|paid| {
            Ok(Subscription { month: self.money(&paid.month, &source)?, includes_usage: paid.includes_usage })
        });
        let discount = raw.discount.map(|discount| self.share(&discount, &source));
        let cpu = raw.cpu.as_ref().map(|cpu| self.cpu(cpu, &source));
        let size = |own: &Option<FigureFile<Exact>>, inherited: Option<&Option<Figure<Decimal>>>| match own {
            Some(own) => self.more_than_none(own, &source).map(Some),
            None => Ok(inherited.cloned().flatten()),
        };
        Ok(Plan {
            title: text(raw.title, base.map(|base| &base.title), "title")?,
            provider: text(raw.provider, base.map(|base| &base.provider), "provider")?,
            region: text(raw.region, base.map(|base| &base.region), "region")?,
            architecture: text(raw.architecture, base.map(|base| &base.architecture), "architecture")?,
            family: raw.family.or_else(|| base.and_then(|base| base.family.clone())),
            status: raw.status.or(base.map(|base| base.status)).unwrap_or(Status::Current),
            timeout_ms: whole(raw.timeout_ms, base.map(|base| &base.timeout_ms))?,
            request_mb: size(&raw.request_mb, base.map(|base| &base.request_mb))?,
            response_mb: size(&raw.response_mb, base.map(|base| &base.response_mb))?,
            cpu: cpu.transpose()?.or_else(|| base.and_then(|base| base.cpu.clone())),
            snapshot_minimum_s: whole(raw.snapshot_minimum_s, base.map(|base| &base.snapshot_minimum_s))?,
            warm: warm.transpose()?.or_else(|| base.and_then(|base| base.warm.clone())),
            scaling: scaling.transpose()?.or_else(|| base.and_then(|base| base.scaling.clone())),
            subscription: subscription
                .transpose()?
                .or_else(|| base.and_then(|base| base.subscription.clone())),
            discount: discount.transpose()?.or_else(|| base.and_then(|base| base.discount.clone())),
            uncallable: raw.uncallable.or_else(|| base.and_then(|base| base.uncallable.clone())),
            notes: raw.notes.or_else(|| base.map(|base| base.notes.clone())).unwrap_or_default(),
            id: id.into_inner(),
            source,
            meter,
            sizing,
            rates,
        })
    }

    fn meter(&self, spanned: &Spanned<MeterFile>, source: &Arc<Source>) -> Result<Meter, BookError> {
        let raw = spanned.get_ref();
        let missing =
            |what: &str| self.place.error(spanned.span(), format!("a meter of this kind has {what}"));
        if raw.kind == MeterKind::Nodes {
            if raw.granularity_ms.is_some() || raw.minimum_ms.is_some() || raw.init_billed.is_some() {
                return Err(missing("no granularity_ms, minimum_ms or init_billed"));
            }
            let fee = raw.fee.as_ref().map(|fee| self.share(fee, source));
            return Ok(Meter::Nodes(Nodes {
                node: raw.node.as_ref().ok_or_else(|| missing("a node"))?.get_ref().clone(),
                control_plane: raw.control_plane.as_ref().map(|id| id.get_ref().clone()),
                fee: fee.transpose()?,
            }));
        }
        if raw.node.is_some() || raw.control_plane.is_some() || raw.fee.is_some() {
            return Err(missing("no node, control_plane or fee"));
        }
        let (Some(granularity), Some(minimum), Some(init)) =
            (&raw.granularity_ms, &raw.minimum_ms, &raw.init_billed)
        else {
            return Err(missing("granularity_ms, minimum_ms and init_billed"));
        };
        let rounding = Rounding {
            granularity_ms: self.at_least_one(granularity, source)?,
            minimum_ms: self.at_least_one(minimum, source)?,
            init_billed: self.figure(init, source, |value| Ok(*value.get_ref()))?,
        };
        Ok(match raw.kind {
            MeterKind::PerInvocation => Meter::PerInvocation(rounding),
            MeterKind::ActiveInstance => Meter::ActiveInstance(rounding),
            MeterKind::ActiveCpu => Meter::ActiveCpu(rounding),
            MeterKind::Lifetime | MeterKind::Nodes => Meter::Lifetime(rounding),
        })
    }

    fn sizing(&self, spanned: &Spanned<SizeFile>) -> Result<Sizing, BookError> {
        let raw = spanned.get_ref();
        let wrong = |message: &str| Err(self.place.error(spanned.span(), message));
        let choice = match (&raw.table, raw.min_mb, raw.max_mb) {
            (Some(table), None, None) if raw.observed_step_mb.is_none() && raw.windows.is_none() => {
                if table.is_empty() {
                    return wrong("a table of sizes has at least one");
                }
                let sizes = table.iter().map(|row| {
                    let (vcpu, ghz) = (row.vcpu.as_ref(), row.ghz.as_ref());
                    Ok(Size {
                        memory_mb: row.mb,
                        vcpu_milli: vcpu.map_or(Ok(0), |vcpu| self.milli(vcpu))?,
                        ghz_milli: ghz.map_or(Ok(0), |ghz| self.milli(ghz))?,
                    })
                });
                Choice::Table(sizes.collect::<Result<_, BookError>>()?)
            }
            (None, Some(min_mb), Some(max_mb)) => {
                if min_mb == 0 || min_mb > max_mb {
                    return wrong("min_mb must be more than 0 and at most max_mb");
                }
                match (raw.observed_step_mb, &raw.windows) {
                    (Some(0), _) => return wrong("observed_step_mb must be more than 0"),
                    (Some(step_mb), None) => Choice::Observed { step_mb, min_mb, max_mb },
                    (None, windows) => Choice::Any {
                        min_mb,
                        max_mb,
                        windows: self.windows(windows.as_deref().unwrap_or(&[]))?,
                    },
                    (Some(_), Some(_)) => return wrong("what is observed has no windows"),
                }
            }
            _ => return wrong("a size is min_mb with max_mb, or a table"),
        };
        Ok(Sizing { choice, confidence: raw.confidence })
    }

    fn windows(&self, raw: &[WindowFile]) -> Result<Vec<Window>, BookError> {
        let mut windows = Vec::<Window>::new();
        for raw in raw {
            let window =
                Window { vcpu_milli: self.milli(&raw.vcpu)?, min_mb: raw.min_mb, max_mb: raw.max_mb };
            if windows.last().is_some_and(|last| last.vcpu_milli >= window.vcpu_milli)
                || window.min_mb > window.max_mb
            {
                return Err(self.place.error(
                    raw.vcpu.span(),
                    "windows go from few vCPUs to many, each from min_mb to max_mb",
                ));
            }
            windows.push(window);
        }
        Ok(windows)
    }

    fn milli(&self, raw: &Spanned<Exact>) -> Result<u32, BookError> {
        let value = self.place.positive(raw, raw.get_ref().0)? * Decimal::ONE_THOUSAND;
        let whole = value.to_u32().filter(|milli| Decimal::from(*milli) == value);
        whole.ok_or_else(|| self.place.error(raw.span(), "more digits than thousandths"))
    }
}
