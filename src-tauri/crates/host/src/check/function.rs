//! One function of both sides: found, given its events, measured, told.

use coldframe_cost::Book;
use coldframe_engine::{AppStatus, Engine, TrialError, TrialFailure};
use coldframe_protocol::{self as wire, CheckVerdict, CheckedWhat};
use coldframe_providers::{domain::App, invocation::FunctionRef};
use coldframe_report::receipt::{self, Call};

use super::{
    Comparison, Result, Sides, Tell,
    asked::{Asked, Events},
    failed,
    git::Commit,
    imports::{self, Imported},
    lists,
    measure::{Compared, Measured, Until, Which, measure},
};
use crate::commands::{connections, done, event, failure};

/// Starts of each side whose imports are timed: every module of many is judged by them.
const IMPORTS: u32 = 12;

/// What all functions of a comparison have in common.
pub(super) struct Of<'a> {
    pub(super) sides: &'a Sides,
    pub(super) book: &'a Book,
    pub(super) comparison: &'a Comparison,
    pub(super) commit: Option<&'a Commit>,
}

impl Of<'_> {
    pub(super) async fn function(&self, asked: Asked, tell: &Tell) -> Result<wire::CheckedFunction> {
        let Asked { id, status, function, events: Events { texts: events, from, named }, reach } = asked;
        let app = &status.app;
        let until = Until::within(self.comparison.within);
        let mut told = wire::CheckedFunction {
            name: function.name.clone(),
            provider: function.provider.as_str().to_owned(),
            language: app.language.as_str().to_owned(),
            rounds: 0,
            calls: 0,
            events_from: from.to_owned(),
            events: named,
            outside: reach.named(),
            metrics: Vec::new(),
            price: None,
            imports: Vec::new(),
            budgets: Vec::new(),
            notes: Vec::new(),
            regressed: false,
            failure: None,
        };
        tell(&format!("{} is built and measured", told.name));
        let now = match compared(&self.sides.now, id, &function, &events).await? {
            Ok(now) => now,
            Err(problem) => {
                told.failure = Some(not_built(Which::Now, problem));
                return Ok(told);
            }
        };
        let (before, memory_before) = self.before(&function, &events, app, &mut told).await?;
        let memory = (memory_before, now.subject.memory_mb());
        let mut measured = measure(&now, before.as_ref(), until).await;
        let mut before = before;
        match measured.failure.take() {
            Some((Which::Before, failure)) => {
                told.notes.push(format!(
                    "in {} it fails, so there is nothing to compare with: {}",
                    self.commit.map_or("", |commit| &commit.short),
                    failure.message
                ));
                before = None;
                measured = measure(&now, None, until).await;
                told.failure = measured.failure.take().map(|(which, failure)| ended(which, failure));
            }
            Some((which, failure)) => told.failure = Some(ended(which, failure)),
            None => {}
        }
        if told.failure.is_some() && matches!(from, "trigger" | "empty") {
            told.notes.push(
                "nobody gave it an event: if it is not made for the one it was called with, --events FILE names others"
                    .to_owned(),
            );
        }
        self.tell_figures(&measured, app, memory, &mut told);
        self.tell_reached(id, measured.made, &mut told);
        let worth = told.failure.is_none() && self.sides.now.measures_imports(id).is_ok();
        if worth {
            let before: Vec<_> = before.iter().map(|before| &before.subject).collect();
            let over = || std::time::Instant::now() >= until.end;
            let measured = imports::imports(&now.subject, &before, IMPORTS, over).await.map_err(failed)?;
            tell_imports(measured.into_iter().next().unwrap_or_default(), &mut told);
        }
        told.regressed |= regressed(&told);
        Ok(told)
    }

    /// As it was, if it was there and could be built.
    async fn before(
        &self,
        function: &FunctionRef,
        events: &[String],
        app: &App,
        told: &mut wire::CheckedFunction,
    ) -> Result<(Option<Compared>, Option<u32>)> {
        let (Some(engine), Some(commit)) = (&self.sides.before, self.commit) else { return Ok((None, None)) };
        let Some((id, status)) = counterpart(engine, function) else {
            told.notes.push(format!("it is new: {} does not have it", commit.short));
            return Ok((None, None));
        };
        let differ = lists::differ(app.language, &app.root, self.sides.now.root(), engine.root());
        if !differ.is_empty() {
            told.notes.push(format!(
                "{} differs from {}, but both sides ran with what is installed now",
                differ.join(", "),
                commit.short
            ));
        }
        match compared(engine, id, function, events).await? {
            Ok(before) => Ok((Some(before), Some(status.app.settings.memory_mb))),
            Err(problem) => {
                told.notes.push(format!(
                    "{} cannot be built, so there is nothing to compare with: {problem}",
                    commit.short
                ));
                Ok((None, None))
            }
        }
    }

    /// What it was seen reaching meanwhile, too; and how often it was called.
    fn tell_reached(&self, id: i64, made: u32, told: &mut wire::CheckedFunction) {
        let hosts = connections(&self.sides.now, id).into_iter().map(|seen| seen.host);
        let seen: Vec<String> = hosts.chain(done(&self.sides.now, id)).collect();
        if made == 0 || (seen.is_empty() && told.outside.is_empty()) {
            return;
        }
        let verb = if seen.is_empty() { "may reach" } else { "reaches" };
        told.outside.splice(0..0, seen);
        told.notes.push(format!(
            "it {verb} something outside ({}), and was called {made} times in all: --starts-only calls nothing",
            told.outside.join(", ")
        ));
    }

    fn tell_figures(
        &self,
        measured: &Measured,
        app: &App,
        (memory_before, memory_mb): (Option<u32>, u32),
        told: &mut wire::CheckedFunction,
    ) {
        told.rounds = measured.rounds;
        told.calls = measured.calls;
        told.metrics = receipt::told(&measured.before, &measured.now);
        if let Some(before) = memory_before.filter(|before| *before != memory_mb) {
            told.notes.push(format!("its memory was {before} MB and is {memory_mb} MB now"));
        }
        let metric = |what| told.metrics.iter().find(|metric| metric.metric == what);
        if let Some((warm, cpu)) = metric(CheckedWhat::Warm).zip(metric(CheckedWhat::CallCpu)) {
            let was = warm.before.zip(cpu.before).zip(memory_before);
            let before = was.map(|((handler_ms, cpu_ms), memory_mb)| Call { memory_mb, handler_ms, cpu_ms });
            let now = Call { memory_mb, handler_ms: warm.now, cpu_ms: cpu.now };
            let (provider, architecture) = (app.provider.as_str(), app.architecture.as_str());
            let duration = receipt::Duration { verdict: warm.verdict, band_ms: warm.band };
            told.price = receipt::price(self.book, provider, architecture, (before, now), duration);
        }
        let most = (measured.most_memory > 0.0).then_some(measured.most_memory);
        told.budgets = self.comparison.budgets.of(&told.metrics, told.price.as_ref(), most);
    }
}

