//! A server in JavaScript or TypeScript, in one of the files that Vercel tries, of a folder that asks for its framework.
//! <https://vercel.com/docs/frameworks/backend>

use std::{path::Path, sync::LazyLock};

use regex::Regex;
use serde_json::Value;

use super::{
    super::{Candidate, unrun},
    candidate,
};
use crate::{
    domain::Language,
    project::Project,
    source::{Offers, Source, Syntax},
};

/// In the order in which Vercel takes them where several are asked for.
const FRAMEWORKS: [&str; 7] = ["@nestjs/core", "express", "hono", "elysia", "fastify", "koa", "h3"];
const STEMS: [&str; 8] = ["app", "index", "server", "src/app", "src/index", "src/server", "main", "src/main"];
/// Without a framework these are servers of their own.
const SERVERS: [&str; 2] = ["server", "src/server"];
const ENDINGS: [(&str, Language); 4] =
    [("js", Language::Node), ("cjs", Language::Node), ("mjs", Language::Node), ("ts", Language::TypeScript)];

/// Who imports one of these has another cloud call the framework.
const OF_OTHERS: [&str; 9] = [
    "@google-cloud/functions-framework",
    "firebase-functions",
    "@azure/functions",
    "serverless-http",
    "aws-serverless-express",
    "@vendia/serverless-express",
    "@codegenie/serverless-express",
    "@fastify/aws-lambda",
    "hono/aws-lambda",
];

static ANSWERS: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"\bexport\s+default\b|\bas\s+default\b|\bmodule\.exports\s*=|\.listen\s*\(")
        .expect("the pattern is a constant")
});

/// `says_so`: the folder is Vercel's by its own word.
pub(super) fn application(project: &Project, root: &Path, says_so: bool) -> Option<Candidate> {
    let package: Value = serde_json::from_str(&project.peek(&root.join("package.json"))?).ok()?;
    if unrun::framework(&package).is_some() {
        return None;
    }
    let framework = FRAMEWORKS.into_iter().find(|name| package["dependencies"].get(name).is_some());
    let (stems, why): (&[&str], _) = match framework {
        Some(name) => (&STEMS, format!("is a server of {name}, which answers every path that no file does")),
        None if says_so => (&SERVERS, "is a server, which answers every path that no file does".into()),
        None => return None,
    };
    let usual = stems
        .iter()
        .flat_map(|stem| ENDINGS.map(|(ending, language)| (format!("{stem}.{ending}"), language)));
    let main = package["main"].as_str().map(|main| main.trim_start_matches("./").to_owned());
    let main = main.and_then(|main| {
        let (_, language) = ENDINGS.into_iter().find(|(ending, _)| main.ends_with(&format!(".{ending}")))?;
        Some((main, language))
    });
    usual.chain(main).find_map(|(path, language)| {
        let text = project.read_source(&root.join(&path)).ok()?;
        is_server(&text, framework).then(|| candidate(path, language, text, why.clone()))
    })
}

fn is_server(text: &str, framework: Option<&str>) -> bool {
    let imports =
        |name: &str| ['"', '\''].iter().any(|quote| text.contains(&format!("{quote}{name}{quote}")));
    let source = Source::new(Syntax::JavaScript, text);
    let is_of_another = OF_OTHERS.into_iter().any(imports) || source.offers("handler") == Offers::Yes;
    framework.is_none_or(imports) && !is_of_another && source.matches(&ANSWERS)
}
