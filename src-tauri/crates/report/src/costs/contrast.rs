//! The same number of calls a month, once evenly and once in spikes, on the plans a function is written for and on
//! machines: what the Costs page offers for each, and from which volume the other side is the cheaper one. Drawn from a
//! few calls that were made for it: what others called, or what failed elsewhere, moves none of it.

use coldframe_cost::Plan;
use coldframe_protocol::{CostOption, CostSettings, TrafficShape};

use super::{
    Basis, Pricing, Turning, Wanted,
    packed::packed_plans,
    turning::{Lines, most_different},
    verdict::{cheapest, no_choice},
};
use crate::{Report, ReportError, deployed::own_plans};

/// What a function's month comes to.
#[derive(Debug, Clone)]
pub struct Contrast {
    pub calls_per_month: u64,
    /// At which evenly machines and in spikes the plan is the cheaper one, each by as much as may be; `None` where there is
    /// no such number.
    pub differ_at: Option<u64>,
    /// Calls it rests on.
    pub calls: u64,
    pub handler_ms: f64,
    pub memory_mb: u32,
    /// What a process held at most.
    pub held_mb: Option<f64>,
    /// How long a call takes on the plan, where a size gets a share of a core.
    pub there_ms: f64,
    pub steady: Contrasted,
    pub spiky: Contrasted,
}

/// One shape of traffic: the cheapest of each side, as the Costs page has it at that volume and shape.
#[derive(Debug, Clone)]
pub struct Contrasted {
    /// Of those the code is written for. The error is why none of them would do.
    pub plan: Result<CostOption, String>,
    pub machine: CostOption,
    /// `None` where machines never are the cheaper ones.
    pub turning: Option<Turning>,
}

impl Contrasted {
    /// The Costs page would mark machines, were there no other plans than these.
    pub fn machines_win(&self) -> bool {
        self.machine.cheapest
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
        let plans = own_plans(&self.book, &work.provider);
        let plan = plans.first().ok_or_else(|| invalid("the price book has no plan for its provider"))?;
        let halves = self.halves(function, invocations)?;
        let (steady, spiky) = (wanted(TrafficShape::Steady, &basis)?, wanted(TrafficShape::Spiky, &basis)?);
        let priced = [&steady, &spiky].map(|wanted| {
            [&basis, &halves[0], &halves[1]].map(|basis| {
                let packed = packed_plans(plans.iter().copied(), basis, wanted);
                Pricing::new(&self.book, basis, wanted, packed.into())
            })
        });
        let [steady, spiky] = [&priced[0], &priced[1]].map(|parts| Shape::new(parts, &plans));
        let differ_at = most_different([&steady.lines, &spiky.lines], [steady.turning, spiky.turning]);
        let volume = calls.or(differ_at).unwrap_or(1_000_000);
        let unfit = || invalid("no machine of the price book can do this work");
        Ok(Contrast {
            calls_per_month: volume,
            differ_at,
            calls: basis.calls,
            handler_ms: work.handler_ms().try_into().unwrap_or(0.0),
            memory_mb: work.memory_mb,
            held_mb: work.peak_memory_mb().and_then(|mb| mb.try_into().ok()),
            there_ms: steady.there_ms(plan),
            steady: steady.at(volume).ok_or_else(unfit)?,
            spiky: spiky.at(volume).ok_or_else(unfit)?,
        })
    }

    /// Of the calls, the faster ones and the slower ones: how far what it rests on may be from what it rests on next time.
    fn halves(&self, function: i64, invocations: &[i64]) -> Result<[Basis; 2], ReportError> {
        let mut took = Vec::new();
        for id in invocations {
            if let Some(named) = self.reader.invocation(*id)? {
                took.push((named.row.phases.handler_us, *id));
            }
        }
        took.sort_unstable();
        let ids: Vec<i64> = took.into_iter().map(|(_, id)| id).collect();
        let half = ids.len().div_ceil(2);
        let (faster, slower) = (ids.get(..half), ids.get(ids.len() - half..));
        Ok([
            self.basis_of(function, faster.unwrap_or_default())?,
            self.basis_of(function, slower.unwrap_or_default())?,
        ])
    }
}

fn wanted(shape: TrafficShape, basis: &Basis) -> Result<Wanted, ReportError> {
    Wanted::read(&CostSettings { shape: Some(shape), ..CostSettings::default() }, basis)
}

/// Both sides of one shape of traffic.
struct Shape<'a> {
    plans: &'a [&'a Plan],
    pricing: &'a Pricing<'a>,
    lines: Lines<'a>,
    turning: Option<Turning>,
}

impl<'a> Shape<'a> {
    /// Of all the calls, and of parts of them.
    fn new([all, faster, slower]: &'a [Pricing<'a>; 3], plans: &'a [&'a Plan]) -> Self {
        let lines = Lines::of(all, plans);
        let parts = [faster, slower].map(|part| Lines::of(part, plans).turns());
        let turning = Turning::of(&[&[lines.turns()], &parts[..]].concat());
        Self { plans, pricing: all, lines, turning }
    }

    fn at(&self, volume: u64) -> Option<Contrasted> {
        let offers = self.pricing.offers(self.plans.to_vec(), Some(volume));
        let why = || no_choice(&offers.plans).map_or("none is offered", |(_, why)| why);
        let plan = cheapest(&offers.plans).cloned().ok_or_else(|| why().to_owned());
        Some(Contrasted { plan, machine: cheapest(&offers.machines)?.clone(), turning: self.turning })
    }

    /// Of a call, on average.
    fn there_ms(&self, plan: &'a Plan) -> f64 {
        let on = self.pricing.on(plan);
        let works = &self.pricing.basis.works;
        let bins = works.iter().flat_map(|work| on.bins(work, self.pricing.wanted.speed));
        let (ms, calls) =
            bins.fold((0, 0), |(ms, calls), bin| (ms + bin.handler_ms * bin.count, calls + bin.count));
        ms as f64 / calls.max(1) as f64
    }
}
