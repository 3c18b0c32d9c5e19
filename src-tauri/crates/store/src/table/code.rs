//! The files of revisions, and when an app's code was which: so that old code can be laid beside newer. Texts are kept
//! once, however many revisions have them.

use rusqlite::{OptionalExtension, Result, Row, params};

use super::payload::{pack, unpack};
use crate::{
    database::Writer,
    entry::{CodeEntry, CodeFile, KeptText, Micros},
    error::ReadError,
    migrations::Migration,
    reader::Reader,
};

pub(crate) const MIGRATIONS: &[Migration] = &[(
    4,
    // `kept`: whether there is a text of it, or why not. `coding`: as in `payload`.
    "CREATE TABLE code_change (
        app_id INTEGER NOT NULL,
        at INTEGER NOT NULL,
        revision_id INTEGER NOT NULL,
        serves INTEGER NOT NULL,
        PRIMARY KEY (app_id, at)
    ) STRICT;
    CREATE INDEX code_change_by_revision ON code_change (revision_id, at);
    CREATE TABLE revision_file (
        revision_id INTEGER NOT NULL,
        path TEXT NOT NULL,
        hash BLOB NOT NULL,
        bytes INTEGER NOT NULL,
        kept TEXT NOT NULL,
        PRIMARY KEY (revision_id, path)
    ) STRICT;
    CREATE INDEX revision_file_by_hash ON revision_file (hash);
    CREATE TABLE source_text (
        hash BLOB PRIMARY KEY,
        text BLOB NOT NULL,
        coding INTEGER NOT NULL
    ) STRICT;",
)];

/// An app's code became a revision's.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CodeChangeRow {
    pub at: Micros,
    pub revision_id: i64,
    /// The revision's short hash; empty if it is not in the record.
    pub revision: String,
    /// It took over; otherwise its init failed, and the one before went on.
    pub serves: bool,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RevisionFileRow {
    pub path: String,
    pub hash: Vec<u8>,
    pub bytes: u64,
    /// `kept`, or why there is no text of it: `binary`, `too_large`, `secret`, `gone`.
    pub kept: String,
}

impl RevisionFileRow {
    fn read(row: &Row<'_>) -> Result<Self> {
        Ok(Self {
            path: row.get(0)?,
            hash: row.get(1)?,
            bytes: row.get::<_, i64>(2)?.cast_unsigned(),
            kept: row.get(3)?,
        })
    }
}

impl Reader {
    /// What the app's code was until a moment, newest first.
    pub fn code_changes(
        &self,
        app_id: i64,
        until: Micros,
        limit: u32,
    ) -> std::result::Result<Vec<CodeChangeRow>, ReadError> {
        self.query("changes of code", |conn| {
            let sql = "SELECT c.at, c.revision_id, ifnull(r.hash, ''), c.serves
                 FROM code_change c LEFT JOIN revision r ON r.id = c.revision_id
                 WHERE c.app_id = ?1 AND c.at <= ?2 ORDER BY c.at DESC LIMIT ?3";
            conn.prepare_cached(sql)?
                .query_map(params![app_id, until, limit], |row| {
                    Ok(CodeChangeRow {
                        at: row.get(0)?,
                        revision_id: row.get(1)?,
                        revision: row.get(2)?,
                        serves: row.get(3)?,
                    })
                })?
                .collect()
        })
    }

    /// By path; none where retention took them.
    pub fn revision_files(&self, revision_id: i64) -> std::result::Result<Vec<RevisionFileRow>, ReadError> {
        self.query("files of a revision", |conn| {
            let sql =
                "SELECT path, hash, bytes, kept FROM revision_file WHERE revision_id = ?1 ORDER BY path";
            conn.prepare_cached(sql)?.query_map([revision_id], RevisionFileRow::read)?.collect()
        })
    }

    /// The text of a content, if it was kept.
    pub fn source_text(&self, hash: &[u8]) -> std::result::Result<Option<String>, ReadError> {
        self.query("a source text", |conn| {
            let text = conn
                .prepare_cached("SELECT text, coding FROM source_text WHERE hash = ?1")?
                .query_row([hash], |row| unpack(0, row.get(0)?, row.get(1)?))
                .optional()?;
            Ok(text.map(|text| String::from_utf8_lossy(&text).into_owned()))
        })
    }
}

impl Writer<'_> {
    pub(crate) fn put_code(&self, entry: &CodeEntry) -> Result<()> {
        let sql = "INSERT INTO code_change (app_id, at, revision_id, serves) VALUES (?1, ?2, ?3, ?4) ON CONFLICT DO NOTHING";
        self.conn.prepare_cached(sql)?.execute(params![
            entry.app_id,
            entry.at,
            entry.revision_id,
            entry.serves
        ])?;
        entry.files.iter().try_for_each(|file| self.put_file(entry.revision_id, file))
    }

    fn put_file(&self, revision_id: i64, file: &CodeFile) -> Result<()> {
        let CodeFile { path, hash, bytes, text } = file;
        let sql =
            "REPLACE INTO revision_file (revision_id, path, hash, bytes, kept) VALUES (?1, ?2, ?3, ?4, ?5)";
        self.conn.prepare_cached(sql)?.execute(params![
            revision_id,
            path,
            hash,
            bytes.cast_signed(),
            text.as_str()
        ])?;
        if let KeptText::Kept(text) = text {
            let (packed, coding) = pack(text.as_bytes());
            let sql =
                "INSERT INTO source_text (hash, text, coding) VALUES (?1, ?2, ?3) ON CONFLICT DO NOTHING";
            self.conn.prepare_cached(sql)?.execute(params![hash, packed, coding])?;
        }
        Ok(())
    }
}
