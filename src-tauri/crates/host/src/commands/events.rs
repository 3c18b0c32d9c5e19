//! Events a person keeps beside the project, to send again: `.coldframe/events/FUNCTION/NAME.json`.

use std::path::{Path, PathBuf};

use coldframe_protocol::{ErrorCode, RpcError, SavedEvent};

pub(crate) fn list(project: &Path, function: &str) -> Vec<SavedEvent> {
    let Ok(entries) = std::fs::read_dir(folder(project, function)) else { return Vec::new() };
    let mut events: Vec<SavedEvent> = entries
        .flatten()
        .filter_map(|entry| {
            let path = entry.path();
            if path.extension()? != "json" {
                return None;
            }
            let name = path.file_stem()?.to_string_lossy().into_owned();
            Some(SavedEvent { name, text: std::fs::read_to_string(&path).ok()? })
        })
        .collect();
    events.sort_by(|a, b| a.name.cmp(&b.name));
    events
}

pub(super) fn save(project: &Path, function: &str, name: &str, text: &str) -> Result<(), RpcError> {
    let path = file(project, function, name)?;
    let failed = |error: std::io::Error| {
        RpcError::new(ErrorCode::Failed, format!("cannot save the event {name}: {error}"))
    };
    std::fs::create_dir_all(folder(project, function)).map_err(failed)?;
    std::fs::write(path, text).map_err(failed)
}

pub(super) fn delete(project: &Path, function: &str, name: &str) -> Result<(), RpcError> {
    std::fs::remove_file(file(project, function, name)?).map_err(|error| {
        RpcError::new(ErrorCode::NotFound, format!("cannot delete the event {name}: {error}"))
    })
}

fn folder(project: &Path, function: &str) -> PathBuf {
    project.join(".coldframe").join("events").join(function)
}

fn file(project: &Path, function: &str, name: &str) -> Result<PathBuf, RpcError> {
    let usable = !name.is_empty()
        && name.len() <= 100
        && !name.starts_with('.')
        && name.chars().all(|c| c.is_alphanumeric() || matches!(c, ' ' | '-' | '_' | '.'));
    if usable {
        Ok(folder(project, function).join(format!("{name}.json")))
    } else {
        let message = format!("an event cannot be called {name:?}");
        Err(RpcError::new(ErrorCode::Invalid, message)
            .hint("use letters, digits, spaces, dots, - and _, at most 100, and no dot at the beginning"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn saved_events_come_back_by_name() {
        let project = tempfile::tempdir().unwrap();
        save(project.path(), "f", "b", "{}").unwrap();
        save(project.path(), "f", "a", "[1]").unwrap();
        let names: Vec<_> =
            list(project.path(), "f").into_iter().map(|event| (event.name, event.text)).collect();
        assert_eq!(names, [("a".to_owned(), "[1]".to_owned()), ("b".to_owned(), "{}".to_owned())]);
        delete(project.path(), "f", "a").unwrap();
        assert_eq!(list(project.path(), "f").len(), 1);
    }

    #[test]
    fn a_name_that_is_no_file_name_is_refused_by_name() {
        let project = tempfile::tempdir().unwrap();
        for name in ["../evil", "a/b", "a\\b", ".hidden", "", "a\u{202e}b", &"x".repeat(101)] {
            let refused = save(project.path(), "f", name, "{}").unwrap_err();
            assert_eq!(refused.message, format!("an event cannot be called {name:?}"));
            assert!(refused.hint.unwrap().starts_with("use letters, digits"));
        }
        assert!(!project.path().join(".coldframe").exists(), "nothing was written");
    }
}
