//! A function tried under another provider's contract: its code, with or without an adapter beside it, run on an
//! instance of its own, as that provider would start and call it. As with every trial, neither the pool nor the record
//! knows of it.
//!
//! What has to stand between two providers is theirs to say ([`portable`]); here it is found out whether it holds.

mod blame;
mod folder;

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use coldframe_providers::{
    domain::{App, Function, Problem, ProviderId},
    invocation::{Event, Failure},
    portable::{self, Adapter, Attempt, Call, Told},
    reached::Reached,
    registry,
};

use self::{blame::Places, folder::Folder};
use crate::{
    Engine, TrialError, TrialFailure,
    app::{Disk, bring_up, problem_of},
    instance::{StartFailure, StartRequest},
    printed::error_in,
    trial::{OnTrial, call},
};

/// Longest start and call that are waited for, whatever the provider would.
const PATIENCE: Duration = Duration::from_secs(30);
/// Below the work directory.
pub(crate) const PLACE: &str = "elsewhere";
/// Of what it printed.
const LINES: usize = 40;

/// How a function fares under its own contract.
#[derive(Debug)]
pub struct Home {
    /// Boot and init.
    pub init: Duration,
    pub handler: Duration,
    pub told: Told,
}

/// What became of one attempt that was not answered as it is at home.
#[derive(Debug, Clone)]
pub struct Refusal {
    pub kind: Failure,
    /// Lower case but for names of errors, no final full stop.
    pub message: String,
    /// What it printed, the last lines of it.
    pub lines: Vec<String>,
    /// It came of the adapter, and nothing of the function's own had a part in it.
    pub of_adapter: bool,
    /// It ran and answered, with another status: why is in nothing that it printed.
    pub answers: bool,
}

impl Refusal {
    fn of_answer(message: String) -> Self {
        Self { kind: Failure::Error, message, lines: Vec::new(), of_adapter: false, answers: true }
    }
}

/// How it fares under another's.
#[derive(Debug)]
pub enum Elsewhere {
    /// Why: nothing mechanical stands between the two, what the adapter is written with is not there, or it failed itself.
    NotTried { why: String, adapter: Option<Adapter> },
    Ran {
        /// `None`: as it is.
        adapter: Option<Adapter>,
        /// Why it does not run as it is, where that was tried.
        as_it_is: Option<Refusal>,
        home: Home,
    },
    /// None of the attempts held; the last of them.
    Refused { adapter: Option<Adapter>, refusal: Refusal },
}

impl Engine {
    /// Whether code of a function can be called without its provider at all; the outer error is no matter of that.
    ///
    /// # Errors
    /// There is no such function, or it could not be built.
    pub async fn can_leave(&self, function_id: i64, call: &Call) -> Result<Result<(), String>, TrialError> {
        let (app, function) = self.registry().app_of(function_id).ok_or(TrialError::NoFunction)?;
        let (start, _) = app.lend().await.map_err(TrialError::Problem)?;
        Ok(portable::can_leave(&start.revision.app, &function, &start.code, call))
    }

    /// What a function's app was seen reaching outside of itself since its project was opened.
    pub fn reached(&self, function_id: i64) -> Vec<Reached> {
        let Some((app, _)) = self.registry().app_of(function_id) else { return Vec::new() };
        let mut reached = self.world().seen.of(app.id());
        reached.extend(app.known_twin().iter().flat_map(|twin| self.world().seen.of(twin.id())));
        reached.sort();
        reached.dedup();
        reached
    }

    /// Runs an event under the function's own contract. Another trial of this engine is waited for.
    ///
    /// # Errors
    /// There is no such function, or it could not be built or started at all.
    pub async fn at_home(&self, function_id: i64, call: &Call) -> Result<Result<Home, Refusal>, TrialError> {
        let (app, function) = self.registry().app_of(function_id).ok_or(TrialError::NoFunction)?;
        let _alone = self.world().guard.trial().await;
        let (mut start, disk) = app.lend().await.map_err(TrialError::Problem)?;
        let mut spec = App::clone(&start.revision.app);
        spec.settings.timeout = spec.settings.timeout.min(PATIENCE);
        spec.settings.start_limit = spec.settings.start_limit.min(PATIENCE);
        start.revision = Arc::new(start.revision.with(spec, start.revision.code.clone()));
        let event = asked(&start.revision.app, Some(&function), call).map_err(TrialError::Problem)?;
        Ok(self.tried(start, disk, &function, call, event).await)
    }

