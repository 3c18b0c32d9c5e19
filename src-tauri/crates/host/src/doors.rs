//! The listeners callers reach, one per provider surface. They outlive the project: what they call is whatever
//! engine is open now.

use std::{
    net::{IpAddr, Ipv4Addr, SocketAddr},
    sync::{Arc, PoisonError, RwLock},
};

use coldframe_engine::Engine;
use coldframe_protocol::HostStart;
use coldframe_providers::{
    domain::ProviderId,
    door::{ACCOUNT_CONCURRENCY, DoorConfig},
    invocation::{Answer, Found, FunctionRef, Invocation, Invoke, Outcome},
    launch::Account,
    registry,
};
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

use crate::{
    config::{HostConfig, PORT},
    error::HostError,
    function_port::FunctionPort,
};

/// The engine of the open project, if one is open.
#[derive(Debug, Default)]
pub(crate) struct Current(RwLock<Option<Engine>>);

impl Current {
    pub(crate) fn get(&self) -> Option<Engine> {
        self.0.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    pub(crate) fn set(&self, engine: Option<Engine>) -> Option<Engine> {
        std::mem::replace(&mut *self.0.write().unwrap_or_else(PoisonError::into_inner), engine)
    }
}

impl Invoke for Current {
    async fn invoke(&self, invocation: Invocation) -> Outcome {
        match self.get() {
            Some(engine) => engine.invoke(invocation).await,
            None => Outcome {
                request_id: invocation.request_id,
                invocation_id: None,
                answer: Answer::NotFound,
                served: None,
                log: None,
            },
        }
    }

    async fn accept(&self, invocation: Invocation) -> Result<(), Answer> {
        match self.get() {
            Some(engine) => engine.accept(invocation).await,
            None => Err(Answer::NotFound),
        }
    }

    fn find(&self, function: &FunctionRef) -> Option<Found> {
        self.get()?.find(function)
    }

    fn list(&self, provider: ProviderId) -> Vec<Found> {
        self.get().map(|engine| engine.list(provider)).unwrap_or_default()
    }
}

/// Where each surface is reached, in the providers' order.
pub type Surfaces = Vec<(ProviderId, SocketAddr)>;

/// Listeners that are bound but do not serve yet.
pub(crate) struct Bound {
    surfaces: Vec<(ProviderId, TcpListener, SocketAddr)>,
    functions: Vec<(FunctionPort, TcpListener)>,
}

/// A port that a person set once is not worth a host that does not start: without those that are taken, which is said.
pub(crate) async fn free(config: &HostConfig, set: HostStart, notices: &mut Vec<String>) -> HostStart {
    let mut kept = async |asked: Option<u16>, set: Option<u16>, address: IpAddr, what: &str| {
        let port = set.filter(|_| asked.is_none())?;
        if listen(SocketAddr::new(address, port), what).await.is_ok() {
            return Some(port);
        }
        notices.push(format!(
            "port {port} is set for {what} and cannot be had now: another one is used; Settings, Ports changes it"
        ));
        Some(0)
    };
    let loopback = IpAddr::V4(Ipv4Addr::LOCALHOST);
    HostStart {
        port: kept(config.port, set.port, config.address, "the functions").await,
        ui_port: kept(config.ui_port, set.ui_port, loopback, "the interface").await,
        ..set
    }
}

pub(crate) async fn bind(config: &HostConfig) -> Result<Bound, HostError> {
    let (mut bound, first) = (Vec::new(), config.port.unwrap_or(PORT));
    for (at, provider) in (0..).zip(registry::ALL) {
        let port = if first == 0 { 0 } else { first.wrapping_add(at) };
        let listener = match listen(SocketAddr::new(config.address, port), "--port").await {
            Ok(listener) => listener,
            Err(error) if at == 0 => return Err(error),
            // Those beside the first have the next ports, so that they are the same every day; any, where one is taken.
            Err(_) => listen(SocketAddr::new(config.address, 0), "--port").await?,
        };
        let address = local(&listener)?;
        bound.push((provider.id, listener, address));
    }
    let mut functions = Vec::new();
    for one in &config.function_ports {
        let listener = listen(SocketAddr::new(config.address, one.port), "--function-port").await?;
        let port = local(&listener)?.port();
        functions.push((FunctionPort { port, ..one.clone() }, listener));
    }
    Ok(Bound { surfaces: bound, functions })
}

impl Bound {
    pub(crate) fn surfaces(&self) -> Surfaces {
        self.surfaces.iter().map(|(provider, _, address)| (*provider, *address)).collect()
    }

    /// With the ports they have.
    pub(crate) fn function_ports(&self) -> Vec<FunctionPort> {
        self.functions.iter().map(|(one, _)| one.clone()).collect()
    }

    pub(crate) fn serve(self, current: &Arc<Current>, config: &HostConfig, stop: &CancellationToken) {
        let account_concurrency = config
            .account_concurrency
            .map_or(ACCOUNT_CONCURRENCY, |limit| u32::try_from(limit).unwrap_or(u32::MAX));
        let door = DoorConfig {
            account: Account::default(),
            account_concurrency,
            allowed_hosts: config.allowed_hosts.clone(),
            alone: None,
        };
        let everybody = self.surfaces.into_iter().map(|(provider, listener, _)| (provider, listener, None));
        let alone =
            self.functions.into_iter().map(|(one, listener)| (one.provider, listener, Some(one.function)));
        for (provider, listener, alone) in everybody.chain(alone) {
            let door = DoorConfig { alone, ..door.clone() };
            tokio::spawn(registry::serve(provider, listener, Arc::clone(current), door, stop.clone()));
        }
    }
}

/// `option` is what a person sets the port with.
pub(crate) async fn listen(address: SocketAddr, option: &str) -> Result<TcpListener, HostError> {
    TcpListener::bind(address).await.map_err(|source| {
        let hint = if source.kind() == std::io::ErrorKind::AddrInUse {
            format!(
                "another program uses port {}; choose another with {option}, or 0 for any",
                address.port()
            )
        } else {
            format!("choose another address with --host or {option}")
        };
        HostError::Listen { address, source, hint }
    })
}

fn local(listener: &TcpListener) -> Result<SocketAddr, HostError> {
    listener.local_addr().map_err(|source| HostError::Listen {
        address: SocketAddr::from(([127, 0, 0, 1], 0)),
        source,
        hint: "the system gave no address".into(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_port_that_was_set_and_is_taken_does_not_keep_the_host_from_starting() {
        let taken = listen(SocketAddr::from(([127, 0, 0, 1], 0)), "--port").await.unwrap();
        let port = taken.local_addr().unwrap().port();
        let (config, mut notices) = (HostConfig::new("data".into(), Vec::new()), Vec::new());
        let set = HostStart { port: Some(port), max_instances: Some(3), ..HostStart::default() };
        let had = free(&config, set, &mut notices).await;
        assert_eq!(had, HostStart { port: Some(0), ..set });
        assert!(notices[0].starts_with(&format!("port {port} is set for the functions")), "{notices:?}");
        drop(taken);
        assert_eq!(free(&config, set, &mut Vec::new()).await, set);
        let asked = HostConfig { port: Some(9000), ..config };
        assert_eq!(
            free(&asked, set, &mut Vec::new()).await.port,
            None,
            "the command line's own is not looked at"
        );
    }
}
