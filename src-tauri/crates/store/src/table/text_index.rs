//! Which stretch of the record may hold a text: what functions wrote, and the bodies and errors of calls. For each few
//! of them the groups of three characters that occur, in an FTS5 index; so a rare word is found among millions of rows
//! without reading them. It only narrows: whether a row really has the text is asked of the row.
//!
//! A row of the index stands for up to [`BLOCK`] rows, because neighbours say much the same: that is what keeps it
//! small. It is written by the importer, never on a call's way.

use rusqlite::{Connection, OptionalExtension, Result, params};

use crate::{database::Writer, level::uncoloured, migrations::Migration};

pub(crate) const MIGRATIONS: &[Migration] = &[(
    4,
    // `kind` as in `Kind`; `first` and `last` are ids of lines or of calls. Without positions, columns or the text
    // itself: rows of the record have that. Groups are written as words, so any tokenizer of words does.
    "CREATE TABLE text_block (
        id INTEGER PRIMARY KEY,
        kind INTEGER NOT NULL,
        first INTEGER NOT NULL,
        last INTEGER NOT NULL
    ) STRICT;
    CREATE VIRTUAL TABLE text_gram USING fts5 (grams, content='', contentless_delete=1, detail=none, tokenize='ascii');
    CREATE TRIGGER text_block_gone AFTER DELETE ON text_block
        BEGIN DELETE FROM text_gram WHERE rowid = old.id; END;",
)];

/// Rows of the record in one row of the index. More would make it smaller, until ids and other random texts in
/// every row make all blocks look alike.
const BLOCK: usize = 32;
/// Ids further apart are not in one block (a second, as the engine makes ids): the stretch is read to find the row.
const APART: i64 = 1000 << 12;
/// More groups of a word than this make no answer more exact.
const ASKED: usize = 24;
/// Rows of the record come a little out of order: only so many blocks in a row that lie behind say that all do.
const STRAYS: u32 = 8;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Line = 0,
    Call = 1,
}

/// Where a text may be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Block {
    pub(super) kind: Kind,
    pub(super) first: i64,
    pub(super) last: i64,
}

/// What one batch adds to the index.
#[derive(Debug, Default)]
pub(crate) struct Texts {
    lines: Vec<(i64, String)>,
    calls: Vec<(i64, String)>,
}

impl Texts {
    pub(crate) fn line(&mut self, id: i64, text: &str) {
        self.lines.push((id, folded(text)));
    }

    pub(crate) fn call<'a>(&mut self, id: i64, texts: impl IntoIterator<Item = &'a [u8]>) {
        let mut all = String::new();
        for text in texts {
            // What is no text has none; one that is cut off within a character is read up to there.
            let valid = text.utf8_chunks().next().map_or("", |chunk| chunk.valid());
            all.push_str(&valid.to_lowercase());
            all.push('\n');
        }
        if !all.is_empty() {
            self.calls.push((id, all));
        }
    }

    pub(crate) fn write(self, writer: &Writer<'_>) -> Result<()> {
        put(writer, Kind::Line, self.lines)?;
        put(writer, Kind::Call, self.calls)
    }
}

fn put(writer: &Writer<'_>, kind: Kind, mut texts: Vec<(i64, String)>) -> Result<()> {
    texts.sort_unstable_by_key(|(id, _)| *id);
    let mut rest = texts.as_slice();
    while let Some(((first, _), _)) = rest.split_first() {
        let near = rest.iter().take(BLOCK).take_while(|(id, _)| id - first <= APART).count();
        let (block, after) = rest.split_at(near.max(1));
        let last = block.last().map_or(*first, |(id, _)| *id);
        let sql = "INSERT INTO text_block (kind, first, last) VALUES (?1, ?2, ?3)";
        writer.conn.prepare_cached(sql)?.execute(params![kind as i64, first, last])?;
        let words = words(grams(block.iter().map(|(_, text)| text.as_str())));
        let sql = "INSERT INTO text_gram (rowid, grams) VALUES (?1, ?2)";
        writer.conn.prepare_cached(sql)?.execute(params![writer.conn.last_insert_rowid(), words])?;
        rest = after;
    }
    Ok(())
}

