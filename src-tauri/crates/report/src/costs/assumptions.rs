//! What was taken for granted, one sentence each, with the figures.

use coldframe_cost::{Book, Decimal, Targets};

use super::{Month, basis::Basis};
use crate::wording::quantity;

pub(super) fn assumptions(book: &Book, basis: &Basis, targets: Targets, month: &Month<'_>) -> Vec<String> {
    let mut said = Vec::new();
    if month.asked.is_none() && month.calls.is_some() {
        said.push(format!("the recorded {} are usual: the whole month goes on like this", month.span));
    }
    said.push("calls take as long and as much CPU in the cloud as on this machine (factor 1.0)".to_owned());
    said.push("the share of cold starts stays as recorded, at any volume".to_owned());
    let peak = quantity(basis.load.peak_factor, 1);
    said.push(if basis.peak_recorded {
        format!("the busiest minute has {peak} times the calls of the mean minute, as recorded")
    } else {
        format!("the busiest minute has {peak} times the calls of the mean minute; the record is too short to tell")
    });
    said.push(format!(
        "machines are planned at {} % of their CPU and {} % of their memory; a call under way holds the peak memory \
         that was measured, and every function holds it once",
        percent(targets.utilisation),
        percent(targets.memory)
    ));
    if basis.cpu_known < basis.calls {
        let missing = basis.calls - basis.cpu_known;
        said.push(match basis.cpu_known {
            0 => "no call's CPU time is known: its whole duration is taken as CPU".to_owned(),
            _ => format!("the CPU time of {missing} calls that overlapped is not known: they are taken to be like the others"),
        });
    }
    for machine in book.machines.iter().filter(|machine| machine.capacity_confidence().is_unverified()) {
        said.push(format!("{}: its sustained CPU is not verified", machine.title));
    }
    said.push(
        "only calls and compute: no traffic out, gateway, logs or storage, and no hours of care".to_owned(),
    );
    said
}

fn percent(share: Decimal) -> String {
    quantity(share * Decimal::ONE_HUNDRED, 0)
}
