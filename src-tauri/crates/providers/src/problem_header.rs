//! `coldframe-problem`: what a provider keeps for its own logs, beside a page of its own that says nothing. Ours.
//!
//! One line of at most 500 characters. What is not printable ASCII is percent-encoded as UTF-8, and so is `%`:
//! `decodeURIComponent` reads it.

use http::{HeaderMap, HeaderName, HeaderValue};
use percent_encoding::{AsciiSet, CONTROLS, utf8_percent_encode};

const PROBLEM: HeaderName = HeaderName::from_static("coldframe-problem");
const LONGEST: usize = 500;
const ENCODED: &AsciiSet = &CONTROLS.add(b'%');

pub(crate) fn explain(headers: &mut HeaderMap, problem: &str) {
    let line: String = problem.chars().take(LONGEST).map(|c| if c.is_control() { ' ' } else { c }).collect();
    if let Ok(value) = HeaderValue::from_str(&utf8_percent_encode(line.trim(), ENCODED).to_string()) {
        headers.insert(PROBLEM, value);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_ascii_has_not_can_be_read_again() {
        let mut headers = HeaderMap::new();
        explain(&mut headers, "bad \u{fc}\nat 5%");
        assert_eq!(headers[PROBLEM], "bad %C3%BC at 5%25");
    }
}