/// The function of the same provider and name.
pub(crate) fn counterpart(engine: &Engine, function: &FunctionRef) -> Option<(i64, AppStatus)> {
    engine.status().into_iter().filter(|app| app.app.provider == function.provider).find_map(|app| {
        let id = app.functions.iter().find(|(_, name)| *name == function.name).map(|(id, _)| *id);
        id.map(|id| (id, app))
    })
}

/// The inner error: why it could not be built.
async fn compared(
    engine: &Engine,
    id: i64,
    function: &FunctionRef,
    events: &[String],
) -> Result<std::result::Result<Compared, String>> {
    let subject = match engine.subject(id).await {
        Ok(subject) => subject,
        Err(TrialError::Problem(problem)) => return Ok(Err(problem.to_string())),
        Err(error @ TrialError::NoFunction) => return Err(failed(error)),
    };
    let events = events.iter().map(|text| event(engine, function, text)).collect::<Result<_>>()?;
    Ok(Ok(Compared { subject, events }))
}

/// They may be told where the start as a whole is within its noise.
fn tell_imports(Imported { told: imports, longer }: Imported, told: &mut wire::CheckedFunction) {
    told.imports = imports;
    let Some(longer) = longer else { return };
    told.regressed = true;
    let init = told.metrics.iter().find(|metric| metric.metric == CheckedWhat::Init);
    if init.is_some_and(|init| init.verdict != CheckVerdict::Worse) {
        told.notes.push(format!(
            "its imports take {longer:.1} ms longer, each timed by itself; in the whole start that is within the noise"
        ));
    }
}

/// By its figures.
fn regressed(function: &wire::CheckedFunction) -> bool {
    let metrics = function.metrics.iter().map(|metric| metric.verdict);
    let price = function.price.iter().map(|price| price.verdict);
    metrics.chain(price).any(|verdict| verdict == CheckVerdict::Worse)
}

/// Nothing of it can be told, or what was seen is beyond its noise and yet no claim; or a budget was set of what was not
/// measured.
pub(super) fn undecided(function: &wire::CheckedFunction) -> bool {
    let compared: Vec<_> = function.metrics.iter().filter(|metric| metric.before.is_some()).collect();
    let too_few = |metric: &&&wire::CheckedMetric| metric.verdict == CheckVerdict::TooFew;
    let seen = |metric: &&wire::CheckedMetric| {
        metric.change.zip(metric.band).is_some_and(|(change, band)| change.abs() >= band)
    };
    let nothing = !compared.is_empty() && compared.iter().all(|metric| too_few(&metric));
    let open = compared.iter().filter(too_few).any(seen);
    nothing || open || function.budgets.iter().any(|budget| budget.now.is_none())
}

fn not_built(which: Which, message: String) -> wire::CheckFailure {
    wire::CheckFailure { side: which.as_str().to_owned(), status: "build".to_owned(), message }
}

fn ended(which: Which, failed: TrialFailure) -> wire::CheckFailure {
    let wire::SizeFailure { status, message } = failure(failed);
    wire::CheckFailure { side: which.as_str().to_owned(), status, message }
}
