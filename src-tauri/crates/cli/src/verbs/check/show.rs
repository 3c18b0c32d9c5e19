//! The report of `coldframe check` as a person reads it, also in a log of CI.

use coldframe_protocol::{
    CheckReport, CheckVerdict, CheckedBudget, CheckedFunction, CheckedImport, CheckedMetric, CheckedPrice,
};

use crate::{
    table::Table,
    verbs::{measured::NOTHING, say},
};

pub(super) fn report(report: &CheckReport) {
    match &report.against {
        Some(commit) => say(format_args!("Now, beside {} ({} {})", commit.name, commit.hash, commit.subject)),
        None => say("Now, beside nothing"),
    }
    for note in &report.notes {
        say(format_args!("note: {note}"));
    }
    for one in &report.functions {
        function(one);
    }
    say("\nIt rests on:");
    for sentence in &report.rests_on {
        say(format_args!("- {sentence}"));
    }
    say(format_args!("\n{}", verdict(report)));
}

fn function(one: &CheckedFunction) {
    say(format_args!(
        "\n{} ({}, {}): {} starts{}",
        one.name,
        one.provider,
        one.language,
        one.rounds,
        calls(one)
    ));
    for note in &one.notes {
        say(format_args!("note: {note}"));
    }
    if let Some(failure) = &one.failure {
        say(format_args!("{} it fails ({}): {}", failure.side, failure.status, failure.message));
    }
    if !one.metrics.is_empty() {
        let mut table = Table::new(&["", "before", "now", "change", "noise band", "verdict"]);
        for metric in &one.metrics {
            table.row(figures(metric));
        }
        if let Some(price) = &one.price {
            table.row(money(price));
        }
        say(table.to_string().trim_end());
    }
    for import in &one.imports {
        say(format_args!("import {}", imported(import)));
    }
    for budget in &one.budgets {
        say(format_args!("budget {}", kept(budget)));
    }
}

fn calls(one: &CheckedFunction) -> String {
    let compared = one.metrics.iter().any(|metric| metric.before.is_some());
    let sides = if compared { " on each side" } else { "" };
    let named = one.events.join(", ");
    let from = match one.events_from.as_str() {
        "given" => "the events given".to_owned(),
        "saved" => format!("the events saved beside the project ({named})"),
        "schedule" => format!("its schedule's event ({named})"),
        "trigger" => format!("an example of its trigger ({named})"),
        "none" => return format!("{sides}, no calls"),
        _ => "an empty event: its manifest names no trigger".to_owned(),
    };
    format!(" and {} warm calls{sides}, with {from}", one.calls)
}

fn figures(metric: &CheckedMetric) -> [String; 6] {
    let unit = metric.metric.unit();
    let figure = |value: f64| format!("{value:.1} {unit}");
    let change = metric.change.map_or_else(
        || NOTHING.to_owned(),
        |change| {
            let part = metric.before.filter(|before| *before > 0.0).map(|before| change / before * 100.0);
            format!("{change:+.1} {unit}{}", part.map_or_else(String::new, |part| format!(" ({part:+.0} %)")))
        },
    );
    // Inside its noise a change is none.
    let silent = metric.verdict == CheckVerdict::Unchanged;
    let verdict = match metric.verdict {
        CheckVerdict::TooFew if is_open(metric) => format!("cannot tell: {} more samples", metric.more),
        CheckVerdict::TooFew => format!("too few samples: {} more", metric.more),
        verdict => verdict.title().to_owned(),
    };
    [
        metric.metric.title().to_owned(),
        metric.before.map_or_else(|| NOTHING.to_owned(), figure),
        figure(metric.now),
        if silent { NOTHING.to_owned() } else { change },
        metric.band.map_or_else(|| NOTHING.to_owned(), |band| format!("±{band:.1} {unit}")),
        verdict,
    ]
}

/// Beyond its noise, and only a part of the samples shows it.
fn is_open(metric: &CheckedMetric) -> bool {
    let beyond = metric.change.zip(metric.band).is_some_and(|(change, band)| change.abs() > band);
    beyond && metric.samples > metric.more
}

