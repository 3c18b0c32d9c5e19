//! `.env` files, as dotenv libraries read them: `NAME=value`, optional `export`, quotes, comments, and `${NAME}` of
//! names that stand above in the same file. The host's own environment is never looked at.

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
};

use crate::{
    domain::{Problem, Severity},
    project::Project,
};

/// Variables in a file, with what could not be read.
#[derive(Debug, Default)]
pub(crate) struct EnvFile {
    pub(crate) variables: BTreeMap<String, String>,
    pub(crate) problems: Vec<Problem>,
}

/// The variables for code in a folder: the project's `.env`, under those beside the code. A later name wins over an
/// earlier one. Gives the files that were there, too.
pub(crate) fn beside(project: &Project, folder: &Path, names: &[&str]) -> (EnvFile, Vec<PathBuf>) {
    let mut merged = EnvFile::default();
    let mut files = Vec::new();
    let mut folders = vec![project.root()];
    if folder != project.root() {
        folders.push(folder);
    }
    for folder in folders {
        for name in names {
            let file = folder.join(name);
            if !file.is_file() {
                continue;
            }
            match project.read(&file) {
                Ok(text) => {
                    let read = parse(&text, &project.shown(&file));
                    merged.variables.extend(read.variables);
                    merged.problems.extend(read.problems);
                }
                Err(problem) => {
                    merged.problems.push(Problem { severity: Severity::Warning, ..problem });
                }
            }
            files.push(file);
        }
    }
    (merged, files)
}

/// `shown` is how problems name the file.
pub(crate) fn parse(text: &str, shown: &str) -> EnvFile {
    let mut file = EnvFile::default();
    let mut lines = text.lines().enumerate();
    while let Some((index, line)) = lines.next() {
        let number = u32::try_from(index + 1).ok();
        let line = line.trim();
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        let line = line.strip_prefix("export ").unwrap_or(line).trim_start();
        let Some((name, rest)) = line.split_once('=') else {
            file.problems.push(
                Problem::warning("this line has no `=` and is left out")
                    .at(shown, number)
                    .hint("write NAME=value, or begin it with #"),
            );
            continue;
        };
        let name = name.trim();
        if !is_name(name) {
            file.problems.push(
                Problem::warning("this is no name of a variable; the line is left out")
                    .at(shown, number)
                    .hint("use letters, digits and underscores, not beginning with a digit"),
            );
            continue;
        }
        let rest = rest.trim_start();
        let value = match rest.chars().next() {
            Some(quote @ ('"' | '\'' | '`')) => {
                let mut whole = rest[1..].to_owned();
                // A quoted value may go on over several lines.
                let mut end = closing(&whole, quote);
                while end.is_none() {
                    let Some((_, next)) = lines.next() else { break };
                    whole.push('\n');
                    let from = whole.len();
                    whole.push_str(next);
                    end = closing(&whole[from..], quote).map(|at| from + at);
                }
                let Some(end) = end else {
                    file.problems.push(
                        Problem::warning(format!("the quote of `{name}` is not closed; it is left out"))
                            .at(shown, number)
                            .hint(format!("end the value with {quote}")),
                    );
                    break;
                };
                let inside = &whole[..end];
                if quote == '"' { expand(&unescape(inside), &file.variables) } else { inside.to_owned() }
            }
            _ => {
                let bare = rest.find(" #").map_or(rest, |comment| &rest[..comment]);
                let bare = if bare.starts_with('#') { "" } else { bare };
                expand(bare.trim_end(), &file.variables)
            }
        };
        if value.contains('\0') {
            file.problems
                .push(Problem::warning(format!("`{name}` holds a NUL and is left out")).at(shown, number));
            continue;
        }
        file.variables.insert(name.to_owned(), value);
    }
    file
}

