//! Plans that charge for instances and not for calls: how long instances are busy or alive depends on which calls meet in
//! one, so the traffic is simulated at many volumes, and in between goes by a power law from one to the next. All of the calls are priced,
//! as if limits had been raised for them: that limits refuse some is said beside the price.

use std::collections::BTreeMap;

use coldframe_cost::{Decimal, Dimension, MONTH_US, Meter, Metered, Options, Plan};
use rayon::prelude::*;

use super::{basis::Basis, on_plan::OnPlan, simulated::Outlook, wanted::Wanted};

/// Calls a month that are simulated: so near each other that what lies between is within a few percent.
const KNOTS: [u64; 25] = [
    1,
    30,
    300,
    1_000,
    2_000,
    5_000,
    10_000,
    20_000,
    50_000,
    100_000,
    200_000,
    500_000,
    1_000_000,
    2_000_000,
    5_000_000,
    10_000_000,
    20_000_000,
    50_000_000,
    100_000_000,
    200_000_000,
    500_000_000,
    1_000_000_000,
    2_000_000_000,
    5_000_000_000,
    10_000_000_000,
];
/// Of all functions together, at each knot.
const CALLS_A_KNOT: u64 = 20_000;

/// A month on such a plan at any volume.
#[derive(Debug)]
pub(super) struct Packed {
    knots: Vec<(u64, Metered)>,
}

/// Every such plan that would do the work, by its id.
pub(super) type PackedPlans = BTreeMap<String, Packed>;

/// All of them that are among `plans`, by what they depend on.
pub(super) fn packed_plans<'a>(
    plans: impl IntoIterator<Item = &'a Plan>,
    basis: &Basis,
    wanted: &Wanted,
) -> PackedPlans {
    let on: Vec<OnPlan<'_>> = plans
        .into_iter()
        .filter(|plan| is_packed(&plan.meter))
        .map(|plan| OnPlan { plan, basis, wanted })
        .filter(|on| on.refusal().is_none())
        .collect();
    on.par_iter().map(|on| (on.plan.id.clone(), on.packed(Outlook::Usual))).collect()
}

/// Whether a plan is one of them.
pub(super) fn is_packed(meter: &Meter) -> bool {
    matches!(meter, Meter::ActiveInstance(_) | Meter::ActiveCpu(_) | Meter::Lifetime(_))
}

impl OnPlan<'_> {
    fn packed(&self, outlook: Outlook) -> Packed {
        let options = Options { seed: 1, buckets: 1, most_calls: CALLS_A_KNOT };
        let mut knots = KNOTS.map(|knot| {
            let rule = self.rule().without_limits();
            let simulated = self.simulate((knot, MONTH_US), &rule, outlook, options);
            (knot, self.counted(&simulated))
        });
        // More calls never take less; that a simulation is a sample may make it look so.
        let mut most = Metered::default();
        for (_, metered) in &mut knots {
            most = most.most(metered);
            *metered = most;
        }
        Packed { knots: knots.to_vec() }
    }
}

impl Packed {
    pub(super) fn at(&self, volume: u64) -> Metered {
        self.between(volume).having(Dimension::Requests, volume.into())
    }

    fn between(&self, volume: u64) -> Metered {
        let after = self.knots.partition_point(|(knot, _)| *knot < volume);
        match (after.checked_sub(1).and_then(|before| self.knots.get(before)), self.knots.get(after)) {
            (_, Some((knot, metered))) if *knot == volume => *metered,
            (Some((from, low)), Some((to, high))) => {
                let logarithm = |volume: u64| (volume as f64).ln();
                low.towards(
                    high,
                    (logarithm(volume) - logarithm(*from)) / (logarithm(*to) - logarithm(*from)),
                )
            }
            // Beyond the last, in proportion to it; before the first there is nothing.
            (Some((last, metered)), None) => metered.times(Decimal::from(volume) / Decimal::from(*last)),
            (None, _) => Metered::default(),
        }
    }
}
