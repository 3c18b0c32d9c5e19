//! What is measured, running: the two floors and Coldframe, each a process of its own, on one project of echoes.

use std::{
    env, fs,
    io::{BufRead as _, BufReader},
    net::SocketAddr,
    path::{Path, PathBuf},
    process::{Child, ChildStdin, Command, Stdio},
};

use anyhow::{Context as _, Result, bail};
use coldframe_testkit::{Host, HostBuilder, Project};

use crate::{client::Target, cpu::Watched};

/// Callers, and instances of the null emulator, in the concurrent rounds.
pub(crate) const MANY: usize = 16;

const PYTHON: &str = include_str!("../fixtures/lambda_function.py");
const NODE: &str = include_str!("../fixtures/index.mjs");

pub(crate) struct Subjects {
    echo: Server,
    null_one: Server,
    null_many: Server,
    pub(crate) host: Host,
    pub(crate) project: Project,
}

/// A function of the project.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Language {
    Rust,
    Python,
    Node,
}

impl Language {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Rust => "rust",
            Self::Python => "python",
            Self::Node => "node",
        }
    }

    /// The function that so many callers call. Each number has its own, so that a single caller meets a single
    /// instance, here as in the null emulator.
    pub(crate) fn function(self, callers: usize) -> String {
        format!("{}-{callers}", self.name())
    }

    /// The function's file and its text at a version; none for what is built.
    pub(crate) fn source(self, version: u32, callers: usize) -> Option<(String, String)> {
        let (file, text) = match self {
            Self::Rust => return None,
            Self::Python => ("lambda_function.py", PYTHON),
            Self::Node => ("index.mjs", NODE),
        };
        let text = text.replacen("VERSION = 0", &format!("VERSION = {version}"), 1);
        Some((format!("{}/{file}", self.function(callers)), text))
    }
}

impl Subjects {
    pub(crate) fn start(coldframe: Option<&Path>) -> Result<Self> {
        let coldframe = coldframe.context("no binary to measure\nhint: run `cargo xtask bench`")?;
        let function = build_function()?;
        let project = Project::new();
        for callers in [1, MANY] {
            for language in [Language::Python, Language::Node] {
                if let Some((file, text)) = language.source(0, callers) {
                    project.write(&file, &text);
                }
            }
            let folder = project.file(&Language::Rust.function(callers));
            fs::create_dir_all(&folder)?;
            fs::copy(&function, folder.join("bootstrap"))?;
        }
        Ok(Self {
            echo: Server::start(&["echo"])?,
            null_one: Server::start(&["null", &function.to_string_lossy(), "1"])?,
            null_many: Server::start(&["null", &function.to_string_lossy(), &MANY.to_string()])?,
            host: HostBuilder::new(coldframe, project.path()).start(),
            project,
        })
    }

    pub(crate) fn echo(&self) -> Target {
        Target { address: self.echo.address, path: "/".into() }
    }

    pub(crate) fn null(&self, callers: usize) -> Target {
        Target { address: self.null_server(callers).address, path: invoke_path("echo") }
    }

    fn null_server(&self, callers: usize) -> &Server {
        if callers == 1 { &self.null_one } else { &self.null_many }
    }

    pub(crate) fn watched_echo(&self) -> Watched {
        self.echo.watched()
    }

    pub(crate) fn watched_null(&self, callers: usize) -> Watched {
        self.null_server(callers).watched()
    }

    pub(crate) fn watched_host(&self) -> Watched {
        Watched { emulator: self.host.pid() }
    }

    pub(crate) fn function(&self, language: Language, callers: usize) -> Result<Target> {
        let address = self.host.aws.strip_prefix("http://").unwrap_or(&self.host.aws).parse()?;
        Ok(Target { address, path: invoke_path(&language.function(callers)) })
    }
}

fn invoke_path(function: &str) -> String {
    format!("/2015-03-31/functions/{function}/invocations")
}

/// One of this program's own servers. It ends when its standard input closes.
struct Server {
    address: SocketAddr,
    child: Child,
    input: Option<ChildStdin>,
}

impl Server {
    fn start(arguments: &[&str]) -> Result<Self> {
        let mut child = Command::new(env::current_exe()?)
            .args(arguments)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()?;
        let input = child.stdin.take();
        let mut line = String::new();
        if let Some(output) = child.stdout.take() {
            BufReader::new(output).read_line(&mut line)?;
        }
        let address =
            line.trim().parse().with_context(|| format!("{arguments:?} did not say where it is"))?;
        Ok(Self { address, child, input })
    }

    fn watched(&self) -> Watched {
        Watched { emulator: self.child.id() }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        drop(self.input.take());
        let _ = self.child.wait();
    }
}

/// Builds the Rust echo with the real runtime client.
fn build_function() -> Result<PathBuf> {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    let root = here.ancestors().nth(3).context("the crate is three folders deep")?;
    let target = root.join(".cache/bench");
    let cargo = env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let status = Command::new(cargo)
        .args(["build", "--quiet", "--release", "--locked", "--manifest-path"])
        .arg(here.join("fixtures/echo-rust/Cargo.toml"))
        .arg("--target-dir")
        .arg(&target)
        .status()?;
    if !status.success() {
        bail!("the Rust echo function could not be built ({status})");
    }
    Ok(target.join("release").join(format!("echo-rust{}", env::consts::EXE_SUFFIX)))
}
