//! The recorded calls as they would run on one plan: how long they take there, how much memory they are billed with, and
//! why the plan would not take them.

use coldframe_cost::{Bin, Choice, CoreSpeed, Decimal, Meter, Metered, Pace, Plan, Rule, Usage};

use super::{basis::Basis, simulated::Simulated, wanted::Wanted, work::Work};
use crate::wording::{count, quantity};

/// Fewer calls than this that run into their timeout, or into a limit, are bad luck.
const TOO_MANY_PERCENT: f64 = 1.0;

#[derive(Clone, Copy)]
pub(super) struct OnPlan<'a> {
    pub(super) plan: &'a Plan,
    pub(super) basis: &'a Basis,
    pub(super) wanted: &'a Wanted,
}

impl OnPlan<'_> {
    /// The recorded calls, no two of which share an instance's time.
    pub(super) fn usage(&self, speed: CoreSpeed) -> Usage {
        let mut usage = Usage::calls(self.basis.works.iter().flat_map(|work| self.bins(work, speed)));
        let cpu_us = |work: &Work| {
            let us = work.cpu_ms() * Decimal::ONE_THOUSAND * Decimal::from(work.calls());
            self.pace(work, speed).cpu_us(us.try_into().unwrap_or(0.0)) as u128
        };
        usage.cpu_us = self.basis.works.iter().map(cpu_us).sum();
        usage
    }

    pub(super) fn metered(&self, speed: CoreSpeed) -> Metered {
        self.plan.measure(&self.usage(speed))
    }

    /// What of a function's calls is billed there.
    pub(super) fn bins<'b>(&'b self, work: &'b Work, speed: CoreSpeed) -> impl Iterator<Item = Bin> + 'b {
        let share = work.cpu_share();
        // A cold start is billed as it would go there, not as it went here.
        let hello_ms = self.expected(work).map(|start| start.hello.p50_ms);
        work.bins.iter().map(move |bin| {
            let memory_mb = self.wanted.memory_mb.unwrap_or(bin.memory_mb);
            let pace = self.plan.pace(memory_mb, speed);
            let there = pace.bin(Bin { memory_mb, ..*bin }, share);
            match hello_ms.filter(|_| bin.init_handler_ms > bin.handler_ms) {
                Some(hello_ms) => {
                    let init_ms = hello_ms + pace.start_us(work.import_ms() * 1000.0) / 1000.0;
                    Bin { init_handler_ms: there.handler_ms + init_ms.ceil() as u64, ..there }
                }
                None => there,
            }
        })
    }

    pub(super) fn memory_mb(&self, work: &Work) -> u32 {
        self.wanted.memory_mb.unwrap_or(work.memory_mb)
    }

    pub(super) fn pace(&self, work: &Work, speed: CoreSpeed) -> Pace {
        self.plan.pace(self.memory_mb(work), speed)
    }

    /// Whose calls would run into the function's own timeout there, though they do not here.
    fn ends_early(&self) -> Option<String> {
        self.basis.works.iter().find_map(|work| {
            let over = |bins: &mut dyn Iterator<Item = Bin>| -> u64 {
                bins.filter(|bin| bin.handler_ms > work.timeout_ms).map(|bin| bin.count).sum()
            };
            let more = over(&mut self.bins(work, self.wanted.speed))
                .saturating_sub(over(&mut work.bins.iter().copied()));
            let percent = 100.0 * more as f64 / work.calls().max(1) as f64;
            (work.timeout_ms > 0 && percent >= TOO_MANY_PERCENT).then(|| {
                let (name, timeout) = (&work.name, count(work.timeout_ms));
                format!(
                    "{percent:.0} % of the calls of {name} would run into its timeout of {timeout} ms there: more memory makes it faster"
                )
            })
        })
    }

    /// That its limits are too low for as many calls.
    pub(super) fn too_many(&self, simulated: &Simulated) -> Option<String> {
        let percent = simulated.refused_percent();
        let Rule { limit, account, .. } = self.rule();
        let limits = [
            limit.map(|most| format!("{} instances", count(most))),
            account.map(|most| format!("{} calls under way in an account", count(most))),
        ];
        let limits: Vec<String> = limits.into_iter().flatten().collect();
        let limits =
            if limits.is_empty() { "how fast instances start".to_owned() } else { limits.join(" and ") };
        (percent >= TOO_MANY_PERCENT).then(|| {
            format!(
                "{percent:.0} % of the calls would be refused there, by its limit of {limits}; the price is for all of \
                 them, with that raised"
            )
        })
    }

    /// Why it would not do this work.
    pub(super) fn refusal(&self) -> Option<String> {
        let refuses = || self.basis.works.iter().find_map(|work| self.refuses(work));
        self.plan.uncallable.clone().or_else(refuses).or_else(|| self.ends_early())
    }

    fn refuses(&self, work: &Work) -> Option<String> {
        let (plan, name) = (self.plan, &work.name);
        let peak_mb = work.peak_memory_mb().unwrap_or_default();
        // Where a plan has no sizes, a node's memory is the machine's business.
        if !matches!(plan.meter, Meter::Nodes(_)) || self.wanted.memory_mb.is_some() {
            let asked_mb = match plan.sizing.choice {
                Choice::Observed { .. } => peak_mb.round().try_into().unwrap_or(u32::MAX),
                _ => self.memory_mb(work),
            };
            if let Err(no_size) = plan.sizing.size(asked_mb, None) {
                return Some(format!("{name}: {no_size}"));
            }
        }
        let given_mb = Decimal::from(self.memory_mb(work));
        if self.wanted.memory_mb.is_some() && peak_mb > given_mb {
            let (peak, given) = (quantity(peak_mb, 0), quantity(given_mb, 0));
            return Some(format!("{name} held up to {peak} MB, more than {given}"));
        }
        let longest = |bins: &mut dyn Iterator<Item = Bin>| bins.map(|bin| bin.handler_ms).max().unwrap_or(0);
        if let Some(most) = &plan.timeout_ms {
            let there = longest(&mut self.bins(work, self.wanted.speed));
            if there > most.value {
                let here = longest(&mut work.bins.iter().copied());
                let (most, there, here) = (count(most.value), count(there), count(here));
                return Some(format!(
                    "it ends a call after {most} ms, and the longest of {name} would take {there} ms there ({here} here)"
                ));
            }
        }
        let sums = &work.figures.sums;
        let bodies = [
            ("request", &plan.request_mb, sums.largest_request_bytes),
            ("response", &plan.response_mb, sums.largest_response_bytes),
        ];
        bodies.into_iter().find_map(|(what, most, bytes)| {
            let most_mb = most.as_ref()?.value;
            let mb = Decimal::from(bytes) / Decimal::from(1 << 20);
            (mb > most_mb).then(|| {
                let (mb, most) = (quantity(mb, 1), quantity(most_mb, 1));
                format!("a {what} of {name} had {mb} MB, and it takes {most} at most")
            })
        })
    }
}
