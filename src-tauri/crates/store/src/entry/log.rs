//! A line, of a function or of its provider.

use serde::{Deserialize, Serialize};

use super::Micros;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Stream {
    Stdout,
    Stderr,
    /// The provider's own lines (START, END, REPORT) and Coldframe's notices.
    Platform,
}

impl Stream {
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Stdout => "stdout",
            Self::Stderr => "stderr",
            Self::Platform => "platform",
        }
    }

    pub fn parse(text: &str) -> Option<Self> {
        [Self::Stdout, Self::Stderr, Self::Platform].into_iter().find(|stream| stream.as_str() == text)
    }
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct LogEntry {
    /// Unique and increasing within a host; orders lines of the same microsecond.
    pub id: i64,
    pub at: Micros,
    pub function_id: i64,
    pub instance_id: i64,
    pub invocation_id: Option<i64>,
    pub stream: Stream,
    pub text: String,
}
