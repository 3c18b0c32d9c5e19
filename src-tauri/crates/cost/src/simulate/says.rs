//! What a simulation takes for granted, in sentences.

use super::{
    result::Simulation,
    rule::{Beyond, Rule},
    service::Service,
    sketch::Sketch,
};
use crate::traffic::{MONTH_US, Traffic};

pub(super) fn sentences(
    traffic: &Traffic,
    service: &Service,
    rule: &Rule,
    result: &Simulation,
) -> Vec<String> {
    let over = if traffic.length_us == MONTH_US {
        "a month of 730 hours".to_owned()
    } else {
        seconds(traffic.length_us)
    };
    let mut said = vec![format!("{} calls over {over}: {}", traffic.requests, traffic.shape.says())];
    said.push("a call takes as long as one that was given or recorded, whatever else is going on".to_owned());
    if !service.has_init() {
        said.push("no init is known: cold calls are counted, but not slower".to_owned());
    }
    said.push(format!(
        "an instance is kept {} after its last call; the one used most recently takes the next call",
        seconds(rule.idle_us)
    ));
    said.push(if rule.concurrency > 1 {
        format!(
            "an instance takes up to {} calls at once, filled before another is used, and they do not slow each \
             other down; calls that no instance has room for but one in its init wait for that, and count as cold",
            rule.concurrency
        )
    } else {
        "an instance takes one call at a time; a call that finds none idle starts one, and waits for that one".to_owned()
    });
    if let Some(billed) = rule.billed.filter(|billed| billed.least_us.max(billed.step_us) > 1_000) {
        said.push(format!(
            "an instance with a call under way is billed for at least {} and in steps of {}; calls that come while it is \
             still paid for begin no new stretch",
            seconds(billed.least_us),
            seconds(billed.step_us)
        ));
    }
    said.extend(limits(rule));
    if rule.minimum > 0 {
        said.push(format!("{} instances are always there, and used first", rule.minimum));
    }
    said.push("nothing was there before: the first call is cold unless instances are kept ready".to_owned());
    said.push(format!(
        "percentiles are within {:.1} % of themselves; everything else counted is exact for the calls simulated",
        Sketch::RELATIVE_ERROR * 100.0
    ));
    if result.sampled.is_some_and(|sampled| sampled.simulated == 0) {
        said.push(
            "no call came in the windows that were simulated: nothing is known of cold starts and latency"
                .to_owned(),
        );
    }
    if let Some(sampled) = &result.sampled {
        said.push(format!(
            "{} of the calls were simulated, in {} windows of {} spread over the time, each after the pool had \
             filled{}; totals are scaled up: the cold share is ± {:.3} percentage points, refusals ± {:.3}, instances' \
             time ± {:.1} % and what of it they are busy ± {:.1} %, at 95 % confidence; the peak is that of the windows",
            sampled.simulated,
            sampled.windows,
            seconds(sampled.window_us),
            if sampled.settled {
                ", and how many instances it keeps and starts was worked out from the rate of the calls and their mean \
                 time, without limits of how fast instances start"
            } else {
                ""
            },
            sampled.cold_share_error * 100.0,
            sampled.throttled_share_error * 100.0,
            sampled.alive_error * 100.0,
            sampled.busy_error * 100.0
        ));
        if sampled.thinned < 1.0 {
            said.push(format!(
                "calls came with {:.4} of their rate and limits were as much lower: more traffic shares instances a \
                 little better",
                sampled.thinned
            ));
        }
    }
    said
}

fn limits(rule: &Rule) -> Vec<String> {
    let mut said = Vec::new();
    match (rule.limit, rule.account) {
        (None, None) => said.push("there is no limit of instances".to_owned()),
        (limit, account) => {
            said.extend(limit.map(|most| format!("at most {most} instances")));
            said.extend(account.map(|most| {
                format!("at most {most} calls under way in the account, which nothing else uses")
            }));
        }
    }
    said.extend(rule.burst.map(|burst| {
        format!(
            "{} instances may start at once, and as many more every {}",
            burst.instances,
            seconds(burst.per_us)
        )
    }));
    if rule.limit.is_some() || rule.account.is_some() || rule.burst.is_some() {
        said.push(match rule.beyond {
            Beyond::Throttle => "a call beyond that is throttled, and not tried again".to_owned(),
            Beyond::Queue { most, longest_us } => {
                let many = if most == u64::MAX { "any number".to_owned() } else { format!("at most {most}") };
                format!(
                    "a call beyond that waits for its turn, {many} of them, {} at longest",
                    seconds(longest_us)
                )
            }
        });
    }
    said
}

/// `90 s`, `0.5 s`.
fn seconds(us: u64) -> String {
    if us >= 3_600_000_000 && us.is_multiple_of(60_000_000) {
        return format!("{} min", us / 60_000_000);
    }
    format!("{} s", (us as f64 / 1e3).round() / 1e3)
}
