//! One kind of always-on machine at one volume: how many, what they cost, how busy they are, and how that feels.

use coldframe_cost::{Bill, Binding, Confidence, Decimal, Line, Machine, Need, Queue, Unfit, Usd};
use coldframe_protocol::{CostOption, FleetGuess, QueueGuess};

use super::{
    option::{lines, percent, unpriced},
    pricing::{Priced, Pricing},
    wanted::Care,
};

/// So many numbers of machines are looked at, up to those needed.
const STEPS: u32 = 6;

impl Care {
    /// Looking after so many machines for a month.
    pub(super) fn of(self, machines: u32) -> Line {
        Line::new(
            "care",
            self.hours * Decimal::from(machines),
            Decimal::ZERO,
            "hours",
            self.usd_per_hour,
            Confidence::Derived,
        )
    }
}

impl Pricing<'_> {
    pub(super) fn machine_option(&self, machine: &Machine, volume: Option<u64>) -> Priced {
        let mut option = CostOption {
            group: machine.kind.clone(),
            provider: machine.provider.clone(),
            region: machine.region.clone(),
            architecture: machine.architecture.clone(),
            notes: machine.note.iter().cloned().collect(),
            unverified: unverified(machine),
            confidence: machine.price_confidence().as_str().to_owned(),
            ..unpriced("machine", &machine.id, &machine.title, &machine.source)
        };
        let Some(volume) = volume else { return (option, None) };
        let need = match self.need(machine, volume, self.wanted.speed()) {
            Ok(need) => need,
            Err(unfit) => {
                option.refusal = Some(unfit.to_string());
                return (option, None);
            }
        };
        let bill = self.machine_bill(machine, need.count);
        let rent = machine.month(need.count, self.book.hours_per_month);
        let at = |speed: f64| {
            let speed = Decimal::try_from(speed).ok()?;
            let need = self.need(machine, volume, speed).ok()?;
            Some(self.machine_bill(machine, need.count).total().to_string())
        };
        let speed = self.wanted.speed;
        (option.usd_low, option.usd_high) = (at(speed.faster().value()), at(speed.slower().value()));
        option.lines = lines(&bill);
        option.usd = Some(bill.total().to_string());
        option.list_usd.clone_from(&option.usd);
        option.count = Some(need.count);
        option.idle_percent = percent(need.idle());
        option.idle_usd = Some(Usd(rent.exact().0 * need.idle()).to_cents().to_string());
        option.fleet = Some(self.fleet(machine, &need, volume));
        option.latency = self.machine_latency(machine, &need, volume);
        option.ruled_out = option.latency.as_ref().and_then(|latency| self.over_budget(latency));
        (option, Some((bill.total(), bill.exact())))
    }

    pub(super) fn need(&self, machine: &Machine, volume: u64, speed: Decimal) -> Result<Need, Unfit> {
        let load = self.basis.load(self.wanted.peak_factor, speed).at(volume.into());
        machine.need(&load, self.wanted.targets, self.book.hours_per_month)
    }

    /// The machines, and who looks after them.
    pub(super) fn machine_bill(&self, machine: &Machine, count: u32) -> Bill {
        let mut bill = machine.month(count, self.book.hours_per_month);
        bill.lines.extend(self.wanted.care.map(|care| care.of(count)));
        bill
    }

    /// Calls at the busiest minute on so many of them.
    pub(super) fn queue(&self, machine: &Machine, count: u32, volume: u64) -> Queue {
        let number = |value: Decimal| f64::try_from(value).unwrap_or(0.0);
        let seconds = number(self.book.hours_per_month) * 3600.0;
        let per_s = volume as f64 / seconds * number(self.wanted.peak_factor);
        let load = self.basis.load(self.wanted.peak_factor, self.wanted.speed());
        let calls = number(load.calls_per_month()).max(1.0);
        let cpu_ms =
            load.parts.iter().map(|part| number(part.calls_per_month * part.cpu_ms)).sum::<f64>() / calls;
        Queue::new(number(machine.vcpu.value) * f64::from(count), per_s, cpu_ms)
    }

    fn fleet(&self, machine: &Machine, need: &Need, volume: u64) -> FleetGuess {
        let most = need.at_peak;
        let step = most.div_ceil(STEPS).max(1);
        let mut counts: Vec<u32> = (1..=most).step_by(step as usize).collect();
        counts.extend(Some(most).filter(|most| !counts.contains(most)));
        let growth = self.book.growth(machine);
        FleetGuess {
            evenly: need.evenly,
            at_peak: need.at_peak,
            spare: self.wanted.targets.spare,
            binding: match need.binding {
                Binding::Minimum => "one is enough",
                Binding::PeakCpu => "CPU at the busiest",
                Binding::SustainedCpu => "CPU, sustained",
                Binding::Memory => "memory",
            }
            .to_owned(),
            at: counts.into_iter().map(|count| feels(count, &self.queue(machine, count, volume))).collect(),
            scale_s: growth.map(|growth| growth.total_s() as f64),
            scale_rests_on: match growth {
                Some(growth) => format!(
                    "{} s until a rule acts, {} s to boot, {} s until the code on it answers{}",
                    growth.notice_s.value,
                    growth.boot_s.value,
                    growth.deploy_s.value,
                    if growth.confidence().is_unverified() { " (usual figures, not verified)" } else { "" }
                ),
                None => "no rule adds one: somebody has to".to_owned(),
            },
        }
    }
}

fn feels(machines: u32, queue: &Queue) -> QueueGuess {
    QueueGuess {
        machines,
        busy_percent: (queue.busy() * 1000.0).round() / 10.0,
        wait_p50_ms: queue.wait_ms(0.5),
        wait_p99_ms: queue.wait_ms(0.99),
    }
}

fn unverified(machine: &Machine) -> Vec<String> {
    let figures = [
        ("memory", machine.memory_mb.confidence),
        ("CPU", machine.vcpu.confidence),
        ("sustained CPU", machine.sustained_vcpu.confidence),
        ("price", machine.price_confidence()),
    ];
    let unverified = figures.into_iter().filter(|(_, confidence)| confidence.is_unverified());
    unverified.map(|(name, _)| name.to_owned()).collect()
}
