//! An error as it crosses to a person's side.

use crate::wire;

wire! {
    /// What happened and what to do; `code` only where the receiver branches on it.
    pub struct RpcError {
        pub code: ErrorCode,
        /// Lower case, no final full stop.
        pub message: String,
        pub hint: Option<String>,
    }

    #[derive(Copy, Eq)]
    #[serde(rename_all = "snake_case")]
    pub enum ErrorCode {
        /// No such function, invocation or file.
        NotFound,
        /// The request does not make sense (not JSON, out of range).
        Invalid,
        /// The file on disk is not the one that was read.
        Conflict,
        /// No project is open.
        NoProject,
        /// Everything else.
        Failed,
    }
}

impl RpcError {
    pub fn new(code: ErrorCode, message: impl Into<String>) -> Self {
        Self { code, message: message.into(), hint: None }
    }
    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }
}

impl std::fmt::Display for RpcError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}", self.message)?;
        if let Some(hint) = &self.hint {
            write!(f, "\nhint: {hint}")?;
        }
        Ok(())
    }
}

impl std::error::Error for RpcError {}
