//! The same number of calls a month, once evenly and once in spikes, on the plan a function is written for and on
//! machines: what each would take, and from which volume the other is the cheaper one. Drawn from what its calls used here,
//! whoever made them.

use coldframe_cost::{Decimal, Machine, MachinePrice, Plan, Usd, break_even};
use coldframe_protocol::{CostQuery, CostSettings, TrafficShape};
use coldframe_store::Micros;

use super::{Pricing, Wanted, on_plan::OnPlan};
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
    pub recorded: u64,
    pub handler_ms: f64,
    pub plan: String,
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
    /// The volume from which the machines are cheaper; `None` where that never is.
    pub turns_at: Option<u64>,
}

impl Report {
    /// `calls`: a month; where it is left out, the number at which the two shapes differ most.
    ///
    /// # Errors
    /// There is no such function; nothing of it is recorded; no machine can do the work; the record cannot be read.
    pub fn contrast(
        &self,
        project_id: i64,
        function: i64,
        calls: Option<u64>,
        now: Micros,
    ) -> Result<Contrast, ReportError> {
        let settings = CostSettings { made_calls: Some(true), ..CostSettings::default() };
        let query = CostQuery { function: Some(function), minutes: None, calls_per_month: None, settings };
        let basis = self.basis(project_id, &query, now)?;
        let invalid = |message: &str| ReportError::Invalid(message.to_owned());
        let work = basis.works.first().ok_or_else(|| invalid("no call of it is recorded"))?;
        let plan = own_plan(&self.book, &work.provider, "x86_64")
            .ok_or_else(|| invalid("the price book has no plan for its provider"))?;
        let wanted = |shape| {
            let settings = CostSettings { shape: Some(shape), ..CostSettings::default() };
            Wanted::read(&settings, &basis)
        };
        let (steady, spiky) = (wanted(TrafficShape::Steady)?, wanted(TrafficShape::Spiky)?);
        let [steady, spiky] =
            [&steady, &spiky].map(|wanted| Pricing::at_one_volume(&self.book, &basis, wanted));
        let machines = self.machines_beside(plan);
        let volume = calls.unwrap_or_else(|| most_different(plan, &machines, &steady, &spiky));
        let unfit = || invalid("no machine of the price book can do this work");
        Ok(Contrast {
            calls_per_month: volume,
            recorded: basis.calls,
            handler_ms: work.handler_ms().try_into().unwrap_or(0.0),
            plan: plan.title.clone(),
            steady: contrasted(plan, &machines, &steady, volume).ok_or_else(unfit)?,
            spiky: contrasted(plan, &machines, &spiky, volume).ok_or_else(unfit)?,
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

/// The cheapest machines for a volume: which, how many, and what they take a month.
fn cheapest<'a>(
    machines: &[&'a Machine],
    pricing: &Pricing<'_>,
    volume: u64,
) -> Option<(&'a Machine, coldframe_cost::Need, Usd)> {
    let priced = machines.iter().filter_map(|machine| {
        let need = pricing.need(machine, volume, pricing.wanted.speed()).ok()?;
        Some((*machine, need, pricing.machine_bill(machine, need.count).exact()))
    });
    priced.min_by_key(|(_, _, usd)| *usd)
}

/// As if no two calls shared an instance.
fn plan_usd(plan: &Plan, pricing: &Pricing<'_>, volume: u64) -> Option<Usd> {
    let wanted = pricing.wanted;
    let on = OnPlan { plan, basis: pricing.basis, wanted };
    let month = on.metered(wanted.speed).at(volume.into())?;
    Some(pricing.plan_bill(plan, month, volume, wanted.speed, wanted.free_tier).ok()?.exact())
}

fn contrasted(plan: &Plan, machines: &[&Machine], pricing: &Pricing<'_>, volume: u64) -> Option<Contrasted> {
    let (machine, need, usd) = cheapest(machines, pricing, volume)?;
    let on = OnPlan { plan, basis: pricing.basis, wanted: pricing.wanted };
    let load = pricing.basis.load(pricing.wanted.peak_factor, pricing.wanted.speed());
    let (targets, hours) = (pricing.wanted.targets, pricing.book.hours_per_month);
    let turns = break_even(plan, machine, on.metered(pricing.wanted.speed), &load, targets, hours);
    let refusal = on.refusal();
    Some(Contrasted {
        plan_usd: if refusal.is_none() { plan_usd(plan, pricing, volume) } else { None },
        refusal,
        machine: machine.title.clone(),
        machines: need.count,
        machines_usd: usd,
        idle_percent: f64::try_from(need.idle() * Decimal::ONE_HUNDRED).unwrap_or(0.0),
        turns_at: turns.map(|turn| turn.calls_per_month),
    })
}

/// Where evenly the machines, and in spikes the plan, are the cheaper by most; else where neither is by much.
fn most_different(plan: &Plan, machines: &[&Machine], steady: &Pricing<'_>, spiky: &Pricing<'_>) -> u64 {
    let volumes =
        (0..DECADES).flat_map(|decade| STEPS.map(|step| FIRST_VOLUME / 10 * step * 10_u64.pow(decade)));
    let by_most = |volume: &u64| -> Option<Decimal> {
        let plan_usd = plan_usd(plan, steady, *volume)?.0;
        let (_, _, evenly) = cheapest(machines, steady, *volume)?;
        let (_, _, in_spikes) = cheapest(machines, spiky, *volume)?;
        Some(plan_usd.checked_div(evenly.0)?.min(in_spikes.0.checked_div(plan_usd)?))
    };
    volumes.max_by_key(by_most).unwrap_or(1_000_000)
}
