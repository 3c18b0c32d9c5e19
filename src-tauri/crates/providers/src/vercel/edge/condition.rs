//! `has` and `missing`: what a request must and must not carry for a rule to apply.

use fancy_regex::Regex;
use http::{
    HeaderMap,
    header::{COOKIE, HOST},
};

use super::pattern::Held;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Header,
    Cookie,
    Query,
    Host,
}

#[derive(Debug)]
pub(super) struct Condition {
    pub(super) kind: Kind,
    /// Of a header in lower case; nothing of a host.
    pub(super) key: String,
    /// Of the whole value; any, if there is none.
    pub(super) value: Option<Regex>,
}

impl Condition {
    /// What its groups hold, if a request satisfies it.
    pub(super) fn held(&self, headers: &HeaderMap, query: &str) -> Option<Held> {
        let value = self.value_in(headers, query)?;
        let Some(wanted) = &self.value else { return Some(vec![(self.key.clone(), value)]) };
        let captures = wanted.captures(&value).ok()??;
        let names = wanted.capture_names().flatten();
        Some(names.filter_map(|name| Some((name.into(), captures.name(name)?.as_str().into()))).collect())
    }

    fn value_in(&self, headers: &HeaderMap, query: &str) -> Option<String> {
        let text = |name: &str| Some(headers.get(name)?.to_str().ok()?.to_owned());
        match self.kind {
            Kind::Header => text(&self.key),
            Kind::Host => {
                text(HOST.as_str()).map(|host| host.split(':').next().unwrap_or_default().to_owned())
            }
            Kind::Cookie => text(COOKIE.as_str())?.split(';').find_map(|pair| {
                let (name, value) = pair.trim().split_once('=')?;
                (name == self.key).then(|| value.to_owned())
            }),
            Kind::Query => query.split('&').find_map(|pair| {
                let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
                (name == self.key).then(|| value.to_owned())
            }),
        }
    }
}
