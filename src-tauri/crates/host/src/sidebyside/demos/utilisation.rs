//! Light traffic to both sides: what of that which is paid for is used.

use coldframe_protocol::{Commands as _, FunctionId, LoadDetail, Meter, RowResult, Side, TwinMeters};

use crate::sidebyside::{
    stage::{Result, Stage, failed},
    words::{count, detail, percent, result, time},
};

const RATE: f64 = 4.0;
const SECONDS: f64 = 3.0;
/// Shares that differ by less are alike.
const ALIKE: f64 = 1.1;

pub(super) async fn run(stage: &Stage<'_>) -> Result<RowResult> {
    stage.twin().await?;
    // Its start, where it has one, is billed as that of any other call.
    stage.call().await.well()?;
    let sent = stage.traffic(RATE, SECONDS, async { Ok(()) }).await?;
    answered(&sent)?;
    stage.host.flush().await;
    let twin = stage.host.twin(FunctionId { function: stage.id() }).await?;
    let processes = twin.wanted;
    let Some(meters) = twin.meters else {
        return Err(failed("the resident process has no meter yet", "try it again"));
    };
    let (id, report) = (stage.id(), stage.host.inner.report.clone());
    let rounded = crate::commands::blocking(move || Ok(report.rounded_calls(id)?)).await?;
    let rounding = rounded.and_then(|rounded| rounded.steps.first().map(|step| step.more_percent));
    told(&meters, processes, rounding)
}

/// # Errors
/// A side answered nothing: what it was busy with is no work.
fn answered(sent: &LoadDetail) -> Result<()> {
    let twin = sent.run.twin.as_ref().map_or(0, |twin| twin.figures.ok);
    if sent.run.figures.ok > 0 && twin > 0 {
        return Ok(());
    }
    Err(failed("no call was answered on both sides", "choose an event that the function answers"))
}

/// All of it is said only of all of it.
fn share(percents: f64) -> String {
    if (99.0..100.0).contains(&percents) { "over 99 %".to_owned() } else { percent(percents) }
}

