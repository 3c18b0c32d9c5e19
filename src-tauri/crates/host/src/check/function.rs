//! One function of both sides: found, given its events, measured, told.

use std::path::Path;

use coldframe_cost::Book;
use coldframe_engine::{AppStatus, Engine, TrialError, TrialFailure};
use coldframe_protocol::{self as wire, CheckVerdict, CheckedWhat, RpcError};
use coldframe_providers::{
    domain::App,
    invocation::{FunctionRef, Invoke},
    registry,
};
use coldframe_report::receipt::{self, Call};

use super::{
    Comparison, Result, Sides, Tell, failed,
    git::Commit,
    imports, lists,
    measure::{Compared, Measured, Until, Which, calls_at_first, measure},
};
use crate::commands::{Reach, connections, event, failure, saved_events, unseen};

const MOST_EVENTS: usize = 100;

/// What all functions of a comparison have in common.
pub(super) struct Of<'a> {
    pub(super) sides: &'a Sides,
    pub(super) book: &'a Book,
    /// The person's own folder, where events are kept.
    pub(super) project: &'a Path,
    pub(super) comparison: &'a Comparison,
    pub(super) commit: Option<&'a Commit>,
}

impl Of<'_> {
    pub(super) async fn function(
        &self,
        id: i64,
        status: &AppStatus,
        tell: &Tell,
    ) -> Result<wire::CheckedFunction> {
        let app = &status.app;
        let function = self.sides.now.function_ref(id).ok_or_else(|| failed("the function is gone"))?;
        let until = Until::within(self.comparison.within);
        let Events { texts: events, from, named } = self.events(&function, app)?;
        let mut told = wire::CheckedFunction {
            name: function.name.clone(),
            provider: function.provider.as_str().to_owned(),
            language: app.language.as_str().to_owned(),
            rounds: 0,
            calls: 0,
            events_from: from.to_owned(),
            events: named,
            outside: Vec::new(),
            metrics: Vec::new(),
            price: None,
            imports: Vec::new(),
            budgets: Vec::new(),
            notes: Vec::new(),
            failure: None,
        };
        if !events.is_empty() {
            let reach = unseen(&self.sides.now, id).await?;
            told.outside = reach.named();
            if !reach.is_nothing() {
                tell(&self.warning(&told.name, &reach, events.len()));
            }
        }
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
            let before = before.as_ref().map(|before| &before.subject);
            told.imports = imports::imports(&now.subject, before, until.end).await.map_err(failed)?;
        }
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

    /// Before anything is called.
    fn warning(&self, name: &str, reach: &Reach, events: usize) -> String {
        let about = calls_at_first(events, self.sides.before.is_some());
        format!(
            "{name} {} something outside ({}): what a call writes there is written about {about} times; --starts-only calls \
             nothing",
            reach.verb(),
            reach.named().join(", ")
        )
    }

    /// What it was seen connecting to meanwhile, too; and how often it was called.
    fn tell_reached(&self, id: i64, made: u32, told: &mut wire::CheckedFunction) {
        let seen = connections(&self.sides.now, id);
        if made == 0 || (seen.is_empty() && told.outside.is_empty()) {
            return;
        }
        let verb = if seen.is_empty() { "may reach" } else { "reaches" };
        let hosts = seen.into_iter().map(|seen| seen.host);
        told.outside.splice(0..0, hosts);
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

    fn events(&self, function: &FunctionRef, app: &App) -> Result<Events> {
        let events = match &self.comparison.events {
            Some(texts) => {
                let from = if texts.is_empty() { "none" } else { "given" };
                Events { texts: texts.clone(), from, named: Vec::new() }
            }
            None => self.usual_events(function, app),
        };
        if events.texts.len() > MOST_EVENTS {
            let message = format!("at most {MOST_EVENTS} events can be run");
            return Err(RpcError::new(wire::ErrorCode::Invalid, message));
        }
        Ok(events)
    }

    /// What a person keeps of it comes first, then what its manifest says.
    fn usual_events(&self, function: &FunctionRef, app: &App) -> Events {
        let saved = saved_events(self.project, &function.name);
        if !saved.is_empty() {
            let saved = saved.into_iter().take(MOST_EVENTS).map(|event| (event.text, event.name));
            let (texts, named) = saved.unzip();
            return Events { texts, from: "saved", named };
        }
        let one = |from, text, named| Events { texts: vec![text], from, named: vec![named] };
        let (found, provider) = (self.sides.now.find(function), registry::of(function.provider));
        if let Some(found) = found {
            if let Some(schedule) = provider.scheduled(&found.function).into_iter().next() {
                return one("schedule", schedule.event, schedule.schedule);
            }
            if let Some(example) = provider.example(app, &found.function) {
                return one("trigger", example.event, example.trigger);
            }
        }
        Events { texts: vec!["{}".to_owned()], from: "empty", named: Vec::new() }
    }
}

/// What a function is called with.
struct Events {
    texts: Vec<String>,
    /// As the wire has it.
    from: &'static str,
    named: Vec<String>,
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

/// Something got worse, or does not work any more.
pub(super) fn regressed(function: &wire::CheckedFunction) -> bool {
    let metrics = function.metrics.iter().map(|metric| metric.verdict);
    let price = function.price.iter().map(|price| price.verdict);
    metrics.chain(price).any(|verdict| verdict == CheckVerdict::Worse)
}

/// Nothing of it can be told, or a budget was set of what was not measured.
pub(super) fn undecided(function: &wire::CheckedFunction) -> bool {
    let mut compared = function.metrics.iter().filter(|metric| metric.before.is_some()).peekable();
    let too_few = compared.peek().is_some() && compared.all(|metric| metric.verdict == CheckVerdict::TooFew);
    too_few || function.budgets.iter().any(|budget| budget.now.is_none())
}

fn not_built(which: Which, message: String) -> wire::CheckFailure {
    wire::CheckFailure { side: which.as_str().to_owned(), status: "build".to_owned(), message }
}

fn ended(which: Which, failed: TrialFailure) -> wire::CheckFailure {
    let wire::SizeFailure { status, message } = failure(failed);
    wire::CheckFailure { side: which.as_str().to_owned(), status, message }
}
