//! The report as one page that needs nothing else: to send to a colleague.

mod chart;
mod text;

use std::fmt::Write as _;

use coldframe_protocol::{CostOption, CostReport};

pub(super) use self::text::escaped;
use crate::wording::count;

pub(super) const STYLE: &str = include_str!("html/style.css");
/// So many of each kind are shown before the rest is folded away.
const SHOWN: usize = 8;

pub(super) fn write(costs: &CostReport, day: &str) -> String {
    let basis = &costs.basis;
    let mut out = format!(
        "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" \
         content=\"width=device-width\"><title>What it costs, {day}</title><style>{STYLE}</style></head><body><main>\n\
         <p class=\"dim\">What it costs · {day} · {}</p>\n<h1>{}</h1>\n",
        escaped(&costs.prices),
        escaped(&costs.verdict)
    );
    let mut rests = vec![format!(
        "{} calls recorded in {:.0} minutes",
        count(basis.recorded_calls),
        basis.recorded_minutes
    )];
    rests.extend(basis.calls_per_month.map(|calls| format!("{} calls a month", count(calls))));
    rests.extend(basis.mean_handler_ms.map(|ms| format!("{ms:.1} ms a call")));
    rests.extend(basis.mean_cpu_ms.map(|ms| format!("{ms:.1} ms of it CPU")));
    rests.extend(basis.peak_memory_mb.map(|mb| format!("up to {mb:.0} MB")));
    rests.extend(basis.cold_percent.map(|percent| format!("{percent:.1} % cold")));
    let _ = writeln!(out, "<p class=\"dim\">Rests on {}.</p>", escaped(&rests.join(", ")));
    if !basis.functions.is_empty() {
        let _ = writeln!(out, "<p class=\"dim\">Functions: {}.</p>", escaped(&basis.functions.join(", ")));
    }
    out.push_str(&chart::draw(costs));
    table(&mut out, "Serverless plans", &costs.plans);
    table(&mut out, "Machines that are always on", &costs.machines);
    out.push_str("<h2>What was taken for granted</h2><ul>");
    for assumption in &costs.assumptions {
        let _ = write!(out, "<li>{}</li>", escaped(assumption));
    }
    out.push_str("</ul>\n<p class=\"dim\">Made by Coldframe from measurements on one machine. A local duration is no cloud duration: the \
                  ranges say how far off it may be.</p></main></body></html>\n");
    out
}

fn table(out: &mut String, title: &str, options: &[CostOption]) {
    let mut rows: Vec<&CostOption> = options.iter().collect();
    let price = |option: &CostOption| option.usd.as_deref().and_then(|usd| usd.parse::<f64>().ok());
    rows.sort_by(|one, other| {
        let key = |option: &CostOption| (option.status != "current", price(option).unwrap_or(f64::INFINITY));
        let (one, other) = (key(one), key(other));
        one.0.cmp(&other.0).then(one.1.total_cmp(&other.1))
    });
    let _ = writeln!(out, "<h2>{title}</h2>");
    head(out);
    for option in rows.iter().take(SHOWN) {
        row(out, option);
    }
    out.push_str("</tbody></table>\n");
    if rows.len() > SHOWN {
        let _ = write!(out, "<details><summary>{} more</summary>", rows.len() - SHOWN);
        head(out);
        for option in rows.iter().skip(SHOWN) {
            row(out, option);
        }
        out.push_str("</tbody></table></details>\n");
    }
}

fn head(out: &mut String) {
    out.push_str(
        "<table><thead><tr><th>Option</th><th class=\"n\">A month</th><th class=\"n\">From – to</th><th \
         class=\"n\">List price</th><th class=\"n\">Machines</th><th class=\"n\">Idle</th><th \
         class=\"n\">p99</th><th>Made of</th></tr></thead><tbody>\n",
    );
}

fn row(out: &mut String, option: &CostOption) {
    let dollars = |usd: &Option<String>| usd.as_ref().map(|usd| format!("${usd}")).unwrap_or_default();
    let range = match (&option.usd_low, &option.usd_high) {
        (Some(low), Some(high)) => format!("${low} – ${high}"),
        _ => String::new(),
    };
    let made_of: Vec<String> = option
        .lines
        .iter()
        .map(|line| format!("{}: {} = ${}", line.label, line.quantity, line.usd))
        .collect();
    let why = option.refusal.iter().chain(&option.ruled_out).cloned();
    let unsure =
        (!option.unverified.is_empty()).then(|| format!("not verified: {}", option.unverified.join(", ")));
    let notes: Vec<String> = why.chain(made_of).chain(unsure).collect();
    let mark = if option.cheapest { " <b>cheapest</b>" } else { "" };
    let status = if option.status == "current" { String::new() } else { format!(" ({})", option.status) };
    let _ = writeln!(
        out,
        "<tr><td>{}{}{mark}<br><span class=\"dim\">{} · {}</span></td><td class=\"n\">{}</td><td class=\"n \
         dim\">{range}</td><td class=\"n dim\">{}</td><td class=\"n\">{}</td><td class=\"n\">{}</td><td \
         class=\"n\">{}</td><td class=\"dim\">{}</td></tr>",
        escaped(&option.title),
        escaped(&status),
        escaped(&option.region),
        escaped(&option.confidence),
        dollars(&option.usd),
        dollars(&option.list_usd),
        option.count.map(|count| count.to_string()).unwrap_or_default(),
        option.idle_percent.map(|idle| format!("{idle:.0} %")).unwrap_or_default(),
        option.latency.as_ref().map(|latency| format!("{:.0} ms", latency.p99_ms)).unwrap_or_default(),
        notes.iter().map(|note| escaped(note)).collect::<Vec<_>>().join("<br>"),
    );
}
