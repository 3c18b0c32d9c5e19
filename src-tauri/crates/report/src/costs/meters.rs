//! Two meters of the same time: what a function's calls came to on the plan its code is written for, and what a machine
//! with its resident twin did. Nothing is projected: both are what was recorded, at list price.

use coldframe_cost::{
    Bill, Book, Decimal, FreeTier, Machine, Meter as Counts, Period, Plan, Targets, Usage, Usd,
};
use coldframe_protocol::{CostSettings, Meter, MeterMachine, TwinMeters};
use coldframe_store::{Activity, Micros, Range, RollUp, TwinEntry};

use super::{
    Basis, Wanted,
    on_plan::OnPlan,
    option::{exact, exact_lines},
    work::Work,
};
use crate::{
    Report, ReportError,
    deployed::own_plan,
    span::MINUTE,
    wording::{moment, quantity},
};

/// More of the book's machines than one would choose from.
const MACHINES: usize = 40;

/// What one side did.
struct Did {
    /// Of all functions of its app.
    figures: Vec<RollUp>,
    activity: Activity,
}

impl Report {
    /// What both sides came to since the twin of a function's app was last switched on; `None` if it never was.
    ///
    /// # Errors
    /// There is no such function; the record cannot be read.
    pub fn meters(&self, function: i64, now: Micros) -> Result<Option<TwinMeters>, ReportError> {
        let app = self.function(function)?.app_id;
        let Some(twin) = self.reader.last_twin(app)? else { return Ok(None) };
        let range = Range { from: twin.since, to: twin.until.unwrap_or(now).max(twin.since) };
        let pool = self.did(app, range)?;
        let resident = self.did(twin.resident_id, range)?;
        let works = self.works(app, &pool.figures)?;
        let plan = works.first().and_then(|work| {
            let architecture = pool.figures.first().map_or("x86_64", |roll_up| &roll_up.key.architecture);
            own_plan(&self.book, &work.provider, architecture)
        });
        let Some(plan) = plan else { return Ok(None) };
        let hours = Decimal::from(range.to - range.from) / Decimal::from(60 * MINUTE);
        let need = Need::of(&twin, &resident, &pool, hours);
        let machines = machines(&self.book, &need);
        let Some(machine) = chosen(&machines, twin.machine.as_deref()) else { return Ok(None) };
        let billed_ms = plan.billed_time_ms(&as_here(plan, &works, &pool.activity));
        let bill = plan_bill(plan, works, Some(&pool.activity))?;
        let rent = machine.run(hours, Decimal::ZERO);
        Ok(Some(TwinMeters {
            from: moment(range.from),
            to: moment(range.to),
            hours: hours.try_into().unwrap_or(0.0),
            pool: Meter {
                billed_s: billed_ms.map(|ms| ms as f64 / 1_000.0),
                ..meter((&plan.id, &plan.title), &pool, &bill, Usd::ZERO)
            },
            twin: meter((&machine.id, &machine.title), &resident, &rent, machine.hour().unwrap_or(Usd::ZERO)),
            machines: machines.iter().take(MACHINES).map(|machine| offered(machine, &need)).collect(),
            too_small: too_small(machine, &need),
            rests_on: rests_on(plan, (machine, machines.first()), &need, &self.book),
        }))
    }

    /// What the meter of a function's twin charges for.
    pub(crate) fn meter_machine(&self, function: i64, now: Micros) -> Result<Option<&Machine>, ReportError> {
        let Some(meters) = self.meters(function, now)? else { return Ok(None) };
        Ok(self.book.machines.iter().find(|machine| machine.id == meters.twin.id))
    }

    fn did(&self, app: i64, range: Range) -> Result<Did, ReportError> {
        let functions = self.reader.functions_of(app)?;
        let ids: Vec<i64> = functions.iter().map(|function| function.id).collect();
        let figures = self.reader.figures_exactly(&ids, range)?;
        Ok(Did { figures, activity: self.reader.activity(app, &ids, range)? })
    }

    /// By function, as the Costs page has them; one without a call where there was none.
    pub(super) fn works(&self, app: i64, figures: &[RollUp]) -> Result<Vec<Work>, ReportError> {
        let Some(row) = self.reader.app(app)? else { return Ok(Vec::new()) };
        let own = |mut work: Work| {
            (work.provider, work.language, work.runtime) =
                (row.provider.clone(), row.language.clone(), row.runtime.clone());
            work
        };
        let mut works = std::collections::BTreeMap::<i64, Work>::new();
        for roll_up in figures {
            works.entry(roll_up.key.function_id).or_default().add(roll_up);
        }
        let mut works: Vec<Work> = works.into_values().filter(|work| work.calls() > 0).map(own).collect();
        if works.is_empty() {
            works.push(own(Work::default()));
        }
        Ok(works)
    }
}

