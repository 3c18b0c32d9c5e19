//! Lambda's bounds on what a manifest may ask for, so that a figure no deployment would take is named here too.
//! <https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html>

use std::{ops::RangeInclusive, time::Duration};

use crate::domain::{App, Architecture, Problem};

pub(crate) const TIMEOUT_S: RangeInclusive<u64> = 1..=900;
pub(crate) const MEMORY_MB: RangeInclusive<u64> = 128..=10_240;
pub(crate) const EPHEMERAL_MB: RangeInclusive<u64> = 512..=10_240;
pub(crate) const CONCURRENCY: RangeInclusive<u64> = 0..=100_000;

/// One number a manifest may set.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Limit {
    Timeout,
    Memory,
    Ephemeral,
    Concurrency,
}

impl Limit {
    fn range(self) -> RangeInclusive<u64> {
        match self {
            Self::Timeout => TIMEOUT_S,
            Self::Memory => MEMORY_MB,
            Self::Ephemeral => EPHEMERAL_MB,
            Self::Concurrency => CONCURRENCY,
        }
    }

    /// Sets it on an app. `key` is how the manifest calls it.
    ///
    /// # Errors
    /// Beyond what Lambda takes: the setting stays as it was; the problem has no place yet.
    pub(crate) fn set(self, app: &mut App, key: &str, value: u64) -> Result<(), Problem> {
        let range = self.range();
        let Some(value) = range.contains(&value).then_some(value).and_then(|value| u32::try_from(value).ok())
        else {
            let message = format!("{key} {value} is not between {} and {}", range.start(), range.end());
            return Err(
                Problem::warning(message).hint(format!("Lambda refuses it; {} is used", self.current(app)))
            );
        };
        match self {
            Self::Timeout => app.settings.timeout = Duration::from_secs(value.into()),
            Self::Memory => app.settings.memory_mb = value,
            Self::Ephemeral => app.settings.ephemeral_mb = value,
            Self::Concurrency => app.settings.concurrency = Some(value),
        }
        Ok(())
    }

    pub(crate) fn current(self, app: &App) -> String {
        match self {
            Self::Timeout => format!("{} s", app.settings.timeout.as_secs()),
            Self::Memory => format!("{} MB", app.settings.memory_mb),
            Self::Ephemeral => format!("{} MB", app.settings.ephemeral_mb),
            Self::Concurrency => match app.settings.concurrency {
                Some(limit) => limit.to_string(),
                None => "the account's limit".into(),
            },
        }
    }
}

/// # Errors
/// Not an architecture of Lambda's; the problem has no place yet.
pub(crate) fn architecture(text: &str) -> Result<Architecture, Problem> {
    match text {
        "x86_64" => Ok(Architecture::X86_64),
        "arm64" => Ok(Architecture::Arm64),
        other => Err(Problem::warning(format!("architecture `{other}` is neither x86_64 nor arm64"))
            .hint("Lambda refuses it; x86_64 is used")),
    }
}

/// The beginning of every problem about a variable that has no value, so that who sets it can take the problem back.
pub(crate) fn no_value_for(variable: &str) -> String {
    format!("environment variable `{variable}` is not set: ")
}
