//! Runs that are removed from the record, and put back when a person thinks better of it: the last ones are held until
//! the host ends or the record is cleared.

use std::sync::{Mutex, PoisonError};

use coldframe_protocol::{self as wire, ErrorCode, RpcError};
use coldframe_store::{Entry, LoadDetailRow, LoadEntry};

use crate::{commands::Result, host::Host};

/// Nobody thinks better of more.
const HELD: usize = 20;

#[derive(Default)]
pub(crate) struct Removed(Mutex<Vec<LoadEntry>>);

impl Removed {
    fn hold(&self, entry: LoadEntry) {
        let mut held = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        held.push(entry);
        let surplus = held.len().saturating_sub(HELD);
        held.drain(..surplus);
    }

    fn take(&self, id: i64) -> Option<LoadEntry> {
        let mut held = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let at = held.iter().position(|entry| entry.id == id)?;
        Some(held.remove(at))
    }

    pub(crate) fn clear(&self) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clear();
    }
}

impl Host {
    pub(crate) async fn forget_load(&self, id: i64) -> Result<wire::Empty> {
        if self.inner.loads.running_id() == Some(id) {
            let error = RpcError::new(ErrorCode::Conflict, "the load test goes on");
            return Err(error.hint("stop it first"));
        }
        self.load_detail(id).await?;
        let reader = self.inner.reader.clone();
        let kept = tokio::task::spawn_blocking(move || reader.load(id)).await;
        if let Ok(Ok(Some(row))) = kept {
            self.inner.loads.removed.hold(entry(row));
        }
        self.inner.recorder.note(Entry::LoadRemoved(id));
        self.flush().await;
        Ok(wire::Empty {})
    }

    pub(crate) async fn bring_load_back(&self, id: i64) -> Result<wire::LoadRun> {
        let entry = self.inner.loads.removed.take(id).ok_or_else(|| {
            RpcError::new(ErrorCode::NotFound, format!("the load test {id} is gone for good"))
        })?;
        self.inner.recorder.note(Entry::Load(Box::new(entry)));
        let back = self.load_detail(id).await?.run;
        self.inner.live.stale();
        Ok(back)
    }
}

fn entry(LoadDetailRow { row, detail }: LoadDetailRow) -> LoadEntry {
    LoadEntry {
        id: row.id,
        project_id: row.project_id,
        function_id: row.function_id,
        started_at: row.started_at,
        ended_at: row.ended_at,
        summary: row.summary,
        detail,
    }
}
