//! Which hosts an app's processes were seen connecting to since its project was opened. Names and addresses only; nothing of it
//! is recorded.

use std::{
    collections::{BTreeSet, HashMap},
    net::Ipv6Addr,
    sync::{Mutex, PoisonError},
};

/// A function that speaks to more hosts than this is told of by its first ones.
const MOST: usize = 500;

#[derive(Debug, Default)]
pub(crate) struct Connections {
    /// By app. Short sections only.
    hosts: Mutex<HashMap<i64, BTreeSet<String>>>,
}

impl Connections {
    pub(crate) fn note(&self, app_id: i64, hosts: Vec<String>) {
        if hosts.is_empty() {
            return;
        }
        let mut all = self.hosts.lock().unwrap_or_else(PoisonError::into_inner);
        let known = all.entry(app_id).or_default();
        for host in hosts.into_iter().filter(|host| is_host(host)) {
            if known.len() < MOST {
                known.insert(host);
            }
        }
    }

    pub(crate) fn of(&self, app_id: i64) -> Vec<String> {
        let all = self.hosts.lock().unwrap_or_else(PoisonError::into_inner);
        all.get(&app_id).into_iter().flatten().cloned().collect()
    }
}

/// What a process tells is shown: it is a host's name or address, with a port where it is of this machine, or it is
/// nothing.
fn is_host(host: &str) -> bool {
    let letter = |c: char| c.is_alphanumeric() || matches!(c, '.' | '-' | '_');
    let is_name = |name: &str| !name.is_empty() && name.chars().all(letter);
    let (name, port) = match host.rsplit_once(':') {
        Some((name, port)) if port.parse::<u16>().is_ok() => (name, Some(port)),
        _ => (host, None),
    };
    let six = |text: &str| text.parse::<Ipv6Addr>().is_ok();
    let bracketed = port.and_then(|_| name.strip_prefix('[')?.strip_suffix(']'));
    host.len() <= 253 && (is_name(name) || six(host) || bracketed.is_some_and(six))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hosts_are_kept_once_by_app_and_nothing_else_is() {
        let connections = Connections::default();
        let hosts = |all: &[&str]| all.iter().map(|host| (*host).to_owned()).collect::<Vec<_>>();
        connections.note(1, hosts(&["b.example", "a.example", "https://a.example/secret", "a b", ""]));
        connections.note(1, hosts(&["a.example"]));
        connections.note(2, hosts(&["localhost"]));
        assert_eq!(connections.of(1), ["a.example", "b.example"]);
        assert_eq!((connections.of(2), connections.of(3)), (hosts(&["localhost"]), Vec::new()));
        let addresses = ["10.0.0.7", "127.0.0.1:19999", "2001:db8::1", "[::1]:80", "localhost:8000"];
        connections.note(4, hosts(&addresses));
        assert_eq!(connections.of(4), addresses, "addresses are hosts, too");
        connections.note(5, hosts(&["a:b:80", "[a]:80", "a.example:80/secret", ":80", "::"]));
        assert_eq!(connections.of(5), ["::"]);
        connections.note(1, (0..2 * MOST).map(|number| format!("{number}.example")).collect());
        assert_eq!(connections.of(1).len(), MOST);
    }
}
