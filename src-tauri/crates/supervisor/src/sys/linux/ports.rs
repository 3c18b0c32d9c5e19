//! Who listens on a port. A port that was free when it was reserved may be taken by anybody before our process opens
//! it; only the listening socket itself tells.

use std::{
    fs,
    net::{Ipv4Addr, Ipv6Addr},
    os::unix::ffi::OsStrExt as _,
};

use super::listeners::{self, Listener};

/// Whether the socket that answers at `127.0.0.1:port` is open in one of these processes.
pub(crate) fn answers_at(port: u16, pids: &[u32]) -> bool {
    let Ok(listeners) = listeners::on(port) else {
        // A sandbox that keeps us from asking keeps us from telling.
        return true;
    };
    let inodes = closest(&listeners);
    !inodes.is_empty() && pids.iter().any(|pid| holds_one_of(*pid, &inodes))
}

/// The ports on which these processes listen, in order.
pub(crate) fn listening(pids: &[u32]) -> Vec<u16> {
    let listeners = listeners::on(0).unwrap_or_default();
    let held = |one: &&Listener| pids.iter().any(|pid| holds_one_of(*pid, &[one.inode]));
    let mut ports: Vec<u16> = listeners.iter().filter(held).map(|one| one.port).collect();
    ports.sort_unstable();
    ports.dedup();
    ports
}

/// The kernel gives a connection to the listener with the most specific address: the inodes of those.
fn closest(listeners: &[Listener]) -> Vec<u64> {
    let ranked: Vec<_> = listeners.iter().filter_map(|one| Some((rank(one)?, one.inode))).collect();
    let best = ranked.iter().map(|(rank, _)| *rank).min();
    ranked.iter().filter(|(rank, _)| Some(*rank) == best).map(|(_, inode)| *inode).collect()
}

/// How specific the address is for a connection to 127.0.0.1; `None` if it is another.
fn rank(listener: &Listener) -> Option<u8> {
    let address = listener.address;
    if listener.ipv6 {
        let mapped = Ipv6Addr::from(address).to_ipv4_mapped();
        return match mapped {
            Some(Ipv4Addr::LOCALHOST) => Some(0),
            _ if address == [0; 16] => Some(2),
            _ => None,
        };
    }
    match address {
        [127, 0, 0, 1, ..] => Some(0),
        [0, 0, 0, 0, ..] => Some(1),
        _ => None,
    }
}

fn holds_one_of(pid: u32, inodes: &[u64]) -> bool {
    let Ok(entries) = fs::read_dir(format!("/proc/{pid}/fd")) else { return false };
    entries.filter_map(|entry| fs::read_link(entry.ok()?.path()).ok()).any(|target| {
        target
            .as_os_str()
            .as_bytes()
            .strip_prefix(b"socket:[")
            .and_then(|rest| std::str::from_utf8(rest.strip_suffix(b"]")?).ok()?.parse().ok())
            .is_some_and(|inode| inodes.contains(&inode))
    })
}

#[cfg(test)]
mod tests {
    use std::net::TcpListener;

    use super::*;

    #[test]
    fn our_own_listener_is_ours_and_a_closed_port_is_nobodys() {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a listener");
        let port = listener.local_addr().expect("an address").port();
        assert!(answers_at(port, &[std::process::id()]));
        assert!(!answers_at(port, &[1]), "not everybody's");
        assert!(listening(&[std::process::id()]).contains(&port));
        assert!(!listening(&[1]).contains(&port));
        drop(listener);
        assert!(!answers_at(port, &[std::process::id()]));
    }

    #[test]
    fn a_listener_for_every_address_answers_only_where_no_closer_one_does() {
        let v4 = |address: [u8; 4], inode| {
            let mut bytes = [0; 16];
            bytes[..4].copy_from_slice(&address);
            Listener { port: 80, address: bytes, ipv6: false, inode }
        };
        let v6 =
            |address: Ipv6Addr, inode| Listener { port: 80, address: address.octets(), ipv6: true, inode };
        let any = [v4([0; 4], 1), v6(Ipv6Addr::UNSPECIFIED, 2), v4([10, 0, 0, 1], 3)];
        assert_eq!(closest(&any), [1]);
        assert_eq!(closest(&[any.as_slice(), &[v4([127, 0, 0, 1], 4)]].concat()), [4]);
        assert_eq!(closest(&any[1..]), [2], "as node listens by default");
        assert_eq!(closest(&[v6(Ipv6Addr::LOCALHOST, 5)]), [0_u64; 0], "::1 is another address");
        assert_eq!(closest(&[v6(Ipv4Addr::LOCALHOST.to_ipv6_mapped(), 6)]), [6]);
    }
}
