//! Lambda's bounds on what a manifest may ask for, so that a figure no deployment would take is named here too.
//! <https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html>

use std::{ops::RangeInclusive, time::Duration};

use crate::{
    domain::{App, Architecture, Problem},
    provider::Provider,
    registry,
};

pub(crate) const TIMEOUT_S: RangeInclusive<u64> = 1..=900;
pub(crate) const MEMORY_MB: RangeInclusive<u64> = 128..=10_240;
/// Of providers that have several calls in an instance.
pub(crate) const INSTANCE_CONCURRENCY: RangeInclusive<u64> = 1..=1000;
pub(crate) const START_S: RangeInclusive<u64> = 1..=3600;
pub(crate) const EPHEMERAL_MB: RangeInclusive<u64> = 512..=10_240;
pub(crate) const CONCURRENCY: RangeInclusive<u64> = 0..=100_000;

/// One number a manifest may set.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Limit {
    Timeout,
    Memory,
    Ephemeral,
    Concurrency,
    InstanceConcurrency,
    Start,
}

impl Limit {
    fn range(self, provider: &Provider) -> RangeInclusive<u64> {
        match self {
            Self::Timeout => provider.timeout_s.clone(),
            Self::Memory => provider.memory_mb.clone(),
            Self::Ephemeral => EPHEMERAL_MB,
            Self::Concurrency => CONCURRENCY,
            Self::InstanceConcurrency if provider.defaults.instance_concurrency == 1 => 1..=1,
            Self::InstanceConcurrency => INSTANCE_CONCURRENCY,
            Self::Start => START_S,
        }
    }

    fn unit(self) -> &'static str {
        match self {
            Self::Timeout | Self::Start => "seconds",
            Self::Memory | Self::Ephemeral => "MB",
            Self::Concurrency => "instances",
            Self::InstanceConcurrency => "calls",
        }
    }

    /// Sets it on an app. `key` is how the manifest calls it, `written` what it says, if that is a number or a text,
    /// and `shown` how a person would call that.
    ///
    /// # Errors
    /// No number that Lambda takes: the setting stays as it was; the problem has no place yet.
    pub(crate) fn set(
        self,
        app: &mut App,
        key: &str,
        written: Option<&str>,
        shown: &str,
    ) -> Result<(), Problem> {
        let provider = registry::of(app.provider);
        let range = self.range(provider);
        let number =
            written.and_then(|text| text.trim().parse().ok()).filter(|number| range.contains(number));
        let Some(value) = number.and_then(|number| u32::try_from(number).ok()) else {
            let (unit, least, most) = (self.unit(), range.start(), range.end());
            let message = format!("{key} is {shown}, not a whole number of {unit} from {least} to {most}");
            let hint = format!(
                "{} refuses it: write one from {least} to {most}; until then {} is used",
                provider.refuses,
                self.current(app)
            );
            return Err(Problem::warning(message).hint(hint));
        };
        match self {
            Self::Timeout => app.settings.timeout = Duration::from_secs(value.into()),
            Self::Memory => app.settings.memory_mb = value,
            Self::Ephemeral => app.settings.ephemeral_mb = value,
            Self::Concurrency => app.settings.concurrency = Some(value),
            Self::InstanceConcurrency => app.settings.instance_concurrency = value,
            Self::Start => app.settings.start_limit = Duration::from_secs(value.into()),
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
            Self::InstanceConcurrency => app.settings.instance_concurrency.to_string(),
            Self::Start => format!("{} s", app.settings.start_limit.as_secs()),
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

/// Variables that Lambda sets itself, and refuses to take from a function's configuration.
/// <https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html#configuration-envvars-runtime>
const RESERVED: [&str; 18] = [
    "_HANDLER",
    "_X_AMZN_TRACE_ID",
    "AWS_ACCESS_KEY",
    "AWS_ACCESS_KEY_ID",
    "AWS_DEFAULT_REGION",
    "AWS_EXECUTION_ENV",
    "AWS_LAMBDA_FUNCTION_MEMORY_SIZE",
    "AWS_LAMBDA_FUNCTION_NAME",
    "AWS_LAMBDA_FUNCTION_VERSION",
    "AWS_LAMBDA_INITIALIZATION_TYPE",
    "AWS_LAMBDA_LOG_GROUP_NAME",
    "AWS_LAMBDA_LOG_STREAM_NAME",
    "AWS_LAMBDA_RUNTIME_API",
    "AWS_REGION",
    "AWS_SECRET_ACCESS_KEY",
    "AWS_SESSION_TOKEN",
    "LAMBDA_RUNTIME_DIR",
    "LAMBDA_TASK_ROOT",
];

/// What is wrong with a manifest that sets a variable which Lambda keeps for itself; it has no place yet.
pub(crate) fn reserved(variable: &str) -> Option<Problem> {
    RESERVED.contains(&variable).then(|| {
        Problem::warning(format!("Lambda sets {variable} itself and refuses a function that sets it"))
            .hint("take it out of the manifest; what only this machine needs belongs into coldframe.toml")
    })
}

/// The beginning of every problem about a variable that has no value, so that who sets it can take the problem back.
pub(crate) fn no_value_for(variable: &str) -> String {
    format!("environment variable `{variable}` is not set: ")
}
