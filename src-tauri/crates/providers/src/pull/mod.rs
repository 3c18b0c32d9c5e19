//! The pulling conversation: Lambda's Runtime API.
use std::{io, net::SocketAddr};

use crate::{
    conversation::{Idle, InitFailure, Ready},
    invocation::{Handover, Reply},
};

#[derive(Debug)]
pub struct RuntimeApi {}

impl RuntimeApi {
    pub async fn open(_function: &str, _handler: &str) -> io::Result<Self> { unimplemented!() }
    pub fn address(&self) -> SocketAddr { unimplemented!() }
    pub async fn ready(&self) -> Result<Ready, InitFailure> { unimplemented!() }
    pub async fn exchange(&self, _handover: Handover) -> Reply { unimplemented!() }
    pub async fn idle(&self) -> Idle { unimplemented!() }
}
