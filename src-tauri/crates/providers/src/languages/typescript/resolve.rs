//! Which file a specifier means, as TypeScript finds it: without an extension, with that of the JavaScript it will
//! become, a folder's index, or by the `paths` of the nearest tsconfig.json.

use std::{
    fs,
    path::{Path, PathBuf},
};

use serde::Deserialize;

use crate::project::tidy;

const EXTENSIONS: [&str; 8] = ["ts", "tsx", "mts", "cts", "js", "mjs", "cjs", "json"];

/// Where a source file's output lies, by its extension.
pub(super) fn output_name(source: &Path) -> PathBuf {
    let extension = match source.extension().and_then(|extension| extension.to_str()) {
        Some("ts" | "tsx") => "js",
        Some("mts") => "mjs",
        Some("cts") => "cjs",
        _ => return source.to_owned(),
    };
    source.with_extension(extension)
}

pub(super) fn is_typescript(path: &Path) -> bool {
    let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
    let declaration = [".d.ts", ".d.mts", ".d.cts"].iter().any(|end| name.ends_with(end));
    !declaration && [".ts", ".tsx", ".mts", ".cts"].iter().any(|end| name.ends_with(end))
}

/// The file a relative specifier in `from` means.
pub(super) fn relative(from: &Path, specifier: &str) -> Option<PathBuf> {
    if !(specifier.starts_with("./") || specifier.starts_with("../") || matches!(specifier, "." | "..")) {
        return None;
    }
    file(&tidy(&from.parent()?.join(specifier)))
}

fn file(path: &Path) -> Option<PathBuf> {
    // `./a.js` is written for what `./a.ts` becomes.
    let typed: &[&str] = match path.extension().and_then(|extension| extension.to_str()) {
        Some("js" | "jsx") => &["ts", "tsx"],
        Some("mjs") => &["mts"],
        Some("cjs") => &["cts"],
        _ => &[],
    };
    let typed = typed.iter().map(|extension| path.with_extension(extension));
    let appended = EXTENSIONS.iter().map(|extension| {
        let mut name = path.file_name().unwrap_or_default().to_owned();
        name.push(".");
        name.push(extension);
        path.with_file_name(name)
    });
    let index = EXTENSIONS.iter().map(|extension| path.join("index").with_extension(extension));
    typed.chain([path.to_owned()]).chain(appended).chain(index).find(|candidate| candidate.is_file())
}

/// `./words.js`: how one file of the output names another.
pub(super) fn specifier(from: &Path, to: &Path) -> Option<String> {
    let from = from.parent()?;
    let common = from.components().zip(to.components()).take_while(|(a, b)| a == b).count();
    let mut text = "../".repeat(from.components().count() - common);
    if text.is_empty() {
        text.push_str("./");
    }
    let rest: Vec<&str> = to.components().skip(common).filter_map(|part| part.as_os_str().to_str()).collect();
    text.push_str(&rest.join("/"));
    Some(text)
}

/// The `paths` of a tsconfig.json.
#[derive(Debug, Default)]
pub(super) struct Aliases {
    base: PathBuf,
    /// Pattern (at most one `*`) and what it may stand for, in the order of the file.
    paths: Vec<(String, Vec<String>)>,
}

#[derive(Deserialize)]
struct TsConfig {
    #[serde(rename = "compilerOptions", default)]
    options: Options,
}

#[derive(Deserialize, Default)]
struct Options {
    #[serde(rename = "baseUrl")]
    base_url: Option<String>,
    #[serde(default)]
    paths: serde_json::Map<String, serde_json::Value>,
}

impl Aliases {
    /// Of the nearest tsconfig.json from `root` up to the project; one that cannot be read has none.
    pub(super) fn find(root: &Path, project: &Path) -> Self {
        super::super::interpreter::upwards(root, project)
            .find_map(|folder| Some((folder, fs::read_to_string(folder.join("tsconfig.json")).ok()?)))
            .and_then(|(folder, text)| Self::parse(folder, &text))
            .unwrap_or_default()
    }

