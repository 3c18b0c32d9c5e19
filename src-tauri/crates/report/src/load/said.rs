//! What the figures of a run rest on, in words.

use coldframe_cost::{Book, Decimal, Plan};
use coldframe_protocol as wire;

use super::price::HERE;
use crate::{deployed::own_plan, wording::rate};

/// Sent later than this, calls were held up by the machine that sends them.
const LATE_MS: f64 = 5.0;
/// Calls that took so many times as long as their work waited most of the time.
const WAITED: f64 = 2.0;
/// So many instances started meanwhile keep a machine busy, and one failed call in so many is more than a few.
const STARTS: u64 = 8;
const FAILED: u64 = 20;

/// That starting the pool's instances may be why calls failed on the twin.
pub(super) fn starved(pool: &wire::LoadFigures, twin: &wire::LoadFigures) -> Option<String> {
    let failed = twin.errors + twin.unfinished;
    if pool.cold < STARTS || twin.sent == 0 || failed * FAILED < twin.sent {
        return None;
    }
    Some(format!(
        "{failed} of its {} calls failed while the pool started instances for {} calls on the same cores: that may be why, and a \
         machine of its own would not have it. Send fewer calls a second, or ramp up (`--shape ramp`), and look again",
        twin.sent, pool.cold
    ))
}

/// That calls waited for a process rather than for its answer, where more were under way than the twin takes.
pub(super) fn held_up(twin: &wire::TwinLoad, course: &wire::LoadCourse) -> Option<String> {
    let (processes, each) = (twin.processes, twin.calls_each);
    let room = processes.saturating_mul(each);
    let most = course.series.in_flight.iter().copied().max().unwrap_or(0);
    let usage = &twin.figures.usage;
    let calls = usage.warm_calls + usage.cold_calls;
    let p50_ms = twin.figures.latency.as_ref()?.p50_ms;
    let handler_ms = (usage.warm_ms + usage.cold_ms) as f64 / calls.max(1) as f64;
    if room == 0 || most <= room || p50_ms <= WAITED * handler_ms.max(1.0) {
        return None;
    }
    let some = |number: u32, what: &str, more: &str| {
        if number == 1 { format!("1 {what}") } else { format!("{number} {what}{more}") }
    };
    let takes = if processes == 1 { "takes" } else { "take" };
    Some(format!(
        "it could not keep up: {} with {} at a time {takes} {room} at once, and up to {most} were under way, so that calls \
         waited for a process; more processes take more (`coldframe twin --processes N`)",
        some(processes, "process", "es"),
        some(each, "call", "s"),
    ))
}

/// What a price of recorded calls takes into account.
pub(super) fn paced(plan: &Plan, used: &wire::MeteredCalls) -> String {
    let core = plan.vcpu(used.memory_mb).filter(|vcpu| *vcpu < Decimal::ONE);
    let core = core.map_or_else(String::new, |vcpu| {
        format!(" ({} of a core with {} MB)", vcpu.round_dp(2).normalize(), used.memory_mb)
    });
    format!(
        "its price is of calls as long as they would take on {}{core}, cold starts as they would go there: as the meters and \
         Costs reckon",
        plan.title
    )
}

/// That a call which computes takes longer on the plan than here, which only the record can tell.
pub(super) fn unpaced(book: &Book, used: &wire::MeteredCalls) -> String {
    let plan = own_plan(book, &used.provider, &used.architecture);
    let vcpu = plan.and_then(|plan| plan.vcpu(used.memory_mb)).filter(|vcpu| *vcpu < Decimal::ONE);
    let core = plan.zip(vcpu).map_or_else(String::new, |(plan, vcpu)| {
        format!(
            "; with {} MB {} gives them {} of a core, on which what computes takes longer and costs more",
            used.memory_mb,
            plan.title,
            vcpu.round_dp(2).normalize()
        )
    });
    format!("its price is of calls as long as they were here, for the record has them not, or not yet{core}")
}

