//! `vercel.json` to rules. What cannot be used is left out and named; the rest holds.

use http::StatusCode;

use super::{
    condition::{Condition, Kind},
    pattern::{Pattern, compiled},
    rules::{Cron, Headers, Redirect, Rewrite, Rules, When},
};
use crate::manifest::Node;

/// What is wrong with a `vercel.json`, and what is done about it.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Mistake {
    pub(crate) line: Option<u32>,
    pub(crate) message: String,
    pub(crate) hint: String,
}

/// Vercel's limit, and enough for anybody.
const MOST_RULES: usize = 2048;

/// Keys that change nothing here: they are of builds and deployments, or read elsewhere.
const OTHERS: [&str; 27] = [
    "$schema",
    "version",
    "name",
    "alias",
    "functions",
    "redirects",
    "rewrites",
    "headers",
    "crons",
    "cleanUrls",
    "trailingSlash",
    "public",
    "git",
    "github",
    "regions",
    "functionFailoverRegions",
    "buildCommand",
    "devCommand",
    "installCommand",
    "ignoreCommand",
    "outputDirectory",
    "framework",
    "scope",
    "relatedProjects",
    "passiveRegions",
    "nodeVersion",
    "autoJobCancelation",
];

/// Keys that would, and what holds instead.
const UNSUPPORTED: [(&str, &str); 9] = [
    ("routes", "write it as redirects, rewrites and headers, which Coldframe follows"),
    ("builds", "files below api are run by their endings all the same; take `builds` out"),
    ("env", "put the variables into .env.local or coldframe.toml"),
    ("build", "nothing is built but the functions; put variables into .env.local"),
    ("bunVersion", "functions in JavaScript and TypeScript run with Node.js here"),
    ("customErrorPage", "errors are answered in the words that Vercel has without it"),
    ("fluid", "an instance has one call at a time, unless coldframe.toml says instance_concurrency"),
    ("images", "/_vercel/image is not there: link to the pictures themselves"),
    ("bulkRedirectsPath", "write the few that matter as redirects"),
];

pub(crate) fn read(root: &Node) -> (Rules, Vec<Mistake>) {
    let mut reading = Reading { mistakes: Vec::new() };
    let mut rules = Rules::default();
    for (key, value) in root.entries() {
        let unsupported = UNSUPPORTED.iter().find(|(name, _)| *name == key.text);
        if let Some((name, hint)) = unsupported {
            reading.say(value, format!("`{name}` of vercel.json is not followed"), *hint);
        } else if !OTHERS.contains(&key.text.as_str()) {
            let what = format!("`{}` of vercel.json is not known here and is not followed", key.text);
            reading.say(value, what, "correct it if it is a mistake; nothing else depends on it here");
        }
    }
    let flag = |key: &str| root.get(key).and_then(|value| value.flag());
    rules.clean_urls = flag("cleanUrls").unwrap_or(false);
    rules.trailing_slash = flag("trailingSlash");
    let items =
        |key: &str| root.get(key).map(|list| list.items()).unwrap_or_default().iter().take(MOST_RULES);
    for item in items("redirects") {
        rules.redirects.extend(reading.redirect(item));
    }
    for item in items("rewrites") {
        rules.rewrites.extend(reading.rewrite(item));
    }
    for item in items("headers") {
        rules.headers.extend(reading.headers(item));
    }
    for item in items("crons") {
        rules.crons.extend(reading.cron(item));
    }
    (rules, reading.mistakes)
}

struct Reading {
    mistakes: Vec<Mistake>,
}

impl Reading {
    fn say(&mut self, node: &Node, message: String, hint: impl Into<String>) {
        self.mistakes.push(Mistake { line: node.line(), message, hint: hint.into() });
    }

    fn text(&mut self, item: &Node, key: &str, of: &str) -> Option<String> {
        let text = item.get(key).and_then(|value| value.text()).map(str::to_owned);
        if text.is_none() {
            let hint = format!("add its {key}; until then it is left out");
            self.say(item, format!("a {of} has no `{key}`"), hint);
        }
        text
    }

    fn when(&mut self, item: &Node, of: &str) -> Option<When> {
        let source = self.text(item, "source", of)?;
        let pattern = match Pattern::parse(&source) {
            Ok(pattern) => pattern,
            Err(why) => {
                let what = format!("the source {source} of a {of} cannot be used: {why}");
                self.say(item, what, "write it as in /blog/:slug or /docs/(.*); until then it is left out");
                return None;
            }
        };
        let mut conditions = |key: &str| -> Option<Vec<Condition>> {
            let items = item.get(key).map(|list| list.items()).unwrap_or_default();
            items.iter().map(|one| self.condition(one, key)).collect()
        };
        Some(When { source: pattern, has: conditions("has")?, missing: conditions("missing")? })
    }

