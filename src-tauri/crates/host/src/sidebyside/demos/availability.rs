//! A process of each side is killed in the middle of a call, while calls come: what their callers lose by that, and how
//! soon the next is answered. Calls that the function fails by itself are no part of it, and a call or two more or less is
//! no difference.

mod killing;
mod seen;

use std::time::Duration;

use coldframe_protocol::{RowResult, Side};

use self::{
    killing::Killed,
    seen::{Calls, Seen, Sum},
};
use crate::sidebyside::{
    stage::{Result, Stage, failed},
    words::{count, detail, result, time},
};

const CALLS: u32 = 40;
/// Between two calls: as many times as long as one takes, within bounds. Both sides run on this machine.
const TIMES: u32 = 4;
const EVERY: (Duration, Duration) = (Duration::from_millis(50), Duration::from_millis(250));
/// Calls that are made before anything is killed: what fails of them fails by itself.
const FIRST: u32 = 12;
/// Calls in which a process is sought in the middle of one; then any will do.
const SOUGHT: u32 = 12;
/// Of calls that were lost or kept waiting: by fewer than these the two sides differ by chance.
const TELLING: u64 = 3;

pub(super) async fn run(stage: &Stage<'_>) -> Result<RowResult> {
    stage.twin().await?;
    let handler = stage.call().await.served.map_or(Duration::ZERO, |served| served.handler);
    let every = (handler * TIMES).clamp(EVERY.0, EVERY.1);
    let mut calls = Calls::new(stage);
    let (mut pool, mut twin) = (None, None);
    let mut due = tokio::time::interval(every);
    for call in 0..CALLS {
        due.tick().await;
        stage.doing("sending the same calls to both sides", 0.1 + 0.8 * f64::from(call) / f64::from(CALLS));
        calls.send();
        if call >= FIRST {
            killing::hunt(stage, &mut pool, &mut twin, every * 4 / 5, call >= FIRST + SOUGHT).await;
        }
    }
    stage.doing("waiting for the last answers", 0.95);
    let (of_pool, of_twin) = calls.answered().await;
    stage.still_resident().await?;
    let (Some(pool), Some(twin)) = (pool, twin) else {
        return Err(failed("no process was there to be killed", "choose an event that it answers"));
    };
    if [&of_pool, &of_twin].iter().any(|seen| !seen.iter().any(|call| call.well)) {
        return Err(failed(
            "no call was answered on both sides",
            "choose an event that the function answers",
        ));
    }
    Ok(told(every, (&of_pool, &pool), (&of_twin, &twin)))
}

