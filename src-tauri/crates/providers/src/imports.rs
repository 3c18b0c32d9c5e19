//! What our bootstraps tell of a measured init: which modules it imported, and what each took by itself.

use std::path::PathBuf;

use serde::Deserialize;

/// With this in its environment, a bootstrap measures.
pub(crate) const ASKED: &str = "COLDFRAME_IMPORTS";

/// `POST /coldframe/imports`.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct ReportedImports {
    /// From the first import to the handler, or to where it failed.
    pub init_ns: u64,
    /// Imported after so many that they are not told.
    pub left_out: u32,
    /// In the order they began.
    pub modules: Vec<ReportedModule>,
}

#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct ReportedModule {
    pub name: String,
    /// Absolute.
    pub file: Option<PathBuf>,
    pub from: Origin,
    /// Index of what imported it; below 0 where that is no module.
    pub parent: i64,
    /// Without what it imports.
    pub own_ns: u64,
    pub failed: bool,
}

/// Whose module it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Origin {
    /// The person's own code.
    Function,
    /// A package.
    Installed,
    /// What comes with the language.
    Runtime,
}

impl Origin {
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Function => "function",
            Self::Installed => "installed",
            Self::Runtime => "runtime",
        }
    }
}
