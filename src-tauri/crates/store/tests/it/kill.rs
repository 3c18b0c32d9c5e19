//! A real process that records, killed with no warning.

use std::{
    io::{BufRead, BufReader, Write},
    path::PathBuf,
    process::{Command, Stdio},
};

use coldframe_store::*;

use crate::sample::*;

const DIR: &str = "COLDFRAME_TEST_RECORD";
const CHILD: &str = "kill::records_until_it_is_killed";

#[test]
fn every_answer_that_was_given_survives_a_kill() {
    let dir = tempfile::tempdir().unwrap();
    let mut child = Command::new(std::env::current_exe().unwrap())
        .args([CHILD, "--exact", "--ignored", "--nocapture"])
        .env(DIR, dir.path())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let mut answers = Vec::new();
    while answers.len() < 5_000 {
        let line = lines.next().expect("the child goes on until it is killed").unwrap();
        if let Some(id) = line.strip_prefix("answered ") {
            answers.push(id.parse::<i64>().unwrap());
        }
    }
    child.kill().unwrap();
    child.wait().unwrap();
    // What it said between the last look and its end.
    let rest =
        lines.map_while(Result::ok).filter_map(|line| line.strip_prefix("answered ")?.parse::<i64>().ok());
    answers.extend(rest);

    let (store, _) = open(dir.path());
    let reader = store.reader().unwrap();
    let rows = reader.invocations(&InvocationFilter::default(), None, u32::MAX).unwrap();
    let recorded: std::collections::HashSet<_> = rows.iter().map(|invocation| invocation.row.id).collect();
    let lost: Vec<_> = answers.iter().filter(|id| !recorded.contains(id)).collect();
    assert!(lost.is_empty(), "{} of {} answers are not in the record", lost.len(), answers.len());
    let figures = reader.figures(&[FUNCTION], Range::ALL).unwrap();
    let counted: u64 = figures.iter().map(|roll_up| roll_up.figures.counts.all()).sum();
    assert_eq!(counted, recorded.len() as u64, "roll-ups count every row once");
}

#[test]
#[ignore = "the child of the test above"]
fn records_until_it_is_killed() {
    let Some(dir) = std::env::var_os(DIR) else { return };
    let (store, _) = open(&PathBuf::from(dir));
    let recorder = store.recorder();
    house().iter().for_each(|entry| recorder.note(entry));
    let mut out = std::io::stdout();
    // Ends by itself should nobody kill it.
    for id in 100..2_000_000 {
        recorder.accepted(running(id)).unwrap();
        recorder.answered(answered(id)).unwrap();
        if writeln!(out, "answered {id}").is_err() {
            return;
        }
        recorder.note(Entry::Finished(finished(id)));
    }
}
