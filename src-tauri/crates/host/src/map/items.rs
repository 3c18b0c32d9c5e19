//! The items of an input set, each as the text of an event: text pasted, a file, or the files of a folder.

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
};

use coldframe_protocol::{ErrorCode, MapInput, RpcError};
use serde_json::{Value, json, value::RawValue};
use walkdir::{DirEntry, WalkDir};

pub(super) const MOST_ITEMS: usize = 100_000;
const MOST_BYTES: u64 = 64 << 20;
/// Of a folder: what tools put there is no item, nor is what is hidden.
const OF_TOOLS: [&str; 2] = ["__pycache__", "node_modules"];
/// Characters of a line that are shown where it is wrong.
const SHOWN: usize = 24;

#[derive(Debug)]
pub(super) struct Items {
    /// For people.
    pub(super) form: String,
    pub(super) events: Vec<String>,
    /// Where they come from.
    pub(super) from: String,
}

/// `root`: what a path is relative to.
///
/// # Errors
/// There is nothing, too much, or a mistake, named by file and line.
pub(super) fn read(input: &MapInput, root: &Path) -> Result<Items, RpcError> {
    let (from, (form, events)) = match (&input.text, &input.path) {
        (Some(text), None) => ("pasted text".to_owned(), of_text("the text", text)?),
        (None, Some(path)) if !path.trim().is_empty() => {
            let path = root.join(path.trim());
            (path.display().to_string(), of_path(&path)?)
        }
        _ => return Err(invalid("there is no input").hint("paste some lines, or name a file or a folder")),
    };
    if events.is_empty() {
        return Err(invalid(format!("{from} holds no item")));
    }
    if events.len() > MOST_ITEMS {
        let many = events.len();
        return Err(invalid(format!("{from} holds {many} items, and a map has at most {MOST_ITEMS}"))
            .hint("run it in parts"));
    }
    Ok(Items { form, events, from })
}

fn of_path(path: &Path) -> Result<(String, Vec<String>), RpcError> {
    let name = path.display().to_string();
    let failed = |error: std::io::Error| {
        RpcError::new(ErrorCode::Invalid, format!("{name} cannot be read: {error}"))
            .hint("a path is relative to the project's folder")
    };
    let metadata = fs::metadata(path).map_err(failed)?;
    if metadata.is_dir() {
        return of_folder(path);
    }
    if metadata.len() > MOST_BYTES {
        let (is, most) = (metadata.len() >> 20, MOST_BYTES >> 20);
        return Err(invalid(format!("{name} has {is} MB, and an input has at most {most} MB")));
    }
    let text = fs::read_to_string(path).map_err(failed)?;
    if path.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("csv")) {
        return Ok(("rows of a CSV file".to_owned(), of_csv(&name, &text)?));
    }
    of_text(&name, &text)
}

/// Every file under it in the order of their names, but what is hidden or put there by tools; that is counted as it lies
/// there, a folder once.
fn of_folder(folder: &Path) -> Result<(String, Vec<String>), RpcError> {
    let (mut left_out, mut kinds) = (0, BTreeSet::new());
    let mut seen = |entry: &DirEntry| {
        let kind = (entry.depth() > 0).then(|| no_item(entry)).flatten();
        left_out += usize::from(kind.is_some());
        kinds.extend(kind);
        kind.is_none()
    };
    let mut files: Vec<(PathBuf, u64)> = Vec::new();
    for entry in WalkDir::new(folder).sort_by_file_name().into_iter().filter_entry(&mut seen) {
        let entry = entry.map_err(|error| invalid(format!("the folder cannot be read: {error}")))?;
        if entry.file_type().is_file() {
            let bytes = entry.metadata().map_or(0, |metadata| metadata.len());
            files.push((entry.into_path(), bytes));
        }
        if files.len() > MOST_ITEMS {
            break;
        }
    }
    let left_out = match left_out {
        0 => String::new(),
        _ => format!(" ({left_out} left out: {})", kinds.into_iter().collect::<Vec<_>>().join(", ")),
    };
    if files.is_empty() {
        return Err(invalid(format!("{} holds no item{left_out}", folder.display())));
    }
    let event = |(path, bytes): (PathBuf, u64)| {
        let name = path.strip_prefix(folder).unwrap_or(&path).display().to_string();
        json!({ "path": path.display().to_string(), "name": name, "bytes": bytes }).to_string()
    };
    Ok((format!("files of a folder{left_out}"), files.into_iter().map(event).collect()))
}

/// Why it is left out, if it is.
fn no_item(entry: &DirEntry) -> Option<&'static str> {
    let name = entry.file_name().to_string_lossy();
    let of_tools = OF_TOOLS.into_iter().find(|tool| entry.file_type().is_dir() && *tool == name);
    of_tools.or(name.starts_with('.').then_some("hidden"))
}

