//! What the record has of a row's calls, as the command line's verbs print it for programs.

use std::path::Path;

use coldframe_testkit::{Host, Project, eventually, run};
use serde_json::Value;

use super::row::{COLD, LOG, RELOAD};

/// A call whose row is looked at in the end.
#[derive(Debug)]
pub(super) struct Noted {
    pub(super) column: usize,
    pub(super) id: Value,
    pub(super) status: &'static str,
    /// Unless calls came together, of which one may have started what the other had.
    pub(super) cold: Option<bool>,
    pub(super) http_status: u16,
}

const PHASES: [&str; 7] =
    ["queue_ms", "build_ms", "spawn_ms", "boot_ms", "init_ms", "handler_ms", "overhead_ms"];

/// The columns whose calls the record has otherwise than they went, and how; `made` is how many there were in all, most of
/// them while code was reloaded.
pub(super) async fn told_by_the_verbs(
    project: &Project,
    host: &Host,
    noted: &[Noted],
    made: usize,
) -> Vec<(usize, String)> {
    let calls = printed(project, host, &["invocations", "--json", "--limit", "100000"]);
    let mut wrong: Vec<(usize, String)> = noted
        .iter()
        .filter_map(|noted| {
            let call = of(&calls, "id", &noted.id);
            let why = match call {
                None => "it is not in the record".to_owned(),
                Some(call) => differs(noted, call)?,
            };
            Some((noted.column, why))
        })
        .collect();
    if calls.len() != made {
        wrong.push((RELOAD, format!("{made} calls were made, and {} are in the record", calls.len())));
    }
    if let Some(noted) = noted.iter().find(|noted| noted.column == LOG) {
        // A line that was written last may be on its way.
        let found = eventually("its log is in the record", async || {
            let lines = printed(project, host, &["logs", "--json", "--limit", "100000"]);
            lines.into_iter().find(|line| line["text"].as_str().unwrap_or_default().contains("a line of Ada"))
        })
        .await;
        if found["invocation_id"] != noted.id {
            wrong.push((LOG, format!("its line is not with call {}: {found}", noted.id)));
        }
    }
    wrong
}

fn of<'a>(rows: &'a [Value], key: &str, value: &Value) -> Option<&'a Value> {
    rows.iter().find(|row| row[key] == *value)
}

fn differs(noted: &Noted, call: &Value) -> Option<String> {
    let cold = noted.cold.is_none_or(|cold| call["cold"] == cold);
    let same = cold && call["status"] == noted.status && call["http_status"] == noted.http_status;
    if !same {
        return Some(format!("{noted:?} is recorded as {call}"));
    }
    let milliseconds = |name: &str| call[name].as_f64().unwrap_or_default();
    let sum: f64 = PHASES.iter().map(|phase| milliseconds(phase)).sum();
    if (sum - milliseconds("total_ms")).abs() > 0.01 {
        return Some(format!("its phases come to {sum}: {call}"));
    }
    let measured = milliseconds("spawn_ms") > 0.0
        && milliseconds("boot_ms") + milliseconds("init_ms") > 0.0
        && call["peak_memory_mb"].is_number();
    (noted.column == COLD && !measured).then(|| format!("its start is not measured: {call}"))
}

fn printed(project: &Project, host: &Host, args: &[&str]) -> Vec<Value> {
    let data = host.data_dir().display().to_string();
    let args = [args, &["--data-dir", &data]].concat();
    let verb = run(Path::new(env!("CARGO_BIN_EXE_coldframe")), &args, project.path(), &[], "");
    assert_eq!(verb.code, 0, "{args:?}: {}", verb.stderr);
    verb.json().as_array().cloned().unwrap_or_default()
}