/// What the recorded calls come to on a plan, as the Costs page reckons a month of as many. Without `activity` as if no two
/// shared an instance.
pub(super) fn plan_bill(
    plan: &Plan,
    works: Vec<Work>,
    activity: Option<&Activity>,
) -> Result<Bill, ReportError> {
    let shared = activity.and_then(|activity| shared(plan, &works, activity));
    let basis = Basis::new(works, Vec::new(), 0.0);
    let settings = CostSettings { free_tier: Some(false), ..CostSettings::default() };
    let wanted = Wanted::read(&settings, &basis)?;
    let mut usage: Usage = OnPlan { plan, basis: &basis, wanted: &wanted }.usage(wanted.speed);
    if let Some((active, lives)) = shared {
        (usage.active, usage.lives) = (active, lives);
    }
    Ok(plan.used(plan.measure(&usage), FreeTier::Ignored))
}

/// The calls as long as they were here.
fn as_here(plan: &Plan, works: &[Work], activity: &Activity) -> Usage {
    let mut usage = Usage::calls(works.iter().flat_map(|work| work.bins.iter().copied()));
    if let Some((active, lives)) = shared(plan, works, activity) {
        (usage.active, usage.lives) = (active, lives);
    }
    usage
}

/// How calls met in instances, where that is billed: it is recorded, and nothing has to be supposed.
fn shared(plan: &Plan, works: &[Work], activity: &Activity) -> Option<(Vec<Period>, Vec<Period>)> {
    if matches!(plan.meter, Counts::PerInvocation(_)) {
        return None;
    }
    let memory_mb = works.iter().map(|work| work.memory_mb).max().unwrap_or(0);
    let period = |ms: u64, count| Period { ms, init_ms: ms, memory_mb, vcpu_milli: None, count };
    let active = activity.stretches_ms.iter().map(|(ms, count)| period(*ms, *count)).collect();
    let alive = period(u64::try_from(activity.alive_us / 1000).unwrap_or(0), 1);
    Some((active, vec![alive]))
}

fn meter((id, title): (&str, &str), did: &Did, bill: &Bill, idle_hour: Usd) -> Meter {
    let sum = |of: fn(&RollUp) -> i64| did.figures.iter().map(of).sum::<i64>();
    let counted = |of: fn(&RollUp) -> u64| did.figures.iter().map(of).sum::<u64>();
    let Activity { alive_us, active_us, .. } = did.activity;
    Meter {
        id: id.to_owned(),
        title: title.to_owned(),
        calls: counted(|roll_up| roll_up.figures.counts.ran()),
        errors: counted(|roll_up| roll_up.figures.counts.errors()),
        cold: counted(|roll_up| roll_up.figures.sums.cold),
        busy_s: sum(|roll_up| roll_up.figures.sums.handler_us) as f64 / 1e6,
        billed_s: None,
        alive_s: alive_us as f64 / 1e6,
        busy_percent: (alive_us > 0).then(|| (100.0 * active_us as f64 / alive_us as f64).min(100.0)),
        lines: exact_lines(bill),
        usd: exact(bill.exact()),
        idle_usd_per_hour: exact(idle_hour),
    }
}

/// What a machine has to have room for.
struct Need {
    memory_mb: Decimal,
    /// In use on average.
    cores: Decimal,
    processes: u32,
}

impl Need {
    fn of(twin: &TwinEntry, did: &Did, pool: &Did, hours: Decimal) -> Self {
        let sums = || did.figures.iter().map(|roll_up| &roll_up.figures.sums);
        // Of calls that overlapped nobody knows what each held; what a process held when it started it holds at least.
        let peak = |did: &Did| {
            let calls = did.figures.iter().map(|roll_up| roll_up.figures.sums.memory_peak_kb);
            calls.chain(did.activity.init_peak_kb).max().filter(|kb| *kb > 0)
        };
        // Before one has started they are as large as an instance of the pool.
        let peak_kb = peak(did).or_else(|| peak(pool)).unwrap_or(0);
        let each_mb = Decimal::from(peak_kb) / Decimal::from(1024);
        let cpu_us: i64 = sums().map(|sums| sums.cpu_user_us + sums.cpu_system_us).sum();
        let us = hours * Decimal::from(60 * MINUTE);
        Self {
            memory_mb: each_mb * Decimal::from(twin.processes),
            cores: if us.is_zero() { Decimal::ZERO } else { Decimal::from(cpu_us) / us },
            processes: twin.processes,
        }
    }

    fn fits(&self, machine: &Machine) -> bool {
        self.memory(machine).is_there() && self.cpu(machine).is_there()
    }

    fn memory(&self, machine: &Machine) -> Room {
        let has = Decimal::from(machine.memory_mb.value);
        Room { has, share: Targets::default().memory, needed: self.memory_mb }
    }

    /// What it has at all times: a burst ends.
    fn cpu(&self, machine: &Machine) -> Room {
        let has = machine.sustained_vcpu.value;
        Room { has, share: Targets::default().utilisation, needed: self.cores }
    }

