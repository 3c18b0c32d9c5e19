//! The interface at full scale: a real host on a record of millions of calls, looked at in Chromium. Prepares the record
//! (once; it is kept) and reads the figures that `tests/browser/bench/ui.mjs` takes.

mod calls;
mod record;

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use anyhow::{Context as _, Result, bail};
use coldframe_testkit::HostBuilder;

use crate::figures::Figures;

#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// Invocations in the record
    #[arg(long, default_value_t = 10_000_000)]
    calls: u64,
    /// How long memory is watched, seconds
    #[arg(long, default_value_t = 60)]
    seconds: u32,
    /// The release build of the window, to be measured as well; `cargo xtask bench ui` builds it
    #[arg(long, env = "COLDFRAME_DESKTOP_BIN")]
    window: Option<PathBuf>,
    /// Only prepare the record
    #[arg(long)]
    prepare: bool,
}

/// Calls of the last minutes, so many that the timeline has all it draws at most, still when other pages were looked at
/// for some of them.
const SPANS: u64 = 30_000;
const SPAN_MINUTES: i64 = 5;
/// Of what [`record`] writes: raised when that changes.
const EDITION: &str = "2";

const FUNCTIONS: [&str; 12] = [
    "checkout",
    "thumbnail",
    "orders",
    "search",
    "invoice",
    "mailer",
    "quotes",
    "webhook",
    "resize",
    "report",
    "login",
    "export",
];
const CODE: &str = "def lambda_handler(event, context):\n    return {\"ok\": True}\n";

/// Takes every figure of the interface.
///
/// # Errors
/// The record cannot be written, or the browser does not get to the end.
pub(crate) fn measure(coldframe: Option<&Path>, arguments: &Arguments, figures: &mut Figures) -> Result<()> {
    let coldframe = coldframe.context("no binary to measure\nhint: run `cargo xtask bench ui`")?;
    let root = Path::new(env!("CARGO_MANIFEST_DIR"))
        .ancestors()
        .nth(3)
        .context("the crate is three folders deep")?;
    let kept = root.join(".cache/bench/ui");
    let project = project(&kept)?;
    let data = kept.join(format!("record-{}", arguments.calls));
    prepare(coldframe, &project, &data, arguments.calls)?;
    figures.put("record_mb", fs::metadata(data.join("record.sqlite"))?.len() as f64 / 1e6);
    if arguments.prepare {
        return Ok(());
    }
    record::crowd(&data, SPANS, SPAN_MINUTES, record::now_us().unsigned_abs())?;
    println!("\nthe interface on {} calls, {}", arguments.calls, coldframe.display());
    let mut browser = script(root, "browser", "bench/ui.mjs", &project, &data);
    browser.args(["--seconds", &arguments.seconds.to_string(), "--rare", calls::RARE]);
    take(browser.env("COLDFRAME_BIN", coldframe), figures)?;
    if let Some(window) = &arguments.window {
        println!("\nthe same in the window, {}", window.display());
        // The last minutes have passed meanwhile.
        record::crowd(&data, SPANS, SPAN_MINUTES, record::now_us().unsigned_abs())?;
        let mut driven = script(root, "desktop", "bench.mjs", &project, &data);
        // It runs in a folder of its own.
        take(driven.env("COLDFRAME_DESKTOP_BIN", std::path::absolute(window)?), figures)?;
    }
    Ok(())
}

/// What measures, on a project and a record.
fn script(root: &Path, tests: &str, file: &str, project: &Path, data: &Path) -> Command {
    let mut command = Command::new("node");
    command.current_dir(root.join("tests").join(tests)).arg(file);
    command.arg("--project").arg(project).arg("--data").arg(data);
    command.stdin(Stdio::null()).stderr(Stdio::inherit());
    command
}

/// Runs it, prints its figures and adds them.
fn take(command: &mut Command, figures: &mut Figures) -> Result<()> {
    let output = command.output().context("cannot run node")?;
    if !output.status.success() {
        bail!("what measures failed ({})", output.status);
    }
    let taken: BTreeMap<String, f64> =
        serde_json::from_slice(&output.stdout).context("it printed no figures")?;
    for (name, value) in taken {
        println!("  {name:<44} {value:>10.1}");
        figures.put(name, value);
    }
    Ok(())
}

fn project(kept: &Path) -> Result<PathBuf> {
    let project = kept.join("shop");
    for name in FUNCTIONS {
        let folder = project.join(name);
        fs::create_dir_all(&folder)?;
        fs::write(folder.join("lambda_function.py"), CODE)?;
    }
    Ok(project)
}

/// A host begins the record, so that its names and ids are those it will look for; then it is filled.
fn prepare(coldframe: &Path, project: &Path, data: &Path, calls: u64) -> Result<()> {
    let stamp = data.join("bench-edition");
    if fs::read_to_string(&stamp).is_ok_and(|edition| edition == EDITION) {
        return Ok(());
    }
    if data.exists() {
        fs::remove_dir_all(data)?;
    }
    fs::create_dir_all(data)?;
    fs::write(data.join("settings.json"), r#"{ "keep_days": 3650, "keep_gb": 64 }"#)?;
    println!("a record of {calls} calls is made, once");
    let status = HostBuilder::new(coldframe, project).data_dir(data).start().terminate();
    if !status.success() {
        bail!("the host that began the record ended with {status}");
    }
    record::fill(data, calls)?;
    Ok(fs::write(&stamp, EDITION)?)
}
