//! The events of `coldframe invoke`, `rightsize`, `check` and `portability`: read and looked at before anything is started
//! for them.

use std::{
    io::{ErrorKind, Read},
    path::Path,
};

use serde::de::IgnoredAny;

use crate::Failure;

/// The event of a file, or of standard input for `-`; `{}` where none is given.
pub(in crate::verbs) fn read(file: Option<&Path>) -> Result<String, Failure> {
    let Some(file) = file else { return Ok("{}".to_owned()) };
    let (name, text) = text_of(file)?;
    check(&name, &text, ", which is also what a call without --event gets")?;
    Ok(text)
}

/// Several events of a file: JSON Lines, or an array of events; anything else is one.
pub(in crate::verbs) fn read_all(file: &Path) -> Result<Vec<String>, Failure> {
    let (name, text) = text_of(file)?;
    let is_json = |line: &str| serde_json::from_str::<IgnoredAny>(line).is_ok();
    let lines = || text.lines().filter(|line| !line.trim().is_empty());
    if !is_json(&text) && lines().count() > 1 && lines().next().is_some_and(is_json) {
        for (number, line) in text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty()) {
            if let Err(error) = serde_json::from_str::<IgnoredAny>(line) {
                return Err(Failure::Usage(format!(
                    "{name}:{}:{}: the event is not JSON: {}\nhint: each line of JSON Lines is an event",
                    number + 1,
                    error.column().max(1),
                    error.to_string().split(" at line ").next().unwrap_or_default(),
                )));
            }
        }
        return Ok(lines().map(str::to_owned).collect());
    }
    check(&name, &text, "")?;
    match serde_json::from_str::<Vec<serde_json::Value>>(&text) {
        Ok(events) if events.is_empty() => {
            Err(Failure::Usage(format!("{name} holds no event\nhint: an empty event is {{}}")))
        }
        Ok(events) => Ok(events.iter().map(ToString::to_string).collect()),
        Err(_) => Ok(vec![text]),
    }
}

/// With what it is called in a message.
fn text_of(file: &Path) -> Result<(String, String), Failure> {
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
    Ok((name, text))
}

/// Every provider's events are written as JSON. `empty`: when else a function gets an empty one.
fn check(name: &str, text: &str, empty: &str) -> Result<(), Failure> {
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
         hint: mend line {line} of {name}; an empty event is {{}}{empty}"
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
        let Err(failure) = check("ev.json", "{\n  \"a\": oops\n}", "") else { panic!("that is no JSON") };
        let first = failure.text().lines().next();
        assert_eq!(first, Some("ev.json:2:8: the event is not JSON: expected value"));
        assert!(check("ev.json", " [1] ", "").is_ok());
    }

    #[test]
    fn several_events_are_lines_or_an_array() {
        let folder = tempfile::tempdir().unwrap();
        let read = |text: &str| {
            let file = folder.path().join("events");
            std::fs::write(&file, text).unwrap();
            read_all(&file).map_err(|failure| failure.text().lines().next().unwrap_or_default().to_owned())
        };
        assert_eq!(read("{\n}\n"), Ok(vec!["{\n}\n".to_owned()]));
        assert_eq!(read("{\"a\": 1}\n\n[2]\n"), Ok(vec!["{\"a\": 1}".to_owned(), "[2]".to_owned()]));
        assert_eq!(read("[{}, 1.50]"), Ok(vec!["{}".to_owned(), "1.5".to_owned()]));
        assert!(read("{}\noops\n").unwrap_err().contains("events:2:1: the event is not JSON"));
        assert!(read("[]").unwrap_err().ends_with("holds no event"));
        assert!(read("oops").is_err());
        let Err(failure) = read_all(&folder.path().join("events")) else { panic!("that is no JSON") };
        assert!(!failure.text().contains("--event"), "it is none of its options: {}", failure.text());
    }

    #[test]
    fn an_event_that_ends_too_early_is_named_where_it_ends() {
        let Err(failure) = check("ev.json", "{\n  \"a\": 1\n\n", "") else { panic!("that is no JSON") };
        let first = failure.text().lines().next();
        assert_eq!(first, Some("ev.json:2:9: the event is not JSON: EOF while parsing an object"));
    }
}
