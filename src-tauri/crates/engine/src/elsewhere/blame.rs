//! Whose a failure is, by the files that its trace names: where none of them is the function's own, the adapter failed,
//! and nothing is known of the function.

use std::{
    path::{Component, Path},
    sync::LazyLock,
};

use regex::Regex;

use super::folder::DEPENDENCIES;

/// A frame as Python prints it, or as Node does.
static FRAME: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r#"File "(?<python>[^"<]+)", line \d+|\bat (?:[^()\n"]*\()?(?:file://)?(?<node>(?:/?[A-Za-z]:)?[\\/][^()\n"]+?):\d+"#)
        .expect("the pattern is a constant")
});

/// Where the files of a trial lie.
#[derive(Debug)]
pub(super) struct Places<'a> {
    /// The trial's own, which shows the code with the adapter beside it.
    pub(super) folder: &'a Path,
    /// Where the links of that lead to, and what a build's code was made of.
    pub(super) code: [&'a Path; 2],
    /// What Coldframe runs functions with, which may lie below a project.
    pub(super) work: &'a Path,
}

impl Places<'_> {
    /// Whether a failure that printed these lines passed through the adapter and through nothing of the function's own.
    pub(super) fn is_adapters(&self, adapter: &str, lines: &[String]) -> bool {
        let mut passed = false;
        for line in lines {
            for frame in FRAME.captures_iter(line) {
                let file = frame.name("python").or(frame.name("node")).map_or("", |file| file.as_str());
                match self.below(Path::new(file)) {
                    Some(below) if below == Path::new(adapter) => passed = true,
                    Some(_) => return false,
                    None => {}
                }
            }
        }
        passed
    }

    /// Relative to the code; `None` for what is neither the function's nor the adapter's.
    fn below<'a>(&self, file: &'a Path) -> Option<&'a Path> {
        let below = match file.strip_prefix(self.folder) {
            Ok(below) => below,
            Err(_) if file.is_relative() => file,
            Err(_) if file.starts_with(self.work) && !self.code[0].starts_with(self.work) => return None,
            Err(_) => self.code.iter().find_map(|code| file.strip_prefix(code).ok())?,
        };
        let installed = |part: Component<'_>| {
            DEPENDENCIES.iter().chain(&["site-packages"]).any(|name| part.as_os_str() == *name)
        };
        (!below.components().any(installed)).then_some(below)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PLACES: [&str; 3] = ["/data/built/elsewhere/1", "/p/api", "/data/built"];

    fn is_adapters(adapter: &str, text: &str) -> bool {
        let [folder, code, work] = PLACES.map(Path::new);
        let lines: Vec<_> = text.lines().map(str::to_owned).collect();
        Places { folder, code: [code, code], work }.is_adapters(adapter, &lines)
    }

    #[test]
    fn a_failure_is_the_adapters_where_no_frame_is_the_functions() {
        let adapter = "  File \"/data/built/elsewhere/1/on_ibm.py\", line 9, in main\n";
        let bootstrap = "  File \"/data/built/bootstraps/python/ibm.py\", line 3, in <module>\n";
        let library =
            "  File \"/data/built/elsewhere/1/.venv/lib/python3.12/site-packages/flask/app.py\", line 1\n";
        let own = "  File \"/data/built/elsewhere/1/lambda_function.py\", line 2, in handler\n";
        let ends = "KeyError: '__ce_body'\n";
        assert!(is_adapters("on_ibm.py", &[bootstrap, adapter, library, ends].concat()));
        assert!(!is_adapters("on_ibm.py", &[bootstrap, adapter, own, ends].concat()));
        assert!(
            !is_adapters("on_ibm.py", &[adapter, "  File \"main.py\", line 2\n"].concat()),
            "by its path"
        );
        assert!(!is_adapters("on_ibm.py", &[bootstrap, ends].concat()), "it never came to the adapter");
        assert!(!is_adapters("on_ibm.py", ends), "nothing is told");
    }

    #[test]
    fn frames_of_node_are_known_by_their_files_where_links_lead() {
        let adapter = "    at main (file:///data/built/elsewhere/1/on_ibm.mjs:7:9)\n";
        let inner =
            "    at Function.from (node:buffer:330:9)\n    at /data/built/bootstraps/node/ibm.cjs:3:1\n";
        let ends = "TypeError [ERR_INVALID_ARG_TYPE]: The first argument\n";
        assert!(is_adapters("on_ibm.mjs", &[ends, inner, adapter].concat()));
        assert!(!is_adapters(
            "on_ibm.mjs",
            &[ends, "    at handler (/p/api/index.js:1:2)\n", adapter].concat()
        ));
        assert!(is_adapters(
            "on_ibm.mjs",
            &[ends, "    at use (/p/api/node_modules/express/index.js:1:2)\n", adapter].concat()
        ));
        let logged = r#"Invoke Error {"stack":["TypeError: no","    at file:///data/built/elsewhere/1/on_ibm.mjs:7:9"]}"#;
        assert!(is_adapters("on_ibm.mjs", logged), "as Lambda's runtime logs it");
    }
}
