//! How many tests passed and failed, read from what the test runners print.

/// Tests that passed and failed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Count {
    pub(crate) passed: usize,
    pub(crate) failed: usize,
}

impl Count {
    pub(crate) fn add(&mut self, other: Self) {
        self.passed += other.passed;
        self.failed += other.failed;
    }

    /// What one line of output says:
    /// - cargo: `test result: ok. 4 passed; 1 failed; 0 ignored; …`
    /// - Vitest: `     Tests  1 failed | 3 passed (4)`
    /// - node:test: `ℹ pass 3`, `# fail 0`
    /// - Mocha and WebdriverIO: `3 passing (2s)`, `1 failing`
    pub(crate) fn in_line(line: &str) -> Self {
        let line = plain(line);
        // WebdriverIO says in brackets which browser it was.
        let line =
            line.strip_prefix('[').and_then(|rest| rest.split_once("] ")).map_or(&*line, |(_, rest)| rest);
        let words: Vec<&str> = line.split([' ', '\t', ';', '|']).filter(|word| !word.is_empty()).collect();
        let before = |name: &str| {
            let at = words.iter().position(|word| *word == name)?;
            words.get(at.checked_sub(1)?)?.parse().ok()
        };
        let both = |passed: Option<usize>, failed: Option<usize>| Self {
            passed: passed.unwrap_or(0),
            failed: failed.unwrap_or(0),
        };
        match *words.as_slice() {
            ["test", "result:", ..] | ["Tests", ..] => both(before("passed"), before("failed")),
            ["ℹ" | "#", "pass", passed] => both(passed.parse().ok(), None),
            ["ℹ" | "#", "fail", failed] => both(None, failed.parse().ok()),
            [count, "passing", ..] => both(count.parse().ok(), None),
            [count, "failing", ..] => both(None, count.parse().ok()),
            _ => Self::default(),
        }
    }
}

/// The line without colours.
fn plain(line: &str) -> String {
    let mut plain = String::with_capacity(line.len());
    let mut rest = line;
    while let Some((before, escape)) = rest.split_once("\u{1b}[") {
        plain.push_str(before);
        rest = escape.split_once(|end: char| end.is_ascii_alphabetic()).map_or("", |(_, after)| after);
    }
    plain.push_str(rest);
    plain
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_runner_is_understood() {
        let cases = [
            ("test result: ok. 19 passed; 0 failed; 0 ignored; 0 measured; 0 filtered out", 19, 0),
            ("test result: FAILED. 3 passed; 2 failed; 1 ignored; 0 measured; 0 filtered out", 3, 2),
            ("      Tests  1 failed | 41 passed (42)", 41, 1),
            ("\u{1b}[2m      Tests \u{1b}[22m \u{1b}[1m\u{1b}[32m41 passed\u{1b}[39m\u{1b}[22m (41)", 41, 0),
            (" Test Files  3 passed (3)", 0, 0),
            ("ℹ pass 7", 7, 0),
            ("# fail 2", 0, 2),
            ("    4 passing (1s)", 4, 0),
            ("[WebKitGTK 2.50 linux #0-0] 4 passing (2.1s)", 4, 0),
            ("    1 failing", 0, 1),
            ("test tests::pass 3 ... ok", 0, 0),
        ];
        for (line, passed, failed) in cases {
            assert_eq!(Count::in_line(line), Count { passed, failed }, "{line}");
        }
    }
}
