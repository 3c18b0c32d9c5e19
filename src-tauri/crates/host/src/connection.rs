//! One host per data directory: whoever comes first is it, everybody later talks to it.

use std::{
    path::Path,
    time::{Duration, Instant},
};

use coldframe_protocol::{ErrorCode, LiveBatch, RpcError, dispatch};
use futures_util::{Stream, StreamExt, future::Either};
use serde_json::Value;
use tokio::sync::broadcast::error::RecvError;

use crate::{
    client::Client,
    config::HostConfig,
    error::HostError,
    host::Host,
    lock::{self, Lock, Presence},
};

/// A way to a host: in this process, or in another.
#[derive(Debug, Clone)]
pub enum Connection {
    Local(Host),
    Remote(Client),
}

/// How long a host that has the lock may take until it answers.
const STARTING: Duration = Duration::from_secs(10);
/// And one that runs, until it says how it stands.
const ANSWERING: Duration = Duration::from_secs(10);

impl Connection {
    /// Starts a host on the data directory, or becomes a client of the one that holds it.
    ///
    /// # Errors
    /// The directory, a port or the record cannot be used; or the holder does not answer.
    pub async fn open(config: HostConfig) -> Result<Self, HostError> {
        match holder(&config.data_dir).await? {
            Holder::Us(lock) => Host::start(config, lock).await.map(Self::Local),
            Holder::Other(client) => Ok(Self::Remote(client)),
        }
    }

    /// The running host of a data directory, if one runs.
    pub async fn existing(data_dir: &Path) -> Option<Self> {
        reach(data_dir).await.ok().map(Self::Remote)
    }

    /// Sends one command.
    ///
    /// # Errors
    /// Those of the command; [`ErrorCode::Failed`] when a remote host is gone.
    pub async fn call(&self, name: &str, request: Value) -> Result<Value, RpcError> {
        match self {
            Self::Local(host) => dispatch(host, name, request).await,
            Self::Remote(client) => client.call(name, &request).await,
        }
    }

    /// What happens in the host, until it ends.
    ///
    /// # Errors
    /// A remote host cannot be reached.
    pub async fn live(&self) -> Result<impl Stream<Item = LiveBatch> + Send + use<>, RpcError> {
        match self {
            Self::Local(host) => {
                let receiver = host.subscribe();
                Ok(Either::Left(futures_util::stream::unfold(receiver, |mut receiver| async move {
                    loop {
                        match receiver.recv().await {
                            Ok(batch) => return Some(((*batch).clone(), receiver)),
                            Err(RecvError::Lagged(_)) => {}
                            Err(RecvError::Closed) => return None,
                        }
                    }
                })))
            }
            Self::Remote(client) => Ok(Either::Right(client.live().await?.boxed())),
        }
    }

    /// Where the host's people's side is reached, and the token it asks for.
    pub fn presence(&self) -> &Presence {
        match self {
            Self::Local(host) => host.presence(),
            Self::Remote(client) => client.presence(),
        }
    }

    /// Ends the host if it is this process's own.
    pub async fn shutdown(&self) {
        if let Self::Local(host) = self {
            host.shutdown().await;
        }
    }
}

/// Who a data directory belongs to.
pub(crate) enum Holder {
    Us(Lock),
    Other(Client),
}

/// Takes the data directory, or finds the host that has it.
pub(crate) async fn holder(path: &Path) -> Result<Holder, HostError> {
    let begun = Instant::now();
    loop {
        let taken =
            Lock::take(path).map_err(|source| HostError::DataDir { path: path.to_owned(), source })?;
        if let Some(lock) = taken {
            return Ok(Holder::Us(lock));
        }
        match reach(path).await {
            Ok(client) => return Ok(Holder::Other(client)),
            Err(reason) if begun.elapsed() >= STARTING => {
                return Err(HostError::Unreachable { path: path.to_owned(), reason: reason.to_string() });
            }
            // The holder is starting, ending or only reading; all are over soon.
            Err(_) => tokio::time::sleep(Duration::from_millis(50)).await,
        }
    }
}

async fn reach(data_dir: &Path) -> Result<Client, RpcError> {
    let presence = lock::presence(data_dir)
        .map_err(|error| RpcError::new(ErrorCode::Failed, format!("host.json: {error}")))?;
    let client = Client::new(presence);
    // One that is suspended takes connections all the same, and never answers.
    let asked = serde_json::json!({});
    match tokio::time::timeout(ANSWERING, client.call("status", &asked)).await {
        Ok(answer) => answer.map(|_| client),
        Err(_) => Err(RpcError::new(
            ErrorCode::Failed,
            format!(
                "the running host (process {}) does not answer within {} s: it is suspended, or the machine is very busy",
                client.presence().pid,
                ANSWERING.as_secs()
            ),
        )),
    }
}
