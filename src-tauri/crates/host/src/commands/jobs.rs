//! Builds and installations as the protocol tells them.

use coldframe_engine::InstallError;
use coldframe_protocol::{self as wire, ErrorCode, RpcError};

use super::{Result, unknown_function};
use crate::{host::Host, shape};

impl Host {
    pub(super) async fn begin_install(&self, function: i64) -> Result<wire::Job> {
        let begun = self.engine()?.install(function).await.map_err(|error| match error {
            InstallError::NoFunction => unknown_function(),
            InstallError::Busy(message) => {
                RpcError::new(ErrorCode::Conflict, message).hint("wait for its end, or cancel it")
            }
            InstallError::Problem(problem) => {
                let error = RpcError::new(ErrorCode::Invalid, problem.message);
                problem.hint.into_iter().fold(error, RpcError::hint)
            }
        })?;
        Ok(shape::job(&begun))
    }

    pub(super) fn job_output(&self, query: &wire::JobQuery) -> Result<wire::JobOutput> {
        let engine = self.engine()?;
        engine.function_ref(query.function).ok_or_else(unknown_function)?;
        let (job, lines) = match engine.job(query.function, query.from.unwrap_or(0)) {
            Some((job, lines)) => (Some(shape::job(&job)), lines),
            None => (None, Vec::new()),
        };
        Ok(wire::JobOutput { job, lines: lines.into_iter().map(shape::job_line).collect() })
    }
}
