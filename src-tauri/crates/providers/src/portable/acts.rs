//! What of a project's sources does something on the machine that a second call would do again: starts other programs,
//! whatever those do, and opens files for writing that are not seen to lie in the temporary folder. Read from the text: a
//! name that is put together while it runs is not found, and files only in Python and JavaScript.

use std::{path::Path, sync::LazyLock};

use regex::Regex;

use super::{
    Outward,
    imports::{Source, Speaks, closing, is_of, pattern},
};

// Packages that start programs, or write files by themselves.
const PYTHON: &str = "
    subprocess pty os.system os.popen os.execv os.execve os.execl os.execvp os.posix_spawn os.posix_spawnp
    asyncio.create_subprocess_exec asyncio.create_subprocess_shell pexpect plumbum sh invoke fabric
    sqlite3 dbm shelve
";
const JAVASCRIPT: &str = "
    child_process execa cross-spawn shelljs zx node-pty simple-git node:sqlite better-sqlite3 sqlite3
";
const GO: &str = "os/exec github.com/mattn/go-sqlite3";
const RUST: &str = "rusqlite";
const RUBY: &str = "open3 pty sqlite3";

pattern!(
    PYTHON_CALL,
    r"\b(?<name>os\.(?:system|popen|exec[lv]p?e?|spawn[lv]p?e?|posix_spawnp?)|create_subprocess_(?:exec|shell)|subprocess_(?:exec|shell))\s*\("
);
pattern!(RUST_CALL, r"\b(?<name>Command::new)\b");
pattern!(
    RUBY_CALL,
    r"(?m)^[ \t]*(?:\w+[ \t]*=[ \t]*)?(?<name>system|IO\.popen|Process\.spawn|Kernel\.(?:system|spawn|exec))[ (]"
);
pattern!(JAVA_CALL, r"\b(?<name>ProcessBuilder|getRuntime\(\)\.exec)\s*\(");

