//! The nouns every crate above shares: what an app, a function and their settings are. Names as in DESIGN §1.
//! Nothing here runs anything.

use std::{collections::BTreeMap, path::PathBuf, time::Duration};

use bytes::Bytes;
use serde::{Deserialize, Serialize};

/// A cloud's contract.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ProviderId {
    Aws,
    Azure,
    Vercel,
    Gcp,
    Ibm,
    Knative,
}

impl ProviderId {
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Aws => "aws",
            Self::Azure => "azure",
            Self::Vercel => "vercel",
            Self::Gcp => "gcp",
            Self::Ibm => "ibm",
            Self::Knative => "knative",
        }
    }
    /// As a person reads it.
    pub fn title(self) -> &'static str {
        match self {
            Self::Aws => "AWS Lambda",
            Self::Azure => "Azure Functions",
            Self::Vercel => "Vercel",
            Self::Gcp => "Google Cloud Functions",
            Self::Ibm => "IBM Cloud",
            Self::Knative => "Knative",
        }
    }

    /// Whose services its functions lie among, as a person reads it.
    pub fn cloud(self) -> &'static str {
        match self {
            Self::Aws => "AWS",
            Self::Azure => "Azure",
            Self::Vercel => "Vercel",
            Self::Gcp => "Google Cloud",
            Self::Ibm => "IBM Cloud",
            Self::Knative => "Knative",
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Language {
    Python,
    Node,
    TypeScript,
    Rust,
    Go,
    Java,
    Ruby,
    /// An executable that speaks the Runtime API itself (`bootstrap`).
    Custom,
    /// Any command that starts a server on `PORT`.
    Process,
}

impl Language {
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Python => "python",
            Self::Node => "node",
            Self::TypeScript => "typescript",
            Self::Rust => "rust",
            Self::Go => "go",
            Self::Java => "java",
            Self::Ruby => "ruby",
            Self::Custom => "custom",
            Self::Process => "process",
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
pub enum Architecture {
    #[default]
    #[serde(rename = "x86_64")]
    X86_64,
    #[serde(rename = "arm64")]
    Arm64,
}

impl Architecture {
    pub fn as_str(self) -> &'static str {
        match self {
            Self::X86_64 => "x86_64",
            Self::Arm64 => "arm64",
        }
    }
}

/// What is deployed, scaled and reloaded together.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct App {
    pub provider: ProviderId,
    /// Unique among the project's apps of one provider.
    pub name: String,
    pub language: Language,
    /// The provider's identifier: `python3.12`, `nodejs20.x`, `provided.al2023`.
    pub runtime: String,
    /// The code folder, absolute: what the process sees as its task root (before a build step).
    pub root: PathBuf,
    pub handler: String,
    pub architecture: Architecture,
    /// Where a manifest would deploy it; `None` is the emulated account's own region.
    pub region: Option<String>,
    pub settings: Settings,
    /// The function's own variables. Values from `.env` beside the code are already merged in, under these.
    pub env: BTreeMap<String, String>,
    /// What is invoked; one everywhere so far.
    pub functions: Vec<Function>,
    /// Files outside `root` whose change is a change of settings (template, serverless.yml, coldframe.toml, `.env`).
    pub manifests: Vec<PathBuf>,
    /// Folders besides its own in which its language looks for modules: what layers of AWS bring, the first to be looked
    /// in first.
    pub layers: Vec<PathBuf>,
    /// What runs it, where that is settled otherwise than by its own files: of a trial of another app's code.
    pub interpreter: Option<PathBuf>,
    /// One sentence each: why this is a function, and what was taken for granted.
    pub why: Vec<String>,
    pub assumed: Vec<String>,
    /// Problems that keep it from running or that a person should know.
    pub problems: Vec<Problem>,
}

#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Function {
    /// Unique in the project and provider; what callers name.
    pub name: String,
    pub description: String,
    /// Gateway routes (`GET /hello`), in the provider's own path syntax.
    pub routes: Vec<Route>,
    /// What the gateway says of CORS at the routes; `None` leaves it to the function.
    pub routes_cors: Option<Cors>,
    pub url: UrlSettings,
    pub takes: Takes,
    /// What its app calls it, where another app of the project has a function of that name.
    pub entry: Option<String>,
    /// What it is connected to besides (Azure): its trigger first.
    pub bindings: Vec<Binding>,
}

impl Function {
    /// What its app calls it.
    pub fn entry(&self) -> &str {
        self.entry.as_deref().unwrap_or(&self.name)
    }
}

/// A connection of a function, in its provider's words.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct Binding {
    /// What the code calls it: `req`, `$return`.
    pub name: String,
    /// `httpTrigger`, `queue`.
    pub kind: String,
    /// The function gives it something.
    pub output: bool,
    /// Its other settings, as they are written: `authLevel`, `schedule`, `queueName`.
    pub settings: BTreeMap<String, String>,
}

/// What a function is called with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Takes {
    /// Any JSON.
    Event,
    /// An HTTP request.
    Request,
    /// A CloudEvent, in an HTTP request.
    CloudEvent,
    /// A JSON object of parameters.
    Parameters,
    /// Any text, or nothing: a queue's message, a timer's call.
    Message,
}

