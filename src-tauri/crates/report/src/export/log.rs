//! Log lines as a file.

use coldframe_protocol::{ExportedFile, LogFormat, LogLine};
use coldframe_store::{Micros, uncoloured};

use crate::wording::moment;

/// In the order they are given.
pub fn write(lines: &[LogLine], format: LogFormat, now: Micros) -> ExportedFile {
    // A time that may stand in the name of a file everywhere.
    let when: String = moment(now).chars().take(19).map(|c| if c == ':' { '-' } else { c }).collect();
    let (end, media_type) = match format {
        LogFormat::Text => ("log", "text/plain"),
        LogFormat::Ndjson => ("ndjson", "application/x-ndjson"),
    };
    let mut text = String::new();
    for line in lines {
        match format {
            LogFormat::Text => plain(line, &mut text),
            // The wire's own types have text for keys, and no figure that is not a number.
            LogFormat::Ndjson => text.push_str(&serde_json::to_string(line).unwrap_or_default()),
        }
        text.push('\n');
    }
    ExportedFile { name: format!("coldframe-log-{when}.{end}"), media_type: media_type.to_owned(), text }
}

fn plain(line: &LogLine, out: &mut String) {
    let weight = line.level.as_deref().unwrap_or(&line.stream);
    let said = uncoloured(&line.text);
    let twin = if line.resident { "(twin)" } else { "" };
    for part in [line.at.as_str(), &line.function, twin, &line.instance, weight] {
        if part.is_empty() {
            continue;
        }
        out.push_str(part);
        out.push(' ');
    }
    // Lambda's Python joins the lines of a traceback with carriage returns.
    out.push_str(&said.replace("\r\n", "\n").replace('\r', "\n"));
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(level: Option<&str>, text: &str) -> LogLine {
        LogLine {
            id: 1,
            at: "2026-11-28T12:00:00.123456Z".into(),
            function_id: 2,
            function: "orders".into(),
            resident: false,
            instance: "i-1".into(),
            invocation_id: None,
            request_id: None,
            stream: "stdout".into(),
            level: level.map(str::to_owned),
            text: text.into(),
        }
    }

    #[test]
    fn text_is_without_colours_and_json_is_whole() {
        let resident = LogLine { resident: true, ..line(Some("error"), "[ERROR] a\rb") };
        let lines = [line(None, "\u{1b}[31mred\u{1b}[0m"), resident];
        let text = write(&lines, LogFormat::Text, 1_764_331_200_000_000);
        assert_eq!(
            (text.name.as_str(), text.media_type.as_str()),
            ("coldframe-log-2025-11-28T12-00-00.log", "text/plain")
        );
        assert_eq!(
            text.text,
            "2026-11-28T12:00:00.123456Z orders i-1 stdout red\n\
             2026-11-28T12:00:00.123456Z orders (twin) i-1 error [ERROR] a\nb\n"
        );
        let json = write(&lines, LogFormat::Ndjson, 0).text;
        let read: Vec<LogLine> = json.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
        assert_eq!(read, lines);
    }
}
