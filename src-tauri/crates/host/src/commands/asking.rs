//! How commands reach what they ask: the read side and other blocking work on threads of their own, and functions by
//! their ids.

use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};

use coldframe_protocol::{ErrorCode, RpcError};
use coldframe_providers::clock;

use super::Result;
use crate::host::Host;

impl Host {
    /// Asks the read side, on a thread that may block; whoever no longer waits for the answer has it given up.
    pub(crate) async fn read<T: Send + 'static>(
        &self,
        ask: impl FnOnce(&coldframe_report::Report, i64) -> std::result::Result<T, coldframe_report::ReportError>
        + Send
        + 'static,
    ) -> Result<T> {
        let asker = Asker::default();
        let report = self.inner.report.until(Arc::clone(&asker.gone));
        let now = clock::now_us();
        blocking(move || ask(&report, now).map_err(RpcError::from)).await
    }

    /// Folder and function name of saved events.
    pub(super) fn events_of(&self, function: i64) -> Result<(std::path::PathBuf, String)> {
        let engine = self.engine()?;
        let reference = engine.function_ref(function).ok_or_else(unknown_function)?;
        Ok((engine.root().to_owned(), reference.name))
    }
}

/// Lives as long as somebody waits.
#[derive(Default)]
struct Asker {
    gone: Arc<AtomicBool>,
}

impl Drop for Asker {
    fn drop(&mut self) {
        self.gone.store(true, Ordering::Relaxed);
    }
}

pub(crate) fn unknown_function() -> RpcError {
    RpcError::new(ErrorCode::NotFound, "there is no such function in the open project")
}

pub(crate) async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T> + Send + 'static,
) -> Result<T> {
    match tokio::task::spawn_blocking(work).await {
        Ok(result) => result,
        Err(error) => Err(RpcError::new(ErrorCode::Failed, format!("the work was interrupted: {error}"))),
    }
}
