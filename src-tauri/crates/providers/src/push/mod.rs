//! The pushing conversation: HTTP to the port the process listens on.
use std::{io, net::SocketAddr};

use crate::{
    conversation::{Idle, InitFailure, Ready},
    invocation::{Handover, Reply},
};

#[derive(Debug)]
pub struct Push {}

impl Push {
    pub async fn open() -> io::Result<Self> { unimplemented!() }
    pub fn address(&self) -> SocketAddr { unimplemented!() }
    pub fn port(&self) -> u16 { unimplemented!() }
    pub async fn ready(&self, _owns_port: impl Fn(u16) -> bool + Send) -> Result<Ready, InitFailure> { unimplemented!() }
    pub async fn exchange(&self, _handover: Handover) -> Reply { unimplemented!() }
    pub async fn idle(&self) -> Idle { unimplemented!() }
}
