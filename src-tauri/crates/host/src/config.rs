//! What a host is started with, and where its data lies.

use std::{
    ffi::OsString,
    net::{IpAddr, Ipv4Addr},
    path::PathBuf,
};

use coldframe_protocol::HostStart;

use crate::function_port::FunctionPort;

/// Of AWS's surface.
pub(crate) const PORT: u16 = 9000;

#[derive(Debug, Clone)]
pub struct HostConfig {
    pub data_dir: PathBuf,
    /// The folder to open; `None` opens none.
    pub project: Option<PathBuf>,
    /// Where the functions are reached; loopback unless the person asked otherwise.
    pub address: IpAddr,
    /// AWS's surface; 0 picks one. Of this and the other numbers `None` is as the person set it, else as usual.
    pub port: Option<u16>,
    /// The people's side (rpc, live channel, UI), always on loopback; 0 picks one.
    pub ui_port: Option<u16>,
    /// The command that re-executes this program as the keeper.
    pub keeper: Vec<OsString>,
    /// Names beyond loopback's that callers may use in `Host`.
    pub allowed_hosts: Vec<String>,
    pub account_concurrency: Option<usize>,
    pub max_instances: Option<usize>,
    /// Functions that answer at the root of a port of their own besides.
    pub function_ports: Vec<FunctionPort>,
}

impl HostConfig {
    pub fn new(data_dir: PathBuf, keeper: Vec<OsString>) -> Self {
        Self {
            // Processes are started in other folders: what they are told must not depend on ours.
            data_dir: std::path::absolute(&data_dir).unwrap_or(data_dir),
            project: None,
            address: IpAddr::V4(Ipv4Addr::LOCALHOST),
            port: None,
            ui_port: None,
            keeper,
            allowed_hosts: Vec::new(),
            account_concurrency: None,
            max_instances: None,
            function_ports: Vec::new(),
        }
    }

    /// With what the person set in the place of what is not said.
    pub(crate) fn or(self, start: HostStart) -> Self {
        let number = |number: u32| usize::try_from(number).unwrap_or(usize::MAX);
        Self {
            port: self.port.or(start.port),
            ui_port: self.ui_port.or(start.ui_port),
            account_concurrency: self.account_concurrency.or(start.account_concurrency.map(number)),
            max_instances: self.max_instances.or(start.max_instances.map(number)),
            ..self
        }
    }
}

/// The person's data directory, by the platform's convention.
pub fn default_data_dir() -> PathBuf {
    directories::ProjectDirs::from("dev", "Coldframe", "coldframe")
        .map_or_else(|| PathBuf::from(".coldframe-data"), |dirs| dirs.data_local_dir().to_owned())
}
