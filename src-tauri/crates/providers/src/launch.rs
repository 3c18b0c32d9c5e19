//! What a provider needs to know to describe an instance's process. The engine fills it in, the provider's `launch`
//! turns it into a command.

use std::{collections::BTreeMap, ffi::OsString, net::SocketAddr, path::Path};

use coldframe_supervisor::Command;

use crate::{
    domain::{App, Language, Problem},
    imports,
    languages::{is_compiled, node, python, ruby},
};

#[derive(Debug, Clone, Copy)]
pub struct LaunchContext<'a> {
    pub app: &'a App,
    /// Canonical root of the project.
    pub project: &'a Path,
    /// Where the revision's code lies: the app's root, or what a build step made of it.
    pub code: &'a Path,
    /// What the build step made besides: a program, or for Java the folder with what runs the code.
    pub artifact: Option<&'a Path>,
    /// The instance's own scratch folder (`TMPDIR`), emptied with it.
    pub scratch: &'a Path,
    /// Where our bootstraps have been written to.
    pub bootstraps: &'a Path,
    /// Short hash of the revision.
    pub revision: &'a str,
    /// 32 hex digits, unique to the instance: the tail of its log stream's name.
    pub stream: &'a str,
    /// The emulator's side of the conversation.
    pub address: SocketAddr,
    /// The port the process must listen on, when the emulator pushes.
    pub port: Option<u16>,
    pub account: &'a Account,
    /// Where callers reach the provider's functions, if they can.
    pub door: Option<SocketAddr>,
    /// How many calls the process is to have at a time: as its contract gives an instance, or, of one that lives on, as a
    /// server of its language takes ([`Provider::resident_calls`](crate::provider::Provider::resident_calls)).
    pub calls: u32,
    /// Our bootstrap is to measure what its imports take.
    pub measure_imports: bool,
    /// Unix milliseconds.
    pub now_ms: i64,
}

/// The account the emulator pretends to be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Account {
    pub id: String,
    pub region: String,
}

impl Account {
    /// Where an app of it runs: in the region its manifest names, if it does.
    pub(crate) fn of(&self, app: &App) -> Self {
        Self { id: self.id.clone(), region: app.region.clone().unwrap_or_else(|| self.region.clone()) }
    }
}

impl Default for Account {
    fn default() -> Self {
        Self { id: "000000000000".into(), region: "us-east-1".into() }
    }
}

/// Of the host's own environment, what a process needs to find programs and certificates.
const INHERITED: [&str; 12] = [
    "PATH",
    "HOME",
    "USER",
    "LANG",
    "SYSTEMROOT",
    "COMSPEC",
    "PATHEXT",
    "SSL_CERT_FILE",
    "SSL_CERT_DIR",
    "REQUESTS_CA_BUNDLE",
    "CURL_CA_BUNDLE",
    "NODE_EXTRA_CA_CERTS",
];

pub(crate) type Environment = BTreeMap<OsString, OsString>;

/// What every process has, whatever its provider.
pub(crate) fn inherited() -> Environment {
    INHERITED.iter().filter_map(|name| Some(((*name).into(), std::env::var_os(name)?))).collect()
}

impl LaunchContext<'_> {
    /// The environment of a process that requests are sent to: the machine's, the function's own, and above them what
    /// our bootstraps need to know.
    pub(crate) fn environment(&self) -> Environment {
        let mut env = inherited();
        let own = self.app.env.iter().filter(|(name, _)| !name.starts_with("COLDFRAME_"));
        env.extend(own.map(|(name, value)| (name.into(), value.into())));
        let mut set = |name: &str, value: OsString| env.insert(name.into(), value);
        set("LC_CTYPE", "C.UTF-8".into());
        set("PWD", self.code.into());
        set("TMPDIR", self.scratch.into());
        set("COLDFRAME_REPORT", self.address.to_string().into());
        if let Some(port) = self.port {
            set("PORT", port.to_string().into());
        }
        if self.measure_imports {
            set(imports::ASKED, "1".into());
        }
        // Elsewhere (a build folder, a kept copy) the loaded files' names would say nothing about the project's.
        if self.code.starts_with(self.project) {
            set("COLDFRAME_PROJECT", self.project.into());
        }
        env
    }

    /// What the build step made.
    ///
    /// # Errors
    /// It has not been built, or what was made is gone.
    pub(crate) fn built(&self) -> Result<&Path, Problem> {
        self.artifact.ok_or_else(|| {
            Problem::error(format!("{} has not been built", self.app.name))
                .hint("save a file to build it again")
        })
    }

    /// The command that an app's handler is, as a container's would be: words between blanks, nothing that a shell would do
    /// with them.
    ///
    /// # Errors
    /// There is no program that its first word names.
    pub(crate) fn command_line(&self) -> Result<Command, Problem> {
        let mut words = self.app.handler.split_whitespace();
        let program = words.next().unwrap_or_default();
        let own = self.code.join(program);
        let program = if own.is_file() {
            own
        } else {
            which::which(program).map_err(|_| {
                Problem::error(format!(
                    "there is no program `{program}`, neither beside the code nor in PATH"
                ))
                .hint("correct the first word of its handler, which is the command that starts it")
            })?
        };
        let mut command = Command::new(program, self.code);
        command.args = words.map(Into::into).collect();
        Ok(command)
    }

    /// Our bootstrap of that name in the app's language.
    ///
    /// # Errors
    /// There is no interpreter, or the bootstrap is not written in that language.
    pub(crate) fn bootstrap(&self, name: &str) -> Result<Command, Problem> {
        match self.app.language {
            // A module is compiled once and kept; the same text as the main program would be compiled at every start.
            Language::Python => Ok(Command::new(python::interpreter(self.app, self.project)?, self.code)
                .arg("-c")
                .arg(format!(
                    "import sys; sys.path[0] = sys.argv[1]; import coldframe_bootstrap.{name} as b; \
                     sys.path[0] = sys.argv[2]; sys.argv[:] = [b.__file__]; b.main()"
                ))
                .arg(self.bootstraps.join("python"))
                .arg(self.code)),
            Language::Node | Language::TypeScript => {
                let mut command = Command::new(node::interpreter(self.app)?, self.code);
                if is_compiled(self.app) {
                    command = command.arg("--enable-source-maps");
                }
                Ok(command.arg(self.bootstraps.join(format!("node/{name}.cjs"))))
            }
            Language::Ruby if name == "aws" => Ok(Command::new(ruby::interpreter(self.app)?, self.code)
                .arg(self.bootstraps.join("ruby/aws.rb"))),
            Language::Rust
            | Language::Go
            | Language::Java
            | Language::Ruby
            | Language::Custom
            | Language::Process => Err(Problem::error(format!(
                "{} functions in {} cannot be run yet, only those in Python and Node",
                self.app.provider.title(),
                self.app.language.as_str()
            ))),
        }
    }
}
