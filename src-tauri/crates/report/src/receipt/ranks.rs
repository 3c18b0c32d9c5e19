//! The rank-sum test (Mann, Whitney, Wilcoxon) and the shift that belongs to it (Hodges, Lehmann). Ranks, because a busy
//! machine now and then makes one sample ten times as long, which would drown every mean.

/// A two-sided chance of 1 in 100.
const Z: f64 = 2.576;

/// What two samples come to.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Compared {
    /// Whether one side ranks above the other by more than chance.
    pub(super) apart: bool,
    /// Now less before: the median of all differences.
    pub(super) shift: f64,
    /// The shift is known to within this much, with the same certainty: to the farther side, and towards none at all.
    pub(super) within: f64,
    pub(super) towards_none: f64,
}

/// `None` if one of them is empty.
pub(super) fn compare(before: &[f64], now: &[f64]) -> Option<Compared> {
    if before.is_empty() || now.is_empty() {
        return None;
    }
    let mut differences: Vec<f64> =
        now.iter().flat_map(|now| before.iter().map(move |before| now - before)).collect();
    differences.sort_by(f64::total_cmp);
    let shift = median(&differences)?;
    let (n, m) = (before.len() as f64, now.len() as f64);
    let deviation = (n * m / 12.0 * (n + m + 1.0 - ties(before, now))).sqrt();
    // Of all pairs those in which now is the larger, a tie being half of one.
    let larger = differences.iter().filter(|difference| **difference > 0.0).count() as f64;
    let level = differences.iter().filter(|difference| **difference == 0.0).count() as f64;
    let off = ((larger + level / 2.0 - n * m / 2.0).abs() - 0.5).max(0.0);
    let apart = deviation > 0.0 && off / deviation >= Z;
    let reach = Z * (n * m * (n + m + 1.0) / 12.0).sqrt();
    let cut = (n * m / 2.0 - reach).floor().max(0.0) as usize;
    let last = differences.len() - 1;
    let (low, high) = (differences[cut.min(last)], differences[last - cut.min(last)]);
    let (below, above) = (shift - low, high - shift);
    let towards_none = if shift > 0.0 { below } else { above };
    Some(Compared { apart, shift, within: below.max(above), towards_none })
}

/// What equal values take from the variance, so that two constant sides are never apart.
fn ties(before: &[f64], now: &[f64]) -> f64 {
    let mut all: Vec<f64> = before.iter().chain(now).copied().collect();
    all.sort_by(f64::total_cmp);
    let count = all.len() as f64;
    let equal = all.chunk_by(|one, other| one == other).map(|group| group.len() as f64);
    equal.map(|tied| tied.powi(3) - tied).sum::<f64>() / (count * (count - 1.0)).max(1.0)
}

pub(super) fn median(sorted: &[f64]) -> Option<f64> {
    let upper = *sorted.get(sorted.len() / 2)?;
    if sorted.len() % 2 == 1 {
        return Some(upper);
    }
    Some(f64::midpoint(sorted[sorted.len() / 2 - 1], upper))
}

/// Sorted copy, for whoever needs a place in the order.
pub(super) fn sorted(values: &[f64]) -> Vec<f64> {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    sorted
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ten(first: f64) -> Vec<f64> {
        (0..10).map(|step| first + f64::from(step)).collect()
    }

    #[test]
    fn what_does_not_overlap_is_apart_and_an_outlier_does_not_hide_it() {
        let compared = compare(&ten(100.0), &ten(150.0)).unwrap();
        assert!(compared.apart && compared.shift == 50.0, "{compared:?}");
        let mut before = ten(100.0);
        before[3] = 9000.0;
        let compared = compare(&before, &ten(150.0)).unwrap();
        assert!(compared.apart && (45.0..55.0).contains(&compared.shift), "{compared:?}");
    }

    #[test]
    fn what_is_alike_is_not() {
        let compared = compare(&ten(100.0), &ten(101.0)).unwrap();
        assert!(!compared.apart && compared.within > 1.0, "{compared:?}");
        let constant = compare(&[7.0; 10], &[7.0; 10]).unwrap();
        assert_eq!(constant, Compared { apart: false, shift: 0.0, within: 0.0, towards_none: 0.0 });
    }

    #[test]
    fn a_handful_is_never_apart() {
        assert!(!compare(&[1.0, 2.0], &[1000.0, 2000.0]).unwrap().apart);
        assert_eq!(compare(&[], &[1.0]), None);
    }
}
