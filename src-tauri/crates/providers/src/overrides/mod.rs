//! `coldframe.toml`, at the root of a project: what a person adds to or overrides of what was detected. It is never
//! required. A key this file does not know is an error with its line, so that a misspelt one is not silently nothing.
//!
//! ```toml
//! # Files and folders in which nothing is to be found, as lines of a .gitignore.
//! ignore = ["examples/", "old/**"]
//!
//! # Values for template parameters, and for `${opt:…}` and `${param:…}` in serverless.yml.
//! [parameters]
//! Stage = "dev"
//!
//! # Names whose values are not recorded, besides those of secrets: a word of a name, or a whole one with stars.
//! [record]
//! redact = ["ssn", "*_card"]
//!
//! # Of every function that does not set its own.
//! [defaults]
//! idle_seconds = 300              # how long an instance stays idle before it is stopped
//! kept_warm = 0                   # instances that are never stopped for being idle
//! always_cold = false             # every call starts a new instance
//! emulate_cpu_share = false       # an instance has the share of the CPU that its memory buys
//! env = { LOG_LEVEL = "debug" }   # under what a manifest sets, over .env
//!
//! # A detected function, by the name it is shown with; with `path`, a function of its own.
//! [functions.hello]
//! enabled = true                  # false: leave it out
//! provider = "aws"                # or "vercel", "gcp", "ibm", "knative", "azure"
//! path = "src/hello"              # the folder that is deployed
//! handler = "app.main"            # Vercel: the file, such as "api/hello.py"; Knative: a command
//! runtime = "python3.12"
//! description = "says hello"
//! architecture = "arm64"          # or "x86_64"
//! timeout_seconds = 30
//! memory_mb = 512
//! ephemeral_mb = 512
//! concurrency = 5                 # at most so many instances
//! instance_concurrency = 80       # calls one of them has at the same time (Google Cloud, Knative, Azure)
//! start_seconds = 240             # how long one may take to be ready
//! idle_seconds = 60
//! kept_warm = 1
//! always_cold = false
//! emulate_cpu_share = true
//! ask_for_keys = true             # callers need the keys that `authLevel` asks for (Azure)
//! follow_schedules = true         # timers and crons are called when their schedules say (Azure, Vercel)
//! env = { TABLE = "orders" }      # over everything else
//! routes = ["GET /hello", "ANY /hello/{proxy+}", "$default"]
//! streaming = true                # its function URL streams
//!
//! [functions.hello.cors]          # of its function URL
//! allow_origins = ["*"]
//! allow_methods = ["GET"]
//! allow_headers = []
//! expose_headers = []
//! allow_credentials = false
//! max_age_seconds = 3600
//! ```

mod apply;
#[cfg(test)]
mod tests;

use std::{collections::BTreeMap, path::PathBuf};

use serde::Deserialize;
use toml::Spanned;

use crate::{
    detecting::Parameters,
    domain::{Architecture, Problem, ProviderId},
    project::Project,
};

/// The file's name, at the root of a project.
pub(crate) const FILE: &str = "coldframe.toml";

/// Letters and digits of a name that is to be left out of the record: a shorter one would take everything out.
const SHORTEST: usize = 2;
const LONGEST: usize = 100;

