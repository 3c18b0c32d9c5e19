//! Preparing a revision away from the owner task: read what changed, build it, start one instance of it. A newer
//! save aborts the task; everything it started dies with it.

use std::{
    collections::BTreeSet,
    path::PathBuf,
    sync::Arc,
    time::{Duration, Instant},
};

use coldframe_providers::{
    domain::{App, Problem},
    languages::{self, BuildRequest},
};
use tokio::task::AbortHandle;

use super::{AppHandle, Revision, Verb, sources, sources::Sources};
use crate::{
    instance::{self, Cause, Instance, StartFailure, StartRequest},
    world::SharedWorld,
};

/// Beyond this many files no copy of a revision is kept: such a folder is not a function's code.
const KEPT_FILES: usize = 5000;

/// A preparation under way.
#[derive(Debug)]
pub(super) struct Work {
    pub(super) id: u64,
    /// What was saved; empty for the first build.
    pub(super) files: BTreeSet<PathBuf>,
    pub(super) detected: Instant,
    pub(super) abort: AbortHandle,
}

#[derive(Debug)]
pub(super) struct Request {
    pub(super) id: u64,
    pub(super) app: Arc<App>,
    /// As last read; `None` reads everything.
    pub(super) sources: Option<Sources>,
    pub(super) files: Vec<PathBuf>,
    /// What serves now; the same again means that nothing changed.
    pub(super) serving: Option<blake3::Hash>,
    /// Start an instance of it (a reload), or only build it (a first call brings its own).
    pub(super) start: bool,
}

/// What a preparation came to.
#[derive(Debug)]
pub(crate) struct Prepared {
    pub(super) id: u64,
    pub(super) sources: Sources,
    pub(super) fingerprint: blake3::Hash,
    pub(super) outcome: Outcome,
}

#[derive(Debug)]
pub(super) enum Outcome {
    Unchanged,
    BuildFailed {
        problem: Problem,
        at: Instant,
    },
    Built {
        revision: Arc<Revision>,
        took: Duration,
    },
    Ready {
        revision: Arc<Revision>,
        instance: Arc<Instance>,
        kept: Option<PathBuf>,
        built: Instant,
        ready: Instant,
    },
    InitFailed {
        revision: Arc<Revision>,
        failure: StartFailure,
        built: Instant,
        at: Instant,
    },
}

/// Runs a preparation as a task and reports to the owner.
pub(super) fn spawn(world: &SharedWorld, handle: &AppHandle, request: Request) -> AbortHandle {
    let (world, handle) = (Arc::clone(world), handle.clone());
    let task = tokio::spawn(async move {
        let prepared = prepare(&world, &handle, request).await;
        handle.send(Verb::Prepared(Box::new(prepared)));
    });
    task.abort_handle()
}

async fn prepare(world: &SharedWorld, handle: &AppHandle, request: Request) -> Prepared {
    let Request { id, app, sources, files, serving, start } = request;
    let rules = world.settle.rules();
    let scanned = {
        let app = Arc::clone(&app);
        tokio::task::spawn_blocking(move || {
            let mut read = sources.unwrap_or_else(|| Sources::scan(&app, &rules));
            read.refresh(&files);
            let fingerprint = read.fingerprint(&app);
            (read, fingerprint)
        })
    };
    let Ok((sources, fingerprint)) = scanned.await else {
        let problem = Problem::error("reading the function's files was interrupted");
        let outcome = Outcome::BuildFailed { problem, at: Instant::now() };
        return Prepared { id, sources: Sources::default(), fingerprint: blake3::hash(b""), outcome };
    };
    if serving == Some(fingerprint) {
        return Prepared { id, sources, fingerprint, outcome: Outcome::Unchanged };
    }
    let outcome = build_and_start(world, handle, &app, &sources, fingerprint, start).await;
    Prepared { id, sources, fingerprint, outcome }
}

async fn build_and_start(
    world: &SharedWorld,
    handle: &AppHandle,
    app: &Arc<App>,
    sources: &Sources,
    fingerprint: blake3::Hash,
    start: bool,
) -> Outcome {
    let begun = Instant::now();
    let short = fingerprint.to_hex().as_str()[..8].to_owned();
    let out = world.config.work_dir.join("build").join(handle.id().to_string()).join(&short);
    let request = BuildRequest { app, project: &world.project, out };
    let built = match languages::build(&world.supervisor, request).await {
        Ok(built) => built,
        Err(problem) => return Outcome::BuildFailed { problem, at: Instant::now() },
    };
    let revision = Arc::new(Revision::new(world, handle.id(), app, fingerprint, built.code, built.artifact));
    let built_at = Instant::now();
    if !start {
        return Outcome::Built { revision, took: begun.elapsed() };
    }
    let copy = copy(world, handle, &revision, sources.clone());
    let request = StartRequest {
        app_id: handle.id(),
        function_id: handle.main_function(),
        code: revision.code.clone(),
        revision: Arc::clone(&revision),
        cause: Cause::Reload,
    };
    match instance::start(world, request).await {
        Ok(instance) => {
            let ready = Instant::now();
            let kept = copy.await.ok().flatten();
            Outcome::Ready { revision, instance: Arc::new(instance), kept, built: built_at, ready }
        }
        Err(failure) => Outcome::InitFailed { revision, failure, built: built_at, at: Instant::now() },
    }
}

/// Keeps a copy of a revision whose code is the person's own folder, so that the pool can still grow on it after the
/// folder has moved on to something broken.
pub(super) fn copy(
    world: &SharedWorld,
    handle: &AppHandle,
    revision: &Arc<Revision>,
    sources: Sources,
) -> tokio::task::JoinHandle<Option<PathBuf>> {
    let target = world.config.work_dir.join("kept").join(handle.id().to_string()).join(&revision.hash);
    let revision = Arc::clone(revision);
    tokio::task::spawn_blocking(move || {
        if revision.detached || sources.paths().count() > KEPT_FILES {
            return None;
        }
        // A copy of the same content may exist already: a save that was taken back.
        let kept = target.is_dir() || sources::keep_copy(&sources, &revision.code, &target);
        kept.then_some(target)
    })
}