/// `processes`: those of the twin, on one machine. `rounding`: what rounding up to a millisecond added to the pool's calls,
/// percent.
fn told(meters: &TwinMeters, processes: u32, rounding: Option<f64>) -> Result<RowResult> {
    let (pool, twin) = (&meters.pool, &meters.twin);
    let Some(billed_s) = pool.billed_s.filter(|billed_s| *billed_s > 0.0) else {
        return Err(failed(
            format!("{} bills machines, not calls: there is no time of calls that is paid for", pool.title),
            "a plan that bills calls has a share that is used",
        ));
    };
    let Some(busy) = twin.busy_percent else {
        return Err(failed("no call was served on both sides", "choose an event that the function answers"));
    };
    // Calls that meet in an instance are billed once.
    let used = (100.0 * pool.busy_s / billed_s).min(100.0);
    let better = match used / busy.max(f64::MIN_POSITIVE) {
        ratio if ratio > ALIKE => Some(Side::Serverless),
        ratio if ratio < 1.0 / ALIKE => Some(Side::AlwaysOn),
        _ => None,
    };
    let lives = |meter: &Meter, who: &str| {
        let busy = meter.busy_percent.map_or_else(|| "none lived".to_owned(), percent);
        format!("{busy} of the {} that {who} lived, added up", time(meter.alive_s * 1_000.0))
    };
    let paid = time(meters.hours * 3_600_000.0);
    let who = if processes == 1 { "process".to_owned() } else { format!("{processes} processes") };
    let seconds = |s: f64| format!("{s:.2} s");
    let rounding = rounding.map_or_else(|| "unknown".to_owned(), |more| format!("+{}", percent(more)));
    let why = if better == Some(Side::AlwaysOn) {
        " Starting instances was most of what these few calls are billed for; more calls to each start use it better."
    } else {
        ""
    };
    Ok(RowResult {
        better,
        details: vec![
            detail("calls", count(pool.calls), count(twin.calls)),
            detail("cold starts among them", count(pool.cold), "none"),
            detail("worked, all calls added up", seconds(pool.busy_s), seconds(twin.busy_s)),
            detail("paid for", format!("{} billed", seconds(billed_s)), format!("{paid} of a machine")),
            detail("of that, rounding up to 1 ms", rounding, "none"),
            detail("a call was under way", lives(pool, "its instances"), lives(twin, &format!("its {who}"))),
        ],
        rests_on: vec![
            format!("{RATE:.0} calls a second for {SECONDS:.0} s to both sides, and what else both had since the resident process was started"),
            format!("work is the time of the handler; {} bills calls as its price book says, with their init where it bills that", pool.title),
            format!(
                "a machine is paid for as long as it is there: its share is of the time of its {who}, each of which could \
                 have had a call all the while; calls that one has at once are each counted in what was worked, and \
                 once in its share"
            ),
            "instances that wait for a call are there, too, but nobody pays for them on a plan that counts calls".to_owned(),
            "a busier server is better used, and so is an instance that takes more calls: send more and do this again".to_owned(),
        ],
        ..result(
            (&share(used), "of the time that is billed for these calls was work"),
            (&percent(busy), &format!("of the time of its {who} a call was under way; the machine is paid for all of it")),
            &format!(
                "Of what these calls are billed for, {} was work on serverless ({} of {}). On always-on a machine was paid for {paid}, and its {who} had a call for {} of the time.{why}",
                share(used),
                seconds(pool.busy_s),
                seconds(billed_s),
                percent(busy)
            ),
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn meter(busy_s: f64, billed_s: Option<f64>, busy_percent: f64) -> Meter {
        Meter {
            id: String::new(),
            title: "AWS Lambda, x86".to_owned(),
            calls: 27,
            errors: 0,
            cold: 5,
            busy_s,
            billed_s,
            alive_s: 100.0,
            busy_percent: Some(busy_percent),
            lines: Vec::new(),
            usd: "0".to_owned(),
            idle_usd_per_hour: "0".to_owned(),
        }
    }

    fn found(billed_s: Option<f64>, busy: f64) -> Result<RowResult> {
        let meters = TwinMeters {
            from: String::new(),
            to: String::new(),
            hours: 20.0 / 3_600.0,
            pool: meter(1.96, billed_s, 20.0),
            twin: meter(1.9, None, busy),
            machines: Vec::new(),
            too_small: None,
            rests_on: Vec::new(),
        };
        told(&meters, 5, Some(1.2))
    }

    #[test]
    fn the_headline_is_work_of_what_is_billed_and_no_win_where_it_is_none() {
        let starts = found(Some(14.3), 24.0).unwrap();
        assert_eq!((starts.serverless.figure.as_str(), starts.better), ("14 %", Some(Side::AlwaysOn)));
        assert!(starts.sentence.contains("(1.96 s of 14.30 s)"), "{}", starts.sentence);
        let warm = found(Some(2.0), 24.0).unwrap();
        assert_eq!((warm.serverless.figure.as_str(), warm.better), ("98 %", Some(Side::Serverless)));
        assert_eq!(found(Some(8.0), 24.0).unwrap().better, None, "24.5 of 100 and 24 of 100 are alike");
        let shown = warm.details.iter().find(|one| one.label.contains("rounding")).unwrap();
        assert_eq!(shown.serverless, "+1.2 %");
    }

    #[test]
    fn one_machine_is_paid_for_however_many_processes_it_has() {
        let found = found(Some(2.0), 1.9).unwrap();
        let paid = found.details.iter().find(|one| one.label == "paid for").unwrap();
        assert_eq!(
            (paid.serverless.as_str(), paid.always_on.as_str()),
            ("2.00 s billed", "20 s of a machine")
        );
        let lived = found.details.iter().find(|one| one.label == "a call was under way").unwrap();
        assert_eq!(lived.always_on, "1.9 % of the 100 s that its 5 processes lived, added up");
        assert!(
            found.sentence.ends_with(
                "a machine was paid for 20 s, and its 5 processes had a call for 1.9 % of the time."
            ),
            "{}",
            found.sentence
        );
    }

    #[test]
    fn where_machines_are_billed_there_is_no_share_of_calls() {
        let error = found(None, 24.0).unwrap_err().error;
        assert!(error.message.contains("bills machines"), "{}", error.message);
    }
}
