//! What a million warm calls cost on the plan the code is written for. Derived from duration, CPU and memory, and so is
//! its verdict and its band: money has no noise of its own.

use coldframe_cost::{Bin, Book, CoreSpeed, Decimal, Plan, Usage, Usd};
use coldframe_protocol::{CheckVerdict, CheckedPrice};

use super::judge::worse_if;
use crate::deployed::own_plan;

/// A warm call of one side.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Call {
    /// MiB it is configured with.
    pub memory_mb: u32,
    pub handler_ms: f64,
    pub cpu_ms: f64,
}

/// What became of the calls' duration.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Duration {
    pub verdict: CheckVerdict,
    pub band_ms: Option<f64>,
}

/// `None` where nobody sells what the code is written for.
pub fn price(
    book: &Book,
    provider: &str,
    architecture: &str,
    (before, now): (Option<Call>, Call),
    duration: Duration,
) -> Option<CheckedPrice> {
    let plan = own_plan(book, provider, architecture)?;
    let (was, is) = (before.map(|before| million(plan, before)), million(plan, now));
    let within = before.zip(duration.band_ms).map(|(before, band_ms)| {
        let share = before.cpu_ms / before.handler_ms.max(f64::MIN_POSITIVE);
        let handler_ms = before.handler_ms + band_ms;
        million(plan, Call { handler_ms, cpu_ms: handler_ms * share, ..before })
    });
    let verdict = match (before, duration.verdict) {
        (None, _) => CheckVerdict::Alone,
        (Some(_), CheckVerdict::Worse | CheckVerdict::Better) => moved(was, Some(is), duration.verdict),
        // Another memory is another price, however long it takes.
        (Some(before), _) if before.memory_mb != now.memory_mb => {
            moved(was, Some(million(plan, Call { memory_mb: now.memory_mb, ..before })), duration.verdict)
        }
        (Some(_), verdict) => verdict,
    };
    let text = |usd: Usd| usd.to_cents().to_string();
    let difference = |other: Usd, from: Usd| text(Usd(other.to_cents().0 - from.to_cents().0));
    Some(CheckedPrice {
        plan: plan.id.clone(),
        title: plan.title.clone(),
        before: was.map(text),
        now: text(is),
        change: was.map(|was| difference(is, was)),
        band: within.zip(was).map(|(within, was)| difference(within, was)),
        verdict,
    })
}

fn moved(was: Option<Usd>, is: Option<Usd>, verdict: CheckVerdict) -> CheckVerdict {
    let Some((was, is)) = was.zip(is) else { return verdict };
    // Plans bill by the millisecond, or by a hundred: a change within one is free.
    if was.to_cents() == is.to_cents() { CheckVerdict::Unchanged } else { worse_if(is.0 > was.0) }
}

fn million(plan: &Plan, call: Call) -> Usd {
    let ms = call.handler_ms.max(0.0).ceil() as u64;
    let here =
        Bin { handler_ms: ms, init_handler_ms: ms, memory_mb: call.memory_mb, observed_mb: None, count: 1 };
    let share = call.cpu_ms.max(0.0) / call.handler_ms.max(f64::MIN_POSITIVE);
    let mut usage = Usage::calls([plan.pace(call.memory_mb, CoreSpeed::SAME).bin(here, share)]);
    usage.cpu_us = (call.cpu_ms.max(0.0) * 1000.0).round() as u128;
    plan.list_price(&plan.measure(&usage)) * Decimal::from(1_000_000)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn call(memory_mb: u32, handler_ms: f64) -> Call {
        Call { memory_mb, handler_ms, cpu_ms: handler_ms }
    }

    fn priced(before: Option<Call>, now: Call, verdict: CheckVerdict) -> CheckedPrice {
        let duration = Duration { verdict, band_ms: Some(2.0) };
        price(&Book::built_in(), "aws", "x86_64", (before, now), duration).expect("Lambda has a price")
    }

    #[test]
    fn it_follows_duration_and_memory() {
        let worse = priced(Some(call(1769, 50.0)), call(1769, 100.0), CheckVerdict::Worse);
        assert_eq!((worse.now.as_str(), worse.verdict), ("3.08", CheckVerdict::Worse));
        let noise = priced(Some(call(1769, 99.2)), call(1769, 104.0), CheckVerdict::Unchanged);
        assert_eq!(noise.verdict, CheckVerdict::Unchanged, "as the duration is");
        let waits = |memory_mb| Call { cpu_ms: 1.0, ..call(memory_mb, 100.0) };
        let larger = priced(Some(waits(128)), waits(1769), CheckVerdict::Unchanged);
        assert_eq!(larger.verdict, CheckVerdict::Worse, "by the memory alone");
        let computes = priced(Some(call(128, 100.0)), call(1769, 100.0), CheckVerdict::Unchanged);
        assert_eq!(computes.verdict, CheckVerdict::Unchanged, "a larger part of a core is done sooner");
        let within = priced(Some(call(128, 0.3)), call(128, 0.8), CheckVerdict::Worse);
        assert_eq!(within.verdict, CheckVerdict::Unchanged, "both are billed as a millisecond");
        let alone = priced(None, call(128, 10.0), CheckVerdict::Alone);
        assert_eq!((alone.before, alone.verdict), (None, CheckVerdict::Alone));
    }

    #[test]
    fn what_nobody_sells_has_no_price() {
        let none = {
            let duration = Duration { verdict: CheckVerdict::Alone, band_ms: None };
            price(&Book::built_in(), "nobody", "x86_64", (None, call(128, 1.0)), duration)
        };
        assert_eq!(none, None);
    }
}
