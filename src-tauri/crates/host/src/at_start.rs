//! What a person set for a host's next start: `start` of `settings.json`. The command line comes before it.

use std::{ops::RangeInclusive, path::Path};

use coldframe_protocol::HostStart;

use crate::keeping::{FILE, load, set};

const KEY: &str = "start";
/// Ports for everybody; below are the system's.
const PORTS: RangeInclusive<u16> = 1024..=65_000;
/// Instances at once, and calls under way.
const AT_ONCE: RangeInclusive<u32> = 1..=10_000;

/// What a host starts with, and why it is not what was set, where it is not.
pub(crate) fn read(data_dir: &Path) -> (HostStart, Vec<String>) {
    let set = load(data_dir).and_then(|mut settings| match settings.remove(KEY) {
        None => Ok(HostStart::default()),
        Some(value) => {
            serde_json::from_value(value).map_err(|error| format!("start: {error}")).and_then(sane)
        }
    });
    let file = data_dir.join(FILE);
    match set {
        Ok(start) => (start, Vec::new()),
        Err(problem) => {
            (HostStart::default(), vec![format!("{}: the host starts as usual: {problem}", file.display())])
        }
    }
}

/// # Errors
/// In words: a number is out of its bounds, or the file cannot be read or written.
pub(crate) fn write(data_dir: &Path, wanted: HostStart) -> Result<(), String> {
    let value = serde_json::to_value(sane(wanted)?).map_err(|error| error.to_string())?;
    set(data_dir, KEY, value)
}

fn sane(start: HostStart) -> Result<HostStart, String> {
    fn within<N: PartialOrd + std::fmt::Display>(
        what: &str,
        set: Option<N>,
        bounds: &RangeInclusive<N>,
    ) -> Result<(), String> {
        match set.filter(|number| !bounds.contains(number)) {
            None => Ok(()),
            Some(odd) => Err(format!("{what} goes from {} to {}, not {odd}", bounds.start(), bounds.end())),
        }
    }
    within("the port", start.port, &PORTS)?;
    within("the interface's port", start.ui_port, &PORTS)?;
    within("the most instances", start.max_instances, &AT_ONCE)?;
    within("the account concurrency", start.account_concurrency, &AT_ONCE)?;
    Ok(start)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_host_starts_with_is_bounded_and_a_slip_is_said() {
        let dir = tempfile::tempdir().unwrap();
        assert_eq!(read(dir.path()), (HostStart::default(), vec![]));
        let wanted = HostStart { port: Some(9100), max_instances: Some(8), ..HostStart::default() };
        write(dir.path(), wanted).unwrap();
        assert_eq!(read(dir.path()), (wanted, vec![]));
        let problem = write(dir.path(), HostStart { port: Some(80), ..wanted }).unwrap_err();
        assert_eq!(problem, "the port goes from 1024 to 65000, not 80");
        assert_eq!(read(dir.path()), (wanted, vec![]), "what was set stays");
        for wrong in
            [r#"{"start": 7}"#, r#"{"start": {"port": 70000}}"#, r#"{"start": {"max_instances": 0}}"#]
        {
            std::fs::write(dir.path().join(FILE), wrong).unwrap();
            let (start, said) = read(dir.path());
            assert_eq!(start, HostStart::default(), "{wrong}");
            assert!(said.concat().contains("settings.json"), "{wrong}");
        }
    }
}