    /// A rule with a condition that is not understood would apply where it must not, so there is none.
    fn condition(&mut self, item: &Node, of: &str) -> Option<Condition> {
        let kind = match item.get("type").and_then(|kind| kind.text()) {
            Some("header") => Kind::Header,
            Some("cookie") => Kind::Cookie,
            Some("query") => Kind::Query,
            Some("host") => Kind::Host,
            _ => {
                let what = format!("a condition of `{of}` is of no type that there is");
                self.say(
                    item,
                    what,
                    "make it header, cookie, query or host; until then its rule is left out",
                );
                return None;
            }
        };
        let key = item.get("key").and_then(|key| key.text()).unwrap_or_default();
        let key = if kind == Kind::Header { key.to_ascii_lowercase() } else { key.to_owned() };
        let value = item.get("value");
        let (value, exact) = match value.and_then(|value| Some((value.get("eq")?, value))) {
            Some((equal, _)) => (equal.text(), true),
            None => (value.and_then(|value| value.get("re").unwrap_or(value).text()), false),
        };
        let regex = value.map(|text| {
            let text = if exact { fancy_regex::escape(text).into_owned() } else { text.to_owned() };
            compiled(&format!("^(?:{text})$"))
        });
        match regex.transpose() {
            Ok(value) => Some(Condition { kind, key, value }),
            Err(why) => {
                self.say(
                    item,
                    format!("the value of a condition of `{of}` cannot be used: {why}"),
                    "correct the expression; until then its rule is left out",
                );
                None
            }
        }
    }

    fn redirect(&mut self, item: &Node) -> Option<Redirect> {
        let when = self.when(item, "redirect")?;
        let destination = self.text(item, "destination", "redirect")?;
        let permanent = item.get("permanent").and_then(|value| value.flag());
        let code = item.get("statusCode").and_then(|value| value.number());
        let status = match (permanent, code) {
            (Some(true), _) | (None, None) => StatusCode::PERMANENT_REDIRECT,
            (Some(false), _) => StatusCode::TEMPORARY_REDIRECT,
            (None, Some(code)) => {
                let known =
                    u16::try_from(code).ok().filter(|code| matches!(code, 301 | 302 | 303 | 307 | 308));
                match known.and_then(|code| StatusCode::from_u16(code).ok()) {
                    Some(status) => status,
                    None => {
                        let what = format!("the statusCode {code} is none of a redirect");
                        self.say(item, what, "write 301, 302, 303, 307 or 308; until then it is 308");
                        StatusCode::PERMANENT_REDIRECT
                    }
                }
            }
        };
        Some(Redirect { when, destination, status })
    }

    fn rewrite(&mut self, item: &Node) -> Option<Rewrite> {
        let when = self.when(item, "rewrite")?;
        let destination = self.text(item, "destination", "rewrite")?;
        if !["/", "http://", "https://"].iter().any(|start| destination.starts_with(start)) {
            let what = format!("the rewrite to {destination} leads nowhere");
            self.say(
                item,
                what,
                "begin it with a slash, or with https:// for another site; until then it is left out",
            );
            return None;
        }
        Some(Rewrite { when, destination })
    }

    fn headers(&mut self, item: &Node) -> Option<Headers> {
        let when = self.when(item, "header rule")?;
        let list = item.get("headers").map(|list| list.items()).unwrap_or_default();
        let text = |one: &Node, key: &str| Some(one.get(key)?.text()?.to_owned());
        let pairs = list.iter().filter_map(|one| Some((text(one, "key")?, text(one, "value")?))).collect();
        Some(Headers { when, pairs })
    }

    fn cron(&mut self, item: &Node) -> Option<Cron> {
        let path = self.text(item, "path", "cron")?;
        let schedule = self.text(item, "schedule", "cron")?;
        if !path.starts_with('/') || schedule.split_whitespace().count() != 5 {
            let what = format!("the cron of {path} at `{schedule}` cannot be used");
            self.say(
                item,
                what,
                "begin its path with a slash, and write its schedule in five fields, as in 0 5 * * *",
            );
            return None;
        }
        Some(Cron { path, schedule })
    }
}
