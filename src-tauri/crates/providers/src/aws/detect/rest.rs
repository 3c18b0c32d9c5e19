//! What SAM and the Serverless Framework have in common about REST APIs: what they add to the CORS settings of a path.

use std::collections::{BTreeMap, BTreeSet};

use crate::domain::{App, Gateway};

const METHODS: [&str; 7] = ["DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT"];

/// Where no methods are named, a path allows those that it has.
pub(crate) fn complete_cors<'a>(apps: impl Iterator<Item = &'a mut App>) {
    let mut routes: Vec<_> =
        apps.flat_map(|app| &mut app.functions).flat_map(|function| &mut function.routes).collect();
    let mut methods: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for route in &routes {
        if let Gateway::Rest(_) = route.gateway {
            let of_path =
                methods.entry(route.path.clone()).or_insert_with(|| BTreeSet::from(["OPTIONS".into()]));
            match route.method.as_str() {
                "ANY" => of_path.extend(METHODS.map(str::to_owned)),
                method => _ = of_path.insert(method.to_owned()),
            }
        }
    }
    for route in &mut routes {
        if let Gateway::Rest(stage) = &mut route.gateway
            && let Some(cors) = &mut stage.cors
            && cors.allow_methods.is_empty()
        {
            cors.allow_methods = methods.get(&route.path).into_iter().flatten().cloned().collect();
        }
    }
}
