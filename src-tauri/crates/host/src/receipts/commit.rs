//! The last commit of the project's repository, with an engine on its files: kept while it is the last.

use std::{
    collections::HashMap,
    path::{Path, PathBuf},
};

use coldframe_engine::Subject;
use coldframe_providers::invocation::FunctionRef;
use coldframe_supervisor::Supervisor;

use crate::check::{Commit, Git, Ground, Place, Trees, counterpart};

pub(crate) struct LastCommit {
    project: PathBuf,
    commit: Commit,
    /// The project's folder as the commit has it.
    files: PathBuf,
    ground: Ground,
    engine: coldframe_engine::Engine,
    /// Removed when all of it has ended.
    _place: Place,
}

impl std::fmt::Debug for LastCommit {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("LastCommit").field("commit", &self.commit).finish_non_exhaustive()
    }
}

impl LastCommit {
    /// The one there was, or a new one where another commit is the last; `None` where there is no repository, or nothing
    /// can be made of it: the receipt then says nothing of a commit.
    pub(super) async fn renewed(old: Option<Self>, supervisor: &Supervisor, project: &Path) -> Option<Self> {
        let git = Git::of(supervisor, project).await.ok();
        let commit = match &git {
            Some(git) => git.commit("HEAD").await.ok(),
            None => None,
        };
        if let Some(old) = old {
            if commit.as_ref().is_some_and(|commit| commit.hash == old.commit.hash) && old.project == project
            {
                return Some(old);
            }
            old.close().await;
        }
        let (git, commit) = (git?, commit?);
        let place = Place::new().ok()?;
        let before = Trees::committed(&git, project, &commit, place.path()).await.ok()?;
        let ground = Ground::open(supervisor, place.path()).await.ok()?;
        let engine = ground.engine("4", &before).await.ok()?;
        Some(Self { project: project.to_owned(), commit, files: before, ground, engine, _place: place })
    }

    pub(super) fn short(&self) -> &str {
        &self.commit.short
    }

    /// The content of its files, by their paths as the record has them; each is read once.
    pub(super) fn hashes(&self) -> impl FnMut(&str) -> Option<[u8; 32]> + Send + 'static {
        let (root, mut read) = (self.files.clone(), HashMap::new());
        move |path| {
            let hash = || Some(*blake3::hash(&std::fs::read(root.join(path)).ok()?).as_bytes());
            *read.entry(path.to_owned()).or_insert_with(hash)
        }
    }

    pub(super) async fn subject(&self, function: &FunctionRef) -> Option<Subject> {
        let (id, _) = counterpart(&self.engine, function)?;
        self.engine.subject(id).await.ok()
    }

    pub(super) async fn close(self) {
        self.engine.shutdown().await;
        self.ground.close().await;
    }
}
