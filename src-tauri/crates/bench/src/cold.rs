//! Starts: a cold call beside the bare interpreter, and save to new answer beside what no reload can avoid, which is
//! starting the interpreter, importing the bootstrap and the function, and waiting for the save to be over.

use std::{
    ffi::OsString,
    fs,
    os::unix::ffi::OsStringExt as _,
    path::PathBuf,
    process::{Command, Stdio},
    time::{Duration, Instant},
};

use anyhow::{Context as _, Result, ensure};
use bytes::Bytes;
use serde_json::{Value, json};

use crate::{
    client::Caller,
    figures::{Figures, median},
    subject::{Language, Subjects},
};

/// How long a folder must be quiet before a save counts as over (`coldframe_watch::QUIET`): stated, so not held
/// against a reload.
const DEBOUNCE: Duration = Duration::from_millis(20);
/// A reload that takes longer has failed.
const PATIENCE: Duration = Duration::from_secs(20);
/// Between two measurements: what the last one started may end.
const REST: Duration = Duration::from_millis(150);

const IMPORT_PYTHON: &str = "import sys; sys.path[0] = sys.argv[1]; import coldframe_bootstrap.aws; \
    sys.path[0] = sys.argv[2]; import lambda_function";
const IMPORT_NODE: &str = "const { dirname, join } = require('path'); const boot = dirname(process.argv[1]); \
    for (const name of ['console', 'errors', 'load_handler', 'loaded_files', 'runtime_api']) \
    require(join(boot, name + '.cjs')); import(join(process.env.LAMBDA_TASK_ROOT, 'index.mjs'))";

/// How a function's process was really started: interpreter, arguments, environment, folder.
struct Launch {
    program: PathBuf,
    arguments: Vec<OsString>,
    environment: Vec<(OsString, OsString)>,
    folder: PathBuf,
}

pub(crate) async fn starts(subjects: &Subjects, times: usize, figures: &mut Figures) -> Result<()> {
    println!("\ncold starts, medians of {times}");
    let event = Bytes::from_static(b"{}");
    for language in [Language::Rust, Language::Python, Language::Node] {
        let mut caller = Caller::connect(&subjects.function(language, 1)?).await?;
        caller.call(&event).await?;
        let launch = Launch::of(subjects, language).await?;
        set_always_cold(subjects, language, true).await;
        let (mut cold, mut bare) = (Vec::new(), Vec::new());
        for _ in 0..times {
            tokio::time::sleep(REST).await;
            let begun = Instant::now();
            caller.call(&event).await?;
            cold.push(ms(begun.elapsed()));
            tokio::time::sleep(REST).await;
            match language {
                Language::Rust => {}
                Language::Python => bare.push(launch.time(&["-c", "0"], false)?),
                Language::Node => bare.push(launch.time(&["-e", "0"], false)?),
            }
        }
        set_always_cold(subjects, language, false).await;
        let name = language.name();
        figures.put(format!("{name}_cold_p50_ms"), median(cold));
        if !bare.is_empty() {
            figures.put(format!("{name}_bare_p50_ms"), median(bare));
        }
        let (cold, bare) = (format!("{name}_cold_p50_ms"), format!("{name}_bare_p50_ms"));
        figures.put_ratio(&format!("{name}_cold_over_bare_ratio"), &cold, &bare);
        let shown = |name: &str| figures.get(name).map_or("-".into(), |value| format!("{value:.1}"));
        println!(
            "  {name:<8} {:>7} ms, bare interpreter {:>6} ms: {}x",
            shown(&cold),
            shown(&bare),
            shown(&format!("{name}_cold_over_bare_ratio"))
        );
    }
    Ok(())
}

pub(crate) async fn reloads(subjects: &Subjects, times: usize, figures: &mut Figures) -> Result<()> {
    println!("\nsave to new answer, medians of {times}");
    for language in [Language::Python, Language::Node] {
        let mut caller = Caller::connect(&subjects.function(language, 1)?).await?;
        caller.call(&Bytes::from_static(b"{}")).await?;
        let (mut reload, mut imports) = (Vec::new(), Vec::new());
        for version in 1..=u32::try_from(times)? {
            tokio::time::sleep(REST).await;
            let launch = Launch::of(subjects, language).await?;
            imports.push(launch.time_imports(language)?);
            tokio::time::sleep(REST).await;
            reload.push(ms(save(subjects, &mut caller, language, version).await?));
        }
        let name = language.name();
        let unavoidable = median(imports) + ms(DEBOUNCE);
        let (reload_ms, unavoidable_ms) =
            (format!("{name}_reload_p50_ms"), format!("{name}_reload_unavoidable_p50_ms"));
        figures.put(reload_ms.clone(), median(reload));
        figures.put(unavoidable_ms.clone(), unavoidable);
        let ratio = format!("{name}_reload_ratio");
        figures.put_ratio(&ratio, &reload_ms, &unavoidable_ms);
        println!(
            "  {name:<8} {:>7.1} ms, interpreter, imports and debounce {unavoidable:>6.1} ms: {:.2}x",
            figures.get(&reload_ms).unwrap_or(f64::NAN),
            figures.get(&ratio).unwrap_or(f64::NAN)
        );
    }
    Ok(())
}

