//! The figures our own bootstraps send along: `coldframe-usage: <user_us> <system_us> <maxrss_kb>` and
//! `coldframe-init-us: <import duration>`. Other runtimes send neither.

use std::time::Duration;

use http::HeaderMap;

use crate::invocation::ReportedUsage;

pub(crate) const USAGE: &str = "coldframe-usage";
pub(crate) const INIT: &str = "coldframe-init-us";

pub(crate) fn usage(headers: &HeaderMap) -> Option<ReportedUsage> {
    let mut figures = headers.get(USAGE)?.to_str().ok()?.split(' ').map(|figure| figure.parse::<u64>().ok());
    Some(ReportedUsage {
        cpu_user: Duration::from_micros(figures.next()??),
        cpu_system: Duration::from_micros(figures.next()??),
        peak_memory_kb: figures.next()??,
    })
}

pub(crate) fn init(headers: &HeaderMap) -> Option<Duration> {
    headers.get(INIT)?.to_str().ok()?.parse().ok().map(Duration::from_micros)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_are_read_and_nonsense_is_ignored() {
        let mut headers = HeaderMap::new();
        assert_eq!(usage(&headers), None, "no header, no figures");
        headers.insert(USAGE, "1500 250 20480".parse().unwrap());
        headers.insert(INIT, "730".parse().unwrap());
        let read = usage(&headers).unwrap();
        assert_eq!(read.cpu_user, Duration::from_micros(1500));
        assert_eq!(read.cpu_system, Duration::from_micros(250));
        assert_eq!(read.peak_memory_kb, 20480);
        assert_eq!(init(&headers), Some(Duration::from_micros(730)));
        headers.insert(USAGE, "1500 many".parse().unwrap());
        assert_eq!(usage(&headers), None, "a half-read header gives no figures");
    }
}
