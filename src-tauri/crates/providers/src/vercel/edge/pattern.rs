//! Patterns of paths as `vercel.json` writes them: path-to-regexp 6, case-sensitive and strict about the last slash.
//! <https://github.com/pillarjs/path-to-regexp/tree/v6.3.0#usage>

use fancy_regex::{Regex, RegexBuilder};

/// More steps than any honest pattern takes on a path.
const MOST_STEPS: usize = 100_000;

#[derive(Debug)]
pub(super) struct Pattern {
    regex: Regex,
    /// In the order of their groups; `None` for a group without a name.
    names: Vec<Option<String>>,
}

/// What the groups of a pattern held: names, and `1`, `2`, … for each by its place.
pub(super) type Held = Vec<(String, String)>;

impl Pattern {
    /// # Errors
    /// What is wrong with the source.
    pub(super) fn parse(source: &str) -> Result<Self, String> {
        if !source.starts_with('/') {
            return Err("it does not begin with a slash".into());
        }
        let mut parser =
            Parser { rest: source, regex: "^".into(), names: Vec::new(), literal: String::new() };
        parser.run()?;
        let Parser { regex, names, .. } = parser;
        let regex = compiled(&format!("{regex}$"))?;
        Ok(Self { regex, names })
    }

    /// What its groups hold if it is the pattern of a path.
    pub(super) fn held(&self, path: &str) -> Option<Held> {
        // One that takes too many steps matches nothing.
        let captures = self.regex.captures(path).ok()??;
        let mut held = Held::new();
        for (at, name) in self.names.iter().enumerate() {
            let value = captures.get(at + 1).map_or("", |found| found.as_str()).to_owned();
            held.push(((at + 1).to_string(), value.clone()));
            held.extend(name.clone().map(|name| (name, value)));
        }
        Some(held)
    }
}

/// # Errors
/// What is wrong with the expression.
pub(super) fn compiled(regex: &str) -> Result<Regex, String> {
    RegexBuilder::new(regex)
        .backtrack_limit(MOST_STEPS)
        .build()
        .map_err(|error| format!("it is no regular expression: {error}"))
}

struct Parser<'a> {
    rest: &'a str,
    regex: String,
    names: Vec<Option<String>>,
    /// Letters since the last group.
    literal: String,
}

