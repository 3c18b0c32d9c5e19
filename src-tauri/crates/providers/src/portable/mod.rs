//! Whether code written for one provider runs under another's contract: what has to stand between the two, written out
//! as a file to be put beside the code, and what of a provider a project's sources name.
//!
//! An adapter is made of two halves in the function's own language: one that calls the function as its own provider
//! would, and one that the other provider calls. In the middle is an event, or a request, of no provider. So every
//! provider brings its halves and knows of no other. Nothing here runs anything: what comes of an adapter is found by
//! whoever runs it.

mod acts;
mod adapter;
mod heard;
mod hosts;
mod imports;
mod limits;
mod network;
mod ties;
mod told;

use std::{path::Path, time::Duration};

use bytes::Bytes;
use http::Method;

pub use self::{
    acts::acts,
    adapter::{Adapter, Attempt, Library},
    heard::{Call, Heard},
    hosts::service,
    network::clients,
    ties::{Tie, TieKind, bindings, is_framework, ties},
    told::Told,
};
pub(crate) use self::{
    hosts::Services,
    limits::Limits,
    ties::{Bound, Modules},
};
use crate::{
    detecting::rename,
    domain::{App, Function, Gateway, Language, Problem, ProviderId},
    http_event,
    invocation::{HttpRequest, ResponseHead},
    languages::interpreter_of,
    project::Project,
    provider::Declaration,
    registry,
};

/// Something in a source by which a function reaches outside of itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outward {
    /// As it is imported or called.
    pub name: String,
    pub line: u32,
}

/// What a provider adds to that.
#[derive(Debug)]
pub(crate) struct Portable {
    /// The ways in which code of its functions can be called without it, the simplest first; or why there is none.
    pub(crate) callees: fn(&Written<'_>) -> Result<Vec<Callee>, String>,
    /// The handler by which it calls such code as it is.
    pub(crate) unchanged: fn(&Callee, Speech) -> Option<String>,
    pub(crate) taker: fn(&Written<'_>, &Callee) -> Taker,
    /// The app that lies in a folder with its taker, or with the code as it is.
    pub(crate) app: fn(&Declaration<'_>) -> Result<App, Problem>,
    /// What a person wrote as an event of one of its functions.
    pub(crate) heard: fn(&Function, &str) -> Result<Heard, Problem>,
    /// The same for one of its apps, as a person would write it.
    pub(crate) asks: fn(&App, &Call) -> String,
    /// What of a call nobody can send to one of its apps, in words.
    pub(crate) unsent: fn(&App, &Call) -> Option<&'static str>,
    /// What callers of a gateway of its get of an answer; or why there is none in it.
    pub(crate) told: fn(&Call, &Gateway, &ResponseHead, &Bytes) -> Result<Told, String>,
    /// Largest bodies that its callers can send and get.
    pub(crate) limits: Limits,
    /// Packages that reach its services, as they are imported; one that ends in `/` or `.` stands for all below it.
    pub(crate) clients: &'static [&'static str],
    /// Which services they reach.
    pub(crate) modules: Modules,
    /// Of those what functions are written with: it reaches nothing.
    pub(crate) frameworks: &'static [&'static str],
    /// What a file has its cloud connect a function to.
    pub(crate) bindings: fn(&Function, &Path) -> Vec<Bound>,
    /// How the hosts of its services are called.
    pub(crate) services: &'static [Services],
    /// How variables begin that only its environment has.
    pub(crate) variables: &'static [&'static str],
}

/// The languages that halves are written in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Speech {
    Python,
    JavaScript,
}

/// Code as its provider has it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Written<'a> {
    pub(crate) app: &'a App,
    pub(crate) function: &'a Function,
    /// Where it lies: its folder, or what a build made of it.
    pub(crate) code: &'a Path,
    pub(crate) heard: &'a Heard,
    pub(crate) speech: Speech,
}

impl Written<'_> {
    pub(crate) fn is_called_with_requests(&self) -> bool {
        self.heard.call.is_request()
    }
}

