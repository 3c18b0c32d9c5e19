//! What the clock calls of a folder: its `crons`, where their schedules are followed.

use std::net::Ipv4Addr;

use bytes::Bytes;
use http::{HeaderMap, HeaderValue, Method, header::USER_AGENT};

use super::{
    invocation, new_id,
    request::{self, Edge},
    site::{Answers, Site, Sites},
};
use crate::{
    invocation::{Event, Found, Trigger},
    schedule::{Schedule, Timer},
    vercel::{
        cron,
        edge::{Asked, Cron},
    },
};

/// Of the `functions`; `host` is what their door is called.
pub(super) fn timers(sites: &Sites, functions: &[Found], host: &str) -> Vec<Timer> {
    let sites = sites.of(functions);
    sites.iter().flat_map(|site| site.rules.crons.iter().filter_map(|cron| timer(site, cron, host))).collect()
}

/// Nothing where no function answers: redirects are not followed, and pages do nothing.
fn timer(site: &Site<'_>, cron: &Cron, host: &str) -> Option<Timer> {
    let schedule = Schedule::read(&cron.schedule).ok()?;
    let (path, query) = cron.path.split_once('?').unwrap_or((&cron.path, ""));
    let mut headers = HeaderMap::new();
    headers.insert(USER_AGENT, HeaderValue::from_static(cron::AGENT));
    let asked = Asked { path, query, headers: &headers };
    let (answers, more) = site.answers(&asked).or_else(|| site.application())?;
    let Answers::Function(chosen) = answers else { return None };
    let target = request::target(path, [query, &more], &chosen.parameters);
    let key = (chosen.found.function.name.clone(), format!("{} {}", cron.schedule, cron.path));
    let (found, host) = (chosen.found.clone(), host.to_owned());
    let call = move |now| {
        let id = new_id();
        let edge = Edge { host: &host, client: Ipv4Addr::LOCALHOST.into(), id: &id };
        let event = request::forwarded(Method::GET, target, headers, Bytes::new(), &edge);
        invocation(&found, &id, Trigger::Schedule, Event::Http(event), now)
    };
    Some(Timer { key, schedule, call: Box::new(call) })
}
