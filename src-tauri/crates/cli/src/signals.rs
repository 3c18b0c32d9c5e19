//! What asks the process to end from outside.

use std::process::ExitCode;

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

/// Resolves when somebody asks the process to end.
#[cfg(unix)]
pub(crate) async fn ended() -> Asked {
    use tokio::signal::unix::{SignalKind, signal};
    let (Ok(mut terminate), Ok(mut hangup)) = (signal(SignalKind::terminate()), signal(SignalKind::hangup()))
    else {
        let _ = tokio::signal::ctrl_c().await;
        return Asked::Interrupt;
    };
    tokio::select! {
        _ = tokio::signal::ctrl_c() => Asked::Interrupt,
        _ = terminate.recv() => Asked::Terminate,
        _ = hangup.recv() => Asked::Hangup,
    }
}

#[cfg(not(unix))]
pub(crate) async fn ended() -> Asked {
    let _ = tokio::signal::ctrl_c().await;
    Asked::Interrupt
}
