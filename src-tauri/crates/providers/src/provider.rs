//! What a provider is to everybody else: its parts and its rules, in one table that its folder fills.

use std::{
    net::SocketAddr,
    ops::RangeInclusive,
    path::{Path, PathBuf},
    time::Duration,
};

use coldframe_supervisor::Command;

use crate::{
    conversation::InitFailure,
    detecting::Detect,
    domain::{App, Function, Language, Problem, ProviderId, Settings},
    example::Example,
    invocation::{Event, Found, Handover, HttpRequest, Reply},
    languages::{go, java},
    launch::LaunchContext,
    narrate::{Cause, FailureBody, Moment},
    portable::Portable,
    project::Project,
    push::Failed,
    templates::Template,
};

#[derive(Debug)]
pub struct Provider {
    pub id: ProviderId,
    /// What a function has whose manifest says nothing.
    pub defaults: Settings,
    pub rules: Rules,
    /// Who does not take what is outside of its bounds.
    pub(crate) refuses: &'static str,
    pub(crate) timeout_s: RangeInclusive<u64>,
    pub(crate) memory_mb: RangeInclusive<u64>,
    /// Sizes worth measuring, MB.
    pub sizes: &'static [u32],
    pub(crate) detect: Detect,
    pub(crate) declare: fn(&Declaration<'_>) -> Result<App, Problem>,
    /// What is said where handler or runtime are not for `coldframe.toml` to change in a function that was found.
    pub(crate) fixed_handler: Option<&'static str>,
    /// Languages whose bootstrap for it tells what each import takes, when it is asked to.
    pub(crate) measures_imports: &'static [Language],
    /// Its build makes CommonJS of ES modules in `.js` files that no package.json calls modules.
    pub(crate) compiles_modules: bool,
    /// Packages of each language whose part our bootstraps play where a function has not installed them, by their plain
    /// names.
    pub(crate) stands_in: &'static [(Language, &'static str)],
    /// Packages that its runtimes bring besides their language's own; one that ends in `/` or `-` stands for all that
    /// begin with it.
    pub(crate) brings: &'static [(Language, &'static str)],
    /// When a clock would call a function of it, and with what.
    pub(crate) scheduled: fn(&Function) -> Vec<Scheduled>,
    /// How what a function of it is connected to would call it; nothing where that is not known.
    pub(crate) example: fn(&App, &Function) -> Option<Example>,
    /// Of the switches in `coldframe.toml` that not every provider has, its own.
    pub(crate) switches: &'static [&'static str],
    /// Its functions under other contracts, and others' under its own.
    pub(crate) portable: &'static Portable,
    /// Functions to begin with.
    pub(crate) templates: &'static [Template],
    /// Beside the code, the first of more weight.
    pub(crate) env_files: &'static [&'static str],
    /// What is compiled of an app in Go: with its project and the build's own folder.
    pub(crate) go_package: fn(&App, &Path, &Path) -> Result<go::Package, Problem>,
    /// What runs an app in Java; nothing where none is run.
    pub(crate) java_client: Option<&'static java::Client>,
    pub(crate) launch: fn(&LaunchContext<'_>) -> Result<Command, Problem>,
    pub(crate) talk: Talk,
    /// How many calls a process of an app has at a time that lives on as a server's does.
    pub(crate) resident_calls: fn(&App, &Path) -> u32,
    pub(crate) vcpu_milli: fn(u32) -> u32,
    pub(crate) narrate: fn(&Moment<'_>) -> Vec<String>,
    pub(crate) failure: fn(&str, &Cause) -> FailureBody,
    pub(crate) event: fn(&Function, &str) -> Result<Event, Problem>,
    pub(crate) urls: fn(&Found, SocketAddr) -> Vec<String>,
}

/// A call that a clock makes in the cloud.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Scheduled {
    /// As it is written: `0 5 * * *`, `01:30:00`.
    pub schedule: String,
    /// With what, as a person would write it.
    pub event: String,
}

/// What a provider does at its limits.
#[derive(Debug, Clone, Copy)]
pub struct Rules {
    /// A start over its limit is tried once more, within the call's own timeout.
    pub late_start_is_retried: bool,
    /// What becomes of the instance of a call over its deadline.
    pub overdue: Overdue,
    /// A process does nothing while it has no call, so that its end then is the next call's; else it is replaced when it
    /// ends.
    pub frozen_between_calls: bool,
    /// How long a call waits for one of as many instances as there may be; `None`: it is throttled at once.
    pub queue: Option<Duration>,
    /// An asynchronous event that the function fails with comes again, later.
    pub failed_events_return: bool,
    /// How long an instance that is not needed any more may take to end when it is asked to (SIGTERM); `None`: it is
    /// ended at once.
    pub grace: Option<Duration>,
    /// The line with which a process ends what a call wrote to each of its streams: for its platform, not for people.
    pub frame: Option<&'static str>,
}

