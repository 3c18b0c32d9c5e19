//! The verbs. Those that run something ask the running host, or start one for the call; those that only read ask it
//! or, where none runs, the record.

pub(crate) mod check;
pub(crate) mod cost;
pub(crate) mod estimate;
pub(crate) mod functions;
pub(crate) mod imports;
pub(crate) mod install;
pub(crate) mod invocations;
pub(crate) mod invoke;
pub(crate) mod jobs;
pub(crate) mod load;
pub(crate) mod logs;
pub(crate) mod machines;
pub(crate) mod map;
pub(crate) mod measured;
pub(crate) mod new;
pub(crate) mod plans;
pub(crate) mod portability;
pub(crate) mod prices;
pub(crate) mod report;
pub(crate) mod rightsize;
pub(crate) mod sidebyside;
pub(crate) mod simulate;
pub(crate) mod starts;
pub(crate) mod twin;

use std::{
    ffi::OsString,
    path::{Path, PathBuf},
};

use coldframe_host::{Connection, HostConfig, Reading, default_data_dir};
use coldframe_protocol::{Problem, RpcError, ScheduledCall};
use serde::{Deserialize, de::DeserializeOwned};
use serde_json::{Value, json};

pub(crate) use crate::output::{pour, print_json, say};
use crate::{Failure, args::Global};

/// The running host, or one of our own without open doors for others to find: any port will do.
pub(crate) async fn connect(global: Global, project: PathBuf) -> Result<Connection, Failure> {
    let data_dir = global.data_dir.unwrap_or_else(default_data_dir);
    if let Some(running) = Connection::existing(&data_dir).await {
        return Ok(running);
    }
    let mut config = HostConfig::new(data_dir, keeper()?);
    config.project = Some(project);
    (config.port, config.ui_port) = (Some(0), Some(0));
    Ok(Connection::open(config).await?)
}

/// The running host.
pub(crate) async fn running(global: Global) -> Result<Connection, Failure> {
    let data_dir = global.data_dir.unwrap_or_else(default_data_dir);
    Connection::existing(&data_dir).await.ok_or_else(|| {
        Failure::Failed(
            "no host is running, so nothing goes on\nhint: start one with `coldframe serve`".into(),
        )
    })
}

/// The running host, or the record it left; says on standard error what a person should know of that.
pub(crate) async fn reading(global: Global) -> Result<Reading, Failure> {
    let data_dir = global.data_dir.unwrap_or_else(default_data_dir);
    let reading = Reading::open(&data_dir, Path::new(".")).await?;
    for notice in reading.notices() {
        eprintln!("note: {notice}");
    }
    Ok(reading)
}

pub(crate) fn keeper() -> Result<Vec<OsString>, Failure> {
    coldframe_supervisor::keeper::argv()
        .ok_or_else(|| Failure::Failed("the system does not say where this program is".into()))
}

/// What a command is sent to.
pub(crate) trait Ask {
    fn ask(&self, name: &str, request: Value) -> impl Future<Output = Result<Value, RpcError>>;
}

impl Ask for Connection {
    async fn ask(&self, name: &str, request: Value) -> Result<Value, RpcError> {
        self.call(name, request).await
    }
}

impl Ask for Reading {
    async fn ask(&self, name: &str, request: Value) -> Result<Value, RpcError> {
        self.call(name, request).await
    }
}

pub(crate) async fn call<T: DeserializeOwned>(
    asked: &impl Ask,
    name: &str,
    request: Value,
) -> Result<T, Failure> {
    let value = asked.ask(name, request).await?;
    serde_json::from_value(value).map_err(|error| {
        Failure::Failed(format!("the running host speaks another version of the protocol: {error}"))
    })
}

/// What is needed of a function to ask about it.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct Named {
    pub(crate) id: i64,
    pub(crate) name: String,
    provider: String,
    pub(crate) problem: Option<Problem>,
    /// The record alone knows of none.
    #[serde(default)]
    pub(crate) schedules: Vec<ScheduledCall>,
}

/// The function of that name; `PROVIDER/NAME` where it needs to be said.
pub(crate) async fn find(asked: &impl Ask, name: &str) -> Result<Named, Failure> {
    let functions: Vec<Named> = call(asked, "functions", json!({})).await?;
    let (provider, plain) = match name.split_once('/') {
        Some((provider, plain)) => (Some(provider), plain),
        None => (None, name),
    };
    let matches = |function: &&Named| {
        (function.name == plain && provider.is_none_or(|provider| function.provider == provider))
            || function.name == name
    };
    let mut found = functions.iter().filter(matches);
    match (found.next(), found.next()) {
        (Some(function), None) => Ok(function.clone()),
        (Some(one), Some(other)) => Err(Failure::Usage(format!(
            "{name} is a function of both {} and {}\nhint: write {}/{name} or {}/{name}",
            one.provider, other.provider, one.provider, other.provider
        ))),
        (None, _) => {
            let known: Vec<&str> = functions.iter().map(|function| function.name.as_str()).collect();
            let hint = if known.is_empty() {
                "no function was found".to_owned()
            } else {
                format!("the functions are {}", known.join(", "))
            };
            Err(Failure::NotFound(format!("there is no function {name}\nhint: {hint}")))
        }
    }
}
