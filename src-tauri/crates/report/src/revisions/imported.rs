//! Which modules a source file imports, by its text: enough to say that a change of it added or removed one.

use std::{collections::BTreeSet, sync::LazyLock};

use regex::Regex;

static PYTHON: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(?m)^[ \t]*(?:from[ \t]+([\w.]+)[ \t]+import\b|import[ \t]+([\w., \t]+))")
        .expect("a constant pattern")
});
static SCRIPT: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r#"(?:\bfrom|\bimport|\bimport\(|\brequire\()\s*["']([^"'\n]+)["']"#)
        .expect("a constant pattern")
});

pub(super) fn imported(path: &str, text: &str) -> BTreeSet<String> {
    let extension = path.rsplit_once('.').map_or("", |(_, extension)| extension);
    match extension {
        "py" => PYTHON
            .captures_iter(text)
            .flat_map(|found| {
                let names = found.get(1).or_else(|| found.get(2)).map_or("", |names| names.as_str());
                // `import a.b as c, d`
                let names = names.split(',').filter_map(|name| name.split_whitespace().next());
                names.map(str::to_owned).collect::<Vec<_>>()
            })
            .collect(),
        "js" | "mjs" | "cjs" | "jsx" | "ts" | "mts" | "cts" | "tsx" => {
            SCRIPT.captures_iter(text).filter_map(|found| Some(found.get(1)?.as_str().to_owned())).collect()
        }
        _ => BTreeSet::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn imports_of_python_and_scripts_are_found() {
        let of = |path: &str, text: &str| imported(path, text).into_iter().collect::<Vec<_>>().join(" ");
        assert_eq!(
            of(
                "a.py",
                "import os, sys as s\nfrom a.b import (\n  c)\n# import x\nif X:\n    import boto3.session"
            ),
            "a.b boto3.session os sys"
        );
        assert_eq!(of("a.py", "important = 1\nfrom_ = 2\n"), "");
        assert_eq!(
            of(
                "a.mjs",
                "import a from 'a'\nimport 'b'\nexport * from \"c\"\nconst d = await import('./d.mjs')\nrequire('e')"
            ),
            "./d.mjs a b c e"
        );
        assert_eq!(of("a.rs", "use std::fs;"), "");
    }
}
