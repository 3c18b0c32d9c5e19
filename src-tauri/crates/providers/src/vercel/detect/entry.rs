//! What makes a function of a file below `api`. Vercel asks the file's ending, and for Python and Go its text; in
//! JavaScript and TypeScript every file is one.

use std::sync::LazyLock;

use regex::Regex;

use crate::{
    domain::Language,
    source::{Offers, Source, Syntax, blank},
};

/// The language of a file, by its ending. <https://vercel.com/docs/functions/runtimes>
pub(super) fn language(file: &str) -> Option<Language> {
    let (stem, ending) = file.rsplit_once('.')?;
    match ending {
        "py" => Some(Language::Python),
        "js" | "mjs" => Some(Language::Node),
        "ts" | "tsx" if !stem.ends_with(".d") => Some(Language::TypeScript),
        "go" if !stem.ends_with("_test") => Some(Language::Go),
        _ => None,
    }
}

/// What its text says of a file.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Entry {
    /// It defines what Vercel calls.
    Function {
        /// The end of the sentence "this file …".
        why: String,
        evidence: Evidence,
    },
    /// It is not seen to. In JavaScript it may all the same; elsewhere Vercel makes no function of it.
    Missing { what: &'static str, hint: &'static str },
}

const METHODS: [&str; 7] = ["GET", "HEAD", "OPTIONS", "POST", "PUT", "DELETE", "PATCH"];

macro_rules! pattern {
    ($name:ident, $text:literal) => {
        static $name: LazyLock<Regex> =
            LazyLock::new(|| Regex::new($text).expect("the pattern is a constant"));
    };
}

pattern!(
    JS_DEFAULT,
    r"\bexport\s+default\b|\bas\s+default\b|\bmodule\.exports\s*=|\bexports\.default\s*=|\.listen\s*\("
);
// A default export that takes what Vercel hands to functions.
pattern!(
    JS_RESPONDS,
    r"(?:\bexport\s+default|\bmodule\.exports\s*=)\s+(?:async\s+)?(?:function\b\s*\w*\s*)?\(\s*_?req(?:uest)?\b[^,)]*,\s*_?res(?:ponse)?\b"
);
pattern!(JS_CONFIG, r"(?m)^export\s+const\s+config\s*(?::[^=\n]*)?=\s*\{([^}]*)\}");
pattern!(JS_DURATION, r"\bmaxDuration\s*:\s*(\d+)");
pattern!(JS_EDGE, r#"\bruntime\s*:\s*["'`](?:experimental-)?edge["'`]"#);
pattern!(
    GO_HANDLER,
    r"(?m)^func\s+([A-Z]\w*)\s*\(\s*\w+\s+http\.ResponseWriter\s*,\s*\w+\s+\*\s*http\.Request\s*,?\s*\)"
);
pattern!(GO_PACKAGE, r"(?m)^package\s+(\w+)");

/// How much such a text says of its folder, where nothing else says that Vercel deploys it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Evidence {
    /// It is written for Vercel.
    Clear,
    /// It may be, if it lies where Vercel looks: in `api` of the project itself.
    Some,
    /// Other servers' and other clouds' code looks the same.
    None,
}

pub(super) fn entry(language: Language, text: &str) -> Entry {
    match language {
        Language::Python => python(text),
        Language::Go => match go_handler(text) {
            Some((package, name)) => Entry::Function {
                why: format!("defines {name}(http.ResponseWriter, *http.Request)"),
                evidence: if package == "handler" { Evidence::Clear } else { Evidence::None },
            },
            None => Entry::Missing {
                what: "it defines no exported function of (http.ResponseWriter, *http.Request)",
                hint: "write func Handler(w http.ResponseWriter, r *http.Request), or begin the name of what only \
                       helps with _",
            },
        },
        _ => javascript(text),
    }
}

fn python(text: &str) -> Entry {
    let source = Source::new(Syntax::Python, text);
    let handler = source.class_bases("handler").or_else(|| source.class_bases("Handler"));
    let is_one = handler.as_ref().is_some_and(|bases| {
        bases.iter().any(|base| base.rsplit('.').next() == Some("BaseHTTPRequestHandler"))
    });
    // One that cannot be parsed is found all the same: running it says in which line and why.
    let begun = || {
        text.contains("BaseHTTPRequestHandler")
            && text
                .lines()
                .any(|line| line.starts_with("class handler(") || line.starts_with("class Handler("))
    };
    if is_one || handler.is_none() && begun() {
        let why = "defines a class `handler` on BaseHTTPRequestHandler".into();
        return Entry::Function { why, evidence: Evidence::Clear };
    }
    match ["app", "application"].into_iter().find(|name| source.defines_at_top(name)) {
        Some(name) => Entry::Function {
            why: format!("defines `{name}`, a WSGI or ASGI application"),
            evidence: Evidence::Some,
        },
        None => Entry::Missing {
            what: "it defines neither a class `handler` nor `app`",
            hint: "define a class `handler` on BaseHTTPRequestHandler or a WSGI or ASGI `app`, or begin the name of \
                   what only helps with _",
        },
    }
}

