//! Manifests that could be read once and cannot now: what they last said goes on to hold until they are mended.

use std::{collections::HashSet, path::Path};

use coldframe_providers::domain::{App, Problem, Severity};

#[derive(Debug, Default)]
pub(crate) struct Broken(HashSet<String>);

impl Broken {
    /// Learns from what was found before and now. One that was broken when the project was opened never said
    /// anything, and must not hold up the others.
    pub(super) fn learn(&mut self, before: Option<&[Problem]>, now: &[Problem]) {
        let now = errors(now);
        self.0.retain(|file| now.contains(file));
        if let Some(before) = before {
            self.0.extend(now.difference(&errors(before)).cloned());
        }
    }

    pub(super) fn any(&self) -> bool {
        !self.0.is_empty()
    }

    /// Whether the app was described by one of them; `relative` names a path as problems do.
    pub(super) fn describes(&self, app: &App, relative: impl Fn(&Path) -> String) -> bool {
        app.manifests.iter().any(|manifest| self.0.contains(&relative(manifest)))
    }
}

fn errors(problems: &[Problem]) -> HashSet<String> {
    let errors = problems.iter().filter(|problem| problem.severity == Severity::Error);
    errors.map(|problem| problem.file.clone().unwrap_or_else(|| problem.message.clone())).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_breaks_is_held_until_it_is_mended_and_what_always_was_broken_is_not() {
        let error = |file: &str| Problem::error("cannot be read").at(file, None);
        let mut broken = Broken::default();
        broken.learn(None, &[error("old.yml")]);
        assert!(!broken.any());
        broken.learn(Some(&[error("old.yml")]), &[error("old.yml"), error("template.yaml")]);
        assert!(broken.any());
        broken.learn(
            Some(&[error("old.yml"), error("template.yaml")]),
            &[error("old.yml"), error("template.yaml")],
        );
        assert!(broken.any(), "saved once more, and still broken");
        broken.learn(Some(&[error("old.yml"), error("template.yaml")]), &[error("old.yml")]);
        assert!(!broken.any());
    }
}
