//! What a person asked for, with its defaults, found to be within the bounds.

use coldframe_cost::{Pattern, Schedule};
use coldframe_protocol::{ErrorCode, LoadPlan, LoadShape, RpcError, StartLoad};
use coldframe_report::MOST_REPLAYED;

/// Calls a second: more is no longer measured by this machine, only suffered.
const MOST_RATE: f64 = 5_000.0;
const MOST_SECONDS: f64 = 3_600.0;
const MOST_IN_FLIGHT: u32 = 10_000;
const IN_FLIGHT: u32 = 1_000;
/// Calls that may wait for an instance, for each core.
const WAITING_A_CORE: u32 = 16;
const LEAST_WAITING: u32 = 32;
const MOST_SPEED: f64 = 1_000.0;
/// Four weeks.
const MOST_REPLAY_MINUTES: u32 = 28 * 24 * 60;

#[derive(Debug)]
pub(super) struct Wanted {
    pub(super) plan: LoadPlan,
    pub(super) schedule: Schedule,
}

/// Of a replay, how far back it looks.
pub(super) fn replay_minutes(request: &StartLoad) -> Result<Option<u32>, RpcError> {
    if request.shape != LoadShape::Replay {
        return Ok(None);
    }
    match request.replay_minutes {
        Some(minutes @ 1..=MOST_REPLAY_MINUTES) => Ok(Some(minutes)),
        Some(minutes) => {
            invalid(format!("the last 1 to {MOST_REPLAY_MINUTES} minutes can be replayed, not {minutes}"))
        }
        None => invalid("a replay needs the minutes whose calls it sends again"),
    }
}

/// `arrivals`: of a replay, in microseconds, earliest first.
pub(super) fn wanted(request: &StartLoad, arrivals: &[u64]) -> Result<Wanted, RpcError> {
    let most_in_flight = request.most_in_flight.unwrap_or(IN_FLIGHT);
    if !(1..=MOST_IN_FLIGHT).contains(&most_in_flight) {
        return invalid(format!(
            "between 1 and {MOST_IN_FLIGHT} calls can be under way, not {most_in_flight}"
        ));
    }
    let most_waiting = request.most_waiting.unwrap_or_else(waiting);
    if !(1..=MOST_IN_FLIGHT).contains(&most_waiting) {
        return invalid(format!(
            "between 1 and {MOST_IN_FLIGHT} calls can wait for an instance, not {most_waiting}"
        ));
    }
    let mut plan = LoadPlan {
        shape: request.shape,
        rate: 0.0,
        from_rate: None,
        peak_rate: None,
        peak_s: None,
        seconds: 0.0,
        replay_minutes: None,
        speed: None,
        seed: request.seed.unwrap_or(1),
        most_in_flight,
        most_waiting,
        calls: 0,
        twin: request.twin == Some(true),
    };
    let schedule = match request.shape {
        LoadShape::Replay => replay(request, arrivals, &mut plan)?,
        _ => shaped(request, &mut plan)?,
    };
    plan.calls = schedule.calls();
    if plan.calls == 0 {
        return invalid(format!("at that rate no call is due within {} s", plan.seconds));
    }
    let peak = schedule.peak_rate();
    if peak > MOST_RATE {
        return Err(RpcError::new(
            ErrorCode::Invalid,
            format!("{peak:.0} calls a second at once are more than {MOST_RATE:.0}, the most this sends"),
        )
        .hint("choose a lower rate or speed"));
    }
    Ok(Wanted { plan, schedule })
}

/// How many this machine can have instances started for at a time.
fn waiting() -> u32 {
    let cores = std::thread::available_parallelism().ok().and_then(|cores| u32::try_from(cores.get()).ok());
    cores.unwrap_or(1).saturating_mul(WAITING_A_CORE).clamp(LEAST_WAITING, MOST_IN_FLIGHT)
}

