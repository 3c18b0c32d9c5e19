//! What is asked of git: which files there are, and the files of a commit. Nothing in the repository is written, not
//! even its index.

use std::{
    ffi::OsString,
    path::{Path, PathBuf},
};

use coldframe_supervisor::{Command, Output, SpawnError, Supervisor};

/// Of the host's own environment: where git's settings lie, and what its filters need.
const INHERITED: [&str; 8] =
    ["PATH", "HOME", "USER", "XDG_CONFIG_HOME", "SYSTEMROOT", "USERPROFILE", "APPDATA", "SSL_CERT_FILE"];
/// Of what it said.
const SAID: usize = 400;

#[derive(Debug, thiserror::Error)]
pub(crate) enum GitError {
    #[error("there is no git on the PATH, which knows the code as it was")]
    Missing,
    #[error("{} is in no git repository, so there is nothing to compare it with", .0.display())]
    NoRepository(PathBuf),
    #[error("the repository {} has no commit yet, so there is nothing to compare with", .0.display())]
    NoCommit(PathBuf),
    #[error("the repository {} has no revision {name}", top.display())]
    NoRevision { top: PathBuf, name: String },
    #[error("git {what} failed: {said}")]
    Failed { what: String, said: String },
    #[error("git cannot be started: {0}")]
    Start(#[from] SpawnError),
}

impl GitError {
    /// What to do.
    pub(crate) fn hint(&self) -> Option<&'static str> {
        match self {
            Self::Missing => Some("install git, or put it on the PATH"),
            Self::NoRepository(_) => Some("run `git init` and commit the code as it should be compared with"),
            Self::NoCommit(_) => Some("commit the code as it should be compared with"),
            Self::NoRevision { .. } => Some(
                "`git log --all --oneline` lists revisions; a shallow clone of a CI job has few: `git fetch` the one to compare with",
            ),
            Self::Failed { .. } | Self::Start(_) => None,
        }
    }

    /// There is nothing to compare with; all else is a mistake or a fault.
    pub(crate) fn is_nothing_there(&self) -> bool {
        matches!(self, Self::Missing | Self::NoRepository(_) | Self::NoCommit(_))
    }
}

#[derive(Debug, Clone)]
pub(crate) struct Commit {
    pub(crate) hash: String,
    /// As people write it.
    pub(crate) short: String,
    pub(crate) subject: String,
}

/// A repository.
#[derive(Clone)]
pub(crate) struct Git {
    pub(super) supervisor: Supervisor,
    program: PathBuf,
    /// Its working tree.
    pub(crate) top: PathBuf,
}

impl Git {
    /// The repository a folder lies in.
    pub(crate) async fn of(supervisor: &Supervisor, folder: &Path) -> Result<Self, GitError> {
        let program = which::which("git").map_err(|_| GitError::Missing)?;
        let mut git = Self { supervisor: supervisor.clone(), program, top: folder.to_owned() };
        let output = git.output(&["rev-parse", "--show-toplevel"], None).await?;
        if output.status != coldframe_supervisor::Exit::Code(0) {
            let said = said(&output);
            if said.contains("not a git repository") {
                return Err(GitError::NoRepository(folder.to_owned()));
            }
            return Err(GitError::Failed { what: "rev-parse".to_owned(), said });
        }
        let top = PathBuf::from(String::from_utf8_lossy(&output.stdout).trim_end_matches(['\n', '\r']));
        git.top = dunce::canonicalize(&top).unwrap_or(top);
        Ok(git)
    }

    /// The commit of a name: a branch, a tag, a hash.
    pub(crate) async fn commit(&self, name: &str) -> Result<Commit, GitError> {
        if let Some(hash) = self.verified(name).await? {
            let told = self.text(&["log", "-1", "--no-show-signature", "--format=%h%n%s", &hash]).await?;
            let (short, subject) = told.split_once('\n').unwrap_or((&told, ""));
            return Ok(Commit { short: short.to_owned(), subject: subject.trim_end().to_owned(), hash });
        }
        if self.verified("HEAD").await?.is_none() && self.text(&["rev-list", "-1", "--all"]).await?.is_empty()
        {
            return Err(GitError::NoCommit(self.top.clone()));
        }
        Err(GitError::NoRevision { top: self.top.clone(), name: name.to_owned() })
    }

    async fn verified(&self, name: &str) -> Result<Option<String>, GitError> {
        // It would be read as an option.
        if name.is_empty() || name.starts_with('-') {
            return Ok(None);
        }
        let commit = format!("{name}^{{commit}}");
        let output = self.output(&["rev-parse", "--verify", "--quiet", &commit], None).await?;
        let hash = String::from_utf8_lossy(&output.stdout).trim().to_owned();
        Ok((output.status == coldframe_supervisor::Exit::Code(0) && !hash.is_empty()).then_some(hash))
    }

    /// Whether the working tree is the last commit, without files that git does not know.
    pub(crate) async fn is_clean(&self) -> Result<bool, GitError> {
        Ok(self.text(&["status", "--porcelain", "--untracked-files=normal"]).await?.is_empty())
    }

    /// Files that git knows, below `folder` of the top; relative to the top.
    pub(crate) async fn known(&self, folder: &Path) -> Result<Vec<PathBuf>, GitError> {
        self.listed(&["ls-files", "-z", "--cached"], folder).await
    }

