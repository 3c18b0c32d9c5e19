//! Scaling rules.

use std::sync::Arc;

use toml::Spanned;

use super::Reader;
use crate::book::{BookError, Figure, Scaling, Source, file::*};

/// Nobody keeps an instance without a call for longer than a month, or lets a call wait.
const MOST_S: u64 = 31 * 24 * 3_600;

impl Reader<'_> {
    pub(super) fn scaling(
        &self,
        spanned: &Spanned<ScalingFile>,
        source: &Arc<Source>,
    ) -> Result<Scaling, BookError> {
        let raw = spanned.get_ref();
        if raw.burst.is_some() != raw.burst_s.is_some() {
            return Err(self.place.error(spanned.span(), "burst and burst_s are given together"));
        }
        let optional = |raw: &Option<FigureFile<u64>>| {
            raw.as_ref().map(|raw| self.at_least_one(raw, source)).transpose()
        };
        Ok(Scaling {
            idle_s: self.seconds(&raw.idle_s, source)?,
            concurrency: self.at_least_one(&raw.concurrency, source)?,
            most: optional(&raw.most)?,
            account: optional(&raw.account)?,
            burst: optional(&raw.burst)?,
            burst_s: optional(&raw.burst_s)?,
            queue_s: raw.queue_s.as_ref().map(|raw| self.seconds(raw, source)).transpose()?,
        })
    }

    fn seconds(&self, raw: &FigureFile<u64>, source: &Arc<Source>) -> Result<Figure<u64>, BookError> {
        self.figure(raw, source, |value| match *value.get_ref() {
            seconds if seconds > MOST_S => {
                Err(self.place.error(value.span(), format!("{seconds} s is more than a month")))
            }
            seconds => Ok(seconds),
        })
    }
}
