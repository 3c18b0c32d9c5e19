//! Standard output. What is written to it is the verb's answer, so an answer that is lost is a failure.

use std::{
    fmt::Display,
    io::{self, ErrorKind, Write as _},
    sync::OnceLock,
};

use crate::Failure;

/// The first write that failed, but for a reader that had left (`| head`), which is none.
static LOST: OnceLock<io::Error> = OnceLock::new();

pub(crate) fn print_json(value: &impl serde::Serialize) {
    // Serialising our own wire types cannot fail: they have string keys only.
    say(serde_json::to_string_pretty(value).unwrap_or_default());
}

/// Prints a line.
pub(crate) fn say(line: impl Display) {
    note(writeln!(io::stdout(), "{line}"));
}

/// Prints a file's text as it is.
pub(crate) fn pour(text: &str) {
    note(io::stdout().write_all(text.as_bytes()));
}

/// # Errors
/// Something that was printed did not arrive.
pub(crate) fn finish() -> Result<(), Failure> {
    note(io::stdout().flush());
    match LOST.get() {
        None => Ok(()),
        Some(error) => Err(Failure::Failed(format!(
            "standard output cannot be written: {error}\nhint: what was printed is not whole"
        ))),
    }
}

fn note(written: io::Result<()>) {
    if let Err(error) = written
        && error.kind() != ErrorKind::BrokenPipe
    {
        let _ = LOST.set(error);
    }
}
