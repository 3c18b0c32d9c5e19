//! Quantities as a person writes them on the command line. A unit written where a bare number belongs is answered with
//! the number that was meant.

use coldframe_cost::Decimal;

/// More calls a month than this are a typing mistake: 380,000 a second.
const MOST_CALLS: u64 = 1_000_000_000_000;
const MOST_MS: u64 = 31 * 24 * 3_600_000;
const MOST_SECONDS: u64 = 31 * 24 * 3_600;
const MOST_MB: u64 = 1_048_576;
const MOST_GB: u64 = 1_000_000_000;
const MOST_VCPU: u64 = 1_000;
const MOST_INSTANCES: u64 = 1_000_000;
const MOST_MACHINES: u64 = 10_000;

/// Words after a number, and how many of the option's own unit one is.
type Words = &'static [(&'static str, Factor)];
#[derive(Clone, Copy)]
enum Factor {
    Times(u32),
    Per(u32),
}
use Factor::{Per, Times};

const COUNTS: Words = &[
    ("k", Times(1_000)),
    ("m", Times(1_000_000)),
    ("b", Times(1_000_000_000)),
    ("bn", Times(1_000_000_000)),
];
const MILLISECONDS: Words = &[
    ("us", Per(1_000)),
    ("µs", Per(1_000)),
    ("ms", Times(1)),
    ("s", Times(1_000)),
    ("m", Times(60_000)),
    ("min", Times(60_000)),
    ("h", Times(3_600_000)),
];
const SECONDS: Words = &[
    ("ms", Per(1_000)),
    ("s", Times(1)),
    ("m", Times(60)),
    ("min", Times(60)),
    ("h", Times(3_600)),
    ("d", Times(86_400)),
];
const MINUTES: Words =
    &[("s", Per(60)), ("m", Times(1)), ("min", Times(1)), ("h", Times(60)), ("d", Times(1_440))];
const HOURS: Words = &[("m", Per(60)), ("min", Per(60)), ("h", Times(1)), ("d", Times(24))];
const MEGABYTES: Words = &[
    ("kb", Per(1_024)),
    ("mb", Times(1)),
    ("mib", Times(1)),
    ("m", Times(1)),
    ("gb", Times(1_024)),
    ("gib", Times(1_024)),
    ("g", Times(1_024)),
];
const GIGABYTES: Words =
    &[("mb", Per(1_024)), ("gb", Times(1)), ("gib", Times(1)), ("g", Times(1)), ("tb", Times(1_024))];
const DOLLARS: Words = &[("$", Times(1)), ("usd", Times(1)), ("ct", Per(100))];
const SHARES: Words = &[("%", Per(100))];
const VCPUS: Words = &[("m", Per(1_000)), ("vcpu", Times(1))];

pub(crate) fn calls(text: &str) -> Result<u64, String> {
    whole(number(text, "a number of calls", COUNTS, MOST_CALLS)?)
}

pub(crate) fn instances(text: &str) -> Result<u64, String> {
    whole(number(text, "a number of instances", COUNTS, MOST_INSTANCES)?)
}

pub(crate) fn machines(text: &str) -> Result<u64, String> {
    whole(number(text, "a number of machines", COUNTS, MOST_MACHINES)?)
}

/// Milliseconds, which may have a fraction, as whole microseconds.
pub(crate) fn milliseconds(text: &str) -> Result<u64, String> {
    whole((number(text, "milliseconds", MILLISECONDS, MOST_MS)? * Decimal::ONE_THOUSAND).ceil())
}

pub(crate) fn seconds(text: &str) -> Result<u64, String> {
    whole(number(text, "seconds", SECONDS, MOST_SECONDS)?.ceil())
}

pub(crate) fn megabytes(text: &str) -> Result<u32, String> {
    let megabytes = whole(number(text, "megabytes", MEGABYTES, MOST_MB)?)?;
    match u32::try_from(megabytes) {
        Ok(0) | Err(_) => Err("must be more than 0 megabytes".to_owned()),
        Ok(megabytes) => Ok(megabytes),
    }
}

pub(crate) fn gigabytes(text: &str) -> Result<Decimal, String> {
    number(text, "gigabytes", GIGABYTES, MOST_GB)
}

pub(crate) fn dollars(text: &str) -> Result<Decimal, String> {
    match text.trim().strip_prefix('$') {
        Some(plain) => Err(format!("write dollars without a sign: {}", plain.trim())),
        None => number(text, "dollars", DOLLARS, MOST_GB),
    }
}

/// Minutes, which may have a fraction.
pub(crate) fn minutes(text: &str) -> Result<f64, String> {
    float(number(text, "minutes", MINUTES, MOST_SECONDS)?)
}

