//! What a process printed, where that says more than how it ended.

use std::sync::LazyLock;

use regex::Regex;

/// The last line that names an error: a framework that answers 500 tells its caller nothing.
pub(crate) fn error_in(lines: &[String]) -> Option<String> {
    static ERROR: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(r"^(?:\[\w+\] )?[\w.]*(?:Error|Exception)\b.*").expect("the pattern is a constant")
    });
    lines
        .iter()
        .rev()
        .flat_map(|line| line.lines().rev())
        .find_map(|line| Some(ERROR.find(line.trim_start())?.as_str().to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_error_is_found_in_what_was_printed() {
        let lines = |text: &str| text.lines().map(str::to_owned).collect::<Vec<_>>();
        let python = lines(
            "starts\nTraceback (most recent call last):\n  File \"a.py\", line 1\nKeyError: 'AWS_REGION'\n",
        );
        assert_eq!(error_in(&python).as_deref(), Some("KeyError: 'AWS_REGION'"));
        let node = lines("TypeError: res.send is not a function\n    at handler (/a.js:1:2)");
        assert_eq!(error_in(&node).as_deref(), Some("TypeError: res.send is not a function"));
        assert_eq!(error_in(&lines("no Error here is one")), None);
    }
}
