//! Why a host does not start.

use std::path::PathBuf;

#[derive(Debug, thiserror::Error)]
pub enum HostError {
    #[error("cannot use the data directory {}: {source}\nhint: choose another with --data-dir", path.display())]
    DataDir { path: PathBuf, source: std::io::Error },
    #[error("cannot listen on {address}: {source}\nhint: {hint}")]
    Listen { address: std::net::SocketAddr, source: std::io::Error, hint: String },
    #[error("cannot open the record: {0}")]
    Store(#[from] coldframe_store::OpenError),
    #[error("cannot start the supervisor: {0}")]
    Supervisor(#[from] coldframe_supervisor::StartError),
    #[error("{0}")]
    Project(#[from] coldframe_engine::OpenError),
    #[error("cannot read the record: {0}")]
    Read(#[from] coldframe_store::ReadError),
    #[error("another host holds {} but does not answer: {reason}\nhint: end it, or choose another --data-dir", path.display())]
    Unreachable { path: PathBuf, reason: String },
}