impl Takes {
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Event => "event",
            Self::Request => "request",
            Self::CloudEvent => "cloud-event",
            Self::Parameters => "parameters",
            Self::Message => "message",
        }
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Route {
    /// Upper case, or `ANY`.
    pub method: String,
    /// `/pets/{id}`, `/{proxy+}`, `$default`; Vercel: `/api/[id]`; a load balancer: `/img/*`.
    pub path: String,
    pub gateway: Gateway,
}

impl Route {
    /// Of the provider's usual gateway.
    pub fn new(method: impl Into<String>, path: impl Into<String>) -> Self {
        Self { method: method.into(), path: path.into(), gateway: Gateway::Http }
    }

    /// Of the provider's usual gateway: whatever no other route takes.
    pub fn catch_all() -> Self {
        Self::new("ANY", "$default")
    }
}

/// What hands a route's requests to its function, and so the shape of event and answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Gateway {
    /// The provider's usual one; AWS: an HTTP API.
    Http,
    /// AWS: a REST API.
    Rest(Box<RestStage>),
    /// AWS: an Application Load Balancer, which gives headers and queries with all their values or with the last.
    LoadBalancer { multi_value: bool },
}

impl Gateway {
    /// AWS's, as a person reads it.
    pub fn title(&self) -> &'static str {
        match self {
            Self::Http => "HTTP API",
            Self::Rest(_) => "REST API",
            Self::LoadBalancer { .. } => "load balancer",
        }
    }
}

/// What a REST API's deployed stage adds to the requests of a route.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct RestStage {
    /// `Prod`, `dev`: the first segment of its address in the cloud.
    pub name: String,
    pub variables: BTreeMap<String, String>,
    /// Media types whose bodies are Base64: `image/png`, `*/*`.
    pub binary_types: Vec<String>,
    /// What the gateway answers to `OPTIONS` at this path; `None` leaves it to the function.
    pub cors: Option<Cors>,
}

/// How the function answers on its own URL.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct UrlSettings {
    /// `RESPONSE_STREAM` instead of `BUFFERED`.
    pub streaming: bool,
    pub cors: Option<Cors>,
}

/// CORS settings of a function URL or an HTTP API (AWS `Cors` structure).
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct Cors {
    pub allow_origins: Vec<String>,
    pub allow_methods: Vec<String>,
    pub allow_headers: Vec<String>,
    pub expose_headers: Vec<String>,
    pub allow_credentials: bool,
    /// Seconds.
    pub max_age: Option<u32>,
}

/// Limits and pool settings of an app. Provider defaults fill what the manifest leaves out.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Settings {
    pub timeout: Duration,
    pub memory_mb: u32,
    pub ephemeral_mb: u32,
    /// The function's own limit (Lambda: reserved concurrency); `None` takes from the account's.
    pub concurrency: Option<u32>,
    /// How long an instance stays idle before it is stopped.
    pub idle: Duration,
    /// Instances never stopped for being idle.
    pub kept_warm: u32,
    /// Every call starts a new instance.
    pub always_cold: bool,
    /// An instance has the share of the CPU that its memory buys in the cloud, from its start on.
    pub emulate_cpu_share: bool,
    /// Callers need the key that a function asks for (Azure's `authLevel`).
    pub ask_for_keys: bool,
    /// Its timers and crons are called when their schedules say (Azure, Vercel).
    pub follow_schedules: bool,
    /// Calls that one instance has at the same time; at least one.
    pub instance_concurrency: u32,
    /// How long an instance may take until it is ready.
    pub start_limit: Duration,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Severity {
    /// The function cannot run.
    Error,
    Warning,
}

/// Something wrong in what a person wrote, with where and what to do.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Problem {
    pub severity: Severity,
    /// What happened; lower case, no final full stop.
    pub message: String,
    /// Relative to the project where it lies inside it.
    pub file: Option<String>,
    pub line: Option<u32>,
    /// What to do.
    pub hint: Option<String>,
    /// What installing the app's dependencies would do about it, as a button says it.
    pub remedy: Option<String>,
}

impl Problem {
    pub fn error(message: impl Into<String>) -> Self {
        Self {
            severity: Severity::Error,
            message: message.into(),
            file: None,
            line: None,
            hint: None,
            remedy: None,
        }
    }
    pub fn warning(message: impl Into<String>) -> Self {
        Self { severity: Severity::Warning, ..Self::error(message) }
    }
    #[must_use]
    pub fn at(mut self, file: impl Into<String>, line: Option<u32>) -> Self {
        self.file = Some(file.into());
        self.line = line;
        self
    }
    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }
    #[must_use]
    pub fn remedy(mut self, remedy: impl Into<String>) -> Self {
        self.remedy = Some(remedy.into());
        self
    }
}

impl std::fmt::Display for Problem {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        if let Some(file) = &self.file {
            write!(f, "{file}")?;
            if let Some(line) = self.line {
                write!(f, ":{line}")?;
            }
            write!(f, ": ")?;
        }
        write!(f, "{}", self.message)?;
        if let Some(hint) = &self.hint {
            write!(f, "\nhint: {hint}")?;
        }
        Ok(())
    }
}

/// What apps' processes told of themselves that no file says, by provider and folder: which functions they have.
pub type Reported = BTreeMap<(ProviderId, PathBuf), Bytes>;

/// What a provider found in a project.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct Detection {
    pub apps: Vec<App>,
    /// Mistakes that belong to no app (a template that does not parse).
    pub problems: Vec<Problem>,
    /// Names whose values the record is not to keep, as `coldframe.toml` says; `*` stands for anything.
    pub redact: Vec<String>,
}
