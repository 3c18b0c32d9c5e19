//! What every app of an engine shares. Handles only; no state of its own.

use std::{
    path::PathBuf,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
};

use bytes::Bytes;
use coldframe_providers::{
    clock,
    domain::{App, Reported},
};
use coldframe_store::{AppEntry, Entry, FunctionEntry, Recorder};
use coldframe_supervisor::Supervisor;
use tokio_util::task::TaskTracker;

use crate::{
    config::EngineConfig, event::Bus, guard::Guard, ids::Ids, project::Settle, reached::Seen,
    redact::Redaction, requests::Requests,
};

pub(crate) struct World {
    pub(crate) config: EngineConfig,
    pub(crate) supervisor: Supervisor,
    pub(crate) recorder: Recorder,
    pub(crate) bus: Bus,
    pub(crate) guard: Guard,
    pub(crate) ids: Ids,
    pub(crate) seen: Seen,
    pub(crate) requests: Requests,
    /// Number of the last instance started: their short names.
    pub(crate) instances: std::sync::atomic::AtomicU64,
    /// Canonical root of the open project.
    pub(crate) project: PathBuf,
    pub(crate) project_id: i64,
    /// Where our bootstraps were written to.
    pub(crate) bootstraps: PathBuf,
    /// No call is taken and nothing reloads.
    pub(crate) paused: AtomicBool,
    pub(crate) settle: Settle,
    /// What processes told of their apps that no file says. Held for a look or a change, never across an await.
    pub(crate) reported: Mutex<Reported>,
    pub(crate) redaction: Redaction,
    /// Invocations under way; shutdown waits for them, bounded.
    pub(crate) calls: TaskTracker,
    /// Everything else that ends by itself: starts, pumps of output, copies.
    pub(crate) tasks: TaskTracker,
}

impl std::fmt::Debug for World {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("World").field("project", &self.project).finish_non_exhaustive()
    }
}

impl World {
    pub(crate) fn relative(&self, path: &std::path::Path) -> String {
        path.strip_prefix(&self.project).unwrap_or(path).to_string_lossy().replace('\\', "/")
    }

    /// An app and its functions in the record, under these ids.
    pub(crate) fn register(&self, id: i64, app: &App, function_id: impl Fn(&str) -> i64) {
        let (path, seen_at) = (self.relative(&app.root), clock::now_us());
        self.recorder.note(Entry::App(AppEntry {
            id,
            project_id: self.project_id,
            provider: app.provider.as_str().to_owned(),
            name: app.name.clone(),
            language: app.language.as_str().to_owned(),
            runtime: app.runtime.clone(),
            path: path.clone(),
            seen_at,
        }));
        for function in &app.functions {
            self.recorder.note(Entry::Function(FunctionEntry {
                id: function_id(&function.name),
                app_id: id,
                name: function.name.clone(),
                handler: app.handler.clone(),
                path: path.clone(),
                seen_at,
            }));
        }
    }

    pub(crate) fn reported(&self) -> Reported {
        self.reported.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Keeps which functions an app's process found in itself; whether that is news.
    pub(crate) fn learn(&self, app: &App, functions: &Bytes) -> bool {
        let mut reported = self.reported.lock().unwrap_or_else(PoisonError::into_inner);
        let key = (app.provider, app.root.clone());
        reported.insert(key, functions.clone()).is_none_or(|before| before != *functions)
    }

    pub(crate) fn is_paused(&self) -> bool {
        self.paused.load(Ordering::Acquire)
    }

    pub(crate) fn next_instance(&self) -> u64 {
        self.instances.fetch_add(1, std::sync::atomic::Ordering::Relaxed) + 1
    }
}

pub(crate) type SharedWorld = Arc<World>;
