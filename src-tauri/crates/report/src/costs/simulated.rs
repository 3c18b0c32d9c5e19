//! The functions of a project, simulated on one plan under the month's traffic: each that is called much as an app of its
//! own, the rest as one, with calls as they were recorded, at the pace of the plan's cores and with the cold starts to
//! expect there.

use coldframe_cost::{
    ColdTime, CoreSpeed, Footprint, Metered, Options, Rule, Service, Shape, Simulation, Sketch, Traffic,
    WarmTime, simulate,
};
use coldframe_protocol::TrafficShape;

use super::{on_plan::OnPlan, work::Work};

/// A month's usage and what callers of it wait.
#[derive(Debug, Clone, Default)]
pub(super) struct Simulated {
    pub(super) apps: Vec<Simulation>,
    pub(super) latency: Sketch,
    pub(super) calls: u64,
    pub(super) served: u64,
    pub(super) cold: u64,
    pub(super) refused: u64,
    pub(super) peak_instances: u64,
}

/// How fast cores are, and whether cold starts go as usual or are slow ones.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Outlook {
    Good,
    Usual,
    Bad,
}

impl OnPlan<'_> {
    pub(super) fn rule(&self) -> Rule {
        self.plan.rule()
    }

    /// `calls` over a stretch of time, of which at most `most_calls` are simulated.
    pub(super) fn simulate(
        &self,
        (calls, length_us): (u64, u64),
        rule: &Rule,
        outlook: Outlook,
        options: Options,
    ) -> Simulated {
        let mut all = Simulated::default();
        let each =
            Options { most_calls: options.most_calls / self.basis.groups.len().max(1) as u64, ..options };
        for (index, work) in self.basis.groups.iter().enumerate() {
            let share = work.calls() as f64 / self.basis.calls.max(1) as f64;
            let requests = (calls as f64 * share).round() as u64;
            let Some(service) = self.service(work, outlook) else { continue };
            let requests = if calls > 0 { requests.max(1) } else { 0 };
            let traffic = Traffic { shape: self.shape(), requests, length_us };
            let rule = self.rule_of(work, rule);
            // Functions do not take turns: each has its own chance.
            let seed = each.seed.wrapping_add(index as u64);
            all.add(simulate(&traffic, &service, &rule, Options { seed, ..each }));
        }
        all
    }

    /// The plan's rule for one function: calls share an instance only as far as it has CPU for them.
    fn rule_of(&self, work: &Work, rule: &Rule) -> Rule {
        let vcpu = self.plan.vcpu(self.memory_mb(work)).and_then(|vcpu| f64::try_from(vcpu).ok());
        let busy = work.cpu_share().clamp(0.001, 1.0) / self.wanted.speed.value();
        vcpu.map_or(*rule, |vcpu| rule.within_cpu(vcpu, busy))
    }

    /// What the plan's meter counts of it.
    pub(super) fn counted(&self, simulated: &Simulated) -> Metered {
        simulated.apps.iter().fold(Metered::default(), |sum, app| sum + self.plan.measure(&app.usage))
    }

    pub(super) fn shape(&self) -> Shape {
        shape(self.wanted.shape, &self.basis.by_minute)
    }

    fn service(&self, work: &Work, outlook: Outlook) -> Option<Service> {
        let speed = outlook.speed(self.wanted.speed);
        let pace = self.pace(work, speed);
        let share = work.cpu_share();
        let (mut warm, mut cold) = (Vec::new(), Vec::new());
        // What is expected there, in place of what a start takes here.
        let init_us = match (self.expected(work), outlook) {
            (Some(start), Outlook::Good) => start.low_ms * 1000.0,
            (Some(start), Outlook::Usual) => start.typical_ms * 1000.0,
            (Some(start), Outlook::Bad) => start.high_ms * 1000.0,
            (None, _) => pace.start_us(work.start_ms() * 1000.0),
        } as u64;
        for bin in &work.bins {
            // A whole millisecond stands for its middle.
            let here_us = (bin.handler_ms as f64 * 1000.0 - 500.0).max(0.0);
            let handler_us = pace.call_us(here_us, here_us * share) as u64;
            if bin.init_handler_ms > bin.handler_ms {
                cold.push(ColdTime { init_us, handler_us, count: bin.count });
            } else {
                warm.push(WarmTime { handler_us, count: bin.count });
            }
        }
        if cold.is_empty() {
            cold.extend(warm.iter().map(|&WarmTime { handler_us, count }| ColdTime {
                init_us,
                handler_us,
                count,
            }));
        }
        let cpu_us = f64::try_from(work.cpu_ms()).unwrap_or(0.0) * 1000.0;
        let footprint = Footprint {
            memory_mb: self.memory_mb(work),
            vcpu_milli: None,
            cpu_us: pace.cpu_us(cpu_us) as u64,
        };
        Service::recorded(warm, cold, footprint).ok()
    }
}

impl Outlook {
    pub(super) fn speed(self, supposed: CoreSpeed) -> CoreSpeed {
        match self {
            Self::Good => supposed.faster(),
            Self::Usual => supposed,
            Self::Bad => supposed.slower(),
        }
    }
}

impl Simulated {
    fn add(&mut self, app: Simulation) {
        let totals = app.totals;
        self.latency.merge(&app.latency);
        self.calls += totals.calls;
        self.served += totals.served;
        self.cold += totals.cold;
        self.refused += totals.throttled + totals.given_up;
        self.peak_instances += app.peak_instances();
        self.apps.push(app);
    }

    pub(super) fn cold_percent(&self) -> f64 {
        percent(self.cold, self.served)
    }

    pub(super) fn refused_percent(&self) -> f64 {
        percent(self.refused, self.calls)
    }

    pub(super) fn ms(&self, share: f64) -> Option<f64> {
        self.latency.percentile_us(share).map(|us| us as f64 / 1000.0)
    }
}

/// As the wire names it; the recorded minutes where those are wanted.
pub(super) fn shape(wanted: TrafficShape, by_minute: &[u32]) -> Shape {
    match wanted {
        TrafficShape::Recorded => Shape::Minutes(by_minute.iter().map(|calls| u64::from(*calls)).collect()),
        TrafficShape::Steady => Shape::Steady,
        TrafficShape::Poisson => Shape::Poisson,
        TrafficShape::Daily => Shape::named("daily").unwrap_or(Shape::Poisson),
        TrafficShape::Weekly => Shape::named("weekly").unwrap_or(Shape::Poisson),
        TrafficShape::Spiky => Shape::named("spiky").unwrap_or(Shape::Poisson),
        TrafficShape::Bursty => Shape::named("bursty").unwrap_or(Shape::Poisson),
    }
}

fn percent(part: u64, of: u64) -> f64 {
    if of == 0 { 0.0 } else { 100.0 * part as f64 / of as f64 }
}
