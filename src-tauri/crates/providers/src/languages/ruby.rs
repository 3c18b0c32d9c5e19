//! Ruby: of the declared version, wherever a version manager keeps it, else the `ruby` of the path.

use std::path::{Path, PathBuf};

use coldframe_supervisor::Supervisor;

use super::{
    interpreter,
    versions::{self, Chosen, Kind},
};
use crate::{
    domain::{App, Problem},
    project::text_of,
};

/// # Errors
/// There is no `ruby`.
pub(crate) fn interpreter(app: &App) -> Result<PathBuf, Problem> {
    chosen(app).map(|chosen| chosen.interpreter.program)
}

pub(super) fn chosen(app: &App) -> Result<Chosen, Problem> {
    versions::chosen(Kind::Ruby, app, interpreter::shell(&["ruby"], &app.root)).ok_or_else(|| {
        Problem::error(format!("no Ruby for {}: there is no ruby in PATH", app.name))
            .hint("install Ruby 3 from https://www.ruby-lang.org or with a version manager")
    })
}

/// Looks behind a version manager's shim before the first start, where nothing else tells what it is.
pub(super) async fn prepare(supervisor: &Supervisor, app: &App) -> Result<(), Problem> {
    if chosen(app)?.interpreter.version.is_none() {
        interpreter::resolve(supervisor, &["ruby"], &app.root, &["-e", "print RbConfig.ruby"]).await;
    }
    Ok(())
}

/// What is said where another version than the declared one runs a function. No program is run to find out.
pub(super) fn stand_in(app: &App) -> Option<String> {
    versions::another(Kind::Ruby, app, &chosen(app).ok()?)
}

/// Whether the function brings AWS's own runtime client: its Gemfile names it, and it is locked.
pub(crate) fn ships_runtime_client(app: &App) -> bool {
    let names = |file: &str| {
        text_of(&app.root.join(file)).is_some_and(|text| {
            text.lines().any(|line| !line.trim_start().starts_with('#') && line.contains("aws_lambda_ric"))
        })
    };
    names("Gemfile") && names("Gemfile.lock")
}

/// What starts AWS's own client under bundler, which finds it wherever the gems were installed.
pub(crate) const RUNTIME_CLIENT: [&str; 3] =
    ["-rbundler/setup", "-e", "load Gem.bin_path('aws_lambda_ric', 'aws_lambda_ric')"];

/// Whether code in Ruby defines a method, read from its text: `def handler(event:, context:)`, `def self.run`.
pub(crate) fn defines(text: &str, method: &str) -> bool {
    text.lines().filter_map(|line| line.trim_start().strip_prefix("def ")).any(|rest| {
        let name = rest.trim_start().trim_start_matches("self.");
        name.strip_prefix(method).is_some_and(|after| !after.starts_with(is_of_name))
    })
}

fn is_of_name(letter: char) -> bool {
    letter.is_alphanumeric() || matches!(letter, '_' | '?' | '!' | '=')
}

/// Whether a path lies among gems, which are nobody's own code.
pub(super) fn gems(root: &Path) -> PathBuf {
    root.join("vendor/bundle")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn methods_are_read_from_the_text() {
        let text = "require 'json'\n\n# def gone(event:, context:)\nmodule Handlers\n  class Hello\n    def self.process(event:, context:)\n    end\n  end\nend\n\ndef lambda_handler(event:, context:)\nend\n";
        for method in ["lambda_handler", "process"] {
            assert!(defines(text, method), "{method}");
        }
        for method in ["gone", "lambda", "handler"] {
            assert!(!defines(text, method), "{method}");
        }
    }
}
