//! Calls in a source file, read without running it: their arguments as text, and of those the ones that are plain.

use crate::source::{Syntax, blank};

/// A text with its comments and strings blanked out beside it, byte for byte.
pub(super) struct Text {
    text: String,
    pub(super) code: String,
}

/// An argument, or a member of an object.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Argument<'a> {
    /// By which it is given, if by any.
    pub(super) name: Option<&'a str>,
    pub(super) value: &'a str,
}

impl Text {
    pub(super) fn new(syntax: Syntax, text: &str) -> Self {
        let mut end = text.len().min(512 * 1024);
        while !text.is_char_boundary(end) {
            end -= 1;
        }
        let text = text[..end].to_owned();
        let code = blank(syntax, &text);
        Self { text, code }
    }

    /// As it was written: strings are blanked in `code` only.
    pub(super) fn mentions(&self, fragment: &str) -> bool {
        self.text.contains(fragment)
    }

    pub(super) fn line_of(&self, at: usize) -> Option<u32> {
        let before = self.code.get(..at)?;
        u32::try_from(before.bytes().filter(|byte| *byte == b'\n').count() + 1).ok()
    }

    /// The arguments of the call whose parenthesis opens at `open`.
    pub(super) fn arguments(&self, open: usize) -> Vec<Argument<'_>> {
        self.items(open).map(|range| self.argument(range, '=')).collect()
    }

    /// The members of an object that is an argument.
    pub(super) fn members<'a>(&'a self, object: &Argument<'a>) -> Vec<Argument<'a>> {
        let at = object.value.as_ptr().addr().wrapping_sub(self.text.as_ptr().addr());
        if !object.value.starts_with('{') || at >= self.text.len() {
            return Vec::new();
        }
        self.items(at).map(|range| self.argument(range, ':')).collect()
    }

    /// The elements of a list that is an argument, as they are written.
    pub(super) fn elements<'a>(&'a self, list: &Argument<'a>) -> Vec<&'a str> {
        let at = list.value.as_ptr().addr().wrapping_sub(self.text.as_ptr().addr());
        if !list.value.starts_with('[') || at >= self.text.len() {
            return Vec::new();
        }
        self.items(at).filter_map(|range| Some(self.text.get(range)?.trim())).collect()
    }

    /// What a `const`, `let` or `var` of that name is given.
    pub(super) fn constant(&self, name: &str) -> Option<&str> {
        let declared = self.code.match_indices(name).filter_map(|(at, _)| {
            let before = self.code[..at].trim_end();
            let is_one = ["const", "let", "var"].iter().any(|word| before.ends_with(word));
            let rest = self.code[at + name.len()..].trim_start().strip_prefix('=')?;
            (is_one && !name.is_empty()).then(|| self.code.len() - rest.len())
        });
        let start = declared.into_iter().next()?;
        Some(self.text.get(start..)?.trim_start())
    }

    /// What stands between the commas of the bracket at `open`.
    fn items(&self, open: usize) -> impl Iterator<Item = std::ops::Range<usize>> {
        let mut depth = 0_usize;
        let mut start = open + 1;
        let mut all = Vec::new();
        for (at, byte) in self.code.bytes().enumerate().skip(open) {
            match byte {
                b'(' | b'[' | b'{' => depth += 1,
                b')' | b']' | b'}' => {
                    depth = depth.saturating_sub(1);
                    if depth == 0 {
                        all.push(start..at);
                        break;
                    }
                }
                b',' if depth == 1 => {
                    all.push(start..at);
                    start = at + 1;
                }
                _ => {}
            }
        }
        all.into_iter()
            .filter(|range| self.text.get(range.clone()).is_some_and(|text| !text.trim().is_empty()))
    }

    fn argument(&self, range: std::ops::Range<usize>, separator: char) -> Argument<'_> {
        let (text, code) = (self.text.get(range.clone()), self.code.get(range));
        let (text, code) = (text.unwrap_or_default(), code.unwrap_or_default());
        let name = code.find(separator).and_then(|at| {
            // A comment may stand before it, blanked in `code`.
            let name = code[..at].trim();
            let plain =
                !name.is_empty() && name.chars().all(|letter| letter.is_alphanumeric() || letter == '_');
            let twice = code[at + 1..].starts_with(separator);
            (plain && !twice).then_some((name, at))
        });
        let at = name.map_or(0, |(_, at)| at + 1);
        let blanks = code[at..].len() - code[at..].trim_start().len();
        // Blanked comments before a value are passed over; a string's own quote is blanked, too.
        let lead = text[at..].find(['"', '\'', '`']).filter(|quote| *quote <= blanks).unwrap_or(blanks);
        Argument { name: name.map(|(name, _)| name), value: text[at + lead..].trim() }
    }
}

