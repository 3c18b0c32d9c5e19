//! The reporting channel, and what is known of the process from it.

use std::{
    path::PathBuf,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use bytes::Bytes;
use http::{Method, Request, Response, StatusCode};
use http_body_util::{BodyExt, Full, Limited};
use hyper::body::Incoming;
use tokio::sync::Notify;

use crate::{
    aws::failure::error_type_of,
    conversation::{Idle, InitFailure, Ready},
    imports::ReportedImports,
    invocation::ReportedUsage,
    loopback::from_a_process,
    pull::{accepted, error, not_found, usage},
    reached::Reached,
};

const BODY_LIMIT: usize = 8 * 1024 * 1024;

#[derive(Debug, Default)]
pub(super) struct Shared {
    /// Short sections only, never held across an await.
    state: Mutex<State>,
    /// Wakes whoever waits for the process to be ready.
    pub(super) progress: Notify,
}

#[derive(Debug, Default)]
struct State {
    /// Our bootstrap has said hello: it will say when it is ready.
    speaks: bool,
    said_ready: bool,
    ready: Ready,
    failure: Option<InitFailure>,
    usage: Option<ReportedUsage>,
    loaded: Option<Vec<PathBuf>>,
    reached: Vec<Reached>,
    imports: Option<ReportedImports>,
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, State> {
        // Every section leaves the state whole, so a panic elsewhere does not spoil it.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether the process is ready by its own word; `None` if it is one that says nothing.
    pub(super) fn said_ready(&self) -> Option<bool> {
        let state = self.lock();
        state.speaks.then_some(state.said_ready)
    }

    pub(super) fn init_failure(&self) -> Option<InitFailure> {
        self.lock().failure.clone()
    }

    pub(super) fn take_ready(&self) -> Ready {
        let mut state = self.lock();
        Ready { loaded: state.loaded.take(), ..std::mem::take(&mut state.ready) }
    }

    pub(super) fn take_reached(&self) -> Vec<Reached> {
        std::mem::take(&mut self.lock().reached)
    }

    pub(super) fn take_imports(&self) -> Option<ReportedImports> {
        self.lock().imports.take()
    }

    pub(super) fn take_idle(&self) -> Idle {
        let mut state = self.lock();
        Idle { usage: state.usage.take(), loaded: state.loaded.take() }
    }

    pub(super) fn used(&self, usage: ReportedUsage) {
        self.lock().usage = Some(usage);
    }
}

pub(super) async fn route(shared: Arc<Shared>, request: Request<Incoming>) -> Response<Full<Bytes>> {
    let (head, body) = request.into_parts();
    if head.method != Method::POST || !from_a_process(&head.headers) {
        return not_found();
    }
    let Ok(body) = Limited::new(body, BODY_LIMIT).collect().await else {
        return error(StatusCode::BAD_REQUEST, "InvalidRequestFormat", "the body broke off or is too large");
    };
    let body = body.to_bytes();
    match head.uri.path() {
        "/coldframe/hello" => shared.lock().speaks = true,
        "/coldframe/ready" => {
            let mut state = shared.lock();
            state.said_ready = true;
            state.ready.init = usage::init(&head.headers);
            state.ready.usage = usage::usage(&head.headers);
        }
        "/coldframe/init/error" => {
            let error_type = error_type_of(&body).unwrap_or_else(|| "Error".to_owned());
            shared.lock().failure = Some(InitFailure { error_type, payload: body });
        }
        "/coldframe/loaded" => match serde_json::from_slice(&body) {
            Ok(files) => shared.lock().loaded = Some(files),
            Err(_) => return error(StatusCode::BAD_REQUEST, "InvalidRequestFormat", "not a list of paths"),
        },
        "/coldframe/functions" => shared.lock().ready.functions = Some(body),
        "/coldframe/reached" => match serde_json::from_slice(&body) {
            Ok(reached) => shared.lock().reached = reached,
            Err(_) => {
                return error(
                    StatusCode::BAD_REQUEST,
                    "InvalidRequestFormat",
                    "not a list of what was reached",
                );
            }
        },
        "/coldframe/imports" => match serde_json::from_slice(&body) {
            Ok(imports) => shared.lock().imports = Some(imports),
            Err(_) => return error(StatusCode::BAD_REQUEST, "InvalidRequestFormat", "not what imports took"),
        },
        _ => return not_found(),
    }
    shared.progress.notify_one();
    accepted()
}
