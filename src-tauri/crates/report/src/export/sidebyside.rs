//! The table of serverless and always-on as one page that needs nothing else: what really happened on one machine, and
//! what others say, with sources.

use std::fmt::Write as _;

use coldframe_protocol::{RowResult, Side, SideBySide, SideRow};

use super::html::{STYLE, escaped};

/// Its last column is a figure like the others.
const OWN_STYLE: &str = "td:last-child{font-size:inherit;max-width:none}a{color:inherit}";

/// `day`: of the export. `machine`: whose figures these are.
pub fn write(table: &SideBySide, day: &str, machine: &str) -> String {
    let name = escaped(&table.name);
    let done = table.rows.iter().filter(|row| row.result.as_ref().is_some_and(|result| !result.open)).count();
    let mut out = format!(
        "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" \
         content=\"width=device-width\"><title>{name}: serverless and always-on, {day}</title><style>{STYLE}{OWN_STYLE}</style>\
         </head><body><main>\n<p class=\"dim\">Side by side · {day} · measured on {} · {}</p>\n\
         <h1>{name}: serverless and always-on</h1>\n<p class=\"dim\">{done} of {} rows were made to happen.",
        escaped(machine),
        escaped(&table.prices),
        table.rows.len()
    );
    if let (Some(plan), Some(machine)) = (&table.plan, &table.machine) {
        let _ = write!(out, " Serverless is {}, always-on {}.", escaped(plan), escaped(machine));
    }
    out.push_str("</p>\n");
    summary(&mut out, table);
    for row in &table.rows {
        if let Some(result) = &row.result {
            section(&mut out, row, result);
        }
    }
    out.push_str(
        "<p class=\"dim\">Made by Coldframe from measurements on one machine. A local duration is no cloud duration: \
         what others measured stands beside it.</p></main></body></html>\n",
    );
    out
}

fn summary(out: &mut String, table: &SideBySide) {
    out.push_str(
        "<table><thead><tr><th>Row</th><th>Serverless</th><th>Always-on</th><th>Better here</th></tr></thead><tbody>\n",
    );
    for row in &table.rows {
        let cells = match &row.result {
            Some(result) => format!(
                "<td>{}</td><td>{}</td><td>{}</td>",
                escaped(&result.serverless.figure),
                escaped(&result.always_on.figure),
                better(result)
            ),
            None => "<td class=\"dim\" colspan=\"3\">not done</td>".to_owned(),
        };
        let _ = writeln!(out, "<tr><td>{}</td>{cells}</tr>", escaped(&row.title));
    }
    out.push_str("</tbody></table>\n");
}

fn better(result: &RowResult) -> &'static str {
    match result.better {
        Some(Side::Serverless) => "serverless",
        Some(Side::AlwaysOn) => "always-on",
        None => "neither, or it depends",
    }
}

fn section(out: &mut String, row: &SideRow, result: &RowResult) {
    let at: String = result.at.chars().take(16).collect();
    let _ = writeln!(
        out,
        "<h2>{}</h2><p>{}</p><p class=\"dim\">It is said: {} Done {} UTC: {}</p>",
        escaped(&row.title),
        escaped(&result.sentence),
        escaped(&row.claim),
        escaped(&at.replace('T', " ")),
        escaped(&row.does)
    );
    out.push_str("<table><thead><tr><th></th><th>Serverless</th><th>Always-on</th></tr></thead><tbody>\n");
    let mut line = |label: &str, serverless: &str, always_on: &str| {
        let _ = writeln!(
            out,
            "<tr><td>{}</td><td>{}</td><td>{}</td></tr>",
            escaped(label),
            escaped(serverless),
            escaped(always_on)
        );
    };
    let figure = |figure: &coldframe_protocol::SideFigure| format!("{} — {}", figure.figure, figure.what);
    line("seen here", &figure(&result.serverless), &figure(&result.always_on));
    for detail in &result.details {
        line(&detail.label, &detail.serverless, &detail.always_on);
    }
    out.push_str("</tbody></table>\n<ul class=\"dim\">");
    let mut item = |text: String| {
        let _ = write!(out, "<li>{text}</li>");
    };
    for missing in result.too_few.iter() {
        item(format!("Too few for a claim: {}", escaped(missing)));
    }
    for sourced in &row.sourced {
        let side = if sourced.side == Side::Serverless { "Serverless" } else { "Always-on" };
        let unsure = if sourced.unverified { ", not verified" } else { "" };
        let source = escaped(&sourced.source);
        let source = if sourced.url.is_empty() {
            source
        } else {
            format!("<a href=\"{}\">{source}</a>", escaped(&sourced.url))
        };
        item(format!(
            "{side}: {} ({source}, seen {}{unsure})",
            escaped(&sourced.text),
            escaped(&sourced.date)
        ));
    }
    if row.sourced.is_empty() {
        item("What others say of this is not known.".to_owned());
    }
    for sentence in &result.rests_on {
        item(format!("Rests on: {}", escaped(sentence)));
    }
    out.push_str("</ul>\n");
}

