//! Whom the two meters stand for: the plan that a provider's functions are written for, and one machine beside it.

use coldframe_cost::{Decimal, Machine, MachinePrice, Plan};

use crate::{Report, deployed::own_plan};

impl Report {
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
