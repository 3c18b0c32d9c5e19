//! What keeps a folder from being watched. The system's limits are errors of their own: a person can raise them.

use std::{io, path::PathBuf};

#[derive(Debug, thiserror::Error)]
pub enum WatchError {
    #[error("cannot open the folder {}: {source}", path.display())]
    Folder { path: PathBuf, source: io::Error },

    #[error("{} is not a folder", path.display())]
    NotAFolder { path: PathBuf },

    /// `fs.inotify.max_user_watches`.
    #[error(
        "the system's limit of watched folders is reached at {}\n\
         hint: raise it with `sudo sysctl fs.inotify.max_user_watches=524288`, or list large folders in .gitignore",
        path.display()
    )]
    TooManyWatches { path: PathBuf },

    /// `fs.inotify.max_user_instances`, or the process's open files.
    #[error(
        "the system's limit of file watchers is reached\n\
         hint: raise it with `sudo sysctl fs.inotify.max_user_instances=512`, or close other programs that watch files"
    )]
    TooManyWatchers,

    #[error("cannot watch {}: {message}", path.display())]
    Watch { path: PathBuf, message: String },

    #[error("cannot start the thread that watches files: {0}")]
    Thread(io::Error),
}

impl WatchError {
    /// `EMFILE`: too many inotify instances or open files.
    const TOO_MANY_OPEN: i32 = 24;

    pub(crate) fn from_notify(error: &notify::Error, path: PathBuf) -> Self {
        match &error.kind {
            notify::ErrorKind::MaxFilesWatch => Self::TooManyWatches { path },
            notify::ErrorKind::Io(io) if io.raw_os_error() == Some(Self::TOO_MANY_OPEN) => {
                Self::TooManyWatchers
            }
            _ => Self::Watch { path, message: error.to_string() },
        }
    }

    /// A limit that will be met again by the next folder too.
    pub(crate) fn is_limit(&self) -> bool {
        matches!(self, Self::TooManyWatches { .. } | Self::TooManyWatchers)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_system_s_limits_say_what_to_do() {
        let watches = notify::Error::new(notify::ErrorKind::MaxFilesWatch);
        let watches = WatchError::from_notify(&watches, "/project/data".into());
        assert!(watches.is_limit());
        assert!(watches.to_string().contains("/project/data\nhint: raise it with"), "{watches}");

        let watchers = notify::Error::io(io::Error::from_raw_os_error(WatchError::TOO_MANY_OPEN));
        let watchers = WatchError::from_notify(&watchers, "/project".into());
        assert!(watchers.to_string().contains("max_user_instances"), "{watchers}");
    }
}
