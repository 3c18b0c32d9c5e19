//! What every save did to starts: measured after it, while somebody looks and nobody calls, for a bounded time. Nothing
//! is called: a handler may write somewhere. What is measured is told and kept with the reload; where a call came between,
//! or starts cost much, what there is so far, until it is quiet again.

mod commit;
mod starts;

use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
    time::{Duration, Instant},
};

use coldframe_engine::{AppStatus, Engine, Subject};
use coldframe_protocol::{self as wire, CheckVerdict, ReceiptState};
use coldframe_providers::invocation::FunctionRef;
use coldframe_report::receipt;
use coldframe_store::{Entry, ReceiptEntry, ReloadEntry};
use tokio::task::AbortHandle;

use self::{
    commit::LastCommit,
    starts::{Starts, Went},
};
use crate::{check::imports, host::Host, keeping};

/// A person saves, and then calls: a moment of quiet comes first.
const QUIET: Duration = Duration::from_millis(400);
/// Imports are told module by module only where starts changed, until somebody calls, and for so long at most: that is, on a
/// busy machine, too, enough for any that a person waits for.
const IMPORTS: Duration = Duration::from_mins(1);

#[derive(Debug, Default)]
pub(crate) struct Receipts {
    /// Of each app the one being made; a newer save takes its place. A short section.
    making: Mutex<HashMap<i64, AbortHandle>>,
    /// The last commit, with an engine on its files. One at a time is made.
    commit: tokio::sync::Mutex<Option<LastCommit>>,
}

impl Receipts {
    /// What is under way is given up; resolves when nothing of it is left.
    pub(crate) async fn halt(&self) {
        let making = std::mem::take(&mut *self.making.lock().unwrap_or_else(PoisonError::into_inner));
        making.into_values().for_each(|task| task.abort());
        if let Some(commit) = self.commit.lock().await.take() {
            commit.close().await;
        }
    }
}

impl Host {
    /// A newer save of the same app takes the place of what is being measured.
    pub(crate) fn begin_receipt(&self, reload: &ReloadEntry) {
        let Ok(engine) = self.engine() else { return };
        if !keeping::receipts(&self.inner.config.data_dir) {
            return;
        }
        let (host, app, id) = (self.clone(), reload.app_id, reload.id);
        let task = tokio::spawn(async move { host.receipt(&engine, app, id).await });
        let mut making = self.inner.receipts.making.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(older) = making.insert(app, task.abort_handle()) {
            older.abort();
        }
    }

    /// `None` where there is nothing to tell, or no more.
    async fn receipt(&self, engine: &Engine, app: i64, reload: i64) -> Option<()> {
        let mut starts = Starts::default();
        loop {
            quiet(engine, app).await?;
            let before = starts.count();
            let (function, receipt, went) = self.measure(engine, app, reload, &mut starts).await?;
            if starts.count() > before || (went == Went::Enough && before > 0) {
                self.keep_receipt(function, reload, receipt).await;
            }
            match went {
                Went::Enough => return Some(()),
                Went::Stopped => {}
                Went::Rests(rest) => tokio::time::sleep(rest).await,
            }
        }
    }