/// How a function is called by whoever calls it; several providers share some.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Convention {
    /// `(event, context)`.
    Event,
    /// `(params)`.
    Parameters,
    /// `(req, res)`.
    NodeRequest,
    /// `GET(request)`, `{ fetch }`.
    WebRequest,
    /// Flask's request.
    FlaskRequest,
    /// A class on `BaseHTTPRequestHandler`.
    HandlerClass,
    /// A WSGI or ASGI application.
    Application,
    /// `handle(context, body)`.
    Handle,
    /// `(context, req)`.
    Context,
}

#[derive(Debug, Clone)]
pub(crate) struct Callee {
    pub(crate) convention: Convention,
    /// Relative to the code, with forward slashes and its ending.
    pub(crate) file: String,
    /// What the file offers; `default` and, of a whole module, `*` in JavaScript.
    pub(crate) name: String,
    /// Of Python, what is made of what it offers: `new().handle`.
    pub(crate) made: &'static str,
    /// Define `call(event)` or `respond(request)`.
    pub(crate) halves: Vec<&'static str>,
    /// What they give it that no caller does, in words: as it is, it goes without.
    pub(crate) fed: Option<String>,
    /// What they are written with.
    pub(crate) library: Option<Library>,
}

/// What a provider calls.
#[derive(Debug, Clone)]
pub(crate) struct Taker {
    /// Relative to the code, with forward slashes.
    pub(crate) file: &'static str,
    pub(crate) handler: &'static str,
    pub(crate) half: &'static str,
    /// It wants `respond(request)`; else `call(event)`.
    pub(crate) wants_requests: bool,
    /// Files it needs, which the provider's own tools would have.
    pub(crate) beside: Vec<(&'static str, String)>,
    /// What of those the person has to write, too.
    pub(crate) note: Option<&'static str>,
    /// What it is written with.
    pub(crate) library: Option<Library>,
}

/// How long a start, and a call, may take where it is tried.
const PATIENCE: Duration = Duration::from_secs(30);

/// A person's event of a function.
///
/// # Errors
/// What is wrong with it.
pub fn heard(provider: ProviderId, function: &Function, text: &str) -> Result<Heard, Problem> {
    (registry::of(provider).portable.heard)(function, text)
}

/// A request that a function got, as its caller sent it and a person would write it.
pub fn description(request: &HttpRequest) -> String {
    heard::described(&heard::without_edge(request)).to_string()
}

/// An event for an app of another provider, as a person would write it.
///
/// # Errors
/// The provider's callers cannot send as much.
pub fn asks(app: &App, call: &Call) -> Result<String, Problem> {
    let provider = registry::of(app.provider);
    let bytes = match call {
        Call::Request(request) => request.body.len(),
        Call::Value(value) => value.to_string().len(),
    };
    let Limits { request, .. } = provider.portable.limits;
    limits::kept("request", bytes, request, provider.id).map_err(Problem::error)?;
    Ok((provider.portable.asks)(app, call))
}

/// What of an app's settings is more than another provider's functions have, each in words.
pub fn exceeded(app: &App, to: ProviderId) -> Vec<String> {
    registry::of(to).portable.limits.exceeded(&app.settings, to)
}

/// What of a call nobody can send to an app, in words.
pub fn unsent(app: &App, call: &Call) -> Option<&'static str> {
    (registry::of(app.provider).portable.unsent)(app, call)
}

/// What the caller of a provider's function got, who had come by `gateway`.
///
/// # Errors
/// The answer is none that its callers could be given.
pub fn told(
    provider: ProviderId,
    call: &Call,
    gateway: &Gateway,
    head: &ResponseHead,
    body: &Bytes,
) -> Result<Told, String> {
    let provider = registry::of(provider);
    let Limits { answer, .. } = provider.portable.limits;
    limits::kept("answer", body.len(), answer.filter(|_| !head.streamed), provider.id)?;
    let told = (provider.portable.told)(call, gateway, head, body)?;
    let asks_for_head = matches!(call, Call::Request(request) if request.method == Method::HEAD);
    // Nobody's servers send that one.
    Ok(if asks_for_head { Told { body: Bytes::new(), ..told } } else { told })
}

