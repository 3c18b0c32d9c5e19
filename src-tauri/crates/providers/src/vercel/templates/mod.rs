//! Functions to begin with on Vercel: one file below `api` each.

use crate::{
    domain::{Language, ProviderId},
    templates::Template,
};

pub(crate) static TEMPLATES: [Template; 1] = [Template {
    provider: ProviderId::Vercel,
    language: Language::Python,
    files: &[("api/{{name}}.py", include_str!("handler.py"))],
    called: "api-{{name}}",
    event: "{\n  \"method\": \"GET\",\n  \"path\": \"/api/{{name}}?name=world\"\n}\n",
}];
