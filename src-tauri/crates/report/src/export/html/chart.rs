//! Price against volume, both on logarithmic axes, as a drawing in the page.

use std::fmt::Write as _;

use coldframe_protocol::{CostCurve, CostOption, CostReport};

use super::text::escaped;

const WIDTH: f64 = 960.0;
const HEIGHT: f64 = 340.0;
const LEFT: f64 = 60.0;
const RIGHT: f64 = 200.0;
const TOP: f64 = 12.0;
const BOTTOM: f64 = 30.0;
/// So many plans and so many machines, the cheapest: more lines than that are a thicket.
const LINES: usize = 3;
/// Dollars a month at the foot of the axis; less is drawn there.
const LEAST_USD: f64 = 0.1;

/// Nothing where nothing has a price yet.
pub(super) fn draw(costs: &CostReport) -> String {
    let mut shown = cheapest(&costs.plans, &costs.curves);
    shown.extend(cheapest(&costs.machines, &costs.curves));
    let (Some(first), Some(last)) = (costs.volumes.first(), costs.volumes.last()) else {
        return String::new();
    };
    let most = shown.iter().flat_map(|curve| &curve.usd).copied().fold(LEAST_USD * 10.0, f64::max);
    let x = |volume: f64| LEFT + (volume / first).ln() / (last / first).ln() * (WIDTH - LEFT - RIGHT);
    let y = |usd: f64| {
        let height = (usd.max(LEAST_USD) / LEAST_USD).ln() / (most / LEAST_USD).ln();
        HEIGHT - BOTTOM - height * (HEIGHT - TOP - BOTTOM)
    };
    let mut out =
        format!("<svg viewBox=\"0 0 {WIDTH} {HEIGHT}\" role=\"img\" aria-label=\"Price by calls a month\">");
    for decade in (0..)
        .map(|step| 10_f64.powi(step))
        .skip_while(|volume| volume < first)
        .take_while(|volume| volume <= last)
    {
        let at = x(decade);
        let _ = write!(
            out,
            "<line class=\"grid\" x1=\"{at:.1}\" x2=\"{at:.1}\" y1=\"{TOP}\" y2=\"{:.1}\"/><text x=\"{at:.1}\" \
             y=\"{:.1}\" text-anchor=\"middle\">{}</text>",
            HEIGHT - BOTTOM,
            HEIGHT - 10.0,
            short(decade)
        );
    }
    for decade in (-1..).map(|step| 10_f64.powi(step)).take_while(|usd| *usd <= most) {
        let at = y(decade);
        let _ = write!(
            out,
            "<line class=\"grid\" x1=\"{LEFT}\" x2=\"{:.1}\" y1=\"{at:.1}\" y2=\"{at:.1}\"/><text x=\"{:.1}\" \
             y=\"{:.1}\" text-anchor=\"end\">${}</text>",
            WIDTH - RIGHT,
            LEFT - 8.0,
            at + 4.0,
            short(decade)
        );
    }
    let mut labels: Vec<(f64, String)> = Vec::new();
    for curve in &shown {
        let points: Vec<String> = costs
            .volumes
            .iter()
            .zip(&curve.usd)
            .map(|(volume, usd)| format!("{:.1} {:.1}", x(*volume), y(*usd)))
            .collect();
        let _ = write!(out, "<path class=\"{}\" d=\"M{}\"/>", escaped(&curve.kind), points.join("L"));
        labels.push((y(curve.usd.last().copied().unwrap_or_default()), escaped(&curve.title)));
    }
    labels.sort_by(|one, other| one.0.total_cmp(&other.0));
    let mut free = TOP;
    for (at, title) in labels {
        let at = at.max(free);
        free = at + 14.0;
        let _ = write!(out, "<text x=\"{:.1}\" y=\"{:.1}\">{title}</text>", WIDTH - RIGHT + 8.0, at + 4.0);
    }
    if let Some(calls) =
        costs.basis.calls_per_month.map(|calls| calls as f64).filter(|calls| (*first..=*last).contains(calls))
    {
        let at = x(calls);
        let _ = write!(
            out,
            "<line class=\"here\" x1=\"{at:.1}\" x2=\"{at:.1}\" y1=\"{TOP}\" y2=\"{:.1}\"/><text x=\"{:.1}\" \
             y=\"{:.1}\">you are here</text>",
            HEIGHT - BOTTOM,
            at + 6.0,
            TOP + 10.0
        );
    }
    out.push_str("</svg>\n");
    out
}

fn cheapest<'a>(options: &[CostOption], curves: &'a [CostCurve]) -> Vec<&'a CostCurve> {
    let price = |option: &CostOption| option.usd.as_deref().and_then(|usd| usd.parse::<f64>().ok());
    let mut priced: Vec<(f64, &CostOption)> = options
        .iter()
        .filter(|option| option.status == "current")
        .filter_map(|option| Some((price(option)?, option)))
        .collect();
    priced.sort_by(|one, other| one.0.total_cmp(&other.0));
    let curve = |id: &str| curves.iter().find(|curve| curve.id == id);
    priced.into_iter().filter_map(|(_, option)| curve(&option.id)).take(LINES).collect()
}

/// `0.1`, `10`, `1k`, `10M`, `1B`.
fn short(number: f64) -> String {
    for (unit, name) in [(1e9, "B"), (1e6, "M"), (1e3, "k")] {
        if number >= unit {
            return format!("{}{name}", number / unit);
        }
    }
    format!("{number}")
}