fn of_csv(name: &str, text: &str) -> Result<Vec<String>, RpcError> {
    let wrong = |error: csv::Error| {
        let line = error.position().map(csv::Position::line).unwrap_or(1);
        let what = match error.kind() {
            csv::ErrorKind::UnequalLengths { expected_len, len, .. } => {
                format!("{len} values under {expected_len} names")
            }
            _ => error.to_string(),
        };
        invalid(format!("{name}:{line}: {what}"))
    };
    let mut rows = csv::ReaderBuilder::new().trim(csv::Trim::Headers).from_reader(text.as_bytes());
    let names = rows.headers().map_err(wrong)?.clone();
    rows.records()
        .map(|row| {
            let row = row.map_err(wrong)?;
            let members = names.iter().zip(row.iter());
            let event: serde_json::Map<_, _> =
                members.map(|(name, value)| (name.to_owned(), Value::from(value))).collect();
            Ok(Value::Object(event).to_string())
        })
        .collect()
}

/// A JSON array, one JSON value a line, or any lines: those become `{"line", "index"}`.
fn of_text(name: &str, text: &str) -> Result<(String, Vec<String>), RpcError> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    if text.len() as u64 > MOST_BYTES {
        return Err(invalid(format!("{name} has more than {} MB", MOST_BYTES >> 20)));
    }
    let whole = serde_json::from_str::<Vec<&RawValue>>(text);
    let lines = || text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty());
    match whole {
        Ok(items) => {
            let items = items.into_iter().map(|item| item.get().to_owned()).collect();
            return Ok(("a JSON array".to_owned(), items));
        }
        // An array over several lines is nothing else.
        Err(error)
            if text.trim().starts_with('[') && lines().next().is_some_and(|(_, first)| !is_json(first)) =>
        {
            let line = text.lines().nth(error.line().saturating_sub(1)).unwrap_or_default();
            return Err(
                no_json(name, error.line(), line, &error).hint("mend the array, or write one item a line")
            );
        }
        Err(_) => {}
    }
    let begun = lines().next().is_some_and(|(_, first)| first.trim_start().starts_with(['{', '[']));
    if begun || [".jsonl", ".ndjson"].iter().any(|ending| name.ends_with(ending)) {
        let events = lines().map(|(at, line)| match serde_json::from_str::<&RawValue>(line) {
            Ok(item) => Ok(item.get().to_owned()),
            Err(error) => {
                Err(no_json(name, at + 1, line, &error).hint("one JSON value a line, or an array of all"))
            }
        });
        return Ok(("JSON Lines".to_owned(), events.collect::<Result<_, _>>()?));
    }
    if lines().all(|(_, line)| is_json(line)) {
        let values = lines().map(|(_, line)| line.trim().to_owned()).collect();
        return Ok(("JSON Lines".to_owned(), values));
    }
    let events =
        lines().enumerate().map(|(index, (_, line))| json!({ "line": line, "index": index }).to_string());
    Ok(("lines of text".to_owned(), events.collect()))
}

/// What is wrong with a line, from where on, in the words of the editor.
fn no_json(name: &str, number: usize, line: &str, error: &serde_json::Error) -> RpcError {
    let said = error.to_string();
    let what = WRONG.iter().find(|(begin, _)| said.starts_with(begin)).map(|(_, what)| *what);
    let what = what.unwrap_or("this is no JSON");
    let line = line.trim_end();
    let ends = if error.is_eof() { line.len() } else { error.column().saturating_sub(1) };
    let begins = line.char_indices().map(|(at, _)| at).find(|at| *at >= ends).unwrap_or(line.len());
    // The parser stops within the word that is none.
    let begins = if said.starts_with("expected ident") {
        line[..begins]
            .char_indices()
            .rfind(|(_, letter)| !letter.is_alphanumeric())
            .map_or(0, |(at, letter)| at + letter.len_utf8())
    } else {
        begins
    };
    let (before, rest) = line.split_at(begins);
    let at = format!("{name}:{number}:{}: {what}", before.chars().count() + 1);
    if rest.is_empty() {
        return invalid(at);
    }
    let shown: String = rest.chars().take(SHOWN).collect();
    let more = if shown.len() < rest.len() { "…" } else { "" };
    invalid(format!("{at}: {shown}{more}"))
}

/// How the parser begins, and what that means.
const WRONG: [(&str, &str); 14] = [
    ("EOF while parsing an object", "the object is not closed"),
    ("EOF while parsing a list", "the array is not closed"),
    ("EOF while parsing a string", "a text is not closed"),
    ("EOF while parsing a value", "a value is missing at the end"),
    ("expected value", "no JSON value begins here"),
    ("expected ident", "this is no JSON value"),
    ("expected `:`", "a colon is missing"),
    ("expected `,` or `}`", "a comma or } is missing"),
    ("expected `,` or `]`", "a comma or ] is missing"),
    ("key must be a string", "a name in double quotes is missing"),
    ("trailing comma", "a comma too many"),
    ("trailing characters", "more stands after the value"),
    ("control character", "a text holds a control character"),
    ("invalid escape", "an escape stands for nothing"),
];

fn is_json(line: &str) -> bool {
    serde_json::from_str::<&RawValue>(line).is_ok()
}

