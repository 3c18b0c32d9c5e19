//! What a person set for this host, whatever is open: `settings.json` in the data directory.

use std::{io, ops::RangeInclusive, path::Path, time::Duration};

use coldframe_protocol::{Administration, Notifications, SetAdministration};
use coldframe_store::Retention;
use serde_json::{Map, Value};

pub(crate) const FILE: &str = "settings.json";
const KEEP_DAYS: &str = "keep_days";
const NOTIFY: &str = "notify";
const EDITOR: &str = "editor";
const ADMINISTRATION: &str = "administration";
const RECEIPTS: &str = "receipts";
/// In GiB: the name is older than the field that shows it.
const KEEP_GIB: &str = "keep_gb";
/// Far more than settings are.
const MOST_BYTES: u64 = 64 * 1024;
const DAY_SECONDS: u64 = 24 * 60 * 60;
/// A day at least, so that a slip does not empty the record; ten years at most.
const DAYS: RangeInclusive<u32> = 1..=3650;
/// Of the record's file, GiB.
const GIB: RangeInclusive<u32> = 1..=1000;

pub(crate) fn days(retention: &Retention) -> u32 {
    u32::try_from(retention.max_age.as_secs() / DAY_SECONDS).unwrap_or(u32::MAX)
}

pub(crate) fn gib(retention: &Retention) -> u32 {
    u32::try_from(retention.max_bytes >> 30).unwrap_or(u32::MAX)
}

/// What is given replaces what was.
///
/// # Errors
/// In words: a number is out of its bounds.
pub(crate) fn changed(was: Retention, days: Option<u32>, gib: Option<u32>) -> Result<Retention, String> {
    let mut retention = was;
    if let Some(days) = days {
        if !DAYS.contains(&days) {
            let (least, most) = (DAYS.start(), DAYS.end());
            return Err(format!("the record is kept for {least} to {most} days, not {days}"));
        }
        retention = with_days(retention, days);
    }
    if let Some(gib) = gib {
        if !GIB.contains(&gib) {
            let (least, most) = (GIB.start(), GIB.end());
            return Err(format!("the record's file has {least} to {most} GiB, not {gib}"));
        }
        retention.max_bytes = u64::from(gib) << 30;
    }
    Ok(retention)
}

fn with_days(retention: Retention, days: u32) -> Retention {
    Retention { max_age: Duration::from_secs(u64::from(days) * DAY_SECONDS), ..retention }
}

/// As set, or as usual; what cannot be read is said and left as it is.
pub(crate) fn read(data_dir: &Path, notices: &mut Vec<String>) -> Retention {
    match load(data_dir).and_then(|settings| retention_of(&settings)) {
        Ok(retention) => retention,
        Err(problem) => {
            let (usual, file) = (Retention::default(), data_dir.join(FILE));
            let (file, days) = (file.display(), days(&usual));
            notices.push(format!("{file} is not used, and the record kept for {days} days: {problem}"));
            usual
        }
    }
}

fn retention_of(settings: &Map<String, Value>) -> Result<Retention, String> {
    let number = |name: &str, within: RangeInclusive<u32>| {
        let Some(value) = settings.get(name) else { return Ok(None) };
        let number = value.as_u64().and_then(|number| u32::try_from(number).ok());
        match number.filter(|number| within.contains(number)) {
            None => Err(format!("{name} is a number from {} to {}", within.start(), within.end())),
            some => Ok(some),
        }
    };
    let mut retention = Retention::default();
    if let Some(days) = number(KEEP_DAYS, DAYS)? {
        retention = with_days(retention, days);
    }
    if let Some(gib) = number(KEEP_GIB, GIB)? {
        retention.max_bytes = u64::from(gib) << 30;
    }
    Ok(retention)
}

/// # Errors
/// In words: the file cannot be read or written.
pub(crate) fn write(data_dir: &Path, retention: &Retention) -> Result<(), String> {
    set_all(data_dir, [(KEEP_DAYS, days(retention).into()), (KEEP_GIB, gib(retention).into())])
}

/// What to tell of; everything, where nothing was set or it cannot be read.
pub(crate) fn notifications(data_dir: &Path) -> Notifications {
    let set = load(data_dir).ok().and_then(|mut settings| settings.remove(NOTIFY));
    set.and_then(|value| serde_json::from_value(value).ok()).unwrap_or(Notifications {
        reload_failed: true,
        crashed: true,
        out_of_memory: true,
    })
}

/// # Errors
/// In words: the file cannot be read or written.
pub(crate) fn notify_of(data_dir: &Path, wanted: &Notifications) -> Result<(), String> {
    let value = serde_json::to_value(wanted).map_err(|error| error.to_string())?;
    set(data_dir, NOTIFY, value)
}

/// Whether starts are measured after a save: yes, where nothing was set.
pub(crate) fn receipts(data_dir: &Path) -> bool {
    load(data_dir).ok().and_then(|settings| settings.get(RECEIPTS)?.as_bool()).unwrap_or(true)
}

/// # Errors
/// In words: the file cannot be read or written.
pub(crate) fn measure_saves(data_dir: &Path, on: bool) -> Result<(), String> {
    set(data_dir, RECEIPTS, on.into())
}

/// The command of the person's own editor, where they set one.
pub(crate) fn editor(data_dir: &Path) -> Option<String> {
    let command = load(data_dir).ok()?.remove(EDITOR)?;
    command.as_str().map(str::to_owned)
}

