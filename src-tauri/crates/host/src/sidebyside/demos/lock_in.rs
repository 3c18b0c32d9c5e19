//! Under how many other providers' contracts the function runs, and what ties it to its own.

use coldframe_protocol::{PortabilityRequest, PortedVerdict, RowResult};

use crate::sidebyside::{
    stage::{Result, Stage, failed},
    words::{count, detail, result},
};

pub(super) async fn run(stage: &Stage<'_>) -> Result<RowResult> {
    stage.doing("running it under every other provider's contract", 0.1);
    let request = PortabilityRequest { function: stage.id(), event: Some(stage.asked.event.clone()) };
    let found = stage.host.portability_of(request).await?;
    if let Some(failure) = &found.failure {
        return Err(failed(
            format!("it fails under its own contract, too: {}", failure.message),
            "choose an event that it answers",
        ));
    }
    let all = found.elsewhere.len() as u64;
    let of = |verdict: PortedVerdict| {
        found.elsewhere.iter().filter(|ported| ported.verdict == verdict).count() as u64
    };
    let (as_it_is, adapter) = (of(PortedVerdict::AsItIs), of(PortedVerdict::Adapter));
    let mut details: Vec<_> =
        found.elsewhere.iter().map(|ported| detail(&ported.title, ported.verdict.title(), "")).collect();
    let ties: Vec<String> =
        found.ties.iter().map(|tie| format!("{} in {}:{}", tie.name, tie.file, tie.line)).collect();
    if !ties.is_empty() {
        details.push(detail("its code names", ties.join(", "), ""));
    }
    let figure = format!("{} of {all}", count(as_it_is));
    Ok(RowResult {
        details,
        rests_on: found.rests_on.clone(),
        ..result(
            (&figure, &format!("other clouds run it as it is, {} more with an adapter", count(adapter))),
            (
                "not measured",
                "a server's own program is written for no cloud; this code would need one around it",
            ),
            &format!(
                "Of {all} other clouds' contracts it runs under {as_it_is} as it is and under {adapter} through an adapter{}.",
                if ties.is_empty() {
                    String::new()
                } else {
                    format!("; its code names {} of its own cloud", count(ties.len() as u64))
                }
            ),
        )
    })
}
