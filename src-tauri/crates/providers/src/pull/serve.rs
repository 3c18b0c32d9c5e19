//! Routes of one instance's Runtime API.

use std::sync::Arc;

use http::{Method, Request, StatusCode};
use hyper::body::Incoming;

use super::{
    extensions,
    replies::{self, Reply},
    runtime,
    state::Shared,
};
use crate::loopback::from_a_process;

const INVOCATION: &str = "/2018-06-01/runtime/invocation/";

pub(super) async fn route(shared: Arc<Shared>, request: Request<Incoming>) -> Reply {
    if !from_a_process(request.headers()) {
        return replies::error(
            StatusCode::FORBIDDEN,
            "Forbidden",
            "only the function's own process may speak here",
        );
    }
    let shared = &*shared;
    let path = request.uri().path();
    if let Some(rest) = path.strip_prefix(INVOCATION) {
        if rest == "next" {
            return match *request.method() {
                Method::GET => runtime::next(shared, request.headers()).await,
                _ => replies::method_not_allowed(),
            };
        }
        return match rest.split_once('/') {
            Some((_, "response" | "error")) if request.method() != Method::POST => {
                replies::method_not_allowed()
            }
            Some((id, "response")) => {
                let id = id.to_owned();
                runtime::response(shared, &id, request).await
            }
            Some((id, "error")) => {
                let id = id.to_owned();
                runtime::error(shared, &id, request).await
            }
            _ => replies::not_found(),
        };
    }
    match (request.method(), path) {
        (&Method::POST, "/coldframe/loaded") => runtime::loaded(shared, request).await,
        (&Method::POST, "/coldframe/reached") => runtime::reached(shared, request).await,
        (&Method::POST, "/coldframe/imports") => runtime::imports(shared, request).await,
        (&Method::POST, "/2018-06-01/runtime/init/error") => runtime::init_error(shared, request).await,
        (&Method::GET, "/2018-06-01/ping") => replies::pong(),
        (&Method::POST, "/2020-01-01/extension/register") => extensions::register(shared, request).await,
        (&Method::GET, "/2020-01-01/extension/event/next") => {
            extensions::next(shared, request.headers()).await
        }
        (&Method::POST, "/2020-01-01/extension/init/error" | "/2020-01-01/extension/exit/error") => {
            extensions::failed(shared, &request)
        }
        (&Method::PUT, "/2020-08-15/logs") => replies::not_supported("Logs"),
        (&Method::PUT, "/2022-07-01/telemetry") => replies::not_supported("Telemetry"),
        _ => replies::not_found(),
    }
}
