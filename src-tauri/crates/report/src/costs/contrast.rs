//! The same number of calls a month, once evenly and once in spikes, on the plan a function is written for and on
//! machines: what each would take, and from which volume the other is the cheaper one. Drawn from a few calls that were made
//! for it: what others called, or what failed elsewhere, moves none of it.

use coldframe_cost::{
    BREAK_EVEN_RANGE, Bill, Cheaper, Crossing, Decimal, FreeTier, Machine, MachinePrice, Plan, Stair, Usd,
    cheapest, crossings, staircase,
};
use coldframe_protocol::{CostLine, CostSettings, TrafficShape};

use super::{Pricing, Wanted, option::lines};
use crate::{Report, ReportError, deployed::own_plan};

/// Tried for the one at which the two shapes differ most, from the first volume on.
const FIRST_VOLUME: u64 = 1_000;
const DECADES: u32 = 7;
/// Of each decade, in tenths.
const STEPS: [u64; 10] = [10, 12, 15, 20, 25, 30, 40, 50, 60, 80];

/// What a function's month comes to.
#[derive(Debug, Clone)]
pub struct Contrast {
    pub calls_per_month: u64,
    /// Calls it rests on.
    pub calls: u64,
    pub handler_ms: f64,
    pub plan: String,
    pub memory_mb: u32,
    /// How long a call takes there, where a size gets a share of a core.
    pub there_ms: f64,
    /// What the plan takes for the month, item by item; nothing where it would refuse the work.
    pub bill: Vec<CostLine>,
    pub list_usd: Option<Usd>,
    pub steady: Contrasted,
    pub spiky: Contrasted,
}

/// One shape of traffic.
#[derive(Debug, Clone)]
pub struct Contrasted {
    /// `None` where the plan would refuse the work, and why.
    pub plan_usd: Option<Usd>,
    pub refusal: Option<String>,
    pub machine: String,
    pub machines: u32,
    pub machines_usd: Usd,
    /// What of the machines is paid for and not used, 0 to 100.
    pub idle_percent: f64,
    /// `None` where machines never are the cheaper ones.
    pub turns: Option<Turns>,
}

/// The volumes at which machines, the cheapest for each, cost less than the plan. They come in whole ones: with each that is
/// added the plan may be the cheaper one again for a while.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Turns {
    pub first: u64,
    /// From here on they stay it.
    pub for_good: Option<u64>,
}

impl Turns {
    fn of(crossings: &[Crossing]) -> Option<Self> {
        let first = crossings.iter().find(|crossing| crossing.cheaper == Cheaper::Machine)?;
        let last = crossings.last().filter(|crossing| crossing.cheaper == Cheaper::Machine);
        Some(Self { first: first.calls_per_month, for_good: last.map(|last| last.calls_per_month) })
    }
}

impl Report {
    /// `invocations`: the calls it is drawn from, all of one function. `calls`: a month; where it is left out, the number at
    /// which the two shapes differ most.
    ///
    /// # Errors
    /// There is no such function; none of the calls ran; no machine can do the work; the record cannot be read.
    pub fn contrast(
        &self,
        function: i64,
        invocations: &[i64],
        calls: Option<u64>,
    ) -> Result<Contrast, ReportError> {
        let basis = self.basis_of(function, invocations)?;
        let invalid = |message: &str| ReportError::Invalid(message.to_owned());
        let work = basis.works.first().ok_or_else(|| invalid("no call of it is recorded"))?;
        let plan = own_plan(&self.book, &work.provider, "x86_64")
            .ok_or_else(|| invalid("the price book has no plan for its provider"))?;
        let wanted = |shape| {
            let settings = CostSettings { shape: Some(shape), ..CostSettings::default() };
            Wanted::read(&settings, &basis)
        };
        let (steady, spiky) = (wanted(TrafficShape::Steady)?, wanted(TrafficShape::Spiky)?);
        let machines = self.machines_beside(plan);
        let [steady, spiky] = [&steady, &spiky]
            .map(|wanted| Sides::new(plan, &machines, Pricing::at_one_volume(&self.book, &basis, wanted)));
        let volume = calls.unwrap_or_else(|| most_different(&steady, &spiky));
        let unfit = || invalid("no machine of the price book can do this work");
        let bill = steady.bill(volume, FreeTier::Applied);
        Ok(Contrast {
            calls_per_month: volume,
            calls: basis.calls,
            handler_ms: work.handler_ms().try_into().unwrap_or(0.0),
            plan: plan.title.clone(),
            memory_mb: work.memory_mb,
            there_ms: steady.there_ms(),
            bill: bill.as_ref().map(lines).unwrap_or_default(),
            list_usd: steady.bill(volume, FreeTier::Ignored).map(|bill| bill.total()),
            steady: steady.at(volume).ok_or_else(unfit)?,
            spiky: spiky.at(volume).ok_or_else(unfit)?,
        })
    }

    /// The plan that a provider's functions are written for, and the always-on machine of the same cloud, or of any, that
    /// holds so much memory for the least money.
    pub fn opposites(&self, provider: &str, memory_mb: u32) -> Option<(&Plan, &Machine)> {
        let plan = own_plan(&self.book, provider, "x86_64")?;
        let hour = |machine: &&Machine| machine.hour().map_or(Decimal::MAX, |usd| usd.0);
        let machines = self.machines_beside(plan).into_iter();
        let machine = machines
            .filter(|machine| machine.memory_mb.value >= memory_mb && machine.hour().is_some())
            .min_by_key(hour)?;
        Some((plan, machine))
    }

