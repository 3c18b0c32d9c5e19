//! Who listens on a port. A port that was free when it was reserved may be taken by anybody before our process opens
//! it; only the listening socket itself tells.

use std::{fs, os::unix::ffi::OsStrExt as _};

/// Whether the socket that answers at `127.0.0.1:port` is open in one of these processes.
pub(crate) fn answers_at(port: u16, pids: &[u32]) -> bool {
    let mut listeners = Vec::new();
    for file in ["/proc/net/tcp", "/proc/net/tcp6"] {
        // A system without IPv6 has no second file.
        listeners.extend(fs::read_to_string(file).iter().flat_map(|table| listening(table, port)));
    }
    // The kernel gives a connection to the most specific of them.
    let Some(best) = listeners.iter().map(|(rank, _)| *rank).min() else { return false };
    let inodes: Vec<u64> =
        listeners.iter().filter(|(rank, _)| *rank == best).map(|(_, inode)| *inode).collect();
    pids.iter().any(|pid| holds_one_of(*pid, &inodes))
}

/// How specific the address is (0 is the most) and the socket's inode, of each listener on `port`.
fn listening(table: &str, port: u16) -> Vec<(u8, u64)> {
    table
        .lines()
        .skip(1)
        .filter_map(|line| {
            let mut fields = line.split_ascii_whitespace();
            let (address, found) = fields.nth(1)?.split_once(':')?;
            if u16::from_str_radix(found, 16).ok()? != port || fields.nth(1)? != "0A" {
                return None;
            }
            let rank = match address {
                "0100007F" | "0000000000000000FFFF00000100007F" => 0,
                "00000000" => 1,
                "00000000000000000000000000000000" => 2,
                _ => return None,
            };
            Some((rank, fields.nth(5)?.parse().ok()?))
        })
        .collect()
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
        drop(listener);
        assert!(!answers_at(port, &[std::process::id()]));
    }

    #[test]
    fn a_listener_for_every_address_answers_only_where_no_closer_one_does() {
        let table = "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode\n\
            0: 00000000:1F90 00000000:0000 0A 00000000:00000000 00:00000000 00000000  1000        0 11 1 0 100 0 0 10 0\n\
            1: 0100007F:1F90 00000000:0000 0A 00000000:00000000 00:00000000 00000000  1000        0 12 1 0 100 0 0 10 0\n\
            2: 0100007F:1F90 0100007F:9999 01 00000000:00000000 00:00000000 00000000  1000        0 13 1 0 100 0 0 10 0\n";
        assert_eq!(listening(table, 8080), [(1, 11), (0, 12)]);
    }
}
