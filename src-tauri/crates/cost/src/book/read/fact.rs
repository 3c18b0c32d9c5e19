//! What others say.

use super::Reader;
use crate::book::{BookError, Fact, file::FactFile};

impl Reader<'_> {
    pub(super) fn fact(&self, raw: &FactFile) -> Result<Fact, BookError> {
        Ok(Fact {
            id: raw.id.get_ref().clone(),
            row: raw.row.clone(),
            side: raw.side,
            text: raw.text.clone(),
            source: self.source(&raw.source)?,
            confidence: raw.confidence,
        })
    }
}
