//! What the traffic of a run would cost.

use coldframe_cost::{Bin, Book, Decimal, Machine, Plan, Usage, Usd};
use coldframe_protocol as wire;

use crate::deployed::own_plan;

pub(super) const THERE: &str = "each call as long as it would take there, as the meter and Costs reckon";
pub(super) const HERE: &str = "each call as long as it took here";

/// A machine costs the same whatever it does.
pub(super) fn rent(machine: &Machine, figures: &wire::LoadFigures) -> Option<wire::LoadPrice> {
    let hour = machine.hour()?;
    let an_hour = Decimal::try_from(figures.achieved_rate * 3600.0).ok().filter(|calls| !calls.is_zero())?;
    Some(wire::LoadPrice {
        plan: machine.id.clone(),
        title: machine.title.clone(),
        usd_per_hour: hour.0.round_dp(6).normalize().to_string(),
        usd_per_million: (hour * (Decimal::from(1_000_000) / an_hour)).to_cents().to_string(),
        basis: "its hour, whatever is sent".to_owned(),
    })
}

/// On the plan the code is written for, by what the run itself kept: where its calls are not in the record, or not yet.
pub(super) fn price(book: &Book, figures: &wire::LoadFigures) -> Option<wire::LoadPrice> {
    let (plan, each, _) = each_call(book, &figures.usage)?;
    Some(at_rate(plan, each, figures, HERE))
}

/// Calls of that price at list price and the rate that was achieved.
pub(super) fn at_rate(plan: &Plan, each: Usd, figures: &wire::LoadFigures, basis: &str) -> wire::LoadPrice {
    let an_hour = Decimal::try_from(figures.achieved_rate * 3600.0).unwrap_or_default();
    wire::LoadPrice {
        plan: plan.id.clone(),
        title: plan.title.clone(),
        usd_per_hour: (each * an_hour).0.round_dp(6).normalize().to_string(),
        usd_per_million: (each * Decimal::from(1_000_000)).to_cents().to_string(),
        basis: basis.to_owned(),
    }
}

/// What a call costs on average, and how many there were; `None` without one.
pub(super) fn each_call<'a>(book: &'a Book, used: &wire::MeteredCalls) -> Option<(&'a Plan, Usd, u64)> {
    let calls = used.warm_calls + used.cold_calls;
    let plan = own_plan(book, &used.provider, &used.architecture)?;
    if calls == 0 {
        return None;
    }
    let warm = evenly(used.warm_calls, used.warm_ms, used.warm_ms, used.memory_mb);
    let cold = evenly(used.cold_calls, used.cold_ms, used.cold_init_ms, used.memory_mb);
    let mut usage = Usage::calls(warm.into_iter().chain(cold));
    // Known only when calls have finished: at most all of the time.
    usage.cpu_us = u128::from(used.warm_ms + used.cold_ms) * 1000;
    let each = plan.list_price(&plan.measure(&usage)) * (Decimal::ONE / Decimal::from(calls));
    Some((plan, each, calls))
}

/// So many calls that take so long together, as alike as whole milliseconds allow.
fn evenly(calls: u64, handler_ms: u64, init_handler_ms: u64, memory_mb: u32) -> Vec<Bin> {
    if calls == 0 {
        return Vec::new();
    }
    let longer = [handler_ms % calls, init_handler_ms % calls];
    let mut ends = [longer[0], longer[1], calls];
    ends.sort_unstable();
    let mut begin = 0;
    let parts = ends.into_iter().map(|end| {
        let more = |of: u64| u64::from(begin < of);
        let bin = Bin {
            handler_ms: handler_ms / calls + more(longer[0]),
            init_handler_ms: init_handler_ms / calls + more(longer[1]),
            memory_mb,
            observed_mb: None,
            count: end - begin,
        };
        begin = end;
        bin
    });
    parts.filter(|bin| bin.count > 0).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::load::sample::{figures, usage};

    #[test]
    fn calls_spread_evenly_take_as_long_as_they_took() {
        for (calls, handler_ms, init_ms) in [(3, 310, 901), (7, 0, 6), (1, 5, 9), (10, 19, 11)] {
            let bins = evenly(calls, handler_ms, init_ms, 128);
            let sum = |of: fn(&Bin) -> u64| bins.iter().map(|bin| of(bin) * bin.count).sum::<u64>();
            assert_eq!((sum(|_| 1), sum(|bin| bin.handler_ms)), (calls, handler_ms), "{bins:?}");
            assert_eq!(sum(|bin| bin.init_handler_ms), init_ms, "{bins:?}");
        }
        assert_eq!(evenly(0, 0, 0, 128), []);
    }

    #[test]
    fn an_hour_costs_what_its_calls_cost() {
        let price = price(&Book::built_in(), &figures(usage())).expect("calls ran");
        assert_eq!(price.plan, "aws-lambda-x86");
        // 1,003 calls took 101.401 GB-s with init: 101.0977 ms each, and $0.20 a million.
        assert_eq!(price.usd_per_million, "1.88");
        let hour: f64 = price.usd_per_hour.parse().expect("a number");
        let each = 101.401 / 1003.0 * 0.000_016_666_7 + 0.2e-6;
        assert!((hour - each * 180_000.0).abs() < 2e-6, "{hour} is not {}", each * 180_000.0);
    }

    #[test]
    fn the_plan_is_the_one_the_code_is_written_for() {
        let book = Book::built_in();
        let plan = |usage| price(&book, &figures(usage)).map(|price| price.plan);
        let arm = wire::MeteredCalls { architecture: "arm64".into(), ..usage() };
        assert_eq!(plan(arm).as_deref(), Some("aws-lambda-arm64"));
        let vercel = wire::MeteredCalls { provider: "vercel".into(), ..usage() };
        assert_eq!(plan(vercel).as_deref(), Some("vercel-fluid-pro"));
        assert_eq!(plan(wire::MeteredCalls { provider: "nobody".into(), ..usage() }), None);
        assert_eq!(plan(wire::MeteredCalls::default()), None, "nothing ran");
    }
}
