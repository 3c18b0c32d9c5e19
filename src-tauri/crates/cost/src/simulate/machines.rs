//! The same calls on always-on machines: how long calls take when they share too few, and how late a rule that adds
//! machines is. A model of its own: machines have no cold calls, and serve calls beyond their cores by queueing or by
//! sharing. Load is balanced perfectly; what a machine costs is not here.

use super::{queueing::Work, sampler::Sampler, service::Service, sketch::Sketch};
use crate::{random::Random, traffic::Traffic};

/// Machines of one kind behind a load balancer.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Machines {
    /// At the beginning.
    pub count: u32,
    /// Calls each serves at full speed: its vCPUs, of which a call uses one.
    pub cores: u32,
    pub serving: Serving,
    /// None where their number stays as it is.
    pub adding: Option<Adding>,
}

/// What calls beyond the cores do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Serving {
    /// They wait for a worker, first come first served; as many workers as cores.
    Queue,
    /// All run at once and share the cores evenly.
    Share,
}

/// A rule that keeps utilisation at a target, as the clouds' autoscalers do.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Adding {
    pub least: u32,
    pub most: u32,
    /// Of the cores, 0 to 1.
    pub target: f64,
    /// How often it looks; it sees the mean since it last looked.
    pub check_us: u64,
    /// From the decision to the first call: start, deployment, health check.
    pub boot_us: u64,
    /// It takes machines away after so many looks that found too many.
    pub calm_checks: u32,
}

impl Default for Adding {
    /// As autoscaling groups are often set: 60 %, every minute, three minutes to boot, a quarter of an hour of calm.
    fn default() -> Self {
        Self {
            least: 1,
            most: 1_000,
            target: 0.6,
            check_us: 60_000_000,
            boot_us: 180_000_000,
            calm_checks: 15,
        }
    }
}

/// What came of it.
#[derive(Debug, Clone, PartialEq)]
pub struct MachineRun {
    /// All of them are served.
    pub calls: u64,
    /// From when a call came to its end.
    pub latency: Sketch,
    /// How much longer that was than on a core of its own.
    pub delay: Sketch,
    pub peak_machines: u32,
    /// Machines × time they were paid for, booting included.
    pub machine_us: u128,
    /// Cores × time they worked.
    pub busy_us: u128,
    /// Cores × time they were there to work.
    pub core_us: u128,
    /// Machines that were added.
    pub added: u64,
    /// Time in which more calls were there than cores, altogether and at longest: how late the rule was.
    pub short_us: u64,
    pub longest_short_us: u64,
    /// Calls that came in that time.
    pub calls_while_short: u64,
    /// Calls beyond the cores at once, at most: the queue that built.
    pub most_beyond: u64,
    pub says: Vec<String>,
}

impl MachineRun {
    /// 0 to 1; none where no time went by.
    pub fn utilisation(&self) -> Option<f64> {
        (self.core_us > 0).then(|| self.busy_us as f64 / self.core_us as f64)
    }
}

const SERVICE: u64 = 1 << 42;

/// Every call of the traffic on these machines, each call in memory only while it runs. The same input gives the same
/// result.
pub fn simulate_machines(traffic: &Traffic, service: &Service, machines: &Machines, seed: u64) -> MachineRun {
    let mut group = Group::new(machines);
    let mut sampler = Sampler::new(service, Random::new(seed, SERVICE));
    for at in traffic.arrivals(seed) {
        group.advance(at as f64);
        group.call(at as f64, sampler.warm().handler_us);
    }
    group.finish(traffic.length_us as f64);
    group.run.says = says(machines);
    group.run
}

struct Group {
    machines: Machines,
    running: u32,
    /// When those that boot are ready, soonest first.
    booting: std::collections::VecDeque<(f64, u32)>,
    work: Work,
    now_us: f64,
    next_check_us: f64,
    /// Cores × time since the last look: worked, and there.
    since: (f64, f64),
    calm: u32,
    short_since_us: Option<f64>,
    sums: [f64; 3],
    short_us: f64,
    run: MachineRun,
}

impl Group {
    fn new(machines: &Machines) -> Self {
        let mut machines = *machines;
        machines.cores = machines.cores.clamp(1, 10_000);
        machines.count = machines.count.clamp(1, 1_000_000);
        if let Some(adding) = &mut machines.adding {
            adding.check_us = adding.check_us.max(1_000);
            adding.target = if adding.target.is_finite() { adding.target.clamp(0.01, 1.0) } else { 1.0 };
            adding.most = adding.most.clamp(1, 1_000_000);
            adding.least = adding.least.clamp(1, adding.most);
        }
        let work = Work::new(machines.serving, u64::from(machines.count) * u64::from(machines.cores));
        let run = MachineRun {
            calls: 0,
            latency: Sketch::default(),
            delay: Sketch::default(),
            peak_machines: machines.count,
            machine_us: 0,
            busy_us: 0,
            core_us: 0,
            added: 0,
            short_us: 0,
            longest_short_us: 0,
            calls_while_short: 0,
            most_beyond: 0,
            says: Vec::new(),
        };
        Self {
            running: machines.count,
            booting: std::collections::VecDeque::new(),
            work,
            now_us: 0.0,
            next_check_us: machines.adding.map_or(f64::INFINITY, |adding| adding.check_us as f64),
            since: (0.0, 0.0),
            calm: 0,
            short_since_us: None,
            sums: [0.0; 3],
            short_us: 0.0,
            run,
            machines,
        }
    }

