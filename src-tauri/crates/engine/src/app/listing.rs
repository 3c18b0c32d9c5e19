//! What the record keeps of a revision's files: their names and hashes, and the texts of those that are text, not large
//! and no secrets. A person's `.env` is named, never read into the record.

use std::{
    path::{Path, PathBuf},
    sync::Arc,
};

use coldframe_store::{CodeEntry, CodeFile, Entry, KeptText};
use tokio::task::JoinHandle;

use super::{Revision, sources::Sources};
use crate::{
    redact::{is_secret_file, redacted_source},
    world::SharedWorld,
};

/// A larger file is data, not code that somebody reads.
const LARGEST: u64 = 256 * 1024;
/// Of all texts of a revision.
const MOST_TEXT: u64 = 2 * 1024 * 1024;
const MOST_FILES: usize = 2000;

/// Reads the files of an app on a thread that may block: all of them, or `only` these.
pub(super) fn read(
    world: &SharedWorld,
    sources: Arc<Sources>,
    manifests: Vec<PathBuf>,
    only: Option<Vec<PathBuf>>,
) -> JoinHandle<Vec<CodeFile>> {
    let world = Arc::clone(world);
    tokio::task::spawn_blocking(move || {
        let mut room = MOST_TEXT;
        let wanted = |path: &Path| only.as_ref().is_none_or(|only| only.iter().any(|one| one == path));
        let mut described = Sources::default();
        // A manifest beside the code is of the sources already.
        let others: Vec<PathBuf> = manifests.into_iter().filter(|path| !sources.contains(path)).collect();
        described.refresh(&others);
        let all = sources.files().chain(described.files());
        all.filter(|(path, ..)| wanted(path))
            .take(MOST_FILES)
            .map(|(path, hash, bytes)| {
                let text = text(path, hash, bytes, room);
                if let KeptText::Kept(text) = &text {
                    room = room.saturating_sub(text.len() as u64);
                }
                CodeFile { path: world.relative(path), hash: *hash.as_bytes(), bytes, text }
            })
            .collect()
    })
}

/// Says which files a revision is made of, and whether it took over.
pub(super) async fn note(
    world: &SharedWorld,
    app_id: i64,
    revision: &Revision,
    files: JoinHandle<Vec<CodeFile>>,
    serves: bool,
) {
    let Ok(files) = files.await else { return };
    let entry = CodeEntry { app_id, revision_id: revision.id, at: revision.made_at, serves, files };
    world.recorder.note(Entry::Code(Box::new(entry)));
}

fn text(path: &Path, hash: blake3::Hash, bytes: u64, room: u64) -> KeptText {
    if is_secret_file(path) {
        return KeptText::Secret;
    }
    if bytes > LARGEST || bytes > room {
        return KeptText::TooLarge;
    }
    match std::fs::read(path) {
        Ok(content) if blake3::hash(&content) == hash => match String::from_utf8(content) {
            Ok(text) if text.contains('\0') => KeptText::Binary,
            Ok(text) if text.contains("PRIVATE KEY-----") => KeptText::Secret,
            Ok(text) => KeptText::Kept(redacted_source(path, &text)),
            Err(_) => KeptText::Binary,
        },
        _ => KeptText::Gone,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_kept_of_a_file_is_its_text_or_why_not() {
        let folder = tempfile::tempdir().unwrap();
        let kept = |name: &str, content: &[u8], room: u64| {
            let path = folder.path().join(name);
            std::fs::write(&path, content).unwrap();
            text(&path, blake3::hash(content), content.len() as u64, room)
        };
        assert_eq!(kept("app.py", b"x = 1\n", 100), KeptText::Kept("x = 1\n".into()));
        assert_eq!(kept("app.py", b"x = 1\n", 3), KeptText::TooLarge, "there is no room left");
        assert_eq!(kept("data.csv", &vec![b'a'; 300 * 1024], u64::MAX), KeptText::TooLarge);
        assert_eq!(kept("logo.png", &[0x89, b'P', 0xff], 100), KeptText::Binary);
        assert_eq!(kept("zeros", &[0, 0], 100), KeptText::Binary);
        assert_eq!(kept(".env", b"A=b", 100), KeptText::Secret);
        assert_eq!(kept("deploy.txt", b"-----BEGIN PRIVATE KEY-----", 100), KeptText::Secret);
        let path = folder.path().join("app.py");
        assert_eq!(text(&path, blake3::hash(b"as it was"), 9, 100), KeptText::Gone);
    }
}
