//! The files a revision is made of.

use serde::{Deserialize, Serialize};

use super::Micros;

/// Which files a revision is made of. Written again when a process tells of more.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CodeEntry {
    pub app_id: i64,
    pub revision_id: i64,
    /// When the app came to it; an app that comes back to a revision has two times for it.
    pub at: Micros,
    /// It took over; otherwise its init failed, and the one before went on.
    pub serves: bool,
    pub files: Vec<CodeFile>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CodeFile {
    /// Relative to the project, `/`-separated.
    pub path: String,
    /// Of the content as it lies on disk.
    pub hash: [u8; 32],
    pub bytes: u64,
    pub text: KeptText,
}

/// What is kept of a file's content, already redacted by the writer; or why nothing is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum KeptText {
    Kept(String),
    /// It is no text.
    Binary,
    TooLarge,
    /// It is a file of secrets.
    Secret,
    /// It was saved again before it could be read.
    Gone,
}

impl KeptText {
    /// As it stands in the record.
    pub fn as_str(&self) -> &'static str {
        match self {
            Self::Kept(_) => "kept",
            Self::Binary => "binary",
            Self::TooLarge => "too_large",
            Self::Secret => "secret",
            Self::Gone => "gone",
        }
    }
}
