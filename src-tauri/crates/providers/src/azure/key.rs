//! The keys by which an app's functions are called, where they ask for them: the core tools do not, Azure does. They are
//! made of the app's folder and name, so that they stay the same, and shown with the function's addresses: they keep
//! nobody out of a machine of one's own, but show what callers without one would get.
//! <https://learn.microsoft.com/azure/azure-functions/function-keys-how-to>

use base64::{Engine as _, engine::general_purpose::URL_SAFE};
use http::HeaderMap;
use percent_encoding::percent_decode_str;

use super::converse;
use crate::{
    domain::{App, Function},
    invocation::Found,
};

const HEADER: &str = "x-functions-key";

/// What a function asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Level {
    Anonymous,
    /// Its own key, the app's, or the master key.
    Function,
    /// The master key.
    Admin,
}

impl Level {
    fn of(function: &Function) -> Self {
        let level = converse::trigger(function).and_then(|trigger| trigger.settings.get("authLevel"));
        match level.map(|level| level.to_lowercase()).as_deref() {
            Some("anonymous") => Self::Anonymous,
            Some("admin") => Self::Admin,
            _ => Self::Function,
        }
    }
}

/// The key that an address of a function is shown with; `None` where none is asked for.
pub(super) fn shown(found: &Found) -> Option<String> {
    if !found.app.settings.ask_for_keys {
        return None;
    }
    if !converse::is_http(&found.function) {
        return Some(master(&found.app));
    }
    match Level::of(&found.function) {
        Level::Anonymous => None,
        Level::Function => Some(own(&found.app, &found.function)),
        Level::Admin => Some(master(&found.app)),
    }
}

/// Whether a request has what a function asks for.
pub(super) fn allows(found: &Found, headers: &HeaderMap, query: Option<&str>) -> bool {
    if !found.app.settings.ask_for_keys {
        return true;
    }
    let given = given(headers, query);
    let is = |key: String| given.as_deref() == Some(key.as_str());
    match Level::of(&found.function) {
        Level::Anonymous => true,
        Level::Function => {
            is(own(&found.app, &found.function)) || is(derived(&found.app, "host")) || is(master(&found.app))
        }
        Level::Admin => is(master(&found.app)),
    }
}

/// Whether a request may use the admin API for a function.
pub(super) fn administers(found: &Found, headers: &HeaderMap, query: Option<&str>) -> bool {
    !found.app.settings.ask_for_keys || given(headers, query) == Some(master(&found.app))
}

/// The header before the query, as the host reads them.
fn given(headers: &HeaderMap, query: Option<&str>) -> Option<String> {
    if let Some(key) = headers.get(HEADER) {
        return key.to_str().ok().map(str::to_owned);
    }
    let pairs = query?.split('&').filter_map(|pair| pair.split_once('='));
    let code = pairs.filter(|(name, _)| name.eq_ignore_ascii_case("code")).map(|(_, value)| value).next()?;
    Some(percent_decode_str(code).decode_utf8_lossy().into_owned())
}

fn own(app: &App, function: &Function) -> String {
    derived(app, &format!("function {}", function.entry()))
}

fn master(app: &App) -> String {
    derived(app, "_master")
}

fn derived(app: &App, scope: &str) -> String {
    let mut hash = blake3::Hasher::new_derive_key("coldframe azure function key");
    for part in [app.root.to_string_lossy().as_ref(), &app.name, scope] {
        hash.update(part.as_bytes()).update(&[0]);
    }
    URL_SAFE.encode(hash.finalize().as_bytes())
}
