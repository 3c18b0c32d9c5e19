//! NCRONTAB: six fields with seconds first (five without them are taken too), or a time span `hh:mm:ss`.
//! <https://learn.microsoft.com/azure/azure-functions/functions-bindings-timer#ncrontab-expressions>

const FIELDS: [(&str, u32, u32, &[&str]); 6] = [
    ("second", 0, 59, &[]),
    ("minute", 0, 59, &[]),
    ("hour", 0, 23, &[]),
    ("day", 1, 31, &[]),
    ("month", 1, 12, &["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]),
    ("day of the week", 0, 7, &["sun", "mon", "tue", "wed", "thu", "fri", "sat"]),
];

/// # Errors
/// What is wrong, for the person who wrote it.
pub(super) fn check(text: &str) -> Result<(), String> {
    let text = text.trim();
    // A name in percent signs is an app setting, known when it runs.
    if text.starts_with('%') && text.ends_with('%') || is_span(text) {
        return Ok(());
    }
    let fields: Vec<&str> = text.split_whitespace().collect();
    let skipped = match fields.len() {
        6 => 0,
        5 => 1,
        count => {
            return Err(format!("it has {count} fields, not six (second minute hour day month weekday)"));
        }
    };
    for (field, (name, low, high, names)) in fields.iter().zip(&FIELDS[skipped..]) {
        for item in field.split(',') {
            let (range, step) =
                item.split_once('/').map_or((item, None), |(range, step)| (range, Some(step)));
            if step.is_some_and(|step| step.parse::<u32>().ok().is_none_or(|step| step == 0)) {
                return Err(format!("`{item}` has no step of at least 1 behind its slash"));
            }
            if range == "*" {
                continue;
            }
            let value = |text: &str| {
                let named = names
                    .iter()
                    .position(|name| text.get(..3).is_some_and(|start| start.eq_ignore_ascii_case(name)));
                let named = named.and_then(|at| u32::try_from(at).ok()).map(|at| at + low);
                named.or_else(|| text.parse().ok()).filter(|value| (*low..=*high).contains(value))
            };
            let (from, to) = range.split_once('-').unwrap_or((range, range));
            if value(from).is_none() || value(to).is_none() {
                return Err(format!("`{item}` is no {name} from {low} to {high}"));
            }
        }
    }
    Ok(())
}

fn is_span(text: &str) -> bool {
    let parts: Vec<&str> = text.split(':').collect();
    parts.len() == 3
        && parts.iter().all(|part| !part.is_empty() && part.chars().all(|c| c.is_ascii_digit() || c == '.'))
}

#[cfg(test)]
mod tests {
    use super::check;

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
}
