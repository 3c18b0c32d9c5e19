//! Functions to begin with on IBM Code Engine: a folder each, with the file it starts from.

use crate::{
    domain::{Language, ProviderId},
    templates::Template,
};

const EVENT: &str = "{\n  \"name\": \"world\"\n}\n";

const fn template(language: Language, files: &'static [(&'static str, &'static str)]) -> Template {
    Template { provider: ProviderId::Ibm, language, files, called: "{{name}}", event: EVENT }
}

pub(crate) static TEMPLATES: [Template; 2] = [
    template(Language::Python, &[("{{name}}/__main__.py", include_str!("__main__.py"))]),
    template(Language::Node, &[("{{name}}/main.js", include_str!("main.js"))]),
];