/// Whether a text can be the name of an environment variable.
pub(crate) fn is_name(name: &str) -> bool {
    !name.is_empty()
        && !name.starts_with(|first: char| first.is_ascii_digit())
        && name.chars().all(|letter| letter.is_ascii_alphanumeric() || letter == '_')
}

fn closing(text: &str, quote: char) -> Option<usize> {
    let mut escaped = false;
    for (at, letter) in text.char_indices() {
        if escaped {
            escaped = false;
        } else if letter == '\\' && quote == '"' {
            escaped = true;
        } else if letter == quote {
            return Some(at);
        }
    }
    None
}

fn unescape(text: &str) -> String {
    let mut result = String::with_capacity(text.len());
    let mut letters = text.chars();
    while let Some(letter) = letters.next() {
        if letter != '\\' {
            result.push(letter);
            continue;
        }
        match letters.next() {
            Some('n') => result.push('\n'),
            Some('r') => result.push('\r'),
            Some('t') => result.push('\t'),
            Some(other @ ('"' | '\\')) => result.push(other),
            Some(other) => result.extend(['\\', other]),
            None => result.push('\\'),
        }
    }
    result
}

/// Longer values are a mistake, or doubling on purpose; Lambda's limit for all variables together is 4 KB.
const LONGEST: usize = 64 * 1024;

/// `${NAME}` of what stands above; anything else stays as it is.
fn expand(text: &str, known: &BTreeMap<String, String>) -> String {
    let mut result = String::new();
    let mut rest = text;
    while let Some(start) = rest.find("${") {
        let Some(length) = rest[start..].find('}') else { break };
        let name = &rest[start + 2..start + length];
        result.push_str(&rest[..start]);
        match known.get(name) {
            Some(value) if result.len() + value.len() <= LONGEST => result.push_str(value),
            _ => result.push_str(&rest[start..=start + length]),
        }
        rest = &rest[start + length + 1..];
    }
    result.push_str(rest);
    result
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_usual_forms_are_read() {
        let file = parse(
            "# comment\nA=1\nexport B = two words # note\nC=\"line\\nnext \\\"q\\\"\"\nD='raw $A \\n'\nE=${A}/${A}-${NOPE}\nF=\nG=a#b\nH=\"one\ntwo\"\nI= # only a comment\n",
            ".env",
        );
        let pairs: Vec<String> =
            file.variables.iter().map(|(name, value)| format!("{name}={value:?}")).collect();
        insta::assert_snapshot!(pairs.join("\n"), @r#"
        A="1"
        B="two words"
        C="line\nnext \"q\""
        D="raw $A \\n"
        E="1/1-${NOPE}"
        F=""
        G="a#b"
        H="one\ntwo"
        I=""
        "#);
        assert!(file.problems.is_empty(), "{:?}", file.problems);
    }

    #[test]
    fn what_cannot_be_read_is_named_with_its_line() {
        let file = parse("OK=1\nno equals sign\n1A=2\nSECRET=\"never closed\nmore\n", "a/.env");
        assert_eq!(file.variables.len(), 1);
        let problems: Vec<String> = file.problems.iter().map(ToString::to_string).collect();
        insta::assert_snapshot!(problems.join("\n"), @r#"
        a/.env:2: this line has no `=` and is left out
        hint: write NAME=value, or begin it with #
        a/.env:3: this is no name of a variable; the line is left out
        hint: use letters, digits and underscores, not beginning with a digit
        a/.env:4: the quote of `SECRET` is not closed; it is left out
        hint: end the value with "
        "#);
        assert!(!problems.join("").contains("never closed"), "values may be secret and are not repeated");
    }

    #[test]
    fn doubling_stays_bounded() {
        let mut text = String::from("A0=0123456789\n");
        for level in 1..60 {
            let below = level - 1;
            text.push_str(&format!("A{level}=${{A{below}}}${{A{below}}}\n"));
        }
        let file = parse(&text, ".env");
        assert!(file.variables.values().all(|value| value.len() <= LONGEST + 16));
    }
}
