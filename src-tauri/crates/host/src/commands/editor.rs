//! Opening a file in the person's own editor, and saying which that is.

use std::time::Duration;

use coldframe_protocol::{self as wire, ErrorCode, RpcError};
use coldframe_supervisor::{Exit, start_apart};

use super::{Result, blocking, files};
use crate::{editor, host::Host, keeping};

/// A command that hands a file over and ends is done by then; one that has not ended shows it itself.
const PATIENCE: Duration = Duration::from_secs(2);

impl Host {
    pub(super) async fn open_outside(&self, request: wire::OpenInEditor) -> Result<wire::OpenedInEditor> {
        let app = self.app(request.function).await?;
        let data_dir = self.inner.config.data_dir.clone();
        let (ended, program) = blocking(move || {
            let file = files::inside(&app.root, &request.path)?;
            let template = keeping::editor(&data_dir)
                .or_else(|| editor::found().map(|known| known.to_string()))
                .ok_or_else(none_found)?;
            let line = request.line.unwrap_or(1).max(1);
            let (command, program) = editor::command(&template, &file, line).map_err(unusable)?;
            let ended = start_apart(&command).map_err(|error| unusable(error.to_string()))?;
            Ok((ended, program))
        })
        .await?;
        match tokio::time::timeout(PATIENCE, ended).await {
            Ok(Ok(exit)) if exit != Exit::Code(0) => Err(unusable(format!("{program} ended with {exit}"))),
            _ => Ok(wire::OpenedInEditor { program }),
        }
    }

    pub(super) async fn edit_with(&self, request: wire::SetEditor) -> Result<wire::Settings> {
        let data_dir = self.inner.config.data_dir.clone();
        blocking(move || {
            let command = request.command.map(|text| text.trim().to_owned()).filter(|text| !text.is_empty());
            if let Some(command) = &command {
                editor::check(command).map_err(|problem| RpcError::new(ErrorCode::Invalid, problem))?;
            }
            keeping::edit_with(&data_dir, command)
                .map_err(|problem| RpcError::new(ErrorCode::Failed, problem))
        })
        .await?;
        self.all_settings().await
    }
}

fn none_found() -> RpcError {
    RpcError::new(ErrorCode::NotFound, "no editor was found on this machine")
        .hint("say in Settings how yours is started, such as code --goto {file}:{line}")
}

fn unusable(problem: String) -> RpcError {
    RpcError::new(ErrorCode::Failed, problem).hint("Settings, Editor says how it is started")
}