fn told(
    every: Duration,
    (of_pool, killed): (&[Seen], &Killed),
    (of_twin, resident): (&[Seen], &Killed),
) -> RowResult {
    let (pool, twin) = (Sum::of(of_pool, killed), Sum::of(of_twin, resident));
    let soon =
        |sum: &Sum| sum.next.map_or_else(|| "never".to_owned(), |next| time(next.as_secs_f64() * 1_000.0));
    let better = better(&pool, &twin);
    let own = pool.own + twin.own;
    let stayed = match resident.others {
        0 => String::new(),
        1 => ", by the process that stayed".to_owned(),
        others => format!(", by the {others} processes that stayed"),
    };
    let verdict = match better {
        None => " That is no difference to speak of: here another process is started at once on both sides.",
        Some(_) => "",
    };
    let by_itself = match own {
        0 => String::new(),
        own => format!(
            " The function fails by itself, too ({own} of {} calls): those are not counted.",
            of_pool.len() + of_twin.len()
        ),
    };
    let lost = |sum: &Sum| plural(sum.lost);
    let slowest = |seen: &[Seen]| {
        let slowest = seen.iter().filter(|call| call.well).map(|call| call.took).max();
        slowest.map_or_else(|| "none".to_owned(), |took| time(took.as_secs_f64() * 1_000.0))
    };
    let how = |one: &Killed, sum: &Sum| match (one.in_flight, sum.lost) {
        (0, _) => "between two calls",
        (_, 0) => "as a call ended, which was answered all the same",
        _ => "in a call",
    };
    RowResult {
        better,
        details: vec![
            detail("calls", count(of_pool.len() as u64), count(of_twin.len() as u64)),
            detail("lost by the kill", count(pool.lost), count(twin.lost)),
            detail("kept waiting by it, a second or more", count(pool.waited), count(twin.waited)),
            detail("failed by themselves", count(pool.own), count(twin.own)),
            detail("the next was answered after", soon(&pool), soon(&twin)),
            detail("slowest answer", slowest(of_pool), slowest(of_twin)),
            detail("killed", format!("1 instance, {}", how(killed, &pool)), format!("1 of {}, {}", processes(resident.others + 1), how(resident, &twin))),
        ],
        too_few: (pool.harmed() != twin.harmed() && better.is_none())
            .then(|| "one or two more or less are chance".to_owned()),
        rests_on: vec![
            format!("{CALLS} calls, one each {} ms, to both sides at the same moments, and a process of each killed in the middle of a call where one could be caught in it", every.as_millis()),
            format!("a side is called the better one where its kill harmed fewer calls by {TELLING} at least: lost, or kept waiting a second longer than is usual"),
            "the resident process is started anew at once, on a machine that is well: one that died would first have to be noticed, and another booted (see the sourced figure and \"Provisioning\")".to_owned(),
            "lost is a call that was under way on the killed process, or that nobody was there to take; nobody tries it again here".to_owned(),
        ],
        ..result(
            (&lost(&pool), &format!("lost by the kill; the next was answered after {}", soon(&pool))),
            (&lost(&twin), &format!("lost by the kill; the next was answered after {}{stayed}", soon(&twin))),
            &format!(
                "Killing an instance cost its callers {}; killing {} {}. The next call was answered after {} on serverless and after {} on always-on{stayed}.{verdict}{by_itself}",
                lost(&pool),
                if resident.others == 0 { "the resident process".to_owned() } else { format!("one of {}", processes(resident.others + 1)) },
                lost(&twin),
                soon(&pool),
                soon(&twin),
            ),
        )
    }
}

/// The one whose kill harmed clearly fewer calls.
fn better(pool: &Sum, twin: &Sum) -> Option<Side> {
    if pool.harmed().abs_diff(twin.harmed()) < TELLING {
        return None;
    }
    Some(if pool.harmed() < twin.harmed() { Side::Serverless } else { Side::AlwaysOn })
}

fn plural(calls: u64) -> String {
    if calls == 1 { "1 call".to_owned() } else { format!("{} calls", count(calls)) }
}

fn processes(number: usize) -> String {
    if number == 1 { "1 process".to_owned() } else { format!("{number} processes") }
}

#[cfg(test)]
mod tests {
    use std::time::Instant;

    use super::*;

    /// A call each tenth of a second, the kill in the middle of the eleventh; `well` and `ran` (on some process; the eleventh
    /// on the one that is killed) by the call's number.
    fn seen(at: Instant, well: impl Fn(i32) -> bool, ran: impl Fn(i32) -> bool) -> Vec<Seen> {
        let call = |number: i32| {
            let (since, tenth) = ((number - 10) * 100 - 5, Duration::from_millis(10));
            let of = |ms: i32| Duration::from_millis(u64::from(ms.unsigned_abs()));
            let sent = if since < 0 { at - of(since) } else { at + of(since) };
            let process = if number <= 10 { KILLED } else { KILLED + 1 };
            Seen { sent, took: tenth, well: well(number), on: ran(number).then_some(process) }
        };
        (0..30).map(call).collect()
    }

    const KILLED: i64 = 7;

    fn killed(at: Instant, others: usize) -> Killed {
        Killed { id: KILLED, at, in_flight: 1, others }
    }

    #[test]
    fn a_function_that_fails_by_itself_and_a_call_more_or_less_make_no_difference() {
        let at = Instant::now() + Duration::from_mins(1);
        let pool = seen(at, |call| call % 3 != 2 && call != 10, |_| true);
        let twin = seen(at, |call| call % 3 != 2 && call != 10 && call != 12, |call| call != 12);
        let found = told(EVERY.0, (&pool, &killed(at, 0)), (&twin, &killed(at, 1)));
        assert_eq!((found.better, found.too_few.is_some()), (None, true), "{}", found.sentence);
        assert!(
            found.sentence.starts_with(
                "Killing an instance cost its callers 1 call; killing one of 2 processes 2 calls."
            ),
            "{}",
            found.sentence
        );
        assert!(found.sentence.contains("by the process that stayed. That is no difference to speak of: here another process is started at once on both sides. The function fails by itself, too (20 of 60 calls)"), "{}", found.sentence);
    }

