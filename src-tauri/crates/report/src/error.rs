//! What a question can fail with.

use coldframe_protocol::{ErrorCode, RpcError};
use coldframe_store::ReadError;

#[derive(Debug, thiserror::Error)]
pub enum ReportError {
    #[error("there is no {what} {id} in the record")]
    NotFound { what: &'static str, id: i64 },
    /// The question makes no sense; the text says why.
    #[error("{0}")]
    Invalid(String),
    #[error(transparent)]
    Read(#[from] ReadError),
}

impl From<ReportError> for RpcError {
    fn from(error: ReportError) -> Self {
        let code = match &error {
            ReportError::NotFound { .. } => ErrorCode::NotFound,
            ReportError::Invalid(_) => ErrorCode::Invalid,
            ReportError::Read(_) => ErrorCode::Failed,
        };
        Self::new(code, error.to_string())
    }
}
