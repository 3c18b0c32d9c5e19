//! What can be asked of an invocation, by name, and what more of a log line.

use coldframe_store::{Compare, Level, LogTest, Micros, Number, Status, Stream, Test};

use super::quantity::{at, past, size, time, whole};

pub(super) enum Found<T> {
    Test(T),
    /// Both, which are one term: from and to.
    Between(T, T),
    Since(When),
    Until(When),
}

#[derive(Debug, Clone, Copy)]
pub(super) enum When {
    /// Microseconds.
    Ago(Micros),
    At(Micros),
}

impl When {
    pub(super) fn of(self, now: Micros) -> Micros {
        match self {
            Self::Ago(us) => now - us,
            Self::At(at) => at,
        }
    }
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
const OF_LINES: [&str; 3] = ["level", "stream", "twin"];

#[derive(Clone, Copy)]
enum Field {
    Name(fn(String) -> Test),
    Status,
    Cold,
    Number(Number, fn(&str) -> Result<i64, String>),
}

/// What a field and its value ask of an invocation.
pub(super) fn of_call(name: &str, value: &str) -> Result<Found<Test>, String> {
    let lower = name.to_ascii_lowercase();
    if OF_LINES.contains(&lower.as_str()) {
        return Err(format!("{lower}: is asked of log lines: look for it on the Logs page"));
    }
    asked_of_call(&lower, value).unwrap_or_else(|| Err(unknown(&lower, &[])))
}

/// What they ask of a log line: the same of the call it belongs to, and what only a line has.
pub(super) fn of_line(name: &str, value: &str) -> Result<Found<LogTest>, String> {
    let lower = name.to_ascii_lowercase();
    match lower.as_str() {
        "level" => levels(value).map(|all| Found::Test(LogTest::Level(all))),
        "twin" => yes_or_no("twin", value).map(|yes| Found::Test(LogTest::Twin(yes))),
        "stream" => streams(value).map(|all| Found::Test(LogTest::Stream(all))),
        _ => match asked_of_call(&lower, value).unwrap_or_else(|| Err(unknown(&lower, &OF_LINES)))? {
            Found::Test(test) => Ok(Found::Test(LogTest::Call(test))),
            Found::Between(from, to) => Ok(Found::Between(LogTest::Call(from), LogTest::Call(to))),
            Found::Since(when) => Ok(Found::Since(when)),
            Found::Until(when) => Ok(Found::Until(when)),
        },
    }
}

/// Nothing where there is no such field; `lower` is its name.
fn asked_of_call(lower: &str, value: &str) -> Option<Result<Found<Test>, String>> {
    if TIMES.contains(&lower) {
        let when = match at(value) {
            Some(at) => Ok(When::At(at)),
            None => past(value).map(When::Ago).map_err(|problem| format!("{lower}:{value}: {problem}")),
        };
        return Some(when.map(if lower == "since" { Found::Since } else { Found::Until }));
    }
    let (_, field) = FIELDS.iter().find(|(names, _)| names.contains(&lower))?;
    if let (Field::Number(number, read), Some((from, to))) = (field, value.split_once("..")) {
        return Some(
            between(*number, *read, from, to).map_err(|problem| format!("{lower}:{value}: {problem}")),
        );
    }
    Some(test(*field, lower, value).map(Found::Test))
}

/// `200..900ms`: the unit of the second is the first one's as well, where that has none.
fn between(
    number: Number,
    read: fn(&str) -> Result<i64, String>,
    from: &str,
    to: &str,
) -> Result<Found<Test>, String> {
    let unit = to.trim_start_matches(|letter: char| letter.is_ascii_digit() || letter == '.');
    let bare = from.ends_with(|letter: char| letter.is_ascii_digit());
    let (least, most) = (read(&if bare { format!("{from}{unit}") } else { from.to_owned() })?, read(to)?);
    if least > most {
        return Err("the smaller of the two comes first; a unit at the end is that of both".to_owned());
    }
    Ok(Found::Between(
        Test::Number(number, Compare::AtLeast, least),
        Test::Number(number, Compare::AtMost, most),
    ))
}

fn test(field: Field, name: &str, value: &str) -> Result<Test, String> {
    let said = |problem: String| format!("{name}:{value}: {problem}");
    Ok(match field {
        Field::Name(test) => test(value.to_owned()),
        Field::Status => match http_status(value) {
            Some((compare, code)) => Test::Number(Number::HttpStatus, compare, code),
            None => Test::Status(statuses(value)?),
        },
        Field::Cold => Test::Cold(yes_or_no(name, value)?),
        Field::Number(number, read) => {
            let (compare, rest) = compare(value);
            Test::Number(number, compare, read(rest).map_err(said)?)
        }
    })
}

fn yes_or_no(name: &str, value: &str) -> Result<bool, String> {
    match value.to_ascii_lowercase().as_str() {
        "yes" | "true" | "1" => Ok(true),
        "no" | "false" | "0" => Ok(false),
        _ => Err(format!("{name}:{value}: say yes or no")),
    }
}

/// Without a sign the value itself is meant.
fn compare(value: &str) -> (Compare, &str) {
    sign(value).unwrap_or((Compare::Equal, value))
}

fn sign(value: &str) -> Option<(Compare, &str)> {
    let signs = [
        (">=", Compare::AtLeast),
        ("<=", Compare::AtMost),
        (">", Compare::More),
        ("<", Compare::Less),
        ("=", Compare::Equal),
    ];
    signs.iter().find_map(|(sign, compare)| Some((*compare, value.strip_prefix(sign)?.trim_start())))
}

/// `error,fatal`, or `>=warn`: that one and what is worse.
fn levels(value: &str) -> Result<Vec<Level>, String> {
    let named = |text: &str| {
        Level::parse(text).ok_or_else(|| {
            let known = Level::ALL.map(Level::as_str).join(", ");
            format!("{text:?} is no level: one of {known}")
        })
    };
    let Some((compare, rest)) = sign(value) else {
        return all_of("level", value, named);
    };
    let than = named(rest)?;
    let fits = |level: &Level| match compare {
        Compare::Less => *level < than,
        Compare::AtMost => *level <= than,
        Compare::Equal => *level == than,
        Compare::AtLeast => *level >= than,
        Compare::More => *level > than,
    };
    Ok(Level::ALL.into_iter().filter(fits).collect())
}

fn streams(value: &str) -> Result<Vec<Stream>, String> {
    let named = |text: &str| {
        let lower = text.to_ascii_lowercase();
        Stream::parse(&lower).ok_or_else(|| format!("{text:?} is no stream: one of stdout, stderr, platform"))
    };
    all_of("stream", value, named)
}

fn all_of<T>(name: &str, value: &str, named: impl Fn(&str) -> Result<T, String>) -> Result<Vec<T>, String> {
    let all: Vec<T> = list(value).map(named).collect::<Result<_, _>>()?;
    if all.is_empty() { Err(format!("{name}:{value}: name one")) } else { Ok(all) }
}

fn list(value: &str) -> impl Iterator<Item = &str> {
    value.split(',').map(str::trim).filter(|text| !text.is_empty())
}

/// What a caller saw is a status too, and is shown as one.
fn http_status(value: &str) -> Option<(Compare, i64)> {
    let (compare, code) = compare(value);
    Some((compare, code.parse().ok().filter(|code| (100..1_000).contains(code))?))
}

/// `error,timeout`; `failed` is every end but a good one.
fn statuses(value: &str) -> Result<Vec<Status>, String> {
    let mut all = Vec::new();
    for text in list(value) {
        let text = text.to_ascii_lowercase();
        if text == "failed" {
            let open = [Status::Ok, Status::Accepted, Status::Running];
            all.extend(Status::ALL.into_iter().filter(|status| !open.contains(status)));
            continue;
        }
        if http_status(&text).is_some() {
            return Err(format!(
                "status:{value}: ask for one HTTP status at a time, or for two with http:>="
            ));
        }
        all.push(Status::parse(&text).ok_or_else(|| {
            let known = Status::ALL.map(Status::as_str).join(", ");
            format!("{text:?} is no status: one of failed, {known}")
        })?);
    }
    if all.is_empty() { Err(format!("status:{value}: name one")) } else { Ok(all) }
}

/// `more` are fields beside those of a call.
fn unknown(name: &str, more: &[&'static str]) -> String {
    let first = FIELDS.iter().map(|(names, _)| names[0]).chain(TIMES).chain(more.iter().copied());
    let near =
        first.clone().find(|known| known.len() > 1 && (name.starts_with(known) || known.starts_with(name)));
    match near {
        Some(near) => format!("there is no field {name:?}: did you mean {near}?"),
        None => format!("there is no field {name:?}: one of {}", first.collect::<Vec<_>>().join(", ")),
    }
}