/// As a line is searched: whatever its case and its terminal colours.
pub(super) fn folded(text: &str) -> String {
    uncoloured(text).to_lowercase()
}

/// Each group of three characters once.
fn grams<'a>(texts: impl IntoIterator<Item = &'a str>) -> Vec<u64> {
    let mut found = Vec::new();
    for text in texts {
        let mut group = 0;
        for (place, character) in text.chars().enumerate() {
            group = ((group << 21) | u64::from(u32::from(character))) & ((1 << 63) - 1);
            if place >= 2 {
                found.push(group);
            }
        }
    }
    found.sort_unstable();
    found.dedup();
    found
}

fn words(grams: Vec<u64>) -> String {
    let mut out = String::with_capacity(14 * grams.len());
    for gram in grams {
        use std::fmt::Write as _;
        let _ = write!(out, "{gram:x} ");
    }
    out
}

/// What a text asks of the index; `None` if that is too short for it.
pub(super) fn question(text: &str) -> Option<String> {
    let mut all = grams([folded(text).as_str()]);
    let step = all.len().div_ceil(ASKED).max(1);
    all = all.into_iter().step_by(step).collect();
    let quoted: Vec<String> = all.iter().map(|gram| format!("\"{gram:x}\"")).collect();
    (!quoted.is_empty()).then(|| quoted.join(" AND "))
}

/// Gives the blocks that may have what is asked for to `look`, the newest first (or the oldest), until that says that
/// they lie behind all that is wanted.
pub(super) fn blocks(
    conn: &Connection,
    question: &str,
    newest_first: bool,
    mut look: impl FnMut(Block) -> Result<Behind>,
) -> Result<()> {
    let order = if newest_first { "DESC" } else { "ASC" };
    let sql = format!(
        "SELECT b.kind, b.first, b.last FROM text_gram g CROSS JOIN text_block b ON b.id = g.rowid
         WHERE text_gram MATCH ?1 ORDER BY g.rowid {order}"
    );
    let mut statement = conn.prepare_cached(&sql)?;
    let mut rows = statement.query([question])?;
    let mut behind = 0;
    while let Some(row) = rows.next()? {
        let kind = if row.get::<_, i64>(0)? == Kind::Line as i64 { Kind::Line } else { Kind::Call };
        match look(Block { kind, first: row.get(1)?, last: row.get(2)? })? {
            Behind::Yes => behind += 1,
            Behind::No => behind = 0,
        }
        if behind > STRAYS {
            break;
        }
    }
    Ok(())
}

/// Whether a block lies beyond all that is still wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Behind {
    Yes,
    No,
}

/// What is older was recorded before there was an index; `None` while nothing is in it.
pub(super) fn begins(conn: &Connection) -> Result<Option<i64>> {
    // Blocks are written in the order of time, but for strays.
    let sql = "SELECT min(first) FROM (SELECT first FROM text_block ORDER BY id LIMIT 64)";
    conn.prepare_cached(sql)?.query_row([], |row| row.get(0)).optional().map(Option::flatten)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whatever_holds_a_word_has_all_its_groups() {
        let line = "\u{1b}[31mERROR\u{1b}[0m Zażółć GĘŚLĄ jaźń 10µs \u{1F600}done";
        let has = grams([folded(line).as_str()]);
        for word in ["error zaż", "gęśl", "ŹŃ 10µ", "😀don", "done"] {
            let wanted = grams([folded(word).as_str()]);
            assert!(!wanted.is_empty() && wanted.iter().all(|gram| has.contains(gram)), "{word}");
        }
        assert!(!grams(["erro"]).iter().all(|gram| grams(["error".split_at(3).0]).contains(gram)));
    }

    #[test]
    fn a_short_word_asks_nothing_and_a_long_one_not_too_much() {
        assert_eq!(question("ab"), None);
        assert_eq!(question("ABC"), question("abc"));
        let long: String = ('a'..='z').chain('0'..='9').cycle().take(5_000).collect();
        assert!(question(&long).is_some_and(|asked| asked.matches("AND").count() < ASKED));
    }
}