    #[test]
    fn calls_that_are_always_slow_were_not_kept_waiting_by_the_kill() {
        let at = Instant::now() + Duration::from_mins(1);
        let pool = seen(at, |call| call != 10, |_| true);
        let slow = |call: &Seen| Seen { took: Duration::from_secs(3), ..*call };
        let twin: Vec<Seen> = pool.iter().map(slow).collect();
        for others in [0, 1] {
            let found = told(EVERY.0, (&pool, &killed(at, 0)), (&twin, &killed(at, others)));
            assert_eq!(found.better, None, "{}", found.sentence);
        }
    }

    #[test]
    fn one_call_lost_is_chance_and_so_is_one_that_waited_but_a_row_of_them_is_not() {
        let at = Instant::now() + Duration::from_mins(1);
        let twin = seen(at, |_| true, |_| true);
        let waits = |of: std::ops::Range<i32>| -> Vec<Seen> {
            let pool = seen(at, |call| call != 10, |_| true).into_iter().zip(0..);
            let late = |(call, number): (Seen, i32)| {
                let took = if of.contains(&number) { Duration::from_millis(1_500) } else { call.took };
                Seen { took, ..call }
            };
            pool.map(late).collect()
        };
        let found = |of| told(EVERY.0, (&waits(of), &killed(at, 0)), (&twin, &killed(at, 0)));
        let once = found(11..12);
        assert_eq!((once.better, once.too_few.is_some()), (None, true), "{}", once.sentence);
        let row = found(11..16);
        assert_eq!(row.better, Some(Side::AlwaysOn), "{}", row.sentence);
        let killed = once.details.iter().find(|one| one.label == "killed").unwrap();
        assert!(killed.always_on.ends_with("as a call ended, which was answered all the same"), "{killed:?}");
        assert!(killed.serverless.ends_with("in a call"), "{killed:?}");
    }

    #[test]
    fn whom_nobody_was_there_to_take_is_lost_until_the_next_is_answered() {
        let at = Instant::now() + Duration::from_mins(1);
        let pool = seen(at, |call| call != 10, |_| true);
        let twin = seen(at, |call| !(10..17).contains(&call), |call| !(11..17).contains(&call));
        let found = told(EVERY.0, (&pool, &killed(at, 0)), (&twin, &killed(at, 0)));
        assert_eq!(found.better, Some(Side::Serverless), "{}", found.sentence);
        assert_eq!(
            (found.serverless.figure.as_str(), found.always_on.figure.as_str()),
            ("1 call", "7 calls")
        );
        assert!(
            found.sentence.ends_with(
                "The next call was answered after 105 ms on serverless and after 705 ms on always-on."
            ),
            "{}",
            found.sentence
        );
    }
    #[test]
    fn all_that_a_process_had_is_lost_with_it_also_what_came_to_it_unnoticed() {
        let at = Instant::now() + Duration::from_mins(1);
        let pool = seen(at, |call| call != 10, |_| true);
        let long = |call: Seen| Seen { took: call.took + Duration::from_millis(450), ..call };
        let twin: Vec<Seen> =
            seen(at, |call| !(6..=11).contains(&call), |_| true).into_iter().map(long).collect();
        let twin: Vec<Seen> = twin
            .into_iter()
            .zip(0..)
            .map(|(call, n)| Seen { on: Some(if n <= 11 { KILLED } else { 9 }), ..call })
            .collect();
        let found = told(EVERY.0, (&pool, &killed(at, 0)), (&twin, &killed(at, 0)));
        assert_eq!(found.always_on.figure, "6 calls", "{}", found.sentence);
        assert!(!found.sentence.contains("by itself"), "{}", found.sentence);
    }
}
