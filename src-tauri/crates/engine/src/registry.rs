//! Which functions there are now: read by every call, replaced whole when the project's manifests change.

use std::{
    collections::HashMap,
    sync::{Arc, PoisonError, RwLock},
};

use coldframe_providers::{
    domain::{Function, Problem, ProviderId},
    invocation::{Found, FunctionRef},
};

use crate::app::AppHandle;

#[derive(Debug, Default)]
pub(crate) struct Registry {
    /// Short sections: looked up and cloned, or swapped.
    inner: RwLock<Inner>,
}

#[derive(Debug, Default)]
struct Inner {
    apps: Vec<AppHandle>,
    functions: HashMap<FunctionRef, (AppHandle, Arc<Function>)>,
    problems: Vec<Problem>,
}

impl Registry {
    pub(crate) fn replace(&self, apps: Vec<AppHandle>, problems: Vec<Problem>) {
        let mut functions = HashMap::new();
        for app in &apps {
            let spec = app.spec();
            for function in &spec.functions {
                let key = FunctionRef { provider: spec.provider, name: function.name.clone() };
                functions.insert(key, (app.clone(), Arc::new(function.clone())));
            }
        }
        *self.inner.write().unwrap_or_else(PoisonError::into_inner) = Inner { apps, functions, problems };
    }

    pub(crate) fn apps(&self) -> Vec<AppHandle> {
        self.inner.read().unwrap_or_else(PoisonError::into_inner).apps.clone()
    }

    pub(crate) fn problems(&self) -> Vec<Problem> {
        self.inner.read().unwrap_or_else(PoisonError::into_inner).problems.clone()
    }

    pub(crate) fn get(&self, function: &FunctionRef) -> Option<(AppHandle, Arc<Function>)> {
        self.inner.read().unwrap_or_else(PoisonError::into_inner).functions.get(function).cloned()
    }

    pub(crate) fn app_of(&self, function_id: i64) -> Option<(AppHandle, Arc<Function>)> {
        self.inner
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .functions
            .values()
            .find(|(app, function)| app.function_id(&function.name) == function_id)
            .cloned()
    }

    pub(crate) fn list(&self, provider: ProviderId) -> Vec<Found> {
        let apps = self.apps();
        let of_provider = apps.iter().filter(|app| app.spec().provider == provider);
        of_provider
            .flat_map(|app| app.spec().functions.clone().into_iter().map(|f| found(app, Arc::new(f))))
            .collect()
    }
}

pub(crate) fn found(app: &AppHandle, function: Arc<Function>) -> Found {
    let (revision, modified_ms) = app.serving();
    Found { app: app.spec(), function, revision, modified_ms }
}
