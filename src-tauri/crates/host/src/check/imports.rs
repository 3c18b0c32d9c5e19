//! Which imports make the difference: a few inits of either side measured module by module, in turn.

use std::{collections::BTreeMap, time::Instant};

use coldframe_engine::{Subject, TrialError};
use coldframe_protocol::{CheckVerdict, CheckedImport};

use super::measure::median;
use crate::commands::modules;

/// Of each side; no run of one overlapping any of the other is a chance of 1 in 126.
const RUNS: usize = 5;
/// Less than this is not worth a line, milliseconds.
const LEAST: f64 = 2.0;
const LEAST_PART: f64 = 0.1;
const MOST: usize = 20;

/// A module's figures over the runs of one side.
#[derive(Debug, Default)]
struct Seen {
    from: String,
    parent: Option<String>,
    total: Vec<f64>,
    own: Vec<f64>,
}

type Modules = BTreeMap<String, Seen>;

/// What differs, the dearest first; nothing where a language tells nothing of its imports.
///
/// # Errors
/// A side cannot be started at all.
pub(crate) async fn imports(
    now: &Subject,
    before: Option<&Subject>,
    until: Instant,
) -> Result<Vec<CheckedImport>, TrialError> {
    let (mut is, mut was) = (Modules::new(), Modules::new());
    let sides = || [Some(now), before].into_iter().flatten();
    for subject in sides() {
        subject.imports().await?;
    }
    for run in 0..RUNS {
        if run > 0 && Instant::now() >= until {
            break;
        }
        let turns = if run % 2 == 0 { [true, false] } else { [false, true] };
        for turn in turns {
            match (turn, before) {
                (true, _) => note(now, &mut is).await?,
                (false, Some(before)) => note(before, &mut was).await?,
                (false, None) => {}
            }
        }
    }
    Ok(different(&was, &is, before.is_some()))
}

async fn note(subject: &Subject, seen: &mut Modules) -> Result<(), TrialError> {
    let init = subject.imports().await?;
    let Some(imports) = init.imports.filter(|_| init.failure.is_none()) else { return Ok(()) };
    let told = modules(&imports.modules);
    for module in &told {
        let parent = module.parent.and_then(|above| told.get(above as usize)).map(|above| above.name.clone());
        let one = seen.entry(module.name.clone()).or_default();
        one.from.clone_from(&module.from);
        one.parent = parent;
        one.total.push(module.total_ms);
        one.own.push(module.self_ms);
    }
    Ok(())
}

fn different(was: &Modules, is: &Modules, compared: bool) -> Vec<CheckedImport> {
    let mut told: Vec<CheckedImport> = Vec::new();
    for (name, now) in is {
        let import = |verdict| CheckedImport {
            name: name.clone(),
            from: now.from.clone(),
            before_ms: was.get(name).and_then(|before| median(before.total.clone())),
            now_ms: median(now.total.clone()),
            verdict,
        };
        let verdict = match was.get(name) {
            _ if !compared => CheckVerdict::Alone,
            None => CheckVerdict::Worse,
            Some(before) => own_change(before, now),
        };
        // What a new module imports first is in its figure; where nothing is compared, so is what an installed one does.
        let within = now.parent.as_ref().and_then(|above| Some((above, is.get(above)?))).is_some_and(
            |(name, above)| if compared { !was.contains_key(name) } else { above.from != "function" },
        );
        if verdict != CheckVerdict::Unchanged && (was.contains_key(name) || !within) {
            told.push(import(verdict));
        }
    }
    for (name, before) in was.iter().filter(|(name, _)| !is.contains_key(*name)) {
        let within = before.parent.as_ref().is_some_and(|above| !is.contains_key(above));
        if !within {
            told.push(CheckedImport {
                name: name.clone(),
                from: before.from.clone(),
                before_ms: median(before.total.clone()),
                now_ms: None,
                verdict: CheckVerdict::Better,
            });
        }
    }
    let weight = |import: &CheckedImport| {
        let change = import.now_ms.unwrap_or(0.0) - import.before_ms.unwrap_or(0.0);
        if compared { change.abs() } else { import.now_ms.unwrap_or(0.0) }
    };
    told.retain(|import| weight(import) >= LEAST);
    told.sort_by(|one, other| weight(other).total_cmp(&weight(one)));
    told.truncate(MOST);
    told
}

/// By what it takes itself: what it imports has a line of its own.
fn own_change(before: &Seen, now: &Seen) -> CheckVerdict {
    let least = |seen: &Seen| seen.own.iter().copied().min_by(f64::total_cmp);
    let most = |seen: &Seen| seen.own.iter().copied().max_by(f64::total_cmp);
    let enough = before.own.len() >= RUNS && now.own.len() >= RUNS;
    let Some(was) = median(before.own.clone()).filter(|_| enough) else { return CheckVerdict::Unchanged };
    let Some(is) = median(now.own.clone()) else { return CheckVerdict::Unchanged };
    if (is - was).abs() < LEAST.max(LEAST_PART * was) {
        CheckVerdict::Unchanged
    } else if least(now) > most(before) {
        CheckVerdict::Worse
    } else if most(now) < least(before) {
        CheckVerdict::Better
    } else {
        CheckVerdict::Unchanged
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seen(modules: &[(&str, Option<&str>, f64, f64)]) -> Modules {
        let figures = |(name, parent, total, own): &(&str, Option<&str>, f64, f64)| {
            let of = |value: &f64| (0..5).map(|step| value + f64::from(step) / 10.0).collect::<Vec<_>>();
            let seen = Seen {
                from: "installed".into(),
                parent: parent.map(str::to_owned),
                total: of(total),
                own: of(own),
            };
            ((*name).to_owned(), seen)
        };
        modules.iter().map(figures).collect()
    }

    fn told(was: &Modules, is: &Modules) -> Vec<(String, CheckVerdict)> {
        different(was, is, true).into_iter().map(|import| (import.name, import.verdict)).collect()
    }

    #[test]
    fn a_new_import_is_told_once_with_all_it_brings() {
        let was = seen(&[("app", None, 10.0, 1.0), ("json", Some("app"), 9.0, 9.0)]);
        let is = seen(&[
            ("app", None, 422.0, 1.0),
            ("json", Some("app"), 9.0, 9.0),
            ("pandas", Some("app"), 412.0, 12.0),
            ("numpy", Some("pandas"), 400.0, 400.0),
        ]);
        assert_eq!(told(&was, &is), [("pandas".to_owned(), CheckVerdict::Worse)]);
        assert_eq!(told(&is, &was), [("pandas".to_owned(), CheckVerdict::Better)]);
        assert_eq!(told(&was, &was), []);
    }

    #[test]
    fn a_dearer_import_is_told_by_its_own_time() {
        let was = seen(&[("app", None, 10.0, 1.0), ("shared", Some("app"), 9.0, 9.0)]);
        let is = seen(&[("app", None, 60.0, 1.0), ("shared", Some("app"), 59.0, 59.0)]);
        assert_eq!(told(&was, &is), [("shared".to_owned(), CheckVerdict::Worse)]);
    }
}
