//! Which functions a file registers with the framework, read from its text.

use std::sync::LazyLock;

use regex::Regex;

use crate::{
    domain::{App, Takes},
    source::{Syntax, blank},
};

/// One function of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Registered {
    pub(super) name: String,
    pub(super) signature: Signature,
    pub(super) line: u32,
    /// How it was told, after the file's name.
    pub(super) why: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Signature {
    Http,
    CloudEvent,
    Typed,
    /// `(event, context)`, of the first generation.
    Background,
}

impl Signature {
    fn of(word: &str) -> Self {
        match word {
            "cloud_event" | "cloudEvent" => Self::CloudEvent,
            "typed" => Self::Typed,
            _ => Self::Http,
        }
    }

    /// Says it to the framework, which a decorator or a registration overrides.
    pub(super) fn set(self, app: &mut App) {
        let (name, takes) = match self {
            Self::Http => ("http", Takes::Request),
            Self::Typed => ("typed", Takes::Request),
            Self::CloudEvent => ("cloudevent", Takes::CloudEvent),
            Self::Background => ("event", Takes::Request),
        };
        app.env.insert("FUNCTION_SIGNATURE_TYPE".into(), name.into());
        for function in &mut app.functions {
            function.takes = takes;
        }
    }
}

macro_rules! pattern {
    ($name:ident, $text:literal) => {
        static $name: LazyLock<Regex> =
            LazyLock::new(|| Regex::new($text).expect("the pattern is a constant"));
    };
}

