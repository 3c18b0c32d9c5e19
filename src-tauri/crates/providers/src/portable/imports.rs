//! What source files import, read from their text; nothing is run.

use std::{path::Path, sync::LazyLock};

use regex::Regex;

use crate::{
    project::text_of,
    source::{Syntax, blank},
};

macro_rules! pattern {
    ($name:ident, $text:literal) => {
        static $name: LazyLock<Regex> =
            LazyLock::new(|| Regex::new($text).expect("the pattern is a constant"));
    };
}
pub(super) use pattern;

pattern!(
    PYTHON,
    r"(?m)^[ \t]*(?:from[ \t]+(?<whole>[\w.]+)[ \t]+import[ \t]+(?:\((?<many>[^)]*)\)|(?<some>[^\n#]*))|import[ \t]+(?<all>[\w., \t]+))"
);
pattern!(JAVASCRIPT, r#"\b(?:from|import|require)\b\s*\(?\s*["'](?<all>[^"'\n]+)["']"#);
pattern!(GO, r#"(?m)^[ \t]*(?:import[ \t]+)?(?:\w+[ \t]+)?"(?<all>[\w./-]+)"[ \t]*$"#);
pattern!(RUST, r"(?m)^[ \t]*(?:pub[ \t]+)?use[ \t]+(?<all>\w+)");
pattern!(RUBY, r#"(?m)^[ \t]*require[ \t]*\(?["'](?<all>[^"'\n]+)["']"#);
pattern!(JAVA, r"(?m)^[ \t]*import[ \t]+(?:static[ \t]+)?(?<all>[\w.]+)");

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Speaks {
    Python,
    JavaScript,
    Go,
    Rust,
    Ruby,
    Java,
}

/// A source file's text.
#[derive(Debug)]
pub(super) struct Source {
    pub(super) speaks: Speaks,
    pub(super) text: String,
    /// The same without comments and what stands in strings, byte for byte, where its language is known so well.
    blanked: Option<String>,
}

/// Something imported, and where.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Import {
    pub(super) name: String,
    /// What of it, with its name before: `urllib.request` of `from urllib import request`.
    pub(super) parts: Vec<String>,
    pub(super) at: usize,
}

impl Source {
    /// `None` for what is no source.
    pub(super) fn read(file: &Path) -> Option<Self> {
        let (speaks, syntax) = match file.extension()?.to_str()? {
            "py" => (Speaks::Python, Some(Syntax::Python)),
            "js" | "mjs" | "cjs" | "ts" | "mts" | "cts" | "tsx" | "jsx" => {
                (Speaks::JavaScript, Some(Syntax::JavaScript))
            }
            "go" => (Speaks::Go, None),
            "rs" => (Speaks::Rust, None),
            "rb" => (Speaks::Ruby, None),
            "java" => (Speaks::Java, None),
            _ => return None,
        };
        let text = text_of(file)?;
        let blanked = syntax.map(|syntax| blank(syntax, &text));
        Some(Self { speaks, text, blanked })
    }

    pub(super) fn code(&self) -> &str {
        self.blanked.as_deref().unwrap_or(&self.text)
    }

    pub(super) fn imports(&self) -> Vec<Import> {
        let pattern: &Regex = match self.speaks {
            Speaks::Python => &PYTHON,
            Speaks::JavaScript => &JAVASCRIPT,
            Speaks::Go => &GO,
            Speaks::Rust => &RUST,
            Speaks::Ruby => &RUBY,
            Speaks::Java => &JAVA,
        };
        let mut found = Vec::new();
        for import in pattern.captures_iter(&self.text) {
            let whole = &import[0];
            let at = import.get(0).map_or(0, |all| all.start()) + whole.len() - whole.trim_start().len();
            if !self.is_code(at) {
                continue;
            }
            if let Some(name) = import.name("whole") {
                let parts =
                    import.name("many").or_else(|| import.name("some")).map_or("", |parts| parts.as_str());
                let parts = listed(parts).map(|part| format!("{}.{part}", name.as_str())).collect();
                found.push(Import { name: name.as_str().to_owned(), parts, at });
            }
            // Python imports several at once: `import json, boto3 as aws`.
            let names = import.name("all").map_or("", |names| names.as_str());
            found.extend(listed(names).map(|name| Import { name: name.to_owned(), parts: Vec::new(), at }));
        }
        found
    }

    /// What stands in a comment is blank in the code.
    pub(super) fn is_code(&self, at: usize) -> bool {
        !self.code().as_bytes().get(at).is_none_or(u8::is_ascii_whitespace)
    }

    /// From 1.
    pub(super) fn line(&self, at: usize) -> u32 {
        let before = self.text.as_bytes()[..at].iter().filter(|byte| **byte == b'\n').count();
        u32::try_from(before + 1).unwrap_or(u32::MAX)
    }
}

fn listed(names: &str) -> impl Iterator<Item = &str> {
    names.split(',').filter_map(|part| part.split_whitespace().next())
}

/// Whether an import is of a package, or of something below it.
pub(super) fn is_of(import: &str, package: &str) -> bool {
    if package.ends_with(['/', '.', '_', '-']) {
        return import.starts_with(package);
    }
    import.strip_prefix(package).is_some_and(|rest| rest.is_empty() || rest.starts_with(['.', '/']))
}

/// Where the parenthesis closes that is open before `from`, in text without strings and comments.
pub(super) fn closing(code: &str, from: usize) -> Option<usize> {
    let mut depth = 1_u32;
    let end = code[from..].bytes().position(|byte| {
        match byte {
            b'(' => depth += 1,
            b')' => depth -= 1,
            _ => {}
        }
        depth == 0
    });
    end.map(|end| from + end)
}

/// What is told of a file of this name and text, with its lines.
#[cfg(test)]
pub(super) fn named(
    file: &str,
    text: &str,
    told: fn(&std::path::Path) -> Vec<super::Outward>,
) -> Vec<(String, u32)> {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join(file);
    std::fs::write(&file, text).unwrap();
    told(&file).into_iter().map(|one| (one.name, one.line)).collect()
}
