//! The person's own editor: which one, and how it is told of a file and a line. It is started with their environment,
//! as from their shell, and belongs to them from then on.

use std::{env, fmt, path::Path};

use coldframe_supervisor::Command;

const FILE: &str = "{file}";
const LINE: &str = "{line}";

/// Editors with a window that take a line, in the order in which they are looked for.
const KNOWN: [Editor<'static>; 18] = [
    Editor("code", "--goto {file}:{line}"),
    Editor("codium", "--goto {file}:{line}"),
    Editor("cursor", "--goto {file}:{line}"),
    Editor("windsurf", "--goto {file}:{line}"),
    Editor("zed", "{file}:{line}"),
    Editor("zeditor", "{file}:{line}"),
    Editor("subl", "{file}:{line}"),
    Editor("pycharm", "--line {line} {file}"),
    Editor("webstorm", "--line {line} {file}"),
    Editor("rustrover", "--line {line} {file}"),
    Editor("goland", "--line {line} {file}"),
    Editor("idea", "--line {line} {file}"),
    Editor("fleet", "{file}:{line}"),
    Editor("kate", "--line {line} {file}"),
    Editor("gvim", "+{line} {file}"),
    Editor("gedit", "+{line} {file}"),
    Editor("mousepad", "--line={line} {file}"),
    Editor("mate", "--line {line} {file}"),
];

/// A program, and what it is given.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Editor<'a>(&'a str, &'a str);

impl fmt::Display for Editor<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.0, self.1)
    }
}

/// The first of those that are known which is on this machine.
pub(crate) fn found() -> Option<Editor<'static>> {
    KNOWN.into_iter().find(|Editor(program, _)| which::which(program).is_ok())
}

/// # Errors
/// In words, what is wrong with a command that a person wrote.
pub(crate) fn check(command: &str) -> Result<(), String> {
    let words = words(command)?;
    if !words.iter().any(|word| word.contains(FILE)) {
        return Err(format!(
            "it does not say where the file goes: write {FILE} there, and {LINE} for the line"
        ));
    }
    program(&words).map(|_| ())
}

/// The process that shows a line of a file, and the program's name.
///
/// # Errors
/// In words, what is wrong with the command.
pub(crate) fn command(template: &str, file: &Path, line: u32) -> Result<(Command, String), String> {
    let words = words(template)?;
    let mut command = Command::new(program(&words)?, file.parent().unwrap_or(Path::new("/")));
    // Nothing of it is a shell's: a file's name is one argument, whatever it holds.
    for word in &words[1..] {
        command = command.arg(word.replace(LINE, &line.to_string()).replace(FILE, &file.to_string_lossy()));
    }
    command.env = env::vars_os().collect();
    Ok((command, words[0].clone()))
}

fn words(command: &str) -> Result<Vec<String>, String> {
    shlex::split(command)
        .filter(|words| !words.is_empty())
        .ok_or_else(|| "it is no command: a quote is not closed, or nothing stands there".to_owned())
}

fn program(words: &[String]) -> Result<std::path::PathBuf, String> {
    let Some(name) = words.first() else { return Err("nothing stands there".to_owned()) };
    which::which(name).map_err(|_| format!("there is no program {name} on the PATH of this host"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_known_editor_is_told_of_file_and_line() {
        for editor in KNOWN {
            let written = editor.to_string();
            assert!(written.contains(FILE) && written.contains(LINE), "{written}");
        }
    }

    #[test]
    fn a_files_name_stays_one_argument() {
        let file = Path::new("/tmp/a {line} of \"two\"; rm -rf $HOME/app.py");
        let (command, program) = command("sh -c '{file}' --at={line}", file, 12).unwrap();
        assert_eq!(program, "sh");
        assert_eq!(command.args, ["-c", file.to_str().unwrap(), "--at=12"]);
        assert_eq!(command.cwd, Path::new("/tmp/a {line} of \"two\"; rm -rf $HOME"));
    }

    #[test]
    fn what_is_wrong_with_a_command_is_said() {
        for (wrong, word) in [
            ("", "nothing stands there"),
            ("code 'x", "quote"),
            ("sh -c x", "{file}"),
            ("no-such-editor-anywhere {file}", "no program no-such-editor-anywhere"),
        ] {
            let said = check(wrong).unwrap_err();
            assert!(said.contains(word), "{wrong}: {said}");
        }
        check("sh {file}:{line}").unwrap();
    }
}
