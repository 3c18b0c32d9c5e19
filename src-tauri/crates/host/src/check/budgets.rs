//! What a function may take at most.

use coldframe_cost::Decimal;
use coldframe_protocol::{self as wire, CheckedWhat};

#[derive(Debug, Clone, Default)]
pub struct Budgets {
    pub cold_p95_ms: Option<f64>,
    /// Dollars.
    pub price_per_million: Option<Decimal>,
    /// MiB.
    pub memory_mb: Option<u32>,
}

impl Budgets {
    pub fn any(&self) -> bool {
        self.cold_p95_ms.is_some() || self.price_per_million.is_some() || self.memory_mb.is_some()
    }

    /// `most_memory`: of all rounds, MiB, if any was measured.
    pub(super) fn of(
        &self,
        metrics: &[wire::CheckedMetric],
        price: Option<&wire::CheckedPrice>,
        most_memory: Option<f64>,
    ) -> Vec<wire::CheckedBudget> {
        let mut told = Vec::new();
        let mut budget = |name: &str, most: String, now: Option<String>, exceeded: bool| {
            told.push(wire::CheckedBudget { budget: name.to_owned(), most, now, exceeded });
        };
        if let Some(most) = self.cold_p95_ms {
            let slow = metrics.iter().find(|metric| metric.metric == CheckedWhat::ColdP95);
            let now = slow.map(|metric| metric.now);
            budget(
                "cold_p95_ms",
                format!("{most}"),
                now.map(|now| format!("{now:.1}")),
                now.is_some_and(|now| now > most),
            );
        }
        if let Some(most) = self.price_per_million {
            let now = price.and_then(|price| price.now.parse::<Decimal>().ok());
            budget(
                "price_per_million",
                most.normalize().to_string(),
                price.map(|price| price.now.clone()),
                now.is_some_and(|now| now > most),
            );
        }
        if let Some(most) = self.memory_mb {
            let exceeded = most_memory.is_some_and(|now| now > f64::from(most));
            budget("memory_mb", most.to_string(), most_memory.map(|now| format!("{now:.1}")), exceeded);
        }
        told
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use coldframe_protocol::{CheckVerdict, CheckedMetric, CheckedPrice};

    #[test]
    fn what_is_over_is_over_and_what_was_not_measured_is_not() {
        let budgets = Budgets {
            cold_p95_ms: Some(800.0),
            price_per_million: Some(Decimal::from(5)),
            memory_mb: Some(256),
        };
        let metric = CheckedMetric {
            metric: CheckedWhat::ColdP95,
            before: None,
            now: 812.0,
            change: None,
            band: None,
            verdict: CheckVerdict::Alone,
            samples: 20,
            more: 0,
        };
        let price = CheckedPrice {
            plan: "p".into(),
            title: "P".into(),
            before: None,
            now: "5.00".into(),
            change: None,
            band: None,
            verdict: CheckVerdict::Alone,
        };
        let over = |told: Vec<wire::CheckedBudget>| told.iter().map(|one| one.exceeded).collect::<Vec<_>>();
        assert_eq!(over(budgets.of(&[metric], Some(&price), Some(256.5))), [true, false, true]);
        assert_eq!(over(budgets.of(&[], None, None)), [false, false, false]);
        assert!(budgets.any() && !Budgets::default().any());
    }
}
