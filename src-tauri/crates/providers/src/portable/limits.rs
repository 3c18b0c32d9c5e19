//! How much a provider's callers can send, and get back; and how much its functions can have.

use crate::domain::{ProviderId, Settings};

/// Bytes of bodies; `None`: there is no limit, or the provider's runtime holds to it itself.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Limits {
    pub(crate) request: Option<usize>,
    /// Of answers that are not streamed.
    pub(crate) answer: Option<usize>,
    /// The longest a call may take, and the most memory, on the largest plan.
    pub(crate) seconds: Option<u64>,
    pub(crate) memory_mb: Option<u32>,
}

impl Limits {
    pub(crate) const NONE: Self = Self { request: None, answer: None, seconds: None, memory_mb: None };

    pub(crate) const fn of_both(bytes: usize) -> Self {
        Self { request: Some(bytes), answer: Some(bytes), ..Self::NONE }
    }

    pub(crate) const fn at_most(self, seconds: u64, memory_mb: u32) -> Self {
        Self { seconds: Some(seconds), memory_mb: Some(memory_mb), ..self }
    }

    /// What of a function's settings is more than anybody has there, each in words.
    pub(super) fn exceeded(&self, settings: &Settings, whose: ProviderId) -> Vec<String> {
        let (whose, seconds, memory_mb) = (whose.title(), settings.timeout.as_secs(), settings.memory_mb);
        let time = self.seconds.filter(|most| seconds > *most);
        let memory = self.memory_mb.filter(|most| memory_mb > *most);
        let time = time.map(|most| format!("its timeout of {seconds} s is over {whose}'s {most} s"));
        let memory = memory.map(|most| format!("its memory of {memory_mb} MB is over {whose}'s {most} MB"));
        time.into_iter().chain(memory).collect()
    }
}

/// # Errors
/// It is more than that: what of it, by how much.
pub(super) fn kept(what: &str, bytes: usize, most: Option<usize>, whose: ProviderId) -> Result<(), String> {
    match most {
        Some(most) if bytes > most => {
            // Up, so that what is over the limit never reads like it.
            let tenths = (bytes * 10).div_ceil(MB);
            let sizes = [tenths, most * 10 / MB].map(|tenths| format!("{}.{} MB", tenths / 10, tenths % 10));
            Err(format!("its {what} of {} is over {}'s {}", sizes[0], whose.title(), sizes[1]))
        }
        _ => Ok(()),
    }
}

const MB: usize = 1 << 20;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_over_a_limit_is_told_with_both_sizes() {
        let most = Some(4_718_592);
        assert_eq!(kept("answer", 4_718_592, most, ProviderId::Vercel), Ok(()), "to its last byte");
        let over = |bytes| kept("answer", bytes, most, ProviderId::Vercel).unwrap_err();
        assert_eq!(over(5_242_880), "its answer of 5.0 MB is over Vercel's 4.5 MB");
        assert_eq!(over(4_718_593), "its answer of 4.6 MB is over Vercel's 4.5 MB");
        assert_eq!(kept("answer", 5_000_000_000, None, ProviderId::Vercel), Ok(()));
    }

    #[test]
    fn settings_that_nobody_has_elsewhere_are_named() {
        let limits = Limits::of_both(1).at_most(120, 4096);
        let mut settings = crate::registry::of(ProviderId::Aws).defaults.clone();
        assert!(limits.exceeded(&settings, ProviderId::Ibm).is_empty());
        (settings.timeout, settings.memory_mb) = (std::time::Duration::from_secs(900), 10_240);
        assert_eq!(
            limits.exceeded(&settings, ProviderId::Ibm),
            [
                "its timeout of 900 s is over IBM Cloud's 120 s",
                "its memory of 10240 MB is over IBM Cloud's 4096 MB"
            ]
        );
        assert!(Limits::NONE.exceeded(&settings, ProviderId::Knative).is_empty());
    }
}