/// What becomes of the instance of a call over its deadline, which is answered in any case.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Overdue {
    /// It ends.
    Ends,
    /// It ends, unless it has several calls at a time: those go on.
    EndsAlone,
    /// It goes on.
    Stays,
}

impl Overdue {
    /// Whether an instance ends that has so many calls at a time.
    pub fn ends(self, calls: u32) -> bool {
        match self {
            Self::Ends => true,
            Self::EndsAlone => calls == 1,
            Self::Stays => false,
        }
    }
}

/// Which conversation is held with a provider's processes.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Talk {
    /// The process asks for events (Lambda's Runtime API).
    Pull,
    /// The process is sent requests.
    Push(Pushing),
}

/// How requests are sent.
#[derive(Debug, Clone, Copy)]
pub struct Pushing {
    pub failed: Failed,
    /// What is sent for an event of an app's function.
    pub request: fn(&App, Handover) -> HttpRequest,
    /// What the process's answer means, for functions whose answers are not their callers' as they are.
    pub reads: fn(&App, &Function) -> Option<Reads>,
    /// Whether a function is sent its requests in chunks, as by a sender that does not know their length.
    pub chunked: fn(&App, &Function) -> bool,
    /// What the process of an app is sent once it listens, before any event.
    pub greeting: fn(&App) -> Option<Greeting>,
}

/// A first request, without whose good answer (200) a process is not ready.
#[derive(Debug)]
pub struct Greeting {
    pub request: HttpRequest,
    /// What another answer says, by its body.
    pub refused: fn(&bytes::Bytes) -> InitFailure,
}

/// Makes of a process's whole answer what its function said.
pub type Reads = fn(&Function, &http::response::Parts, &bytes::Bytes) -> Reply;

impl Pushing {
    /// Of functions that are called by their callers' requests.
    pub const fn of_requests(failed: Failed) -> Self {
        Self { failed, request: as_sent, reads: |_, _| None, chunked: |_, _| false, greeting: |_| None }
    }
}

/// A process that lives on has as many calls at a time as the contract lets an instance have.
pub(crate) fn as_instances(app: &App, _project: &Path) -> u32 {
    app.settings.instance_concurrency
}

pub(crate) fn as_sent(_app: &App, handover: Handover) -> HttpRequest {
    match handover.event {
        Event::Http(request) => request,
        Event::Bytes(body) => HttpRequest {
            method: http::Method::POST,
            target: "/".to_owned(),
            headers: http::HeaderMap::new(),
            body,
        },
    }
}

/// A function that a person declares in `coldframe.toml`: its folder, and as much of the rest as was said.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Declaration<'a> {
    pub(crate) project: &'a Project,
    pub(crate) name: &'a str,
    pub(crate) root: &'a PathBuf,
    pub(crate) handler: Option<&'a str>,
    pub(crate) runtime: Option<&'a str>,
}

impl<'a> Declaration<'a> {
    /// Its handler, where that is the command that starts a process: more than a word, or a path from its folder.
    pub(crate) fn command(&self) -> Option<&'a str> {
        self.handler.filter(|text| text.starts_with("./") || text.split_whitespace().nth(1).is_some())
    }
}

impl Provider {
    /// The process of an instance: program, arguments, folder, environment, limit.
    ///
    /// # Errors
    /// Something that has to be on this machine is missing.
    pub fn launch(&self, context: &LaunchContext<'_>) -> Result<Command, Problem> {
        (self.launch)(context)
    }

    /// How many calls a process of an app has at a time that lives on, as a server of its language has them. `project` is
    /// the project's root.
    pub fn resident_calls(&self, app: &App, project: &Path) -> u32 {
        (self.resident_calls)(app, project).max(1)
    }

    /// Thousandths of a vCPU that come with that much memory.
    pub fn vcpu_milli(&self, memory_mb: u32) -> u32 {
        (self.vcpu_milli)(memory_mb)
    }

    /// The provider's own log lines for a moment in an instance's life, without line feeds.
    pub fn narrate(&self, moment: &Moment<'_>) -> Vec<String> {
        (self.narrate)(moment)
    }

    /// What a caller gets when the function's process did not answer.
    pub fn failure(&self, request_id: &str, cause: &Cause) -> FailureBody {
        (self.failure)(request_id, cause)
    }

    /// What a person wrote, as the event of a function.
    ///
    /// # Errors
    /// What is wrong with it, for the person who wrote it.
    pub fn event(&self, function: &Function, text: &str) -> Result<Event, Problem> {
        (self.event)(function, text)
    }

    /// When a clock would call a function, and with what.
    pub fn scheduled(&self, function: &Function) -> Vec<Scheduled> {
        (self.scheduled)(function)
    }

    /// How what a function is connected to would call it, if that is known.
    pub fn example(&self, app: &App, function: &Function) -> Option<Example> {
        (self.example)(app, function)
    }

    /// Where a function is called on a door that listens at `address`.
    pub fn urls(&self, found: &Found, address: SocketAddr) -> Vec<String> {
        (self.urls)(found, address)
    }
}
