//! The rules of a `vercel.json`, and what becomes of a request by them.

use http::{HeaderMap, HeaderName, HeaderValue, StatusCode};

use super::{
    condition::Condition,
    pattern::{Held, Pattern},
};

/// A request, as rules see it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Asked<'a> {
    pub(crate) path: &'a str,
    /// Without its question mark.
    pub(crate) query: &'a str,
    pub(crate) headers: &'a HeaderMap,
}

#[derive(Debug, Default)]
pub(crate) struct Rules {
    pub(super) redirects: Vec<Redirect>,
    pub(super) rewrites: Vec<Rewrite>,
    pub(super) headers: Vec<Headers>,
    pub(super) clean_urls: bool,
    pub(super) trailing_slash: Option<bool>,
    pub(crate) crons: Vec<Cron>,
}

/// A path that Vercel asks for by the clock.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Cron {
    pub(crate) path: String,
    /// Five fields, UTC.
    pub(crate) schedule: String,
}

/// When a rule applies.
#[derive(Debug)]
pub(super) struct When {
    pub(super) source: Pattern,
    pub(super) has: Vec<Condition>,
    pub(super) missing: Vec<Condition>,
}

#[derive(Debug)]
pub(super) struct Redirect {
    pub(super) when: When,
    pub(super) destination: String,
    pub(super) status: StatusCode,
}

#[derive(Debug)]
pub(super) struct Rewrite {
    pub(super) when: When,
    pub(super) destination: String,
}

#[derive(Debug)]
pub(super) struct Headers {
    pub(super) when: When,
    pub(super) pairs: Vec<(String, String)>,
}

/// Somewhere else.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Moved {
    pub(crate) status: StatusCode,
    pub(crate) location: String,
}

/// What is asked for instead, without the caller's knowing.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Rewritten {
    /// A path of this site's own, and what its query has besides the caller's.
    Path { path: String, query: String },
    /// An address of another site.
    Elsewhere(String),
}

impl When {
    fn held(&self, asked: &Asked<'_>) -> Option<Held> {
        let mut held = self.source.held(asked.path)?;
        for condition in &self.has {
            let of_condition = condition.held(asked.headers, asked.query)?;
            // What a condition holds stands above what the path does.
            held.splice(0..0, of_condition);
        }
        let found = |condition: &Condition| condition.held(asked.headers, asked.query).is_some();
        (!self.missing.iter().any(found)).then_some(held)
    }
}

impl Rules {
    /// Where a request is sent instead: by `cleanUrls` and `trailingSlash` first, then by `redirects`.
    pub(crate) fn moved(&self, asked: &Asked<'_>) -> Option<Moved> {
        let clean = self.clean(asked.path).or_else(|| self.slashed(asked.path));
        let tidied = clean
            .filter(|path| path != asked.path)
            .map(|path| Moved { status: StatusCode::PERMANENT_REDIRECT, location: path });
        let moved = tidied.or_else(|| {
            self.redirects.iter().find_map(|rule| {
                let held = rule.when.held(asked)?;
                Some(Moved { status: rule.status, location: filled(&rule.destination, &held).0 })
            })
        })?;
        // The caller's query goes along.
        let location = with_query(moved.location, asked.query);
        Some(Moved { location, ..moved })
    }

    fn clean(&self, path: &str) -> Option<String> {
        if !self.clean_urls {
            return None;
        }
        let bare = path.strip_suffix('/').unwrap_or(path);
        let bare = bare.strip_suffix(".html").unwrap_or(bare);
        let bare = match bare.strip_suffix("/index") {
            Some(folder) if !path.starts_with("/api/") => folder,
            _ if bare.len() < path.trim_end_matches('/').len() => bare,
            _ => return None,
        };
        let slash = if self.trailing_slash == Some(true) && !bare.is_empty() { "/" } else { "" };
        Some(if bare.is_empty() { "/".into() } else { format!("{bare}{slash}") })
    }

    fn slashed(&self, path: &str) -> Option<String> {
        let file = path.rsplit('/').next().is_some_and(|last| last.contains('.'));
        match self.trailing_slash? {
            true if path.starts_with("/.well-known") || path.ends_with('/') || file => None,
            true => Some(format!("{path}/")),
            false => path.strip_suffix('/').filter(|rest| !rest.is_empty()).map(str::to_owned),
        }
    }