#[cfg(test)]
mod tests {
    use coldframe_protocol::{Administration, RowDetail, RowKind, SideFigure, SourcedFigure};

    use super::*;

    fn table(name: &str) -> SideBySide {
        let figure =
            |figure: &str| SideFigure { figure: figure.to_owned(), what: "until an answer".to_owned() };
        let result = RowResult {
            asked_calls: None,
            at: "2026-11-30T01:00:00Z".to_owned(),
            serverless: figure("300 ms"),
            always_on: figure("86 s"),
            sentence: "One is sooner.".to_owned(),
            better: Some(Side::Serverless),
            answers: Vec::new(),
            details: vec![RowDetail {
                label: "first".to_owned(),
                serverless: "<1 ms".to_owned(),
                always_on: String::new(),
            }],
            course: None,
            too_few: Some("12 more calls".to_owned()),
            open: false,
            hint: None,
            rests_on: vec!["this machine".to_owned()],
        };
        let row = |row, result| SideRow {
            row,
            title: format!("{row:?}"),
            claim: "It is said.".to_owned(),
            does: "It is done.".to_owned(),
            seconds: 1,
            sends_twice: false,
            asks: Vec::new(),
            sourced: vec![SourcedFigure {
                side: Side::AlwaysOn,
                text: "boots in 26 s".to_owned(),
                source: "somebody".to_owned(),
                url: "https://example.org/?a=1&b=2".to_owned(),
                date: "2026-11-20".to_owned(),
                confidence: "memory".to_owned(),
                unverified: true,
            }],
            result,
        };
        SideBySide {
            function: 1,
            name: name.to_owned(),
            plan: None,
            machine: None,
            machine_id: None,
            prices: "Prices of 2026-11-20".to_owned(),
            rows: vec![row(RowKind::Provisioning, Some(result)), row(RowKind::Idle, None)],
            running: None,
            failures: Vec::new(),
            administration: Administration {
                serverless_hours: 0.0,
                always_on_hours: 0.0,
                usd_per_hour: 0.0,
                set: false,
            },
            outside: Vec::new(),
        }
    }

    #[test]
    fn the_page_stands_alone_and_names_what_it_rests_on() {
        let page = write(&table("<b>hello</b>"), "2026-11-30", "bench");
        for said in [
            "measured on bench",
            "Prices of 2026-11-20",
            "1 of 2 rows",
            "not done",
            "not verified",
            "this machine",
        ] {
            assert!(page.contains(said), "{said} is missing");
        }
        let mut open = table("hello");
        for result in open.rows.iter_mut().filter_map(|row| row.result.as_mut()) {
            result.open = true;
        }
        assert!(
            write(&open, "2026-11-30", "bench").contains("0 of 2 rows"),
            "what only a person can say is not said"
        );
        assert!(page.contains("12 more calls") && page.contains("&lt;1 ms"));
        assert!(!page.contains("<b>hello"), "a name is no markup");
        for reaches in ["<script", "<img", "<link", "@import", "src="] {
            assert!(!page.contains(reaches), "{reaches} would need something else");
        }
    }
}
