//! ES modules in JavaScript that a provider's build makes CommonJS of: those in `.js` files that no package.json calls
//! modules. Vercel does: <https://github.com/vercel/vercel/blob/main/packages/node/src/build.ts>

use std::{fs, path::Path, sync::LazyLock};

use regex::Regex;

use crate::{
    domain::{App, Language},
    project::text_of,
    registry,
    source::{Syntax, blank},
};

/// An `import` or `export` where a statement begins. In the code, strings are blanks.
static MODULE: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(?m)(?:^|;)[ \t]*(?:import(?:[ \t]+[\w$*{]|[ \t]*\{|[ \t]{3,}|[ \t]*$)|export[ \t]*(?:[{*]|(?:default|const|let|var|async|function|class)\b))")
        .expect("the pattern is a constant")
});

/// Whether an app in JavaScript is built before it runs.
pub(crate) fn compiles(app: &App) -> bool {
    app.language == Language::Node
        && registry::of(app.provider).compiles_modules
        && becomes_commonjs(&app.root.join(&app.handler))
}

pub(super) fn becomes_commonjs(source: &Path) -> bool {
    source.extension().is_some_and(|extension| extension == "js")
        && !in_module_folder(source)
        && text_of(source).is_some_and(|text| MODULE.is_match(&blank(Syntax::JavaScript, &text)))
}

/// Whether the nearest package.json says that its `.js` files are ES modules.
pub(super) fn in_module_folder(source: &Path) -> bool {
    let nearest = source.ancestors().skip(1).find_map(|folder| fs::read(folder.join("package.json")).ok());
    let manifest = nearest.and_then(|text| serde_json::from_slice::<serde_json::Value>(&text).ok());
    let kind = manifest.as_ref().and_then(|manifest| manifest.get("type")).and_then(|kind| kind.as_str());
    kind == Some("module")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn modules_are_told_by_their_syntax_and_their_package() {
        let folder = tempfile::tempdir().unwrap();
        let file = |name: &str, text: &str| {
            let file = folder.path().join(name);
            fs::create_dir_all(file.parent().unwrap()).unwrap();
            fs::write(&file, text).unwrap();
            file
        };
        for text in [
            "import x from './lib/db'\n",
            "import './setup'\n",
            "import { a } from 'b'\n",
            "import{a}from'b'\n",
            "import * as all from \"b\"\n",
            "const a = 1\nexport default (req, res) => res.end()\n",
            "function GET() {}\nexport { GET }\n",
            "export async function POST(request) {}\n",
            "#!/usr/bin/env node\nimport {\n  a,\n} from 'b'\n",
        ] {
            assert!(becomes_commonjs(&file("api/a.js", text)), "{text}");
        }
        for text in [
            "module.exports = (req, res) => res.end()\n",
            "const x = await import('./x.mjs')\n",
            "import('./x.mjs').then(run)\n",
            "// export default 1\nmodule.exports = 1\n",
            "const s = `\nexport default 1\n`\n",
            "exports.default = 1\n",
        ] {
            assert!(!becomes_commonjs(&file("api/a.js", text)), "{text}");
        }
        let module = "export default 1\n";
        assert!(!becomes_commonjs(&file("api/a.mjs", module)), "Node knows it by its name");
        file("esm/package.json", r#"{"type": "module"}"#);
        assert!(!becomes_commonjs(&file("esm/api/a.js", module)), "its package says that it is one");
        file("esm/api/package.json", "{}");
        assert!(becomes_commonjs(&file("esm/api/a.js", module)), "the nearest package counts");
    }
}
