//! Figures by name, units in the name, so that runs can be compared by machines and by people.

use std::{collections::BTreeMap, fs, path::Path};

use anyhow::{Context as _, Result};
use serde::{Deserialize, Serialize};

use crate::machine::Machine;

#[derive(Debug, Default)]
pub(crate) struct Figures(BTreeMap<String, f64>);

#[derive(Serialize, Deserialize)]
struct Run {
    machine: Machine,
    figures: BTreeMap<String, f64>,
}

impl Figures {
    pub(crate) fn put(&mut self, name: impl Into<String>, value: f64) {
        self.0.insert(name.into(), (value * 1000.0).round() / 1000.0);
    }

    pub(crate) fn get(&self, name: &str) -> Option<f64> {
        self.0.get(name).copied()
    }

    /// Puts `one / other` under a name, if both are known.
    pub(crate) fn put_ratio(&mut self, name: &str, one: &str, other: &str) {
        if let (Some(one), Some(other)) = (self.get(one), self.get(other))
            && other > 0.0
        {
            self.put(name, one / other);
        }
    }

    pub(crate) fn write(&self, machine: &Machine, file: &Path) -> Result<()> {
        let run = Run { machine: machine.clone(), figures: self.0.clone() };
        let text = serde_json::to_string_pretty(&run)?;
        fs::write(file, text + "\n").with_context(|| format!("cannot write {}", file.display()))
    }

    /// Prints each figure beside that of an earlier run.
    pub(crate) fn compare(&self, machine: &Machine, file: &Path) -> Result<()> {
        let text = fs::read_to_string(file).with_context(|| format!("cannot read {}", file.display()))?;
        let old: Run =
            serde_json::from_str(&text).with_context(|| format!("{} is not a run", file.display()))?;
        println!("\nbeside {} ({})", file.display(), old.machine);
        if !machine.is_like(&old.machine) {
            println!("another machine: only the ratios compare");
        }
        println!("{:<44} {:>12} {:>12} {:>9}", "", "then", "now", "then/now");
        for (name, now) in &self.0 {
            match old.figures.get(name) {
                Some(then) if *now != 0.0 => {
                    println!("{name:<44} {then:>12.2} {now:>12.2} {:>8.2}x", then / now);
                }
                _ => println!("{name:<44} {:>12} {now:>12.2}", "-"),
            }
        }
        Ok(())
    }
}

/// The middle value; of an even number the lower of the two in the middle.
pub(crate) fn median(values: impl IntoIterator<Item = f64>) -> f64 {
    let mut values: Vec<f64> = values.into_iter().collect();
    values.sort_by(f64::total_cmp);
    values.get(values.len().saturating_sub(1) / 2).copied().unwrap_or(f64::NAN)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_median_is_the_middle_value() {
        assert!((median([3.0, 1.0, 2.0]) - 2.0).abs() < f64::EPSILON);
        assert!((median([4.0, 1.0, 2.0, 3.0]) - 2.0).abs() < f64::EPSILON);
        assert!(median([]).is_nan(), "nothing has no middle");
    }

    #[test]
    fn a_ratio_needs_both_of_its_figures() {
        let mut figures = Figures::default();
        figures.put("a_us", 150.0);
        figures.put_ratio("a_over_b_ratio", "a_us", "b_us");
        assert_eq!(figures.get("a_over_b_ratio"), None);
        figures.put("b_us", 100.0);
        figures.put_ratio("a_over_b_ratio", "a_us", "b_us");
        assert_eq!(figures.get("a_over_b_ratio"), Some(1.5));
    }
}
