//! CORS settings, of a function's URL and of the HTTP API: both are written alike, and what they leave out differs in
//! methods only.

use std::{collections::BTreeSet, rc::Rc};

use super::{Service, variables::Resolved};
use crate::{
    domain::{App, Cors},
    manifest::Node,
};

/// What `cors: true` stands for, and what a map leaves out.
/// <https://www.serverless.com/framework/docs/providers/aws/events/http-api#cors-setup>
pub(super) const HEADERS: [&str; 7] = [
    "Content-Type",
    "X-Amz-Date",
    "Authorization",
    "X-Api-Key",
    "X-Amz-Security-Token",
    "X-Amz-User-Agent",
    "X-Amzn-Trace-Id",
];
const METHODS: [&str; 7] = ["DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT"];

impl Service<'_> {
    /// `methods` are allowed where nothing names any; nothing for `cors: false`.
    pub(super) fn cors(&self, cors: &Rc<Node>, methods: Vec<String>) -> Option<Cors> {
        if cors.flag() == Some(false) {
            return None;
        }
        let get = |key: &str| self.variables.get(cors, key).ok().flatten();
        let list = |key: &str| -> Option<Vec<String>> {
            let list = get(key)?;
            let items = list.items_or_self().iter();
            Some(items.filter_map(|item| self.variables.text(item).ok().flatten()).collect())
        };
        Some(Cors {
            allow_origins: list("allowedOrigins").unwrap_or_else(|| vec!["*".into()]),
            allow_methods: list("allowedMethods").unwrap_or(methods),
            allow_headers: list("allowedHeaders").unwrap_or_else(|| HEADERS.map(str::to_owned).to_vec()),
            expose_headers: list("exposedResponseHeaders").unwrap_or_default(),
            allow_credentials: get("allowCredentials").and_then(|flag| flag.flag()).unwrap_or(false),
            max_age: get("maxAge").and_then(|age| u32::try_from(age.number()?).ok()),
        })
    }

    /// `provider.httpApi.cors`, on every function that has a route of the API.
    pub(super) fn api_cors(&mut self, provider: &Node, apps: &mut [App]) {
        let setting = || -> Resolved<Option<Rc<Node>>> {
            match self.variables.get(provider, "httpApi")? {
                Some(api) => self.variables.get(&api, "cors"),
                None => Ok(None),
            }
        };
        let setting = match setting() {
            Ok(Some(setting)) => setting,
            Ok(None) => return,
            Err(unknown) => {
                self.unknown(&unknown, "httpApi.cors", "CORS is left to the functions");
                return;
            }
        };
        let functions = apps.iter_mut().filter(|app| self.on_api.contains(&app.name));
        let mut functions: Vec<_> = functions.flat_map(|app| &mut app.functions).collect();
        let mut methods = BTreeSet::from(["OPTIONS"]);
        for route in functions.iter().flat_map(|function| &function.routes) {
            match route.method.as_str() {
                "ANY" => methods.extend(METHODS),
                method => _ = METHODS.iter().find(|one| **one == method).map(|one| methods.insert(one)),
            }
        }
        let cors = self.cors(&setting, methods.into_iter().map(str::to_owned).collect());
        for function in &mut functions {
            function.routes_cors.clone_from(&cors);
        }
    }
}
