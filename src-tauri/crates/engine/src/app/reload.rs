//! Preparing a revision away from the owner: read what changed, build it, start one instance of it. A newer
//! save aborts the task; everything it started dies with it.

use std::{
    collections::BTreeSet,
    path::{Path, PathBuf},
    sync::Arc,
    time::Instant,
};

use coldframe_providers::{
    domain::{App, Problem},
    languages::{self, BuildRequest},
};
use tokio::task::AbortHandle;

use super::{
    AppHandle, Job, JobState, Revision, listing,
    sources::{Copied, KeptCopy, Sources},
};
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
    pub(super) job: Arc<Job>,
}

#[derive(Debug)]
pub(super) struct Request {
    pub(super) id: u64,
    pub(super) app: Arc<App>,
    /// As last read; `None` reads everything.
    pub(super) sources: Option<Arc<Sources>>,
    pub(super) files: Vec<PathBuf>,
    /// What serves now; the same again means that nothing changed.
    pub(super) serving: Option<blake3::Hash>,
    /// Start an instance of it (a reload), or only build it (a first call brings its own).
    pub(super) start: bool,
    /// The share of the CPU that instance has.
    pub(super) cpu_milli: Option<u32>,
    /// Hears the tools of the build.
    pub(super) job: Arc<Job>,
}

/// What a preparation came to.
#[derive(Debug)]
pub(crate) struct Prepared {
    pub(super) id: u64,
    pub(super) sources: Arc<Sources>,
    pub(super) fingerprint: blake3::Hash,
    pub(super) outcome: Outcome,
}

#[derive(Debug)]
pub(super) enum Outcome {
    Unchanged,
    /// Its files were saved again meanwhile: it must be prepared anew.
    Superseded,
    BuildFailed {
        problem: Problem,
        at: Instant,
    },
    Built {
        revision: Arc<Revision>,
        kept: Option<Arc<KeptCopy>>,
    },
    Ready {
        revision: Arc<Revision>,
        instance: Arc<Instance>,
        kept: Option<Arc<KeptCopy>>,
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
        handle.tell(|owner| owner.prepared(prepared));
    });
    task.abort_handle()
}

async fn prepare(world: &SharedWorld, handle: &AppHandle, request: Request) -> Prepared {
    let Request { id, app, sources, files, serving, start, cpu_milli, job } = request;
    let rules = world.settle.rules();
    let scanned = {
        let (app, project) = (Arc::clone(&app), world.project.clone());
        tokio::task::spawn_blocking(move || {
            let read = sources.map_or_else(|| Sources::scan(&app, &rules), Arc::unwrap_or_clone);
            let mut read = read;
            read.refresh(&files);
            read.look_around(&app, &project);
            let fingerprint = read.fingerprint(&app);
            (Arc::new(read), fingerprint)
        })
    };
    let Ok((sources, fingerprint)) = scanned.await else {
        let problem = Problem::error("reading the function's files was interrupted");
        let outcome = Outcome::BuildFailed { problem, at: Instant::now() };
        return Prepared { id, sources: Arc::default(), fingerprint: blake3::hash(b""), outcome };
    };
    if serving == Some(fingerprint) {
        return Prepared { id, sources, fingerprint, outcome: Outcome::Unchanged };
    }
    let start = start.then_some(cpu_milli);
    let outcome = build_and_start(world, handle, &app, &sources, fingerprint, start, &job).await;
    Prepared { id, sources, fingerprint, outcome }
}

