//! The listening sockets of the machine, asked of the kernel directly
//! ([sock_diag(7)](https://man7.org/linux/man-pages/man7/sock_diag.7.html)): microseconds, where `/proc/net/tcp` takes
//! milliseconds because it walks through a table sized for every connection there could be.

use std::io;

use rustix::net::{
    AddressFamily, RecvFlags, SendFlags, SocketFlags, SocketType, netlink::SOCK_DIAG, recv, send, socket_with,
};

const HEADER: usize = 16;
const REQUEST: usize = HEADER + 56;
const SOCK_DIAG_BY_FAMILY: u16 = 20;
/// NLM_F_REQUEST and NLM_F_DUMP.
const FLAGS: u16 = 0x301;
const ERROR: u16 = 2;
const DONE: u16 = 3;
const TCP: u8 = 6;
/// The state TCP_LISTEN as a bit.
const LISTEN: u32 = 1 << 10;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Listener {
    pub(super) port: u16,
    /// For IPv4 the first four bytes count.
    pub(super) address: [u8; 16],
    pub(super) ipv6: bool,
    pub(super) inode: u64,
}

/// The listeners on a port; on any, for 0.
pub(super) fn on(port: u16) -> io::Result<Vec<Listener>> {
    let socket =
        socket_with(AddressFamily::NETLINK, SocketType::DGRAM, SocketFlags::CLOEXEC, Some(SOCK_DIAG))?;
    let mut found = Vec::new();
    for family in [AddressFamily::INET, AddressFamily::INET6] {
        send(&socket, &request(family, port), SendFlags::empty())?;
        let mut buffer = [0; 16 * 1024];
        // The kernel answers within the call that asked; it never lets us wait.
        while {
            let (received, _) = recv(&socket, &mut buffer, RecvFlags::DONTWAIT)?;
            parse(&buffer[..received], port, &mut found)?
        } {}
    }
    Ok(found)
}

/// `struct nlmsghdr` and `struct inet_diag_req_v2`.
fn request(family: AddressFamily, port: u16) -> [u8; REQUEST] {
    let mut request = [0; REQUEST];
    request[..4].copy_from_slice(&(REQUEST as u32).to_ne_bytes());
    request[4..6].copy_from_slice(&SOCK_DIAG_BY_FAMILY.to_ne_bytes());
    request[6..8].copy_from_slice(&FLAGS.to_ne_bytes());
    request[HEADER] = family.as_raw().to_ne_bytes()[if cfg!(target_endian = "little") { 0 } else { 1 }];
    request[HEADER + 1] = TCP;
    request[HEADER + 4..HEADER + 8].copy_from_slice(&LISTEN.to_ne_bytes());
    request[HEADER + 8..HEADER + 10].copy_from_slice(&port.to_be_bytes());
    request
}

/// Adds the listeners in some messages; false when the last message was among them.
fn parse(mut messages: &[u8], port: u16, found: &mut Vec<Listener>) -> io::Result<bool> {
    let broken = || io::Error::from(io::ErrorKind::InvalidData);
    while let Some((header, _)) = messages.split_first_chunk::<HEADER>() {
        let length = u32::from_ne_bytes([header[0], header[1], header[2], header[3]]) as usize;
        let message = messages.get(HEADER..length).ok_or_else(broken)?;
        match u16::from_ne_bytes([header[4], header[5]]) {
            DONE => return Ok(false),
            ERROR => return Err(broken()),
            _ => found.extend(listener(message, port)),
        }
        messages = messages.get(length.next_multiple_of(4)..).unwrap_or_default();
    }
    Ok(true)
}

/// `struct inet_diag_msg`.
fn listener(message: &[u8], port: u16) -> Option<Listener> {
    let address = message.get(8..24)?.try_into().ok()?;
    let inode = u32::from_ne_bytes(message.get(68..72)?.try_into().ok()?);
    let ipv6 = u16::from(message[0]) == AddressFamily::INET6.as_raw();
    let own = u16::from_be_bytes([message[4], message[5]]);
    (port == 0 || own == port).then_some(Listener { port: own, address, ipv6, inode: inode.into() })
}

#[cfg(test)]
mod tests {
    use std::net::TcpListener;

    use super::*;

    #[test]
    fn a_listener_is_found_with_its_address() {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a listener");
        let port = listener.local_addr().expect("an address").port();
        let found = on(port).expect("the kernel answers");
        let ours: Vec<_> =
            found.iter().filter(|one| !one.ipv6 && one.address[..4] == [127, 0, 0, 1]).collect();
        assert_eq!(ours.len(), 1, "{found:?}");
        assert!(ours[0].inode > 0);
        drop(listener);
        assert!(
            on(port)
                .expect("the kernel answers")
                .iter()
                .all(|one| one.ipv6 || one.address[..4] != [127, 0, 0, 1])
        );
    }

    #[test]
    fn an_answer_cut_short_is_an_error_not_a_panic() {
        let mut found = Vec::new();
        let mut message = [0; 40];
        message[0] = 200;
        assert!(parse(&message, 80, &mut found).is_err());
        assert!(parse(&[], 80, &mut found).expect("nothing yet"), "more is to come");
        assert!(found.is_empty());
    }
}
