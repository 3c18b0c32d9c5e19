//! How much of what happens is sent whole: a burst all of it, of a flood that lasts as much as a page can take that has
//! something else to do. The rest is counted, and the record has it.

/// Lines of one batch.
pub(super) const MOST_LINES: usize = 500;

/// What may still be sent of rows of calls, and of log lines.
#[derive(Debug, Clone, Copy)]
pub(super) struct Budget {
    pub(super) rows: Allowance,
    pub(super) lines: Allowance,
}

#[derive(Debug, Clone, Copy)]
pub(super) struct Allowance {
    left: usize,
    most: usize,
    /// Of each batch.
    gain: usize,
}

impl Default for Budget {
    fn default() -> Self {
        Self { rows: Allowance::new(200, 25), lines: Allowance::new(MOST_LINES, 100) }
    }
}

impl Budget {
    /// Of the batch after this one.
    pub(super) fn next(self) -> Self {
        Self { rows: self.rows.next(), lines: self.lines.next() }
    }
}

impl Allowance {
    fn new(most: usize, gain: usize) -> Self {
        Self { left: most, most, gain }
    }

    pub(super) fn take(&mut self) -> bool {
        let some = self.left > 0;
        self.left = self.left.saturating_sub(1);
        some
    }

    fn next(self) -> Self {
        Self { left: self.most.min(self.left + self.gain), ..self }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn taken(allowance: &mut Allowance, wanted: usize) -> usize {
        (0..wanted).filter(|_| allowance.take()).count()
    }

    #[test]
    fn a_burst_is_sent_whole_and_of_a_flood_the_same_few_of_every_batch() {
        let mut rows = Budget::default().rows;
        assert_eq!(taken(&mut rows, 150), 150, "a burst");
        let each: Vec<usize> = (0..5)
            .map(|_| {
                rows = rows.next();
                taken(&mut rows, 250)
            })
            .collect();
        assert_eq!(each, [75, 25, 25, 25, 25], "a flood");
        for _ in 0..8 {
            rows = rows.next();
        }
        assert_eq!(taken(&mut rows, 250), 200, "after some quiet");
    }
}
