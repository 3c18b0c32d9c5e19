//! `coldframe starts`: cold starts by function with their phases, the slowest, and what revisions did to init.

use std::process::ExitCode;

use coldframe_protocol::{FileChange, RevisionShift, ShiftVerdict, Starts, StartsQuery};

use crate::{
    Failure,
    args::{Global, Starts as Verb},
    table::Table,
    verbs::{call, find, print_json, reading, say},
};

pub(crate) async fn run(global: Global, verb: Verb) -> Result<ExitCode, Failure> {
    let record = reading(global).await?;
    let result = async {
        let function = match &verb.function {
            Some(name) => Some(find(&record, name).await?.id),
            None => None,
        };
        let query = StartsQuery { function, minutes: Some(verb.since) };
        call::<Starts>(&record, "starts", serde_json::to_value(query).unwrap_or_default()).await
    };
    let result = result.await;
    record.close();
    let starts = result?;
    if verb.json {
        print_json(&starts);
    } else {
        show(&starts);
    }
    Ok(ExitCode::SUCCESS)
}

fn show(starts: &Starts) {
    say(format_args!("{} of {} calls were cold", starts.cold_calls, starts.calls));
    if starts.failed > 0 {
        say(format_args!("{} starts failed in their init, and are in no figure here", starts.failed));
    }
    if starts.cut {
        say(format_args!("there were more starts: these are the newest {}", starts.starts));
    }
    if starts.starts == 0 {
        return;
    }
    say("");
    let mut table = Table::new(&[
        "function",
        "starts",
        "cold calls",
        "queue",
        "build",
        "spawn",
        "boot",
        "init",
        "p50",
        "p95",
        "longest",
    ]);
    for group in starts.groups.iter().filter(|group| group.by == "function") {
        let mut row = vec![
            group.name.clone(),
            group.starts.to_string(),
            format!("{} of {}", group.cold_calls, group.calls),
        ];
        let phases = [group.queue_ms, group.build_ms, group.spawn_ms, group.boot_ms, group.init_ms];
        row.extend(phases.into_iter().chain([group.p50_ms, group.p95_ms, group.max_ms]).map(ms));
        table.row(row);
    }
    say(table.to_string().trim_end());
    say("\nPhases are medians. The slowest:\n");
    let mut table = Table::new(&["at", "function", "revision", "why", "total", "init", "invocation"]);
    for start in &starts.slowest {
        table.row([
            start.at.get(..19).unwrap_or(&start.at).replace('T', " "),
            start.function.clone(),
            start.revision.clone(),
            start.cause.clone(),
            ms(start.total_ms),
            ms(start.init_ms),
            start.invocation.map_or_else(|| "-".to_owned(), |id| id.to_string()),
        ]);
    }
    say(table.to_string().trim_end());
    if !starts.shifts.is_empty() {
        say("");
    }
    for shift in &starts.shifts {
        say(told(shift));
    }
}

/// `app 1f2e3d4c: init 420.0 ms → 180.0 ms (p50 of 6 and 5 starts); app/app.py +3 −1, no more imports pandas`.
fn told(shift: &RevisionShift) -> String {
    let (n, m) = (shift.before_starts, shift.starts);
    let init = match (shift.verdict, shift.before_init_ms.zip(shift.init_ms)) {
        (ShiftVerdict::Faster | ShiftVerdict::Slower, Some((before, after))) => {
            format!("init {} → {} (p50 of {n} and {m} starts)", ms(before), ms(after))
        }
        (ShiftVerdict::TooFew, _) => format!("too few starts to compare init ({n} before, {m} after)"),
        _ => format!("init alike, within noise ({n} starts before, {m} after)"),
    };
    let mut changes: Vec<String> = shift.files.iter().map(file).collect();
    changes.extend(shift.settings.iter().cloned());
    changes.extend(shift.note.clone());
    format!("{} {}: {init}; {}", shift.function_name, shift.revision, changes.join("; "))
}

fn file(change: &FileChange) -> String {
    let mut said = change.path.clone();
    match (change.kind.as_str(), change.added, change.removed) {
        ("changed", Some(added), Some(removed)) => said += &format!(" +{added} −{removed}"),
        ("changed", ..) => said += " changed",
        (kind, ..) => said += &format!(" {kind}"),
    }
    for (what, modules) in [("imports", &change.imports_added), ("no more imports", &change.imports_removed)]
    {
        if !modules.is_empty() {
            said += &format!(", {what} {}", modules.join(", "));
        }
    }
    said
}

fn ms(value: f64) -> String {
    format!("{value:.1} ms")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_change_is_told_with_what_it_rests_on() {
        let file = FileChange {
            path: "app/app.py".into(),
            kind: "changed".into(),
            added: Some(3),
            removed: Some(1),
            imports_added: Vec::new(),
            imports_removed: vec!["pandas".into()],
            diff: None,
            note: None,
        };
        let shift = RevisionShift {
            at: String::new(),
            function: 1,
            function_name: "app".into(),
            revision: "1f2e3d4c".into(),
            before: "00000000".into(),
            starts: 5,
            before_starts: 6,
            verdict: ShiftVerdict::Faster,
            init_ms: Some(180.0),
            before_init_ms: Some(420.0),
            files: vec![file],
            settings: vec!["memory 128 MB → 512 MB".into()],
            note: None,
        };
        assert_eq!(
            told(&shift),
            "app 1f2e3d4c: init 420.0 ms → 180.0 ms (p50 of 6 and 5 starts); app/app.py +3 −1, no more imports \
             pandas; memory 128 MB → 512 MB"
        );
        let few =
            RevisionShift { verdict: ShiftVerdict::TooFew, init_ms: None, before_init_ms: None, ..shift };
        assert!(told(&few).starts_with("app 1f2e3d4c: too few starts to compare init (6 before, 5 after); "));
    }
}
