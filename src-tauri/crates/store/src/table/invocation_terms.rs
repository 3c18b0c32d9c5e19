//! Conditions of a search among invocations, as SQL. Words are values of the statement, never part of it.

use rusqlite::types::Value;

use crate::entry::Status;

/// One condition: of an invocation, or of another kind of row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Term<T = Test> {
    pub test: T,
    /// What does not fulfil it is wanted.
    pub not: bool,
}

/// Words are found anywhere in a name, whatever their case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Test {
    Function(String),
    App(String),
    Provider(String),
    Trigger(String),
    Instance(String),
    /// The beginning of its hash.
    Revision(String),
    RequestId(String),
    Error(String),
    /// One of these.
    Status(Vec<Status>),
    Cold(bool),
    Number(Number, Compare, i64),
    /// In a line it wrote, in its request or response as far as they were kept, or in its error.
    Text(String),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Number {
    /// From the event to the answer, microseconds.
    TotalUs,
    HandlerUs,
    /// User and system, microseconds.
    CpuUs,
    /// The peak, kilobytes.
    MemoryKb,
    HttpStatus,
    Attempt,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Compare {
    Less,
    AtMost,
    Equal,
    AtLeast,
    More,
}

impl Term {
    /// What `invocation i` must fulfil, with its values appended to `values`.
    pub(super) fn sql(&self, values: &mut Vec<Value>) -> String {
        turned(self.not, self.test.sql("i", values))
    }

    /// Whether only cold starts fulfil it.
    pub(super) fn only_cold(&self) -> bool {
        matches!(self.test, Test::Cold(cold) if cold != self.not)
    }

    /// What is true of all that fulfil it and of few others, where there is such a thing: said as the index of those
    /// few has it, so that SQLite uses that.
    pub(super) fn only_few(&self) -> Option<String> {
        let Test::Number(number, compare, than) = &self.test else { return None };
        let least = match compare {
            Compare::AtLeast | Compare::Equal => *than,
            Compare::More => than.saturating_add(1),
            Compare::Less | Compare::AtMost => return None,
        };
        let (of, few) = number.few();
        (!self.not && least >= few).then(|| format!("{} >= {few}", of.sql()))
    }

    /// Whether nothing that went well fulfils it: SQLite then uses the indexes of what failed.
    pub(super) fn excludes_ok(&self) -> bool {
        match &self.test {
            Test::Status(all) => all.contains(&Status::Ok) == self.not,
            _ => false,
        }
    }
}

/// The condition, or that it does not hold: also where what it asks of is not known.
pub(super) fn turned(not: bool, sql: String) -> String {
    if not { format!("NOT ifnull({sql}, 0)") } else { sql }
}

impl Test {
    /// `row` has the function and the instance; everything else is asked of `invocation i`.
    pub(super) fn sql(&self, row: &str, values: &mut Vec<Value>) -> String {
        let mut value = |value: Value| {
            values.push(value);
            format!("?{}", values.len())
        };
        let mut words = |text: &str, ends: (&str, &str)| {
            value(Value::Text(format!("{}{}{}", ends.0, escaped(text), ends.1)))
        };
        const ANYWHERE: (&str, &str) = ("%", "%");
        const BEGINS: (&str, &str) = ("", "%");
        match self {
            Self::Function(text) => {
                let text = words(text, ANYWHERE);
                format!("{row}.function_id IN (SELECT id FROM function WHERE name LIKE {text} ESCAPE '\\')")
            }
            Self::App(text) => of_app(row, "name", &words(text, ANYWHERE)),
            Self::Provider(text) => of_app(row, "provider", &words(text, ANYWHERE)),
            Self::Trigger(text) => format!("i.trigger LIKE {} ESCAPE '\\'", words(text, ANYWHERE)),
            Self::Instance(text) => {
                let text = words(text, ("", ""));
                format!("{row}.instance_id IN (SELECT id FROM instance WHERE name LIKE {text} ESCAPE '\\')")
            }
            Self::Revision(text) => {
                let text = words(text, BEGINS);
                format!("i.revision_id IN (SELECT id FROM revision WHERE hash LIKE {text} ESCAPE '\\')")
            }
            Self::RequestId(text) => format!("i.request_id LIKE {} ESCAPE '\\'", words(text, BEGINS)),
            Self::Error(text) => format!("i.error_type LIKE {} ESCAPE '\\'", words(text, ANYWHERE)),
            Self::Status(all) => {
                let all: Vec<String> =
                    all.iter().map(|status| value(Value::Text(status.as_str().to_owned()))).collect();
                format!("i.status IN ({})", all.join(", "))
            }
            Self::Cold(cold) => format!("i.cold = {}", value(Value::Integer(i64::from(*cold)))),
            Self::Number(number, compare, than) => {
                format!("{} {} {}", number.sql(), compare.sql(), value(Value::Integer(*than)))
            }
            Self::Text(text) => {
                let like = words(text, ANYWHERE);
                let text = value(Value::Text(text.to_lowercase()));
                format!(
                    "(i.error_type LIKE {like} ESCAPE '\\'
                      OR EXISTS (SELECT 1 FROM log_line l
                          WHERE l.invocation_id = i.id AND line_has(l.text, {text}))
                      OR EXISTS (SELECT 1 FROM payload p WHERE p.invocation_id = i.id
                          AND (body_has(p.request, p.request_coding, {text})
                              OR body_has(p.response, p.response_coding, {text}))))"
                )
            }
        }
    }
}

fn of_app(row: &str, column: &str, text: &str) -> String {
    format!(
        "{row}.function_id IN (SELECT f.id FROM function f JOIN app a ON a.id = f.app_id
             WHERE a.{column} LIKE {text} ESCAPE '\\')"
    )
}

impl Number {
    fn sql(self) -> &'static str {
        match self {
            Self::TotalUs => "i.total_us",
            Self::HandlerUs => "i.handler_us",
            Self::CpuUs => "(i.cpu_user_us + i.cpu_system_us)",
            Self::MemoryKb => "i.peak_memory_kb",
            Self::HttpStatus => "i.http_status",
            Self::Attempt => "i.attempt",
        }
    }

    /// From where on there is an index (`invocation::MIGRATIONS`), and of what number: the total has every phase in it.
    fn few(self) -> (Self, i64) {
        match self {
            Self::TotalUs | Self::HandlerUs => (Self::TotalUs, 1_000_000),
            Self::CpuUs => (Self::CpuUs, 1_000_000),
            Self::MemoryKb => (Self::MemoryKb, 512 * 1024),
            Self::HttpStatus => (Self::HttpStatus, 400),
            Self::Attempt => (Self::Attempt, 2),
        }
    }
}

impl Compare {
    fn sql(self) -> &'static str {
        match self {
            Self::Less => "<",
            Self::AtMost => "<=",
            Self::Equal => "=",
            Self::AtLeast => ">=",
            Self::More => ">",
        }
    }
}

/// What `LIKE` would take for a pattern stands for itself.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for character in text.chars() {
        if matches!(character, '%' | '_' | '\\') {
            out.push('\\');
        }
        out.push(character);
    }
    out
}
