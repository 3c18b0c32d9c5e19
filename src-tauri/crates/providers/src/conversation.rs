//! How the emulator and a function's process talk. Two kinds exist: the process *pulls* its events (Lambda's
//! Runtime API), or the emulator *pushes* them (HTTP to the port the process listens on).
//!
//! A conversation belongs to one instance and lives as long as it. It knows nothing of limits or deadlines: whoever
//! drives it races its futures against the child's exit and the clock, and drops them.

use std::{io, net::SocketAddr, path::PathBuf, time::Duration};

use bytes::Bytes;

use crate::{
    domain::App,
    imports::ReportedImports,
    invocation::{Handover, Reply, ReportedUsage},
    launch::Account,
    provider::Talk,
    pull::RuntimeApi,
    push::Push,
    reached::Reached,
    registry,
};

#[derive(Debug)]
pub enum Conversation {
    Pull(RuntimeApi),
    Push(Push),
}

/// The process is ready for its first event.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Ready {
    /// How long the user's module code took, where the bootstrap says so; all that came before is boot.
    pub init: Option<Duration>,
    /// Files under the project it has loaded, where the bootstrap says so.
    pub loaded: Option<Vec<PathBuf>>,
    pub usage: Option<ReportedUsage>,
    /// Which functions it found in itself, where the bootstrap says so: the provider reads it.
    pub functions: Option<Bytes>,
}

/// The process reported that its init failed (it usually exits right after).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InitFailure {
    pub error_type: String,
    /// The provider's error body as the runtime sent it.
    pub payload: Bytes,
}

/// The process asked for more work: its last invocation is finished.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Idle {
    pub usage: Option<ReportedUsage>,
    /// A new list, if it loaded more files since the last.
    pub loaded: Option<Vec<PathBuf>>,
}

impl Conversation {
    /// Binds what the conversation needs on loopback, before the process is started that will have so many calls at a time.
    ///
    /// # Errors
    /// No port could be bound.
    pub async fn open(app: &App, account: &Account, calls: u32) -> io::Result<Self> {
        match &registry::of(app.provider).talk {
            Talk::Pull => {
                RuntimeApi::open(&app.name, &app.handler, &account.of(app), calls).await.map(Self::Pull)
            }
            Talk::Push(pushing) => Push::open(pushing, app).await.map(Self::Push),
        }
    }

    /// The address of the emulator's side that the process is told of (Runtime API, or the reporting channel).
    pub fn address(&self) -> SocketAddr {
        match self {
            Self::Pull(pull) => pull.address(),
            Self::Push(push) => push.address(),
        }
    }

    /// The port the process must listen on; `None` when it pulls.
    pub fn port(&self) -> Option<u16> {
        match self {
            Self::Pull(_) => None,
            Self::Push(push) => Some(push.port()),
        }
    }

    /// Resolves when the process is ready for its first event or has reported that it never will be.
    /// `owns_port` tells whether the listening socket of a port belongs to the process's own tree.
    ///
    /// # Errors
    /// The process reported a failed init.
    pub async fn ready(&self, owns_port: impl Fn(u16) -> bool + Send) -> Result<Ready, InitFailure> {
        match self {
            Self::Pull(pull) => pull.ready().await,
            Self::Push(push) => push.ready(owns_port).await,
        }
    }

    /// All the process has told that it has reached outside of itself, if that is more than when this was last asked: names
    /// only, as far as our bootstraps see it.
    pub fn take_reached(&self) -> Vec<Reached> {
        match self {
            Self::Pull(pull) => pull.take_reached(),
            Self::Push(push) => push.take_reached(),
        }
    }

    /// What the process told of its imports, if it was asked to measure them. Once.
    pub fn take_imports(&self) -> Option<ReportedImports> {
        match self {
            Self::Pull(pull) => pull.take_imports(),
            Self::Push(push) => push.take_imports(),
        }
    }

    /// Hands one event over and resolves with the answer, or the head of a streamed one.
    pub async fn exchange(&self, handover: Handover) -> Reply {
        match self {
            Self::Pull(pull) => pull.exchange(handover).await,
            Self::Push(push) => push.exchange(handover).await,
        }
    }

    /// After an exchange: resolves when the process asks for more work.
    pub async fn idle(&self) -> Idle {
        match self {
            Self::Pull(pull) => pull.idle().await,
            Self::Push(push) => push.idle(),
        }
    }
}
