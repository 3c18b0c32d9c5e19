//! What every provider's door is given, and the addresses it says it has.

use std::net::SocketAddr;

use crate::{launch::Account, name::is_label};

/// What an AWS account may run at once, unless something else is configured.
pub const ACCOUNT_CONCURRENCY: u32 = 1000;

#[derive(Debug, Clone)]
pub struct DoorConfig {
    pub account: Account,
    /// Invocations the account may run at once, which is what callers are told.
    pub account_concurrency: u32,
    /// Host names besides the loopback ones that requests may be addressed to.
    pub allowed_hosts: Vec<String>,
    /// The one function that answers, at the root; every one under its name where there is none.
    pub alone: Option<String>,
}

impl Default for DoorConfig {
    fn default() -> Self {
        Self {
            account: Account::default(),
            account_concurrency: ACCOUNT_CONCURRENCY,
            allowed_hosts: Vec::new(),
            alone: None,
        }
    }
}

/// Host and port of a door as people write them.
pub(crate) fn authority(address: SocketAddr) -> String {
    if address.ip().is_loopback() || address.ip().is_unspecified() {
        format!("localhost:{}", address.port())
    } else {
        address.to_string()
    }
}

/// The own URLs of a function by its name: below its name, and as a host name where that can be one.
pub(crate) fn named_urls(name: &str, address: SocketAddr) -> Vec<String> {
    let host = authority(address);
    let mut urls = vec![format!("http://{host}/{name}/")];
    if is_label(name) && host.starts_with("localhost:") {
        urls.push(format!("http://{name}.{host}/"));
    }
    urls
}
