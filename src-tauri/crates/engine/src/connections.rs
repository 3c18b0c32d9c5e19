//! Which hosts an app's processes were seen connecting to since its project was opened. Names only; nothing of it is
//! recorded.

use std::{
    collections::{BTreeSet, HashMap},
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
        for host in hosts.into_iter().filter(|host| is_name(host)) {
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

/// What a process tells is shown: it is a host's name, or it is nothing.
fn is_name(host: &str) -> bool {
    let letter = |c: char| c.is_alphanumeric() || matches!(c, '.' | '-' | '_');
    !host.is_empty() && host.len() <= 253 && host.chars().all(letter)
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
        connections.note(1, (0..2 * MOST).map(|number| format!("{number}.example")).collect());
        assert_eq!(connections.of(1).len(), MOST);
    }
}
