//! The last request that a function answered well since its project was opened, so that it can be tried with it again. The
//! record keeps the body of a request and not what came with it.

use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
};

use coldframe_providers::invocation::HttpRequest;

#[derive(Debug, Default)]
pub(crate) struct Requests {
    /// By function. Short sections only.
    last: Mutex<HashMap<i64, HttpRequest>>,
}

impl Requests {
    pub(crate) fn note(&self, function_id: i64, request: HttpRequest) {
        self.last.lock().unwrap_or_else(PoisonError::into_inner).insert(function_id, request);
    }

    pub(crate) fn of(&self, function_id: i64) -> Option<HttpRequest> {
        self.last.lock().unwrap_or_else(PoisonError::into_inner).get(&function_id).cloned()
    }
}
