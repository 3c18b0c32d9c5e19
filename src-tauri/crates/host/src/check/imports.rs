//! Which imports make the difference: inits of all sides measured module by module, in turn. A module's own time is no
//! longer than it is, whatever else a start waits for, so that a slow import is told here where a whole start drowns it.

use std::collections::{BTreeMap, BTreeSet};

use coldframe_engine::{Subject, TrialError};
use coldframe_protocol::{CheckVerdict, CheckedImport, CheckedMetric, CheckedWhat};
use coldframe_report::receipt::{Taken, judge, least};

use super::measure::median;
use crate::commands::modules;

/// Less than this is not worth a line, milliseconds.
const LEAST: f64 = 2.0;
const MOST: usize = 20;

/// What one side's imports are beside another's.
#[derive(Debug, Default)]
pub(crate) struct Imported {
    /// What differs, the dearest first; where nothing is compared, what takes long.
    pub(crate) told: Vec<CheckedImport>,
    /// So many milliseconds all that differ take longer together, if that is beyond their noise and a twentieth of all of
    /// them: one that only moved to another module takes none.
    pub(crate) longer: Option<f64>,
}

/// A module's figures over the runs of one side.
#[derive(Debug, Default)]
struct Seen {
    from: String,
    parent: Option<String>,
    total: Vec<f64>,
    /// Of every run, 0 where it was not imported.
    own: Vec<f64>,
}

#[derive(Debug, Default)]
struct Side {
    runs: usize,
    modules: BTreeMap<String, Seen>,
}

/// Beside each of `before`, in their order; alone where there is none. Nothing where a language tells nothing of its
/// imports. `runs`: of each side; `stop` is asked before every one.
///
/// # Errors
/// A side cannot be started at all.
pub(crate) async fn imports(
    now: &Subject,
    before: &[&Subject],
    runs: u32,
    stop: impl Fn() -> bool,
) -> Result<Vec<Imported>, TrialError> {
    let subjects: Vec<&Subject> = std::iter::once(now).chain(before.iter().copied()).collect();
    let mut sides: Vec<Side> = subjects.iter().map(|_| Side::default()).collect();
    for subject in &subjects {
        subject.imports().await?;
    }
    for run in 0..runs {
        if run > 0 && stop() {
            break;
        }
        let mut order: Vec<usize> = (0..subjects.len()).collect();
        if run % 2 == 1 {
            order.reverse();
        }
        for index in order {
            note(subjects[index], &mut sides[index]).await?;
        }
    }
    let Some((is, were)) = sides.split_first() else { return Ok(Vec::new()) };
    if were.is_empty() {
        return Ok(vec![Imported { told: longest(is), longer: None }]);
    }
    Ok(were.iter().map(|was| different(was, is)).collect())
}

async fn note(subject: &Subject, side: &mut Side) -> Result<(), TrialError> {
    let init = subject.imports().await?;
    let Some(imports) = init.imports.filter(|_| init.failure.is_none()) else { return Ok(()) };
    let told = modules(&imports.modules);
    for module in &told {
        let parent = module.parent.and_then(|above| told.get(above as usize)).map(|above| above.name.clone());
        side.note(&module.name, &module.from, parent, (module.total_ms, module.self_ms));
    }
    side.runs += 1;
    Ok(())
}

impl Side {
    /// Of the run under way.
    fn note(&mut self, name: &str, from: &str, parent: Option<String>, (total, own): (f64, f64)) {
        let one = self.modules.entry(name.to_owned()).or_default();
        from.clone_into(&mut one.from);
        one.parent = parent;
        one.total.push(total);
        // A name that comes twice in a run counts with both.
        one.own.resize(self.runs + 1, 0.0);
        one.own[self.runs] += own;
    }

    fn has(&self, name: &str) -> bool {
        self.modules.contains_key(name)
    }

    /// In every run: now and then one imports what it needs for itself.
    fn always(&self, name: &str) -> bool {
        self.modules.get(name).is_some_and(|seen| seen.total.len() >= self.runs)
    }

    /// Of every run; nothing where it is not imported.
    fn own(&self, name: &str) -> Vec<f64> {
        let mut own = self.modules.get(name).map(|seen| seen.own.clone()).unwrap_or_default();
        own.resize(self.runs, 0.0);
        own
    }

    fn total(&self, name: &str) -> Option<f64> {
        median(self.modules.get(name)?.total.clone())
    }

    /// Of every run, these taken together.
    fn sum(&self, names: &BTreeSet<&str>) -> Vec<f64> {
        let each = names.iter().map(|name| self.own(name));
        each.fold(vec![0.0; self.runs], |sum, own| sum.iter().zip(own).map(|(sum, own)| sum + own).collect())
    }
}

fn different(was: &Side, is: &Side) -> Imported {
    let names: BTreeSet<&str> = was.modules.keys().chain(is.modules.keys()).map(String::as_str).collect();
    let mut told = Vec::new();
    let mut differ = BTreeSet::new();
    for name in names {
        let (side, other, verdict) = match (was.has(name), is.has(name)) {
            (false, _) if is.always(name) => (is, was, CheckVerdict::Worse),
            (true, false) if was.always(name) => (was, is, CheckVerdict::Better),
            (_, now) => (if now { is } else { was }, was, own_change(&was.own(name), &is.own(name))),
        };
        if verdict == CheckVerdict::Unchanged {
            continue;
        }
        differ.insert(name);
        let Some(seen) = side.modules.get(name) else { continue };
        // What a new module imports first is in its figure.
        let within = seen.parent.as_ref().is_some_and(|above| !other.has(above));
        if other.has(name) || !within {
            told.push(CheckedImport {
                name: name.to_owned(),
                from: seen.from.clone(),
                before_ms: was.total(name),
                now_ms: is.total(name),
                verdict,
            });
        }
    }
    let change =
        |import: &CheckedImport| (import.now_ms.unwrap_or(0.0) - import.before_ms.unwrap_or(0.0)).abs();
    Imported { told: dearest(told, change), longer: longer(was, is, &differ) }
}

