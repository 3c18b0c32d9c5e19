//! Two trees of files side by side, made alike: the project as it is now, and as it was in a commit. Files are copied,
//! so that neither has a cache that the other has not; what git is told to ignore (dependencies, settings) is linked
//! from the working tree into both. Their paths are of the same length.

mod links;
mod submodules;

use std::{
    collections::BTreeSet,
    fs, io,
    path::{Path, PathBuf},
};

use coldframe_supervisor::Supervisor;
use coldframe_watch::Rules;

use self::links::Links;
use super::git::{Commit, Git, GitError};

/// A larger repository is not copied whole: functions then have what lies in the project alone.
const MOST_FILES: usize = 20_000;
const MOST_BYTES: u64 = 1024 * 1024 * 1024;

#[derive(Debug, thiserror::Error)]
pub(crate) enum TreesError {
    #[error(transparent)]
    Git(#[from] GitError),
    #[error("cannot make the copies to compare: {0}")]
    Disk(#[from] io::Error),
}

/// A folder of our own, removed with all that is in it when it is dropped.
#[derive(Debug)]
pub(crate) struct Place(PathBuf);

impl Place {
    /// In the system's folder for temporary files, readable by nobody else.
    pub(crate) fn new() -> io::Result<Self> {
        let name = format!("coldframe-check-{}", uuid::Uuid::new_v4().simple());
        let path = std::env::temp_dir().join(name);
        let mut builder = fs::DirBuilder::new();
        #[cfg(unix)]
        std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
        builder.create(&path)?;
        // Functions and tools are told paths without links in them.
        Ok(Self(dunce::canonicalize(&path).unwrap_or(path)))
    }

    pub(crate) fn path(&self) -> &Path {
        &self.0
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// The project's folder in either copy.
#[derive(Debug)]
pub(crate) struct Trees {
    pub(crate) now: PathBuf,
    pub(crate) before: Option<PathBuf>,
    pub(crate) notes: Vec<String>,
}

impl Trees {
    /// Of a project in a repository; `before` as in `commit`, if there is one to compare with.
    pub(crate) async fn of(
        git: &Git,
        project: &Path,
        commit: Option<&Commit>,
        place: &Path,
    ) -> Result<Self, TreesError> {
        let own = project.strip_prefix(&git.top).unwrap_or(Path::new("")).to_owned();
        let mut notes = Vec::new();
        let (files, bytes) = match commit {
            Some(commit) => git.size(commit).await?,
            None => (git.known(Path::new("")).await?.len(), 0),
        };
        let whole = files <= MOST_FILES && bytes <= MOST_BYTES;
        let scope = if whole { PathBuf::new() } else { own.clone() };
        if !whole && !own.as_os_str().is_empty() {
            notes.push(format!(
                "the repository has {files} files: only what lies in {} was copied, and code above it is missing",
                own.display()
            ));
        }
        let name = git.top.file_name().unwrap_or("project".as_ref()).to_owned();
        let (now, before) = (place.join("1").join(&name), place.join("2").join(&name));
        let (known, new) = (git.known(&scope).await?, git.unknown(&scope).await?);
        let ignored = git.ignored(&scope).await?;
        fs::create_dir_all(now.join(&own))?;
        if let Some(commit) = commit {
            fs::create_dir_all(before.join(&own))?;
            match git.check_out(commit, &scope, &before).await {
                // A project that the commit does not have at all: everything in it is new.
                Err(GitError::Failed { what, .. })
                    if what == "read-tree" && !scope.as_os_str().is_empty() => {}
                done => done?,
            }
            notes.extend(submodules::check_out(git, commit, &scope, &before).await?);
        }
        let (top, targets) = (git.top.clone(), (now.clone(), commit.map(|_| before.clone())));
        let supervisor = git.supervisor.clone();
        let linked = tokio::task::spawn_blocking(move || -> io::Result<Vec<String>> {
            let mut links = Links::default();
            ignored.iter().for_each(|path| links.add(&top, path));
            copy(&supervisor, &top, &targets.0, known.into_iter().chain(links.without(&top, new)))?;
            links.show(&top, &targets.0)?;
            if let Some(before) = &targets.1 {
                links.show(&top, before)?;
            }
            Ok(links.unusual())
        });
        let linked = linked.await.map_err(io::Error::other)??;
        if commit.is_some() && !linked.is_empty() {
            notes.push(format!(
                "git does not have {}: both sides ran with it as it is now",
                linked.join(", ")
            ));
        }
        let inside = |tree: PathBuf| if own.as_os_str().is_empty() { tree } else { tree.join(&own) };
        Ok(Self { now: inside(now), before: commit.map(|_| inside(before)), notes })
    }

    /// Of a project as it was in a commit, without the tree as it is now: what lies in the project alone.
    pub(crate) async fn committed(
        git: &Git,
        project: &Path,
        commit: &Commit,
        place: &Path,
    ) -> Result<PathBuf, TreesError> {
        let own = project.strip_prefix(&git.top).unwrap_or(Path::new("")).to_owned();
        let name = git.top.file_name().unwrap_or("project".as_ref()).to_owned();
        let before = place.join("2").join(&name);
        fs::create_dir_all(before.join(&own))?;
        let ignored = git.ignored(&own).await?;
        let new = git.unknown(&own).await?;
        git.check_out(commit, &own, &before).await?;
        let (top, target) = (git.top.clone(), before.clone());
        let linked = tokio::task::spawn_blocking(move || -> io::Result<()> {
            let mut links = Links::default();
            ignored.iter().for_each(|path| links.add(&top, path));
            links.without(&top, new);
            links.show(&top, &target)
        });
        linked.await.map_err(io::Error::other)??;
        Ok(if own.as_os_str().is_empty() { before } else { before.join(own) })
    }

    /// Of a project that no repository knows.
    pub(crate) async fn alone(
        supervisor: &Supervisor,
        project: &Path,
        place: &Path,
    ) -> Result<Self, TreesError> {
        let supervisor = supervisor.clone();
        let now = place.join("1").join(project.file_name().unwrap_or("project".as_ref()));
        let (project, target) = (project.to_owned(), now.clone());
        let copied = tokio::task::spawn_blocking(move || -> io::Result<()> {
            fs::create_dir_all(&target)?;
            let files = coldframe_watch::files(&project, &Rules::default());
            let relative = files.iter().filter_map(|file| file.strip_prefix(&project).ok());
            let files: Vec<PathBuf> = relative.map(Path::to_owned).collect();
            let mut links = Links::default();
            let folders: BTreeSet<&Path> = files.iter().flat_map(|file| file.ancestors().skip(1)).collect();
            folders.iter().for_each(|folder| links.add_dependencies_of(&project, folder));
            copy(&supervisor, &project, &target, files.iter().cloned())?;
            links.show(&project, &target)
        });
        copied.await.map_err(io::Error::other)??;
        Ok(Self { now, before: None, notes: Vec::new() })
    }
}

/// Files that are gone are left out: the working tree need not have all that git knows. A thread cannot be dropped, so it
/// looks itself whether all of it is to end.
fn copy(
    supervisor: &Supervisor,
    from: &Path,
    to: &Path,
    files: impl Iterator<Item = PathBuf>,
) -> io::Result<()> {
    for file in files {
        if supervisor.is_shutting_down() {
            return Err(io::ErrorKind::Interrupted.into());
        }
        let (source, target) = (from.join(&file), to.join(&file));
        let Ok(metadata) = source.symlink_metadata() else { continue };
        if let Some(parent) = target.parent() {
            fs::create_dir_all(parent)?;
        }
        if metadata.is_symlink() {
            links::link(&fs::read_link(&source)?, &target, source.is_dir())?;
        } else if metadata.is_file() {
            fs::copy(&source, &target)?;
        } else if target.symlink_metadata().is_err() {
            // A repository within this one: as it is now.
            links::link(&source, &target, true)?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn supervisor(place: &Place) -> Supervisor {
        let config = coldframe_supervisor::Config { keeper: None, run_dir: place.path().join("run") };
        Supervisor::start(config).unwrap()
    }

    #[tokio::test]
    async fn copying_ends_when_all_else_does() {
        let project = tempfile::tempdir().unwrap();
        fs::write(project.path().join("app.py"), "1").unwrap();
        let place = Place::new().unwrap();
        let supervisor = supervisor(&place);
        supervisor.shutdown().await;
        let copied = Trees::alone(&supervisor, project.path(), place.path()).await;
        assert!(matches!(copied, Err(TreesError::Disk(_))), "{copied:?}");
    }

    #[tokio::test]
    async fn a_copy_has_the_code_and_shows_the_dependencies() {
        let project = tempfile::tempdir().unwrap();
        let write = |file: &str, text: &str| {
            let path = project.path().join(file);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        };
        write("hello/app.py", "1");
        write("hello/__pycache__/app.pyc", "x");
        write("hello/node_modules/left/index.js", "2");
        let place = Place::new().unwrap();
        let at = place.path().to_owned();
        let supervisor = supervisor(&place);
        let trees = Trees::alone(&supervisor, project.path(), &at).await.unwrap();
        assert_eq!(fs::read_to_string(trees.now.join("hello/app.py")).unwrap(), "1");
        assert!(trees.now.join("hello/node_modules/left/index.js").is_file());
        assert!(!trees.now.join("hello/__pycache__").exists(), "no cache of the person's");
        drop(place);
        assert!(!at.exists(), "nothing stays");
        assert!(project.path().join("hello/node_modules/left/index.js").is_file(), "what was linked stays");
    }
}
