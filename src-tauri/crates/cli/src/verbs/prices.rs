//! How the verbs show figures of the price book.

use coldframe_cost::{Book, Confidence, Decimal, Source, Usd};
use coldframe_host::{PricesError, default_data_dir, price_book};
use serde_json::{Number, Value, json};

use crate::{Failure, args::Global};

pub(crate) fn book(global: Global) -> Result<Book, Failure> {
    let data_dir = global.data_dir.unwrap_or_else(default_data_dir);
    price_book(&data_dir).map_err(|error| match error {
        PricesError::Unreadable { .. } => Failure::Failed(error.to_string()),
        PricesError::TooLarge { .. } | PricesError::Mistake(_) => Failure::Usage(error.to_string()),
    })
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