/// Whether a text in JavaScript or TypeScript is written as Vercel's functions are, and as few others.
pub(super) fn responds(text: &str) -> bool {
    Source::new(Syntax::JavaScript, text).matches(&JS_RESPONDS)
}

fn javascript(text: &str) -> Entry {
    let source = Source::new(Syntax::JavaScript, text);
    let methods: Vec<&str> =
        METHODS.into_iter().chain(["fetch"]).filter(|name| source.offers(name) == Offers::Yes).collect();
    let evidence = match source.offers("handler") {
        _ if text.contains("@vercel/") => Evidence::Clear,
        Offers::Yes => Evidence::None,
        _ => Evidence::Some,
    };
    if !methods.is_empty() {
        return Entry::Function { why: format!("exports {}", methods.join(", ")), evidence };
    }
    if source.matches(&JS_DEFAULT) {
        return Entry::Function { why: "exports a default".into(), evidence };
    }
    Entry::Missing {
        what: "it exports neither a default nor a function named after an HTTP method",
        hint: "export default function handler(req, res), or begin the name of what only helps with _",
    }
}

/// What `export const config` of a JavaScript file says, as far as it is written out.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Config {
    pub(super) max_duration_s: Option<u64>,
    pub(super) edge: bool,
}

pub(super) fn config(text: &str) -> Config {
    let code = blank(Syntax::JavaScript, text);
    let Some(body) = JS_CONFIG.captures(&code).and_then(|found| found.get(1)) else {
        return Config::default();
    };
    // Strings are blanks in the code; what they hold is at the same place in the text.
    let written = text.get(body.range()).unwrap_or_default();
    Config {
        max_duration_s: JS_DURATION.captures(body.as_str()).and_then(|found| found[1].parse().ok()),
        edge: JS_EDGE.is_match(written),
    }
}

/// The package of a Go file and the first of its functions that can be a handler.
pub(crate) fn go_handler(text: &str) -> Option<(String, String)> {
    let code = blank(Syntax::JavaScript, text);
    let package = GO_PACKAGE.captures(&code)?[1].to_owned();
    Some((package, GO_HANDLER.captures(&code)?[1].to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn is_function(language: Language, text: &str) -> bool {
        matches!(entry(language, text), Entry::Function { .. })
    }

    #[test]
    fn endings_say_the_language() {
        for (file, expected) in [
            ("api/a.js", Some(Language::Node)),
            ("api/a.mjs", Some(Language::Node)),
            ("api/[id].ts", Some(Language::TypeScript)),
            ("api/types.d.ts", None),
            ("api/a.go", Some(Language::Go)),
            ("api/a_test.go", None),
            ("api/a.cjs", None),
            ("api/readme", None),
        ] {
            assert_eq!(language(file), expected, "{file}");
        }
    }

    #[test]
    fn every_usual_way_to_write_a_function_counts() {
        for text in [
            "export default function handler(req, res) {}",
            "export default { fetch(request) { return new Response() } }",
            "export function GET(request) {}",
            "export const POST = async (request) => {}",
            "module.exports = (req, res) => res.end()",
            "const app = express(); app.listen(3000)",
            "async function run(req, res) {}\nexport { run as default }",
        ] {
            assert!(is_function(Language::Node, text), "{text}");
        }
        for text in ["export const helper = 1", "// export default x", "const s = 'module.exports = 1'"] {
            assert!(!is_function(Language::TypeScript, text), "{text}");
        }
        for text in [
            "app = Flask(__name__)",
            "from main import app",
            "app: FastAPI = FastAPI()",
            "async def app(scope, receive, send): pass",
            "application = get_wsgi_application()",
        ] {
            assert!(is_function(Language::Python, text), "{text}");
        }
        for text in ["def f():\n    app = 1", "# app = 1", "apple = 1", "'''\napp = 1\n'''"] {
            assert!(!is_function(Language::Python, text), "{text}");
        }
    }

    #[test]
    fn a_go_handler_is_the_first_exported_one() {
        let text = "// func Not(w http.ResponseWriter, r *http.Request) {}\npackage handler\n\nfunc help(w http.ResponseWriter, r *http.Request) {}\nfunc Index(w http.ResponseWriter,\n\tr *http.Request) {\n}\n";
        assert_eq!(go_handler(text), Some(("handler".into(), "Index".into())));
        assert_eq!(go_handler("package handler\nfunc Index(w io.Writer) {}\n"), None);
    }

    #[test]
    fn configuration_that_is_written_out_is_read() {
        let text =
            "export const config = {\n  // maxDuration: 5,\n  maxDuration: 30,\n  runtime: 'edge',\n};\n";
        assert_eq!(config(text), Config { max_duration_s: Some(30), edge: true });
        assert_eq!(config("const config = { maxDuration: 30 }"), Config::default());
    }
}
