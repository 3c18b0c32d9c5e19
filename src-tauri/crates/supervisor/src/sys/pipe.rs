//! The host's end of a child's pipe, on Unix. Reading never waits, so anyone may read at any time.

use std::{io, os::fd::OwnedFd};

use rustix::{
    fs::{OFlags, fcntl_getfl, fcntl_setfl},
    io::{Errno, ioctl_fionread, read},
};
use tokio::io::{Interest, unix::AsyncFd};

#[cfg(not(target_os = "linux"))]
pub(crate) type RawPipe = OwnedFd;

pub(crate) struct Pipe {
    fd: AsyncFd<OwnedFd>,
}

impl Pipe {
    /// Within a runtime. Only this end becomes non-blocking: the child's keeps the behaviour that programs expect.
    pub(crate) fn new(fd: OwnedFd) -> io::Result<Self> {
        fcntl_setfl(&fd, fcntl_getfl(&fd)? | OFlags::NONBLOCK)?;
        Ok(Self { fd: readable(fd)? })
    }

    /// Resolves when there is something to read, or the end.
    pub(crate) async fn readable(&self) {
        loop {
            let Ok(mut guard) = self.fd.readable().await else {
                // The runtime is shutting down and will drop this future.
                return std::future::pending().await;
            };
            if self.holds() > 0 || guard.ready().is_read_closed() {
                return;
            }
            guard.clear_ready();
        }
    }

    pub(crate) fn read(&self, buffer: &mut [u8]) -> io::Result<usize> {
        loop {
            match read(&self.fd, &mut *buffer) {
                Err(Errno::INTR) => {}
                result => return Ok(result?),
            }
        }
    }

    /// Bytes in the pipe now.
    pub(crate) fn holds(&self) -> usize {
        ioctl_fionread(&self.fd).map_or(0, |bytes| usize::try_from(bytes).unwrap_or(usize::MAX))
    }

    /// Nothing to wait for: what was written is in the pipe.
    #[expect(clippy::unused_async, reason = "the Windows twin waits")]
    pub(crate) async fn settle(&self) {}
}

/// A descriptor of which the runtime tells when it can be read.
#[expect(unsafe_code, reason = "tokio has no safe constructor for a descriptor that is owned")]
pub(super) fn readable(fd: OwnedFd) -> io::Result<AsyncFd<OwnedFd>> {
    // SAFETY: an `OwnedFd` is one and the same open descriptor until it is dropped, and `AsyncFd` deregisters first.
    Ok(unsafe { AsyncFd::register_with_interest(fd, Interest::READABLE) }?)
}