    /// Files it does not know and is not told to ignore.
    pub(crate) async fn unknown(&self, folder: &Path) -> Result<Vec<PathBuf>, GitError> {
        self.listed(&["ls-files", "-z", "--others", "--exclude-standard"], folder).await
    }

    /// Files and folders it is told to ignore: a folder of which everything is ignored stands for what is in it.
    pub(crate) async fn ignored(&self, folder: &Path) -> Result<Vec<PathBuf>, GitError> {
        let asked = ["ls-files", "-z", "--others", "--ignored", "--exclude-standard", "--directory"];
        self.listed(&asked, folder).await
    }

    async fn listed(&self, asked: &[&str], folder: &Path) -> Result<Vec<PathBuf>, GitError> {
        let folder = if folder.as_os_str().is_empty() { Path::new(".") } else { folder };
        let mut args: Vec<OsString> = asked.iter().map(OsString::from).collect();
        args.extend(["--".into(), folder.into()]);
        let output = self.run(asked[0], self.command(args, None)).await?;
        let names = output.stdout.split(|byte| *byte == 0).filter(|name| !name.is_empty());
        Ok(names.map(|name| PathBuf::from(String::from_utf8_lossy(name).as_ref())).collect())
    }

    /// Files and bytes of a commit.
    pub(crate) async fn size(&self, commit: &Commit) -> Result<(usize, u64), GitError> {
        let asked = ["ls-tree", "-r", "-l", "--full-tree", &commit.hash];
        let listing = self.text(&asked).await?;
        let sizes = listing.lines().map(|line| {
            line.split('\t').next().and_then(|head| head.split_whitespace().last()?.parse::<u64>().ok())
        });
        Ok(sizes.fold((0, 0), |(files, bytes), size| (files + 1, bytes + size.unwrap_or(0))))
    }

    /// Repositories within this one, each with the commit that a commit of this one has of it.
    pub(super) async fn submodules(&self, commit: &Commit) -> Result<Vec<(PathBuf, String)>, GitError> {
        let output = self.output(&["ls-tree", "-r", "-z", "--full-tree", &commit.hash], None).await?;
        let listing = String::from_utf8_lossy(&output.stdout).into_owned();
        let submodule = |entry: &str| {
            let (head, path) = entry.split_once('\t')?;
            let hash = head.strip_prefix("160000 commit ")?;
            Some((PathBuf::from(path), hash.trim().to_owned()))
        };
        Ok(listing.split('\0').filter_map(submodule).collect())
    }

    /// Writes the files of a commit below `folder` of the top into `into`, where they lie as in the repository.
    pub(crate) async fn check_out(
        &self,
        commit: &Commit,
        folder: &Path,
        into: &Path,
    ) -> Result<(), GitError> {
        // An index of our own: the repository's stays as it is.
        let index = into.with_extension("coldframe-index");
        let inside = folder.to_string_lossy().replace('\\', "/");
        let tree = if inside.is_empty() { commit.hash.clone() } else { format!("{}:{inside}", commit.hash) };
        let read = self.command(["read-tree".into(), tree.into()].into(), Some(&index));
        self.run("read-tree", read).await?;
        let mut prefix = OsString::from("--prefix=");
        prefix.push(into.join(folder));
        if !prefix.to_string_lossy().ends_with(['/', '\\']) {
            prefix.push("/");
        }
        let args = vec!["checkout-index".into(), "--all".into(), "--quiet".into(), prefix];
        let written = self.run("checkout-index", self.command(args, Some(&index))).await;
        let _ = std::fs::remove_file(&index);
        written.map(|_| ())
    }

    async fn text(&self, args: &[&str]) -> Result<String, GitError> {
        let output = self.run(args[0], self.command(args.iter().map(OsString::from).collect(), None)).await?;
        Ok(String::from_utf8_lossy(&output.stdout).into_owned())
    }

    async fn output(&self, args: &[&str], index: Option<&Path>) -> Result<Output, GitError> {
        let command = self.command(args.iter().map(OsString::from).collect(), index);
        Ok(self.supervisor.run(command).await?)
    }

    async fn run(&self, what: &str, command: Command) -> Result<Output, GitError> {
        let output = self.supervisor.run(command).await?;
        if output.status == coldframe_supervisor::Exit::Code(0) {
            return Ok(output);
        }
        Err(GitError::Failed { what: what.to_owned(), said: said(&output) })
    }

    fn command(&self, args: Vec<OsString>, index: Option<&Path>) -> Command {
        let mut command = Command::new(&self.program, &self.top);
        // What a repository is told to start of its own is not started for a look at it.
        command.args =
            ["-c", "core.fsmonitor=false", "-c", "core.quotepath=false"].map(OsString::from).into();
        command.args.extend(args);
        for name in INHERITED {
            if let Some(value) = std::env::var_os(name) {
                command.env.insert(name.into(), value);
            }
        }
        let set = [("LC_ALL", "C"), ("GIT_OPTIONAL_LOCKS", "0"), ("GIT_TERMINAL_PROMPT", "0")];
        command.env.extend(set.map(|(name, value)| (name.into(), value.into())));
        if let Some(index) = index {
            command.env.insert("GIT_INDEX_FILE".into(), index.into());
        }
        command
    }
}

fn said(output: &Output) -> String {
    let text = String::from_utf8_lossy(&output.stderr);
    text.trim().chars().take(SAID).collect()
}
