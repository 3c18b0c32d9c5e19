//! Installing what an app depends on: a few tools run one after another, heard while they run. What an installation
//! that did not end well has begun to make is taken away again: half an environment would be taken for a whole one.

use std::{
    fs,
    path::{Path, PathBuf},
    time::Duration,
};

use coldframe_supervisor::{Command, Exit, Supervisor};

use super::Tell;
use crate::domain::Problem;

/// Between two attempts to remove what a tool that was just killed may still be writing to.
const PAUSE: Duration = Duration::from_millis(50);
const ATTEMPTS: usize = 40;

/// Beside a folder that is being made. Where it is left behind, nobody has lived to say that the folder is whole.
const ENDING: &str = ".coldframe-unfinished";
const MARK: &str = "Coldframe is making the folder beside this, or was interrupted: it is not whole.\n";

fn mark(folder: &Path) -> PathBuf {
    let mut name = folder.as_os_str().to_owned();
    name.push(ENDING);
    name.into()
}

/// Whether an installation that made a folder goes on, or was interrupted with its host.
pub(super) fn is_unfinished(folder: &Path) -> bool {
    mark(folder).exists()
}

/// What is to be done; nothing has been yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Installation {
    /// The file that names what is installed.
    pub list: PathBuf,
    /// The folder that comes of it, where there is none yet.
    pub(super) makes: Option<PathBuf>,
    pub(super) steps: Vec<Command>,
}

impl Installation {
    /// Runs it to its end, or until `cancelled` resolves: `Ok(false)` then.
    ///
    /// # Errors
    /// What the tool that failed said last.
    pub async fn run(
        self,
        supervisor: &Supervisor,
        tell: &dyn Tell,
        cancelled: impl Future<Output = ()>,
    ) -> Result<bool, Problem> {
        let mark = self.makes.as_deref().map(mark);
        if let Some(mark) = &mark {
            fs::write(mark, MARK).map_err(|error| {
                Problem::error(format!("could not write {}: {error}", mark.display()))
                    .hint("is the disk full, or the folder read-only?")
            })?;
        }
        let ended = tokio::select! {
            result = steps(supervisor, &self.steps, tell) => result.map(|()| true),
            () = cancelled => Ok(false),
        };
        if ended != Ok(true)
            && let Some(begun) = &self.makes
        {
            take_away(begun, tell).await;
        }
        if let Some(mark) = &mark {
            let _ = fs::remove_file(mark);
        }
        ended
    }
}

async fn steps(supervisor: &Supervisor, steps: &[Command], tell: &dyn Tell) -> Result<(), Problem> {
    for step in steps {
        let shown = shown(step);
        tell.begins(&shown);
        let run = supervisor.run_telling(step.clone(), |line| tell.says(&line.text));
        let output = run.await.map_err(|error| {
            Problem::error(format!("could not start {}: {error}", name(step)))
                .hint("check that it runs in a terminal")
        })?;
        if !matches!(output.status, Exit::Code(0)) {
            let said = [output.stdout, output.stderr].map(|text| String::from_utf8_lossy(&text).into_owned());
            return Err(failure(name(step), output.status, &said.join("\n")));
        }
    }
    Ok(())
}

async fn take_away(folder: &Path, tell: &dyn Tell) {
    for _ in 0..ATTEMPTS {
        let removed = {
            let folder = folder.to_path_buf();
            tokio::task::spawn_blocking(move || {
                let _ = fs::remove_dir_all(&folder);
                !folder.exists()
            })
        };
        if removed.await.unwrap_or(false) {
            tell.says(&format!("{} was not whole, and was removed", name_of(folder)));
            return;
        }
        tokio::time::sleep(PAUSE).await;
    }
    tell.says(&format!("{} is not whole, and could not be removed", folder.display()));
}

fn name_of(folder: &Path) -> std::borrow::Cow<'_, str> {
    folder.file_name().unwrap_or(folder.as_os_str()).to_string_lossy()
}

/// A tool of the person's own, with what it is configured with.
pub(super) fn tool(program: &Path, folder: &Path) -> Command {
    let mut command = Command::new(program, folder);
    command.env = std::env::vars_os().collect();
    command
}

