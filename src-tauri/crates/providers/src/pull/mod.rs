//! The pulling conversation: Lambda's Runtime API, 2018-06-01.
//!
//! Each instance has a loopback listener of its own, so who is asking is never in doubt. One task serves one
//! connection; a handover wakes the connection that waits in `/next` and the answer wakes whoever drives the
//! instance, nothing stands between. Deadlines and exits are not known here: a driver that gives up drops its future.

mod body;
mod extensions;
mod flights;
mod replies;
mod runtime;
mod serve;
mod state;
pub(crate) mod usage;

pub(crate) use self::body::RESPONSE_LIMIT;
pub(crate) use self::replies::{accepted, error, not_found};

use std::{io, net::SocketAddr, sync::Arc};

use tokio::{net::TcpListener, sync::oneshot};
use tokio_util::task::AbortOnDropHandle;

use self::state::Shared;
use crate::{
    conversation::{Idle, InitFailure, Ready},
    imports::ReportedImports,
    invocation::{Handover, Reply},
    launch::Account,
    loopback,
    reached::Reached,
};

/// What the Runtime API tells the process about itself.
#[derive(Debug)]
struct Identity {
    function: String,
    handler: String,
    account: Account,
    address: SocketAddr,
}

/// One instance's Runtime API. Dropping it closes the listener and every connection.
#[derive(Debug)]
pub struct RuntimeApi {
    shared: Arc<Shared>,
    /// Accepts connections and owns their tasks.
    _server: AbortOnDropHandle<()>,
}

impl RuntimeApi {
    /// `calls`: how many the process has at a time.
    ///
    /// # Errors
    /// No loopback port could be bound.
    pub async fn open(function: &str, handler: &str, account: &Account, calls: u32) -> io::Result<Self> {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await?;
        let identity = Identity {
            function: function.to_owned(),
            handler: handler.to_owned(),
            account: account.clone(),
            address: listener.local_addr()?,
        };
        let shared = Arc::new(Shared::new(identity, calls));
        let server = AbortOnDropHandle::new(tokio::spawn(loopback::serve(
            listener,
            Arc::clone(&shared),
            serve::route,
        )));
        Ok(Self { shared, _server: server })
    }

    /// What goes into `AWS_LAMBDA_RUNTIME_API`.
    pub fn address(&self) -> SocketAddr {
        self.shared.identity.address
    }

    /// Resolves when the process has asked for its first event.
    ///
    /// # Errors
    /// It reported a failed init instead.
    pub async fn ready(&self) -> Result<Ready, InitFailure> {
        loop {
            let progress = self.shared.progress.notified();
            if let Some(result) = self.shared.init_result() {
                return result;
            }
            progress.await;
        }
    }

    pub(crate) fn take_reached(&self) -> Vec<Reached> {
        self.shared.take_reached()
    }

    pub(crate) fn take_imports(&self) -> Option<ReportedImports> {
        self.shared.take_imports()
    }

    /// Waits until the process asks for work, hands it the event, and resolves with its answer. A process that has several
    /// events at a time takes this one when it has room.
    ///
    /// A connection that breaks in the middle of a buffered response gives `Runtime.TruncatedResponse`; when the
    /// process died of something, its exit says more than that.
    pub async fn exchange(&self, handover: Handover) -> Reply {
        self.wait_until_asked().await;
        let (answer, answered) = oneshot::channel();
        self.shared.hand_over(handover, answer);
        match answered.await {
            Ok(reply) => reply,
            // Only the state owns the sender, so this would be a second exchange begun over the first.
            Err(_) => std::future::pending().await,
        }
    }

    /// After an exchange: resolves when the process asks for more work.
    pub async fn idle(&self) -> Idle {
        self.wait_until_asked().await;
        self.shared.take_idle()
    }

    async fn wait_until_asked(&self) {
        loop {
            let progress = self.shared.progress.notified();
            if self.shared.is_ready() {
                return;
            }
            progress.await;
        }
    }
}
