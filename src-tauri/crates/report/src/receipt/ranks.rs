//! The rank-sum test (Mann, Whitney, Wilcoxon) and the shift that belongs to it (Hodges, Lehmann). Ranks, because a busy
//! machine now and then makes one sample ten times as long, which would drown every mean. Samples are compared with those
//! that were taken about when they were (the test of van Elteren, without weights): a load that comes and goes meets both
//! sides, and is not in their differences.

/// A two-sided chance of 1 in 2000.
const Z: f64 = 3.481;

/// What two samples come to.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Compared {
    /// Now less before: the median of all differences.
    pub(super) shift: f64,
    /// The shift is known to within this much, on the side of none at all: a shift no larger is none, for all one knows.
    pub(super) noise: f64,
}

/// In the order they were taken, `block` of either side at a time. `None` if one of them is empty.
pub(super) fn compare(before: &[f64], now: &[f64], block: usize) -> Option<Compared> {
    let (mut differences, mut variance) = (Vec::new(), 0.0);
    for (before, now) in before.chunks(block).zip(now.chunks(block)) {
        differences.extend(now.iter().flat_map(|now| before.iter().map(move |before| now - before)));
        let (n, m) = (before.len() as f64, now.len() as f64);
        variance += n * m * (n + m + 1.0) / 12.0;
    }
    differences.sort_by(f64::total_cmp);
    let shift = median(&differences)?;
    let last = differences.len() - 1;
    let cut = (differences.len() as f64 / 2.0 - Z * variance.sqrt()).floor().max(0.0) as usize;
    let (low, high) = (differences[cut], differences[last - cut]);
    Some(Compared { shift, noise: if shift > 0.0 { shift - low } else { high - shift } })
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

    const ALL: usize = usize::MAX;

    fn twenty(first: f64) -> Vec<f64> {
        (0..20).map(|step| first + f64::from(step)).collect()
    }

    #[test]
    fn what_does_not_overlap_stands_out_and_an_outlier_does_not_hide_it() {
        let compared = compare(&twenty(100.0), &twenty(150.0), ALL).unwrap();
        assert!(compared.shift == 50.0 && compared.noise < 50.0, "{compared:?}");
        let mut before = twenty(100.0);
        before[3] = 9000.0;
        for block in [5, ALL] {
            let compared = compare(&before, &twenty(150.0), block).unwrap();
            assert!((45.0..=50.0).contains(&compared.shift) && compared.noise < 45.0, "{compared:?}");
        }
    }

    #[test]
    fn what_is_alike_does_not() {
        let compared = compare(&twenty(100.0), &twenty(101.0), ALL).unwrap();
        assert!(compared.noise > compared.shift, "{compared:?}");
        let constant = compare(&[7.0; 20], &[7.0; 20], 5).unwrap();
        assert_eq!(constant, Compared { shift: 0.0, noise: 0.0 });
        assert_eq!(compare(&[], &[1.0], ALL), None);
    }

    #[test]
    fn a_load_that_grows_meanwhile_hides_nothing() {
        let before: Vec<f64> = (0..20).map(|round| 100.0 + 20.0 * f64::from(round)).collect();
        let now: Vec<f64> = before.iter().map(|before| before * 1.5).collect();
        let (near, all) = (compare(&before, &now, 5).unwrap(), compare(&before, &now, ALL).unwrap());
        assert!(near.shift > near.noise, "{near:?}");
        assert!(all.shift < all.noise, "one heap does not tell: {all:?}");
    }
}
