//! Rust: built with the person's own cargo, in the package's own target folder, so that both share what is compiled.
//! The development profile is used: a reload in two seconds says more than the last microseconds; a package that
//! needs more sets `[profile.dev] opt-level` itself.

use std::{
    fs,
    path::{Path, PathBuf},
};

use coldframe_supervisor::{Command, Exit, Line, Stream, Supervisor};
use serde::Deserialize;

use super::{Built, MEND, Tell};
use crate::domain::{App, Problem};

/// # Errors
/// Cargo's first error, with its file and line; or there is no cargo.
pub(super) async fn build(
    supervisor: &Supervisor,
    app: &App,
    project: &Path,
    out: &Path,
    tell: &dyn Tell,
) -> Result<Built, Problem> {
    let cargo = which::which("cargo").map_err(|_| {
        Problem::error(format!("no cargo for {}: there is none in PATH", app.name))
            .hint("install Rust from https://rustup.rs")
    })?;
    let mut command = Command::new(cargo, &app.root);
    command.args = ["build", "--message-format=json"].map(Into::into).into();
    // The tool chain is the person's own, and so is what it is configured with.
    command.env = std::env::vars_os().collect();
    tell.begins("cargo build");
    let said = |line: &Line| match line.stream {
        Stream::Stderr => tell.says(&line.text),
        Stream::Stdout => {
            if let Some(text) = rendered(&line.text) {
                text.lines().for_each(|line| tell.says(line));
            }
        }
    };
    let output = supervisor.run_telling(command, said).await.map_err(|error| {
        Problem::error(format!("could not start cargo: {error}")).hint("check that cargo runs in a terminal")
    })?;
    let messages: Vec<Message> = String::from_utf8_lossy(&output.stdout)
        .lines()
        .filter_map(|line| serde_json::from_str(line).ok())
        .collect();
    if !matches!(output.status, Exit::Code(0)) {
        let stderr = String::from_utf8_lossy(&output.stderr);
        return Err(first_error(&messages, app, project).unwrap_or_else(|| unexplained(&stderr)));
    }
    let program = program(&messages, app)?;
    let failed = |error: std::io::Error| {
        Problem::error(format!("the binary of {} could not be kept: {error}", app.name))
            .hint("is the disk full, or the data directory read-only?")
    };
    fs::create_dir_all(out).map_err(failed)?;
    let artifact = out.join(program.file_name().unwrap_or_default());
    let _ = fs::remove_file(&artifact);
    // The next build replaces cargo's file, not its content: a link keeps this revision's.
    if fs::hard_link(&program, &artifact).is_err() {
        fs::copy(&program, &artifact).map_err(failed)?;
    }
    Ok(Built { code: app.root.clone(), artifact: Some(artifact), files: sources(&program, app) })
}

#[derive(Deserialize)]
#[serde(tag = "reason")]
enum Message {
    #[serde(rename = "compiler-message")]
    Said { message: Diagnostic },
    #[serde(rename = "compiler-artifact")]
    Made { manifest_path: PathBuf, target: Target, executable: Option<PathBuf> },
    #[serde(other)]
    Other,
}

/// What the compiler would have printed.
fn rendered(message: &str) -> Option<String> {
    match serde_json::from_str(message).ok()? {
        Message::Said { message } => message.rendered,
        Message::Made { .. } | Message::Other => None,
    }
}

#[derive(Deserialize)]
struct Target {
    name: String,
    kind: Vec<String>,
}

#[derive(Deserialize)]
struct Diagnostic {
    message: String,
    level: String,
    rendered: Option<String>,
    #[serde(default)]
    spans: Vec<Span>,
    #[serde(default)]
    children: Vec<Diagnostic>,
}

#[derive(Deserialize)]
struct Span {
    file_name: PathBuf,
    line_start: u32,
    column_start: u32,
    is_primary: bool,
}

fn first_error(messages: &[Message], app: &App, project: &Path) -> Option<Problem> {
    let error = messages.iter().find_map(|message| match message {
        Message::Said { message } if message.level == "error" => Some(message),
        _ => None,
    })?;
    let mut problem = Problem::error(error.message.clone());
    if let Some(span) = error.spans.iter().find(|span| span.is_primary) {
        // Relative to the workspace's root, which lies above the package or is it.
        let file = app
            .root
            .ancestors()
            .map(|folder| folder.join(&span.file_name))
            .find(|file| file.is_file())
            .unwrap_or_else(|| span.file_name.clone());
        problem.message.push_str(&format!(" (column {})", span.column_start));
        problem = problem.at(super::shown(&file, project), Some(span.line_start));
    }
    let help = error.children.iter().find(|child| child.level == "help");
    Some(problem.hint(help.map_or(MEND, |help| help.message.as_str())))
}

