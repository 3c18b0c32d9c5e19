//! One line for each line of each bill (RFC 4180); options without a price have one line that says why.

use coldframe_protocol::{CostOption, CostReport};

const HEAD: &str = "option,title,kind,provider,region,architecture,status,calls_per_month,item,quantity,free_quantity,unit,\
                    unit_price_usd,amount_usd,total_usd,list_usd,low_usd,high_usd,rounding_usd,machines,idle_percent,\
                    p99_ms,refusal,ruled_out,confidence";

pub(super) fn write(costs: &CostReport) -> String {
    let calls = costs.basis.calls_per_month.map(|calls| calls.to_string()).unwrap_or_default();
    let mut out = format!("{HEAD}\r\n");
    for option in costs.plans.iter().chain(&costs.machines) {
        let items: Vec<[String; 6]> = option
            .lines
            .iter()
            .map(|line| {
                [
                    line.label.clone(),
                    line.units.to_string(),
                    line.free_units.to_string(),
                    line.unit.clone(),
                    line.unit_price_usd.clone(),
                    line.usd.clone(),
                ]
            })
            .collect();
        let items = if items.is_empty() { vec![Default::default()] } else { items };
        for item in items {
            let fields = before(option, &calls).into_iter().chain(item).chain(after(option));
            out.push_str(&fields.map(|field| quoted(&field)).collect::<Vec<_>>().join(","));
            out.push_str("\r\n");
        }
    }
    out
}

fn before(option: &CostOption, calls: &str) -> [String; 8] {
    [
        &option.id,
        &option.title,
        &option.group,
        &option.provider,
        &option.region,
        &option.architecture,
        &option.status,
        calls,
    ]
    .map(|text| text.to_owned())
}

fn after(option: &CostOption) -> [String; 11] {
    let text = |text: &Option<String>| text.clone().unwrap_or_default();
    let number = |number: Option<f64>| number.map(|number| number.to_string()).unwrap_or_default();
    [
        text(&option.usd),
        text(&option.list_usd),
        text(&option.usd_low),
        text(&option.usd_high),
        text(&option.rounding_usd),
        option.count.map(|count| count.to_string()).unwrap_or_default(),
        number(option.idle_percent),
        number(option.latency.as_ref().map(|latency| latency.p99_ms)),
        text(&option.refusal),
        text(&option.ruled_out),
        option.confidence.clone(),
    ]
}

/// In quotes where it has to be; and what a spreadsheet would take for a formula is text.
fn quoted(field: &str) -> String {
    let formula = field.starts_with(['=', '+', '@', '\t', '\r'])
        || (field.starts_with('-') && field.parse::<f64>().is_err());
    let field = if formula { format!("'{field}") } else { field.to_owned() };
    if field.contains([',', '"', '\n', '\r']) { format!("\"{}\"", field.replace('"', "\"\"")) } else { field }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_needs_quotes_has_them() {
        assert_eq!(quoted("AWS Lambda x86"), "AWS Lambda x86");
        assert_eq!(quoted("0.25 vCPU, 0.5 GB"), "\"0.25 vCPU, 0.5 GB\"");
        assert_eq!(quoted("the \"old\" one"), "\"the \"\"old\"\" one\"");
        assert_eq!(quoted("=1+1"), "'=1+1");
        assert_eq!(quoted("-3.50"), "-3.50");
    }
}
