//! What every save did to starts: measured after it, while somebody looks and nobody calls, for a bounded time. Nothing
//! is called: a handler may write somewhere. What is measured is told and kept with the reload.

mod commit;
mod starts;

use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
    time::Duration,
};

use coldframe_engine::{AppStatus, Engine};
use coldframe_protocol::{self as wire, CheckVerdict, ReceiptState};
use coldframe_providers::invocation::FunctionRef;
use coldframe_report::receipt;
use coldframe_store::{Entry, ReceiptEntry, ReloadEntry};
use tokio::task::AbortHandle;

use self::{commit::LastCommit, starts::Starts};
use crate::{check::imports, host::Host, keeping};

/// A person saves, and then calls: a moment of quiet comes first.
const QUIET: Duration = Duration::from_millis(400);
const PATIENCE: u32 = 20;
/// Imports are told module by module only where starts changed, and for so long at most.
const IMPORTS: Duration = Duration::from_secs(3);

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
        let task = tokio::spawn(async move {
            if let Some((function, receipt)) = host.receipt(&engine, app).await {
                host.keep_receipt(function, id, receipt).await;
            }
        });
        let mut making = self.inner.receipts.making.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(older) = making.insert(app, task.abort_handle()) {
            older.abort();
        }
    }

    async fn receipt(&self, engine: &Engine, app: i64) -> Option<(i64, wire::Receipt)> {
        quiet(engine, app).await?;
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
        let Starts { now: is, sides: were, state } =
            starts::measure(&now, &sides, || engine.app_status(app).is_none_or(|status| busy(&status)))
                .await?;
        let mut against = Vec::new();
        for (side, was) in sides.iter().zip(&were) {
            let metrics = receipt::told(was, &is);
            let changed = metrics
                .iter()
                .any(|metric| matches!(metric.verdict, CheckVerdict::Worse | CheckVerdict::Better));
            let told = changed && state == ReceiptState::Done && engine.measures_imports(function).is_ok();
            let imports = if told {
                let until = std::time::Instant::now() + IMPORTS;
                let told = imports::imports(&now, &[side.subject], until).await.unwrap_or_default();
                told.into_iter().flat_map(|imported| imported.told).collect()
            } else {
                Vec::new()
            };
            let recorded = match (side.what, held.as_ref()) {
                ("commit", Some(commit)) => {
                    let hashes = commit.hashes();
                    let found = self.read(move |report, _| report.revision_of_files(function, hashes)).await;
                    found.ok().flatten()
                }
                _ => Some(side.name.clone()),
            };
            against.push(wire::ReceiptAgainst {
                what: side.what.to_owned(),
                name: side.name.clone(),
                recorded,
                metrics,
                imports,
            });
        }
        drop((now, before));
        if state == ReceiptState::Done && engine.measures_imports(function).is_ok() {
            // For the editor's margin.
            let _ = self.measure_imports_of(wire::MeasureImports { function, runs: Some(1) }).await;
        }
        let starts = u32::try_from(is.cold.len()).unwrap_or(u32::MAX);
        Some((function, wire::Receipt { state, starts, against }))
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

/// Nobody calls, and nothing is saved; `None` if that does not come.
async fn quiet(engine: &Engine, app: i64) -> Option<()> {
    for _ in 0..PATIENCE {
        tokio::time::sleep(QUIET).await;
        if !busy(&engine.app_status(app)?) {
            return Some(());
        }
    }
    None
}

fn busy(status: &AppStatus) -> bool {
    status.in_flight > 0 || status.working || status.starting > 0
}
