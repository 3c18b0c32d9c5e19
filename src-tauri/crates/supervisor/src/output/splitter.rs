//! Bytes into lines. Nothing is lost but what exceeds the longest line, and that is counted.

use super::LONGEST_LINE;

/// A line and how many bytes of it were cut.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Piece {
    pub(super) text: String,
    pub(super) cut: u64,
}

#[derive(Debug, Default)]
pub(super) struct Splitter {
    partial: Vec<u8>,
    cut: u64,
}

impl Splitter {
    pub(super) fn push(&mut self, bytes: &[u8], mut each: impl FnMut(Piece)) {
        for part in bytes.split_inclusive(|byte| *byte == b'\n') {
            match part.strip_suffix(b"\n") {
                None => self.keep(part),
                Some(part) if self.partial.is_empty() && part.len() <= LONGEST_LINE => {
                    each(Piece { text: text(part, false), cut: 0 });
                }
                Some(part) => {
                    self.keep(part);
                    each(self.finish());
                }
            }
        }
    }

    /// The unfinished line, if there is one.
    pub(super) fn flush(&mut self) -> Option<Piece> {
        (!self.partial.is_empty()).then(|| self.finish())
    }

    fn keep(&mut self, part: &[u8]) {
        let (kept, cut) = part.split_at(part.len().min(LONGEST_LINE - self.partial.len()));
        self.partial.extend_from_slice(kept);
        self.cut += cut.len() as u64;
    }

    fn finish(&mut self) -> Piece {
        let cut = std::mem::take(&mut self.cut);
        let mut text = text(&self.partial, cut > 0);
        if cut > 0 {
            text.push_str(&format!(" … [{cut} bytes of this line left out]"));
        }
        // A single huge line must not hold its buffer for the rest of the child's life.
        if self.partial.capacity() > LONGEST_LINE / 4 {
            self.partial = Vec::new();
        }
        self.partial.clear();
        Piece { text, cut }
    }
}

fn text(mut bytes: &[u8], cut: bool) -> String {
    if cut {
        // The cut may have gone through the middle of a character.
        if let Err(error) = std::str::from_utf8(bytes)
            && error.error_len().is_none()
        {
            bytes = &bytes[..error.valid_up_to()];
        }
    } else if let Some(rest) = bytes.strip_suffix(b"\r") {
        bytes = rest;
    }
    String::from_utf8_lossy(bytes).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(chunks: &[&[u8]]) -> Vec<Piece> {
        let mut splitter = Splitter::default();
        let mut lines = Vec::new();
        for chunk in chunks {
            splitter.push(chunk, |piece| lines.push(piece));
        }
        lines.extend(splitter.flush());
        lines
    }

    fn whole(text: &str) -> Piece {
        Piece { text: text.to_owned(), cut: 0 }
    }

    #[test]
    fn chunks_do_not_decide_where_lines_end() {
        assert_eq!(lines(&[b"one\ntw", b"o\r\n\nthree"]), ["one", "two", "", "three"].map(whole));
    }

    #[test]
    fn a_character_split_between_chunks_survives() {
        assert_eq!(lines(&[b"gr\xc3", b"\xbcn\n"]), [whole("grün")]);
    }

    #[test]
    fn bytes_that_are_no_text_are_shown_as_such() {
        assert_eq!(lines(&[b"a\xffb\n"]), [whole("a\u{fffd}b")]);
    }

    #[test]
    fn a_huge_line_is_cut_at_a_character_and_the_next_is_whole() {
        let mut long = vec![b'a'];
        long.extend("ü".repeat(LONGEST_LINE).into_bytes());
        let found = lines(&[&long[..1000], &long[1000..], b"\nnext\n"]);
        assert_eq!(found.len(), 2);
        assert_eq!(found[0].cut, (long.len() - LONGEST_LINE) as u64);
        assert!(found[0].text.ends_with("left out]") && !found[0].text.contains('\u{fffd}'));
        assert_eq!(found[1], whole("next"));
    }
}
