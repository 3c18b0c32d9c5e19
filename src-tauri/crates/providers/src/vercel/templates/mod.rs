//! Functions to begin with on Vercel: one file below `api` each.

use crate::{
    domain::{Language, ProviderId},
    templates::Template,
};

const EVENT: &str = "{\n  \"method\": \"GET\",\n  \"path\": \"/api/{{name}}?name=world\"\n}\n";

const fn template(language: Language, files: &'static [(&'static str, &'static str)]) -> Template {
    Template { provider: ProviderId::Vercel, language, files, called: "api-{{name}}", event: EVENT }
}

pub(crate) static TEMPLATES: [Template; 4] = [
    template(Language::Python, &[("api/{{name}}.py", include_str!("handler.py"))]),
    template(Language::Node, &[("api/{{name}}.js", include_str!("handler.js"))]),
    template(Language::TypeScript, &[("api/{{name}}.ts", include_str!("handler.ts"))]),
    template(Language::Go, &[("api/{{name}}.go", include_str!("handler.go.txt"))]),
];