fn money(price: &CheckedPrice) -> [String; 6] {
    let silent = price.verdict == CheckVerdict::Unchanged;
    let signed = |usd: &String| match usd.strip_prefix('-') {
        Some(less) => format!("-${less}"),
        None => format!("+${usd}"),
    };
    let change = price.change.as_ref().filter(|_| !silent).map_or_else(|| NOTHING.to_owned(), signed);
    [
        "price per million".to_owned(),
        price.before.as_ref().map_or_else(|| NOTHING.to_owned(), |before| format!("${before}")),
        format!("${}", price.now),
        change,
        price.band.as_ref().map_or_else(|| NOTHING.to_owned(), |band| format!("±${band}")),
        format!("{} ({})", price.verdict.title(), price.title),
    ]
}

fn imported(import: &CheckedImport) -> String {
    let name = &import.name;
    match (import.before_ms, import.now_ms) {
        (None, Some(now)) if import.verdict == CheckVerdict::Alone => format!("{name} takes {now:.1} ms"),
        (None, Some(now)) => format!("{name} is new and adds {now:.1} ms"),
        (Some(before), None) => format!("{name} is gone and saves {before:.1} ms"),
        (Some(before), Some(now)) => format!("{name} took {before:.1} ms and takes {now:.1} ms"),
        (None, None) => name.clone(),
    }
}

fn kept(budget: &CheckedBudget) -> String {
    let (name, unit) = match budget.budget.as_str() {
        "cold_p95_ms" => ("cold start, p95", " ms"),
        "price_per_million" => ("price per million, dollars", ""),
        "memory_mb" => ("peak memory", " MB"),
        other => (other, ""),
    };
    let most = &budget.most;
    match &budget.now {
        None => format!("{name}: not measured, at most {most}{unit}"),
        Some(now) if budget.exceeded => format!("{name}: EXCEEDED, {now}{unit} of at most {most}{unit}"),
        Some(now) => format!("{name}: kept, {now}{unit} of at most {most}{unit}"),
    }
}

fn verdict(report: &CheckReport) -> String {
    let names = |functions: Vec<&CheckedFunction>| {
        functions.iter().map(|function| function.name.as_str()).collect::<Vec<_>>().join(", ")
    };
    let failing: Vec<_> = report.functions.iter().filter(|function| function.failure.is_some()).collect();
    let over: Vec<_> = report
        .functions
        .iter()
        .filter(|function| function.budgets.iter().any(|budget| budget.exceeded))
        .collect();
    let worse: Vec<_> = report.functions.iter().filter(|function| function.regressed).collect();
    let mut said = Vec::new();
    if !failing.is_empty() {
        said.push(format!("fails: {}", names(failing)));
    }
    if !over.is_empty() {
        said.push(format!("past a budget: {}", names(over)));
    }
    if !worse.is_empty() {
        said.push(format!("worse: {}", names(worse)));
    }
    let known = report.functions.iter().flat_map(|function| &function.metrics).any(is_known);
    match (said.is_empty(), &report.against) {
        (false, _) => {}
        (true, Some(_)) if known => said.push("nothing got worse".to_owned()),
        (true, Some(_)) => said.push("nothing could be told".to_owned()),
        (true, None) => said.push("nothing was compared".to_owned()),
    }
    said.extend(report.functions.iter().filter_map(open));
    said.join("; ")
}

fn is_known(metric: &CheckedMetric) -> bool {
    matches!(metric.verdict, CheckVerdict::Worse | CheckVerdict::Better | CheckVerdict::Unchanged)
}

/// What of a function took too few samples, or none.
fn open(function: &CheckedFunction) -> Option<String> {
    let few = function.metrics.iter().filter(|metric| metric.verdict == CheckVerdict::TooFew);
    let few: Vec<&str> = few.map(|metric| metric.metric.title()).collect();
    let unmeasured = function.budgets.iter().any(|budget| budget.now.is_none());
    let mut said = Vec::new();
    if !few.is_empty() {
        said.push(format!("too few samples of its {}", few.join(", ")));
    }
    if unmeasured {
        said.push("a budget is of what was not measured".to_owned());
    }
    (!said.is_empty()).then(|| format!("{}: {}", function.name, said.join(", ")))
}
