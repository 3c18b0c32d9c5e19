//! Opening a project: everything an engine is made of, put together once.

use std::{
    path::{Path, PathBuf},
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, AtomicU64},
    },
};

use coldframe_providers::{bootstraps, clock};
use coldframe_store::{Entry, ProjectEntry, Recorder};
use coldframe_supervisor::Supervisor;
use coldframe_watch::{Rules, Watch};
use tokio::sync::mpsc;
use tokio_util::task::TaskTracker;

use crate::{
    Engine, EngineConfig, EngineEvent, Inner,
    event::{Bus, Watched},
    guard, ids,
    project::{self, Project, Settle},
    project_id,
    reached::Seen,
    redact::Redaction,
    registry::Registry,
    requests::Requests,
    world::World,
};

#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    #[error("cannot open the folder {}: {source}", path.display())]
    Folder { path: PathBuf, source: std::io::Error },
    #[error("cannot write the bootstraps to {}: {source}", path.display())]
    Bootstraps { path: PathBuf, source: std::io::Error },
}

impl Engine {
    /// Opens a project: finds its functions and watches its files. Runs nothing of it. Single calls and log lines are
    /// among the events only while `watched` says that somebody looks.
    ///
    /// # Errors
    /// The folder cannot be read, or the work directory not be written.
    pub async fn open(
        config: EngineConfig,
        supervisor: Supervisor,
        recorder: Recorder,
        project: &Path,
        watched: Arc<Watched>,
    ) -> Result<(Self, mpsc::UnboundedReceiver<EngineEvent>), OpenError> {
        let folder = |source| OpenError::Folder { path: project.to_owned(), source };
        let root = project.canonicalize().map_err(folder)?;
        std::fs::read_dir(&root).map_err(folder)?;
        // What a host before this one was killed over; links, and what they lead to stays.
        let _ = std::fs::remove_dir_all(config.work_dir.join(crate::elsewhere::PLACE));
        let directory = config.work_dir.join("bootstraps");
        let bootstraps = bootstraps::write(&directory)
            .map_err(|source| OpenError::Bootstraps { path: directory, source })?;

        let root_text = root.to_string_lossy().into_owned();
        let project_id = project_id(&root);
        recorder.note(Entry::Project(ProjectEntry {
            id: project_id,
            name: root
                .file_name()
                .map_or_else(|| root_text.clone(), |name| name.to_string_lossy().into_owned()),
            root: root_text,
            opened_at: clock::now_us(),
        }));

        let (bus, events) = Bus::new(watched);
        let rules = Rules::default();
        let (settle, asks) = Settle::new(rules.clone());
        let world = Arc::new(World {
            guard: guard::Guard::new(&config),
            config,
            supervisor,
            recorder,
            bus,
            ids: ids::Ids::default(),
            seen: Seen::default(),
            requests: Requests::default(),
            instances: AtomicU64::new(0),
            project: root.clone(),
            project_id,
            bootstraps,
            paused: AtomicBool::new(false),
            settle,
            reported: Mutex::default(),
            redaction: Redaction::default(),
            calls: TaskTracker::new(),
            tasks: TaskTracker::new(),
        });
        let (sender, changes) = mpsc::channel(64);
        let watch = match Watch::start(&root, rules, sender) {
            Ok(watch) => Some(watch),
            Err(error) => {
                world.bus.send(EngineEvent::Notice {
                    error: true,
                    title: "saves are not noticed".into(),
                    text: error.to_string(),
                    function_id: None,
                });
                None
            }
        };
        let registry = Arc::new(Registry::default());
        let mut project = Project {
            world: Arc::clone(&world),
            registry: Arc::clone(&registry),
            watch,
            changes,
            broken: project::Broken::default(),
            held: project::Held::default(),
        };
        let detection = project::detect(&world).await;
        project.apply(detection, &project::News::none());
        tokio::spawn(project.run(asks));
        Ok((Self { inner: Arc::new(Inner { world, registry }) }, events))
    }
}
