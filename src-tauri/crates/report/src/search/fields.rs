//! What can be asked of an invocation, by name.

use coldframe_store::{Compare, Micros, Number, Status, Test};

use super::quantity::{size, time, whole};

pub(super) enum Found {
    Test(Test),
    /// So long ago, microseconds.
    Since(Micros),
    Until(Micros),
}

/// The first name of each is the one that is told.
const FIELDS: [(&[&str], Field); 16] = [
    (&["fn", "function"], Field::Name(Test::Function)),
    (&["app"], Field::Name(Test::App)),
    (&["provider"], Field::Name(Test::Provider)),
    (&["by", "trigger"], Field::Name(Test::Trigger)),
    (&["instance"], Field::Name(Test::Instance)),
    (&["revision", "rev"], Field::Name(Test::Revision)),
    (&["request", "id"], Field::Name(Test::RequestId)),
    (&["error"], Field::Name(Test::Error)),
    (&["status"], Field::Status),
    (&["cold"], Field::Cold),
    (&["dur", "duration", "total"], Field::Number(Number::TotalUs, time)),
    (&["handler"], Field::Number(Number::HandlerUs, time)),
    (&["cpu"], Field::Number(Number::CpuUs, time)),
    (&["mem", "memory"], Field::Number(Number::MemoryKb, size)),
    (&["http"], Field::Number(Number::HttpStatus, whole)),
    (&["attempt"], Field::Number(Number::Attempt, whole)),
];
const TIMES: [&str; 2] = ["since", "until"];

#[derive(Clone, Copy)]
enum Field {
    Name(fn(String) -> Test),
    Status,
    Cold,
    Number(Number, fn(&str) -> Result<i64, String>),
}

/// What a field and its value ask for.
pub(super) fn term(name: &str, value: &str) -> Result<Found, String> {
    let said = |problem: String| format!("{name}:{value}: {problem}");
    let lower = name.to_ascii_lowercase();
    if TIMES.contains(&lower.as_str()) {
        let us = time(value).map_err(|_| said("say how long ago: 30m, 1h, 2d".to_owned()))?;
        return Ok(if lower == "since" { Found::Since(us) } else { Found::Until(us) });
    }
    let Some((_, field)) = FIELDS.iter().find(|(names, _)| names.contains(&lower.as_str())) else {
        return Err(unknown(&lower));
    };
    Ok(Found::Test(match field {
        Field::Name(test) => test(value.to_owned()),
        Field::Status => Test::Status(statuses(value)?),
        Field::Cold => Test::Cold(match value.to_ascii_lowercase().as_str() {
            "yes" | "true" | "1" => true,
            "no" | "false" | "0" => false,
            _ => return Err(said("say yes or no".to_owned())),
        }),
        Field::Number(number, read) => {
            let (compare, rest) = compare(value);
            Test::Number(*number, compare, read(rest).map_err(said)?)
        }
    }))
}

/// Without a sign the value itself is meant.
fn compare(value: &str) -> (Compare, &str) {
    let signs = [
        (">=", Compare::AtLeast),
        ("<=", Compare::AtMost),
        (">", Compare::More),
        ("<", Compare::Less),
        ("=", Compare::Equal),
    ];
    let found =
        signs.iter().find_map(|(sign, compare)| Some((*compare, value.strip_prefix(sign)?.trim_start())));
    found.unwrap_or((Compare::Equal, value))
}

/// `error,timeout`; `failed` is every end but a good one.
fn statuses(value: &str) -> Result<Vec<Status>, String> {
    let mut all = Vec::new();
    for text in value.split(',').map(str::trim).filter(|text| !text.is_empty()) {
        let text = text.to_ascii_lowercase();
        if text == "failed" {
            let open = [Status::Ok, Status::Accepted, Status::Running];
            all.extend(Status::ALL.into_iter().filter(|status| !open.contains(status)));
            continue;
        }
        all.push(Status::parse(&text).ok_or_else(|| {
            let known = Status::ALL.map(Status::as_str).join(", ");
            format!("{text:?} is no status: one of failed, {known}")
        })?);
    }
    if all.is_empty() { Err(format!("status:{value}: name one")) } else { Ok(all) }
}

fn unknown(name: &str) -> String {
    let first = FIELDS.iter().map(|(names, _)| names[0]).chain(TIMES);
    let near =
        first.clone().find(|known| known.len() > 1 && (name.starts_with(known) || known.starts_with(name)));
    match near {
        Some(near) => format!("there is no field {name:?}: did you mean {near}?"),
        None => format!("there is no field {name:?}: one of {}", first.collect::<Vec<_>>().join(", ")),
    }
}
