//! New functions to begin with: what a provider's function in a language looks like, as data. Each provider lists its
//! own beside its other parts; nothing here writes a file.

use crate::domain::{Language, ProviderId};

/// Stands for the function's name, in paths and in texts.
const NAME: &str = "{{name}}";
/// Stands for the name as code writes it.
const IDENTIFIER: &str = "{{identifier}}";
/// Lambda's limit for a name, and a host name's for a label.
const LONGEST: usize = 63;

/// A function to begin with.
#[derive(Debug)]
pub struct Template {
    pub provider: ProviderId,
    pub language: Language,
    /// Where each of its files lies below the project, and what is in it. The first holds the handler.
    pub(crate) files: &'static [(&'static str, &'static str)],
    /// What detection calls the function.
    pub(crate) called: &'static str,
    pub(crate) event: &'static str,
}

/// Why nobody's function is called so.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("no function can be called {0:?}")]
pub struct BadName(String);

impl BadName {
    pub fn hint(&self) -> String {
        format!("begin with a letter, go on with letters, digits, - and _, at most {LONGEST}")
    }
}

impl Template {
    /// Strict, so that the name fits every provider, file system and package manager.
    ///
    /// # Errors
    /// Some would not take it.
    pub fn check(&self, name: &str) -> Result<(), BadName> {
        let usable = name.len() <= LONGEST
            && name.starts_with(|first: char| first.is_ascii_alphabetic())
            && name.chars().all(|letter| letter.is_ascii_alphanumeric() || matches!(letter, '-' | '_'));
        if usable { Ok(()) } else { Err(BadName(name.to_owned())) }
    }

    /// The handler's file below the project, with `{{name}}` for the function's name.
    pub fn main_file(&self) -> &'static str {
        self.files.first().map_or("", |(path, _)| *path)
    }

    /// As [`called`](Self::called), of any name.
    pub fn called_by(&self) -> &'static str {
        self.called
    }

    /// The files of a function of that name, which was checked: paths below the project with their texts.
    pub fn files(&self, name: &str) -> impl Iterator<Item = (String, String)> {
        self.files.iter().map(move |(path, text)| (filled(path, name), filled(text, name)))
    }

    /// What a function of that name is called once it is found.
    pub fn called(&self, name: &str) -> String {
        filled(self.called, name)
    }

    /// The first event to send it, as JSON.
    pub fn event(&self, name: &str) -> String {
        filled(self.event, name)
    }
}

fn filled(text: &str, name: &str) -> String {
    text.replace(NAME, name).replace(IDENTIFIER, &identifier(name))
}

/// Words of Python that name no function, as far as a person would call one so.
const KEYWORDS: [&str; 15] = [
    "and", "as", "async", "await", "class", "del", "for", "from", "global", "import", "in", "lambda", "pass",
    "return", "with",
];

fn identifier(name: &str) -> String {
    let written = name.replace('-', "_");
    if KEYWORDS.contains(&written.as_str()) { format!("{written}_") } else { written }
}

#[cfg(test)]
mod tests {
    use crate::{registry, testing::Inline};

    #[test]
    fn each_is_found_under_its_name_and_without_a_problem() {
        for template in registry::templates() {
            let about = format!("{} {}", template.provider.as_str(), template.language.as_str());
            template.check("greet-2_B").expect("a good name");
            let files: Vec<(String, String)> = template.files("greet-2_B").collect();
            let inline: Vec<(&str, &str)> =
                files.iter().map(|(path, text)| (path.as_str(), text.as_str())).collect();
            let project = Inline::new(&inline);
            let found = project.detect();
            let apps: Vec<_> = found
                .apps
                .iter()
                .map(|app| (app.provider, app.language, app.functions[0].name.as_str()))
                .collect();
            let called = template.called("greet-2_B");
            assert_eq!(apps, [(template.provider, template.language, called.as_str())], "{about}");
            assert!(found.problems.is_empty(), "{about}: {:?}", found.problems);
            serde_json::from_str::<serde_json::Value>(&template.event("greet")).expect("an event is JSON");
        }
    }

    #[test]
    fn a_name_that_code_cannot_have_is_written_as_it_can() {
        let template =
            registry::templates().find(|one| one.called == "{{identifier}}").expect("there is one");
        assert_eq!(template.called("thumb-maker"), "thumb_maker");
        assert_eq!(template.called("import"), "import_");
        let (path, text) = template.files("thumb-maker").next().expect("its handler");
        assert_eq!(path, "thumb-maker/main.py");
        assert!(text.contains("def thumb_maker(request)"), "{text}");
    }

    #[test]
    fn no_two_are_for_the_same_provider_and_language() {
        let mut seen = std::collections::HashSet::new();
        for template in registry::templates() {
            assert!(seen.insert((template.provider, template.language)), "{template:?}");
        }
    }

    #[test]
    fn names_that_lead_elsewhere_or_fit_nowhere_are_refused() {
        let template = registry::templates().next().expect("there are some");
        for name in ["", "../up", "a/b", "a b", "1st", "-x", ".x", "ünï", &"x".repeat(64)] {
            let error = template.check(name).expect_err(name);
            assert!(error.hint().contains("begin with a letter"), "{error}");
        }
        assert!(template.check(&"x".repeat(63)).is_ok());
    }
}
