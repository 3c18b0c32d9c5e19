//! The event of `coldframe invoke`, `rightsize` and `portability`: read and looked at before anything is started for it.

use std::{
    io::{ErrorKind, Read},
    path::Path,
};

use serde::de::IgnoredAny;

use crate::Failure;

/// The event of a file, or of standard input for `-`; `{}` where none is given.
pub(in crate::verbs) fn read(file: Option<&Path>) -> Result<String, Failure> {
    let Some(file) = file else { return Ok("{}".to_owned()) };
    let stdin = file == Path::new("-");
    let name = if stdin { "standard input".to_owned() } else { file.display().to_string() };
    let read = if stdin {
        let mut text = String::new();
        std::io::stdin().read_to_string(&mut text).map(|_| text)
    } else {
        std::fs::read_to_string(file)
    };
    let text = read.map_err(|error| match error.kind() {
        ErrorKind::NotFound => Failure::NotFound(format!(
            "cannot read the event: there is no file {name}\nhint: correct the path, or send - for standard input"
        )),
        ErrorKind::InvalidData => {
            Failure::Usage(format!("{name} is not UTF-8 text, which an event is\nhint: save it as UTF-8"))
        }
        _ => Failure::Usage(format!("cannot read the event from {name}: {error}")),
    })?;
    check(&name, &text)?;
    Ok(text)
}

/// Every provider's events are written as JSON.
fn check(name: &str, text: &str) -> Result<(), Failure> {
    let Err(error) = serde_json::from_str::<IgnoredAny>(text) else { return Ok(()) };
    if text.starts_with('\u{feff}') {
        return Err(Failure::Usage(format!(
            "{name}:1:1: the event is not JSON: a byte order mark, which editors do not show, stands before it\n\
             hint: save {name} as UTF-8 without a byte order mark"
        )));
    }
    let said = error.to_string();
    let what = said.split(" at line ").next().unwrap_or(&said);
    let (line, column) = position(text, &error);
    Err(Failure::Usage(format!(
        "{name}:{line}:{column}: the event is not JSON: {what}\n\
         hint: mend line {line} of {name}; an empty event is {{}}, which is also what a call without --event gets"
    )))
}

/// Line and column, from 1. Where the text ends too early, the place behind its last character.
fn position(text: &str, error: &serde_json::Error) -> (usize, usize) {
    if !error.is_eof() {
        return (error.line(), error.column().max(1));
    }
    let text = text.trim_end();
    let last = text.rsplit('\n').next().unwrap_or_default();
    (text.matches('\n').count() + 1, last.chars().count() + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mistake_is_named_by_line_and_column_once() {
        let Err(failure) = check("ev.json", "{\n  \"a\": oops\n}") else { panic!("that is no JSON") };
        let first = failure.text().lines().next();
        assert_eq!(first, Some("ev.json:2:8: the event is not JSON: expected value"));
        assert!(check("ev.json", " [1] ").is_ok());
    }

    #[test]
    fn an_event_that_ends_too_early_is_named_where_it_ends() {
        let Err(failure) = check("ev.json", "{\n  \"a\": 1\n\n") else { panic!("that is no JSON") };
        let first = failure.text().lines().next();
        assert_eq!(first, Some("ev.json:2:9: the event is not JSON: EOF while parsing an object"));
    }
}
