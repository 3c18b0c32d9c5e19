//! `coldframe simulate`: what a plan's instances would do under a month of calls that nobody recorded, and what that
//! would cost. Needs no host and no record.
//!
//! `--json` prints one object; its fields are listed in `JSON.md`.

use std::process::ExitCode;

use coldframe_cost::{
    Bill, Bucket, Footprint, FreeTier, Options, Plan, Rule, Service, Simulation, Sketch, Traffic, simulate,
};
use serde_json::{Value, json};

use crate::{
    Failure,
    args::{Global, Simulate},
    table::Table,
    verbs::{estimate, prices, print_json, say},
};

pub(crate) fn run(global: Global, verb: &Simulate) -> Result<ExitCode, Failure> {
    let book = prices::book(global)?;
    let plan = estimate::plan(&book, &verb.plan, None)?;
    let traffic = Traffic::month(verb.shape.clone(), verb.requests);
    let footprint = Footprint {
        memory_mb: verb.memory_mb,
        vcpu_milli: verb.vcpu,
        cpu_us: verb.cpu_ms.unwrap_or(verb.duration_ms),
    };
    let service = Service::constant(verb.duration_ms, verb.init_ms, footprint);
    let options = Options { most_calls: verb.most_calls, ..Options::seeded(verb.seed) };
    let refused = |refusal: coldframe_cost::Refusal| Failure::Usage(refusal.to_string());
    // What the plan would not do is said before anything is simulated.
    service.fits(plan).map_err(refused)?;
    let rule = rule(plan, verb)?;
    let ran = simulate(&traffic, &service, &rule, options);
    let free_tier = if verb.no_free_tier { FreeTier::Ignored } else { FreeTier::Applied };
    let bill = ran.bill(&book, plan, free_tier).map_err(refused)?;
    let mut rests_on = ran.says.clone();
    rests_on.push(format!(
        "every call takes {} ms, and a new instance {} ms before its first",
        verb.duration_ms as f64 / 1e3,
        verb.init_ms as f64 / 1e3
    ));
    if rule.concurrency < plan.rule().concurrency && verb.concurrency.is_none() {
        let (fit, busy) = (rule.concurrency, busy(verb));
        rests_on.push(format!(
            "an instance has CPU for {fit} calls at once: each uses {busy:.2} cores while it runs (--cpu-ms)"
        ));
    }
    rests_on.extend(plan.rule_says());
    if verb.json {
        print_json(&whole(plan, verb, &ran, &bill, &rests_on));
    } else {
        print(plan, &ran, &bill, &rests_on);
    }
    Ok(ExitCode::SUCCESS)
}

/// The plan's own, but for what is asked for.
fn rule(plan: &Plan, verb: &Simulate) -> Result<Rule, Failure> {
    let own = plan.rule();
    let limit = verb.limit.or(own.limit);
    let most = limit.into_iter().chain(own.account).min();
    if let Some(limit) = most.filter(|limit| verb.min_instances > *limit) {
        let kept = verb.min_instances;
        return Err(Failure::Usage(format!(
            "{kept} instances kept ready are more than the limit of {limit}"
        )));
    }
    let vcpu = match verb.vcpu {
        Some(milli) => Some(f64::from(milli) / 1e3),
        None => plan.vcpu(verb.memory_mb).and_then(|vcpu| f64::try_from(vcpu).ok()),
    };
    let shared = vcpu.map_or(own, |vcpu| own.within_cpu(vcpu, busy(verb)));
    Ok(Rule {
        idle_us: verb.idle_s.map_or(own.idle_us, |seconds| seconds * 1_000_000),
        concurrency: verb.concurrency.map_or(shared.concurrency, |many| many as u32),
        limit,
        minimum: verb.min_instances,
        ..own
    })
}

/// Cores a call uses on average while it runs.
fn busy(verb: &Simulate) -> f64 {
    verb.cpu_ms.map_or(1.0, |cpu_us| cpu_us as f64 / verb.duration_ms.max(1) as f64)
}

