//! Pausing: no call is taken and nothing is started or reloaded; what was saved meanwhile is kept in mind, and what runs
//! finishes.

use std::time::Instant;

use super::{Files, Owner};

impl Owner {
    pub(in crate::app) fn pause(&mut self) {
        if self.held.is_some() {
            return;
        }
        let mut held = Files::new();
        // A first build has calls that wait for it; a reload has not, and is begun anew.
        if self.code.current.is_some()
            && self.code.waiting.is_empty()
            && let Some(work) = self.code.work.take()
        {
            work.abort.abort();
            held.extend(work.files);
        }
        self.held = Some(held);
        self.sleep();
    }

    pub(in crate::app) fn resume(&mut self) {
        let Some(files) = self.held.take() else { return };
        if !files.is_empty() {
            self.begin(files, Instant::now());
        }
        self.keep_warm();
        self.touched();
    }
}
