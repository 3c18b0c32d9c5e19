//! How a row's figures read, and a result with the usual left out.

use coldframe_cost::{Decimal, Usd};
use coldframe_protocol::{RowDetail, RowResult, SideFigure};

pub(super) fn result(serverless: (&str, &str), always_on: (&str, &str), sentence: &str) -> RowResult {
    let side = |(figure, what): (&str, &str)| SideFigure { figure: figure.to_owned(), what: what.to_owned() };
    RowResult {
        at: String::new(),
        serverless: side(serverless),
        always_on: side(always_on),
        sentence: sentence.to_owned(),
        better: None,
        answers: Vec::new(),
        asked_calls: None,
        details: Vec::new(),
        course: None,
        too_few: None,
        open: false,
        hint: None,
        rests_on: Vec::new(),
    }
}

pub(super) fn detail(label: &str, serverless: impl Into<String>, always_on: impl Into<String>) -> RowDetail {
    RowDetail { label: label.to_owned(), serverless: serverless.into(), always_on: always_on.into() }
}

/// `4.2 ms`, `312 ms`, `1.4 s`, `86 s`, `15 min`, `2.5 h`.
pub(super) fn time(ms: f64) -> String {
    match ms {
        ms if ms < 10.0 => format!("{ms:.1} ms"),
        ms if ms < 1_000.0 => format!("{ms:.0} ms"),
        ms if ms < 10_000.0 => format!("{:.1} s", ms / 1_000.0),
        ms if ms < 120_000.0 => format!("{:.0} s", ms / 1_000.0),
        ms if ms < 7_200_000.0 => format!("{} min", short(ms / 60_000.0)),
        ms => format!("{} h", short(ms / 3_600_000.0)),
    }
}

fn short(value: f64) -> String {
    let text = format!("{value:.1}");
    text.strip_suffix(".0").map_or(text.clone(), str::to_owned)
}

/// `12 %`, `0.4 %`, `1,900 %`.
pub(super) fn percent(value: f64) -> String {
    match value {
        value if value.abs() < 9.95 => format!("{} %", short(value)),
        value => format!("{} %", count(value.round().max(0.0) as u64)),
    }
}

/// Cents from ten cents on, two figures below.
pub(super) fn dollars(usd: Usd) -> String {
    if usd.0.is_zero() {
        return "$0".to_owned();
    }
    if usd.0.abs() >= Decimal::new(10, 2) {
        let cents = usd.to_cents().to_string();
        let (whole, rest) = cents.split_once('.').unwrap_or((&cents, "00"));
        return format!("${}.{rest}", grouped(whole));
    }
    let figures = usd.0.round_sf(2).unwrap_or(usd.0);
    format!("${}", figures.normalize())
}

pub(super) fn count(number: u64) -> String {
    grouped(&number.to_string())
}

/// Two figures at most: `800,000`, `8 million`, `1.5 billion`.
pub(super) fn about(number: u64) -> String {
    let step = 10_u64.pow(number.max(1).ilog10().saturating_sub(1));
    let rounded = (number + step / 2) / step * step;
    for (unit, name) in [(1_000_000_000, "billion"), (1_000_000, "million")] {
        if rounded >= unit {
            return format!("{} {name}", short(rounded as f64 / unit as f64));
        }
    }
    count(rounded)
}

fn grouped(digits: &str) -> String {
    let mut out = String::with_capacity(digits.len() + digits.len() / 3);
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_read_as_people_write_them() {
        let times = [4.21, 312.4, 1_440.0, 86_300.0, 900_000.0, 9_000_000.0].map(time);
        assert_eq!(times, ["4.2 ms", "312 ms", "1.4 s", "86 s", "15 min", "2.5 h"]);
        assert_eq!([0.42, 12.4, 1_900.0].map(percent), ["0.4 %", "12 %", "1,900 %"]);
        let usd = |text: &str| dollars(Usd(text.parse().unwrap()));
        assert_eq!(usd("0"), "$0");
        assert_eq!(usd("0.00001874"), "$0.000019");
        assert_eq!(usd("1234.5"), "$1,234.50");
        assert_eq!(
            [7, 811_000, 8_300_000, 96_000_000].map(about),
            ["7", "810,000", "8.3 million", "96 million"]
        );
        assert_eq!(count(1_000_000), "1,000,000");
    }
}
