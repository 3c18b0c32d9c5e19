//! Functions to begin with on Google Cloud: a folder each, written for the functions framework.

use crate::{
    domain::{Language, ProviderId},
    templates::Template,
};

const EVENT: &str = "{\n  \"method\": \"GET\",\n  \"path\": \"/?name=world\"\n}\n";

pub(crate) static TEMPLATES: [Template; 2] = [
    Template {
        provider: ProviderId::Gcp,
        language: Language::Python,
        files: &[
            ("{{name}}/main.py", include_str!("main.py")),
            ("{{name}}/requirements.txt", "functions-framework==3.*\n"),
        ],
        called: "{{identifier}}",
        event: EVENT,
    },
    Template {
        provider: ProviderId::Gcp,
        language: Language::Node,
        files: &[
            ("{{name}}/index.js", include_str!("index.js")),
            ("{{name}}/package.json", include_str!("package.json")),
        ],
        called: "{{name}}",
        event: EVENT,
    },
];