    fn who(&self) -> String {
        format!("{} need{}", processes(self.processes), if self.processes == 1 { "s" } else { "" })
    }
}

/// Of one thing: how much a machine has, what part of it may be used, and what is needed.
struct Room {
    has: Decimal,
    share: Decimal,
    needed: Decimal,
}

impl Room {
    fn usable(&self) -> Decimal {
        self.has * self.share
    }

    fn is_there(&self) -> bool {
        self.needed <= self.usable()
    }

    /// The rule with its numbers, where there is too little.
    fn lacking(&self, who: &str, unit: &str, places: u32) -> Option<String> {
        (!self.is_there()).then(|| {
            format!(
                "its {} {unit} may be used to {} %, which is {} {unit}, and {who} {} {unit}",
                quantity(self.has, places),
                quantity(self.share * Decimal::ONE_HUNDRED, 0),
                quantity(self.usable(), places),
                quantity(self.needed, places)
            )
        })
    }
}

/// Those that are sold by the hour or finer: with room first, then the cheapest.
fn machines<'a>(book: &'a Book, need: &Need) -> Vec<&'a Machine> {
    let mut all: Vec<&Machine> = book.machines.iter().filter(|machine| machine.hour().is_some()).collect();
    all.sort_by_key(|machine| (!need.fits(machine), machine.hour()));
    all
}

fn chosen<'a>(machines: &[&'a Machine], wanted: Option<&str>) -> Option<&'a Machine> {
    let named = || machines.iter().find(|machine| wanted == Some(machine.id.as_str()));
    named().or(machines.first()).copied()
}

fn offered(machine: &Machine, need: &Need) -> MeterMachine {
    MeterMachine {
        id: machine.id.clone(),
        title: machine.title.clone(),
        memory_mb: machine.memory_mb.value,
        vcpu: machine.vcpu.value.try_into().unwrap_or(0.0),
        usd_per_hour: exact(machine.hour().unwrap_or(Usd::ZERO)),
        fits: need.fits(machine),
    }
}

/// Said as of any machine that has no room.
fn too_small(machine: &Machine, need: &Need) -> Option<String> {
    let missing = [
        need.memory(machine).lacking(&need.who(), "MB", 1),
        need.cpu(machine).lacking(&need.who(), "cores", 3),
    ];
    let missing: Vec<String> = missing.into_iter().flatten().collect();
    (!missing.is_empty()).then(|| format!("{} is too small for that: {}", machine.title, missing.join("; ")))
}

fn processes(count: u32) -> String {
    format!("{count} process{}", if count == 1 { "" } else { "es" })
}

fn rests_on(
    plan: &Plan,
    (machine, first): (&Machine, Option<&&Machine>),
    need: &Need,
    book: &Book,
) -> Vec<String> {
    let mut said = vec![
        format!(
            "calls on serverless are priced on {} by what each used, at list price without the free tier",
            plan.title
        ),
        format!(
            "one {} is paid from the moment the resident process was switched on until it is switched off, whether it works or not",
            machine.title
        ),
    ];
    let memory = format!("{} MB for {}", quantity(need.memory_mb, 0), processes(need.processes));
    said.push(format!("it has to have room for {memory}, their measured peak, in four fifths of its memory, and for the CPU they use on average in 60 % of its cores"));
    said.extend(too_small(machine, need));
    if let Some(first) = first.filter(|first| first.id != machine.id) {
        said.push(format!(
            "{} was chosen for it, by a person or by Side by side, which takes one of the function's own cloud; the \
             cheapest with room is {}, ${} an hour",
            machine.title,
            first.title,
            exact(first.hour().unwrap_or(Usd::ZERO))
        ));
    }
    if let Some(paid) = &plan.subscription {
        said.push(format!(
            "the ${} a month that the plan costs whatever is used are no part of the meter",
            paid.month.value
        ));
    }
    if matches!(plan.meter, Counts::Nodes(_)) {
        said.push("the plan bills machines: its calls cost nothing by themselves".to_owned());
    } else if !matches!(plan.meter, Counts::PerInvocation(_)) {
        said.push(
            "the plan bills instances, not calls: calls that met in one are counted as they were recorded, not simulated"
                .to_owned(),
        );
    }
    said.push(format!("prices of {}, list, without tax", book.compiled));
    said
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_lacking_is_said_with_the_rule_and_its_numbers() {
        let cpu = |needed| Room { has: Decimal::new(1, 1), share: Decimal::new(6, 1), needed };
        assert_eq!(
            cpu(Decimal::new(8, 2)).lacking("2 processes need", "cores", 3).as_deref(),
            Some("its 0.1 cores may be used to 60 %, which is 0.06 cores, and 2 processes need 0.08 cores")
        );
        assert_eq!(cpu(Decimal::new(6, 2)).lacking("2 processes need", "cores", 3), None, "exactly fits");
    }
}
