//! What a log line says of its own weight: the level that logging libraries write into it. Recognised when a line is
//! read, never stored, so that a better eye sees old lines too.

use std::borrow::Cow;

use serde::Deserialize;

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Level {
    Trace,
    Debug,
    Info,
    Warn,
    Error,
    Fatal,
}

/// How much of a line is looked at: time, logger and level stand at its beginning.
const BEGINNING: usize = 160;
/// Words before a level: a time of several parts, a request id, a logger, a thread.
const MOST_WORDS: usize = 10;

impl Level {
    pub const ALL: [Self; 6] = [Self::Trace, Self::Debug, Self::Info, Self::Warn, Self::Error, Self::Fatal];

    pub fn as_str(self) -> &'static str {
        match self {
            Self::Trace => "trace",
            Self::Debug => "debug",
            Self::Info => "info",
            Self::Warn => "warn",
            Self::Error => "error",
            Self::Fatal => "fatal",
        }
    }

    /// By any name that a logging library has for it, whatever its case.
    pub fn parse(name: &str) -> Option<Self> {
        const NAMES: [(&str, Level); 16] = [
            ("trace", Level::Trace),
            ("verbose", Level::Trace),
            ("debug", Level::Debug),
            ("info", Level::Info),
            ("information", Level::Info),
            ("notice", Level::Info),
            ("warn", Level::Warn),
            ("warning", Level::Warn),
            ("error", Level::Error),
            ("err", Level::Error),
            ("severe", Level::Error),
            ("fatal", Level::Fatal),
            ("critical", Level::Fatal),
            ("alert", Level::Fatal),
            ("emergency", Level::Fatal),
            ("panic", Level::Fatal),
        ];
        NAMES.iter().find(|(known, _)| known.eq_ignore_ascii_case(name)).map(|(_, level)| *level)
    }

    /// What a line says, if it says any: as a member of a JSON object (Lambda's JSON format, pino, structlog,
    /// python-json-logger, Google's), as `level=`, or as a word before its message.
    pub fn of(line: &str) -> Option<Self> {
        let line = uncoloured(line);
        let line = line.trim_start();
        if line.starts_with('{') {
            return of_json(line);
        }
        of_words(line)
    }
}

/// Pino and Bunyan number their levels: 10 trace, 20 debug, 30 info, 40 warn, 50 error, 60 fatal.
/// <https://github.com/pinojs/pino/blob/main/docs/api.md#loggerlevels-object>
fn of_number(number: f64) -> Option<Level> {
    let at = (number / 10.0).floor() - 1.0;
    (0.0..60.0).contains(&at).then(|| Level::ALL[(at as usize).min(Level::ALL.len() - 1)])
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Said {
    Name(String),
    Number(f64),
    Other(serde::de::IgnoredAny),
}

/// The members that hold a level, by who writes them so.
#[derive(Deserialize)]
struct Object {
    /// Lambda, pino, structlog, zap, slog, winston, tracing.
    level: Option<Said>,
    /// Google Cloud Logging.
    severity: Option<Said>,
    /// python-json-logger.
    levelname: Option<Said>,
    /// OpenTelemetry.
    #[serde(rename = "severityText")]
    severity_text: Option<Said>,
}

fn of_json(line: &str) -> Option<Level> {
    let Object { level, severity, levelname, severity_text } = serde_json::from_str(line).ok()?;
    let said = [level, severity, levelname, severity_text];
    said.into_iter().flatten().find_map(|said| match said {
        Said::Name(name) => Level::parse(&name),
        Said::Number(number) => of_number(number),
        Said::Other(_) => None,
    })
}

fn of_words(line: &str) -> Option<Level> {
    let beginning = line.lines().next().unwrap_or_default();
    let ends = beginning.char_indices().nth(BEGINNING).map_or(beginning.len(), |(at, _)| at);
    let mut rest = &beginning[..ends];
    if rest.starts_with("Traceback (most recent call last)") {
        return Some(Level::Error);
    }
    for at in 0..MOST_WORDS {
        let begins = rest.find(|letter: char| letter.is_alphanumeric())?;
        let opened = rest[..begins].ends_with('[');
        rest = &rest[begins..];
        let ends = rest.find(|letter: char| !is_of_word(letter)).unwrap_or(rest.len());
        let (word, after) = rest.split_at(ends);
        if let Some(level) = of_word(word, after, at == 0, opened) {
            return Some(level);
        }
        if !is_preamble(word, after) {
            return None;
        }
        rest = after;
    }
    None
}

fn is_of_word(letter: char) -> bool {
    letter.is_alphanumeric() || matches!(letter, '_' | '.' | '-' | '/' | '=' | '"' | '$')
}

fn of_word(word: &str, after: &str, first: bool, opened: bool) -> Option<Level> {
    if let Some((name, value)) = word.split_once('=') {
        let of_level = ["level", "lvl", "severity"].contains(&name.to_ascii_lowercase().as_str());
        return if of_level { Level::parse(value.trim_matches('"')) } else { None };
    }
    let capitals = !word.chars().any(char::is_lowercase);
    let colon = after.starts_with(':');
    let alone = capitals || (opened && after.starts_with(']')) || (first && colon);
    // `KeyError: 'body'`, as an exception that nobody caught is printed.
    let exception = ["Error", "Exception"].iter().any(|end| word.ends_with(end));
    let level = if alone { Level::parse(word) } else { None };
    level.or((first && colon && exception).then_some(Level::Error))
}

/// What stands before a level and is no message yet: times, ids, `level=` of others, and names that a sign sets apart.
fn is_preamble(word: &str, after: &str) -> bool {
    let sets_apart = |sign: char| matches!(sign, ':' | '|' | ']' | '-' | '\t');
    let apart = after.trim_start_matches(' ').starts_with(sets_apart) || word.contains('=');
    apart || word.chars().any(|letter| letter.is_ascii_digit()) || word == "T" || word == "Z"
}

/// Without the sequences that colour a terminal (ECMA-48 `CSI … final`); what is left of a broken one stays.
pub fn uncoloured(text: &str) -> Cow<'_, str> {
    const BEGIN: &str = "\u{1b}[";
    if !text.contains(BEGIN) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once(BEGIN) {
        out.push_str(before);
        let ends = after.find(|letter: char| ('@'..='~').contains(&letter));
        rest = match ends {
            Some(ends) if after[..ends].chars().all(|letter| (' '..='?').contains(&letter)) => {
                &after[ends + 1..]
            }
            _ => after,
        };
    }
    out.push_str(rest);
    Cow::Owned(out)
}