fn shaped(request: &StartLoad, plan: &mut LoadPlan) -> Result<Schedule, RpcError> {
    plan.rate = bounded("rate", "calls a second", request.rate, 0.0, MOST_RATE)?;
    plan.seconds = bounded("duration", "seconds", request.seconds, 1.0, MOST_SECONDS)?;
    let length_us = us(plan.seconds);
    let rate = plan.rate;
    let pattern = match request.shape {
        LoadShape::Ramp => {
            let from = request.from_rate.or(Some(0.0));
            let from = bounded("rate at the begin", "calls a second", from, 0.0, MOST_RATE)?;
            plan.from_rate = Some(from);
            Pattern::Ramp { from, to: rate }
        }
        LoadShape::Spike => {
            let peak = bounded("peak rate", "calls a second", request.peak_rate, 0.0, MOST_RATE)?;
            let peak_s = request.peak_s.or(Some(plan.seconds / 10.0));
            let peak_s = bounded("length of the peak", "seconds", peak_s, 0.1, plan.seconds)?;
            (plan.peak_rate, plan.peak_s) = (Some(peak), Some(peak_s));
            Pattern::Spike { base: rate, peak, peak_us: us(peak_s) }
        }
        LoadShape::Poisson => Pattern::Poisson { rate },
        LoadShape::Constant | LoadShape::Replay => Pattern::Constant { rate },
    };
    Ok(Schedule::new(pattern, length_us))
}

fn replay(request: &StartLoad, arrivals: &[u64], plan: &mut LoadPlan) -> Result<Schedule, RpcError> {
    let minutes = request.replay_minutes.unwrap_or_default();
    let (Some(first), Some(last)) = (arrivals.first(), arrivals.last()) else {
        return Err(RpcError::new(
            ErrorCode::Invalid,
            format!("nobody called it in the last {minutes} minutes: there is nothing to replay"),
        )
        .hint("look further back, or choose another shape"));
    };
    if arrivals.len() > MOST_REPLAYED as usize {
        return invalid(format!(
            "more than {MOST_REPLAYED} calls came in the last {minutes} minutes: replay fewer minutes"
        ));
    }
    let speed = bounded("speed", "times", request.speed.or(Some(1.0)), 0.001, MOST_SPEED)?;
    // From the first call on; a second at least, for rates to mean something.
    let instants_us: Vec<u64> = arrivals.iter().map(|at| ((at - first) as f64 / speed) as u64).collect();
    plan.seconds = ((last - first) as f64 / 1e6 / speed).max(1.0);
    if plan.seconds > MOST_SECONDS {
        let (length, faster) = (plan.seconds.ceil(), (plan.seconds / MOST_SECONDS * speed).ceil());
        return Err(RpcError::new(
            ErrorCode::Invalid,
            format!("it would take {length} s, and a run is at most {MOST_SECONDS} s long"),
        )
        .hint(format!("replay {faster} times as fast, or fewer minutes")));
    }
    plan.rate = arrivals.len() as f64 / plan.seconds;
    (plan.replay_minutes, plan.speed) = (Some(minutes), Some(speed));
    Ok(Schedule::new(Pattern::Replay { instants_us }, us(plan.seconds)))
}

fn us(seconds: f64) -> u64 {
    (seconds * 1e6).round() as u64
}

fn bounded(what: &str, unit: &str, value: Option<f64>, least: f64, most: f64) -> Result<f64, RpcError> {
    match value {
        Some(value) if value.is_finite() && (least..=most).contains(&value) => Ok(value),
        Some(value) => invalid(format!("the {what} goes from {least} to {most} {unit}, not {value}")),
        None => invalid(format!("the {what} is missing: from {least} to {most} {unit}")),
    }
}

