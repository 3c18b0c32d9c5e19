//! How figures read to a person: money, large numbers, spans of time, and moments as RFC 3339.

use coldframe_cost::{Decimal, Usd};
use coldframe_store::Micros;
use time::{OffsetDateTime, format_description::well_known::Rfc3339};

/// `2026-11-20T12:00:00.123456Z`.
pub fn moment(at: Micros) -> String {
    let nanos = i128::from(at) * 1000;
    let text = OffsetDateTime::from_unix_timestamp_nanos(nanos).ok().and_then(|at| at.format(&Rfc3339).ok());
    // Only for years beyond 9999, which no clock of ours gives.
    text.unwrap_or_else(|| at.to_string())
}

pub(crate) fn ms(us: i64) -> f64 {
    us as f64 / 1000.0
}

pub(crate) fn mb(kb: i64) -> f64 {
    kb as f64 / 1024.0
}

/// `$1,234.50`.
pub(crate) fn dollars(usd: Usd) -> String {
    let text = usd.to_cents().to_string();
    let (whole, cents) = text.split_once('.').unwrap_or((&text, "00"));
    format!("${}.{cents}", grouped(whole))
}

/// `29,640`.
pub(crate) fn count(number: u64) -> String {
    grouped(&number.to_string())
}

/// A decimal with thousands separated and at most `places` digits after the point.
pub(crate) fn quantity(number: Decimal, places: u32) -> String {
    let text = number.round_dp(places).normalize().to_string();
    match text.split_once('.') {
        Some((whole, rest)) => format!("{}.{rest}", grouped(whole)),
        None => grouped(&text),
    }
}

/// Two figures are enough to remember: `950`, `8,200`, `25 million`, `1.3 billion`.
pub(crate) fn about(number: u64) -> String {
    let magnitude = 10_u64.pow(number.max(1).ilog10().saturating_sub(1));
    let rounded = (number + magnitude / 2) / magnitude * magnitude;
    for (unit, name) in [(1_000_000_000, "billion"), (1_000_000, "million")] {
        if rounded >= unit {
            return format!("{} {name}", quantity(Decimal::from(rounded) / Decimal::from(unit), 1));
        }
    }
    count(rounded)
}

/// `0.4`, `9.5`, `120`: a rate a person can picture.
pub(crate) fn rate(per_second: f64) -> String {
    match per_second {
        rate if rate >= 9.95 => format!("{rate:.0}"),
        rate if rate >= 0.095 => format!("{rate:.1}"),
        rate => format!("{rate:.2}"),
    }
}

/// `the last 24 hours`, or how much of it there is.
pub(crate) fn span(minutes: f64) -> String {
    let (amount, unit) = match minutes {
        minutes if minutes < 120.0 => (minutes, "minute"),
        minutes if minutes < 2.0 * 1440.0 => (minutes / 60.0, "hour"),
        minutes => (minutes / 1440.0, "day"),
    };
    let amount = amount.round().max(1.0);
    if amount == 1.0 { unit.to_owned() } else { format!("{amount:.0} {unit}s") }
}

fn grouped(digits: &str) -> String {
    let mut out = String::with_capacity(digits.len() + digits.len() / 3);
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) && digit.is_ascii_digit() {
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
    fn money_and_numbers_read_as_people_write_them() {
        assert_eq!(dollars(Usd("1234567.5".parse().unwrap())), "$1,234,567.50");
        assert_eq!(dollars(Usd("0.004".parse().unwrap())), "$0.00");
        assert_eq!(count(29_640), "29,640");
        assert_eq!(quantity("140000.25678".parse().unwrap(), 2), "140,000.26");
        assert_eq!(about(18_513_533), "19 million");
        assert_eq!(about(1_310_000_000), "1.3 billion");
        assert_eq!(about(8_241), "8,200");
        assert_eq!(about(1_000), "1,000");
        assert_eq!(about(7), "7");
    }

    #[test]
    fn spans_and_rates() {
        assert_eq!(span(60.0), "60 minutes");
        assert_eq!(span(1440.0), "24 hours");
        assert_eq!(span(10_080.0), "7 days");
        assert_eq!(span(0.2), "minute");
        assert_eq!((rate(9.51), rate(0.041), rate(123.4)), ("9.5".into(), "0.04".into(), "123".into()));
    }

    #[test]
    fn moments_are_rfc_3339_in_utc() {
        assert_eq!(moment(1_763_683_200_123_456), "2025-11-21T00:00:00.123456Z");
        assert_eq!(moment(0), "1970-01-01T00:00:00Z");
    }
}
