//! Starts that have something in common, with the calls of the same.

use std::collections::BTreeMap;

use coldframe_protocol as wire;
use coldframe_store::{RollUp, RollUpKey, StartRow};

/// What is sorted into groups.
pub(super) enum Of<'a> {
    Start(&'a StartRow, &'a wire::Start),
    Calls(&'a RollUpKey),
}

#[derive(Default)]
struct Group<'a> {
    name: String,
    starts: Vec<&'a wire::Start>,
    calls: u64,
    cold: u64,
}

/// `key` gives what tells a group from others, and its name. Only groups with a start are told, the slowest first.
pub(super) fn by<'a>(
    by: &str,
    starts: impl Iterator<Item = (&'a StartRow, &'a wire::Start)>,
    calls: &[RollUp],
    key: impl Fn(Of<'_>) -> (String, String),
) -> Vec<wire::StartGroup> {
    let mut groups: BTreeMap<String, Group<'a>> = BTreeMap::new();
    for (row, start) in starts {
        let (id, name) = key(Of::Start(row, start));
        let group = groups.entry(id).or_default();
        group.name = name;
        group.starts.push(start);
    }
    for of in calls {
        if let Some(group) = groups.get_mut(&key(Of::Calls(&of.key)).0) {
            group.calls += of.figures.counts.all();
            group.cold += of.figures.sums.cold;
        }
    }
    let mut told: Vec<wire::StartGroup> = groups.into_values().filter_map(|group| told(by, group)).collect();
    told.sort_by(|a, b| b.p50_ms.total_cmp(&a.p50_ms));
    told
}

fn told(by: &str, group: Group<'_>) -> Option<wire::StartGroup> {
    let first = *group.starts.first()?;
    let of = |value: fn(&wire::Start) -> f64| sorted(group.starts.iter().map(|start| value(start)).collect());
    let middle = |value: fn(&wire::Start) -> f64| quantile(&of(value), 0.5).unwrap_or_default();
    let totals = of(|start| start.total_ms);
    let one = by != "runtime";
    Some(wire::StartGroup {
        by: by.to_owned(),
        name: group.name,
        function: one.then_some(first.function_id),
        function_name: one.then(|| first.function.clone()),
        starts: group.starts.len() as u64,
        calls: group.calls,
        cold_calls: group.cold,
        queue_ms: middle(|start| start.queue_ms),
        build_ms: middle(|start| start.build_ms),
        spawn_ms: middle(|start| start.spawn_ms),
        boot_ms: middle(|start| start.boot_ms),
        init_ms: middle(|start| start.init_ms),
        p50_ms: quantile(&totals, 0.5)?,
        p95_ms: quantile(&totals, 0.95)?,
        max_ms: *totals.last()?,
    })
}

pub(super) fn sorted(mut values: Vec<f64>) -> Vec<f64> {
    values.sort_by(f64::total_cmp);
    values
}

/// The value below which a share of the sorted values lies (nearest rank); nothing of none.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a share of a list's length, never negative"
)]
pub(super) fn quantile(sorted: &[f64], share: f64) -> Option<f64> {
    let rank = (share * sorted.len() as f64).ceil() as usize;
    sorted.get(rank.saturating_sub(1).min(sorted.len().saturating_sub(1))).copied()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantiles_are_values_that_were_measured() {
        assert_eq!(quantile(&[], 0.5), None);
        assert_eq!(quantile(&[7.0], 0.95), Some(7.0));
        assert_eq!(quantile(&[1.0, 2.0, 3.0, 4.0], 0.5), Some(2.0));
        assert_eq!(quantile(&[1.0, 2.0, 3.0, 4.0], 0.95), Some(4.0));
    }
}