/// # Errors
/// In words: the file cannot be read or written.
pub(crate) fn edit_with(data_dir: &Path, command: Option<String>) -> Result<(), String> {
    set(data_dir, EDITOR, command.map_or(Value::Null, Value::String))
}

/// What looking after either side takes the person; nothing, where they did not say.
pub(crate) fn administration(data_dir: &Path) -> Administration {
    let unknown =
        Administration { serverless_hours: 0.0, always_on_hours: 0.0, usd_per_hour: 0.0, set: false };
    let set = load(data_dir).ok().and_then(|mut settings| settings.remove(ADMINISTRATION));
    set.and_then(|value| serde_json::from_value(value).ok()).unwrap_or(unknown)
}

/// # Errors
/// In words: the file cannot be read or written.
pub(crate) fn administer(data_dir: &Path, own: &SetAdministration) -> Result<(), String> {
    let SetAdministration { serverless_hours, always_on_hours, usd_per_hour, .. } = *own;
    let own = Administration { serverless_hours, always_on_hours, usd_per_hour, set: true };
    set(data_dir, ADMINISTRATION, serde_json::to_value(own).map_err(|error| error.to_string())?)
}

pub(crate) fn set(data_dir: &Path, key: &str, value: Value) -> Result<(), String> {
    set_all(data_dir, [(key, value)])
}

/// Whatever else is in the file stays.
fn set_all<'a>(data_dir: &Path, values: impl IntoIterator<Item = (&'a str, Value)>) -> Result<(), String> {
    let mut settings =
        load(data_dir).map_err(|problem| format!("{}: {problem}", data_dir.join(FILE).display()))?;
    settings.extend(values.into_iter().map(|(key, value)| (key.to_owned(), value)));
    let path = data_dir.join(FILE);
    let (part, text) = (path.with_extension("json.part"), format!("{:#}\n", Value::Object(settings)));
    let written = std::fs::write(&part, text).and_then(|()| std::fs::rename(&part, &path));
    written.map_err(|error| format!("cannot write {}: {error}", path.display()))
}

pub(crate) fn load(data_dir: &Path) -> Result<Map<String, Value>, String> {
    let file = match std::fs::File::open(data_dir.join(FILE)) {
        Ok(file) => file,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Map::new()),
        Err(error) => return Err(format!("it cannot be read: {error}")),
    };
    let limited = io::Read::take(file, MOST_BYTES);
    serde_json::from_reader(limited).map_err(|error| format!("it is no JSON object: {error}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn everything_is_told_until_a_person_says_otherwise() {
        let dir = tempfile::tempdir().unwrap();
        let all = notifications(dir.path());
        assert!(all.reload_failed && all.crashed && all.out_of_memory);
        let less = Notifications { crashed: false, ..all };
        notify_of(dir.path(), &less).unwrap();
        write(dir.path(), &with_days(Retention::default(), 14)).unwrap();
        assert_eq!(notifications(dir.path()), less);
        std::fs::write(dir.path().join(FILE), r#"{"notify": 7}"#).unwrap();
        assert_eq!(notifications(dir.path()), all);
    }

    #[test]
    fn age_and_size_are_changed_one_without_the_other() {
        let dir = tempfile::tempdir().unwrap();
        let larger = changed(Retention::default(), None, Some(20)).unwrap();
        let both = changed(larger, Some(7), None).unwrap();
        assert_eq!((days(&larger), gib(&larger)), (90, 20));
        assert_eq!((days(&both), gib(&both)), (7, 20));
        write(dir.path(), &both).unwrap();
        assert_eq!(super::read(dir.path(), &mut Vec::new()), both);
        for (days, gib) in [(Some(0), None), (None, Some(0)), (None, Some(1001))] {
            let problem = changed(both, days, gib).unwrap_err();
            assert!(problem.contains(" to "), "the bounds are named: {problem}");
        }
    }

    #[test]
    fn what_is_set_is_read_again_and_what_else_stands_there_stays() {
        let dir = tempfile::tempdir().unwrap();
        let read = || {
            let mut notices = Vec::new();
            (days(&super::read(dir.path(), &mut notices)), notices)
        };
        assert_eq!(read(), (90, vec![]));
        std::fs::write(dir.path().join(FILE), r#"{"other": [1]}"#).unwrap();
        let two_weeks = with_days(Retention::default(), 14);
        write(dir.path(), &two_weeks).unwrap();
        assert_eq!(read(), (14, vec![]));
        assert!(std::fs::read_to_string(dir.path().join(FILE)).unwrap().contains("\"other\""));
        for wrong in ["{", "[]", r#"{"keep_days": 0}"#, r#"{"keep_days": "many"}"#, r#"{"keep_gb": 0}"#] {
            std::fs::write(dir.path().join(FILE), wrong).unwrap();
            let (days, notices) = read();
            assert_eq!((days, notices.len()), (90, 1), "{wrong}");
            assert!(notices[0].contains("settings.json"), "{notices:?}");
        }
        std::fs::write(dir.path().join(FILE), r#"{"keep_days": 7, "keep_gb": 20}"#).unwrap();
        let kept = super::read(dir.path(), &mut Vec::new());
        assert_eq!((days(&kept), kept.max_bytes), (7, 20 << 30));
        std::fs::write(dir.path().join(FILE), "{").unwrap();
        assert!(
            write(dir.path(), &two_weeks).unwrap_err().contains("no JSON object"),
            "a file that is not ours is left alone"
        );
    }
}