    /// Tries to run the same event under the contract of `to`, where `own` is what its callers get at home: the least
    /// change first, till callers get the same; else the first that is answered with something else.
    ///
    /// # Errors
    /// There is no such function, or it could not be built at all.
    pub async fn elsewhere(
        &self,
        function_id: i64,
        call: &Call,
        own: &Told,
        to: ProviderId,
    ) -> Result<Elsewhere, TrialError> {
        let (app, function) = self.registry().app_of(function_id).ok_or(TrialError::NoFunction)?;
        let world = self.world();
        let _alone = world.guard.trial().await;
        let (start, _) = app.lend().await.map_err(TrialError::Problem)?;
        let spec = Arc::clone(&start.revision.app);
        let attempts = match portable::attempts(&spec, &function, &start.code, call, to) {
            Ok(attempts) => attempts,
            Err(why) => return Ok(Elsewhere::NotTried { why, adapter: None }),
        };
        let (mut as_it_is, mut last, mut missed, mut broken) = (None, None, None, None);
        let mut another = None;
        for attempt in attempts {
            match self.attempt(&start, &spec, &attempt, call, own, to).await {
                Ok(home) => {
                    let differs = own.differs_in(&home.told);
                    let (is_plain, adapter) = (attempt.adapter.is_none(), attempt.adapter);
                    let ran = Elsewhere::Ran { adapter, as_it_is: as_it_is.clone(), home };
                    if differs.is_empty() {
                        return Ok(ran);
                    }
                    // An adapter may do what it does not do by itself.
                    if is_plain {
                        as_it_is =
                            Some(Refusal::of_answer(format!("callers get another {}", differs.join(", "))));
                    }
                    another = another.or(Some(ran));
                }
                Err(refusal) if attempt.adapter.is_none() => as_it_is = Some(refusal),
                Err(refusal) => {
                    let library = attempt.libraries.iter().find(|one| one.is_missed_in(&refusal.message));
                    match library {
                        Some(library) => missed = Some((*library, attempt.adapter)),
                        None if refusal.of_adapter => broken = Some((attempt.adapter, refusal)),
                        None => last = Some((attempt.adapter, refusal)),
                    }
                }
            }
        }
        if let Some(ran) = another {
            return Ok(ran);
        }
        if let (None, Some((library, adapter))) = (&last, &missed) {
            let why = format!("{} is not installed for it: {}", library.name, library.install);
            return Ok(Elsewhere::NotTried { why, adapter: adapter.clone() });
        }
        if let (None, Some((adapter, refusal))) = (&last, broken) {
            let why = format!("the adapter failed: {}", refusal.message);
            return Ok(Elsewhere::NotTried { why, adapter });
        }
        let (adapter, refusal) = match (last, as_it_is) {
            (Some(last), _) => last,
            (None, Some(refusal)) => (None, refusal),
            (None, None) => {
                let why = "nothing stands between the two".to_owned();
                return Ok(Elsewhere::NotTried { why, adapter: None });
            }
        };
        let mut refusal = refusal;
        if let Some((library, _)) = missed {
            refusal.message = format!(
                "{}; with {} another adapter can be tried: {}",
                refusal.message, library.name, library.install
            );
        }
        Ok(Elsewhere::Refused { adapter, refusal })
    }

    async fn attempt(
        &self,
        start: &StartRequest,
        spec: &Arc<App>,
        attempt: &Attempt,
        call: &Call,
        own: &Told,
        to: ProviderId,
    ) -> Result<Home, Refusal> {
        let world = self.world();
        let place = world.config.work_dir.join(PLACE).join(world.ids.next().to_string());
        let (code, project) = (start.code.clone(), world.project.clone());
        let (prepared, original) = (attempt.clone(), Arc::clone(spec));
        // Reads and writes files.
        let prepared = tokio::task::spawn_blocking(move || {
            let folder = Folder::of(place, &code, &original.root, &project, &prepared.files)
                .map_err(|error| Problem::error(format!("the trial's folder cannot be made: {error}")))?;
            portable::adopted(to, &prepared, folder.path(), &original, &project).map(|app| (folder, app))
        });
        let (folder, app) = match prepared.await {
            Ok(Ok(prepared)) => prepared,
            Ok(Err(problem)) => return Err(not_started(&problem)),
            Err(error) => {
                return Err(not_started(&Problem::error(format!("the work was interrupted: {error}"))));
            }
        };
        let none = || not_started(&Problem::error(format!("{} has no function", app.name)));
        let function = app.functions.first().cloned().map(Arc::new).ok_or_else(none)?;
        let event = asked(&app, Some(&function), call).map_err(|problem| not_started(&problem))?;
        let linked = start.code.clone();
        let mut start = start.clone();
        start.revision = Arc::new(start.revision.with(app, folder.path().to_owned()));
        start.code = folder.path().to_owned();
        start.cpu_milli = None;
        let shown = |text: &str| text.replace(&format!("{}/", folder.path().display()), "");
        let places =
            Places { folder: folder.path(), code: [&linked, &spec.root], work: &world.config.work_dir };
        let home = self.tried(start, None, &function, call, event).await.map_err(|refusal| Refusal {
            of_adapter: attempt
                .adapter
                .as_ref()
                .is_some_and(|one| places.is_adapters(&one.file, &refusal.lines)),
            message: shown(&refusal.message),
            lines: refusal.lines.iter().map(|line| shown(line)).collect(),
            ..refusal
        })?;
        let (there, here) = (home.told.said_status(), own.said_status());
        let failed = |status: http::StatusCode| status.is_client_error() || status.is_server_error();
        if there != here && (failed(there) || failed(here)) {
            let body: String = String::from_utf8_lossy(&home.told.body).chars().take(300).collect();
            let message = format!("it answers {} there instead of {}: {body}", there.as_u16(), here.as_u16());
            return Err(Refusal::of_answer(message));
        }
        Ok(home)
    }

