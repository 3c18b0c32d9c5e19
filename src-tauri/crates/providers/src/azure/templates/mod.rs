//! Azure apps to begin with: a folder with a `host.json` and one function.

use crate::{
    domain::{Language, ProviderId},
    templates::Template,
};

const EVENT: &str = "{\n  \"method\": \"GET\",\n  \"path\": \"/api/{{name}}?name=world\"\n}\n";
const HOST: &str = include_str!("host.json");

pub(crate) static TEMPLATES: [Template; 3] = [
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
    // The first model of Node, which needs no package.
    Template {
        provider: ProviderId::Azure,
        language: Language::TypeScript,
        files: &[
            ("{{name}}/{{name}}/index.ts", include_str!("index.ts")),
            ("{{name}}/{{name}}/function.json", include_str!("function.json")),
            ("{{name}}/host.json", HOST),
            ("{{name}}/tsconfig.json", include_str!("tsconfig.json")),
        ],
        called: "{{name}}",
        event: EVENT,
    },
];
