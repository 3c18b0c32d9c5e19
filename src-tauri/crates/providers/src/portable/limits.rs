//! How much a provider's callers can send, and get back.

use crate::domain::ProviderId;

/// Bytes of bodies; `None`: there is no limit, or the provider's runtime holds to it itself.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Limits {
    pub(crate) request: Option<usize>,
    /// Of answers that are not streamed.
    pub(crate) answer: Option<usize>,
}

impl Limits {
    pub(crate) const fn of_both(bytes: usize) -> Self {
        Self { request: Some(bytes), answer: Some(bytes) }
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
}
