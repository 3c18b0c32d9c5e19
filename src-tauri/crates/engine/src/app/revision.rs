//! One state of an app's code and settings.

use std::{path::PathBuf, sync::Arc};

use coldframe_providers::{domain::App, languages::Built};
use coldframe_store::{Entry, RevisionEntry};

use crate::{ids::stable_id, world::SharedWorld};

#[derive(Debug)]
pub(crate) struct Revision {
    pub(crate) id: i64,
    /// The app as its manifest described it then.
    pub(crate) app: Arc<App>,
    /// When the app came to it, microseconds since the epoch.
    pub(crate) made_at: i64,
    /// Eight hex digits of the fingerprint: what people see.
    pub(crate) hash: String,
    /// Where its code lies on disk: the app's root, or what the build made.
    pub(crate) code: PathBuf,
    /// What the build made besides: a program, or what runs the code.
    pub(crate) artifact: Option<PathBuf>,
    /// The source files the build read, where it says.
    pub(crate) files: Option<Vec<PathBuf>>,
    /// The build's output is the revision's own, so that it can be started whatever is saved meanwhile.
    pub(crate) detached: bool,
}

impl Revision {
    pub(crate) fn new(
        world: &SharedWorld,
        app_id: i64,
        app: &Arc<App>,
        fingerprint: blake3::Hash,
        built: Built,
    ) -> Self {
        let Built { code, artifact, files } = built;
        let hash = fingerprint.to_hex().as_str()[..8].to_owned();
        let id = stable_id(&[&app_id.to_string(), &hash]);
        let made_at = coldframe_providers::clock::now_us();
        world.recorder.note(Entry::Revision(RevisionEntry {
            id,
            app_id,
            hash: hash.clone(),
            created_at: made_at,
            memory_mb: app.settings.memory_mb,
            timeout_ms: u64::try_from(app.settings.timeout.as_millis()).unwrap_or(u64::MAX),
            architecture: app.architecture.as_str().to_owned(),
        }));
        let detached = code != app.root || artifact.is_some();
        Self { id, app: Arc::clone(app), made_at, hash, code, artifact, files, detached }
    }

    /// The same code with another amount of memory. It serves nobody and is not in the record.
    pub(crate) fn sized(&self, memory_mb: u32) -> Self {
        let mut app = App::clone(&self.app);
        app.settings.memory_mb = memory_mb;
        self.with(app, self.code.clone())
    }

    /// Code of it as another app, from another folder. It serves nobody and is not in the record.
    pub(crate) fn with(&self, app: App, code: PathBuf) -> Self {
        Self {
            id: self.id,
            app: Arc::new(app),
            made_at: self.made_at,
            hash: self.hash.clone(),
            code,
            artifact: self.artifact.clone(),
            files: self.files.clone(),
            detached: self.detached,
        }
    }
}