fn invalid<T>(message: impl Into<String>) -> Result<T, RpcError> {
    Err(RpcError::new(ErrorCode::Invalid, message))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn request(shape: LoadShape) -> StartLoad {
        StartLoad {
            function: 1,
            event: "{}".into(),
            shape,
            rate: Some(50.0),
            from_rate: None,
            peak_rate: None,
            peak_s: None,
            seconds: Some(30.0),
            replay_minutes: None,
            speed: None,
            seed: None,
            most_in_flight: None,
            most_waiting: None,
            twin: None,
            writes_twice_ok: None,
        }
    }

    fn said(request: &StartLoad, arrivals: &[u64]) -> String {
        wanted(request, arrivals).expect_err("it was refused").message
    }

    #[test]
    fn what_is_left_out_has_a_default_that_is_told() {
        let plan = wanted(&request(LoadShape::Constant), &[]).unwrap().plan;
        assert_eq!((plan.calls, plan.most_in_flight, plan.seed, plan.from_rate), (1500, 1000, 1, None));
        assert!((32..=10_000).contains(&plan.most_waiting), "by the cores there are: {}", plan.most_waiting);
        let plan = wanted(&request(LoadShape::Ramp), &[]).unwrap().plan;
        assert_eq!((plan.calls, plan.from_rate), (750, Some(0.0)));
        let spike = StartLoad { peak_rate: Some(100.0), ..request(LoadShape::Spike) };
        let plan = wanted(&spike, &[]).unwrap().plan;
        assert_eq!((plan.calls, plan.peak_s), (27 * 50 + 300, Some(3.0)));
    }

    #[test]
    fn what_is_out_of_bounds_is_named() {
        let of = |change: fn(&mut StartLoad)| {
            let mut request = request(LoadShape::Spike);
            request.peak_rate = Some(60.0);
            change(&mut request);
            said(&request, &[])
        };
        assert_eq!(of(|r| r.rate = Some(5001.0)), "the rate goes from 0 to 5000 calls a second, not 5001");
        assert_eq!(of(|r| r.rate = Some(f64::NAN)), "the rate goes from 0 to 5000 calls a second, not NaN");
        assert_eq!(of(|r| r.seconds = Some(3601.0)), "the duration goes from 1 to 3600 seconds, not 3601");
        assert_eq!(of(|r| r.peak_rate = None), "the peak rate is missing: from 0 to 5000 calls a second");
        assert_eq!(
            of(|r| r.peak_s = Some(31.0)),
            "the length of the peak goes from 0.1 to 30 seconds, not 31"
        );
        assert_eq!(of(|r| r.most_in_flight = Some(0)), "between 1 and 10000 calls can be under way, not 0");
        assert_eq!(
            of(|r| r.most_waiting = Some(0)),
            "between 1 and 10000 calls can wait for an instance, not 0"
        );
        assert_eq!(
            of(|r| (r.rate, r.peak_rate) = (Some(0.0), Some(0.0))),
            "at that rate no call is due within 30 s"
        );
        let ramp = StartLoad { from_rate: Some(-1.0), ..request(LoadShape::Ramp) };
        assert_eq!(said(&ramp, &[]), "the rate at the begin goes from 0 to 5000 calls a second, not -1");
    }

    #[test]
    fn a_replay_begins_with_its_first_call_and_has_its_speed() {
        let replay = StartLoad { replay_minutes: Some(5), speed: Some(2.0), ..request(LoadShape::Replay) };
        assert_eq!(replay_minutes(&replay).unwrap(), Some(5));
        let Wanted { plan, schedule } = wanted(&replay, &[9_000_000, 11_000_000, 29_000_000]).unwrap();
        assert_eq!(schedule.due(1).collect::<Vec<_>>(), [0, 1_000_000, 10_000_000]);
        assert_eq!((plan.calls, plan.seconds, plan.rate, plan.speed), (3, 10.0, 0.3, Some(2.0)));
        assert_eq!(wanted(&replay, &[7]).unwrap().plan.seconds, 1.0, "one call takes a second");
        assert!(said(&replay, &[]).starts_with("nobody called it in the last 5 minutes"));
        assert_eq!(
            said(&replay, &[0, 9_000_000_000]),
            "it would take 4500 s, and a run is at most 3600 s long"
        );
        let crowd = vec![0; 6_000];
        assert!(said(&replay, &crowd).starts_with("6000 calls a second at once are more than 5000"));
        assert!(replay_minutes(&StartLoad { replay_minutes: None, ..replay.clone() }).is_err());
        assert!(replay_minutes(&StartLoad { replay_minutes: Some(0), ..replay }).is_err());
    }
}
