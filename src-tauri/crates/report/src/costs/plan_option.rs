//! One serverless plan at one volume.

use coldframe_cost::{
    Bill, CoreSpeed, Decimal, Dimension, FreeTier, MONTH_US, Machine, Nodes, Options, Plan, Rule, Usd,
};
use coldframe_protocol::CostOption;

use super::{
    latency::guess,
    on_plan::OnPlan,
    option::{lines, unpriced},
    packed::is_packed,
    pricing::{Priced, Pricing},
    simulated::{Outlook, Simulated},
};

/// The same question has the same answer.
const SEED: u64 = 1;
/// Simulated for each plan, of all functions together: enough for a p99 within a few percent.
const MOST_CALLS: u64 = 40_000;

impl<'a> Pricing<'a> {
    pub(super) fn plan_option(&self, plan: &'a Plan, volume: Option<u64>) -> Priced {
        let mut option = CostOption {
            group: plan.meter.as_str().to_owned(),
            provider: plan.provider.clone(),
            region: plan.region.clone(),
            architecture: plan.architecture.clone(),
            status: plan.status.as_str().to_owned(),
            notes: plan.notes.clone(),
            unverified: plan.unverified(),
            confidence: plan.confidence().as_str().to_owned(),
            ..unpriced("plan", &plan.id, &plan.title, &plan.source)
        };
        let on = self.on(plan);
        if self.basis.calls == 0 {
            return (option, None);
        }
        option.cold = on.cold_start();
        option.refusal = on.refusal();
        let Some(volume) = volume.filter(|_| option.refusal.is_none()) else { return (option, None) };
        let simulated = |rule: &Rule| {
            [Outlook::Good, Outlook::Usual, Outlook::Bad].map(|outlook| {
                let options = Options { seed: SEED, buckets: 1, most_calls: MOST_CALLS };
                (outlook, on.simulate((volume, MONTH_US), rule, outlook, options))
            })
        };
        let outlooks = simulated(&on.rule());
        // The bill is for all of the calls.
        let refuses = outlooks.iter().any(|(_, simulated)| simulated.refused > 0);
        let raised = (refuses && is_packed(&plan.meter)).then(|| simulated(&on.rule().without_limits()));
        let billed = raised.as_ref().unwrap_or(&outlooks);
        let [low, paid, high] = [0, 1, 2].map(|index| {
            let (outlook, simulated) = &billed[index];
            self.bill_of(&on, volume, *outlook, simulated, &billed[1].1, self.wanted.free_tier)
        });
        let (outlook, usual) = &billed[1];
        let (paid, list) = match (paid, self.bill_of(&on, volume, *outlook, usual, usual, FreeTier::Ignored))
        {
            (Ok(paid), Ok(list)) => (paid, list),
            (Err(refusal), _) | (_, Err(refusal)) => {
                option.refusal = Some(refusal);
                return (option, None);
            }
        };
        // Each outlook is drawn for itself: the usual one is within the range all the same.
        let total = |bill: Result<Bill, String>, pick: fn(Usd, Usd) -> Usd| {
            Some(pick(bill.ok()?.total(), paid.total()).to_string())
        };
        option.lines = lines(&paid);
        option.usd = Some(paid.total().to_string());
        option.list_usd = Some(list.total().to_string());
        (option.usd_low, option.usd_high) = (total(low, Usd::min), total(high, Usd::max));
        let rounding: Usd = if is_packed(&plan.meter) {
            billed[1].1.apps.iter().map(|app| plan.rounding_cost_of(app)).sum()
        } else {
            let calls = Decimal::from(self.basis.calls);
            Usd(plan.rounding_cost(&on.usage(self.wanted.speed)).0 * Decimal::from(volume) / calls)
        };
        option.rounding_usd = Some(rounding.to_cents().to_string());
        option.latency = guess(&outlooks);
        let too_slow = option.latency.as_ref().and_then(|latency| self.over_budget(latency));
        option.ruled_out = on.too_many(&outlooks[1].1).or(too_slow);
        let price = (paid.total(), list.exact());
        (option, Some(price))
    }

    fn bill_of(
        &self,
        on: &OnPlan<'a>,
        volume: u64,
        outlook: Outlook,
        simulated: &Simulated,
        usual: &Simulated,
        free_tier: FreeTier,
    ) -> Result<Bill, String> {
        let speed = outlook.speed(self.wanted.speed);
        let month = if let Some(packed) = self.packed(on.plan) {
            // The same as the chart has; what another outlook changes is taken from its own simulation.
            let usual = on.counted(usual);
            packed.at(volume).by(&on.counted(simulated), &usual).having(Dimension::Requests, volume.into())
        } else if is_packed(&on.plan.meter) {
            on.counted(simulated).having(Dimension::Requests, volume.into())
        } else {
            on.metered(speed).at(volume.into()).ok_or("nothing was counted")?
        };
        self.plan_bill(on.plan, month, volume, speed, free_tier)
    }

    /// The machines a plan runs on, and how many.
    pub(super) fn nodes(
        &self,
        nodes: &Nodes,
        volume: u64,
        speed: CoreSpeed,
    ) -> Result<(&'a Machine, u32), String> {
        let Some(machine) = nodes.machine(self.book) else {
            return Err(format!("it runs on {}, which the price book does not have", nodes.node));
        };
        let speed = speed.value().try_into().unwrap_or(self.wanted.speed());
        let need =
            self.need(machine, volume, speed).map_err(|unfit| format!("{}: {unfit}", machine.title))?;
        Ok((machine, need.count))
    }
}
