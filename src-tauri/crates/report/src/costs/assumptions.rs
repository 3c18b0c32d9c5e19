//! What was taken for granted, one sentence each, with the figures.

use coldframe_cost::{CoreSpeed, Decimal, FreeTier};
use coldframe_protocol::TrafficShape;

use super::{Month, basis::Basis, wanted::Wanted};
use crate::wording::{count, quantity};

pub(super) fn assumptions(basis: &Basis, wanted: &Wanted, month: &Month<'_>) -> Vec<String> {
    let mut said = Vec::new();
    if month.asked.is_none() && month.calls.is_some() {
        said.push(format!("the recorded {} are usual: the whole month goes on like this", month.span));
    }
    said.push(cores(wanted.speed));
    said.push(
        "what a call waits for takes as long there as here; what it computes takes longer where a plan gives less than \
         a core for its memory, and start-up is not slowed by that"
            .to_owned(),
    );
    said.push("the share of calls that are cold stays as recorded where plans charge by call, and each cold start takes and is \
         billed what is to be expected there".to_owned());
    said.push(
        "where calls share an instance, it takes only as many at once as its CPU is enough for; at volumes too high to \
         simulate whole, how many instances are kept is worked out from the rate of the calls, within about 15 % (30 % where \
         they come in bursts)"
            .to_owned(),
    );
    said.push(arrivals(basis, wanted));
    let targets = wanted.targets;
    let headroom = if targets.headroom.is_zero() {
        String::new()
    } else {
        format!(", with {} % more calls than that", percent(targets.headroom))
    };
    let spare = match targets.spare {
        0 => "none spare".to_owned(),
        1 => "one spare".to_owned(),
        spare => format!("{} spare", count(spare.into())),
    };
    said.push(format!(
        "machines are planned at {} % of their CPU and {} % of their memory{headroom}, {spare}; a call under way holds \
         the peak memory that was measured, and every function holds it once",
        percent(targets.utilisation),
        percent(targets.memory)
    ));
    if basis.cpu_known() < basis.calls {
        let missing = basis.calls - basis.cpu_known();
        said.push(match basis.cpu_known() {
            0 => "no call's CPU time is known: its whole duration is taken as CPU".to_owned(),
            _ => format!("the CPU time of {missing} calls that overlapped is not known: they are taken to be like the others"),
        });
    }
    if basis.works.len() > basis.groups.len() {
        let alone = basis.groups.len() - 1;
        said.push(format!("functions beyond the {alone} that are called most are simulated as one"));
    }
    if let Some(memory_mb) = wanted.memory_mb {
        said.push(format!("every function has {} MB", count(memory_mb.into())));
    }
    if wanted.free_tier == FreeTier::Ignored {
        said.push("without free tiers: they are used up by something else".to_owned());
    } else {
        said.push(
            "each plan's whole free tier is there for this: nothing else of the account uses it".to_owned(),
        );
    }
    said.push(match wanted.care {
        Some(care) => format!(
            "each machine takes {} hours of care a month at ${}",
            quantity(care.hours, 2),
            quantity(care.usd_per_hour.0, 2)
        ),
        None => "no hours of care for machines".to_owned(),
    });
    said.push("only calls and compute: no traffic out, gateway, logs or storage".to_owned());
    said
}

fn cores(speed: CoreSpeed) -> String {
    let value = speed.value();
    #[expect(clippy::float_cmp, reason = "exactly as fast is what was not changed")]
    let same = value == 1.0;
    let as_fast = if same {
        "as fast as one of this machine".to_owned()
    } else {
        format!("{value} times as fast as one of this machine")
    };
    format!("a core there is {as_fast}; the range is that a third faster and a third slower")
}

fn arrivals(basis: &Basis, wanted: &Wanted) -> String {
    let peak = quantity(wanted.peak_factor, 1);
    let busiest = format!("the busiest minute has {peak} times the calls of the mean minute");
    match wanted.shape {
        TrafficShape::Recorded => format!("{busiest}, as recorded"),
        _ if basis.recorded_peak().is_none() => format!("{busiest}; the record is too short to tell"),
        shape => format!("{busiest}, as calls come that are {}", name(shape)),
    }
}

pub(super) fn name(shape: TrafficShape) -> &'static str {
    match shape {
        TrafficShape::Recorded => "as recorded",
        TrafficShape::Steady => "steady",
        TrafficShape::Poisson => "steady but at random",
        TrafficShape::Daily => "many by day and few by night",
        TrafficShape::Weekly => "many on working days",
        TrafficShape::Spiky => "calm with short spikes",
        TrafficShape::Bursty => "bursts and pauses",
    }
}

fn percent(share: Decimal) -> String {
    quantity(share * Decimal::ONE_HUNDRED, 0)
}
