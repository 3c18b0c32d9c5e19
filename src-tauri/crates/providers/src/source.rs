//! Reading a source file for the names it defines, without running or fully parsing it.
//!
//! Comments and strings are blanked out first, then a few expressions look for definitions and exports. A real
//! parser would be more exact, but recursive ones can be made to overflow the stack by a file from a stranger, and
//! a half-typed file must still be found.

use std::sync::LazyLock;

use regex::Regex;

/// Longer than any file a person wrote by hand; what follows is not looked at.
const MOST: usize = 512 * 1024;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Syntax {
    Python,
    JavaScript,
}

/// Whether a module offers a name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Offers {
    Yes,
    No,
    /// It re-exports something that only running would tell.
    Unknown,
}

pub(crate) struct Source {
    syntax: Syntax,
    /// Comments and strings replaced by blanks, so positions and lines stay.
    code: String,
}

macro_rules! pattern {
    ($name:ident, $text:literal) => {
        static $name: LazyLock<Regex> =
            LazyLock::new(|| Regex::new($text).expect("the pattern is a constant"));
    };
}

pattern!(PY_DEF, r"(?m)^(?:async[ \t]+)?def[ \t]+(\w+)[ \t]*\(([^)]*)\)?");
pattern!(
    PY_NAME,
    r"(?m)^[ \t]*(?:(?:async[ \t]+)?def|class)[ \t]+(\w+)|^[ \t]*(\w+)[ \t]*(?::[^=\n]*)?=[^=]"
);
pattern!(
    PY_TOP,
    r"(?m)^(?:(?:(?:async[ \t]+)?def|class)[ \t]+(\w+)|(\w+)[ \t]*(?::[^=\n]*)?=[^=]|(?:from[ \t]+\S+[ \t]+)?import[ \t]*(\([^)]*\)|[^\n]*)|(\w+(?:[ \t]*,[ \t]*\w+)+)[ \t]*=[^=])"
);
pattern!(PY_MADE, r"(?m)^(\w+)[ \t]*(?::[^=\n]*)?=[ \t]*([\w.]+)");
pattern!(PY_IMPORT, r"(?m)^[ \t]*(?:from[ \t]+\S+[ \t]+)?import[ \t]*(\([^)]*\)|[^\n]*)");
pattern!(PY_CLASS, r"(?m)^class[ \t]+(\w+)[ \t]*\(([^)]*)\)");
pattern!(
    JS_FUNCTION,
    r"(?m)^(?:export\s+)?(?:async\s+)?(?:function\s+|(?:const|let|var)\s+|(?:module\.)?exports\.)(\w+)\s*(?:=\s*(?:async\s*)?(?:function\s*\w*\s*)?)?\(([^)]*)\)"
);
pattern!(JS_DECLARED, r"\bexport\s+(?:async\s+)?(?:function\s*\*?|const|let|var|class)\s*([\w$]+)");
pattern!(JS_LISTED, r"\bexport\s*(?:(?:const|let|var)\s*)?\{([^}]*)\}");
pattern!(JS_ASSIGNED, r"\bexports\.([\w$]+)\s*=");
pattern!(JS_OBJECT, r"\bmodule\.exports\s*=\s*\{([^}]*)\}?");
pattern!(
    JS_OPEN,
    r"\bexport\s*\*\s*from\b|\bmodule\.exports\s*=\s*(?:[^{\s]|\{[^}]*\.\.\.)|\bObject\.assign\s*\(\s*(?:module\.)?exports\b"
);

impl Source {
    pub(crate) fn new(syntax: Syntax, text: &str) -> Self {
        let mut end = text.len().min(MOST);
        while !text.is_char_boundary(end) {
            end -= 1;
        }
        Self { syntax, code: blank(syntax, &text[..end]) }
    }

    pub(crate) fn offers(&self, name: &str) -> Offers {
        match self.syntax {
            Syntax::Python => self.python_offers(name),
            Syntax::JavaScript => self.javascript_offers(name),
        }
    }

    /// Top-level Python functions that take `(event, context)`, by name.
    pub(crate) fn event_functions(&self) -> Vec<&str> {
        PY_DEF
            .captures_iter(&self.code)
            .filter(|found| {
                let parameters = found.get(2).map_or("", |list| list.as_str());
                let mut names =
                    parameters.split(',').map(|one| one.split([':', '=']).next().unwrap_or("").trim());
                names.next().is_some_and(|one| one.trim_start_matches('_') == "event")
                    && names.next().is_some_and(|two| two.trim_start_matches('_').starts_with("c"))
            })
            .filter_map(|found| Some(found.get(1)?.as_str()))
            .collect()
    }

