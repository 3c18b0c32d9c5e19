//! `cargo xtask test`: every check there is, in the order in which failures are cheapest to learn of.

use std::{
    env,
    path::{Path, PathBuf},
    process::{Command, ExitCode},
    time::Instant,
};

use anyhow::{Context as _, Result, bail};

use crate::{
    count::Count,
    install::{apt, cargo, npm, python},
    leftovers::Leftovers,
    repository::Repository,
    step::{Steps, counted},
};

const PACKAGES: &str = "install Debian packages";
const UI_PACKAGES: &str = "install ui packages";
const CLIENTS: &str = "install AWS clients";
const DRIVER: &str = "install tauri-driver";
const UI_BUILD: &str = "ui build";
const CORE: &str = "core tests";
const DESKTOP_BUILD: &str = "desktop build";

pub(crate) fn test(repository: &Repository, only: &[String]) -> Result<ExitCode> {
    let start = Instant::now();
    let mut steps = Steps::new(only);

    steps.run(PACKAGES, &[], packages);
    steps.run(UI_PACKAGES, &[], || npm::ensure(repository, "ui").map(|()| Count::default()));
    steps.run(CLIENTS, &[PACKAGES], || clients(repository));
    let before = Leftovers::now(repository);

    cargo_step(&mut steps, "format", "fmt", repository.cargo().args(["fmt", "--all", "--check"]));
    steps.run("ui lint", &[UI_PACKAGES], || ui(repository, "lint"));
    steps.run("ui check", &[UI_PACKAGES], || ui(repository, "check"));
    steps.run("ui tests", &[UI_PACKAGES], || tested(ui(repository, "test")));
    // The programs embed it, so it comes before they are compiled.
    steps.run(UI_BUILD, &[UI_PACKAGES], || ui(repository, "build"));
    let mut clippy = repository.cargo();
    clippy.args(["clippy", "--quiet", "--workspace", "--all-targets", "--", "--deny", "warnings"]);
    cargo_step(&mut steps, "clippy", "clippy", &mut clippy);
    steps.run(CORE, &[UI_BUILD], || tested(core(repository)));
    steps.run("build", &[UI_BUILD], || {
        counted(repository.cargo().args(["build", "--quiet", "--package", "coldframe"]))
    });
    steps.run("browser tests", &["build"], || tested(browser(repository)));
    steps.run(DRIVER, &[], || cargo::ensure(repository, cargo::TAURI_DRIVER).map(|_| Count::default()));
    steps.run(DESKTOP_BUILD, &[PACKAGES, UI_BUILD], || desktop_build(repository));
    steps.run("desktop tests", &[DESKTOP_BUILD, DRIVER], || tested(desktop(repository)));
    steps.run("nothing left behind", &[], || Leftovers::none_since(repository, &before));

    let passed = steps.finish(start.elapsed());
    Ok(if passed { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// `cargo fmt` and `cargo clippy` are components that a machine may lack.
fn cargo_step(steps: &mut Steps, name: &'static str, component: &str, command: &mut Command) {
    if which::which(format!("cargo-{component}")).is_ok() {
        let needs: &[_] = if component == "clippy" { &[PACKAGES, UI_BUILD] } else { &[] };
        steps.run(name, needs, || counted(command));
    } else {
        let what = format!(
            "`cargo {component}` is not on this machine\nhint: `rustup component add rustfmt clippy`"
        );
        steps.missing(name, &what);
    }
}

fn packages() -> Result<Count> {
    if cfg!(target_os = "linux") {
        apt::ensure(apt::WINDOW, "by the desktop window")?;
        apt::ensure(apt::FUNCTIONS, "by the Python samples")?;
        apt::ensure(apt::UI_TESTS, "to test the window and the browser")?;
        apt::ensure(apt::CLIENT_TESTS, "to test with real AWS clients and runtimes")?;
        if ["ruby", "bundle"].iter().any(|program| which::which(program).is_err()) {
            apt::ensure(apt::RUBY, "to test functions in Ruby")?;
        }
        // One from elsewhere does as well, and is mostly newer.
        if which::which("go").is_err() {
            apt::ensure(apt::GO, "to test functions in Go")?;
        }
        if ["javac", "mvn"].iter().any(|program| which::which(program).is_err()) {
            apt::ensure(apt::JAVA, "to test functions in Java")?;
        }
    }
    Ok(Count::default())
}

const CLIENT_PACKAGES: &str = "tests/it/clients";
const CLOUD_PACKAGES: &str = "tests/it/clouds";

fn clients(repository: &Repository) -> Result<Count> {
    python::ensure(repository, "clients", "tests/it/clients/requirements.txt")?;
    npm::ensure(repository, CLIENT_PACKAGES)?;
    python::ensure(repository, "clouds", "tests/it/clouds/requirements.txt")?;
    python::ensure(repository, "func", "tests/it/clouds/func-requirements.txt")?;
    python::ensure(repository, "vercel", "tests/it/clouds/vercel-requirements.txt")?;
    npm::ensure(repository, CLOUD_PACKAGES)?;
    Ok(Count::default())
}

fn ui(repository: &Repository, script: &str) -> Result<Count> {
    counted(repository.npm("ui").args(["run", "--silent", script]))
}

/// A step of tests that ran none is a failure: its output was not understood, or nothing is there.
fn tested(result: Result<Count>) -> Result<Count> {
    let count = result?;
    if count == Count::default() {
        bail!("no test ran");
    }
    Ok(count)
}

fn core(repository: &Repository) -> Result<Count> {
    let mut command = repository.cargo();
    command
        .args(["test", "--no-fail-fast"])
        .env("COLDFRAME_PYTHON_CLIENTS", repository.cache("python/clients"))
        .env("COLDFRAME_NODE_CLIENTS", repository.at(CLIENT_PACKAGES))
        .env("COLDFRAME_PYTHON_CLOUDS", repository.cache("python/clouds"))
        .env("COLDFRAME_PYTHON_FUNC", repository.cache("python/func"))
        .env("COLDFRAME_PYTHON_VERCEL", repository.cache("python/vercel"))
        .env("COLDFRAME_NODE_CLOUDS", repository.at(CLOUD_PACKAGES))
        // What compiled fixtures depend on is compiled once, not in every run.
        .env("COLDFRAME_FIXTURES_TARGET", repository.cache("fixtures"))
        // The same of what they fetch; Go's would be read-only, and hard to remove.
        .env("GOMODCACHE", repository.cache("go"))
        .env("GOFLAGS", "-modcacherw")
        .env("MAVEN_OPTS", maven_options(&repository.cache("maven")))
        // Running the tests must not repair what the tests check: the UI's TypeScript stays as it is in the checkout.
        .env("TS_RS_EXPORT_DIR", repository.cache("types"));
    counted(&mut command)
}

/// A local repository, and a JVM that starts fast.
fn maven_options(local: &Path) -> String {
    format!("-Dmaven.repo.local={} -XX:TieredStopAtLevel=1 -XX:+UseSerialGC", local.display())
}

fn browser(repository: &Repository) -> Result<Count> {
    counted(with_browser(repository, repository.npm("."))?.args(["test", "--silent"]))
}

/// The command runs in `tests/browser` and can start a host and a browser.
pub(crate) fn with_browser(repository: &Repository, mut command: Command) -> Result<Command> {
    let folder = tests_of(repository, "tests/browser")?;
    npm::ensure(repository, folder)?;
    command
        .current_dir(repository.at(folder))
        .env("COLDFRAME_BIN", repository.built("debug", "coldframe"))
        .env("CHROMIUM", chromium()?);
    Ok(command)
}

/// The shell is no default member: its own tests run here.
fn desktop_build(repository: &Repository) -> Result<Count> {
    let package = ["--quiet", "--package", "coldframe-desktop"];
    counted(repository.cargo().arg("build").args(package))?;
    counted(repository.cargo().arg("test").args(package))
}

fn desktop(repository: &Repository) -> Result<Count> {
    counted(with_window(repository)?.args(["npm", "test", "--silent"]))
}

/// What is added runs in `tests/desktop`, on a display and a session bus of its own, and can open and drive the window.
pub(crate) fn with_window(repository: &Repository) -> Result<Command> {
    let folder = tests_of(repository, "tests/desktop")?;
    npm::ensure(repository, folder)?;
    let mut command = repository.command("xvfb-run");
    command
        .current_dir(repository.at(folder))
        .args(["--auto-servernum", "--server-args=-screen 0 1440x900x24", "dbus-run-session", "--"])
        .env("COLDFRAME_DESKTOP_BIN", repository.built("debug", "coldframe-desktop"))
        .env("TAURI_DRIVER", cargo::ensure(repository, cargo::TAURI_DRIVER)?)
        // A display without a graphics card.
        .env("LIBGL_ALWAYS_SOFTWARE", "1")
        .env("WEBKIT_DISABLE_DMABUF_RENDERER", "1");
    Ok(command)
}

fn tests_of<'a>(repository: &Repository, folder: &'a str) -> Result<&'a str> {
    if !repository.at(folder).join("package.json").is_file() {
        bail!("{folder}/package.json is missing: these tests belong to the suite");
    }
    Ok(folder)
}

fn chromium() -> Result<PathBuf> {
    if let Some(path) = env::var_os("CHROMIUM") {
        return Ok(PathBuf::from(path));
    }
    ["chromium", "chromium-browser", "google-chrome"]
        .iter()
        .find_map(|name| which::which(name).ok())
        .context("no Chromium on this machine\nhint: install it, or name it with CHROMIUM=/path/to/it")
}