    /// One event on an instance of its own.
    async fn tried(
        &self,
        start: StartRequest,
        disk: Option<Disk>,
        function: &Arc<Function>,
        call: &Call,
        event: Event,
    ) -> Result<Home, Refusal> {
        let provider = start.revision.app.provider;
        let instance = match bring_up(self.world(), start, disk, &mut Instant::now()).await {
            Ok(instance) => OnTrial(instance),
            Err(StartFailure::Refused(problem) | StartFailure::NoEntrypoint(problem)) => {
                return Err(not_started(&problem));
            }
            Err(StartFailure::Init(failed)) => {
                let lines = failed.lines.clone();
                let failed = StartFailure::Init(failed);
                let mut failure = self.init_failed(&failed);
                // What is said of the next call is not about a trial.
                let hint = problem_of(&failed, &self.world().project, false).hint;
                if let Some(hint) = hint.filter(|hint| !hint.starts_with("the next call")) {
                    failure.message = format!("{} ({hint})", failure.message);
                }
                return Err(refusal(failure, lines));
            }
        };
        let phases = instance.0.phases;
        let answered = match call::run(&instance.0, function, event).await {
            Ok(answered) => answered,
            Err(failure) => {
                instance.0.child.drain().await;
                return Err(refusal(failure, instance.0.logs.init().await));
            }
        };
        if answered.head.failed.is_some() || answered.head.status.is_server_error() {
            let said: String = String::from_utf8_lossy(&answered.body).chars().take(300).collect();
            let (printed, lines) = (error_in(&answered.lines), last(answered.lines));
            let status = answered.head.status.as_u16();
            let refusal = Refusal::of_answer(format!("it answers {status}: {said}"));
            return Err(match printed {
                Some(message) => Refusal { message, lines, answers: false, ..refusal },
                None => Refusal { lines, ..refusal },
            });
        }
        match portable::told(provider, call, &answered.head, &answered.body) {
            Ok(told) => Ok(Home { init: phases.boot + phases.init, handler: answered.run.handler, told }),
            Err(message) => Err(Refusal {
                kind: Failure::Error,
                message,
                lines: last(answered.lines),
                of_adapter: false,
                answers: false,
            }),
        }
    }
}

/// The event as one of the app's functions gets it.
fn asked(app: &App, function: Option<&Function>, call: &Call) -> Result<Event, Problem> {
    let text = portable::asks(app.provider, call)?;
    let function = function.ok_or_else(|| Problem::error("it has no function"))?;
    registry::of(app.provider).event(function, &text)
}

fn not_started(problem: &Problem) -> Refusal {
    let message = match &problem.hint {
        Some(hint) => format!("{} ({hint})", problem.message),
        None => problem.message.clone(),
    };
    Refusal { kind: Failure::InitError, message, lines: Vec::new(), of_adapter: false, answers: false }
}

fn refusal(failure: TrialFailure, lines: Vec<String>) -> Refusal {
    // A process that is gone says no more than how; what it printed may say why.
    let why = if failure.kind == Failure::Crash { error_in(&lines) } else { None };
    let TrialFailure { kind, message } = failure;
    let message = match why {
        Some(why) => format!("{message}: {why}"),
        None => message,
    };
    Refusal { kind, message, lines: last(lines), of_adapter: false, answers: false }
}

fn last(mut lines: Vec<String>) -> Vec<String> {
    lines.drain(..lines.len().saturating_sub(LINES));
    lines
}
