//! The person's own hours, added to what each side takes a month.

use coldframe_cost::{Decimal, Usd};
use coldframe_protocol::{RowResult, Side};

use crate::{
    keeping,
    sidebyside::{
        stage::{Result, Stage},
        words::{detail, dollars, result},
    },
};

pub(super) async fn run(stage: &Stage<'_>) -> Result<RowResult> {
    let own = keeping::administration(&stage.host.inner.config.data_dir);
    if !own.set {
        return Ok(RowResult {
            open: true,
            hint: Some("say how many hours a month each side takes you, and what an hour costs".to_owned()),
            rests_on: vec!["nobody's figure but your own would mean anything".to_owned()],
            ..result(
                ("not known", "your hours a month"),
                ("not known", "your hours a month"),
                "How much work each side is, only you can say.",
            )
        });
    }
    let cost = |hours: f64| {
        Usd(Decimal::try_from(hours).unwrap_or_default()
            * Decimal::try_from(own.usd_per_hour).unwrap_or_default())
    };
    let (serverless, always_on) = (cost(own.serverless_hours), cost(own.always_on_hours));
    let book = stage.host.inner.report.book();
    let machine =
        stage.opposites().map(|(_, machine)| (machine, machine.month(1, book.hours_per_month).exact()));
    let better = match serverless.cmp(&always_on) {
        std::cmp::Ordering::Less => Some(Side::Serverless),
        std::cmp::Ordering::Greater => Some(Side::AlwaysOn),
        std::cmp::Ordering::Equal => None,
    };
    let hours = |hours: f64| format!("{hours} h");
    let mut details = vec![detail("hours a month", hours(own.serverless_hours), hours(own.always_on_hours))];
    details.extend(machine.map(|(machine, month)| {
        detail(
            "with a machine's month",
            "",
            format!("{} ({} for {})", dollars(always_on + month), dollars(month), machine.title),
        )
    }));
    Ok(RowResult {
        better,
        details,
        rests_on: vec![format!(
            "your own figures, {} an hour; the machine's month is the price book's",
            dollars(cost_of_hour(own.usd_per_hour))
        )],
        ..result(
            (&dollars(serverless), "a month of your time"),
            (&dollars(always_on), "a month of your time"),
            &format!(
                "By your own figures, looking after it takes {} a month on serverless and {} on always-on.",
                dollars(serverless),
                dollars(always_on)
            ),
        )
    })
}

fn cost_of_hour(usd: f64) -> Usd {
    Usd(Decimal::try_from(usd).unwrap_or_default())
}