/// Cargo itself failed: its last words.
fn unexplained(stderr: &str) -> Problem {
    let mut lines = stderr.lines().skip_while(|line| !line.starts_with("error"));
    let first = lines.next().or_else(|| stderr.lines().last()).unwrap_or("cargo build failed");
    let said = |line: &&str| !line.is_empty() && *line != "Caused by:";
    let rest: Vec<&str> = lines.map(str::trim).filter(said).take(4).collect();
    let problem = Problem::error(first.trim_start_matches("error: ").to_owned());
    let hint = if rest.is_empty() {
        "run cargo build in its folder to see all it says".into()
    } else {
        rest.join("; ")
    };
    problem.hint(hint)
}

/// The package's binary: the one the handler names, else the only one.
fn program(messages: &[Message], app: &App) -> Result<PathBuf, Problem> {
    let programs: Vec<(&str, &PathBuf)> = messages
        .iter()
        .filter_map(|message| match message {
            Message::Made { manifest_path, target, executable: Some(executable) }
                if target.kind.iter().any(|kind| kind == "bin")
                    && manifest_path.parent() == Some(app.root.as_path()) =>
            {
                Some((target.name.as_str(), executable))
            }
            _ => None,
        })
        .collect();
    let named = programs.iter().find(|(name, _)| *name == app.handler || *name == app.name);
    match (named, programs.as_slice()) {
        (Some((_, program)), _) | (None, [(_, program)]) => Ok((*program).clone()),
        (None, []) => Err(Problem::error(format!("the package of {} builds no binary", app.name))
            .at("Cargo.toml", None)
            .hint("a function needs a src/main.rs or a [[bin]]")),
        (None, several) => {
            let names: Vec<&str> = several.iter().map(|(name, _)| *name).collect();
            Err(Problem::error(format!(
                "the package of {} builds several binaries: {}",
                app.name,
                names.join(", ")
            ))
            .at("Cargo.toml", None)
            .hint("name one of them as the function's handler"))
        }
    }
}

/// What cargo says went into a binary (`NAME.d` beside it), and the manifests.
fn sources(program: &Path, app: &App) -> Option<Vec<PathBuf>> {
    let text = fs::read_to_string(program.with_extension("d")).ok()?;
    let (_, names) = text.lines().next()?.split_once(": ")?;
    let mut files: Vec<PathBuf> = names
        .replace("\\ ", "\0")
        .split(' ')
        .filter(|name| !name.is_empty())
        .map(|name| PathBuf::from(name.replace('\0', " ")))
        .collect();
    for folder in app.root.ancestors() {
        for name in ["Cargo.toml", "Cargo.lock"] {
            let manifest = folder.join(name);
            if manifest.is_file() {
                files.push(manifest);
            }
        }
    }
    Some(files)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_error_is_told_with_its_place_and_help() {
        let line = r#"{"reason":"compiler-message","package_id":"x","manifest_path":"/p/Cargo.toml","target":{"kind":["bin"],"name":"x"},"message":{"rendered":"…","message":"cannot find value `y` in this scope","level":"error","spans":[{"file_name":"src/main.rs","line_start":7,"column_start":9,"is_primary":true}],"children":[{"message":"a local variable with a similar name exists: `x`","level":"help","spans":[],"children":[]}]}}"#;
        let messages = vec![serde_json::from_str::<Message>(line).unwrap()];
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir_all(folder.path().join("hello/src")).unwrap();
        fs::write(folder.path().join("hello/src/main.rs"), "").unwrap();
        let app = super::super::tests::app(folder.path().join("hello"));
        let problem = first_error(&messages, &app, folder.path()).unwrap();
        assert_eq!(
            problem.to_string(),
            "hello/src/main.rs:7: cannot find value `y` in this scope (column 9)\n\
             hint: a local variable with a similar name exists: `x`"
        );
    }

    #[test]
    fn what_cargo_says_itself_is_passed_on() {
        let stderr = "    Updating index\nerror: failed to parse manifest at `/p/Cargo.toml`\n\nCaused by:\n  no targets\n";
        let problem = unexplained(stderr);
        assert_eq!(problem.message, "failed to parse manifest at `/p/Cargo.toml`");
        assert_eq!(problem.hint.as_deref(), Some("no targets"));
    }
}
