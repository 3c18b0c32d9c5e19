//! Repositories within the repository, as a commit has them: their files are in none of its own.

use std::path::{Path, PathBuf};

use crate::check::git::{Commit, Git, GitError};

/// Writes those below `scope` into the copy `before`. Says which are missing there.
pub(super) async fn check_out(
    git: &Git,
    commit: &Commit,
    scope: &Path,
    before: &Path,
) -> Result<Vec<String>, GitError> {
    let mut notes = Vec::new();
    let mut open: Vec<(Git, Commit, PathBuf)> = vec![(git.clone(), commit.clone(), PathBuf::new())];
    while let Some((within, commit, prefix)) = open.pop() {
        for (path, hash) in within.submodules(&commit).await? {
            let inside = prefix.join(&path);
            if !inside.starts_with(scope) {
                continue;
            }
            let folder = within.top.join(&path);
            let own = Git::of(&git.supervisor, &folder).await.ok().filter(|own| own.top != within.top);
            let Some((own, commit)) = found(own, &hash).await else {
                let (path, short) = (inside.display(), &hash[..hash.len().min(7)]);
                notes.push(format!(
                    "the submodule {path} is not there at {short}, which the commit has of it: its code is missing before \
                     (`git submodule update --init`)"
                ));
                continue;
            };
            own.check_out(&commit, Path::new(""), &before.join(&inside)).await?;
            open.push((own, commit, inside));
        }
    }
    Ok(notes)
}

async fn found(own: Option<Git>, hash: &str) -> Option<(Git, Commit)> {
    let own = own?;
    let commit = own.commit(hash).await.ok()?;
    Some((own, commit))
}
