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
    domain::{App, Function, Gateway, Problem, ProviderId},
    invocation::{Event, Failure},
    narrate::Cause,
    portable::{self, Adapter, Attempt, Call, Heard, Told},
    reached::Reached,
    registry,
};

use self::{blame::Places, folder::Folder};
use crate::{
    Engine, TrialError, TrialFailure,
    app::{Disk, bring_up, problem_of},
    instance::{StartFailure, StartRequest, Why},
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
        /// What it cannot have there, though it runs.
        remarks: Vec<String>,
        home: Box<Home>,
    },
    /// None of the attempts held; the last of them.
    Refused { adapter: Option<Adapter>, refusal: Refusal },
}

impl Elsewhere {
    /// Whether it ran, and its callers got something else.
    pub fn differs_from(&self, home: &Home) -> bool {
        matches!(self, Self::Ran { home: there, .. } if !home.told.differs_in(&there.told).is_empty())
    }
}

impl Engine {
    /// Whether code of a function can be called without its provider at all; the outer error is no matter of that.
    ///
    /// # Errors
    /// There is no such function, or it could not be built.
    pub async fn can_leave(&self, function_id: i64, heard: &Heard) -> Result<Result<(), String>, TrialError> {
        let (app, function) = self.registry().app_of(function_id).ok_or(TrialError::NoFunction)?;
        let (start, _) = app.lend().await.map_err(TrialError::Problem)?;
        Ok(portable::can_leave(&start.revision.app, &function, &start.code, heard))
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

    /// The last request that a function answered well since its project was opened, as its caller sent it and a person
    /// would write it, without secrets.
    pub fn last_request(&self, function_id: i64) -> Option<String> {
        let description = portable::description(&self.world().requests.of(function_id)?);
        let kept = self.world().redaction.redact(description.into());
        Some(String::from_utf8_lossy(&kept).into_owned())
    }

    /// Runs an event under the function's own contract. Another trial of this engine is waited for.
    ///
    /// # Errors
    /// There is no such function, or it could not be built or started at all.
    pub async fn at_home(
        &self,
        function_id: i64,
        heard: &Heard,
    ) -> Result<Result<Home, Refusal>, TrialError> {
        let (app, function) = self.registry().app_of(function_id).ok_or(TrialError::NoFunction)?;
        let _alone = self.world().guard.trial().await;
        let (mut start, disk) = app.lend().await.map_err(TrialError::Problem)?;
        let mut spec = App::clone(&start.revision.app);
        spec.settings.timeout = spec.settings.timeout.min(PATIENCE);
        spec.settings.start_limit = spec.settings.start_limit.min(PATIENCE);
        start.revision = Arc::new(start.revision.with(spec, start.revision.code.clone()));
        let provider = registry::of(start.revision.app.provider);
        let event = provider.event(&function, &heard.text).map_err(TrialError::Problem)?;
        Ok(self.tried(start, disk, &function, (&heard.call, heard.gateway()), event).await)
    }

    /// Tries to run the same event under the contract of `to`, where `own` is what its callers get at home: the least
    /// change first, till callers get the same; else the first adapter that is answered with something else, and only
    /// where none is, the code as it is.
    ///
    /// # Errors
    /// There is no such function, or it could not be built at all.
    pub async fn elsewhere(
        &self,
        function_id: i64,
        heard: &Heard,
        own: &Told,
        to: ProviderId,
    ) -> Result<Elsewhere, TrialError> {
        let (app, function) = self.registry().app_of(function_id).ok_or(TrialError::NoFunction)?;
        let world = self.world();
        let _alone = world.guard.trial().await;
        let (start, _) = app.lend().await.map_err(TrialError::Problem)?;
        let spec = Arc::clone(&start.revision.app);
        let attempts = match portable::attempts(&spec, &function, &start.code, heard, to) {
            Ok(attempts) => attempts,
            Err(why) => return Ok(Elsewhere::NotTried { why, adapter: None }),
        };
        let (mut as_it_is, mut last, mut missed, mut broken) = (None, None, None, None);
        let mut another = None;
        for attempt in attempts {
            match self.attempt(&start, &spec, &attempt, &heard.call, own, to).await {
                Ok((home, remarks)) => {
                    let differs = own.differs_in(&home.told);
                    let Attempt { adapter, misses, .. } = attempt;
                    let is_plain = adapter.is_none();
                    let ran =
                        Elsewhere::Ran { adapter, as_it_is: as_it_is.clone(), remarks, home: Box::new(home) };
                    if differs.is_empty() {
                        return Ok(ran);
                    }
                    // An adapter may do what it does not do by itself.
                    if is_plain {
                        let without = misses.map(|what| format!(", without {what}")).unwrap_or_default();
                        let message = format!("callers get another {}{without}", differs.join(", "));
                        as_it_is = Some(Refusal::of_answer(message));
                    }
                    another = match another {
                        Some(Elsewhere::Ran { adapter: None, .. }) if !is_plain => Some(ran),
                        another => another.or(Some(ran)),
                    };
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
    ) -> Result<(Home, Vec<String>), Refusal> {
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
        let event = portable::asks(&app, call).and_then(|text| registry::of(to).event(&function, &text));
        let event = event.map_err(|problem| not_started(&problem))?;
        let unsent = portable::unsent(&app, call);
        let linked = start.code.clone();
        let mut start = start.clone();
        start.revision = Arc::new(start.revision.with(app, folder.path().to_owned()));
        start.code = folder.path().to_owned();
        start.cpu_milli = None;
        let shown = |text: &str| text.replace(&format!("{}/", folder.path().display()), "");
        let places =
            Places { folder: folder.path(), code: [&linked, &spec.root], work: &world.config.work_dir };
        let home =
            self.tried(start, None, &function, (call, &Gateway::Http), event).await.map_err(|refusal| {
                Refusal {
                    of_adapter: attempt
                        .adapter
                        .as_ref()
                        .is_some_and(|one| places.is_adapters(&one.file, &refusal.lines)),
                    message: shown(&refusal.message),
                    lines: refusal.lines.iter().map(|line| shown(line)).collect(),
                    ..refusal
                }
            })?;
        let (there, here) = (home.told.said_status(), own.said_status());
        let failed = |status: http::StatusCode| status.is_client_error() || status.is_server_error();
        if there != here && (failed(there) || failed(here)) {
            let body: String = String::from_utf8_lossy(&home.told.body).chars().take(300).collect();
            let message = format!("it answers {} there instead of {}: {body}", there.as_u16(), here.as_u16());
            return Err(Refusal::of_answer(match unsent {
                Some(unsent) => format!("{unsent}; {message}"),
                None => message,
            }));
        }
        let exceeded = portable::exceeded(spec, to).into_iter();
        Ok((home, unsent.into_iter().map(str::to_owned).chain(exceeded).collect()))
    }

    /// One event on an instance of its own, as it came by a gateway.
    async fn tried(
        &self,
        start: StartRequest,
        disk: Option<Disk>,
        function: &Arc<Function>,
        (call, gateway): (&Call, &Gateway),
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
                let ended = matches!(failed.why, Why::Ended(Cause::Exited(_) | Cause::Signalled(_)));
                let failed = StartFailure::Init(failed);
                let mut failure = self.init_failed(&failed);
                // That it ended is not why.
                if let Some(why) = error_in(&lines).or_else(|| first_of(&lines)).filter(|_| ended) {
                    failure.message = why;
                }
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
        match portable::told(provider, call, gateway, &answered.head, &answered.body) {
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

/// The first that a process said of its own.
fn first_of(lines: &[String]) -> Option<String> {
    let own = lines.iter().flat_map(|line| line.lines()).map(str::trim);
    own.filter(|line| !line.is_empty()).map(str::to_owned).next()
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
