//! What a revision changed against the one before: its files, line by line, and its settings.

mod difference;
mod imported;

use std::collections::{BTreeMap, BTreeSet};

use coldframe_protocol as wire;
use coldframe_store::{CodeChangeRow, RevisionFileRow, RevisionRow};
use time::{OffsetDateTime, format_description::well_known::Rfc3339};

use self::difference::Side;
use crate::{Report, ReportError, wording::moment};

/// Changes of an app that are looked through for a revision.
const LOOKED_AT: u32 = 1_000;

impl Report {
    /// # Errors
    /// There is no such function; a time that is none; the record cannot be read.
    pub fn revision_change(&self, query: &wire::RevisionQuery) -> Result<wire::RevisionChange, ReportError> {
        let function = self.function(query.function)?;
        let until = query.until.as_deref().map(micros).transpose()?.unwrap_or(i64::MAX);
        let changes = self.reader.code_changes(function.app_id, until, LOOKED_AT)?;
        let mut from = changes.iter().skip_while(|change| change.revision != query.revision);
        let unknown = wire::RevisionChange {
            revision: query.revision.clone(),
            made_at: None,
            before: None,
            files: Vec::new(),
            settings: Vec::new(),
            note: None,
        };
        let Some(this) = from.next() else {
            let note = Some("the record does not have the files of this revision".to_owned());
            return Ok(wire::RevisionChange { note, ..unknown });
        };
        match from.find(|change| change.serves && change.revision_id != this.revision_id) {
            Some(before) => self.between(this, before),
            None => Ok(wire::RevisionChange {
                made_at: Some(moment(this.at)),
                note: Some("the record knows no revision before this one".to_owned()),
                ..unknown
            }),
        }
    }

    /// The newest revision whose every file is what `hash_of` its path says: short hash.
    ///
    /// # Errors
    /// There is no such function; the record cannot be read.
    pub fn revision_of_files(
        &self,
        function: i64,
        mut hash_of: impl FnMut(&str) -> Option<[u8; 32]>,
    ) -> Result<Option<String>, ReportError> {
        let app = self.function(function)?.app_id;
        let mut seen = BTreeSet::new();
        for change in self.reader.code_changes(app, i64::MAX, LOOKED_AT)? {
            if !change.serves || !seen.insert(change.revision_id) {
                continue;
            }
            let files = self.reader.revision_files(change.revision_id)?;
            let same =
                |file: &RevisionFileRow| hash_of(&file.path).is_some_and(|hash| hash[..] == file.hash[..]);
            if !files.is_empty() && files.iter().all(same) {
                return Ok(Some(change.revision));
            }
        }
        Ok(None)
    }

    pub(crate) fn between(
        &self,
        this: &CodeChangeRow,
        before: &CodeChangeRow,
    ) -> Result<wire::RevisionChange, ReportError> {
        let files = |of: &CodeChangeRow| -> Result<BTreeMap<String, RevisionFileRow>, ReportError> {
            let rows = self.reader.revision_files(of.revision_id)?;
            Ok(rows.into_iter().map(|row| (row.path.clone(), row)).collect())
        };
        let (mut old, new) = (files(before)?, files(this)?);
        let mut told = Vec::new();
        for (path, row) in &new {
            let was = old.remove(path);
            if was.as_ref().is_none_or(|was| was.hash != row.hash) {
                told.push(difference::file(path, self.side(was.as_ref())?, self.side(Some(row))?));
            }
        }
        for (path, row) in &old {
            told.push(difference::file(path, self.side(Some(row))?, Side::Absent));
        }
        told.sort_by(|a, b| a.path.cmp(&b.path));
        let revision = |of: &CodeChangeRow| self.reader.revision(of.revision_id);
        let settings = match (revision(before)?, revision(this)?) {
            (Some(before), Some(this)) => settings(&before, &this),
            _ => Vec::new(),
        };
        let note = (told.is_empty() && settings.is_empty()).then(|| {
            "no file of it that is recorded changed: its environment, its handler or its runtime did"
                .to_owned()
        });
        Ok(wire::RevisionChange {
            revision: this.revision.clone(),
            made_at: Some(moment(this.at)),
            before: Some(before.revision.clone()),
            files: told,
            settings,
            note,
        })
    }

    fn side(&self, file: Option<&RevisionFileRow>) -> Result<Side, ReportError> {
        let Some(file) = file else { return Ok(Side::Absent) };
        Ok(match file.kept.as_str() {
            "kept" => match self.reader.source_text(&file.hash)? {
                Some(text) => Side::Text(text),
                None => Side::Untold("its text is not in the record any more"),
            },
            "binary" => Side::Untold("it is no text"),
            "too_large" => Side::Untold("it is too large to be recorded"),
            "secret" => Side::Untold("it may hold secrets, and is not recorded"),
            _ => Side::Untold("it was saved again before it could be read"),
        })
    }
}

fn settings(before: &RevisionRow, this: &RevisionRow) -> Vec<String> {
    let told = |what: &str, old: String, new: String| (old != new).then(|| format!("{what} {old} → {new}"));
    let memory = |row: &RevisionRow| format!("{} MB", row.memory_mb);
    let timeout = |row: &RevisionRow| format!("{} s", row.timeout_ms as f64 / 1000.0);
    [
        told("memory", memory(before), memory(this)),
        told("timeout", timeout(before), timeout(this)),
        told("architecture", before.architecture.clone(), this.architecture.clone()),
    ]
    .into_iter()
    .flatten()
    .collect()
}

fn micros(text: &str) -> Result<i64, ReportError> {
    let at = OffsetDateTime::parse(text, &Rfc3339).map_err(|_| {
        ReportError::Invalid(format!("{text:?} is no time; write it as 2026-11-21T09:30:00Z"))
    })?;
    i64::try_from(at.unix_timestamp_nanos() / 1000)
        .map_err(|_| ReportError::Invalid(format!("{text:?} is out of range")))
}
