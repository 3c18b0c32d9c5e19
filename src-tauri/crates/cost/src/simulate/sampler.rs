//! Draws the times of one call after the other from what is known of a service.

use super::service::{ColdTime, LONGEST_US, Service, Times, WarmTime};
use crate::random::{Random, high};

/// One call's handler time, and the row of the table it is from.
#[derive(Debug, Clone, Copy)]
pub(super) struct Drawn {
    pub(super) handler_us: u64,
    pub(super) init_us: u64,
    /// [`NO_ROW`] where it is from no table.
    pub(super) row: u32,
}

pub(super) const NO_ROW: u32 = u32::MAX;

#[derive(Debug)]
pub(super) struct Sampler<'a> {
    times: &'a Times,
    random: Random,
    next: usize,
}

impl<'a> Sampler<'a> {
    pub(super) fn new(service: &'a Service, random: Random) -> Self {
        Self { times: &service.times, random, next: 0 }
    }

    #[inline]
    pub(super) fn warm(&mut self) -> Drawn {
        match self.times {
            Times::Drawn { warm, .. } => {
                let row = warm.draw(&mut self.random);
                Drawn { handler_us: warm.rows[row].handler_us, init_us: 0, row: row as u32 }
            }
            Times::Exponential { mean_us, .. } => self.exponential(*mean_us, 0),
            Times::InOrder { calls, .. } => Drawn { init_us: 0, ..self.in_order(calls) },
        }
    }

    pub(super) fn cold(&mut self) -> Drawn {
        match self.times {
            Times::Drawn { cold, .. } => {
                let row = cold.draw(&mut self.random);
                let ColdTime { init_us, handler_us, .. } = cold.rows[row];
                Drawn { handler_us, init_us, row: row as u32 }
            }
            Times::Exponential { mean_us, init_us } => self.exponential(*mean_us, *init_us),
            Times::InOrder { calls, cold } => {
                let own = self.in_order(calls);
                if own.init_us > 0 {
                    return own;
                }
                let row = cold.draw(&mut self.random);
                Drawn { init_us: cold.rows[row].init_us, ..own }
            }
        }
    }

    fn exponential(&mut self, mean_us: u64, init_us: u64) -> Drawn {
        let handler = self.random.exponential() * mean_us as f64 + 0.5;
        Drawn { handler_us: (handler as u64).min(LONGEST_US), init_us, row: NO_ROW }
    }

    fn in_order(&mut self, calls: &[ColdTime]) -> Drawn {
        let ColdTime { init_us, handler_us, .. } = calls[self.next % calls.len()];
        self.next += 1;
        Drawn { handler_us, init_us, row: NO_ROW }
    }
}

/// Rows drawn in proportion to their counts in constant time, by Walker's alias method as set up by Vose.
/// <https://www.keithschwarz.com/darts-dice-coins/>
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Table<T> {
    pub(super) rows: Vec<T>,
    /// Of each row: below this fraction of 2^32 the row itself, else the other.
    alias: Vec<(u32, u32)>,
}

pub(super) trait Counted {
    fn count(&self) -> u64;
}

impl Counted for WarmTime {
    fn count(&self) -> u64 {
        self.count
    }
}

impl Counted for ColdTime {
    fn count(&self) -> u64 {
        self.count
    }
}

impl<T: Counted> Table<T> {
    pub(super) fn new(rows: Vec<T>) -> Self {
        let total: f64 = rows.iter().map(|row| row.count() as f64).sum();
        let mut shares: Vec<f64> =
            rows.iter().map(|row| row.count() as f64 * rows.len() as f64 / total).collect();
        let mut alias: Vec<(u32, u32)> = (0..rows.len()).map(|row| (u32::MAX, row as u32)).collect();
        let (mut small, mut large): (Vec<usize>, Vec<usize>) =
            (0..rows.len()).partition(|row| shares[*row] < 1.0);
        while let (Some(poor), Some(&rich)) = (small.pop(), large.last()) {
            alias[poor] = ((shares[poor] * f64::from(u32::MAX)) as u32, rich as u32);
            shares[rich] -= 1.0 - shares[poor];
            if shares[rich] < 1.0 {
                large.pop();
                small.push(rich);
            }
        }
        Self { rows, alias }
    }

    #[inline]
    fn draw(&self, random: &mut Random) -> usize {
        let bits = random.bits();
        let row = high(bits, self.rows.len() as u64) as usize;
        let (own, other) = self.alias[row];
        // The low half is as good as independent of which row the whole number fell on.
        if (bits as u32) <= own { row } else { other as usize }
    }
}
