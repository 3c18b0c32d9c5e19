//! What a file holds, in a form that can be compared: a content hash, or its metadata where reading would cost too much.

use std::{
    fs::{File, Metadata},
    io::{self, Read},
    path::{Path, PathBuf},
    time::SystemTime,
};

/// Files beyond this are told apart by size and times: models and archives change whole, and are not worth reading.
const LARGE: u64 = 16 * 1024 * 1024;

/// Size, times and identity: unchanged metadata means unchanged content, the reverse does not hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Stamp {
    len: u64,
    modified: Option<SystemTime>,
    /// Inode and its change time where they exist; an atomic rename changes the first, a restored mtime the second.
    identity: (u64, i64, i64),
}

impl Stamp {
    fn of(metadata: &Metadata) -> Self {
        #[cfg(unix)]
        let identity = {
            use std::os::unix::fs::MetadataExt;
            (metadata.ino(), metadata.ctime(), metadata.ctime_nsec())
        };
        #[cfg(not(unix))]
        let identity = (0, 0, 0);
        Self { len: metadata.len(), modified: metadata.modified().ok(), identity }
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Print {
    Hash(blake3::Hash),
    /// Not read: too large, or beyond the budget of the first walk. Compared by length and modification time.
    Unread,
    /// A symbolic link to a folder: its target is its content.
    Link(PathBuf),
}

/// A file as it was last seen.
#[derive(Debug, Clone)]
pub(crate) struct Content {
    print: Print,
    stamp: Stamp,
    /// Somebody wrote to it while it was read: what was read may be half a save.
    pub(crate) torn: bool,
}

impl Content {
    /// Reads what `path` leads to. `None`: nothing there, or nothing that has a content (a folder, a socket).
    pub(crate) fn read(path: &Path) -> Option<Self> {
        let metadata = path.metadata().ok()?;
        if metadata.is_dir() {
            let target = path.read_link().ok()?;
            return Some(Self { print: Print::Link(target), stamp: Stamp::of(&metadata), torn: false });
        }
        if !metadata.is_file() {
            return None;
        }
        if metadata.len() > LARGE {
            return Some(Self::unread(&metadata));
        }
        match hash(path) {
            Ok((hash, stamp)) => {
                let torn = path.metadata().map(|now| Stamp::of(&now)).ok() != Some(stamp);
                Some(Self { print: Print::Hash(hash), stamp, torn })
            }
            Err(error) if error.kind() == io::ErrorKind::NotFound => None,
            // Not ours to read: a change of its metadata is all that can be known.
            Err(_) => Some(Self::unread(&metadata)),
        }
    }

    /// Takes only the metadata, for files the first walk has no budget left to read.
    pub(crate) fn skim(path: &Path) -> Option<Self> {
        let metadata = path.metadata().ok()?;
        metadata.is_file().then(|| Self::unread(&metadata))
    }

    fn unread(metadata: &Metadata) -> Self {
        Self { print: Print::Unread, stamp: Stamp::of(metadata), torn: false }
    }

    pub(crate) fn len(&self) -> u64 {
        self.stamp.len
    }

    /// Whether a reader would see the same. Where one side was not read, metadata decides.
    pub(crate) fn same(&self, other: &Self) -> bool {
        match (&self.print, &other.print) {
            (Print::Unread, _) | (_, Print::Unread) => {
                self.stamp.len == other.stamp.len && self.stamp.modified == other.stamp.modified
            }
            (mine, theirs) => mine == theirs,
        }
    }

    /// Whether the file was certainly not written since it was seen: spares reading it again.
    pub(crate) fn untouched(&self, path: &Path) -> bool {
        path.metadata().is_ok_and(|now| Stamp::of(&now) == self.stamp)
    }
}

/// Opens a file of a project for reading. Never waits: a link may lead to what has nothing to read yet, such as the
/// kernel's log, and looks like a file.
///
/// # Errors
/// As of [`File::open`]. Reading may answer [`io::ErrorKind::WouldBlock`].
pub fn open(path: &Path) -> io::Result<File> {
    let mut options = File::options();
    options.read(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt as _;
        options.custom_flags(rustix::fs::OFlags::NONBLOCK.bits().cast_signed());
    }
    options.open(path)
}

fn hash(path: &Path) -> io::Result<(blake3::Hash, Stamp)> {
    let mut file = open(path)?;
    let stamp = Stamp::of(&file.metadata()?);
    let mut hasher = blake3::Hasher::new();
    let mut buffer = [0; 16 * 1024];
    loop {
        match file.read(&mut buffer) {
            Ok(0) => return Ok((hasher.finalize(), stamp)),
            Ok(read) => {
                hasher.update(&buffer[..read]);
            }
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use super::*;

    #[test]
    fn a_link_to_what_never_ends_its_silence_is_not_waited_for() {
        let folder = tempfile::tempdir().unwrap();
        let pipe = folder.path().join("pipe");
        rustix::fs::mknodat(rustix::fs::CWD, &pipe, rustix::fs::FileType::Fifo, rustix::fs::Mode::RUSR, 0)
            .unwrap();
        assert!(open(&pipe).is_ok(), "opening a pipe without a writer waits for one otherwise");
    }
}