/// Hours, which may have a fraction.
pub(crate) fn hours(text: &str) -> Result<f64, String> {
    float(number(text, "hours", HOURS, MOST_SECONDS)?)
}

pub(crate) fn dollars_an_hour(text: &str) -> Result<f64, String> {
    float(dollars(text)?)
}

fn float(value: Decimal) -> Result<f64, String> {
    value.try_into().map_err(|_| "is absurd".to_owned())
}

/// A length of time that says its unit, as microseconds: `800ms`, `1.2s`.
pub(crate) fn time(text: &str) -> Result<u64, String> {
    let trimmed = text.trim();
    if trimmed.starts_with('-') {
        return Err("cannot be negative: write a length of time with its unit, like 800ms or 1.2s".to_owned());
    }
    let ends = trimmed.find(|c: char| !(c.is_ascii_digit() || c == '.')).unwrap_or(trimmed.len());
    let (digits, word) = trimmed.split_at(ends);
    let Ok(value) = digits.parse::<Decimal>() else {
        return Err("write a length of time with its unit, like 800ms or 1.2s".to_owned());
    };
    let known = MILLISECONDS.iter().find(|(known, _)| *known == word.trim().to_lowercase());
    let milliseconds = match known {
        Some((_, Times(times))) => value.checked_mul(Decimal::from(*times)),
        Some((_, Per(per))) => Some(value / Decimal::from(*per)),
        None if word.trim().is_empty() => return Err(format!("say the unit: {digits}ms or {digits}s")),
        None => {
            return Err(format!("{:?} is no unit of time: write {digits}ms or {digits}s", word.trim()));
        }
    };
    match milliseconds {
        Some(value) if value <= Decimal::from(MOST_MS) && !value.is_zero() => {
            whole((value * Decimal::ONE_THOUSAND).ceil())
        }
        Some(value) if value.is_zero() => Err("must be more than nothing".to_owned()),
        _ => Err(format!("is absurd: more than {MOST_MS} ms")),
    }
}

pub(crate) fn share(text: &str) -> Result<Decimal, String> {
    let share = number(text, "a share from 0 to 1", SHARES, 100)?;
    if share > Decimal::ONE {
        let meant = (share / Decimal::ONE_HUNDRED).normalize();
        return Err(format!("a share goes from 0 to 1; write {meant} for {} %", share.normalize()));
    }
    Ok(share)
}

/// Thousandths of a vCPU.
pub(crate) fn vcpu(text: &str) -> Result<u32, String> {
    let milli = number(text, "a number of vCPUs", VCPUS, MOST_VCPU)? * Decimal::ONE_THOUSAND;
    match u32::try_from(milli) {
        Ok(whole) if whole > 0 && Decimal::from(whole) == milli => Ok(whole),
        _ => Err("must be more than 0 vCPU, in thousandths at the finest".to_owned()),
    }
}

/// At least one call.
pub(crate) fn some_calls(text: &str) -> Result<u64, String> {
    match calls(text)? {
        0 => Err("must be at least 1".to_owned()),
        many => Ok(many),
    }
}

/// Any number that is not negative.
pub(crate) fn plain(text: &str) -> Result<f64, String> {
    let value = number(text, "a number", SHARES, MOST_GB)?;
    f64::try_from(value).map_err(|_| format!("write a plain number, like 512, not {text:?}"))
}

fn number(text: &str, what: &str, words: Words, most: u64) -> Result<Decimal, String> {
    let trimmed = text.trim();
    if let Some(meant) = ungrouped(trimmed) {
        return Err(format!("write {what} as a plain number: {meant}"));
    }
    let ends = trimmed
        .find(|c: char| !(c.is_ascii_digit() || matches!(c, '.' | '-' | '+')))
        .unwrap_or(trimmed.len());
    let (digits, word) = trimmed.split_at(ends);
    let parsed = digits.parse::<Decimal>();
    let Ok(value) = parsed else { return Err(format!("write {what} as a plain number, like 512")) };
    if !word.is_empty() {
        let known = words.iter().find(|(known, _)| *known == word.trim().to_lowercase());
        let meant = known.map(|(_, factor)| match factor {
            Times(times) => value * Decimal::from(*times),
            Per(per) => value / Decimal::from(*per),
        });
        return Err(match meant {
            Some(meant) => format!("write {what} without a unit: {}", meant.normalize()),
            None => format!("write {what} as a plain number, without {word:?}"),
        });
    }
    if value.is_sign_negative() && !value.is_zero() {
        return Err("cannot be negative".to_owned());
    }
    if value > Decimal::from(most) {
        return Err(format!("is absurd: more than {most}"));
    }
    Ok(value)
}

