//! Opening the record: from whatever a directory holds to a file of this version with nothing left open.

use std::{
    io,
    path::{Path, PathBuf},
};

use crate::{
    database::{self, Refusal},
    entry::Micros,
    error::OpenError,
    importer::Importer,
    journal::{
        BATCH_BYTES, Journal, Position,
        frame::FORMAT,
        segment::{self, Frames, Next, Unreadable},
    },
    store::Opened,
};

/// A file up to this size is read through after a host that was not closed in order.
const CHECKED: u64 = 64 << 20;

pub(crate) struct Ready {
    pub(crate) importer: Importer,
    pub(crate) journal: Journal,
    pub(crate) position: Position,
    pub(crate) opened: Opened,
}

pub(crate) fn open(dir: &Path, now_us: Micros) -> Result<Ready, OpenError> {
    probe(dir)?;
    let file = database::path(dir);
    let failed = |operation| {
        let file = file.clone();
        move |source| OpenError::Sqlite { operation, file, source }
    };
    let leftovers = list(dir)?;
    let mut opened = Opened::default();
    let conn = open_database(dir, &file, !leftovers.is_empty(), now_us, &mut opened.set_aside)?;
    let mut importer = Importer::new(conn).map_err(failed("read"))?;
    let imported = importer.imported().map_err(failed("read"))?;
    for number in &leftovers {
        let (entries, damaged) = import_segment(dir, *number, imported, &mut importer)?;
        opened.imported += entries;
        if damaged {
            opened.damaged.push(set_segment_aside(dir, *number, now_us)?);
        }
    }
    let left = importer.close_open().map_err(failed("close what was open in"))?;
    (opened.interrupted, opened.pending_events) = (left.interrupted, left.pending_events);
    importer.close_days(now_us).map_err(failed("close the days of"))?;
    // Their entries are committed; should one stay, its place in the record says that it was imported.
    for number in &leftovers {
        let _ = std::fs::remove_file(segment::path(dir, *number));
    }
    let number = leftovers.last().copied().unwrap_or(0).max(imported.segment) + 1;
    let journal = Journal::begin(dir, number)
        .map_err(|source| OpenError::NotWritable { dir: dir.to_owned(), source })?;
    let position = Position { segment: number, offset: 0 };
    Ok(Ready { importer, journal, position, opened })
}

/// Makes the directory, and makes sure that files can be made in it: SQLite's own message would name neither.
fn probe(dir: &Path) -> Result<(), OpenError> {
    let file = dir.join("record.probe");
    let tried = std::fs::create_dir_all(dir)
        .and_then(|()| std::fs::write(&file, b""))
        .and_then(|()| std::fs::remove_file(&file));
    tried.map_err(|source| OpenError::NotWritable { dir: dir.to_owned(), source })
}

fn list(dir: &Path) -> Result<Vec<u64>, OpenError> {
    segment::list(dir).map_err(|source| OpenError::Io { operation: "read", file: dir.to_owned(), source })
}

fn open_database(
    dir: &Path,
    file: &Path,
    after_crash: bool,
    now_us: Micros,
    aside: &mut Option<PathBuf>,
) -> Result<rusqlite::Connection, OpenError> {
    if database::damage_mark(dir).exists() {
        *aside = Some(database::set_aside(dir, now_us)?);
    }
    let check = after_crash && file.metadata().is_ok_and(|data| data.len() <= CHECKED);
    let damage = match database::open_writer(file, check) {
        Ok(conn) => return Ok(conn),
        Err(Refusal::Stop(error)) => return Err(error),
        Err(Refusal::Damaged(error)) => error,
    };
    // Who opens it tells the person.
    tracing::info!(error = %damage, file = %file.display(), "the record is damaged and set aside");
    *aside = Some(database::set_aside(dir, now_us)?);
    database::open_writer(file, false).map_err(|refusal| match refusal {
        Refusal::Stop(error) => error,
        Refusal::Damaged(source) => {
            OpenError::Sqlite { operation: "begin anew", file: file.to_owned(), source }
        }
    })
}

fn set_segment_aside(dir: &Path, number: u64, now_us: Micros) -> Result<PathBuf, OpenError> {
    let path = segment::path(dir, number);
    let aside = dir.join(format!("record.journal-{number}.damaged-{}", database::timestamp(now_us)));
    std::fs::rename(&path, &aside).map_err(|source| OpenError::Io {
        operation: "set aside",
        file: path,
        source,
    })?;
    Ok(aside)
}

/// Imports what follows `imported` in a segment; returns how many entries that were, and whether damage ended them.
fn import_segment(
    dir: &Path,
    number: u64,
    imported: Position,
    importer: &mut Importer,
) -> Result<(usize, bool), OpenError> {
    if number < imported.segment {
        return Ok((0, false));
    }
    let path = segment::path(dir, number);
    let failed = |source: io::Error| OpenError::Io { operation: "read", file: path.clone(), source };
    let start = if number == imported.segment { imported.offset } else { 0 };
    let mut frames = match Frames::open(&path, start) {
        Ok(frames) => frames,
        Err(Unreadable::Io(error)) => return Err(failed(error)),
        // The host died in the moment it began the segment.
        Err(Unreadable::NoHeader) => return Ok((0, false)),
        Err(Unreadable::Damaged) => return Ok((0, true)),
        Err(Unreadable::Format(found)) if found > FORMAT => {
            return Err(OpenError::Newer { file: path, found, known: FORMAT });
        }
        Err(Unreadable::Format(found)) => {
            let aside = dir.join(format!("record.journal-{number}.format-{found}"));
            tracing::error!(aside = %aside.display(), "the journal of an older version is set aside");
            std::fs::rename(&path, &aside).map_err(failed)?;
            return Ok((0, false));
        }
    };
    let end = path.metadata().map_err(failed)?.len();
    let (mut count, mut entries, mut begun) = (0, Vec::new(), frames.offset());
    loop {
        let next = frames.next(end).map_err(failed)?;
        let (last, damaged) =
            (matches!(next, Next::End | Next::Torn | Next::Damaged), matches!(next, Next::Damaged));
        match next {
            Next::Entry(Some(entry)) => entries.push(entry),
            Next::Entry(None) => tracing::error!(path = %path.display(), "an entry is not understood"),
            // What a killed host leaves of its last write; nobody was answered yet.
            Next::Torn | Next::End | Next::Damaged => {}
        }
        if last || frames.offset() - begun >= BATCH_BYTES {
            begun = frames.offset();
            count += entries.len();
            let position = Position { segment: number, offset: begun };
            importer.import(std::mem::take(&mut entries), position).map_err(|source| OpenError::Sqlite {
                operation: "import the journal into",
                file: database::path(dir),
                source,
            })?;
        }
        if last {
            return Ok((count, damaged));
        }
    }
}
