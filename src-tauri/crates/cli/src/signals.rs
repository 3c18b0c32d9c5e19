//! What asks the process to end from outside.

use std::process::ExitCode;
#[cfg(unix)]
use std::{future, task::Poll};

/// The signal that came, and with it the exit code a shell would tell of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Asked {
    /// Ctrl-C.
    Interrupt,
    #[cfg(unix)]
    Terminate,
    #[cfg(unix)]
    Hangup,
}

impl Asked {
    /// 128 and the signal's number.
    pub(crate) fn code(self) -> ExitCode {
        ExitCode::from(match self {
            Self::Interrupt => 130,
            #[cfg(unix)]
            Self::Terminate => 143,
            #[cfg(unix)]
            Self::Hangup => 129,
        })
    }
}

/// Resolves when somebody asks the process to end; from the call on, polled or not, the process does not end by itself.
#[cfg(unix)]
pub(crate) fn ended() -> impl Future<Output = Asked> {
    use tokio::signal::unix::{SignalKind, signal};
    let asked = [
        (SignalKind::interrupt(), Asked::Interrupt),
        (SignalKind::terminate(), Asked::Terminate),
        (SignalKind::hangup(), Asked::Hangup),
    ];
    let mut heard = asked.map(|(kind, asked)| (signal(kind).ok(), asked));
    // What cannot be listened for keeps its default, which ends the process.
    future::poll_fn(move |context| {
        let came = heard.iter_mut().find_map(|(signal, asked)| {
            signal.as_mut().is_some_and(|signal| signal.poll_recv(context).is_ready()).then_some(*asked)
        });
        came.map_or(Poll::Pending, Poll::Ready)
    })
}

/// Resolves when somebody asks the process to end.
#[cfg(not(unix))]
pub(crate) async fn ended() -> Asked {
    let _ = tokio::signal::ctrl_c().await;
    Asked::Interrupt
}
