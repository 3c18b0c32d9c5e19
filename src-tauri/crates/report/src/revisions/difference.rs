//! One file of two revisions, line by line.

use std::{collections::BTreeSet, time::Duration};

use coldframe_protocol::FileChange;
use similar::{ChangeTag, TextDiff};

use super::imported::imported;

/// Two texts that have little in common are not worth more than this.
const PATIENCE: Duration = Duration::from_millis(300);
/// Bytes of a diff that are told.
const LONGEST: usize = 100_000;

/// A file as one of the revisions has it.
pub(super) enum Side {
    Absent,
    Text(String),
    /// Why its text is not told.
    Untold(&'static str),
}

pub(super) fn file(path: &str, before: Side, after: Side) -> FileChange {
    let kind = match (&before, &after) {
        (Side::Absent, _) => "added",
        (_, Side::Absent) => "removed",
        _ => "changed",
    };
    let change = FileChange {
        path: path.to_owned(),
        kind: kind.to_owned(),
        added: None,
        removed: None,
        imports_added: Vec::new(),
        imports_removed: Vec::new(),
        diff: None,
        note: None,
    };
    let (old, new) = match (before, after) {
        (Side::Untold(why), _) | (_, Side::Untold(why)) => {
            return FileChange { note: Some(why.to_owned()), ..change };
        }
        (before, after) => (text(before), text(after)),
    };
    let diff = TextDiff::configure().timeout(PATIENCE).diff_lines(old.as_str(), new.as_str());
    let count = |tag| {
        let lines = diff.iter_all_changes().filter(|change| change.tag() == tag).count();
        Some(u32::try_from(lines).unwrap_or(u32::MAX))
    };
    let (imports_before, imports) = (imported(path, &old), imported(path, &new));
    let only = |one: &BTreeSet<String>, other: &BTreeSet<String>| one.difference(other).cloned().collect();
    let mut told = diff.unified_diff().context_radius(3).to_string();
    let mut note = None;
    if told.is_empty() {
        note =
            Some("only what is not recorded of it changed: a value that is named like a secret".to_owned());
    } else if told.len() > LONGEST {
        let end = (0..=LONGEST).rev().find(|at| told.as_bytes()[*at] == b'\n').unwrap_or_default();
        told.truncate(end);
        note = Some("only the beginning of the diff is shown".to_owned());
    }
    FileChange {
        added: count(ChangeTag::Insert),
        removed: count(ChangeTag::Delete),
        imports_added: only(&imports, &imports_before),
        imports_removed: only(&imports_before, &imports),
        diff: (!told.is_empty()).then_some(told),
        note,
        ..change
    }
}

fn text(side: Side) -> String {
    if let Side::Text(text) = side { text } else { String::new() }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(text: &str) -> Side {
        Side::Text(text.to_owned())
    }

    #[test]
    fn lines_and_imports_are_counted_and_shown() {
        let change =
            file("app.py", of("import json\nimport pandas as pd\n\nX = 1\n"), of("import json\n\nX = 1\n"));
        assert_eq!((change.kind.as_str(), change.added, change.removed), ("changed", Some(0), Some(1)));
        assert_eq!((change.imports_added, change.imports_removed), (vec![], vec!["pandas".to_owned()]));
        assert_eq!(
            change.diff.as_deref(),
            Some("@@ -1,4 +1,3 @@\n import json\n-import pandas as pd\n \n X = 1\n")
        );
    }

    #[test]
    fn a_file_that_came_or_went_is_all_new_or_all_gone() {
        let came = file("a.txt", Side::Absent, of("one\ntwo"));
        assert_eq!((came.kind.as_str(), came.added, came.removed), ("added", Some(2), Some(0)));
        let went = file("a.txt", of("one\n"), Side::Absent);
        assert_eq!((went.kind.as_str(), went.added, went.removed), ("removed", Some(0), Some(1)));
    }

    #[test]
    fn what_is_not_told_says_why() {
        let secret = file(".env", Side::Untold("it may hold secrets"), Side::Untold("it may hold secrets"));
        assert_eq!((secret.added, secret.diff), (None, None));
        assert_eq!(secret.note.as_deref(), Some("it may hold secrets"));
        let hidden = file("app.py", of("token = \"[redacted]\"\n"), of("token = \"[redacted]\"\n"));
        assert!(hidden.diff.is_none() && hidden.note.is_some(), "{hidden:?}");
    }

    #[test]
    fn a_huge_difference_is_cut_at_a_line() {
        let many = |letter: &str| (0..20_000).map(|n| format!("{letter}{n}é\n")).collect::<String>();
        let change = file("data.txt", of(&many("a")), of(&many("b")));
        let diff = change.diff.unwrap();
        assert!(diff.len() <= LONGEST && diff.ends_with('é'), "{}", diff.len());
        assert_eq!(change.note.as_deref(), Some("only the beginning of the diff is shown"));
    }
}
