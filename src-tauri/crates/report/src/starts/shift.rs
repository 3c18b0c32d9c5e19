//! What a revision did to its function's init: told only where it is no accident of measuring.

use coldframe_protocol::{self as wire, ShiftVerdict};
use coldframe_store::{CodeChangeRow, FunctionRow, Range, StartFilter};

use super::{
    Scope,
    group::{quantile, sorted},
};
use crate::{
    Report, ReportError,
    wording::{moment, ms},
};

/// Changes of code that are looked at, of each app and of all.
const LOOKED_AT: u32 = 60;
const TOLD: usize = 20;
/// Starts of each revision: the newest.
const SAMPLES: u32 = 200;
/// How far a rank sum may lie from its mean, in standard deviations, before it is no accident: one in twenty.
const BEYOND_CHANCE: f64 = 1.96;
/// A smaller difference between medians is not worth a word, however certain.
const WORTH_SAYING: f64 = 0.05;

impl Report {
    pub(super) fn shifts(
        &self,
        scope: &Scope,
        range: Range,
    ) -> Result<Vec<wire::RevisionShift>, ReportError> {
        let mut pairs: Vec<(&FunctionRow, CodeChangeRow, CodeChangeRow)> = Vec::new();
        let functions = scope
            .apps
            .iter()
            .filter_map(|app| scope.functions.iter().find(|function| function.app_id == app.id));
        for function in functions {
            let mut changes = self.reader.code_changes(function.app_id, i64::MAX, LOOKED_AT)?;
            changes.retain(|change| change.serves);
            let made = changes.windows(2).filter_map(|pair| match pair {
                [now, before] if now.revision_id != before.revision_id && now.at >= range.from => {
                    Some((function, now.clone(), before.clone()))
                }
                _ => None,
            });
            pairs.extend(made);
        }
        pairs.sort_by_key(|(_, now, _)| std::cmp::Reverse(now.at));
        pairs.truncate(TOLD);
        pairs.iter().map(|(function, now, before)| self.shift(function, now, before)).collect()
    }

    fn shift(
        &self,
        function: &FunctionRow,
        now: &CodeChangeRow,
        before: &CodeChangeRow,
    ) -> Result<wire::RevisionShift, ReportError> {
        let (inits, inits_before) = (self.inits(function.app_id, now)?, self.inits(function.app_id, before)?);
        let verdict = verdict(&inits_before, &inits);
        let differ = matches!(verdict, ShiftVerdict::Faster | ShiftVerdict::Slower);
        let middle = |inits: &[f64]| quantile(inits, 0.5).filter(|_| differ);
        let mut change = self.between(now, before)?;
        for file in &mut change.files {
            // A list of changes names them; each is shown when it is asked for.
            file.diff = None;
        }
        Ok(wire::RevisionShift {
            at: moment(now.at),
            function: function.id,
            function_name: function.name.clone(),
            revision: now.revision.clone(),
            before: before.revision.clone(),
            starts: u32::try_from(inits.len()).unwrap_or(u32::MAX),
            before_starts: u32::try_from(inits_before.len()).unwrap_or(u32::MAX),
            verdict,
            init_ms: middle(&inits),
            before_init_ms: middle(&inits_before),
            files: change.files,
            settings: change.settings,
            note: change.note,
        })
    }

    /// Milliseconds, shortest first.
    fn inits(&self, app_id: i64, of: &CodeChangeRow) -> Result<Vec<f64>, ReportError> {
        let filter = StartFilter {
            project_id: None,
            app_id: Some(app_id),
            revision_id: Some(of.revision_id),
            range: Range::ALL,
        };
        let rows = self.reader.starts(&filter, SAMPLES)?;
        Ok(sorted(rows.iter().filter(|row| row.ready).map(|row| ms(row.init_us)).collect()))
    }
}

/// A rank-sum test (Mann and Whitney, 1947), by its normal approximation: it asks nothing of how inits are distributed.
fn verdict(before: &[f64], after: &[f64]) -> ShiftVerdict {
    let (n, m) = (before.len() as f64, after.len() as f64);
    let mean = n * m / 2.0;
    let deviation = (n * m * (n + m + 1.0) / 12.0).sqrt();
    let beyond_chance = |wins: f64| ((wins - mean).abs() - 0.5) / deviation >= BEYOND_CHANCE;
    if n == 0.0 || m == 0.0 || !beyond_chance(n * m) {
        // Even if every start after were shorter than every one before.
        return ShiftVerdict::TooFew;
    }
    let wins: f64 = before
        .iter()
        .flat_map(|one| after.iter().map(move |other| one.total_cmp(other)))
        .map(|order| match order {
            std::cmp::Ordering::Greater => 1.0,
            std::cmp::Ordering::Equal => 0.5,
            std::cmp::Ordering::Less => 0.0,
        })
        .sum();
    let middle = |inits: &[f64]| quantile(inits, 0.5).unwrap_or_default();
    let (old, new) = (middle(before), middle(after));
    if !beyond_chance(wins) || (new - old).abs() < old * WORTH_SAYING {
        ShiftVerdict::Alike
    } else if new < old {
        ShiftVerdict::Faster
    } else {
        ShiftVerdict::Slower
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_difference_is_told_only_beyond_noise() {
        let slow = [410.0, 415.0, 420.0, 428.0, 440.0];
        let fast = [171.0, 176.0, 180.0, 185.0, 240.0];
        assert_eq!(verdict(&slow, &fast), ShiftVerdict::Faster);
        assert_eq!(verdict(&fast, &slow), ShiftVerdict::Slower);
        assert_eq!(verdict(&slow, &slow), ShiftVerdict::Alike);
        let noisy = [160.0, 190.0, 175.0, 300.0, 172.0];
        assert_eq!(verdict(&fast, &noisy), ShiftVerdict::Alike, "the ranges overlap");
        let slightly = slow.map(|init| init - 31.0 * 0.5);
        assert_eq!(verdict(&slow, &slightly), ShiftVerdict::Alike, "less than five percent");
    }

    #[test]
    fn a_handful_says_nothing_however_far_apart() {
        assert_eq!(verdict(&[], &[1.0]), ShiftVerdict::TooFew);
        assert_eq!(verdict(&[400.0; 3], &[100.0; 3]), ShiftVerdict::TooFew);
        assert_eq!(verdict(&[400.0; 9], &[100.0]), ShiftVerdict::TooFew);
        assert_eq!(verdict(&[400.0; 4], &[100.0; 4]), ShiftVerdict::Faster);
    }
}
