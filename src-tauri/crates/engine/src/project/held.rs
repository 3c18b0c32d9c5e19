//! Functions that a manifest still means, but says something of that is not understood: they go on as they were until
//! it is mended, or says nothing wrong and does not name them.

use std::{collections::HashSet, path::Path};

use coldframe_providers::domain::{App, Problem};

#[derive(Debug, Default)]
pub(crate) struct Held(HashSet<(String, String)>);

impl Held {
    /// Whether an app that is not found any more is held: one of its manifests has a problem that it did not have
    /// before, or has had one since it was held. `relative` names a path as problems do.
    pub(super) fn holds(
        &mut self,
        app: &App,
        before: &[Problem],
        now: &[Problem],
        relative: impl Fn(&Path) -> String,
    ) -> bool {
        let name = (app.provider.as_str().to_owned(), app.name.clone());
        let manifests: Vec<String> = app.manifests.iter().map(|manifest| relative(manifest)).collect();
        let of_its = |problem: &&Problem| problem.file.as_ref().is_some_and(|file| manifests.contains(file));
        let mut its = now.iter().filter(of_its);
        let holds = if self.0.contains(&name) {
            its.next().is_some()
        } else {
            its.any(|problem| !before.contains(problem))
        };
        if holds {
            self.0.insert(name);
        } else {
            self.0.remove(&name);
        }
        holds
    }
}