    /// Goes on with what there is, till it is enough, somebody calls or it rests: other trials wait no longer than that.
    async fn measure(
        &self,
        engine: &Engine,
        app: i64,
        reload: i64,
        starts: &mut Starts,
    ) -> Option<(i64, wire::Receipt, Went)> {
        let status = engine.app_status(app)?;
        let (function, name) = status.functions.first().cloned()?;
        let named = FunctionRef { provider: status.app.provider, name };
        // Made first: while the pair is held no other trial of the engine runs.
        let mut held = self.inner.receipts.commit.lock().await;
        let commit = LastCommit::renewed(held.take(), &self.inner.supervisor, engine.root()).await;
        let committed = match &commit {
            Some(commit) => commit.subject(&named).await,
            None => None,
        };
        *held = commit;
        let (now, before) = engine.saved(function).await.ok()??;
        let mut sides: Vec<starts::Against<'_>> = Vec::new();
        sides.extend(before.as_ref().map(|subject| starts::Against {
            what: "revision",
            name: subject.revision().to_owned(),
            subject,
        }));
        sides.extend(committed.as_ref().zip(held.as_ref()).map(|(subject, commit)| starts::Against {
            what: "commit",
            name: commit.short().to_owned(),
            subject,
        }));
        if sides.is_empty() {
            return None;
        }
        let stop = || engine.app_status(app).is_none_or(|status| busy(&status));
        let went = starts.go_on(&now, &sides, &stop).await?;
        let state = if went == Went::Enough { ReceiptState::Done } else { ReceiptState::Interrupted };
        let is = starts.now().filter(|side| state == ReceiptState::Interrupted || !side.cold.is_empty())?;
        let told = sides.iter().zip(starts.before()).map(|(_, was)| receipt::told(was, is));
        let told: Vec<_> = told.collect();
        let done = state == ReceiptState::Done && engine.measures_imports(function).is_ok();
        let changed: Vec<bool> = told.iter().map(|metrics| done && is_changed(metrics)).collect();
        let mut against = Vec::new();
        for (side, metrics) in sides.iter().zip(told) {
            let recorded = match (side.what, held.as_ref()) {
                ("commit", Some(commit)) => {
                    let hashes = commit.hashes();
                    let found = self.read(move |report, _| report.revision_of_files(function, hashes)).await;
                    found.ok().flatten()
                }
                _ => Some(side.name.clone()),
            };
            let (what, name) = (side.what.to_owned(), side.name.clone());
            against.push(wire::ReceiptAgainst { what, name, recorded, metrics, imports: Vec::new() });
        }
        if changed.contains(&true) {
            // What changed is told before what did it is known.
            let (state, starts) = (ReceiptState::Interrupted, starts.count());
            let receipt = wire::Receipt { state, starts, against: against.clone() };
            self.keep_receipt(function, reload, receipt).await;
        }
        let imports = imported(&now, &sides, &changed, stop).await;
        let meant = against.iter_mut().zip(&changed).filter(|(_, changed)| **changed);
        for ((one, _), imports) in meant.zip(imports) {
            one.imports = imports;
        }
        drop((now, before));
        if done {
            // For the editor's margin.
            let _ = self.measure_imports_of(wire::MeasureImports { function, runs: Some(1) }).await;
        }
        Some((function, wire::Receipt { state, starts: starts.count(), against }, went))
    }

    /// In the record, and to whoever looks.
    async fn keep_receipt(&self, function: i64, reload: i64, receipt: wire::Receipt) {
        if let Ok(told) = serde_json::to_string(&receipt) {
            let entry = ReceiptEntry { reload_id: reload, receipt: told };
            self.inner.recorder.note(Entry::Receipt(entry));
        }
        self.flush().await;
        let query = wire::FunctionQuery { function, minutes: None };
        let Ok(reloads) = self.read(move |report, now| report.reloads(&query, now)).await else { return };
        if let Some(told) = reloads.into_iter().find(|one| one.id == reload) {
            self.inner.live.show(wire::Reload { receipt: Some(receipt), ..told });
        }
    }
}

fn is_changed(metrics: &[wire::CheckedMetric]) -> bool {
    metrics.iter().any(|metric| matches!(metric.verdict, CheckVerdict::Worse | CheckVerdict::Better))
}

/// What differs beside each of those whose starts changed, in their order: measured for all at once, so that an import has
/// one figure.
async fn imported(
    now: &Subject,
    sides: &[starts::Against<'_>],
    changed: &[bool],
    stop: impl Fn() -> bool,
) -> std::vec::IntoIter<Vec<wire::CheckedImport>> {
    let meant = sides.iter().zip(changed).filter(|(_, changed)| **changed);
    let meant: Vec<&Subject> = meant.map(|(side, _)| side.subject).collect();
    let until = Instant::now() + IMPORTS;
    let stop = || stop() || Instant::now() >= until;
    let told = if meant.is_empty() {
        Ok(Vec::new())
    } else {
        imports::imports(now, &meant, receipt::FEWEST, stop).await
    };
    let told: Vec<_> = told.unwrap_or_default().into_iter().map(|imported| imported.told).collect();
    told.into_iter()
}

/// Nobody calls, and nothing is saved; `None` if the app is gone.
async fn quiet(engine: &Engine, app: i64) -> Option<()> {
    loop {
        tokio::time::sleep(QUIET).await;
        if !busy(&engine.app_status(app)?) {
            return Some(());
        }
    }
}

fn busy(status: &AppStatus) -> bool {
    status.in_flight > 0 || status.working || status.starting > 0
}