fn longer(was: &Side, is: &Side, differ: &BTreeSet<&str>) -> Option<f64> {
    let together = judge(CheckedWhat::Init, &was.sum(differ), &is.sum(differ), Taken::Apart)?;
    let all = was.sum(&was.modules.keys().map(String::as_str).collect());
    let smallest = least(CheckedWhat::Init).of(median(all)?);
    together.change.filter(|longer| together.verdict == CheckVerdict::Worse && *longer >= smallest)
}

/// Where nothing is compared: the function's own, and what these ask for.
fn longest(is: &Side) -> Vec<CheckedImport> {
    let within = |seen: &Seen| {
        let above = seen.parent.as_ref().and_then(|above| is.modules.get(above));
        above.is_some_and(|above| above.from != "function")
    };
    let told = is.modules.iter().filter(|(_, seen)| !within(seen)).map(|(name, seen)| CheckedImport {
        name: name.clone(),
        from: seen.from.clone(),
        before_ms: None,
        now_ms: is.total(name),
        verdict: CheckVerdict::Alone,
    });
    dearest(told.collect(), |import| import.now_ms.unwrap_or(0.0))
}

fn dearest(mut told: Vec<CheckedImport>, weight: impl Fn(&CheckedImport) -> f64) -> Vec<CheckedImport> {
    told.retain(|import| weight(import) >= LEAST);
    told.sort_by(|one, other| weight(other).total_cmp(&weight(one)));
    told.truncate(MOST);
    told
}

/// By what it takes itself: what it imports has a line of its own.
fn own_change(before: &[f64], now: &[f64]) -> CheckVerdict {
    match judge(CheckedWhat::Init, before, now, Taken::Apart) {
        Some(CheckedMetric { verdict: verdict @ (CheckVerdict::Worse | CheckVerdict::Better), .. }) => {
            verdict
        }
        _ => CheckVerdict::Unchanged,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seen(modules: &[(&str, Option<&str>, f64, f64)]) -> Side {
        let mut side = Side::default();
        for run in 0..12 {
            let noise = f64::from(run) / 10.0;
            for (name, parent, total, own) in modules {
                side.note(name, "installed", parent.map(str::to_owned), (total + noise, own + noise));
            }
            side.runs += 1;
        }
        side
    }

    fn told(was: &Side, is: &Side) -> Vec<(String, CheckVerdict)> {
        different(was, is).told.into_iter().map(|import| (import.name, import.verdict)).collect()
    }

    fn longer(was: &Side, is: &Side) -> Option<f64> {
        different(was, is).longer.map(f64::round)
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
        assert_eq!(longer(&was, &is), Some(413.0), "with what it brings");
        assert_eq!(told(&is, &was), [("pandas".to_owned(), CheckVerdict::Better)]);
        assert_eq!((told(&was, &was), longer(&is, &was), longer(&was, &was)), (Vec::new(), None, None));
    }

    #[test]
    fn a_dearer_import_is_told_by_its_own_time() {
        let was = seen(&[("app", None, 10.0, 1.0), ("shared", Some("app"), 9.0, 9.0)]);
        let is = seen(&[("app", None, 60.0, 1.0), ("shared", Some("app"), 59.0, 59.0)]);
        assert_eq!(told(&was, &is), [("shared".to_owned(), CheckVerdict::Worse)]);
        assert_eq!(longer(&was, &is), Some(50.0));
    }

    #[test]
    fn a_module_of_another_name_is_no_dearer() {
        let was = seen(&[("app", None, 40.0, 1.0), ("heavy", Some("app"), 39.0, 39.0)]);
        let is = seen(&[("app", None, 40.0, 1.0), ("weighty", Some("app"), 39.0, 39.0)]);
        assert_eq!(told(&was, &is).len(), 2, "both are named");
        assert_eq!(longer(&was, &is), None);
    }

    #[test]
    fn what_one_run_in_a_few_imports_is_no_difference() {
        let was = seen(&[("app", None, 40.0, 1.0)]);
        let mut is = seen(&[("app", None, 40.0, 1.0)]);
        is.note("worker_threads", "runtime", None, (30.0, 30.0));
        assert_eq!((told(&was, &is), told(&is, &was)), (Vec::new(), Vec::new()));
        is.note("app", "installed", None, (40.0, 1.0));
        is.runs += 1;
        assert_eq!((told(&was, &is), told(&is, &was), longer(&was, &is)), (Vec::new(), Vec::new(), None));
    }

    #[test]
    fn alone_what_takes_long_is_named() {
        let is = seen(&[("app", None, 40.0, 1.0), ("json", Some("app"), 0.5, 0.1)]);
        let told: Vec<_> = longest(&is).into_iter().map(|import| (import.name, import.verdict)).collect();
        assert_eq!(told, [("app".to_owned(), CheckVerdict::Alone)]);
    }
}