    /// Virtual machines of a plan's own cloud, for the same code; of any cloud where it has none.
    fn machines_beside(&self, plan: &Plan) -> Vec<&Machine> {
        let vms = || {
            self.book.machines.iter().filter(|machine| {
                machine.kind == "vm"
                    && machine.architecture == plan.architecture
                    && !matches!(machine.price, MachinePrice::Month(_))
            })
        };
        let own: Vec<&Machine> = vms().filter(|machine| machine.provider == plan.provider).collect();
        if own.is_empty() { vms().collect() } else { own }
    }
}

/// Both sides of one shape of traffic.
struct Sides<'a> {
    plan: &'a Plan,
    machines: &'a [&'a Machine],
    pricing: Pricing<'a>,
    /// The cheapest machines at every volume.
    stairs: Vec<Stair>,
}

impl<'a> Sides<'a> {
    fn new(plan: &'a Plan, machines: &'a [&'a Machine], pricing: Pricing<'a>) -> Self {
        let load = pricing.basis.load(pricing.wanted.peak_factor, pricing.wanted.speed());
        let (targets, hours) = (pricing.wanted.targets, pricing.book.hours_per_month);
        let kinds: Vec<Vec<Stair>> = machines
            .iter()
            .map(|machine| staircase(machine, &load, targets, hours, BREAK_EVEN_RANGE))
            .collect();
        Self { plan, machines, pricing, stairs: cheapest(&kinds) }
    }

    /// As if no two calls shared an instance; `None` where the plan would refuse the work.
    fn bill(&self, volume: u64, free_tier: FreeTier) -> Option<Bill> {
        let (pricing, speed) = (&self.pricing, self.pricing.wanted.speed);
        let month = pricing.on(self.plan).metered(speed).at(volume.into())?;
        pricing.plan_bill(self.plan, month, volume, speed, free_tier).ok()
    }

    fn plan_usd(&self, volume: u64) -> Option<Usd> {
        self.bill(volume, FreeTier::Applied).map(|bill| bill.exact())
    }

    fn machines_usd(&self, volume: u64) -> Option<Usd> {
        let at = self.stairs.partition_point(|stair| stair.to < volume);
        self.stairs.get(at).filter(|stair| stair.from <= volume).map(|stair| stair.usd)
    }

    /// Of a call, on average.
    fn there_ms(&self) -> f64 {
        let on = self.pricing.on(self.plan);
        let works = &self.pricing.basis.works;
        let bins = works.iter().flat_map(|work| on.bins(work, self.pricing.wanted.speed));
        let (ms, calls) =
            bins.fold((0, 0), |(ms, calls), bin| (ms + bin.handler_ms * bin.count, calls + bin.count));
        ms as f64 / calls.max(1) as f64
    }

    fn at(&self, volume: u64) -> Option<Contrasted> {
        let pricing = &self.pricing;
        let priced = self.machines.iter().filter_map(|machine| {
            let need = pricing.need(machine, volume, pricing.wanted.speed()).ok()?;
            Some((*machine, need, pricing.machine_bill(machine, need.count).exact()))
        });
        let (machine, need, usd) = priced.min_by_key(|(_, _, usd)| *usd)?;
        let refusal = pricing.on(self.plan).refusal();
        let plan_usd = |volume: u64| self.plan_usd(volume).unwrap_or_default();
        let turns = if refusal.is_none() { Turns::of(&crossings(&self.stairs, plan_usd)) } else { None };
        Some(Contrasted {
            plan_usd: self.plan_usd(volume).filter(|_| refusal.is_none()),
            refusal,
            machine: machine.title.clone(),
            machines: need.count,
            machines_usd: usd,
            idle_percent: f64::try_from(need.idle() * Decimal::ONE_HUNDRED).unwrap_or(0.0),
            turns,
        })
    }
}

/// Where evenly the machines, and in spikes the plan, are the cheaper by most; else where neither is by much.
fn most_different(steady: &Sides<'_>, spiky: &Sides<'_>) -> u64 {
    let volumes =
        (0..DECADES).flat_map(|decade| STEPS.map(|step| FIRST_VOLUME / 10 * step * 10_u64.pow(decade)));
    let by_most = |volume: &u64| -> Option<Decimal> {
        let plan_usd = steady.plan_usd(*volume)?.0;
        let (evenly, in_spikes) = (steady.machines_usd(*volume)?.0, spiky.machines_usd(*volume)?.0);
        Some(plan_usd.checked_div(evenly)?.min(in_spikes.checked_div(plan_usd)?))
    };
    volumes.max_by_key(by_most).unwrap_or(1_000_000)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn crossing(calls_per_month: u64, cheaper: Cheaper) -> Crossing {
        Crossing { calls_per_month, cheaper, machines: 1, usd: Usd::ZERO }
    }

    #[test]
    fn machines_are_cheaper_for_good_only_after_the_last_turn() {
        let (plan, machine) = (Cheaper::Plan, Cheaper::Machine);
        assert_eq!(Turns::of(&[]), None);
        let once = Turns::of(&[crossing(5, machine)]);
        assert_eq!(once, Some(Turns { first: 5, for_good: Some(5) }));
        let back = [crossing(5, machine), crossing(8, plan), crossing(9, machine)];
        assert_eq!(Turns::of(&back), Some(Turns { first: 5, for_good: Some(9) }));
        assert_eq!(Turns::of(&back[..2]), Some(Turns { first: 5, for_good: None }));
    }
}
