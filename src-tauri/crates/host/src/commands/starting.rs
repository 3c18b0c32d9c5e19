//! Beginning: a function from a template, and the samples.

use std::path::PathBuf;

use coldframe_protocol::{self as wire, ErrorCode, RpcError};
use coldframe_providers::registry;

use super::{Result, blocking};
use crate::{
    creating::{NewFunction, create_function},
    host::Host,
    samples,
};

/// A first project's folder, in the person's own.
const FIRST: &str = "coldframe-functions";

pub(super) fn starters() -> wire::Starters {
    let own = own_folder();
    wire::Starters {
        templates: registry::templates()
            .map(|template| wire::FunctionTemplate {
                provider: template.provider.as_str().into(),
                language: template.language.as_str().into(),
                file: template.main_file().into(),
                called: template.called_by().into(),
            })
            .collect(),
        folder: own.join(FIRST).display().to_string(),
        samples: own.join(samples::FOLDER).display().to_string(),
    }
}

impl Host {
    pub(super) async fn create_from_template(
        &self,
        request: wire::CreateFunction,
    ) -> Result<wire::CreatedFunction> {
        let open = self.inner.current.get();
        let folder = match request.folder.as_deref().map(str::trim).filter(|folder| !folder.is_empty()) {
            Some(folder) => whole(folder)?,
            None => open.as_ref().map_or_else(|| own_folder().join(FIRST), |engine| engine.root().to_owned()),
        };
        let wanted = NewFunction::new(&request.provider, &request.language, &request.name)?;
        let created = blocking(move || create_function(&folder, &wanted)).await?;
        // A project that is open notices what was written in it.
        match open.filter(|engine| engine.root() == created.root) {
            Some(engine) => engine.settled().await,
            None => self.open(&created.root).await.map_err(|error| not_opened(&error))?,
        }
        let function = self
            .all_functions()
            .await?
            .into_iter()
            .find(|function| function.provider == request.provider && function.name == created.called);
        let function = function.ok_or_else(|| {
            let message = format!("{} was written, but is not among the functions", created.called);
            RpcError::new(ErrorCode::Failed, message)
                .hint("the project's own problems say why, or a .gitignore hides it")
        })?;
        let files = created.files.iter().map(|file| file.display().to_string()).collect();
        Ok(wire::CreatedFunction { function: function.id, files })
    }

    pub(super) async fn open_folder(&self, request: wire::OpenProject) -> Result<wire::Hello> {
        self.open(&from_home(&request.path)).await.map_err(|error| {
            RpcError::new(ErrorCode::NotFound, error.to_string()).hint("choose a folder that can be read")
        })?;
        wire::Commands::hello(self, wire::Empty {}).await
    }

    pub(super) async fn open_sample_copy(&self, request: wire::OpenSamples) -> Result<wire::Hello> {
        let parent = match request.folder.as_deref() {
            Some(folder) => whole(folder)?,
            None => own_folder(),
        };
        let folder = blocking(move || samples::copy(&parent)).await?;
        self.open(&folder).await.map_err(|error| not_opened(&error))?;
        wire::Commands::hello(self, wire::Empty {}).await
    }
}

/// The person's own folder, or where there is none, the one we run in.
fn own_folder() -> PathBuf {
    directories::UserDirs::new().map_or_else(|| PathBuf::from("."), |dirs| dirs.home_dir().to_owned())
}

/// As a shell has it: `~` is the person's own folder.
fn from_home(folder: &str) -> PathBuf {
    match folder.strip_prefix('~') {
        Some("") => own_folder(),
        Some(below) if below.starts_with('/') => own_folder().join(below.trim_start_matches('/')),
        _ => PathBuf::from(folder),
    }
}

/// The host runs in a folder that nobody who types a path has in mind.
fn whole(folder: &str) -> Result<PathBuf> {
    let path = from_home(folder);
    if path.is_absolute() {
        return Ok(path);
    }
    let message = format!("{folder} does not say where it is");
    Err(RpcError::new(ErrorCode::Invalid, message).hint("write the whole path, from / or ~/"))
}

fn not_opened(error: &crate::HostError) -> RpcError {
    RpcError::new(ErrorCode::Failed, error.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tilde_is_the_own_folder_where_a_shell_says_so() {
        let own = own_folder();
        assert_eq!((from_home("~"), from_home("~/shop")), (own.clone(), own.join("shop")));
        for other in ["/srv/~", "~ann/shop", "shop"] {
            assert_eq!(from_home(other), PathBuf::from(other));
        }
    }
}