/// How a function could run under another provider's contract, the least change first. `code` is where its code lies.
///
/// # Errors
/// Nothing mechanical stands between the two: why.
pub fn attempts(
    app: &App,
    function: &Function,
    code: &Path,
    heard: &Heard,
    to: ProviderId,
) -> Result<Vec<Attempt>, String> {
    let (written, callees) = called(app, function, code, heard)?;
    let speech = written.speech;
    let target = &registry::of(to).portable;
    let mut attempts: Vec<Attempt> = callees
        .iter()
        .filter_map(|callee| {
            let handler = (target.unchanged)(callee, speech)?;
            Some(Attempt { handler, misses: callee.fed.clone(), ..Attempt::default() })
        })
        .collect();
    for callee in &callees {
        let made = adapter::made(&written, callee, (target.taker)(&written, callee), to);
        // Where the code's own function is given on, how it could be called does not matter.
        if !attempts.contains(&made) {
            attempts.push(made);
        }
    }
    Ok(attempts)
}

fn called<'a>(
    app: &'a App,
    function: &'a Function,
    code: &'a Path,
    heard: &'a Heard,
) -> Result<(Written<'a>, Vec<Callee>), String> {
    let speech = match app.language {
        Language::Python => Speech::Python,
        Language::Node | Language::TypeScript => Speech::JavaScript,
        Language::Process => {
            return Err("it is a process that listens on a port of its own: it runs wherever a container does, and no \
                        function's contract is its own"
                .to_owned());
        }
        Language::Custom => {
            return Err("it is a program that speaks its provider's own protocol".to_owned());
        }
        other => {
            return Err(format!(
                "a program in {} is written to its provider's own contract; adapters are for functions in Python, \
                 JavaScript and TypeScript",
                other.as_str()
            ));
        }
    };
    let written = Written { app, function, code, heard, speech };
    let callees = (registry::of(app.provider).portable.callees)(&written)?;
    Ok((written, callees))
}

/// Whether code of a function can be called without its provider at all.
///
/// # Errors
/// It cannot: why.
pub fn can_leave(app: &App, function: &Function, code: &Path, heard: &Heard) -> Result<(), String> {
    called(app, function, code, heard).map(|_| ())
}

/// The app of another provider that an attempt makes of a folder with the code and the attempt's files in it. It keeps
/// the function's own variables, its interpreter (`project` is where it lies) and as much of its limits as the other
/// provider allows.
///
/// # Errors
/// The other provider finds nothing there that it could run: what it says.
pub fn adopted(
    to: ProviderId,
    attempt: &Attempt,
    folder: &Path,
    original: &App,
    project: &Path,
) -> Result<App, Problem> {
    let provider = registry::of(to);
    let interpreter = interpreter_of(original, project);
    let project = Project::scan(folder);
    let name = original.functions.first().map_or(&original.name, |function| &function.name);
    let mut app = (provider.portable.app)(&Declaration {
        project: &project,
        name,
        root: &folder.to_path_buf(),
        handler: Some(&attempt.handler),
        runtime: None,
    })?;
    if let Some(problem) =
        app.problems.iter().find(|problem| problem.severity == crate::domain::Severity::Error)
    {
        return Err(problem.clone());
    }
    if app.functions.len() == 1 {
        rename(&mut app, name);
    }
    // A difference is to be the contract's.
    app.interpreter = interpreter;
    for (name, value) in &original.env {
        app.env.entry(name.clone()).or_insert_with(|| value.clone());
    }
    // A trial: what never comes up or never answers is not waited for as long as the cloud would.
    app.settings.start_limit = app.settings.start_limit.min(PATIENCE);
    app.settings.timeout = original.settings.timeout.min(PATIENCE);
    let memory = u64::from(original.settings.memory_mb);
    let memory = memory.clamp(*provider.memory_mb.start(), *provider.memory_mb.end());
    app.settings.memory_mb = u32::try_from(memory).unwrap_or(u32::MAX);
    Ok(app)
}

/// Of providers whose functions take requests.
pub(crate) fn heard_request(_function: &Function, text: &str) -> Result<Heard, Problem> {
    Ok(Heard::new(text, Call::Request(http_event::described(text)?)))
}

pub(crate) fn asks_request(_app: &App, call: &Call) -> String {
    call.description().to_string()
}

pub(crate) fn told_response(
    _call: &Call,
    _gateway: &Gateway,
    head: &ResponseHead,
    body: &Bytes,
) -> Result<Told, String> {
    Ok(Told::new(head.status, head.headers.clone(), body.clone()))
}
