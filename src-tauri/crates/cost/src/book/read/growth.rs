//! How long one more machine of a kind takes.

use super::Reader;
use crate::book::{BookError, Growth, file::GrowthFile};

impl Reader<'_> {
    pub(super) fn growth(&self, raw: &GrowthFile) -> Result<Growth, BookError> {
        let source = self.source(&raw.source)?;
        Ok(Growth {
            kind: raw.kind.get_ref().clone(),
            notice_s: self.figure(&raw.notice_s, &source, |value| Ok(*value.get_ref()))?,
            boot_s: self.figure(&raw.boot_s, &source, |value| Ok(*value.get_ref()))?,
            deploy_s: self.figure(&raw.deploy_s, &source, |value| Ok(*value.get_ref()))?,
        })
    }
}