    /// Whether a top-level Python name could be called with an event and a context: a function of two parameters,
    /// or what some adapter made (`handler = Mangum(app)`), but not a logging handler.
    pub(crate) fn callable_with_event(&self, name: &str) -> bool {
        let function = PY_DEF.captures_iter(&self.code).find(|found| &found[1] == name);
        if let Some(found) = function {
            let parameters = found.get(2).map_or("", |list| list.as_str()).trim().trim_end_matches(',');
            return parameters.contains('*') || parameters.split(',').count() >= 2;
        }
        PY_MADE.captures_iter(&self.code).any(|found| &found[1] == name && !found[2].starts_with("logging"))
    }

    /// The bases of a top-level Python class, as they are written.
    pub(crate) fn class_bases(&self, class: &str) -> Option<Vec<&str>> {
        let found = PY_CLASS.captures_iter(&self.code).find(|found| &found[1] == class)?;
        Some(found.get(2)?.as_str().split(',').map(str::trim).collect())
    }

    /// Whether Python code defines, assigns or imports a name outside of every function and class.
    pub(crate) fn defines_at_top(&self, name: &str) -> bool {
        PY_TOP.captures_iter(&self.code).any(|found| {
            match (found.get(1).or(found.get(2)), found.get(3).or(found.get(4))) {
                (Some(one), _) => one.as_str() == name,
                (None, Some(list)) => {
                    let mut names = list.as_str().trim_matches(['(', ')']).split(',');
                    names.any(|part| part.split_whitespace().last() == Some(name))
                }
                (None, None) => false,
            }
        })
    }

    /// Whether a pattern is found in the code, comments and strings left out.
    pub(crate) fn matches(&self, pattern: &Regex) -> bool {
        pattern.is_match(&self.code)
    }

    /// Whether the code (not a comment or string) contains a fragment.
    pub(crate) fn mentions(&self, fragment: &str) -> bool {
        self.code.contains(fragment)
    }

    /// What a top-level function is called with, each parameter by its name or as its pattern begins (`{`); `None` if
    /// there is no such function.
    pub(crate) fn parameters_of(&self, name: &str) -> Option<Vec<String>> {
        let pattern = match self.syntax {
            Syntax::Python => &PY_DEF,
            Syntax::JavaScript => &JS_FUNCTION,
        };
        let found = pattern.captures_iter(&self.code).find(|found| found[1] == *name)?;
        let list = found.get(2).map_or("", |list| list.as_str()).trim();
        if list.starts_with('{') {
            return Some(vec!["{…}".into()]);
        }
        let names = list.split(',').filter_map(|one| one.split([':', '=']).next()).map(str::trim);
        Some(names.filter(|one| !one.is_empty()).map(str::to_owned).collect())
    }

    fn python_offers(&self, name: &str) -> Offers {
        let defined = PY_NAME
            .captures_iter(&self.code)
            .any(|found| found.get(1).or(found.get(2)).is_some_and(|one| one.as_str() == name));
        if defined {
            return Offers::Yes;
        }
        let mut open = false;
        for found in PY_IMPORT.captures_iter(&self.code) {
            for part in found[1].trim_matches(['(', ')']).split(',') {
                match part.split_whitespace().last() {
                    Some("*") => open = true,
                    Some(last) if last == name => return Offers::Yes,
                    _ => {}
                }
            }
        }
        if open { Offers::Unknown } else { Offers::No }
    }

    fn javascript_offers(&self, name: &str) -> Offers {
        let first = |pattern: &'static Regex| {
            pattern
                .captures_iter(&self.code)
                .any(|found| found.get(1).is_some_and(|one| one.as_str() == name))
        };
        let listed = |pattern: &'static Regex| {
            pattern.captures_iter(&self.code).any(|found| {
                found[1].split(',').any(|part| {
                    let exported = part.rsplit(" as ").next().unwrap_or(part);
                    exported.split([':', '(']).next().unwrap_or("").trim().trim_start_matches("async ").trim()
                        == name
                })
            })
        };
        if first(&JS_DECLARED) || listed(&JS_LISTED) || first(&JS_ASSIGNED) || listed(&JS_OBJECT) {
            Offers::Yes
        } else if JS_OPEN.is_match(&self.code) {
            Offers::Unknown
        } else {
            Offers::No
        }
    }
}

/// Replaces comments and the insides of strings by blanks, byte for byte, keeping line breaks.
pub(crate) fn blank(syntax: Syntax, text: &str) -> String {
    let bytes = text.as_bytes();
    let mut code = bytes.to_vec();
    let mut at = 0;
    while at < bytes.len() {
        let rest = &bytes[at..];
        let end = match syntax {
            Syntax::Python => python_span(rest),
            Syntax::JavaScript => javascript_span(rest),
        };
        for byte in &mut code[at..at + end.blanked] {
            if *byte != b'\n' {
                *byte = b' ';
            }
        }
        at += end.blanked.max(1);
    }
    // Only whole tokens are blanked, and a token's ends are ASCII; anything else would be a bug, not bad input.
    String::from_utf8(code).unwrap_or_default()
}

