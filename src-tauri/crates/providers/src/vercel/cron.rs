//! What Vercel's clock calls: `crons` of `vercel.json`, as requests that say who they are from.
//! <https://vercel.com/docs/cron-jobs>

use http::{
    HeaderValue,
    header::{AUTHORIZATION, USER_AGENT},
};
use serde_json::json;

use super::edge::Cron;
use crate::{
    domain::{App, Binding, Function},
    invocation::{Handover, HttpRequest},
    provider::{Scheduled, as_sent},
};

/// What the clock calls itself.
pub(super) const AGENT: &str = "vercel-cron/1.0";

const KIND: &str = "cron";

/// A cron as its function keeps it.
pub(super) fn binding(cron: &Cron) -> Binding {
    let settings = [("path", &cron.path), ("schedule", &cron.schedule)];
    Binding {
        kind: KIND.to_owned(),
        settings: settings.map(|(name, value)| (name.to_owned(), value.clone())).into(),
        ..Binding::default()
    }
}

pub(super) fn scheduled(function: &Function) -> Vec<Scheduled> {
    let crons = function.bindings.iter().filter(|binding| binding.kind == KIND);
    crons
        .filter_map(|binding| {
            let (path, schedule) = (binding.settings.get("path")?, binding.settings.get("schedule")?);
            let event = json!({"method": "GET", "path": path, "headers": {"user-agent": AGENT}});
            Some(Scheduled { schedule: schedule.clone(), event: event.to_string() })
        })
        .collect()
}

/// The request as it is sent to the process: who calls as Vercel's clock does has what it has, the function's
/// `CRON_SECRET`, where it has one.
/// <https://vercel.com/docs/cron-jobs/manage-cron-jobs#securing-cron-jobs>
pub(super) fn authorized(app: &App, handover: Handover) -> HttpRequest {
    let mut request = as_sent(app, handover);
    let headers = &mut request.headers;
    let is_clock = headers.get(USER_AGENT).is_some_and(|agent| agent == AGENT);
    if let Some(secret) = app.env.get("CRON_SECRET").filter(|_| is_clock)
        && !headers.contains_key(AUTHORIZATION)
        && let Ok(value) = HeaderValue::from_str(&format!("Bearer {secret}"))
    {
        headers.insert(AUTHORIZATION, value);
    }
    request
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use bytes::Bytes;
    use http::{HeaderMap, Method};

    use super::*;
    use crate::{
        domain::{ProviderId, UrlSettings},
        fake_invoke::function_of,
        invocation::{CallContext, Event},
    };

    fn handed(headers: &[(&'static str, &'static str)]) -> Handover {
        let headers: HeaderMap = headers
            .iter()
            .map(|(name, value)| (http::HeaderName::from_static(name), HeaderValue::from_static(value)))
            .collect();
        let target = "/api/report".to_owned();
        Handover {
            request_id: "id".into(),
            event: Event::Http(HttpRequest { method: Method::GET, target, headers, body: Bytes::new() }),
            deadline_ms: 0,
            context: CallContext::default(),
            function: function_of(ProviderId::Vercel, "api-report", &[], UrlSettings::default()).function,
        }
    }

    #[test]
    fn who_calls_as_the_clock_has_its_secret() {
        let mut found = function_of(ProviderId::Vercel, "api-report", &[], UrlSettings::default());
        let app = Arc::make_mut(&mut found.app);
        let sent = |app: &App, headers: &[(&'static str, &'static str)]| {
            authorized(app, handed(headers)).headers.get(AUTHORIZATION).cloned()
        };
        assert_eq!(sent(app, &[("user-agent", AGENT)]), None, "there is no secret");
        app.env.insert("CRON_SECRET".into(), "secret".into());
        assert_eq!(sent(app, &[("user-agent", AGENT)]).unwrap(), "Bearer secret");
        assert_eq!(sent(app, &[("user-agent", "curl/8")]), None, "nobody else has it");
        assert_eq!(
            sent(app, &[("user-agent", AGENT), ("authorization", "Bearer own")]).unwrap(),
            "Bearer own"
        );
    }

    #[test]
    fn a_cron_is_a_request_by_its_clock() {
        let cron = Cron { path: "/api/report?full=1".into(), schedule: "0 5 * * *".into() };
        let mut found = function_of(ProviderId::Vercel, "api-report", &[], UrlSettings::default());
        assert_eq!(scheduled(&found.function), []);
        let function = Arc::make_mut(&mut found.function);
        function.bindings.push(binding(&cron));
        let all = scheduled(&found.function);
        assert_eq!(all.len(), 1);
        assert_eq!(all[0].schedule, "0 5 * * *");
        let event: serde_json::Value = serde_json::from_str(&all[0].event).unwrap();
        assert_eq!(event["path"], "/api/report?full=1");
        assert_eq!(event["headers"]["user-agent"], AGENT);
    }
}
