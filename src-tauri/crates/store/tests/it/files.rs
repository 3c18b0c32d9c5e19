//! Files of other versions, damaged files, and places where nothing can be written.

use std::path::Path;

use coldframe_store::*;
use rusqlite::Connection;

use crate::sample::*;

fn error_of(dir: &Path) -> String {
    match Store::open(dir, MONDAY) {
        Ok(_) => panic!("the record was opened"),
        Err(error) => error.to_string().replace(&dir.display().to_string(), "DIR"),
    }
}

fn begin(dir: &Path) {
    let (store, _) = open(dir);
    house().iter().for_each(|entry| store.recorder().note(entry));
    store.close();
    assert_eq!(journals(dir), Vec::<std::path::PathBuf>::new(), "an orderly end leaves no journal");
}

fn files(dir: &Path) -> Vec<String> {
    let mut names: Vec<_> =
        dir.read_dir().unwrap().map(|file| file.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

#[test]
fn an_orderly_end_leaves_the_database_file_alone() {
    let dir = tempfile::tempdir().unwrap();
    let (store, _) = open(dir.path());
    let reader = store.reader().unwrap();
    store.recorder().answered(answered(100)).unwrap();
    assert!(store.flush());
    assert!(reader.invocation(100).unwrap().is_some(), "a reader has a connection open");
    store.close();
    assert_eq!(files(dir.path()), ["record.sqlite"], "side files are left behind");
    let error = reader.invocation(100).unwrap_err();
    assert!(matches!(error, ReadError::Closed { .. }), "asking on would leave side files again: {error}");
}

#[test]
fn the_write_ahead_log_is_given_back_in_a_pause() {
    let dir = tempfile::tempdir().unwrap();
    let (store, _) = open(dir.path());
    let log = dir.path().join("record.sqlite-wal");
    for id in 100..130 {
        store.recorder().answered(answered(id)).unwrap();
        assert!(store.flush());
    }
    let grown = log.metadata().unwrap().len();
    assert!(grown > 0, "batches are written to the log first");
    let begun = std::time::Instant::now();
    while log.metadata().unwrap().len() > 0 {
        assert!(begun.elapsed().as_secs() < 30, "{grown} bytes of log are kept though nothing comes");
        std::thread::sleep(std::time::Duration::from_millis(20));
    }
    store.close();
}

#[test]
fn the_tables_are_these() {
    let dir = tempfile::tempdir().unwrap();
    begin(dir.path());
    let conn = Connection::open(dir.path().join("record.sqlite")).unwrap();
    let mut statement =
        conn.prepare("SELECT sql FROM sqlite_schema WHERE sql IS NOT NULL ORDER BY tbl_name, name").unwrap();
    let schema: Vec<String> =
        statement.query_map([], |row| row.get(0)).unwrap().collect::<Result<_, _>>().unwrap();
    let version: u32 = conn.query_row("PRAGMA user_version", [], |row| row.get(0)).unwrap();
    insta::assert_snapshot!(format!("version {version}\n{}", schema.join(";\n")));
}

#[test]
fn an_older_file_is_brought_to_this_version_with_what_it_has() {
    let dir = tempfile::tempdir().unwrap();
    let (store, _) = open(dir.path());
    house().iter().for_each(|entry| store.recorder().note(entry));
    for (id, minutes) in [(100, 0), (101, 1), (102, 90)] {
        let started_at = MONDAY + minutes * MINUTE;
        store.recorder().answered(Answered { started_at, last: true, ..answered(id) }).unwrap();
    }
    store.close();
    let file = dir.path().join("record.sqlite");
    let conn = Connection::open(&file).unwrap();
    // As the first version had them.
    for table in ["minute", "day"] {
        for column in ["largest_request_bytes", "largest_response_bytes"] {
            conn.execute_batch(&format!("ALTER TABLE {table} DROP COLUMN {column}")).unwrap();
        }
    }
    for table in ["load", "code_change", "revision_file", "source_text", "imports", "twin"] {
        conn.execute_batch(&format!("DROP TABLE {table}")).unwrap();
    }
    conn.execute_batch("DROP INDEX invocation_cold; DROP INDEX reload_by_instance; DROP INDEX minute_calls")
        .unwrap();
    conn.execute_batch("DROP TABLE text_block; DROP TABLE text_gram; DROP INDEX invocation_cold_by_function")
        .unwrap();
    for index in ["slow", "busy", "large", "http", "retried"] {
        conn.execute_batch(&format!("DROP INDEX invocation_{index}")).unwrap();
    }
    conn.execute_batch("ALTER TABLE reload DROP COLUMN receipt").unwrap();
    conn.execute_batch("DROP TABLE hour; ALTER TABLE progress DROP COLUMN has_hours").unwrap();
    conn.pragma_update(None, "user_version", 1).unwrap();
    let count = |conn: &Connection| -> i64 {
        conn.query_row("SELECT count(*) FROM project", [], |row| row.get(0)).unwrap()
    };
    let before = count(&conn);
    drop(conn);
    let (store, _) = Store::open(dir.path(), 0).unwrap();
    store.close();
    let conn = Connection::open(&file).unwrap();
    let version: u32 = conn.query_row("PRAGMA user_version", [], |row| row.get(0)).unwrap();
    assert_eq!((version, count(&conn)), (8, before), "nothing is lost");
    conn.prepare("SELECT largest_request_bytes FROM minute UNION SELECT largest_response_bytes FROM day")
        .unwrap();
    conn.prepare("SELECT summary, detail FROM load").unwrap();
    let calls = |table: &str| -> i64 {
        conn.query_row(&format!("SELECT sum(ok) FROM {table}"), [], |row| row.get(0)).unwrap()
    };
    assert_eq!((calls("hour"), calls("minute")), (3, 3), "hours are made of the minutes");
}

#[test]
fn a_newer_file_is_refused_and_left_alone() {
    let dir = tempfile::tempdir().unwrap();
    begin(dir.path());
    let file = dir.path().join("record.sqlite");
    Connection::open(&file).unwrap().pragma_update(None, "user_version", 99).unwrap();
    let before = std::fs::read(&file).unwrap();
    assert_eq!(
        error_of(dir.path()),
        "the record DIR/record.sqlite was written by a newer version of Coldframe (format 99, this one knows 8)\n\
         hint: update Coldframe, or choose another directory with --data-dir"
    );
    assert!(std::fs::read(&file).unwrap() == before, "a refused file was changed");
    let read = Reader::open(dir.path()).unwrap_err().to_string().replace(dir.path().to_str().unwrap(), "DIR");
    assert_eq!(
        read,
        "the record DIR/record.sqlite was written by another version of Coldframe (format 99, this one reads 8)"
    );
}

#[test]
fn a_newer_journal_is_refused() {
    let dir = tempfile::tempdir().unwrap();
    std::fs::write(dir.path().join("journal-0000000001"), b"cfrecord\x63\0\0\0").unwrap();
    assert_eq!(
        error_of(dir.path()),
        "the record DIR/journal-0000000001 was written by a newer version of Coldframe (format 99, this one knows \
         1)\nhint: update Coldframe, or choose another directory with --data-dir"
    );
}

#[test]
fn somebody_elses_database_is_refused() {
    let dir = tempfile::tempdir().unwrap();
    let conn = Connection::open(dir.path().join("record.sqlite")).unwrap();
    conn.execute_batch("CREATE TABLE recipes (x)").unwrap();
    drop(conn);
    assert_eq!(
        error_of(dir.path()),
        "DIR/record.sqlite is an SQLite file, but not a record of Coldframe\n\
         hint: choose another directory with --data-dir"
    );
}

#[test]
fn a_file_that_is_no_database_is_set_aside_and_the_journal_is_kept() {
    let (_from, journal) = journal_of(|recorder| recorder.answered(answered(100)).unwrap());
    let dir = tempfile::tempdir().unwrap();
    let rubbish = "not a database, whatever its name says".repeat(100);
    std::fs::write(dir.path().join("record.sqlite"), &rubbish).unwrap();
    plant(&journal, dir.path());
    let (store, opened) = open(dir.path());
    let aside = opened.set_aside.expect("the damaged file is named");
    assert_eq!(aside, dir.path().join("record.sqlite.damaged-20260105T000000Z"));
    assert_eq!(std::fs::read_to_string(aside).unwrap(), rubbish, "what was there is kept");
    assert_eq!(opened.imported, 1);
    assert!(store.reader().unwrap().invocation(100).unwrap().is_some(), "the new record goes on");
}

#[test]
fn damage_inside_is_found_after_a_crash() {
    let dir = tempfile::tempdir().unwrap();
    begin(dir.path());
    let file = dir.path().join("record.sqlite");
    let mut bytes = std::fs::read(&file).unwrap();
    // Past the first page, which holds the schema: only reading it all finds this.
    bytes[5 * 4096..9 * 4096].fill(0xab);
    std::fs::write(&file, bytes).unwrap();
    let (_from, journal) = journal_of(|recorder| recorder.answered(answered(100)).unwrap());
    plant(&journal, dir.path());
    let (store, opened) = open(dir.path());
    assert!(opened.set_aside.is_some(), "the damage was not noticed");
    assert!(store.reader().unwrap().invocation(100).unwrap().is_some());
}

#[test]
fn damage_found_while_running_is_set_aside_by_the_next_start() {
    let dir = tempfile::tempdir().unwrap();
    begin(dir.path());
    std::fs::write(dir.path().join("record.damaged"), b"").unwrap();
    let (store, opened) = open(dir.path());
    assert!(opened.set_aside.is_some_and(|aside| aside.exists()));
    store.close();
    let (_store, opened) = open(dir.path());
    assert_eq!(opened.set_aside, None, "once is enough");
}

#[cfg(target_os = "linux")]
#[test]
fn a_place_where_nothing_can_be_written_is_named() {
    // Not even root makes files here.
    let error = Store::open(Path::new("/proc/self/coldframe"), MONDAY).map(|_| ()).unwrap_err();
    assert!(matches!(error, OpenError::NotWritable { .. }), "{error:?}");
    let text = error.to_string();
    assert!(text.starts_with("cannot write to the data directory /proc/self/coldframe: "), "{text}");
    assert!(text.contains("hint: "), "{text}");
}

#[test]
fn a_file_in_the_place_of_the_directory_is_named() {
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("data");
    std::fs::write(&file, b"").unwrap();
    let error = Store::open(&file, MONDAY).map(|_| ()).unwrap_err();
    assert!(matches!(error, OpenError::NotWritable { .. }), "{error:?}");
}

#[test]
fn reading_where_nothing_was_recorded_says_so() {
    let dir = tempfile::tempdir().unwrap();
    let error = Reader::open(dir.path()).map(|_| ()).unwrap_err();
    assert!(matches!(error, ReadError::Missing { .. }), "{error:?}");
}

/// The file is overwritten under a running host: the journal has what SQLite has not.
#[test]
fn damage_found_while_running_loses_no_answer() {
    let dir = tempfile::tempdir().unwrap();
    let (store, _) = open(dir.path());
    let text = "t".repeat(500);
    for id in 0..20_000 {
        store.recorder().note(Entry::Log(LogEntry { text: text.clone(), ..line(1_000 + id, id) }));
    }
    store.close();
    let (store, _) = open(dir.path());
    let file = dir.path().join("record.sqlite");
    let mut bytes = std::fs::read(&file).unwrap();
    assert!(bytes.len() > 8 << 20, "larger than what the writer keeps in memory");
    bytes[20 * 4096..].fill(0xab);
    std::fs::write(&file, bytes).unwrap();

    let recorder = store.recorder();
    recorder.note(Entry::Log(line(100_000, 7)));
    recorder.answered(answered(100)).unwrap();
    assert!(!store.flush(), "nothing can be written to a damaged file");
    let problem = recorder.problem().unwrap();
    assert!(
        problem.starts_with("recording is behind: the record ") && problem.contains("is damaged"),
        "{problem}"
    );
    recorder.answered(answered(101)).expect("calls go on, and the journal with them");
    store.close();

    let (store, opened) = open(dir.path());
    assert!(opened.set_aside.is_some(), "the next start sets it aside");
    let rows = store.reader().unwrap().invocations(&InvocationFilter::default(), None, 9).unwrap();
    assert_eq!(rows.len(), 2, "both answers are in the new record");
}

/// The directory goes away under a running host, and comes back.
#[cfg(unix)]
#[test]
fn a_record_that_cannot_be_written_says_so_and_recovers() {
    let parent = tempfile::tempdir().unwrap();
    let (dir, away) = (parent.path().join("data"), parent.path().join("away"));
    let (store, _) = open(&dir);
    let recorder = store.recorder();
    recorder.answered(answered(100)).unwrap();
    assert!(store.flush());
    assert_eq!(recorder.problem(), None);

    std::fs::rename(&dir, &away).unwrap();
    let large = payload(&"z".repeat(1 << 20));
    let refused = (200..220)
        .filter(|id| recorder.answered(Answered { request: Some(large.clone()), ..answered(*id) }).is_err())
        .count();
    assert!(refused > 0, "a new segment cannot be begun in a directory that is gone");
    let problem = recorder.problem().expect("a journal that cannot be written is a problem");
    assert!(problem.starts_with("not recording: cannot write the journal in "), "{problem}");
    assert!(problem.ends_with(&format!("({refused} entries lost)")), "{problem}");

    std::fs::rename(&away, &dir).unwrap();
    recorder.answered(answered(300)).unwrap();
    assert!(store.flush(), "it goes on: {:?}", recorder.problem());
    assert_eq!(recorder.problem(), None, "the problem is over");
    let rows = store.reader().unwrap().invocations(&InvocationFilter::default(), None, 100).unwrap();
    assert_eq!(rows.len(), 2 + 20 - refused, "everything but what was refused is in the record");
    store.close();
}