struct Span {
    blanked: usize,
}

fn python_span(rest: &[u8]) -> Span {
    let blanked = match rest[0] {
        b'#' => line(rest),
        quote @ (b'"' | b'\'') => {
            if rest.len() >= 3 && rest[1] == quote && rest[2] == quote {
                quoted(rest, &[quote; 3], true)
            } else {
                quoted(rest, &[quote], false)
            }
        }
        _ => 0,
    };
    Span { blanked }
}

fn javascript_span(rest: &[u8]) -> Span {
    let blanked = match rest {
        [b'/', b'/', ..] => line(rest),
        [b'/', b'*', ..] => {
            rest[2..].windows(2).position(|two| two == b"*/").map_or(rest.len(), |length| length + 4)
        }
        [b'`', ..] => quoted(rest, b"`", true),
        [quote @ (b'"' | b'\''), ..] => quoted(rest, &[*quote], false),
        _ => 0,
    };
    Span { blanked }
}

fn line(rest: &[u8]) -> usize {
    rest.iter().position(|byte| *byte == b'\n').unwrap_or(rest.len())
}

/// The length of a string literal that begins here; one that is never closed ends with its line, or the file.
fn quoted(rest: &[u8], quote: &[u8], lines: bool) -> usize {
    let mut at = quote.len();
    while at < rest.len() {
        match rest[at] {
            b'\\' => at += 2,
            b'\n' if !lines => return at,
            _ if rest[at..].starts_with(quote) => return at + quote.len(),
            _ => at += 1,
        }
    }
    rest.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn python_definitions_are_found_and_strings_are_not() {
        let source = Source::new(
            Syntax::Python,
            "# def lambda_handler(event, context):\n\"\"\"\ndef quoted(event, context):\n\"\"\"\nasync def go(event, context=None): pass\ndef other(a, b): pass\nx = 1\nfrom m import (one,\n two as lambda_handler)\n",
        );
        assert_eq!(source.event_functions(), ["go"]);
        assert_eq!(source.offers("quoted"), Offers::No);
        assert_eq!(source.offers("x"), Offers::Yes);
        let source =
            "handler = logging.StreamHandler()\nmain = Mangum(app)\ndef one(x): pass\ndef two(e, c): pass";
        let source = Source::new(Syntax::Python, source);
        assert_eq!(
            ["handler", "main", "one", "two"].map(|name| source.callable_with_event(name)),
            [false, true, false, true]
        );
        let source = Source::new(
            Syntax::Python,
            "async def go(event, context=None): pass\nfrom m import (one,\n two as lambda_handler)\n",
        );
        assert_eq!(source.offers("lambda_handler"), Offers::Yes, "an import defines its last name");
    }

    #[test]
    fn every_usual_way_to_export_from_javascript_counts() {
        for text in [
            "export const handler = async () => {}",
            "export async function handler(event) {}",
            "export function* handler() {}",
            "exports.handler = function () {}",
            "module.exports.handler = x",
            "module.exports = { other, handler }",
            "module.exports = { handler: async (event) => {} }",
            "const run = 1; export { run as handler }",
            "export { handler } from './other.js'",
            "export const { handler } = make()",
        ] {
            assert_eq!(Source::new(Syntax::JavaScript, text).offers("handler"), Offers::Yes, "{text}");
        }
        for text in [
            "// export const handler = 1",
            "const s = `\nexport const handler = 1`",
            "export default function handler(req, res) {}",
            "function handler() {}",
        ] {
            assert_eq!(Source::new(Syntax::JavaScript, text).offers("handler"), Offers::No, "{text}");
        }
        for text in
            ["export * from './x'", "module.exports = require('./x')", "module.exports = { ...other }"]
        {
            assert_eq!(Source::new(Syntax::JavaScript, text).offers("handler"), Offers::Unknown, "{text}");
        }
    }

    #[test]
    fn half_typed_and_hostile_text_is_only_text() {
        for text in ["'", "\"\\", "`\\", "/*", "\"\"\"", "'é\\é", "def (", "export {", "\u{0}\u{1}«"] {
            for syntax in [Syntax::Python, Syntax::JavaScript] {
                let source = Source::new(syntax, text);
                assert_ne!(source.offers("handler"), Offers::Yes, "{text:?}");
            }
        }
        let deep = "[".repeat(600_000);
        assert_eq!(Source::new(Syntax::JavaScript, &deep).offers("handler"), Offers::No);
    }
}
