//! Asynchronous events an earlier host accepted and did not finish: delivered when their project is open, and closed
//! when it is and their function is no more.

use std::sync::PoisonError;

use coldframe_engine::Engine;
use coldframe_providers::domain::Severity;
use coldframe_store::{Accepted, Answered, FunctionRow, Payload, ReadError, Reader, Status};

use crate::host::Host;

impl Host {
    pub(crate) fn resume(&self, engine: &Engine) {
        let pending = std::mem::take(&mut *self.inner.pending.lock().unwrap_or_else(PoisonError::into_inner));
        let (here, mut waiting): (Vec<_>, Vec<_>) =
            pending.into_iter().partition(|event| engine.function_ref(event.function_id).is_some());
        engine.resume(here);
        // While a manifest cannot be read, nobody knows which functions there are.
        if !engine.problems().iter().any(|problem| problem.severity == Severity::Error) {
            waiting.retain(|event| match gone(&self.inner.reader, engine.project_id(), event.function_id) {
                Ok(Some(function)) => {
                    // What cannot be recorded stays pending in the record, as it was.
                    let _ = self.inner.recorder.answered(closed(event, &function));
                    false
                }
                Ok(None) => true,
                Err(error) => {
                    tracing::error!(%error, request = event.request_id, "an accepted event stays pending");
                    true
                }
            });
        }
        self.inner.pending.lock().unwrap_or_else(PoisonError::into_inner).extend(waiting);
    }
}

/// The function as it was, if it belonged to this project.
fn gone(reader: &Reader, project_id: i64, function_id: i64) -> Result<Option<FunctionRow>, ReadError> {
    let Some(function) = reader.function(function_id)? else { return Ok(None) };
    let app = reader.app(function.app_id)?;
    Ok(app.filter(|app| app.project_id == project_id).map(|_| function))
}

fn closed(event: &Accepted, function: &FunctionRow) -> Answered {
    let message = format!(
        "the function {} is no longer in the project; the event that was accepted for it was not delivered",
        function.name
    );
    tracing::warn!(request = event.request_id, "{message}");
    let message = bytes::Bytes::from(message);
    Answered {
        http_status: 404,
        error_type: Some("Coldframe.FunctionGone".into()),
        response: Some(Payload {
            content_type: "text/plain".into(),
            full_length: message.len() as u64,
            bytes: message,
        }),
        ..event.closed(function.app_id, Status::Refused)
    }
}