async fn build_and_start(
    world: &SharedWorld,
    handle: &AppHandle,
    app: &Arc<App>,
    sources: &Arc<Sources>,
    fingerprint: blake3::Hash,
    start: Option<Option<u32>>,
    job: &Job,
) -> Outcome {
    let short = fingerprint.to_hex().as_str()[..8].to_owned();
    let out = world.config.work_dir.join("build").join(handle.id().to_string()).join(&short);
    let keep = world.config.work_dir.join("fetched");
    let request = BuildRequest { app, project: &world.project, out, keep, tell: job };
    let built = match languages::build(&world.supervisor, request).await {
        Ok(built) => built,
        Err(problem) => {
            job.end(JobState::Failed, None);
            return Outcome::BuildFailed { problem, at: Instant::now() };
        }
    };
    job.end(JobState::Done, None);
    let revision = Arc::new(Revision::new(world, handle.id(), app, fingerprint, built));
    let built_at = Instant::now();
    let files = listing::read(world, Arc::clone(sources), app.manifests.clone(), None);
    let Some(cpu_milli) = start else {
        // Kept before anything starts: a save may follow the first call at once.
        return match copy(world, handle, &revision, Arc::clone(sources)).await {
            Copied::MovedOn => Outcome::Superseded,
            copied => {
                // Nobody waits for the record's sake.
                let (world, app_id, made) = (Arc::clone(world), handle.id(), Arc::clone(&revision));
                tokio::spawn(async move { listing::note(&world, app_id, &made, files, true).await });
                let kept = if let Copied::Kept(kept) = copied { Some(kept) } else { None };
                Outcome::Built { revision, kept }
            }
        };
    };
    let copy = copy(world, handle, &revision, Arc::clone(sources));
    let request = StartRequest {
        app_id: handle.id(),
        function_id: handle.main_function(),
        code: revision.code.clone(),
        kept: None,
        revision: Arc::clone(&revision),
        cause: Cause::Reload,
        cpu_milli,
        calls: revision.app.settings.instance_concurrency,
        scratch: None,
        unwanted: None,
    };
    match instance::start(world, request).await {
        Ok(instance) if moved_on(sources).await => {
            // Saved again while it started: nobody knows which content it has.
            instance.end("reload");
            Outcome::Superseded
        }
        Ok(instance) => {
            let ready = Instant::now();
            let kept = match copy.await {
                Copied::Kept(kept) => Some(kept),
                Copied::MovedOn => {
                    instance.end("reload");
                    return Outcome::Superseded;
                }
                Copied::NotKept => None,
            };
            listing::note(world, handle.id(), &revision, files, true).await;
            Outcome::Ready { revision, instance: Arc::new(instance), kept, built: built_at, ready }
        }
        Err(failure) => {
            let at = Instant::now();
            listing::note(world, handle.id(), &revision, files, false).await;
            Outcome::InitFailed { revision, failure, built: built_at, at }
        }
    }
}

/// Keeps a copy of a revision whose code is the person's own folder, so that the pool can still grow on it after the
/// folder has moved on to something broken.
pub(super) fn copy(
    world: &SharedWorld,
    handle: &AppHandle,
    revision: &Arc<Revision>,
    sources: Arc<Sources>,
) -> impl Future<Output = Copied> + Send + use<> {
    let name = format!("{}-{}", revision.hash, world.ids.next());
    let folder = world.config.work_dir.join("kept").join(handle.id().to_string()).join(name);
    let (revision, world, rules) = (Arc::clone(revision), Arc::clone(world), world.settle.rules());
    let copied = tokio::task::spawn_blocking(move || {
        if revision.detached || sources.len() > KEPT_FILES {
            return Copied::NotKept;
        }
        // A module that was saved before the file that imports it was nobody's when it was saved.
        let mut sources = Arc::unwrap_or_clone(sources);
        let files = coldframe_watch::files(&revision.app.root, &rules);
        let unseen: Vec<PathBuf> = files.into_iter().filter(|file| !sources.contains(file)).collect();
        sources.refresh(&unseen);
        sources.keep_copy(&revision.app, &world.project, folder)
    });
    async move { copied.await.unwrap_or(Copied::NotKept) }
}

/// Starts an instance of the serving revision. Its files may be saved while it starts: what came up on anything but
/// the revision's own content is not one of its instances, and the kept copy serves instead; `begun` then says when that
/// start began.
pub(crate) async fn bring_up(
    world: &SharedWorld,
    mut request: StartRequest,
    disk: Option<Disk>,
    begun: &mut Instant,
) -> Result<Arc<Instance>, StartFailure> {
    let Some(Disk { sources, kept: Some(kept) }) = disk else {
        return instance::start(world, request).await.map(Arc::new);
    };
    if !moved_on(&sources).await {
        let started = instance::start(world, request.clone()).await;
        if !moved_on(&sources).await {
            return started.map(Arc::new);
        }
        if let Ok(instance) = started {
            instance.end("reload");
        }
    }
    request.use_copy(kept);
    *begun = Instant::now();
    instance::start(world, request).await.map(Arc::new)
}

/// What an instance that runs from the person's own folder is checked against.
#[derive(Debug, Clone)]
pub(crate) struct Disk {
    pub(super) sources: Arc<Sources>,
    pub(super) kept: Option<Arc<KeptCopy>>,
}

impl Disk {
    /// Where the code lies in the copy, if one is kept.
    pub(crate) fn copy(&self) -> Option<&Path> {
        self.kept.as_deref().map(|kept| kept.code.as_path())
    }
}

async fn moved_on(sources: &Arc<Sources>) -> bool {
    let sources = Arc::clone(sources);
    tokio::task::spawn_blocking(move || !sources.moved_on().is_empty()).await.unwrap_or(false)
}
