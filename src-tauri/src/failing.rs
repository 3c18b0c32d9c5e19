//! Which apps' last reload failed, so that a person is told once and not at every save.

use std::collections::BTreeSet;

use coldframe_protocol::Reload;

#[derive(Debug, Default)]
pub(crate) struct Failing(BTreeSet<String>);

impl Failing {
    /// What to tell about a reload that ended: title and text, for the first failure since the app last was well.
    pub(crate) fn learn(&mut self, reload: &Reload) -> Option<(String, String)> {
        match reload.outcome.as_str() {
            "ok" => {
                self.0.remove(&reload.app);
                None
            }
            "build_failed" | "init_failed" => {
                let what = if reload.outcome == "build_failed" { "does not build" } else { "does not start" };
                let why = reload.error.as_ref().map(|error| error.message.clone()).unwrap_or_default();
                let is_new = self.0.insert(reload.app.clone());
                is_new.then(|| {
                    (format!("{} {what}", reload.app), format!("{why}\nThe last good revision serves."))
                })
            }
            // Running, or overtaken by a newer save.
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reload(outcome: &str) -> Reload {
        Reload {
            id: 1,
            app: "thumbnail".into(),
            functions: vec![1],
            revision: None,
            detected_at: "2026-01-01T00:00:00Z".into(),
            files: Vec::new(),
            built_ms: None,
            initialised_ms: None,
            swapped_ms: None,
            drained_ms: None,
            init_ms: 0.0,
            outcome: outcome.into(),
            error: None,
        }
    }

    #[test]
    fn a_person_is_told_once_until_it_is_well_again() {
        let mut failing = Failing::default();
        let told: Vec<bool> = ["running", "init_failed", "superseded", "build_failed", "ok", "build_failed"]
            .map(|outcome| failing.learn(&reload(outcome)).is_some())
            .to_vec();
        assert_eq!(told, [false, true, false, false, false, true]);
    }

    #[test]
    fn the_title_names_the_app_and_what_it_does_not_do() {
        let (title, text) =
            Failing::default().learn(&reload("build_failed")).expect("the first failure is told");
        assert_eq!(title, "thumbnail does not build");
        assert!(text.ends_with("The last good revision serves."));
    }
}