fn name(step: &Command) -> &str {
    let program = step.program.file_stem().and_then(|name| name.to_str()).unwrap_or("the tool");
    // `python -m pip` is called pip.
    let module = step.args.iter().position(|arg| arg == "-m").and_then(|at| step.args.get(at + 1)?.to_str());
    module.unwrap_or(program)
}

/// As a person would type it in the tool's folder.
pub(super) fn shown(step: &Command) -> String {
    let program = step.program.strip_prefix(&step.cwd).unwrap_or(&step.program);
    let mut words = vec![program.display().to_string()];
    words.extend(step.args.iter().map(|arg| {
        let path = Path::new(arg).strip_prefix(&step.cwd).unwrap_or(Path::new(arg));
        let word = path.display().to_string();
        if word.contains([' ', '<', '>', ';', '[']) { format!("'{word}'") } else { word }
    }));
    words.join(" ")
}

const NPM_MISUSED: &str = "npm error code EUSAGE";

/// Tools say much before they fail: their own words for why, and no more than a person reads.
fn failure(name: &str, status: Exit, said: &str) -> Problem {
    let lines: Vec<&str> = said.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
    let is_error = |line: &&&str| {
        let lower = line.to_lowercase();
        ["error", "npm error", "npm err!", "×", "fatal"].iter().any(|start| lower.starts_with(start))
    };
    // After this npm says in one line what is wrong, and then everything that it can do.
    let is_misused = lines.contains(&NPM_MISUSED);
    let is_noise = |line: &&&str| {
        line.contains("A complete log of this run")
            || line.ends_with("error code 1")
            || [NPM_MISUSED, "npm error"].contains(*line)
    };
    let mut errors: Vec<&str> =
        lines.iter().filter(is_error).filter(|line| !is_noise(line)).copied().collect();
    errors.dedup();
    let why = match errors.as_slice() {
        [] => lines.last().map_or_else(|| status.to_string(), |last| (*last).to_owned()),
        [first, ..] if is_misused => (*first).to_owned(),
        [first, ..] if errors.len() > 3 => format!("{first} … {}", errors[errors.len() - 1]),
        errors => errors.join("; "),
    };
    let why: String = why.chars().take(600).collect();
    Problem::error(format!("{name} failed: {why}")).hint("all it said is below; try again once it is mended")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tools_own_words_say_why_it_failed() {
        let told = |said: &str| failure("pip", Exit::Code(1), said).message;
        assert_eq!(
            told(
                "Collecting seeds\n  ERROR: Could not find a version that satisfies the requirement seeds\nERROR: No matching distribution found for seeds\n"
            ),
            "pip failed: ERROR: Could not find a version that satisfies the requirement seeds; ERROR: No matching \
             distribution found for seeds"
        );
        assert_eq!(
            told(
                "npm http fetch GET 404\nnpm error code E404\nnpm error A complete log of this run can be found in: /x\n"
            ),
            "pip failed: npm error code E404"
        );
        assert_eq!(
            told(
                "npm error code EUSAGE\nnpm error\nnpm error `npm ci` needs a lock file that fits. Update it with `npm install`.\nnpm error\nnpm error Usage:\nnpm error npm ci\nnpm error Run \"npm help ci\" for more info\n"
            ),
            "pip failed: npm error `npm ci` needs a lock file that fits. Update it with `npm install`."
        );
        assert_eq!(told("made nothing\n"), "pip failed: made nothing");
        assert_eq!(told(""), "pip failed: exit code 1");
    }

    #[test]
    fn a_step_is_shown_as_it_would_be_typed() {
        let pip =
            Command::new("/p/.venv/bin/python", "/p").arg("-m").arg("pip").arg("install").arg("flask>=3");
        assert_eq!(shown(&pip), ".venv/bin/python -m pip install 'flask>=3'");
        assert_eq!(name(&pip), "pip");
        let uv = Command::new("/usr/bin/uv", "/p").arg("venv").arg("/p/.venv");
        assert_eq!((shown(&uv).as_str(), name(&uv)), ("/usr/bin/uv venv .venv", "uv"));
    }
}
