//! Names of functions by their ids, for what the engine tells with ids only.

use std::{
    collections::HashMap,
    sync::{Arc, PoisonError, RwLock},
};

use coldframe_protocol as wire;
use coldframe_store::ReloadEntry;

use crate::shape;

#[derive(Debug, Clone, Default)]
pub(crate) struct FunctionNames(Arc<RwLock<All>>);

/// What does not change of a function while a project is open; empty where it is not known.
#[derive(Debug, Default)]
pub(crate) struct Known {
    pub(crate) name: String,
    pub(crate) provider: String,
    pub(crate) language: String,
    pub(crate) runtime: String,
}

#[derive(Debug, Default)]
struct All {
    functions: HashMap<i64, Arc<Known>>,
    /// A function of a resident twin → the function whose twin it is.
    twins: HashMap<i64, i64>,
    /// App id → its name and its functions.
    apps: HashMap<i64, (String, Vec<i64>)>,
}

impl FunctionNames {
    /// Learns from what the engine says of its apps.
    pub(crate) fn learn(&self, statuses: &[coldframe_engine::AppStatus]) {
        let mut known = self.0.write().unwrap_or_else(PoisonError::into_inner);
        for status in statuses {
            let app = &status.app;
            for (id, name) in &status.functions {
                let function = Known {
                    name: name.clone(),
                    provider: app.provider.as_str().into(),
                    language: app.language.as_str().into(),
                    runtime: app.runtime.clone(),
                };
                known.functions.insert(*id, Arc::new(function));
                known.twins.insert(coldframe_engine::resident_function(status.id, name), *id);
            }
            let ids = status.functions.iter().map(|(id, _)| *id).collect();
            known.apps.insert(status.id, (status.app.name.clone(), ids));
        }
    }

    pub(crate) fn get(&self, function: i64) -> Arc<Known> {
        let known = self.0.read().unwrap_or_else(PoisonError::into_inner);
        known.functions.get(&function).cloned().unwrap_or_default()
    }

    /// The function whose twin it is of, if it is one of a twin.
    pub(crate) fn twin_of(&self, function: i64) -> Option<i64> {
        let known = self.0.read().unwrap_or_else(PoisonError::into_inner);
        known.twins.get(&function).copied()
    }

    pub(crate) fn reload(&self, entry: &ReloadEntry, revision: Option<String>) -> wire::Reload {
        let known = self.0.read().unwrap_or_else(PoisonError::into_inner);
        let (app, functions) = known.apps.get(&entry.app_id).cloned().unwrap_or_default();
        wire::Reload {
            id: entry.id,
            app,
            functions,
            revision,
            detected_at: shape::time_text(entry.detected_at),
            files: entry.files.clone(),
            built_ms: entry.built_us.map(shape::ms),
            initialised_ms: entry.initialised_us.map(shape::ms),
            swapped_ms: entry.swapped_us.map(shape::ms),
            drained_ms: entry.drained_us.map(shape::ms),
            init_ms: shape::ms(entry.phases.init_us),
            outcome: entry.outcome.clone(),
            error: entry.error.as_ref().map(|error| wire::Problem {
                severity: "error".into(),
                message: error.message.clone(),
                file: error.file.clone(),
                line: error.line,
                hint: None,
                remedy: None,
            }),
            receipt: None,
        }
    }
}
