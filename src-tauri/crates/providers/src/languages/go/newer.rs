//! What is told where a module asks for a newer Go than this machine has; another is not fetched unasked.

use std::{path::Path, sync::LazyLock};

use regex::Regex;

use crate::{
    domain::Problem,
    languages::{interpreter::upwards, shown},
    project::text_of,
};

static NEWER: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(?m)^go: (\S+) requires go >= (\S+) \(running go ([^;)\s]+)")
        .expect("the pattern is a constant")
});

/// Of what Go said of a package in `folder`: named by the person's own `go.mod`, of which Go may have read a copy, or by
/// the module that asks.
pub(super) fn asked_for(said: &str, folder: &Path, project: &Path) -> Option<Problem> {
    let found = NEWER.captures(said)?;
    let (who, wanted, running) = (&found[1], &found[2], &found[3]);
    let get = format!("install Go {wanted} from https://go.dev/dl");
    if Path::new(who).file_name().is_none_or(|name| name != "go.mod") {
        let message = format!("{who} asks for Go {wanted}, and this machine has Go {running}");
        return Some(
            Problem::error(message).hint(format!("{get}, or ask for an older version of the module")),
        );
    }
    let problem = Problem::error(format!("it asks for Go {wanted}, and this machine has Go {running}")).hint(
        format!("{get}; the nearest here is {running}: write `go {running}` if the code needs no newer one"),
    );
    let own = upwards(folder, project).find_map(|above| {
        let file = above.join("go.mod");
        text_of(&file).map(|text| (file, text))
    });
    Some(match own {
        None => problem,
        Some((file, text)) => {
            let at = text.lines().position(|line| line.trim_start().starts_with("go "));
            problem.at(shown(&file, project), at.and_then(|at| u32::try_from(at + 1).ok()))
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_persons_own_file_is_named_whatever_go_was_shown() {
        let project = tempfile::tempdir().unwrap();
        let folder = project.path().join("hello");
        std::fs::create_dir(&folder).unwrap();
        std::fs::write(folder.join("go.mod"), "module hello\n\ngo 1.99\n").unwrap();
        let told = |said: &str| asked_for(said, &folder, project.path()).map(|problem| problem.to_string());
        for file in ["go.mod", "/data/build/7/modules/go.mod"] {
            let said = format!("go: {file} requires go >= 1.99 (running go 1.26.1; GOTOOLCHAIN=local)\n");
            assert_eq!(
                told(&said).unwrap(),
                "hello/go.mod:3: it asks for Go 1.99, and this machine has Go 1.26.1\nhint: install Go 1.99 from \
                 https://go.dev/dl; the nearest here is 1.26.1: write `go 1.26.1` if the code needs no newer one"
            );
        }
        assert_eq!(
            told("go: x.org/y@v2.0.0 requires go >= 1.99 (running go 1.26; GOTOOLCHAIN=local)\n").unwrap(),
            "x.org/y@v2.0.0 asks for Go 1.99, and this machine has Go 1.26\nhint: install Go 1.99 from https://go.dev/dl, \
             or ask for an older version of the module"
        );
        assert_eq!(told("main.go:3:1: undefined: x\n"), None);
    }
}