pub(super) fn rests_on(run: &wire::LoadRun) -> Vec<String> {
    let figures = &run.figures;
    let mut said = vec![
        "a call is sent when it is due, whether those before have been answered or not, and its latency counts from \
         that moment: waiting is measured, not left out"
            .to_owned(),
        "calls are made inside Coldframe, as every door makes them: no network and no HTTP is in the latency"
            .to_owned(),
    ];
    let without = figures.throttled + figures.dropped + figures.unfinished;
    if without > 0 {
        said.push(format!(
            "{without} calls were throttled, dropped or not waited for: they have no latency and no price"
        ));
    }
    if figures.crowded > 0 {
        said.push(format!(
            "{} of the dropped calls were not sent because {} others waited for an instance: this machine cannot start \
             them that fast",
            figures.crowded, run.plan.most_waiting
        ));
    }
    if let Some(late) = figures.late_p99_ms.filter(|late| *late > LATE_MS) {
        said.push(format!(
            "this machine was busy: one call in a hundred was sent more than {late:.0} ms after it was due, which is in \
             its latency"
        ));
    }
    if let Some(twin) = &run.twin {
        said.push(
            "each call that was sent went to the resident twin at the same moment, as a copy, one side first and then the other in \
             turn: both sides shared this machine, and made each other slower"
                .to_owned(),
        );
        if let Some(price) = &twin.price {
            said.push(format!(
                "the twin's hour is that of one {}, whatever is sent; a million calls are a share of it at {} calls a second",
                price.title,
                rate(twin.figures.achieved_rate)
            ));
        }
    }
    if let Some(price) = &run.price {
        let mut sentence = format!(
            "an hour is priced at {} calls a second on {}, at list price without the free tier",
            rate(figures.achieved_rate),
            price.title
        );
        if figures.usage.provider != "aws" && price.basis == HERE {
            sentence.push_str(", as if no two calls shared an instance and each kept its CPU busy: at most");
        }
        said.push(sentence);
    }
    said
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::load::sample::{figures, usage};

    #[test]
    fn a_part_of_a_core_is_told_where_the_price_does_not_count_it() {
        let book = Book::built_in();
        let small = wire::MeteredCalls { memory_mb: 128, ..usage() };
        let whole = wire::MeteredCalls { memory_mb: 1769, ..usage() };
        let said = unpaced(&book, &small);
        assert!(said.contains("with 128 MB AWS Lambda x86 gives them 0.07 of a core"), "{said}");
        assert!(!unpaced(&book, &whole).contains("of a core"), "a whole one");
        let plan = book.plan("aws-lambda-x86").expect("it is there");
        assert!(
            paced(plan, &small).contains("(0.07 of a core with 128 MB)")
                && !paced(plan, &whole).contains("core with")
        );
    }

    #[test]
    fn a_twin_that_fails_while_the_pool_starts_says_what_else_ran() {
        let sides = |cold, errors| {
            let pool = wire::LoadFigures { cold, ..figures(usage()) };
            starved(&pool, &wire::LoadFigures { sent: 58, errors, ..figures(usage()) })
        };
        let said = sides(58, 58).expect("all of them failed");
        assert!(
            said.contains("58 of its 58 calls failed while the pool started instances for 58 calls"),
            "{said}"
        );
        assert_eq!((sides(3, 58), sides(58, 1)), (None, None), "few starts, or few failures");
    }

    #[test]
    fn a_twin_that_cannot_keep_up_says_how_many_calls_it_takes() {
        let latency = |p50_ms| wire::LoadLatency {
            mean_ms: p50_ms,
            p50_ms,
            p90_ms: p50_ms,
            p99_ms: p50_ms,
            p999_ms: p50_ms,
            max_ms: p50_ms,
        };
        let twin = |p50_ms| wire::TwinLoad {
            figures: wire::LoadFigures { latency: Some(latency(p50_ms)), ..figures(usage()) },
            price: None,
            processes: 2,
            calls_each: 1,
            held_up: None,
        };
        let mut course = wire::LoadCourse::default();
        course.series.in_flight = vec![1, 40, 3];
        let said = held_up(&twin(7_700.0), &course).expect("they waited");
        assert!(
            said.contains("2 processes with 1 call at a time take 2 at once, and up to 40 were under way"),
            "{said}"
        );
        assert!(said.contains("--processes"), "{said}");
        assert_eq!(held_up(&twin(110.0), &course), None, "a few waited, most did not");
        course.series.in_flight = vec![1, 2];
        assert_eq!(held_up(&twin(7_700.0), &course), None, "there was room");
    }
}
