//! Conditions of a search among log lines: those of the invocation a line belongs to, and those of the line itself.
//! Words are values of the statement, never part of it.

use rusqlite::{Connection, Result, functions::FunctionFlags, types::Value};

use super::invocation_terms::{Term, Test, turned};
use crate::{
    entry::Stream,
    level::{Level, uncoloured},
};

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LogTest {
    /// Of its function and instance, or of the invocation it was written in.
    Call(Test),
    /// One of these.
    Stream(Vec<Stream>),
    /// One of these.
    Level(Vec<Level>),
    /// Written by a resident twin, or not.
    Twin(bool),
    /// Anywhere in it, whatever the case, and without terminal colours.
    Text(String),
}

impl Term<LogTest> {
    /// What `log_line l`, joined with `invocation i`, must fulfil; its values are appended to `values`.
    pub(super) fn sql(&self, values: &mut Vec<Value>) -> String {
        turned(self.not, self.test.sql(values))
    }

    /// Whether a line that is not in the record fulfils it; what is asked of its call is taken to hold.
    pub fn fits(&self, stream: Stream, text: &str) -> bool {
        let fits = match &self.test {
            LogTest::Call(_) => return true,
            LogTest::Stream(all) => all.contains(&stream),
            LogTest::Level(all) => Level::of(text).is_some_and(|level| all.contains(&level)),
            // Nothing is made up of a twin's.
            LogTest::Twin(yes) => !yes,
            LogTest::Text(wanted) => has(text, &wanted.to_lowercase()),
        };
        fits != self.not
    }
}

impl LogTest {
    fn sql(&self, values: &mut Vec<Value>) -> String {
        let mut value = |value: Value| {
            values.push(value);
            format!("?{}", values.len())
        };
        match self {
            Self::Call(test) => test.sql("l", values),
            Self::Stream(all) => {
                let all: Vec<String> =
                    all.iter().map(|stream| value(Value::Text(stream.as_str().to_owned()))).collect();
                format!("l.stream IN ({})", all.join(", "))
            }
            Self::Level(all) => {
                let all: Vec<String> =
                    all.iter().map(|level| value(Value::Text(level.as_str().to_owned()))).collect();
                format!("line_level(l.text) IN ({})", all.join(", "))
            }
            Self::Twin(yes) => {
                let twin = "EXISTS (SELECT 1 FROM function r JOIN twin t ON t.resident_id = r.app_id WHERE r.id = l.function_id)";
                if *yes { twin.to_owned() } else { format!("NOT {twin}") }
            }
            Self::Text(text) => format!("line_has(l.text, {})", value(Value::Text(text.to_lowercase()))),
        }
    }
}

fn has(text: &str, lower: &str) -> bool {
    uncoloured(text).to_lowercase().contains(lower)
}

/// Gives a reader's SQL `line_level(text)`, null where a line says none, and `line_has(text, wanted)` with `wanted`
/// in lower case.
pub(crate) fn search_functions(conn: &Connection) -> Result<()> {
    let flags = FunctionFlags::SQLITE_UTF8 | FunctionFlags::SQLITE_DETERMINISTIC;
    conn.create_scalar_function("line_level", 1, flags, |context| {
        let text = context.get_raw(0).as_str().unwrap_or_default();
        Ok(Level::of(text).map(|level| level.as_str().to_owned()))
    })?;
    conn.create_scalar_function("line_has", 2, flags, |context| {
        let text = context.get_raw(0).as_str().unwrap_or_default();
        let wanted = context.get_raw(1).as_str().unwrap_or_default();
        Ok(has(text, wanted))
    })
}