impl Parser<'_> {
    fn run(&mut self) -> Result<(), String> {
        while let Some(next) = self.rest.chars().next() {
            match next {
                '\\' => {
                    self.skip(1);
                    let escaped = self.rest.chars().next().ok_or("it ends with a backslash")?;
                    self.skip(escaped.len_utf8());
                    self.literal.push(escaped);
                }
                ':' | '(' => {
                    // The slash or full stop before a group belongs to it, and comes and goes with it.
                    let prefix = match self.literal.chars().last() {
                        Some(last @ ('/' | '.')) => {
                            self.literal.pop();
                            last.to_string()
                        }
                        _ => String::new(),
                    };
                    let (name, pattern) = self.group()?;
                    self.write(&prefix, Some((name, pattern)), "");
                }
                '{' => {
                    self.skip(1);
                    let prefix = self.letters();
                    let group = self.rest.starts_with([':', '(']).then(|| self.group()).transpose()?;
                    let suffix = self.letters();
                    if !self.rest.starts_with('}') {
                        return Err("a `{` is not closed".into());
                    }
                    self.skip(1);
                    self.write(&prefix, group, &suffix);
                }
                '}' | '*' | '+' | '?' => {
                    return Err(format!("`{next}` stands where nothing can be repeated"));
                }
                other => {
                    self.skip(other.len_utf8());
                    self.literal.push(other);
                }
            }
        }
        self.flush();
        Ok(())
    }

    fn skip(&mut self, bytes: usize) {
        self.rest = self.rest.get(bytes..).unwrap_or_default();
    }

    fn flush(&mut self) {
        self.regex.push_str(&fancy_regex::escape(&std::mem::take(&mut self.literal)));
    }

    /// Plain letters inside braces.
    fn letters(&mut self) -> String {
        let mut letters = String::new();
        while let Some(next) = self.rest.chars().next().filter(|next| !"{}:()".contains(*next)) {
            self.skip(next.len_utf8());
            if next == '\\'
                && let Some(escaped) = self.rest.chars().next()
            {
                self.skip(escaped.len_utf8());
                letters.push(escaped);
            } else {
                letters.push(next);
            }
        }
        letters
    }

    /// `:name`, `:name(pattern)` or `(pattern)`.
    fn group(&mut self) -> Result<(Option<String>, String), String> {
        let mut name = None;
        if self.rest.starts_with(':') {
            self.skip(1);
            let end = self.rest.find(|c: char| !(c.is_ascii_alphanumeric() || c == '_'));
            let word = self.rest[..end.unwrap_or(self.rest.len())].to_owned();
            if word.is_empty() {
                return Err("a `:` is not followed by a name".into());
            }
            self.skip(word.len());
            name = Some(word);
        }
        if !self.rest.starts_with('(') {
            return Ok((name, "[^/]+?".into()));
        }
        let (mut depth, mut escaped) = (0_usize, false);
        for (at, next) in self.rest.char_indices() {
            match next {
                _ if escaped => escaped = false,
                '\\' => escaped = true,
                '(' => {
                    depth += 1;
                    if depth > 1 && !self.rest[at + 1..].starts_with('?') {
                        return Err("a group inside a group has to begin with `?:`".into());
                    }
                }
                ')' => depth -= 1,
                _ => {}
            }
            if depth == 0 {
                let pattern = self.rest[1..at].to_owned();
                if pattern.is_empty() {
                    return Err("a group is empty".into());
                }
                self.skip(at + 1);
                return Ok((name, pattern));
            }
        }
        Err("a `(` is not closed".into())
    }

    fn write(&mut self, prefix: &str, group: Option<(Option<String>, String)>, suffix: &str) {
        let repeated = self.rest.chars().next().filter(|next| "*+?".contains(*next));
        self.skip(repeated.map_or(0, char::len_utf8));
        self.flush();
        let (prefix, suffix) = (fancy_regex::escape(prefix), fancy_regex::escape(suffix));
        let Some((name, pattern)) = group else {
            let mark = repeated.map(String::from).unwrap_or_default();
            self.regex.push_str(&format!("(?:{prefix}{suffix}){mark}"));
            return;
        };
        self.names.push(name);
        let bare = prefix.is_empty() && suffix.is_empty();
        self.regex.push_str(&match repeated {
            Some(mark @ ('*' | '+')) if bare => format!("((?:{pattern}){mark})"),
            Some(mark @ ('*' | '+')) => {
                let optional = if mark == '*' { "?" } else { "" };
                let once = format!("(?:{pattern})");
                format!("(?:{prefix}({once}(?:{suffix}{prefix}{once})*){suffix}){optional}")
            }
            Some(_) => format!("(?:{prefix}({pattern}){suffix})?"),
            None => format!("(?:{prefix}({pattern}){suffix})"),
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn held(source: &str, path: &str) -> Option<Vec<String>> {
        let pattern = Pattern::parse(source).unwrap_or_else(|error| panic!("{source}: {error}"));
        let held = pattern.held(path)?;
        Some(
            held.into_iter().filter(|(name, _)| name.parse::<u8>().is_ok()).map(|(_, value)| value).collect(),
        )
    }

    /// The examples of path-to-regexp's own documentation, and of Vercel's.
    #[test]
    fn the_documented_examples_hold() {
        for (source, path, expected) in [
            ("/:foo/:bar", "/test/route", Some(vec!["test", "route"])),
            ("/foo/:bar(\\d+)", "/foo/123", Some(vec!["123"])),
            ("/foo/:bar(\\d+)", "/foo/abc", None),
            ("/:foo/(.*)", "/test/route", Some(vec!["test", "route"])),
            ("/icon-:foo(\\d+).png", "/icon-123.png", Some(vec!["123"])),
            ("/:attr1?{-:attr2}?{-:attr3}?", "/test", Some(vec!["test", "", ""])),
            ("/:attr1?{-:attr2}?{-:attr3}?", "/test-test", Some(vec!["test", "test", ""])),
            ("/:foo/:bar?", "/test", Some(vec!["test", ""])),
            ("/:foo/:bar?", "/test/route", Some(vec!["test", "route"])),
            ("/search/:tableName?{\\?useIndex=true}?", "/search/people", Some(vec!["people"])),
            ("/:foo*", "/", None),
            ("/:foo*", "/bar/baz", Some(vec!["bar/baz"])),
            ("/:foo+", "/bar/baz", Some(vec!["bar/baz"])),
            ("/(apple-)?icon-:res(\\d+).png", "/apple-icon-240.png", Some(vec!["apple-", "240"])),
            ("/blog/:path*", "/blog", Some(vec![""])),
            ("/blog/:path*", "/blog/a/b", Some(vec!["a/b"])),
            ("/((?!api/).*)", "/about", Some(vec!["about"])),
            ("/((?!api/).*)", "/api/x", None),
            ("/post-:id(\\d{1,})", "/post-12", Some(vec!["12"])),
            ("/about", "/about/", None),
            ("/About", "/about", None),
            ("/a\\:b", "/a:b", Some(vec![])),
        ] {
            let expected = expected.map(|all| all.into_iter().map(str::to_owned).collect::<Vec<_>>());
            assert_eq!(held(source, path), expected, "{source} on {path}");
        }
    }

    #[test]
    fn mistakes_are_named_and_nothing_is_a_panic() {
        for (source, word) in [
            ("about", "slash"),
            ("/:", "name"),
            ("/(", "closed"),
            ("/()", "empty"),
            ("/{a", "closed"),
            ("/*", "repeated"),
            ("/(a(b))", "?:"),
            ("/([)", "regular expression"),
            ("/\\", "backslash"),
        ] {
            let error = Pattern::parse(source).expect_err(source);
            assert!(error.contains(word), "{source}: {error}");
        }
        let slow = Pattern::parse("/((?:a|a)*b\\1?)").or_else(|_| Pattern::parse("/((?:a|aa)+$b)")).unwrap();
        assert!(slow.held(&format!("/{}", "a".repeat(5000))).is_none());
    }
}
