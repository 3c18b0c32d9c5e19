//! When a clock calls: cron in five fields, NCRONTAB in six with seconds first, or a time span `hh:mm:ss`. Times are UTC, as
//! on Azure where nothing says otherwise, and on Vercel.
//! <https://learn.microsoft.com/azure/azure-functions/functions-bindings-timer#ncrontab-expressions>
//! <https://vercel.com/docs/cron-jobs#cron-expressions>

mod follow;

pub(crate) use self::follow::{Timer, follow};

use std::{collections::BTreeSet, time::Duration};

use time::{Date, OffsetDateTime, Time};

const FIELDS: [(&str, u32, u32, &[&str]); 6] = [
    ("second", 0, 59, &[]),
    ("minute", 0, 59, &[]),
    ("hour", 0, 23, &[]),
    ("day", 1, 31, &[]),
    ("month", 1, 12, &["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]),
    ("day of the week", 0, 7, &["sun", "mon", "tue", "wed", "thu", "fri", "sat"]),
];

/// Days that are looked at for the next time; a schedule for the 29th of February comes once in four or eight years.
const MOST_DAYS: usize = 366 * 9;

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Schedule {
    Every(Duration),
    /// What each field may be, in their order.
    At([BTreeSet<u32>; 6]),
    /// An app setting names it, known when it runs.
    Setting,
}

/// # Errors
/// What is wrong, for the person who wrote it.
pub(crate) fn check(text: &str) -> Result<(), String> {
    Schedule::read(text).map(|_| ())
}

impl Schedule {
    /// # Errors
    /// What is wrong, for the person who wrote it.
    pub(crate) fn read(text: &str) -> Result<Self, String> {
        let text = text.trim();
        if text.starts_with('%') && text.ends_with('%') {
            return Ok(Self::Setting);
        }
        if let Some(span) = span(text) {
            return Ok(Self::Every(span));
        }
        let fields: Vec<&str> = text.split_whitespace().collect();
        let skipped = match fields.len() {
            6 => 0,
            5 => 1,
            count => {
                return Err(format!("it has {count} fields, not six (second minute hour day month weekday)"));
            }
        };
        let mut at: [BTreeSet<u32>; 6] = Default::default();
        at[0].insert(0);
        for (field, index) in fields.iter().zip(skipped..) {
            at[index] = read_field(field, FIELDS[index])?;
        }
        // Sunday is at both ends of a week.
        if at[5].contains(&7) {
            at[5].insert(0);
        }
        Ok(Self::At(at))
    }

    /// The first time after another; `None` if there is none.
    pub(crate) fn after(&self, now: OffsetDateTime) -> Option<OffsetDateTime> {
        let at = match self {
            Self::Setting => return None,
            Self::Every(span) => return Some(now + *span),
            Self::At(at) => at,
        };
        let [seconds, minutes, hours, days, months, weekdays] = at;
        let earliest = now + Duration::from_secs(1);
        let mut date: Date = earliest.date();
        for _ in 0..MOST_DAYS {
            let fits = months.contains(&u32::from(u8::from(date.month())))
                && days.contains(&u32::from(date.day()))
                && weekdays.contains(&u32::from(date.weekday().number_days_from_sunday()));
            if fits {
                let from = if date == earliest.date() { earliest.time() } else { Time::MIDNIGHT };
                if let Some(time) = time_from(from, [hours, minutes, seconds]) {
                    return Some(date.with_time(time).assume_utc());
                }
            }
            date = date.next_day()?;
        }
        None
    }
}

/// The first time of a day that is not before `from`.
fn time_from(from: Time, [hours, minutes, seconds]: [&BTreeSet<u32>; 3]) -> Option<Time> {
    let (hour, minute, second) = (u32::from(from.hour()), u32::from(from.minute()), u32::from(from.second()));
    let made = |hour: u32, minute: u32, second: u32| {
        let part = |value: u32| u8::try_from(value).ok();
        Time::from_hms(part(hour)?, part(minute)?, part(second)?).ok()
    };
    if hours.contains(&hour) {
        if minutes.contains(&minute)
            && let Some(second) = seconds.range(second..).next()
        {
            return made(hour, minute, *second);
        }
        if let Some(minute) = minutes.range(minute + 1..).next() {
            return made(hour, *minute, *seconds.first()?);
        }
    }
    made(*hours.range(hour + 1..).next()?, *minutes.first()?, *seconds.first()?)
}

type Field = (&'static str, u32, u32, &'static [&'static str]);

fn read_field(field: &str, (name, low, high, names): Field) -> Result<BTreeSet<u32>, String> {
    let mut all = BTreeSet::new();
    for item in field.split(',') {
        let (range, step) = item.split_once('/').map_or((item, None), |(range, step)| (range, Some(step)));
        let each = step.map_or(Some(1), |step| step.parse::<usize>().ok().filter(|step| *step > 0));
        let each = each.ok_or_else(|| format!("`{item}` has no step of at least 1 behind its slash"))?;
        if range == "*" {
            all.extend((low..=high).step_by(each));
            continue;
        }
        let value = |text: &str| {
            let named = names
                .iter()
                .position(|name| text.get(..3).is_some_and(|start| start.eq_ignore_ascii_case(name)));
            let named = named.and_then(|at| u32::try_from(at).ok()).map(|at| at + low);
            named.or_else(|| text.parse().ok()).filter(|value| (low..=high).contains(value))
        };
        let (from, to) = range.split_once('-').unwrap_or((range, range));
        let (Some(from), Some(mut to)) = (value(from), value(to)) else {
            return Err(format!("`{item}` is no {name} from {low} to {high}"));
        };
        // `5/10` begins at 5 and goes on.
        if step.is_some() && !range.contains('-') {
            to = high;
        }
        all.extend((from..=to).step_by(each));
    }
    Ok(all)
}

/// `hh:mm:ss`, or `d.hh:mm:ss`.
fn span(text: &str) -> Option<Duration> {
    let parts: Vec<&str> = text.split(':').collect();
    let [hours, minutes, seconds] = parts.as_slice() else { return None };
    let (days, hours) = hours.split_once('.').unwrap_or(("0", hours));
    let number = |text: &str| text.parse::<u64>().ok().filter(|number| *number < 1_000_000);
    let minutes = number(hours)? * 60 + number(days)? * 1440 + number(minutes)?;
    let span = Duration::from_secs(minutes * 60) + Duration::try_from_secs_f64(seconds.parse().ok()?).ok()?;
    (!span.is_zero()).then_some(span)
}

#[cfg(test)]
mod tests {
    use time::macros::datetime;

    use super::{Schedule, check};

    #[test]
    fn schedules_of_the_documentation_pass_and_others_say_why_not() {
        for good in [
            "0 */5 * * * *",
            "0 0 * * * *",
            "0 0 9-17 * * *",
            "0 30 9 * Jan Mon",
            "0 0 0 * * MON-FRI",
            "*/5 * * * *",
            "01:30:00",
            "%SCHEDULE%",
            "5,8,10 * * * * *",
            "0 30 9 * * 1-5",
        ] {
            assert_eq!(check(good), Ok(()), "{good}");
        }
        for (bad, word) in [
            ("every minute", "2 fields"),
            ("0 60 * * * *", "`60` is no minute from 0 to 59"),
            ("0 */0 * * * *", "`*/0`"),
            ("0 0 0 * Foo *", "`Foo` is no month"),
            ("", "0 fields"),
        ] {
            assert!(check(bad).unwrap_err().contains(word), "{bad}: {:?}", check(bad));
        }
    }

    #[test]
    fn the_next_time_is_the_first_that_fits_every_field() {
        let now = datetime!(2026-11-29 14:59:30 UTC);
        for (text, next) in [
            ("0 */5 * * * *", datetime!(2026-11-29 15:00:00 UTC)),
            ("*/10 * * * * *", datetime!(2026-11-29 14:59:40 UTC)),
            ("30 59 14 * * *", datetime!(2026-11-30 14:59:30 UTC)),
            ("0 30 9 * Jan Mon", datetime!(2027-01-04 09:30:00 UTC)),
            ("0 0 0 * * MON-FRI", datetime!(2026-11-30 00:00:00 UTC)),
            ("0 0 12 * * 7", datetime!(2026-12-06 12:00:00 UTC)),
            ("0 0 0 29 2 *", datetime!(2028-02-29 00:00:00 UTC)),
            ("5 * * * *", datetime!(2026-11-29 15:05:00 UTC)),
            ("5/20 0 0 1 * *", datetime!(2026-12-01 00:00:05 UTC)),
            ("00:01:30", datetime!(2026-11-29 15:01:00 UTC)),
        ] {
            assert_eq!(Schedule::read(text).unwrap().after(now), Some(next), "{text}");
        }
        assert_eq!(Schedule::read("0 0 0 31 2 *").unwrap().after(now), None, "no such day");
        assert_eq!(Schedule::read("%WHEN%").unwrap().after(now), None, "known when it runs");
    }
}
