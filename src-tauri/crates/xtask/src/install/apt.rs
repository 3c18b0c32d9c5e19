//! Debian's packages. On other systems the names are printed and the build goes on: it may well have them.

use std::{env, process::Command};

use anyhow::{Context as _, Result};

use crate::repository::{answer, complete};

/// The window: WebKitGTK and what Tauri links beside it. A compiler, because cargo needs one to link.
pub(crate) const WINDOW: &[&str] = &[
    "build-essential",
    "pkg-config",
    "libwebkit2gtk-4.1-dev",
    "libsoup-3.0-dev",
    "libayatana-appindicator3-dev",
    "librsvg2-dev",
    "libxdo-dev",
    "libssl-dev",
];

/// What the Python samples run on.
pub(crate) const FUNCTIONS: &[&str] = &["python3"];

/// What functions in Go are built with.
pub(crate) const GO: &[&str] = &["golang-go"];

/// What functions in Java are built with.
pub(crate) const JAVA: &[&str] = &["default-jdk-headless", "maven"];

/// What functions in Ruby run on, with what compiles their gems.
pub(crate) const RUBY: &[&str] = &["ruby", "ruby-dev", "ruby-bundler"];

/// A display nobody looks at, the driver of the window, and a browser.
pub(crate) const UI_TESTS: &[&str] =
    &["webkit2gtk-driver", "xvfb", "xauth", "dbus-x11", "chromium", "fonts-dejavu-core"];

/// Real AWS clients and runtimes; the Node one is built here and asks for autotools.
pub(crate) const CLIENT_TESTS: &[&str] =
    &["curl", "python3-venv", "cmake", "autoconf", "automake", "libtool", "make", "g++"];

/// Installs those of `packages` that are missing. `why` finishes the sentence "needed …".
pub(crate) fn ensure(packages: &[&str], why: &str) -> Result<()> {
    let Some(installed) = installed() else {
        println!("note: this is not Debian; needed {why}, by their Debian names: {}", packages.join(" "));
        return Ok(());
    };
    let is_installed = |package: &&&str| installed.lines().any(|line| line == format!("{package} installed"));
    let missing: Vec<&str> = packages.iter().filter(|package| !is_installed(package)).copied().collect();
    if missing.is_empty() {
        return Ok(());
    }
    println!("installing Debian packages needed {why}: {}", missing.join(" "));
    complete(apt_get().arg("update")).with_context(|| hint(&missing))?;
    complete(apt_get().args(["install", "--yes", "--no-install-recommends"]).args(&missing))
        .with_context(|| hint(&missing))
}

/// One line `NAME STATUS` for each package dpkg knows; `None` without dpkg.
fn installed() -> Option<String> {
    answer(Command::new("dpkg-query").args(["--show", "--showformat", "${Package} ${db:Status-Status}\n"]))
}

fn apt_get() -> Command {
    let root = answer(Command::new("id").arg("-u")).is_some_and(|id| id.trim() == "0");
    let mut command = Command::new(if root { "env" } else { "sudo" });
    if !root && env::var_os("CI").is_some() {
        // Nobody is there to type a password.
        command.arg("--non-interactive");
    }
    command.args(["DEBIAN_FRONTEND=noninteractive", "apt-get", "--quiet", "-o", "DPkg::Lock::Timeout=300"]);
    command
}

fn hint(missing: &[&str]) -> String {
    format!(
        "could not install packages\nhint: install them yourself with `apt-get install {}`",
        missing.join(" ")
    )
}
