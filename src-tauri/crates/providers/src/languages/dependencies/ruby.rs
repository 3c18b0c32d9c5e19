//! Ruby: which gems of a `Gemfile` are installed, and bundler for the others, below the function as for a deployment.

use std::path::{Path, PathBuf};

use super::{
    super::{Installation, install, interpreter::upwards, ruby},
    shown,
};
use crate::{
    domain::{App, Problem},
    project::text_of,
};

const LIST: &str = "Gemfile";
const REMEDY: &str = "Install with bundler";

/// Where systems keep gems that no version manager installed.
const SYSTEM: [&str; 3] = ["/var/lib/gems", "/usr/share/rubygems-integration", "/usr/lib/ruby/gems"];

/// The gems that a Gemfile asks for outside of groups, by their names.
fn gems(text: &str) -> Vec<String> {
    let mut names = Vec::new();
    let mut depth = 0_usize;
    for line in text.lines().map(str::trim) {
        if depth == 0
            && let Some(rest) = line.strip_prefix("gem ").or_else(|| line.strip_prefix("gem("))
            && let Some(quote) = rest.trim_start().chars().next().filter(|quote| matches!(quote, '\'' | '"'))
            && let Some(name) = rest.trim_start()[1..].split(quote).next()
        {
            // What is only for other engines, or for nobody, is not asked for here.
            if !["platforms:", "install_if", "require: false, group"].iter().any(|word| rest.contains(word)) {
                names.push(name.to_owned());
            }
        }
        if line.ends_with(" do") {
            depth += 1;
        } else if line == "end" {
            depth = depth.saturating_sub(1);
        }
    }
    names
}

/// The list in an app's own folder and what of it is not installed, if anything.
pub(super) fn lacks(app: &App) -> Option<(PathBuf, Vec<String>)> {
    let file = app.root.join(LIST);
    let wanted = gems(&text_of(&file)?);
    let program = ruby::chosen(app).ok()?.interpreter.program;
    let folders = folders(app, &program);
    let lacks: Vec<String> =
        wanted.into_iter().filter(|name| !folders.iter().any(|folder| holds(folder, name))).collect();
    (!lacks.is_empty()).then_some((file, lacks))
}

/// Folders with `gems` and `specifications` in them, where an interpreter finds its gems.
fn folders(app: &App, program: &Path) -> Vec<PathBuf> {
    let mut above = vec![ruby::gems(&app.root).join("ruby")];
    let real = program.canonicalize().unwrap_or_else(|_| program.to_owned());
    above.extend(real.parent().and_then(Path::parent).map(|prefix| prefix.join("lib/ruby/gems")));
    above.extend(SYSTEM.iter().map(PathBuf::from));
    if let Some(home) = std::env::var_os("HOME").map(PathBuf::from) {
        above.push(home.join(".local/share/gem/ruby"));
        above.push(home.join(".gem/ruby"));
    }
    let below =
        above.iter().filter_map(|folder| folder.read_dir().ok()).flat_map(|entries| entries.flatten());
    below.map(|entry| entry.path()).collect()
}

fn holds(folder: &Path, name: &str) -> bool {
    // `NAME-1.2.3`, and `NAME-1.2.3.gemspec` for what comes with Ruby.
    let is_it = |entry: std::fs::DirEntry| {
        let file = entry.file_name();
        let after = file.to_str().and_then(|file| file.strip_prefix(name)?.strip_prefix('-'));
        after.is_some_and(|version| version.starts_with(|first: char| first.is_ascii_digit()))
    };
    ["gems", "specifications", "specifications/default"]
        .iter()
        .filter_map(|kind| folder.join(kind).read_dir().ok())
        .any(|entries| entries.flatten().any(is_it))
}

pub(super) fn remedy(app: &App, project: &Path) -> Option<String> {
    list(app, project).map(|_| REMEDY.to_owned())
}

fn list(app: &App, project: &Path) -> Option<PathBuf> {
    let list = upwards(&app.root, project).map(|folder| folder.join(LIST)).find(|list| list.is_file())?;
    (!gems(&text_of(&list)?).is_empty()).then_some(list)
}

/// # Errors
/// It has no Gemfile, or there is no bundler.
pub(super) fn installation(app: &App, project: &Path) -> Result<Installation, Problem> {
    let Some(list) = list(app, project) else {
        return Err(Problem::error(format!("{} names no gems to install", app.name))
            .hint("write a Gemfile beside it"));
    };
    let program = ruby::interpreter(app)?;
    let beside = program.with_file_name("bundle");
    let bundle = if beside.is_file() { Some(beside) } else { which::which("bundle").ok() };
    let Some(bundle) = bundle else {
        return Err(Problem::error("there is no bundler on this machine").hint("gem install bundler"));
    };
    let folder = list.parent().unwrap_or(&app.root).to_path_buf();
    let made = ruby::gems(&folder);
    let step = |args: &[&str]| {
        let mut command = install::tool(&bundle, &folder);
        command.args = args.iter().map(Into::into).collect();
        command
    };
    let steps = vec![step(&["config", "set", "--local", "path", "vendor/bundle"]), step(&["install"])];
    Ok(Installation { list, makes: (!made.exists()).then_some(made), steps })
}

/// What a revision of an app runs with: what is locked, and which gems lie below it.
pub(in super::super) fn stamp(app: &App, project: &Path) -> String {
    let mut stamp = ruby::interpreter(app).map(|program| shown(&program, project)).unwrap_or_default();
    if let Some(lock) = text_of(&app.root.join("Gemfile.lock")) {
        stamp.push_str(blake3::hash(lock.as_bytes()).to_hex().as_str());
    }
    let gems = ruby::gems(&app.root).join("ruby");
    for version in gems.read_dir().into_iter().flatten().flatten() {
        let entries = version.path().join("gems").read_dir().into_iter().flatten().flatten();
        let mut names: Vec<_> =
            entries.map(|entry| entry.file_name().to_string_lossy().into_owned()).collect();
        names.sort();
        stamp.push_str(&names.join(" "));
    }
    stamp
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_gemfile_is_read_line_by_line() {
        let text = "source 'https://rubygems.org'\nruby '3.3'\n# gem 'gone'\ngem 'sinatra', '~> 4'\ngem \"json\"\ngem('rack')\n\ngroup :test do\n  gem 'rspec'\nend\ngem 'aws-sdk-s3', require: false\n";
        assert_eq!(gems(text), ["sinatra", "json", "rack", "aws-sdk-s3"]);
    }

    #[test]
    fn gems_are_found_by_the_names_of_their_folders() {
        let folder = tempfile::tempdir().unwrap();
        for path in ["gems/rack-3.1.0", "specifications/default", "gems/rack-session-2.0"] {
            std::fs::create_dir_all(folder.path().join(path)).unwrap();
        }
        std::fs::write(folder.path().join("specifications/default/json-2.7.2.gemspec"), "").unwrap();
        for (name, there) in
            [("rack", true), ("json", true), ("rack-session", true), ("session", false), ("rac", false)]
        {
            assert_eq!(holds(folder.path(), name), there, "{name}");
        }
    }
}
