//! Functions to begin with on Knative: a folder each, as its `func` tool makes them.

use crate::{
    domain::{Language, ProviderId},
    templates::Template,
};

const EVENT: &str = "{\n  \"method\": \"GET\",\n  \"path\": \"/?name=world\"\n}\n";

const fn template(language: Language, files: &'static [(&'static str, &'static str)]) -> Template {
    Template { provider: ProviderId::Knative, language, files, called: "{{name}}", event: EVENT }
}

pub(crate) static TEMPLATES: [Template; 4] = [
    template(
        Language::Python,
        &[
            ("{{name}}/function/func.py", include_str!("func.py")),
            ("{{name}}/function/__init__.py", "from .func import new\n"),
            ("{{name}}/func.yaml", "specVersion: 0.36.0\nname: {{name}}\nruntime: python\n"),
        ],
    ),
    template(
        Language::Node,
        &[
            ("{{name}}/index.js", include_str!("index.js")),
            ("{{name}}/func.yaml", "specVersion: 0.36.0\nname: {{name}}\nruntime: node\n"),
        ],
    ),
    template(
        Language::TypeScript,
        &[
            ("{{name}}/src/index.ts", include_str!("index.ts")),
            ("{{name}}/func.yaml", "specVersion: 0.36.0\nname: {{name}}\nruntime: typescript\n"),
        ],
    ),
    template(
        Language::Go,
        &[
            ("{{name}}/handle.go", include_str!("handle.go.txt")),
            ("{{name}}/go.mod", "module function\n\ngo 1.21\n"),
            ("{{name}}/func.yaml", "specVersion: 0.36.0\nname: {{name}}\nruntime: go\n"),
        ],
    ),
];