fn whole(plan: &Plan, verb: &Simulate, ran: &Simulation, bill: &Bill, rests_on: &[String]) -> Value {
    let totals = ran.totals;
    json!({
        "plan": plan.id,
        "title": plan.title,
        "shape": verb.shape.as_str(),
        "requests": totals.calls,
        "seed": verb.seed,
        "served": totals.served,
        "cold": totals.cold,
        "cold_share": ran.cold_share(),
        "throttled": totals.throttled,
        "given_up": totals.given_up,
        "queued": totals.queued,
        "instances_started": totals.started,
        "peak_instances": ran.peak_instances(),
        "mean_instances": ran.mean_instances(),
        "utilisation": ran.utilisation(),
        "latency": latency(&ran.latency),
        "cold_latency": latency(&ran.cold_latency),
        "wait": latency(&ran.wait),
        "over_time": ran.buckets.iter().map(bucket).collect::<Vec<_>>(),
        "sampled": ran.sampled.map(|sampled| json!({
            "calls": sampled.simulated,
            "windows": sampled.windows,
            "window_s": sampled.window_us as f64 / 1e6,
            "thinned": sampled.thinned,
            "settled": sampled.settled,
            "cold_share_error": sampled.cold_share_error,
            "throttled_share_error": sampled.throttled_share_error,
            "instances_error": sampled.alive_error,
            "busy_error": sampled.busy_error,
        })),
        "lines": bill.lines.iter().map(estimate::line).collect::<Vec<_>>(),
        "total_usd": prices::usd(bill.total()),
        "rests_on": rests_on,
        "source": prices::source(&plan.source),
    })
}

/// Null without a call.
fn latency(sketch: &Sketch) -> Value {
    let at = |share: f64| sketch.percentile_us(share).map(|us| us as f64 / 1e3);
    if sketch.count() == 0 {
        return Value::Null;
    }
    json!({
        "mean_ms": sketch.mean_us().map(|us| us / 1e3),
        "p50_ms": at(0.5),
        "p95_ms": at(0.95),
        "p99_ms": at(0.99),
        "p999_ms": at(0.999),
        "max_ms": sketch.max_us().map(|us| us as f64 / 1e3),
    })
}

fn bucket(bucket: &Bucket) -> Value {
    json!({
        "from_s": bucket.from_us as f64 / 1e6,
        "instances": bucket.alive_max,
        "mean_instances": bucket.alive_mean(),
        "busy": bucket.busy_max,
        "mean_busy": bucket.busy_mean(),
        "calls": bucket.calls,
        "cold": bucket.cold,
        "throttled": bucket.throttled,
    })
}

fn print(plan: &Plan, ran: &Simulation, bill: &Bill, rests_on: &[String]) {
    let totals = ran.totals;
    let percent = |share: f64| format!("{:.3} %", share * 100.0);
    let error = |of: fn(&coldframe_cost::Sampled) -> f64| {
        ran.sampled.as_ref().map_or_else(String::new, |sampled| format!(" ± {:.3}", of(sampled) * 100.0))
    };
    let mut table = Table::new(&[&plan.title, ""]);
    let mut row = |what: &str, value: String| table.row([what.to_owned(), value]);
    row("calls", totals.calls.to_string());
    row("cold", format!("{} ({}{})", totals.cold, percent(ran.cold_share()), error(|s| s.cold_share_error)));
    let refused = totals.throttled + totals.given_up;
    row(
        "refused",
        format!("{refused} ({}{})", percent(ran.refused_share()), error(|s| s.throttled_share_error)),
    );
    let waited = (totals.queued > 0).then_some(("wait", &ran.wait));
    for (what, sketch) in
        [("latency", &ran.latency), ("of cold calls", &ran.cold_latency)].into_iter().chain(waited)
    {
        let at = |share| {
            sketch.percentile_us(share).map_or_else(|| "–".to_owned(), |us| format!("{:.1}", us as f64 / 1e3))
        };
        let [p50, p95, p99, p999] = [0.5, 0.95, 0.99, 0.999].map(at);
        row(what, format!("p50 {p50}, p95 {p95}, p99 {p99}, p99.9 {p999} ms"));
    }
    row("instances", format!("{} at most, {:.2} on average", ran.peak_instances(), ran.mean_instances()));
    row(
        "busy",
        ran.utilisation()
            .map_or_else(|| "–".to_owned(), |share| format!("{:.1} % of their time", share * 100.0)),
    );
    say(table);
    estimate::print_bill("a month", bill);
    say("\nIt rests on this:");
    for sentence in rests_on {
        say(format_args!("- {sentence}"));
    }
}
