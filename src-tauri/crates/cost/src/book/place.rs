//! Where in a book something is wrong.

use std::{collections::HashSet, fmt, ops::Range};

use rust_decimal::Decimal;
use toml::Spanned;

use super::file::Exact;
use crate::money::Usd;

/// A mistake in a price book, with where it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BookError {
    pub file: String,
    /// From 1.
    pub line: usize,
    /// Lower case, no final full stop.
    pub message: String,
}

impl fmt::Display for BookError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}: {}", self.file, self.line, self.message)
    }
}

impl std::error::Error for BookError {}

/// Turns a byte range of the text into a line for an error.
#[derive(Clone, Copy)]
pub(super) struct Place<'a> {
    pub(super) name: &'a str,
    pub(super) text: &'a str,
}

impl Place<'_> {
    pub(super) fn error(self, span: Range<usize>, message: impl Into<String>) -> BookError {
        let before = self.text.as_bytes().iter().take(span.start);
        let line = before.filter(|byte| **byte == b'\n').count() + 1;
        BookError { file: self.name.to_owned(), line, message: message.into() }
    }

    pub(super) fn positive<T>(self, at: &Spanned<T>, value: Decimal) -> Result<Decimal, BookError> {
        if value <= Decimal::ZERO {
            return Err(self.error(at.span(), format!("{value} must be more than 0")));
        }
        Ok(value)
    }

    pub(super) fn usd(self, at: &Spanned<Exact>) -> Result<Usd, BookError> {
        let Exact(usd) = *at.get_ref();
        if usd.is_sign_negative() {
            return Err(self.error(at.span(), format!("a price cannot be negative: {usd}")));
        }
        Ok(Usd(usd))
    }

    pub(super) fn date(self, date: Spanned<String>) -> Result<String, BookError> {
        let shape: String =
            date.get_ref().chars().map(|c| if c.is_ascii_digit() { '9' } else { c }).collect();
        let part = |from: usize| date.get_ref().get(from..from + 2).and_then(|part| part.parse::<u8>().ok());
        let exists = part(5).is_some_and(|month| (1..=12).contains(&month))
            && part(8).is_some_and(|day| (1..=31).contains(&day));
        if shape != "9999-99-99" || !exists {
            return Err(
                self.error(date.span(), format!("{:?} is not a date like 2026-11-20", date.get_ref()))
            );
        }
        Ok(date.into_inner())
    }

    pub(super) fn unique<'s>(
        self,
        what: &str,
        ids: impl Iterator<Item = &'s Spanned<String>>,
    ) -> Result<(), BookError> {
        let mut seen = HashSet::new();
        for id in ids {
            if !seen.insert(id.get_ref()) {
                return Err(self.error(id.span(), format!("there is already a {what} {:?}", id.get_ref())));
            }
        }
        Ok(())
    }
}
