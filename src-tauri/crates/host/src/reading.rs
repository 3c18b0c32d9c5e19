//! Questions about what happened, for programs that run nothing: asked of the running host or, where none runs, of
//! the record itself. No project is opened for them: nothing is searched, watched or announced to others.

use std::path::Path;

use coldframe_protocol::{self as wire, ErrorCode, RpcError};
use coldframe_providers::clock;
use coldframe_report::Report;
use coldframe_store::{Reader, Store};
use serde::{Serialize, de::DeserializeOwned};
use serde_json::Value;

use crate::{
    connection::{Connection, Holder, holder},
    error::HostError,
    frame,
    host::notices,
    lock::Lock,
    prices,
};

/// Who is asked.
#[derive(Debug)]
pub enum Reading {
    Host(Connection),
    Record(Record),
}

/// The record of a data directory that no host runs on; held, so that none begins to write it meanwhile.
#[derive(Debug)]
pub struct Record {
    store: Store,
    report: Report,
    project: Option<Project>,
    notices: Vec<String>,
    _lock: Lock,
}

/// The project whose record is read.
#[derive(Debug, Clone)]
struct Project {
    id: i64,
    root: String,
    /// It holds the folder that was named; otherwise it is the one opened last.
    named: bool,
}

/// What a record knows of a function without its folder.
#[derive(Debug, Serialize)]
struct Named {
    id: i64,
    name: String,
    provider: String,
}

impl Reading {
    /// `folder` says which project is meant where no host runs: the one it lies in, else the one opened last.
    ///
    /// # Errors
    /// The directory or the record cannot be used; or whoever holds it does not answer.
    pub async fn open(data_dir: &Path, folder: &Path) -> Result<Self, HostError> {
        if let Some(running) = Connection::existing(data_dir).await {
            return Ok(Self::Host(running));
        }
        match holder(data_dir).await? {
            Holder::Us(lock) => Ok(Self::Record(Record::open(data_dir, folder, lock)?)),
            Holder::Other(client) => Ok(Self::Host(Connection::Remote(client))),
        }
    }

    /// Sends one command; a record answers those that ask for what happened.
    ///
    /// # Errors
    /// Those of the command; [`ErrorCode::Invalid`] for one that needs a running host.
    pub async fn call(&self, name: &str, request: Value) -> Result<Value, RpcError> {
        match self {
            Self::Host(host) => host.call(name, request).await,
            Self::Record(record) => record.call(name, request),
        }
    }

    /// What a person should know of the record before reading on.
    pub fn notices(&self) -> Vec<String> {
        match self {
            Self::Host(_) => Vec::new(),
            Self::Record(record) => record.notices(),
        }
    }

    /// Gives the record back. A running host runs on.
    pub fn close(self) {
        if let Self::Record(record) = self {
            let Record { store, _lock: lock, .. } = record;
            store.close();
            drop(lock);
        }
    }
}

impl Record {
    fn open(data_dir: &Path, folder: &Path, lock: Lock) -> Result<Self, HostError> {
        let (store, opened) = Store::open(data_dir, clock::now_us())?;
        let reader = store.reader()?;
        let project = project(&reader, folder)?;
        let mut notices = notices(&opened);
        let report = Report::new(reader, prices::usable_book(data_dir, &mut notices));
        Ok(Self { store, report, project, notices, _lock: lock })
    }

    fn notices(&self) -> Vec<String> {
        let mut all = self.notices.clone();
        match &self.project {
            Some(project) if project.named => {}
            Some(project) => all.push(format!(
                "no host is running, and nothing was recorded of this folder; this is of {}, opened last",
                project.root
            )),
            None => all.push("no host is running, and nothing has been recorded yet".into()),
        }
        all
    }

    fn call(&self, name: &str, request: Value) -> Result<Value, RpcError> {
        let (report, now) = (&self.report, clock::now_us());
        // No project has the id 0: what is asked of an empty record has an empty answer.
        let project = self.project.as_ref().map_or(0, |project| project.id);
        match name {
            "functions" => answer(self.functions(project)?),
            "overview" => answer(report.overview(project, &asked(name, request)?, now)?),
            "costs" => answer(report.costs(project, &asked(name, request)?, now)?),
            "export_costs" => answer(report.export_costs(project, &asked(name, request)?, now)?),
            "simulate" => answer(report.simulate(project, &asked(name, request)?, now)?),
            "starts" => answer(report.starts(project, &asked(name, request)?, now)?),
            "imports" => answer(report.imports(asked::<wire::FunctionId>(name, request)?.function)?),
            "invocations" => answer(report.invocations(project, &asked(name, request)?, now)?),
            "count_invocations" => answer(report.count_invocations(project, &asked(name, request)?, now)?),
            "logs" => answer(frame::logs(report, project, &asked::<wire::LogQuery>(name, request)?, now)?),
            _ => Err(RpcError::new(ErrorCode::Invalid, format!("{name} needs a running host"))
                .hint("start one with `coldframe serve`")),
        }
    }

    fn functions(&self, project: i64) -> Result<Vec<Named>, RpcError> {
        let failed = |error: coldframe_store::ReadError| RpcError::new(ErrorCode::Failed, error.to_string());
        let reader = self.store.reader().map_err(failed)?;
        let apps = reader.apps(project).map_err(failed)?;
        let provider = |id| apps.iter().find(|app| app.id == id).map(|app| app.provider.clone());
        let functions = reader.functions(project).map_err(failed)?.into_iter();
        Ok(functions
            .map(|function| Named {
                id: function.id,
                provider: provider(function.app_id).unwrap_or_default(),
                name: function.name,
            })
            .collect())
    }
}

fn project(reader: &Reader, folder: &Path) -> Result<Option<Project>, HostError> {
    let folder = folder.canonicalize().unwrap_or_else(|_| folder.to_owned());
    for root in folder.ancestors() {
        if let Some(row) = reader.project_at(&root.to_string_lossy())? {
            return Ok(Some(Project { id: row.id, root: row.root, named: true }));
        }
    }
    let latest = reader.projects(1)?.into_iter().next();
    Ok(latest.map(|row| Project { id: row.id, root: row.root, named: false }))
}

fn asked<T: DeserializeOwned>(name: &str, request: Value) -> Result<T, RpcError> {
    serde_json::from_value(request)
        .map_err(|error| RpcError::new(ErrorCode::Invalid, format!("{name}: {error}")))
}

fn answer(answer: impl Serialize) -> Result<Value, RpcError> {
    serde_json::to_value(answer).map_err(|error| RpcError::new(ErrorCode::Failed, error.to_string()))
}
