//! An init that failed: what the caller who waited for it gets, and what is recorded of it.

use std::{sync::Arc, time::Duration};

use bytes::Bytes;
use coldframe_providers::{
    clock,
    domain::Problem,
    imports::ReportedImports,
    invocation::ReportedUsage,
    narrate::{Cause, FailureBody, Moment},
    registry,
};

use super::{Logs, StartPhases};
use crate::app::Revision;

/// Why there is no instance.
#[derive(Debug, Clone)]
pub(crate) enum StartFailure {
    /// There is nothing to start: it was not built, or is gone.
    Refused(Problem),
    /// No process came of it: no interpreter, no bootstrap, or one that cannot be executed.
    NoEntrypoint(Problem),
    Init(Box<FailedInit>),
}

#[derive(Debug, Clone)]
pub(crate) struct FailedInit {
    pub(crate) why: Why,
    pub(crate) revision: Arc<Revision>,
    pub(crate) instance_id: i64,
    pub(crate) instance: String,
    pub(crate) phases: StartPhases,
    pub(crate) used: ReportedUsage,
    /// What it printed, and the provider's word on its init.
    pub(crate) lines: Vec<String>,
    pub(crate) logs: Logs,
    /// What it imported till then, where it was started to measure it.
    pub(crate) imports: Option<ReportedImports>,
}

#[derive(Debug, Clone)]
pub(crate) enum Why {
    /// Its runtime said so.
    Reported { error_type: String, payload: Bytes },
    /// It ended, or took too long.
    Ended(Cause),
}

impl Why {
    pub(crate) fn timed_out(&self) -> bool {
        matches!(self, Self::Ended(Cause::InitTimeout(_) | Cause::NeverListened { .. }))
    }
}

impl FailedInit {
    /// What the caller sees; without a request id where nobody called.
    pub(crate) fn body(&self, request_id: &str) -> FailureBody {
        match &self.why {
            Why::Reported { error_type, payload } => {
                FailureBody { error_type: error_type.clone(), payload: payload.clone() }
            }
            Why::Ended(cause) => registry::of(self.revision.app.provider).failure(request_id, cause),
        }
    }

    /// The provider's word on the init itself, in the log and behind what it printed.
    pub(super) fn tell_init(&mut self, during_invoke: bool) {
        let error_type = self.body("").error_type;
        let moment = Moment::InitFailed {
            init: self.phases.boot + self.phases.init,
            during_invoke,
            timed_out: self.why.timed_out(),
            error_type: &error_type,
        };
        for line in registry::of(self.revision.app.provider).narrate(&moment) {
            self.logs.platform(None, line.clone());
            self.lines.push(line);
        }
    }

    /// The provider's lines around a call whose instance did not come up.
    pub(crate) fn narrate(&self, request_id: &str) -> Vec<String> {
        let app = &self.revision.app;
        let (failed, cause) = match &self.why {
            Why::Reported { error_type, .. } => (Some(error_type.as_str()), None),
            Why::Ended(cause) => (None, Some(cause)),
        };
        let reported = Moment::Reported {
            request_id,
            handler: Duration::ZERO,
            init: Some(self.phases.boot + self.phases.init),
            memory_mb: app.settings.memory_mb,
            max_memory_mb: u32::try_from(self.used.peak_memory_kb.div_ceil(1024)).unwrap_or(u32::MAX),
            failed,
            cause,
        };
        let failed = cause.map(|cause| Moment::Failed { request_id, cause, at_ms: clock::now_us() / 1000 });
        let moments = [
            Some(Moment::Started { request_id, version: "$LATEST" }),
            failed,
            Some(Moment::Ended { request_id }),
            Some(reported),
        ];
        moments.iter().flatten().flat_map(|moment| registry::of(app.provider).narrate(moment)).collect()
    }
}