pattern!(
    PY_DECORATED,
    r"(?m)^@(?:\w+\.)?(http|cloud_event|typed)\b[^\n]*\n(?:@[^\n]*\n)*(?:async[ \t]+)?def[ \t]+(\w+)"
);
pattern!(PY_DEF, r"(?m)^def[ \t]+(\w+)[ \t]*\(([^)]*)\)");
pattern!(JS_REGISTERED, r"\b(?:\w+\s*\.\s*)?(http|cloudEvent|typed)\s*\(");
pattern!(JS_NAME, r#"^\s*["'`]([\w.-]+)["'`]"#);
pattern!(JS_EXPORTED, r"(?m)\bexports\.(\w+)\s*=\s*(?:async\b\s*)?(?:function\b|\(|\w+\s*=>)");
// What of its parameters begins in such an export, or follows it: the second one's name.
pattern!(JS_SECOND, r"^[^(){}=;]*=?[^(){}=;]*\(\s*\w+\s*(?::[^,()]*)?,\s*_?(\w+)");
pattern!(JS_EXPORT, r"\bexport\s+(?:async\s+)?(?:function\s+|const\s+)(\w+)");

/// `needed`: the folder names the framework among its requirements.
pub(super) fn python(text: &str, needed: bool) -> Vec<Registered> {
    let code = blank(Syntax::Python, text);
    if code.contains("functions_framework") {
        let decorated = PY_DECORATED.captures_iter(&code).filter_map(|found| {
            let (word, name) = (found.get(1)?, found.get(2)?);
            Some(Registered {
                name: name.as_str().to_owned(),
                signature: Signature::of(word.as_str()),
                line: line(&code, name.start()),
                why: format!("registers `{}` with @functions_framework.{}", name.as_str(), word.as_str()),
            })
        });
        let decorated: Vec<_> = decorated.collect();
        if !decorated.is_empty() {
            return decorated;
        }
    }
    if !needed {
        return Vec::new();
    }
    PY_DEF
        .captures_iter(&code)
        .filter_map(|found| {
            let name = found.get(1)?;
            let parameters: Vec<&str> = found[2]
                .split(',')
                .filter_map(|one| one.split([':', '=']).next())
                .map(str::trim)
                .filter(|one| !one.is_empty())
                .collect();
            let signature = match parameters.as_slice() {
                ["request"] => Signature::Http,
                ["cloud_event" | "cloudevent"] => Signature::CloudEvent,
                ["event" | "data", "context"] => Signature::Background,
                _ => return None,
            };
            Some(Registered {
                name: name.as_str().to_owned(),
                signature,
                line: line(&code, name.start()),
                why: format!("defines `{}`, and its folder asks for the functions framework", name.as_str()),
            })
        })
        .collect()
}

pub(super) fn node(text: &str, needed: bool) -> Vec<Registered> {
    let code = blank(Syntax::JavaScript, text);
    let mentioned = text.contains(super::FRAMEWORK_NODE);
    let registered = JS_REGISTERED.captures_iter(&code).filter_map(|found| {
        let word = found.get(1)?;
        // The name stands in a string, which is blank in `code`.
        let name = JS_NAME.captures(&text[found.get(0)?.end()..])?[1].to_owned();
        let why = format!("registers `{name}` with the functions framework as {}", word.as_str());
        let signature = Signature::of(word.as_str());
        Some(Registered { line: line(&code, word.start()), signature, why, name })
    });
    let registered: Vec<_> = if mentioned { registered.collect() } else { Vec::new() };
    if !registered.is_empty() || !needed {
        return registered;
    }
    let exported = JS_EXPORTED.captures_iter(&code).chain(JS_EXPORT.captures_iter(&code));
    exported
        .filter_map(|found| {
            let name = found.get(1)?;
            Some(Registered {
                name: name.as_str().to_owned(),
                signature: exported_signature(&code[name.end()..]),
                line: line(&code, name.start()),
                why: format!("exports `{}`, and its folder asks for the functions framework", name.as_str()),
            })
        })
        .collect()
}

/// Of a function that registers nothing, by the names that Google's documents give its parameters: `(req, res)`, or
/// `(event, context)` and perhaps a callback. `rest`: the code after its name.
fn exported_signature(rest: &str) -> Signature {
    match JS_SECOND.captures(rest) {
        Some(found) if &found[1] == "context" => Signature::Background,
        _ => Signature::Http,
    }
}

fn line(code: &str, at: usize) -> u32 {
    let before = code.as_bytes()[..at].iter().filter(|byte| **byte == b'\n').count();
    u32::try_from(before + 1).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(all: &[Registered]) -> Vec<(&str, Signature, u32)> {
        all.iter().map(|one| (one.name.as_str(), one.signature, one.line)).collect()
    }

    #[test]
    fn decorators_and_registrations_are_read() {
        let text = "import functions_framework\n# @functions_framework.http\n\n@functions_framework.http\ndef hello(request):\n    pass\n\n\n@functions_framework.cloud_event\n@other\ndef stored(event):\n    pass\n@functions_framework.typed(Order)\ndef order(x: Order): pass\n";
        assert_eq!(
            names(&python(text, false)),
            [
                ("hello", Signature::Http, 5),
                ("stored", Signature::CloudEvent, 11),
                ("order", Signature::Typed, 14)
            ]
        );
        let text = "const functions = require('@google-cloud/functions-framework');\n// functions.http('no', x)\nfunctions.http('helloHttp', (req, res) => {});\nfunctions.cloudEvent(\n  'stored', e => {});\nhttp.get('x')\n";
        assert_eq!(
            names(&node(text, false)),
            [("helloHttp", Signature::Http, 3), ("stored", Signature::CloudEvent, 4)]
        );
    }

    #[test]
    fn without_registrations_the_folder_has_to_ask_for_the_framework() {
        let text = "def hello(request): pass\ndef old(event, context): pass\ndef helper(a): pass\n";
        assert!(python(text, false).is_empty());
        assert_eq!(
            names(&python(text, true)),
            [("hello", Signature::Http, 1), ("old", Signature::Background, 2)]
        );
        let text = "exports.hello = (req, res) => res.send('x');\nexports.limit = 3;\n";
        assert!(node(text, false).is_empty());
        assert_eq!(names(&node(text, true)), [("hello", Signature::Http, 1)]);
        let text = "exports.a = (message, context) => {};\nexports.b = async function b(file, context, callback) {};\nexports.c = (req, res) => { log(event, context); };\nexport function d(event: Event, _context: Context) {}\nexport const e = async (event, context) => {};\nexports.f = event => use(event, context);\n";
        let signatures: Vec<_> = node(text, true).into_iter().map(|one| (one.name, one.signature)).collect();
        let (http, background) = (Signature::Http, Signature::Background);
        let expected = [
            ("a", background),
            ("b", background),
            ("c", http),
            ("f", http),
            ("d", background),
            ("e", background),
        ];
        assert_eq!(signatures, expected.map(|(name, signature)| (name.to_owned(), signature)));
        assert!(python("@functions_framework.http\ndef (", true).is_empty());
        assert!(node("functions.http('", true).is_empty());
    }
}