impl Argument<'_> {
    /// A string that is spelled out.
    pub(super) fn literal(&self) -> Option<String> {
        literal(self.value)
    }

    /// A list of strings or of an enumeration's members, spelled out.
    pub(super) fn list(&self) -> Option<Vec<String>> {
        let inside = self.value.strip_prefix(['[', '('])?.strip_suffix([']', ')'])?;
        let items = inside.split(',').map(str::trim).filter(|item| !item.is_empty());
        items.map(|item| literal(item).or_else(|| member(item))).collect()
    }

    /// A string, or the name of an enumeration's member: `func.AuthLevel.ANONYMOUS`.
    pub(super) fn choice(&self) -> Option<String> {
        self.literal().or_else(|| member(self.value))
    }
}

fn literal(text: &str) -> Option<String> {
    let quote = text.chars().next().filter(|first| ['"', '\'', '`'].contains(first))?;
    let inside = text.strip_prefix(quote)?.strip_suffix(quote)?;
    let made = inside.contains([quote, '\\', '\n']) || quote == '`' && inside.contains("${");
    (!made).then(|| inside.to_owned())
}

fn member(text: &str) -> Option<String> {
    let (_, last) = text.rsplit_once('.')?;
    let plain =
        |text: &str| text.chars().all(|letter| letter.is_alphanumeric() || letter == '_' || letter == '.');
    plain(text).then(|| last.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn arguments_are_split_and_plain_ones_are_read() {
        let text = Text::new(
            Syntax::Python,
            "@app.route(\"a(b, c\", methods=[func.HttpMethod.GET, 'post'], # a, comment\n  auth_level=func.AuthLevel.ANONYMOUS, route=PREFIX + 'x')",
        );
        let all = text.arguments(10);
        assert_eq!(all[0].literal().as_deref(), Some("a(b, c"));
        assert_eq!(all[1].list(), Some(vec!["GET".into(), "post".into()]));
        assert_eq!((all[2].name, all[2].choice().as_deref()), (Some("auth_level"), Some("ANONYMOUS")));
        assert_eq!((all[3].name, all[3].literal()), (Some("route"), None));
        let text = Text::new(
            Syntax::JavaScript,
            "app.http('hello', { methods: ['GET'], route: `x/{id}`, handler: async (req) => { return { a: 1, b } }, ...more })",
        );
        let all = text.arguments(8);
        let members = text.members(&all[1]);
        let names: Vec<_> = members.iter().map(|member| member.name).collect();
        assert_eq!(names, [Some("methods"), Some("route"), Some("handler"), None]);
        assert_eq!(members[1].literal().as_deref(), Some("x/{id}"));
    }

    #[test]
    fn half_typed_text_is_only_text() {
        for text in ["f(", "f('", "f({a: [", "f(,,)", "f(é=1, 'é", "f(a=", "f(}"] {
            let text = Text::new(Syntax::Python, text);
            for argument in text.arguments(1) {
                let _ = (argument.list(), argument.choice(), text.members(&argument));
            }
        }
    }
}