    fn call(&mut self, at: f64, work_us: u64) {
        self.run.calls += 1;
        self.run.calls_while_short += u64::from(self.short_since_us.is_some());
        self.work.add(at, work_us);
        self.run.most_beyond = self.run.most_beyond.max(self.work.beyond());
        self.note_short();
    }

    fn advance(&mut self, to: f64) {
        loop {
            let ends = self.work.next_end(self.now_us);
            let ready = self.booting.front().map_or(f64::INFINITY, |(at, _)| *at);
            let next = ends.min(ready).min(self.next_check_us);
            if next > to {
                self.pass(to);
                return;
            }
            self.pass(next);
            if ends == next {
                if let Some(done) = self.work.end(next) {
                    let took = (next - done.came_us).max(0.0);
                    self.run.latency.add(took as u64);
                    self.run.delay.add((took - done.work_us as f64).max(0.0) as u64);
                }
            } else if ready == next {
                let (_, many) = self.booting.pop_front().unwrap_or_default();
                self.running += many;
                self.resize();
            } else {
                self.check();
            }
            self.note_short();
        }
    }

    fn pass(&mut self, to: f64) {
        let passed = (to - self.now_us).max(0.0);
        let worked = self.work.pass(passed) * passed;
        let there = self.work.cores() as f64 * passed;
        let paid = self.running + self.booting.iter().map(|(_, many)| many).sum::<u32>();
        self.since = (self.since.0 + worked, self.since.1 + there);
        for (sum, more) in self.sums.iter_mut().zip([worked, there, f64::from(paid) * passed]) {
            *sum += more;
        }
        self.now_us = self.now_us.max(to);
    }

    fn check(&mut self) {
        let Some(adding) = self.machines.adding else { return };
        self.next_check_us += adding.check_us as f64;
        let (worked, there) = std::mem::take(&mut self.since);
        let busy = if there > 0.0 { worked / there } else { 0.0 };
        // A hair below a whole number is that number.
        let wanted = (f64::from(self.running) * busy / adding.target - 1e-9).ceil().max(0.0) as u32;
        let wanted = wanted.clamp(adding.least, adding.most);
        let coming: u32 = self.booting.iter().map(|(_, many)| many).sum();
        if wanted > self.running + coming {
            let many = wanted - self.running - coming;
            self.booting.push_back((self.now_us + adding.boot_us as f64, many));
            self.run.added += u64::from(many);
            self.run.peak_machines = self.run.peak_machines.max(wanted);
            self.calm = 0;
        } else if wanted < self.running && coming == 0 {
            self.calm += 1;
            if self.calm >= adding.calm_checks {
                self.running = wanted;
                self.calm = 0;
                self.resize();
            }
        } else {
            self.calm = 0;
        }
    }

    fn resize(&mut self) {
        self.work.resize(self.now_us, u64::from(self.running) * u64::from(self.machines.cores));
    }

    /// Whether more calls are there than cores has changed.
    fn note_short(&mut self) {
        match (self.work.is_short(), self.short_since_us) {
            (true, None) => self.short_since_us = Some(self.now_us),
            (false, Some(since)) => {
                let short = self.now_us - since;
                self.short_us += short;
                self.run.longest_short_us = self.run.longest_short_us.max(short as u64);
                self.short_since_us = None;
            }
            _ => {}
        }
    }

    /// Until the last call has ended; time beyond the traffic's is not counted.
    fn finish(&mut self, length_us: f64) {
        self.advance(length_us);
        let sums = self.sums;
        while self.work.next_end(self.now_us).is_finite() {
            let next = self.work.next_end(self.now_us);
            self.advance(next);
        }
        [self.run.busy_us, self.run.core_us, self.run.machine_us] = sums.map(|sum| sum as u128);
        self.run.short_us = self.short_us as u64;
    }
}

fn says(machines: &Machines) -> Vec<String> {
    let mut said = vec![
        format!("a call is work for one core for as long as it took; {} cores a machine", machines.cores),
        "calls are spread over the machines as well as can be".to_owned(),
        match machines.serving {
            Serving::Queue => "calls beyond the cores wait, first come first served".to_owned(),
            Serving::Share => "calls beyond the cores run too, and all share them evenly".to_owned(),
        },
    ];
    said.push(match machines.adding {
        None => format!("{} machines all the time", machines.count),
        Some(adding) => format!(
            "{} to {} machines: every {} s as many as bring the mean utilisation since to {} %; a new one serves {} s \
             after that, and machines are taken away after {} such looks",
            adding.least,
            adding.most,
            adding.check_us as f64 / 1e6,
            adding.target * 100.0,
            adding.boot_us as f64 / 1e6,
            adding.calm_checks
        ),
    });
    said.push("a machine that is taken away ends the calls it has at the speed the others leave".to_owned());
    said
}
