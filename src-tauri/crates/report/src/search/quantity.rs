//! Times and sizes as a person writes them.

use time::{OffsetDateTime, format_description::well_known::Rfc3339};

type Units = &'static [(&'static str, f64)];

const TIMES: Units = &[
    ("us", 1.0),
    ("µs", 1.0),
    ("ms", 1e3),
    ("s", 1e6),
    ("m", 60e6),
    ("min", 60e6),
    ("h", 3_600e6),
    ("d", 86_400e6),
];
const SIZES: Units = &[
    ("kb", 1.0),
    ("k", 1.0),
    ("mb", 1_024.0),
    ("mib", 1_024.0),
    ("m", 1_024.0),
    ("gb", 1_048_576.0),
    ("gib", 1_048_576.0),
    ("g", 1_048_576.0),
];

/// Why there is no quantity.
enum Odd {
    Unread,
    /// More than 64 bits, in which the record counts.
    TooLarge,
}

impl Odd {
    /// `what`: what the text is not.
    fn says(self, text: &str, what: &str) -> String {
        match self {
            Self::Unread => format!("{text:?} is {what}"),
            Self::TooLarge => format!("{text:?} is too large: more than the record can hold"),
        }
    }
}

/// Microseconds; without a unit milliseconds.
pub(super) fn time(text: &str) -> Result<i64, String> {
    quantity(text, TIMES, 1e3).map_err(|odd| odd.says(text, "no time: a number and us, ms, s, m, h or d"))
}

/// A moment as RFC 3339 has it, microseconds of the Unix epoch.
pub(super) fn at(text: &str) -> Option<i64> {
    let moment = OffsetDateTime::parse(text, &Rfc3339).ok()?;
    i64::try_from(moment.unix_timestamp_nanos() / 1_000).ok()
}

/// How long ago, in microseconds.
pub(super) fn past(text: &str) -> Result<i64, String> {
    quantity(text, TIMES, 1e3).map_err(|odd| match odd {
        Odd::Unread => "say how long ago (30m, 1h, 2d) or when (2026-12-01T09:30:00Z)".to_owned(),
        Odd::TooLarge => format!("{text:?} is too long ago"),
    })
}

/// Kilobytes; without a unit megabytes.
pub(super) fn size(text: &str) -> Result<i64, String> {
    quantity(text, SIZES, 1_024.0).map_err(|odd| odd.says(text, "no size: a number and kb, mb or gb"))
}

pub(super) fn whole(text: &str) -> Result<i64, String> {
    quantity(text, &[], 1.0).map_err(|odd| odd.says(text, "no number"))
}

fn quantity(text: &str, units: Units, bare: f64) -> Result<i64, Odd> {
    let ends = text.find(|letter: char| !letter.is_ascii_digit() && letter != '.').unwrap_or(text.len());
    let (number, unit) = text.split_at(ends);
    let number: f64 = number.parse().map_err(|_| Odd::Unread)?;
    let unit = unit.to_ascii_lowercase();
    let each = if unit.is_empty() {
        bare
    } else {
        units.iter().find(|(name, _)| *name == unit).ok_or(Odd::Unread)?.1
    };
    let value = (number * each).round();
    if value < 9e18 { Ok(value as i64) } else { Err(Odd::TooLarge) }
}
