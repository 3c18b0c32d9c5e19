//! The bill of a simulated month, made by the plan's own meter.

use rust_decimal::{Decimal, prelude::FromPrimitive};

use super::{Footprint, Service, Simulation};
use crate::{
    bill::{Bill, FreeTier},
    book::{Book, Plan},
    estimate::Refusal,
    machine::{Load, Part, Targets},
    meter::Meter,
    usage::Period,
};

impl Service {
    /// # Errors
    /// [`Refusal`]: the plan has no instance of that size, or would end a call before it is done.
    pub fn fits(&self, plan: &Plan) -> Result<(), Refusal> {
        let title = || plan.title.clone();
        if let Some(why) = &plan.uncallable {
            return Err(Refusal::Uncallable { plan: title(), why: why.clone() });
        }
        let Footprint { memory_mb, vcpu_milli, .. } = self.footprint;
        plan.sizing
            .size(memory_mb, vcpu_milli)
            .map_err(|no_size| Refusal::Size { plan: title(), no_size })?;
        let asked_ms = self.longest_handler_us().div_ceil(1_000);
        match plan.timeout_ms.as_ref().filter(|most| asked_ms > most.value) {
            Some(most) => Err(Refusal::Timeout { plan: title(), most_ms: most.value, asked_ms }),
            None => Ok(()),
        }
    }
}

impl Simulation {
    /// What the simulated time costs, taken for a month, on a plan. Calls that were throttled cost nothing.
    ///
    /// # Errors
    /// [`Refusal`]: the plan has no price for instances kept ready, or its machines cannot do the work.
    pub fn bill(&self, book: &Book, plan: &Plan, free_tier: FreeTier) -> Result<Bill, Refusal> {
        let mut usage = self.usage.clone();
        let by_life = matches!(plan.meter, Meter::Lifetime(_));
        if usage.warm.is_some() && plan.warm.is_none() && !by_life {
            let what = "capacity kept ready";
            return Err(Refusal::NoPrice { plan: plan.title.clone(), what });
        }
        let free_tier = match (&usage.warm, &plan.warm) {
            (Some(_), Some(rule)) if !rule.free_tier.value => FreeTier::Ignored,
            _ => free_tier,
        };
        if by_life && let Some(warm) = usage.warm.take() {
            // Instances that are always there are billed as what they are.
            let ms = warm.seconds.saturating_mul(1_000);
            let (memory_mb, vcpu_milli, count) = (warm.memory_mb, warm.vcpu_milli, warm.instances);
            usage.lives.push(Period { ms, init_ms: ms, memory_mb, vcpu_milli, count });
            usage.calls.extend(warm.calls);
        }
        let mut bill = plan.month(plan.measure(&usage), free_tier);
        if let Meter::Nodes(nodes) = &plan.meter {
            let Some(machine) = nodes.machine(book) else {
                return Err(Refusal::NoMachine { plan: plan.title.clone(), machine: nodes.node.clone() });
            };
            let need = machine.need(&self.load(), Targets::default(), book.hours_per_month);
            let need = need.map_err(|unfit| Refusal::Machine { machine: machine.title.clone(), unfit })?;
            bill.lines.extend(nodes.month(book, machine, need.count).lines);
        }
        Ok(bill)
    }

    /// The same traffic as machines feel it; the busiest stretch stands for the busiest minute.
    pub fn load(&self) -> Load {
        let (served, cpu_us) = (self.totals.served.max(1), self.usage.cpu_us);
        let memory_mb = self.usage.calls.first().map_or(0, |bin| bin.memory_mb);
        let busiest = self.buckets.iter().map(|bucket| bucket.busy_max).max().unwrap_or(0) as f64;
        let mean = self.busy_us as f64 / self.length_us.max(1) as f64;
        let peak = if mean > 0.0 { (busiest / mean).clamp(1.0, 1e6) } else { 1.0 };
        let decimal = |x: f64| Decimal::from_f64(x).unwrap_or_default();
        let part = Part {
            calls_per_month: self.totals.served.into(),
            cpu_ms: decimal(cpu_us as f64 / served as f64 / 1e3),
            handler_ms: decimal(self.latency.mean_us().unwrap_or(0.0) / 1e3),
            memory_mb: memory_mb.into(),
        };
        Load { parts: vec![part], peak_factor: decimal(peak) }
    }
}