/// What `3,000,000`, `3_000_000` and `3e6` mean.
fn ungrouped(text: &str) -> Option<Decimal> {
    if text.contains(['e', 'E']) {
        return Decimal::from_scientific(text).ok().map(|meant| meant.normalize());
    }
    let groups: Vec<&str> = text.split([',', '_']).collect();
    let (first, others) = groups.split_first()?;
    let grouped = !others.is_empty() && first.len() <= 3 && others.iter().all(|group| group.len() == 3);
    grouped.then(|| groups.concat().parse().ok())?
}

fn whole(value: Decimal) -> Result<u64, String> {
    match u64::try_from(value) {
        Ok(number) if Decimal::from(number) == value => Ok(number),
        _ => Err(format!("must be a whole number, not {value}")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_numbers() {
        assert_eq!(calls("3000000"), Ok(3_000_000));
        assert_eq!(milliseconds("250.06"), Ok(250_060));
        assert_eq!(megabytes("512"), Ok(512));
        assert_eq!(share("0.05"), Ok(Decimal::new(5, 2)));
        assert_eq!(vcpu("0.25"), Ok(250));
    }

    #[test]
    fn what_was_meant_is_said() {
        let said = |result: Result<u64, String>| result.unwrap_err();
        assert_eq!(said(calls("3M")), "write a number of calls without a unit: 3000000");
        assert_eq!(said(milliseconds("1.5s")), "write milliseconds without a unit: 1500");
        assert_eq!(said(seconds("1h")), "write seconds without a unit: 3600");
        assert_eq!(megabytes("0.5 GB").unwrap_err(), "write megabytes without a unit: 512");
        assert_eq!(said(calls("3,000,000")), "write a number of calls as a plain number: 3000000");
        assert_eq!(said(calls("3_000_000")), "write a number of calls as a plain number: 3000000");
        assert_eq!(said(calls("1e6")), "write a number of calls as a plain number: 1000000");
        assert_eq!(said(calls("3,5")), "write a number of calls as a plain number, without \",5\"");
        assert_eq!(share("5%").unwrap_err(), "write a share from 0 to 1 without a unit: 0.05");
        assert_eq!(share("5").unwrap_err(), "a share goes from 0 to 1; write 0.05 for 5 %");
        assert_eq!(said(calls("many")), "write a number of calls as a plain number, like 512");
        assert_eq!(
            said(milliseconds("5 parsecs")),
            "write milliseconds as a plain number, without \" parsecs\""
        );
    }

    #[test]
    fn a_time_says_its_unit() {
        assert_eq!(time("800ms"), Ok(800_000));
        assert_eq!(time("1.2s"), Ok(1_200_000));
        assert_eq!(time("3 m"), Ok(180_000_000));
        let said = |text| time(text).unwrap_err();
        assert_eq!(said("800"), "say the unit: 800ms or 800s");
        assert_eq!(said("256MB"), "\"MB\" is no unit of time: write 256ms or 256s");
        assert_eq!(said("soon"), "write a length of time with its unit, like 800ms or 1.2s");
        assert!(
            time("0ms").is_err() && time("99999999h").is_err() && time("").is_err() && time("-1s").is_err()
        );
        assert!(time("79228162514264337593543950335h").is_err());
    }

    #[test]
    fn dollars_have_no_sign() {
        assert_eq!(dollars("5.5"), Ok(Decimal::new(55, 1)));
        assert_eq!(dollars("$5").unwrap_err(), "write dollars without a sign: 5");
        assert_eq!(dollars("5$").unwrap_err(), "write dollars without a unit: 5");
        assert_eq!(dollars("5ms").unwrap_err(), "write dollars as a plain number, without \"ms\"");
    }

    #[test]
    fn negative_and_absurd() {
        assert_eq!(calls("-1"), Err("cannot be negative".to_owned()));
        assert_eq!(calls("1000000000001"), Err("is absurd: more than 1000000000000".to_owned()));
        assert_eq!(calls("1.5"), Err("must be a whole number, not 1.5".to_owned()));
        assert!(calls("99999999999999999999999999999999999").is_err());
        assert!(megabytes("0").is_err());
        assert!(vcpu("0.0001").is_err());
        assert!(calls("").is_err());
        assert!(some_calls("0").is_err());
        assert!(plain("nan").is_err() && plain("inf").is_err() && plain("-1").is_err());
        assert_eq!(plain("62.5"), Ok(62.5));
    }
}