/// From just before the save to the first answer of the new code, calling back to back.
async fn save(
    subjects: &Subjects,
    caller: &mut Caller,
    language: Language,
    version: u32,
) -> Result<Duration> {
    let (file, text) = language.source(version, 1).context("a function that is built is not saved here")?;
    let event = Bytes::from_static(b"{}");
    let begun = Instant::now();
    subjects.project.write_atomically(&file, &text);
    loop {
        let answer: Value = serde_json::from_slice(&caller.call(&event).await?)?;
        if answer["version"] == version {
            return Ok(begun.elapsed());
        }
        ensure!(begun.elapsed() < PATIENCE, "{file} was saved and never answered anew: {answer}");
    }
}

async fn set_always_cold(subjects: &Subjects, language: Language, always: bool) {
    let function = subjects.host.function(&language.function(1)).await;
    let change = json!({
        "function": function["id"], "always_cold": always,
        "idle_ms": null, "kept_warm": null, "next_cold": null, "concurrency": null,
    });
    subjects.host.rpc("set_pool", change).await;
}

impl Launch {
    /// Read from a process that serves the function now.
    async fn of(subjects: &Subjects, language: Language) -> Result<Self> {
        let function = subjects.host.function(&language.function(1)).await;
        let pid = function["pool"]["instances"]
            .as_array()
            .and_then(|instances| instances.last()?["pid"].as_u64())
            .with_context(|| format!("no process serves {}", language.name()))?;
        let read = |file: &str| {
            let path = format!("/proc/{pid}/{file}");
            let bytes = fs::read(&path).with_context(|| format!("cannot read {path}"))?;
            let parts = bytes.split(|byte| *byte == 0).filter(|part| !part.is_empty());
            anyhow::Ok(parts.map(|part| OsString::from_vec(part.to_vec())).collect::<Vec<_>>())
        };
        let mut line = read("cmdline")?.into_iter();
        let program = line.next().context("a process without a command")?.into();
        let environment = read("environ")?
            .into_iter()
            .filter_map(|pair| {
                let pair = pair.into_vec();
                let at = pair.iter().position(|byte| *byte == b'=')?;
                Some((OsString::from_vec(pair[..at].to_vec()), OsString::from_vec(pair[at + 1..].to_vec())))
            })
            .collect();
        let folder = fs::read_link(format!("/proc/{pid}/cwd"))?;
        Ok(Self { program, arguments: line.collect(), environment, folder })
    }

    fn time_imports(&self, language: Language) -> Result<f64> {
        match language {
            Language::Python => self.time(&["-c", IMPORT_PYTHON], true),
            Language::Node => self.time(&["-e", IMPORT_NODE], true),
            Language::Rust => Ok(f64::NAN),
        }
    }

    /// Milliseconds that the interpreter takes for `arguments`, followed by the folders the real start was given.
    fn time(&self, arguments: &[&str], with_folders: bool) -> Result<f64> {
        let mut command = Command::new(&self.program);
        command.args(arguments).env_clear().current_dir(&self.folder);
        command.envs(self.environment.iter().map(|(name, value)| (name, value)));
        if with_folders {
            command.args(self.arguments.iter().filter(|argument| PathBuf::from(argument).is_absolute()));
        }
        // A cache of ours would be taken for that of the next save of the same second.
        command.env("PYTHONDONTWRITEBYTECODE", "1");
        command.stdin(Stdio::null()).stdout(Stdio::null());
        let begun = Instant::now();
        let status = command.status().with_context(|| format!("cannot run {}", self.program.display()))?;
        let took = begun.elapsed();
        ensure!(status.success(), "{} {arguments:?} failed ({status})", self.program.display());
        Ok(ms(took))
    }
}

fn ms(duration: Duration) -> f64 {
    duration.as_secs_f64() * 1000.0
}