    /// What is asked for by the rewrites from the `from`th on, and the number of the next.
    pub(crate) fn rewritten(&self, asked: &Asked<'_>, from: usize) -> Option<(Rewritten, usize)> {
        self.rewrites.iter().enumerate().skip(from).find_map(|(at, rule)| {
            let held = rule.when.held(asked)?;
            let (mut destination, used) = filled(&rule.destination, &held);
            if !used {
                // Names that the destination does not use go to its query.
                let named = held.iter().filter(|(name, _)| name.parse::<usize>().is_err());
                for (name, value) in named {
                    destination = with_query(destination, &format!("{name}={value}"));
                }
            }
            let rewritten = if destination.starts_with('/') {
                let (path, query) = destination.split_once('?').unwrap_or((&destination, ""));
                Rewritten::Path { path: path.to_owned(), query: query.to_owned() }
            } else {
                Rewritten::Elsewhere(destination)
            };
            Some((rewritten, at + 1))
        })
    }

    /// What the answer has besides its own headers. Of two rules for one header the later counts.
    pub(crate) fn headers(&self, asked: &Asked<'_>) -> HeaderMap {
        let mut headers = HeaderMap::new();
        for rule in &self.headers {
            let Some(held) = rule.when.held(asked) else { continue };
            for (key, value) in &rule.pairs {
                let (key, value) = (filled(key, &held).0, filled(value, &held).0);
                if let (Ok(key), Ok(value)) = (HeaderName::try_from(key), HeaderValue::try_from(value)) {
                    headers.insert(key, value);
                }
            }
        }
        headers
    }

    /// Whether an address of an HTML file is written without its ending.
    pub(crate) fn has_clean_urls(&self) -> bool {
        self.clean_urls
    }
}

/// A text with the values that its `:name` and `$1` stand for, and whether there were any by name.
fn filled(text: &str, held: &Held) -> (String, bool) {
    let (mut filled, mut used, mut rest) = (String::new(), false, text);
    while let Some(at) = rest.find([':', '$']) {
        filled.push_str(&rest[..at]);
        let mark = &rest[at..=at];
        rest = &rest[at + 1..];
        let end = rest.find(|c: char| !(c.is_ascii_alphanumeric() || c == '_')).unwrap_or(rest.len());
        match held
            .iter()
            .find(|(name, _)| *name == rest[..end] && (mark == "$") == name.parse::<u8>().is_ok())
        {
            Some((_, value)) if end > 0 => {
                filled.push_str(value);
                used |= mark == ":";
                rest = &rest[end..];
                if mark == ":" {
                    rest = rest.strip_prefix(['*', '+']).unwrap_or(rest);
                }
            }
            _ => filled.push_str(mark),
        }
    }
    filled.push_str(rest);
    (filled, used)
}

