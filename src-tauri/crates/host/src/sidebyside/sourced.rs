//! What others say or measured, row by row: figures of the price book, and its facts in words. Where nobody says
//! anything, there is nothing: a figure without a source is none.

use coldframe_cost::{Book, Confidence, Fact, FactSide, Figure, Machine, Plan, Source};
use coldframe_protocol::{RowKind, Side, SourcedFigure};
use coldframe_providers::domain::App;
use coldframe_report::{Deployed, own_plans};

use super::words::{count, dollars, time};

/// AWS's own starts, a table that comes with Coldframe.
const HELLO_STARTS: &str = "cold starts of functions that do nothing, measured on AWS in August 2026";
const HELLO_DATE: &str = "2026-08-31";

pub(super) struct Sourced<'a> {
    pub(super) book: &'a Book,
    pub(super) app: &'a App,
    /// The plan its code is written for, and a machine.
    pub(super) opposites: Option<(&'a Plan, &'a Machine)>,
}

impl Sourced<'_> {
    pub(super) fn figures(&self, kind: RowKind) -> Vec<SourcedFigure> {
        let mut all = match kind {
            RowKind::Provisioning => self.provisioning(),
            RowKind::Latency => self.hello().into_iter().collect(),
            RowKind::Idle => self.idle(),
            RowKind::ScalingOut => self.burst().into_iter().chain(self.rule()).collect(),
            RowKind::ScalingToZero => self.kept().into_iter().collect(),
            RowKind::LongWork => self.limit().into_iter().collect(),
            RowKind::SteadySpiky => self.prices(),
            RowKind::Utilisation
            | RowKind::Billing
            | RowKind::Statelessness
            | RowKind::Availability
            | RowKind::Administration
            | RowKind::LockIn => Vec::new(),
        };
        let facts = self.book.facts.iter().filter(|fact| fact.row == kind.as_str());
        all.extend(facts.map(of_fact));
        all
    }

    fn provisioning(&self) -> Vec<SourcedFigure> {
        let mut all: Vec<SourcedFigure> = self.hello().into_iter().collect();
        let growth = self.opposites.and_then(|(_, machine)| self.book.growth(machine));
        if let Some(growth) = growth {
            // What a deployment takes depends on the code: the person's own figure.
            let boot = format!("a machine boots in {} s", growth.boot_s.value);
            all.extend(sourced(Side::AlwaysOn, boot, &growth.boot_s));
        }
        all
    }

    fn hello(&self) -> Option<SourcedFigure> {
        let deployed = Deployed {
            provider: self.app.provider.as_str(),
            language: self.app.language.as_str(),
            runtime: &self.app.runtime,
            memory_mb: self.app.settings.memory_mb,
        };
        let cold = deployed.cold(self.book, 0.0)?;
        let text = format!(
            "a function of this runtime that does nothing starts in {} to {} there",
            time(cold.low_ms),
            time(cold.high_ms)
        );
        Some(SourcedFigure {
            side: Side::Serverless,
            text,
            source: HELLO_STARTS.to_owned(),
            url: String::new(),
            date: HELLO_DATE.to_owned(),
            confidence: Confidence::Observed.as_str().to_owned(),
            unverified: self.app.provider.as_str() != "aws",
        })
    }

    fn idle(&self) -> Vec<SourcedFigure> {
        let Some((plan, machine)) = self.opposites else { return Vec::new() };
        let mut all = vec![of_source(
            Side::Serverless,
            format!("{} counts {}: nothing while nothing runs", plan.title, counts(plan)),
            &plan.source,
            plan.confidence(),
        )];
        all.extend(machine.hour().map(|hour| {
            let text = format!("{} takes {} an hour, day and night", machine.title, dollars(hour));
            of_source(Side::AlwaysOn, text, &machine.source, machine.price_confidence())
        }));
        all
    }

    fn burst(&self) -> Option<SourcedFigure> {
        let (plan, _) = self.opposites?;
        let scaling = plan.scaling.as_ref()?;
        let (burst, seconds) = (scaling.burst.as_ref()?, scaling.burst_s.as_ref()?);
        let text = format!(
            "{} may start {} instances at once, and as many more every {} s",
            plan.title,
            count(burst.value),
            seconds.value
        );
        Some(figure(Side::Serverless, text, burst))
    }

    fn rule(&self) -> Option<SourcedFigure> {
        let growth = self.opposites.and_then(|(_, machine)| self.book.growth(machine))?;
        let text = format!(
            "a scaling rule acts {} s after a machine is needed, which then boots",
            growth.notice_s.value
        );
        sourced(Side::AlwaysOn, text, &growth.notice_s)
    }

    fn kept(&self) -> Option<SourcedFigure> {
        let (plan, _) = self.opposites?;
        let idle = &plan.scaling.as_ref()?.idle_s;
        let text = format!(
            "{} keeps an instance about {} after its last call, and does not charge for it",
            plan.title,
            time(idle.value as f64 * 1_000.0)
        );
        Some(figure(Side::Serverless, text, idle))
    }

    fn limit(&self) -> Option<SourcedFigure> {
        let (plan, _) = self.opposites?;
        Some(match &plan.timeout_ms {
            Some(limit) => {
                let text = format!("{} ends a call after {}", plan.title, time(limit.value as f64));
                figure(Side::Serverless, text, limit)
            }
            None => of_source(
                Side::Serverless,
                format!("the price book knows of no limit on {}", plan.title),
                &plan.source,
                Confidence::Memory,
            ),
        })
    }

    fn prices(&self) -> Vec<SourcedFigure> {
        let plans = own_plans(self.book, self.app.provider.as_str()).into_iter();
        let listed = plans.map(|plan| {
            let text = format!("{} at list price, with its free tier", plan.title);
            of_source(Side::Serverless, text, &plan.source, plan.confidence())
        });
        listed.collect()
    }
}

fn counts(plan: &Plan) -> &'static str {
    match plan.meter.as_str() {
        "per-invocation" => "each call's time",
        "active-instance" => "the time in which an instance has a call",
        "active-cpu" => "the CPU that calls use",
        "lifetime" => "an instance's whole life",
        _ => "machines",
    }
}

/// Nothing of a figure that nobody bears out.
fn sourced<T>(side: Side, text: String, from: &Figure<T>) -> Option<SourcedFigure> {
    (!from.confidence.is_unverified()).then(|| figure(side, text, from))
}

fn figure<T>(side: Side, text: String, figure: &Figure<T>) -> SourcedFigure {
    of_source(side, text, &figure.source, figure.confidence)
}

fn of_fact(fact: &Fact) -> SourcedFigure {
    let side = match fact.side {
        FactSide::Serverless => Side::Serverless,
        FactSide::AlwaysOn => Side::AlwaysOn,
    };
    of_source(side, fact.text.clone(), &fact.source, fact.confidence)
}

fn of_source(side: Side, text: String, source: &Source, confidence: Confidence) -> SourcedFigure {
    SourcedFigure {
        side,
        text,
        source: source.title.clone(),
        url: source.url.clone(),
        date: source.date.clone(),
        confidence: confidence.as_str().to_owned(),
        unverified: confidence.is_unverified(),
    }
}
