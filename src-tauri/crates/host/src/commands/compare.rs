//! The code beside a commit of its repository, in the window: the same comparison as `coldframe check`.

use std::time::Duration;

use coldframe_protocol as wire;

use super::{Result, unknown_function};
use crate::{
    check::{Budgets, Comparison, compare_on},
    host::Host,
};

/// A person waits for it.
const WITHIN: Duration = Duration::from_mins(1);

impl Host {
    pub(super) async fn compare_function(&self, request: wire::CompareRequest) -> Result<wire::CheckReport> {
        let engine = self.engine()?;
        let function = engine.function_ref(request.function).ok_or_else(unknown_function)?;
        let comparison = Comparison {
            project: engine.root().to_owned(),
            functions: vec![format!("{}/{}", function.provider.as_str(), function.name)],
            against: request.against,
            events: Some(request.events),
            writes_ok: request.writes_ok == Some(true),
            budgets: Budgets::default(),
            within: WITHIN,
        };
        // Large, and every command's future would be as large as its largest.
        Box::pin(compare_on(&self.inner.supervisor, self.inner.report.book(), &comparison)).await
    }
}