pattern!(PYTHON_WRITE, r"(?<name>\bopen|\bwrite_text|\bwrite_bytes)\s*\(");
pattern!(JAVASCRIPT_WRITE, r"\b(?<name>(?:write|append|output)File(?:Sync)?|createWriteStream)\s*\(");
// Of what an `open` is given: a mode that writes, or flags that do. A path's own `open` has the mode first.
pattern!(
    MODE,
    r#"(?:,|\bmode\s*=)\s*(?:mode\s*=\s*)?["'][rbtU]*[wax+][rwaxbt+]*["']|\bO_(?:WRONLY|RDWR|APPEND)\b"#
);
pattern!(MODE_FIRST, r#"^\s*["'][rbtU]*[wax+][rwaxbt+]*["']"#);
pattern!(
    TEMPORARY,
    r"(?i)\b(?:tempfile|gettempdir|mkdtemp|mkstemp|temporarydirectory|namedtemporaryfile|tmpdir)\b"
);
pattern!(
    BOUND,
    r"(?m)^[^\n]*?\b(?<name>\w+)[ \t]*(?::[^=\n]*)?=(?:[^=>\n][^\n]*)$|\bas[ \t]+(?<as>\w+)[ \t]*:"
);
pattern!(WORD, r"\w+");

/// Each once; empty for other files.
pub fn acts(file: &Path) -> Vec<Outward> {
    let Some(source) = Source::read(file) else { return Vec::new() };
    let mut found: Vec<Outward> = Vec::new();
    let mut add = |name: &str, at: usize| {
        if !found.iter().any(|one| one.name == name) {
            found.push(Outward { name: name.to_owned(), line: source.line(at) });
        }
    };
    let (packages, calls): (&str, Option<&Regex>) = match source.speaks {
        Speaks::Python => (PYTHON, Some(&PYTHON_CALL)),
        Speaks::JavaScript => (JAVASCRIPT, None),
        Speaks::Go => (GO, None),
        Speaks::Rust => (RUST, Some(&RUST_CALL)),
        Speaks::Ruby => (RUBY, Some(&RUBY_CALL)),
        Speaks::Java => ("", Some(&JAVA_CALL)),
    };
    for import in source.imports() {
        let known = |name: &str| {
            let bare = name.strip_prefix("node:").unwrap_or(name);
            packages.split_whitespace().any(|package| is_of(bare, package) || is_of(name, package))
        };
        if let Some(name) = std::iter::once(&import.name).chain(&import.parts).find(|name| known(name)) {
            add(name, import.at);
        }
    }
    for call in calls.into_iter().flat_map(|calls| calls.captures_iter(source.code())) {
        if let Some(name) = call.name("name") {
            add(name.as_str(), name.start());
        }
    }
    let writes: &Regex = match source.speaks {
        Speaks::Python => &PYTHON_WRITE,
        Speaks::JavaScript => &JAVASCRIPT_WRITE,
        Speaks::Go | Speaks::Rust | Speaks::Ruby | Speaks::Java => return found,
    };
    let temporary = temporary(&source);
    for call in writes.captures_iter(source.code()) {
        let (Some(name), Some(all)) = (call.name("name"), call.get(0)) else { continue };
        let given = given(&source, all.end());
        let is_method = source.code()[..name.start()].ends_with('.');
        let writes = MODE.is_match(given) || is_method && MODE_FIRST.is_match(given);
        if name.as_str() == "open" && !writes || is_defined(&source, name.start()) {
            continue;
        }
        // What stands before a method is the path.
        let line = source.text[..name.start()].rfind('\n').map_or(0, |end| end + 1);
        let path = &source.text[line..all.end() + given.len()];
        if !TEMPORARY.is_match(path) && !WORD.find_iter(path).any(|word| temporary.contains(&word.as_str())) {
            add(name.as_str(), name.start());
        }
    }
    found
}

/// `def open(`, `function writeFile(`.
fn is_defined(source: &Source, at: usize) -> bool {
    let before = source.code()[..at].trim_end();
    before.ends_with("def") || before.ends_with("function")
}

/// Between the parentheses of a call.
fn given(source: &Source, from: usize) -> &str {
    let end = closing(source.code(), from);
    &source.text[from..end.unwrap_or(source.text.len())]
}

/// Names that stand for something in the temporary folder, as far as a line by itself tells.
fn temporary(source: &Source) -> Vec<&str> {
    let mut names: Vec<&str> = Vec::new();
    // A name may be made of one further down.
    for _ in 0..3 {
        for bound in BOUND.captures_iter(&source.text) {
            let Some(name) = bound.name("name").or_else(|| bound.name("as")) else { continue };
            let line = source.text[..name.start()].rfind('\n').map_or(0, |end| end + 1);
            let end = source.text[name.end()..].find('\n').map_or(source.text.len(), |end| name.end() + end);
            let (before, after) = (&source.text[line..name.start()], &source.text[name.end()..end]);
            let made = if bound.name("as").is_some() { before } else { after };
            let of_one = || WORD.find_iter(made).any(|word| names.contains(&word.as_str()));
            if !names.contains(&name.as_str()) && (TEMPORARY.is_match(made) || of_one()) {
                names.push(name.as_str());
            }
        }
    }
    names
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::portable::imports;

    fn named(file: &str, text: &str) -> Vec<(String, u32)> {
        imports::named(file, text, acts)
    }

    fn names(file: &str, text: &str) -> Vec<String> {
        named(file, text).into_iter().map(|(name, _)| name).collect()
    }

    #[test]
    fn programs_that_are_started_are_told_in_every_language() {
        let python = "import os, json\nfrom subprocess import run\n\ndef handler(event, context):\n    os.system('curl x')\n";
        assert_eq!(named("a.py", python), [("subprocess".into(), 2), ("os.system".into(), 5)]);
        for (text, name) in [
            ("import asyncio\nawait asyncio.create_subprocess_exec('a')\n", "create_subprocess_exec"),
            ("from asyncio import create_subprocess_shell as run\n", "asyncio.create_subprocess_shell"),
            ("import os\nos.spawnlp(os.P_WAIT, 'a', 'a')\n", "os.spawnlp"),
            ("from os import popen, path\n", "os.popen"),
            ("import pty\n", "pty"),
        ] {
            assert_eq!(names("a.py", text), [name], "{text}");
        }
        for text in
            ["import { execSync } from 'node:child_process'", "const { exec } = require('child_process')"]
        {
            assert_eq!(names("a.mjs", text).len(), 1, "{text}");
        }
        assert_eq!(names("a.js", "const { $ } = await import('execa')"), ["execa"]);
        assert_eq!(names("a.go", "import (\n\t\"os/exec\"\n)\n"), ["os/exec"]);
        assert_eq!(names("a.rs", "fn told() { Command::new(\"a\"); }"), ["Command::new"]);
        assert_eq!(names("a.rb", "def handler(event:, context:)\n  system('a')\nend\n"), ["system"]);
        assert_eq!(
            names("A.java", "class A { void a() { new ProcessBuilder(\"a\").start(); } }"),
            ["ProcessBuilder"]
        );
    }

    #[test]
    fn files_opened_for_writing_are_told_but_for_temporary_ones() {
        for text in [
            "open('/srv/out.txt', 'a').write('x')",
            "with open(path, mode=\"wb\") as out: pass",
            "gzip.open(path, 'wt')",
            "Path(name).open('w')",
            "os.open(path, os.O_WRONLY | os.O_CREAT)",
            "open('r+', 'r+')",
        ] {
            assert_eq!(names("a.py", text), ["open"], "{text}");
        }
        assert_eq!(names("a.py", "Path('/srv/a').write_text('x')"), ["write_text"]);
        assert_eq!(names("a.mjs", "fs.appendFileSync('/srv/a', 'x')"), ["appendFileSync"]);
        for text in [
            "open(path)",
            "open('a', 'rb')",
            "open(path, encoding='ascii')",
            "# open(path, 'w')",
            "said = \"open(path, 'w')\"",
            "def open(self, path, mode='w'): pass",
            "open(os.path.join(tempfile.gettempdir(), 'a'), 'w')",
            "FILE = os.path.join(tempfile.gettempdir(), 'a')\nwith open(FILE, 'w') as file: pass",
            "with tempfile.TemporaryDirectory() as folder:\n    path = os.path.join(folder, 'a')\n    open(path, 'w')",
            "(Path(os.environ['TMPDIR']) / 'a').write_text('x')",
        ] {
            assert_eq!(names("a.py", text), [""; 0], "{text}");
        }
        let kept = "const file = path.join(os.tmpdir(), 'a')\nfs.writeFileSync(file, 'x')";
        assert_eq!(names("a.mjs", kept), [""; 0]);
    }

    #[test]
    fn what_stays_within_the_process_is_not_accused() {
        for text in
            ["import multiprocessing", "import os\nos.path.join('a')", "import asyncio", "system('a')"]
        {
            assert_eq!(named("a.py", text), [], "{text}");
        }
        for text in
            ["// require('child_process')", "const said = \"import 'child_process'\"", "/a/.exec(text)"]
        {
            assert_eq!(named("a.js", text), [], "{text}");
        }
        assert_eq!(named("a.rb", "puts 'the system is up'\n"), []);
    }
}
