//! Functions to begin with on Google Cloud: a folder each, written for the functions framework.

use crate::{
    domain::{Language, ProviderId},
    templates::Template,
};

const EVENT: &str = "{\n  \"method\": \"GET\",\n  \"path\": \"/?name=world\"\n}\n";

const fn template(
    language: Language,
    called: &'static str,
    files: &'static [(&'static str, &'static str)],
) -> Template {
    Template { provider: ProviderId::Gcp, language, files, called, event: EVENT }
}

pub(crate) static TEMPLATES: [Template; 5] = [
    template(
        Language::Python,
        "{{identifier}}",
        &[
            ("{{name}}/main.py", include_str!("main.py")),
            ("{{name}}/requirements.txt", "functions-framework==3.*\n"),
        ],
    ),
    template(
        Language::Node,
        "{{name}}",
        &[
            ("{{name}}/index.js", include_str!("index.js")),
            ("{{name}}/package.json", include_str!("package.json")),
        ],
    ),
    template(
        Language::TypeScript,
        "{{name}}",
        &[
            ("{{name}}/index.ts", include_str!("index.ts")),
            ("{{name}}/package.json", include_str!("typescript.json")),
        ],
    ),
    template(
        Language::Go,
        "{{name}}",
        &[
            ("{{name}}/function.go", include_str!("function.go.txt")),
            ("{{name}}/go.mod", include_str!("go.mod.txt")),
            ("{{name}}/go.sum", include_str!("go.sum.txt")),
        ],
    ),
    template(
        Language::Java,
        "{{name}}",
        &[
            ("{{name}}/src/main/java/function/Handler.java", include_str!("Handler.java.txt")),
            ("{{name}}/pom.xml", include_str!("pom.xml.txt")),
        ],
    ),
];