fn with_query(target: String, query: &str) -> String {
    if query.is_empty() {
        return target;
    }
    let separator = if target.contains('?') { '&' } else { '?' };
    match target.split_once('#') {
        Some((before, fragment)) => format!("{before}{separator}{query}#{fragment}"),
        None => format!("{target}{separator}{query}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{manifest, vercel::edge::read};

    fn rules(json: &str) -> Rules {
        let (rules, mistakes) = read(&manifest::parse_json(json).unwrap());
        assert!(mistakes.is_empty(), "{mistakes:?}");
        rules
    }

    fn asked<'a>(path: &'a str, query: &'a str, headers: &'a HeaderMap) -> Asked<'a> {
        Asked { path, query, headers }
    }

    #[test]
    fn redirects_carry_their_names_and_the_query() {
        let rules = rules(
            r#"{"redirects": [
                {"source": "/old", "destination": "/new", "permanent": false},
                {"source": "/view-source", "destination": "https://example.com:8080/x", "statusCode": 301},
                {"source": "/blog/:path*", "destination": "/news/:path*"},
                {"source": "/u/(.*)", "destination": "/users/$1#top"}
            ]}"#,
        );
        let none = HeaderMap::new();
        for (path, query, status, location) in [
            ("/old", "", 307, "/new"),
            ("/old", "a=1", 307, "/new?a=1"),
            ("/view-source", "", 301, "https://example.com:8080/x"),
            ("/blog/a/b", "", 308, "/news/a/b"),
            ("/u/7", "a=1", 308, "/users/7?a=1#top"),
        ] {
            let moved = rules.moved(&asked(path, query, &none)).unwrap();
            assert_eq!((moved.status.as_u16(), moved.location.as_str()), (status, location), "{path}");
        }
        assert_eq!(rules.moved(&asked("/new", "", &none)), None);
    }

    #[test]
    fn rewrites_put_what_they_do_not_use_into_the_query() {
        let rules = rules(
            r#"{"rewrites": [
                {"source": "/users/:id", "destination": "/api/users/:id"},
                {"source": "/p/:team/:id", "destination": "/api/posts?kind=p"},
                {"source": "/proxy/:x", "destination": "https://example.com/:x"},
                {"source": "/((?!api/).*)", "destination": "/index.html"}
            ]}"#,
        );
        let none = HeaderMap::new();
        let path = |path: &str| match rules.rewritten(&asked(path, "", &none), 0) {
            Some((Rewritten::Path { path, query }, _)) => format!("{path} {query}"),
            Some((Rewritten::Elsewhere(url), _)) => url,
            None => "nothing".into(),
        };
        assert_eq!(path("/users/7"), "/api/users/7 ");
        assert_eq!(path("/p/x/7"), "/api/posts kind=p&team=x&id=7");
        assert_eq!(path("/proxy/y"), "https://example.com/y");
        assert_eq!(path("/about"), "/index.html ");
        assert_eq!(path("/api/x"), "nothing");
    }

    #[test]
    fn conditions_are_of_headers_cookies_queries_and_hosts() {
        let rules = rules(
            r#"{"redirects": [{"source": "/:path*", "destination": "/:lang/:path*", "permanent": false,
                "has": [{"type": "cookie", "key": "lang", "value": "(?<lang>de|fr)"}],
                "missing": [{"type": "header", "key": "X-Api"}]}]}"#,
        );
        let mut headers = HeaderMap::new();
        assert_eq!(rules.moved(&asked("/a", "", &headers)), None);
        headers.insert("cookie", "a=b; lang=de".parse().unwrap());
        assert_eq!(rules.moved(&asked("/a", "", &headers)).unwrap().location, "/de/a");
        headers.insert("x-api", "1".parse().unwrap());
        assert_eq!(rules.moved(&asked("/a", "", &headers)), None);
    }

    #[test]
    fn headers_are_added_where_their_source_fits() {
        let rules = rules(
            r#"{"headers": [
                {"source": "/api/(.*)", "headers": [{"key": "Access-Control-Allow-Origin", "value": "*"}]},
                {"source": "/api/:name", "headers": [{"key": "x-name", "value": "it is :name"}]}
            ]}"#,
        );
        let none = HeaderMap::new();
        let headers = rules.headers(&asked("/api/a", "", &none));
        assert_eq!(headers["access-control-allow-origin"], "*");
        assert_eq!(headers["x-name"], "it is a");
        assert!(rules.headers(&asked("/", "", &none)).is_empty());
    }

    #[test]
    fn slashes_and_endings_are_tidied() {
        let none = HeaderMap::new();
        let tidied =
            |json: &str, path: &str| rules(json).moved(&asked(path, "", &none)).map(|moved| moved.location);
        for (json, path, expected) in [
            (r#"{"trailingSlash": false}"#, "/about/", Some("/about")),
            (r#"{"trailingSlash": false}"#, "/", None),
            (r#"{"trailingSlash": true}"#, "/about", Some("/about/")),
            (r#"{"trailingSlash": true}"#, "/a/style.css", None),
            (r#"{"cleanUrls": true}"#, "/about.html", Some("/about")),
            (r#"{"cleanUrls": true}"#, "/docs/index.html", Some("/docs")),
            (r#"{"cleanUrls": true}"#, "/index", Some("/")),
            (r#"{"cleanUrls": true}"#, "/about", None),
        ] {
            assert_eq!(tidied(json, path).as_deref(), expected, "{json} {path}");
        }
    }
}
