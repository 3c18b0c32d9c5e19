//! Ports for processes to listen on. They lie below the range the system gives to outgoing connections, and none is
//! given twice by this host; whether the process really got it is checked when it listens.

use std::{
    collections::BTreeSet,
    io,
    net::{Ipv4Addr, TcpListener},
    ops::RangeInclusive,
    sync::{Mutex, PoisonError},
};

use uuid::Uuid;

const RANGE: RangeInclusive<u16> = 20_000..=31_999;

/// The ports of this host's instances: whoever starts one must not be given another's before it listens.
static TAKEN: Mutex<BTreeSet<u16>> = Mutex::new(BTreeSet::new());

#[derive(Debug)]
pub(super) struct Port(u16);

impl Port {
    pub(super) fn reserve() -> io::Result<Self> {
        let width = RANGE.end() - RANGE.start() + 1;
        // Another host of the same machine begins elsewhere.
        let [high, low, ..] = *Uuid::new_v4().as_bytes();
        let first = u16::from_be_bytes([high, low]) % width;
        let mut taken = TAKEN.lock().unwrap_or_else(PoisonError::into_inner);
        for step in 0..width {
            let port = RANGE.start() + (first + step) % width;
            if !taken.contains(&port) && TcpListener::bind((Ipv4Addr::LOCALHOST, port)).is_ok() {
                taken.insert(port);
                return Ok(Self(port));
            }
        }
        Err(io::Error::new(io::ErrorKind::AddrInUse, "every port from 20000 to 31999 is in use"))
    }

    pub(super) fn number(&self) -> u16 {
        self.0
    }
}

impl Drop for Port {
    fn drop(&mut self) {
        TAKEN.lock().unwrap_or_else(PoisonError::into_inner).remove(&self.0);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_port_is_given_once_until_it_is_returned() {
        let ports: Vec<Port> = (0..50).map(|_| Port::reserve().unwrap()).collect();
        let numbers: BTreeSet<u16> = ports.iter().map(Port::number).collect();
        assert_eq!(numbers.len(), 50, "no port twice");
        assert!(numbers.iter().all(|number| RANGE.contains(number)));
        drop(ports);
        let taken = TAKEN.lock().unwrap();
        assert!(numbers.iter().all(|number| !taken.contains(number)), "all are returned");
    }
}
