//! The price book the verbs go by: the one that comes with Coldframe, with a person's own laid over it.

use std::io::Read;

use coldframe_cost::{Book, Confidence, Decimal, Source, Usd};
use coldframe_host::default_data_dir;
use serde_json::{Number, Value, json};

use crate::{Failure, args::Global};

/// A person's own book, in the data directory.
const OWN: &str = "prices.toml";
/// Far more than a book of every plan there is.
const MOST_BYTES: u64 = 4 * 1024 * 1024;

pub(crate) fn book(global: Global) -> Result<Book, Failure> {
    let path = global.data_dir.unwrap_or_else(default_data_dir).join(OWN);
    let name = path.display().to_string();
    let file = match std::fs::File::open(&path) {
        Ok(file) => file,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Book::built_in()),
        Err(error) => return Err(Failure::Failed(format!("cannot read {name}: {error}"))),
    };
    let mut text = String::new();
    let read = file.take(MOST_BYTES + 1).read_to_string(&mut text);
    read.map_err(|error| Failure::Failed(format!("cannot read {name}: {error}")))?;
    if text.len() as u64 > MOST_BYTES {
        return Err(Failure::Usage(format!("{name} is larger than {MOST_BYTES} bytes: no price book is")));
    }
    Book::built_in().overlaid(&name, &text).map_err(|error| Failure::Usage(error.to_string()))
}

/// Money as text, so that no digit is lost.
pub(crate) fn usd(usd: Usd) -> Value {
    json!(usd.to_string())
}

/// What is not money is a plain number.
pub(crate) fn number(value: Decimal) -> Value {
    let value = value.normalize();
    let whole = i64::try_from(value).ok().filter(|whole| Decimal::from(*whole) == value).map(Number::from);
    let plain = whole.or_else(|| f64::try_from(value).ok().and_then(Number::from_f64));
    plain.map_or(Value::Null, Value::Number)
}

pub(crate) fn source(source: &Source) -> Value {
    json!({"title": source.title, "url": source.url, "date": source.date})
}

/// Beside a price that is not to be taken for a fact.
pub(crate) fn mark(confidence: Confidence) -> &'static str {
    if confidence.is_unverified() { "not verified" } else { "" }
}