fn invalid(message: impl Into<String>) -> RpcError {
    RpcError::new(ErrorCode::Invalid, message)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(text: &str) -> Result<Items, RpcError> {
        read(&MapInput { text: Some(text.to_owned()), path: None }, Path::new("/"))
    }

    #[track_caller]
    fn events(from: &str) -> (String, Vec<String>) {
        let items = text(from).expect("items");
        (items.form, items.events)
    }

    fn values(events: &[String]) -> Vec<Value> {
        events.iter().map(|event| serde_json::from_str(event).unwrap()).collect()
    }

    #[test]
    fn text_is_an_array_json_lines_or_lines() {
        assert_eq!(
            events("[{\"a\": 1},\n 2]\n"),
            ("a JSON array".into(), vec!["{\"a\": 1}".into(), "2".into()])
        );
        assert_eq!(
            events("{\"a\":1}\n\n{\"a\":2}\r\n"),
            ("JSON Lines".into(), vec!["{\"a\":1}".into(), "{\"a\":2}".into()])
        );
        assert_eq!(events("[1]\n[2]"), ("JSON Lines".into(), vec!["[1]".into(), "[2]".into()]));
        assert_eq!(events("1\n2"), ("JSON Lines".into(), vec!["1".into(), "2".into()]));
        let (form, lines) = events("beans\n7\n");
        assert_eq!(form, "lines of text");
        assert_eq!(values(&lines), [json!({"line": "beans", "index": 0}), json!({"line": "7", "index": 1})]);
    }

    #[test]
    fn a_mistake_is_named_where_it_is() {
        let said = |from: &str| text(from).expect_err("a mistake").message;
        assert_eq!(said("{\"a\":1}\n{\"a\":}\n"), "the text:2:6: no JSON value begins here: }");
        assert_eq!(said("[\n 1,\n]"), "the text:3:1: a comma too many: ]");
        for (line, what) in [
            ("{\"é\": NaN}", "7: no JSON value begins here: NaN}"),
            ("{'a': 1}", "2: a name in double quotes is missing: 'a': 1}"),
            ("{\"a\" 1}", "6: a colon is missing: 1}"),
            ("{\"a\": 1", "8: the object is not closed"),
            ("{\"a\": \"b", "9: a text is not closed"),
            ("{\"a\":", "6: a value is missing at the end"),
            (
                "{\"a\": 1, \"b\": 2} and so on, and on, and on",
                "18: more stands after the value: and so on, and on, and o…",
            ),
            ("{\"a\": \"\\x\"}", "9: an escape stands for nothing: x\"}"),
        ] {
            assert_eq!(said(&format!("{{}}\n{line}\n")), format!("the text:2:{what}"));
        }
        assert_eq!(said(" \n"), "pasted text holds no item");
        let many = "1\n".repeat(MOST_ITEMS + 1);
        assert_eq!(said(&many), "pasted text holds 100001 items, and a map has at most 100000");
        assert_eq!(
            read(&MapInput { text: None, path: None }, Path::new("/")).unwrap_err().message,
            "there is no input"
        );
    }

    #[test]
    fn files_and_folders_are_read_from_the_project() {
        let root = tempfile::tempdir().unwrap();
        let at = |path: &str| read(&MapInput { text: None, path: Some(path.into()) }, root.path());
        for folder in
            ["in/deep/.git", "in/__pycache__", "in/deep/__pycache__", "in/node_modules", "only/.git"]
        {
            fs::create_dir_all(root.path().join(folder)).unwrap();
        }
        for (name, text) in [
            ("in/b.txt", "bee"),
            ("in/deep/a.txt", ""),
            ("in/.hidden", "x"),
            ("in/deep/.git/x", "x"),
            ("in/__pycache__/a.pyc", "x"),
            ("in/deep/__pycache__/a.pyc", "x"),
            ("in/node_modules/x.js", "x"),
            ("rows.csv", "name, n\nbeans,1\n\"a,b\",2\n"),
            ("bad.csv", "a,b\n1,2\n3\n"),
            ("bad.jsonl", "1\n2,\n"),
        ] {
            fs::write(root.path().join(name), text).unwrap();
        }
        let folder = at("in").unwrap();
        let names = values(&folder.events);
        assert_eq!((names.len(), &names[0]["name"], &names[0]["bytes"]), (2, &json!("b.txt"), &json!(3)));
        assert_eq!(names[1]["path"], json!(root.path().join("in/deep/a.txt").display().to_string()));
        assert_eq!(folder.form, "files of a folder (5 left out: __pycache__, hidden, node_modules)");
        let only = at("only").unwrap_err().message;
        assert!(only.ends_with("only holds no item (1 left out: hidden)"), "{only}");
        let rows = values(&at("rows.csv").unwrap().events);
        assert_eq!(rows, [json!({"name": "beans", "n": "1"}), json!({"name": "a,b", "n": "2"})]);
        let bad = at("bad.csv").unwrap_err().message;
        assert!(bad.ends_with("bad.csv:3: 1 values under 2 names"), "{bad}");
        let bad = at("bad.jsonl").unwrap_err().message;
        assert!(bad.ends_with("bad.jsonl:2:2: more stands after the value: ,"), "by its name: {bad}");
        assert!(at("nowhere").unwrap_err().message.contains("nowhere cannot be read"));
    }
}