    fn parse(folder: &Path, text: &str) -> Option<Self> {
        let config: TsConfig = serde_json::from_str(&without_comments(text)).ok()?;
        let base = tidy(&folder.join(config.options.base_url.as_deref().unwrap_or(".")));
        let texts = |value: serde_json::Value| -> Vec<String> {
            value
                .as_array()
                .into_iter()
                .flatten()
                .filter_map(|text| text.as_str().map(str::to_owned))
                .collect()
        };
        let mut paths: Vec<_> =
            config.options.paths.into_iter().map(|(key, value)| (key, texts(value))).collect();
        if config.options.base_url.is_some() {
            paths.push(("*".to_owned(), vec!["*".to_owned()]));
        }
        Some(Self { base, paths })
    }

    pub(super) fn resolve(&self, specifier: &str) -> Option<PathBuf> {
        self.paths.iter().find_map(|(pattern, targets)| {
            let rest = match pattern.split_once('*') {
                Some((before, after)) => specifier.strip_prefix(before)?.strip_suffix(after)?,
                None => (pattern == specifier).then_some("")?,
            };
            targets.iter().find_map(|target| file(&tidy(&self.base.join(target.replace('*', rest)))))
        })
    }
}

/// tsconfig.json is JSON with comments and trailing commas.
fn without_comments(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut rest = text.chars().peekable();
    let mut in_string = false;
    while let Some(c) = rest.next() {
        match c {
            '\\' if in_string => {
                plain.push(c);
                plain.extend(rest.next());
            }
            '"' => {
                in_string = !in_string;
                plain.push(c);
            }
            '/' if !in_string && rest.peek() == Some(&'/') => while rest.next_if(|c| *c != '\n').is_some() {},
            '/' if !in_string && rest.peek() == Some(&'*') => {
                let mut last = ' ';
                for c in rest.by_ref() {
                    if last == '*' && c == '/' {
                        break;
                    }
                    last = c;
                }
            }
            '}' | ']' if !in_string => {
                let end = plain.trim_end().len();
                if plain[..end].ends_with(',') {
                    plain.truncate(end - 1);
                }
                plain.push(c);
            }
            c => plain.push(c),
        }
    }
    plain
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn specifiers_are_found_as_typescript_finds_them() {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path();
        for file in ["a.ts", "b.mts", "c.js", "dir/index.ts", "sub/app.ts"] {
            fs::create_dir_all(root.join(file).parent().unwrap()).unwrap();
            fs::write(root.join(file), "").unwrap();
        }
        let from = root.join("sub/app.ts");
        for (specifier, found) in [
            ("../a", Some("a.ts")),
            ("../a.js", Some("a.ts")),
            ("../a.ts", Some("a.ts")),
            ("../b.mjs", Some("b.mts")),
            ("../c.js", Some("c.js")),
            ("../dir", Some("dir/index.ts")),
            ("../gone", None),
            ("package", None),
        ] {
            assert_eq!(relative(&from, specifier), found.map(|found| root.join(found)), "{specifier}");
        }
    }

    #[test]
    fn outputs_name_each_other_relatively() {
        let name = |from, to| specifier(Path::new(from), Path::new(to));
        assert_eq!(name("/out/a.js", "/out/b.js").as_deref(), Some("./b.js"));
        assert_eq!(name("/out/sub/a.js", "/out/b.js").as_deref(), Some("../b.js"));
        assert_eq!(name("/out/a.js", "/out/sub/b.js").as_deref(), Some("./sub/b.js"));
    }

    #[test]
    fn paths_of_a_tsconfig_are_followed() {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path();
        fs::create_dir_all(root.join("src/lib")).unwrap();
        fs::write(root.join("src/lib/words.ts"), "").unwrap();
        let text = "{\n  // aliases\n  \"compilerOptions\": { /* of src */ \"baseUrl\": \"./src\",\n    \
                    \"paths\": { \"@lib/*\": [\"lib/*\"], },\n  },\n}\n";
        fs::write(root.join("tsconfig.json"), text).unwrap();
        let aliases = Aliases::find(&root.join("src/lib"), root);
        assert_eq!(aliases.resolve("@lib/words"), Some(root.join("src/lib/words.ts")));
        assert_eq!(aliases.resolve("lib/words"), Some(root.join("src/lib/words.ts")), "from baseUrl");
        assert_eq!(aliases.resolve("lodash"), None);
    }
}
