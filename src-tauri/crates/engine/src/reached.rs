//! What an app's processes were seen reaching outside of themselves since its project was opened. Names and addresses only;
//! nothing of it is recorded.

use std::{
    collections::{BTreeSet, HashMap},
    net::Ipv6Addr,
    sync::{Mutex, PoisonError},
};

use coldframe_providers::reached::Reached;

/// A function that reaches more than this is told of by its first.
const MOST: usize = 500;
/// Characters of a name that is shown.
const LONGEST: usize = 300;

#[derive(Debug, Default)]
pub(crate) struct Seen {
    /// By app. Short sections only.
    apps: Mutex<HashMap<i64, BTreeSet<Reached>>>,
}

impl Seen {
    pub(crate) fn note(&self, app_id: i64, reached: Vec<Reached>) {
        if reached.is_empty() {
            return;
        }
        let mut all = self.apps.lock().unwrap_or_else(PoisonError::into_inner);
        let known = all.entry(app_id).or_default();
        for one in reached.into_iter().filter(is_shown) {
            if known.len() < MOST {
                known.insert(one);
            }
        }
    }

    pub(crate) fn of(&self, app_id: i64) -> Vec<Reached> {
        let all = self.apps.lock().unwrap_or_else(PoisonError::into_inner);
        all.get(&app_id).into_iter().flatten().cloned().collect()
    }
}

/// What a process tells is shown, so it is what it says, or nothing.
fn is_shown(reached: &Reached) -> bool {
    match reached {
        Reached::Host(host) => is_host(host),
        Reached::Program(name) | Reached::File(name) => {
            !name.is_empty() && name.len() <= 4 * LONGEST && !name.chars().any(char::is_control)
        }
    }
}

/// A host's name or address, with a port where it is of this machine.
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
        let seen = Seen::default();
        let hosts =
            |all: &[&str]| all.iter().map(|host| Reached::Host((*host).to_owned())).collect::<Vec<_>>();
        seen.note(1, hosts(&["b.example", "a.example", "https://a.example/secret", "a b", ""]));
        seen.note(1, hosts(&["a.example"]));
        seen.note(2, hosts(&["localhost"]));
        assert_eq!(seen.of(1), hosts(&["a.example", "b.example"]));
        assert_eq!((seen.of(2), seen.of(3)), (hosts(&["localhost"]), Vec::new()));
        let addresses = ["10.0.0.7", "127.0.0.1:19999", "2001:db8::1", "[::1]:80", "localhost:8000"];
        seen.note(4, hosts(&addresses));
        assert_eq!(seen.of(4), hosts(&addresses), "addresses are hosts, too");
        seen.note(5, hosts(&["a:b:80", "[a]:80", "a.example:80/secret", ":80", "::"]));
        assert_eq!(seen.of(5), hosts(&["::"]));
        seen.note(1, (0..2 * MOST).map(|number| Reached::Host(format!("{number}.example"))).collect());
        assert_eq!(seen.of(1).len(), MOST);
    }

    #[test]
    fn programs_and_files_are_kept_by_their_names() {
        let seen = Seen::default();
        let (program, file) = (Reached::Program("/bin/sh".into()), Reached::File("/srv/my notes.txt".into()));
        let odd = [Reached::File("/a\n/b".into()), Reached::Program(String::new())];
        seen.note(1, [vec![file.clone(), program.clone()], odd.to_vec()].concat());
        assert_eq!(seen.of(1), [program, file]);
    }
}