/// What the file says; nothing, where there is none or it cannot be read.
#[derive(Debug, Default)]
pub(crate) struct Overrides {
    /// Where it lies, if it is there at all: its change is a change of every app's settings.
    path: Option<PathBuf>,
    text: String,
    file: File,
    parameters: Parameters,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct File {
    ignore: Vec<Spanned<String>>,
    parameters: BTreeMap<String, Spanned<toml::Value>>,
    record: Record,
    defaults: Defaults,
    functions: BTreeMap<Spanned<String>, Entry>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct Record {
    redact: Vec<Spanned<String>>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct Defaults {
    idle_seconds: Option<u32>,
    kept_warm: Option<u32>,
    always_cold: Option<bool>,
    emulate_cpu_share: Option<bool>,
    env: BTreeMap<Spanned<String>, Spanned<toml::Value>>,
}

/// One function's table.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct Entry {
    enabled: Option<bool>,
    provider: Option<ProviderId>,
    path: Option<Spanned<PathBuf>>,
    handler: Option<Spanned<String>>,
    runtime: Option<Spanned<String>>,
    description: Option<String>,
    architecture: Option<Architecture>,
    timeout_seconds: Option<Spanned<toml::Value>>,
    memory_mb: Option<Spanned<toml::Value>>,
    ephemeral_mb: Option<Spanned<toml::Value>>,
    concurrency: Option<Spanned<toml::Value>>,
    instance_concurrency: Option<Spanned<toml::Value>>,
    start_seconds: Option<Spanned<toml::Value>>,
    idle_seconds: Option<u32>,
    kept_warm: Option<u32>,
    always_cold: Option<bool>,
    emulate_cpu_share: Option<bool>,
    ask_for_keys: Option<Spanned<bool>>,
    follow_schedules: Option<Spanned<bool>>,
    env: BTreeMap<Spanned<String>, Spanned<toml::Value>>,
    routes: Option<Vec<Spanned<String>>>,
    streaming: Option<bool>,
    cors: Option<CorsEntry>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct CorsEntry {
    allow_origins: Vec<String>,
    allow_methods: Vec<String>,
    allow_headers: Vec<String>,
    expose_headers: Vec<String>,
    allow_credentials: bool,
    max_age_seconds: Option<u32>,
}

impl Overrides {
    pub(crate) fn read(project: &Project, problems: &mut Vec<Problem>) -> Self {
        let path = project.root().join(FILE);
        if !path.is_file() {
            return Self::default();
        }
        let mut overrides = Self { path: Some(path.clone()), ..Self::default() };
        match project.read(&path) {
            Ok(text) => overrides.text = text,
            Err(problem) => {
                problems.push(problem);
                return overrides;
            }
        }
        if overrides.text.is_empty() {
            // What an editor leaves while it writes; what the file said until then is not undone by that.
            problems.push(
                Problem::error("it is empty").at(FILE, None).hint("delete it if nothing is overridden"),
            );
        }
        match toml::from_str(&overrides.text) {
            Ok(file) => overrides.file = file,
            Err(error) => {
                let line = error.span().map(|span| overrides.line(span.start));
                problems.push(
                    Problem::error(plainly(&error, &overrides.text))
                        .at(FILE, line)
                        .hint("correct the file; nothing in it is used until then"),
                );
            }
        }
        for (name, value) in &overrides.file.parameters {
            match plain(value.get_ref()) {
                Some(value) => {
                    overrides.parameters.insert(name.clone(), value);
                }
                None => problems.push(overrides.no_text(value.span().start, &format!("parameter `{name}`"))),
            }
        }
        overrides
    }

    /// The patterns of what detection leaves out, with their lines.
    pub(crate) fn ignored(&self) -> impl Iterator<Item = (&str, u32)> {
        self.file.ignore.iter().map(|pattern| (pattern.get_ref().as_str(), self.line(pattern.span().start)))
    }

    /// Names whose values are not to be recorded; those that name nothing or everything are told.
    pub(crate) fn redact(&self, problems: &mut Vec<Problem>) -> Vec<String> {
        let mut names = Vec::new();
        for name in &self.file.record.redact {
            let text = name.get_ref();
            let known = |letter: char| letter.is_alphanumeric() || "_-.*".contains(letter);
            let letters = text.chars().filter(|letter| letter.is_alphanumeric()).count();
            if letters >= SHORTEST && text.len() <= LONGEST && text.chars().all(known) {
                names.push(text.clone());
                continue;
            }
            problems.push(
                Problem::warning(format!(
                    "`{text}` is no name whose values the record could leave out; it is ignored"
                ))
                .at(FILE, Some(self.line(name.span().start)))
                .hint(format!(
                    "write {SHORTEST} to {LONGEST} letters or digits, with _ - . and * for anything between"
                )),
            );
        }
        names
    }

    /// The 1-based line of a byte offset.
    fn line(&self, offset: usize) -> u32 {
        let before = self.text.as_bytes().iter().take(offset).filter(|byte| **byte == b'\n').count();
        u32::try_from(before + 1).unwrap_or(u32::MAX)
    }

    fn no_text(&self, offset: usize, what: &str) -> Problem {
        Problem::warning(format!("{what} is neither a text, a number nor true or false; it is left out"))
            .at(FILE, Some(self.line(offset)))
            .hint("write the value in quotes")
    }
}

/// What is wrong with the file, without the words of the program that reads it.
fn plainly(error: &toml::de::Error, text: &str) -> String {
    let message = error.message().trim().replace('\n', ", ");
    let expected = message
        .strip_prefix("invalid ")
        .and_then(|rest| rest.rsplit_once(", expected "))
        .and_then(|(_, kind)| KINDS.iter().find(|(name, _)| kind.starts_with(name)));
    match (expected, error.span().and_then(|span| text.get(span))) {
        (Some((_, words)), Some(written)) if written.lines().count() <= 1 => {
            format!("`{written}` stands where {words} is expected")
        }
        _ => message,
    }
}

/// What the file's values are called by their reader, and by people.
const KINDS: [(&str, &str); 7] = [
    ("u32", "a whole number, 0 or more,"),
    ("a boolean", "true or false"),
    ("a string", "a text in quotes"),
    ("path string", "a text in quotes"),
    ("a sequence", "a list in [ ]"),
    ("a map", "a table"),
    ("struct ", "a table"),
];

/// A scalar as an environment would hold it.
fn plain(value: &toml::Value) -> Option<String> {
    match value {
        toml::Value::String(text) => Some(text.clone()),
        toml::Value::Integer(_)
        | toml::Value::Float(_)
        | toml::Value::Boolean(_)
        | toml::Value::Datetime(_) => Some(value.to_string()),
        toml::Value::Array(_) | toml::Value::Table(_) => None,
    }
}
