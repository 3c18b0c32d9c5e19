//! Azure apps to begin with: a folder with a `host.json` and one function.

use crate::{
    domain::{Language, ProviderId},
    templates::Template,
};

const EVENT: &str = "{\n  \"method\": \"GET\",\n  \"path\": \"/api/{{name}}?name=world\"\n}\n";
const HOST: &str = include_str!("host.json");

pub(crate) static TEMPLATES: [Template; 2] = [
    Template {
        provider: ProviderId::Azure,
        language: Language::Python,
        files: &[
            ("{{name}}/function_app.py", include_str!("function_app.py")),
            ("{{name}}/host.json", HOST),
            ("{{name}}/requirements.txt", "azure-functions\n"),
        ],
        called: "{{name}}",
        event: EVENT,
    },
    Template {
        provider: ProviderId::Azure,
        language: Language::Node,
        files: &[
            ("{{name}}/src/functions/{{name}}.js", include_str!("hello.js")),
            ("{{name}}/host.json", HOST),
            ("{{name}}/package.json", include_str!("package.json")),
        ],
        called: "{{name}}",
        event: EVENT,
    },
];
