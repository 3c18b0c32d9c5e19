//! The window's tie to a host: its own, or, when another process holds the data directory, that one.

use std::sync::atomic::{AtomicBool, Ordering};

use coldframe_host::{Connection, HostConfig, HostError};
use tauri::AppHandle;
use tauri_plugin_dialog::{DialogExt as _, MessageDialogKind};
use tokio::sync::watch;

use crate::{events, project};

pub(crate) struct Session {
    config: HostConfig,
    /// `None` until the host has started, and while a lost one is replaced.
    current: watch::Sender<Option<Connection>>,
    ending: AtomicBool,
}

impl Session {
    pub(crate) fn new(config: HostConfig) -> Self {
        Self { config, current: watch::Sender::new(None), ending: AtomicBool::new(false) }
    }

    /// The host, as soon as there is one.
    pub(crate) async fn connection(&self) -> Connection {
        self.hosts().next().await
    }

    /// One host after the other, for who outlives them.
    pub(crate) fn hosts(&self) -> Hosts {
        Hosts(self.current.subscribe())
    }

    /// Starts the host, or joins the one that runs, and follows it. When a host of another process ends, this one
    /// takes its place.
    pub(crate) async fn run(&self, app: &AppHandle) {
        let mut config = self.config.clone();
        while !self.ending.load(Ordering::Acquire) {
            let connection = match Connection::open(config.clone()).await {
                Ok(connection) => connection,
                Err(error @ HostError::Project(_)) if config.project.is_some() => {
                    project::refused(app, &error.to_string());
                    config.project = None;
                    continue;
                }
                Err(error) => return self.fail(app, &error),
            };
            if let (Connection::Remote(_), Some(folder)) = (&connection, &config.project) {
                project::show(app, &connection, folder).await;
            }
            self.current.send_replace(Some(connection.clone()));
            config.project = events::follow(app, &connection).await.or(config.project);
            if self.ending.load(Ordering::Acquire) {
                return;
            }
            self.current.send_replace(None);
        }
    }

    /// Without a host the window has nothing to show: says why and ends.
    fn fail(&self, app: &AppHandle, error: &HostError) {
        eprintln!("error: {error}");
        let app = app.clone();
        let message = app.dialog().message(error.to_string()).title("Coldframe cannot start");
        message.kind(MessageDialogKind::Error).show(move |_| app.exit(1));
    }

    /// True for the first who asks.
    pub(crate) fn begin_ending(&self) -> bool {
        !self.ending.swap(true, Ordering::AcqRel)
    }

    /// Stops every function and closes the record, if the host is ours.
    pub(crate) async fn end(&self) {
        let connection = self.current.borrow().clone();
        if let Some(connection) = connection {
            connection.shutdown().await;
        }
    }
}

/// The hosts the window is tied to, in turn.
pub(crate) struct Hosts(watch::Receiver<Option<Connection>>);

impl Hosts {
    pub(crate) async fn next(&mut self) -> Connection {
        loop {
            if let Some(connection) = self.0.borrow_and_update().clone() {
                return connection;
            }
            self.changed().await;
        }
    }

    /// Returns when the host of the last [`Hosts::next`] is no longer the one.
    pub(crate) async fn changed(&mut self) {
        if self.0.changed().await.is_err() {
            // The session is gone, and with it the app: nobody waits for this.
            std::future::pending::<()>().await;
        }
    }
}