#[cfg(test)]
mod tests {
    use super::{Level::*, *};

    fn of(line: &str) -> Option<Level> {
        Level::of(line)
    }

    #[test]
    fn structured_lines_say_their_level() {
        for (line, level) in [
            (r#"{"timestamp":"2026-11-28T12:00:00Z","level":"INFO","message":"x"}"#, Info),
            (r#"{"level":50,"time":1764331200000,"pid":1,"msg":"x"}"#, Error),
            (r#"{"level":35,"msg":"a level of one's own"}"#, Info),
            (r#"{"event":"x","level":"warning","timestamp":"2026"}"#, Warn),
            (r#"{"levelname":"CRITICAL","message":"x"}"#, Fatal),
            (r#"{"severity":"NOTICE","message":"x"}"#, Info),
            (r#"  {"severityText":"DEBUG","body":"x"}"#, Debug),
        ] {
            assert_eq!(of(line), Some(level), "{line}");
        }
        for line in
            [r#"{"message":"ERROR"}"#, r#"{"level":"high"}"#, r#"{"level":[1]}"#, r#"{"level":"#, "{}"]
        {
            assert_eq!(of(line), None, "{line}");
        }
        assert_eq!(of(r#"{"level":1e300}"#), None);
        assert_eq!(of(r#"{"level":{"deep":1},"severity":"error"}"#), Some(Error));
    }

    #[test]
    fn words_before_a_message_say_it() {
        for (line, level) in [
            ("[ERROR] KeyError: 'body'", Error),
            ("[WARNING]\t2026-11-28T12:00:00.000Z\t8c1e\tslow", Warn),
            ("2026-11-28T12:00:00.000Z\t8c1e2f3a-8a51\tINFO\thandled", Info),
            ("2026-11-28 12:00:00,123 - shop.cart - ERROR - no such item", Error),
            ("WARNING:root:disk is full", Warn),
            ("ERROR out of stock", Error),
            ("WARN  out of stock", Warn),
            ("[2026-11-28T12:00:00Z DEBUG shop] x", Debug),
            ("2026-11-28T12:00:00.1Z TRACE shop::cart: x", Trace),
            ("12:00:00.123 [main] ERROR com.shop.Cart - x", Error),
            ("time=\"2026-11-28\" level=warning msg=x", Warn),
            ("level=error msg=x", Error),
            ("error: no such item", Error),
            ("[warn] slow", Warn),
            ("Error: Cannot find module 'x'", Error),
            ("KeyError: 'body'", Error),
            ("java.lang.NullPointerException: x", Error),
            ("Traceback (most recent call last):\n  File", Error),
            ("\u{1b}[31mERROR\u{1b}[0m out of stock", Error),
            ("\u{1b}[2m2026-11-28T12:00:00Z\u{1b}[0m \u{1b}[33m WARN\u{1b}[0m shop: x", Warn),
        ] {
            assert_eq!(of(line), Some(level), "{line}");
        }
    }

    #[test]
    fn a_message_about_errors_is_none() {
        for line in [
            "",
            "   ",
            "looked for ERROR in the log",
            "decoded 214 KB jpeg 2400x1600",
            "an error: not at the beginning",
            "START RequestId: 8c1e Version: $LATEST",
            "REPORT RequestId: 8c1e\tDuration: 4.00 ms\tBilled Duration: 4 ms",
            "no level=high here",
            "ÄÖÜ: ß",
        ] {
            assert_eq!(of(line), None, "{line}");
        }
    }

    #[test]
    fn colours_are_taken_out_and_nothing_else() {
        assert_eq!(uncoloured("plain"), "plain");
        assert_eq!(uncoloured("\u{1b}[1;31mred\u{1b}[0m and \u{1b}[38;5;12mblue\u{1b}[m"), "red and blue");
        assert_eq!(uncoloured("cut \u{1b}["), "cut ");
        assert_eq!(uncoloured("\u{1b}[äx"), "äx");
    }

    #[test]
    fn worse_is_more() {
        assert!(Fatal > Error && Error > Warn && Warn > Info && Info > Debug && Debug > Trace);
        for level in Level::ALL {
            assert_eq!(Level::parse(level.as_str()), Some(level));
        }
    }
}
