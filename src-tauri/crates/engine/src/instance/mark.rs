//! The mark that our bootstraps put before a line, where an instance has many calls at a time: which of them wrote it.

/// Before the id; a record separator is in no line of text.
const OPENS: &str = "\u{1e}coldframe:";
const CLOSES: char = '\u{1f}';

/// The id of the call that wrote the line, and the line without the mark.
pub(super) fn split(line: &str) -> (Option<&str>, &str) {
    match line.strip_prefix(OPENS).and_then(|rest| rest.split_once(CLOSES)) {
        Some((id, text)) => (Some(id), text),
        None => (None, line),
    }
}

#[cfg(test)]
mod tests {
    use super::split;

    #[test]
    fn a_line_without_a_whole_mark_is_as_it_was_written() {
        assert_eq!(split("\u{1e}coldframe:a-1\u{1f}[INFO] hi"), (Some("a-1"), "[INFO] hi"));
        assert_eq!(split("\u{1e}coldframe:a-1\u{1f}"), (Some("a-1"), ""));
        for plain in ["", "hi", "\u{1e}{\"a\": 1}", "\u{1e}coldframe:a-1", "x\u{1e}coldframe:a\u{1f}"] {
            assert_eq!(split(plain), (None, plain));
        }
    }
}
