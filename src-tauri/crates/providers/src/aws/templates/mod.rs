//! Functions to begin with on AWS Lambda: a folder each, as the console would make it.

use crate::{
    domain::{Language, ProviderId},
    templates::Template,
};

const EVENT: &str = "{\n  \"name\": \"world\"\n}\n";

const fn template(language: Language, files: &'static [(&'static str, &'static str)]) -> Template {
    Template { provider: ProviderId::Aws, language, files, called: "{{name}}", event: EVENT }
}

pub(crate) static TEMPLATES: [Template; 8] = [
    template(Language::Python, &[("{{name}}/lambda_function.py", include_str!("lambda_function.py"))]),
    template(Language::Node, &[("{{name}}/index.mjs", include_str!("index.mjs"))]),
    template(Language::TypeScript, &[("{{name}}/index.ts", include_str!("index.ts"))]),
    template(
        Language::Rust,
        &[
            ("{{name}}/src/main.rs", include_str!("main.rs.txt")),
            ("{{name}}/Cargo.toml", include_str!("Cargo.toml.txt")),
        ],
    ),
    template(
        Language::Go,
        &[
            ("{{name}}/main.go", include_str!("main.go.txt")),
            ("{{name}}/go.mod", include_str!("go.mod.txt")),
            ("{{name}}/go.sum", include_str!("go.sum.txt")),
        ],
    ),
    template(
        Language::Java,
        &[
            ("{{name}}/src/main/java/function/Handler.java", include_str!("Handler.java.txt")),
            ("{{name}}/pom.xml", include_str!("pom.xml.txt")),
        ],
    ),
    template(Language::Ruby, &[("{{name}}/lambda_function.rb", include_str!("lambda_function.rb"))]),
    template(Language::Custom, &[("{{name}}/bootstrap", include_str!("bootstrap"))]),
];
