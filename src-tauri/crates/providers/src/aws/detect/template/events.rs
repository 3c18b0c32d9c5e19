//! How a function is called over HTTP: API events, its own URL, and what else would send it events.

use std::rc::Rc;

use super::{Template, deployed, function::Properties, resolve::Resolved};
use crate::{
    aws::{
        detect::{rest, unfollowed},
        example,
    },
    domain::{App, Cors, Gateway, Route, UrlSettings},
    manifest::Node,
};

/// Whether an `Auth` keeps anybody out.
pub(super) fn asks(auth: &Node) -> bool {
    let named = ["Authorizer", "DefaultAuthorizer"].iter().any(|key| {
        auth.get(key).and_then(|name| name.text()).is_some_and(|name| !name.eq_ignore_ascii_case("NONE"))
    });
    named || auth.get("ApiKeyRequired").and_then(|key| key.flag()).unwrap_or(false)
}

impl Template<'_> {
    pub(super) fn events(&self, properties: &Properties, app: &mut App) {
        let mut others = Vec::new();
        match properties.get(&self.resolver, "Events") {
            Ok(Some(events)) => {
                for (name, event) in events.entries() {
                    let payload = event.get("Properties").and_then(|all| all.get("PayloadFormatVersion"));
                    if deployed::kind(event) == "HttpApi"
                        && let Some(payload) = payload.filter(|payload| payload.text() == Some("1.0"))
                    {
                        let problem = rest::old_payload(&format!("event {}", name.text));
                        app.problems.push(problem.at(&self.manifest.shown, payload.line()));
                    }
                    let auth = event.get("Properties").and_then(|all| all.get("Auth"));
                    if let Some(auth) = auth.filter(|auth| asks(auth)) {
                        let of = format!("event {}", name.text);
                        app.problems.push(unfollowed::authorization(self.manifest, auth, &of));
                    }
                    match self.route(event) {
                        Ok(Event::Route(route)) => {
                            if let Some(function) = app.functions.first_mut()
                                && !function.routes.contains(&route)
                            {
                                function.routes.push(route);
                            }
                        }
                        Ok(Event::Other(kind)) => others.push(kind),
                        Err(unknown) => {
                            let what = format!("the route of event {}", name.text);
                            app.problems.push(self.open(&unknown, &what, "there is no such route"));
                        }
                    }
                }
            }
            Ok(None) => {}
            Err(unknown) => app.problems.push(self.open(&unknown, "Events", "there are none")),
        }
        if !others.is_empty() {
            others.sort();
            others.dedup();
            if let Some(function) = app.functions.first_mut() {
                function.bindings.extend(others.iter().map(|kind| example::binding(kind)));
            }
            app.assumed
                .push(format!("{} events do not come by themselves here; send them", others.join(", ")));
        }
        match properties.get(&self.resolver, "FunctionUrlConfig") {
            Ok(Some(config)) => self.url(&config, app),
            Ok(None) => {}
            Err(unknown) => app.problems.push(self.open(
                &unknown,
                "FunctionUrlConfig",
                "its function URL buffers, without CORS settings",
            )),
        }
    }

    fn route(&self, event: &Rc<Node>) -> Resolved<Event> {
        let event = self.resolver.resolve(event)?;
        let kind = self.resolver.get(&event, "Type")?;
        let kind = kind.as_ref().and_then(|kind| kind.text()).unwrap_or("unnamed");
        if kind != "HttpApi" && kind != "Api" {
            return Ok(Event::Other(kind.to_owned()));
        }
        let properties = self.resolver.get(&event, "Properties")?;
        let text = |key: &str| -> Resolved<Option<String>> {
            let value = match &properties {
                Some(properties) => self.resolver.get(properties, key)?,
                None => None,
            };
            Ok(value.and_then(|value| value.text().map(str::to_owned)))
        };
        let (path, method) = (text("Path")?, text("Method")?);
        let mut route = match path {
            // Without a path it is the API's catch-all.
            None => Route::catch_all(),
            Some(path) => Route::new(method_of(method.as_deref().unwrap_or("ANY")), rooted(&path)),
        };
        if kind == "Api" {
            let api = properties.as_ref().and_then(|properties| properties.get("RestApiId"));
            route.gateway = Gateway::Rest(Box::new(self.rest_stage(api)?));
        }
        Ok(Event::Route(route))
    }

    fn url(&self, config: &Rc<Node>, app: &mut App) {
        let mut url = UrlSettings::default();
        let mode = self.resolver.get(config, "InvokeMode").ok().flatten();
        match mode.as_ref().and_then(|mode| mode.text()) {
            Some("RESPONSE_STREAM") => url.streaming = true,
            Some("BUFFERED") | None => {}
            Some(_) => app.problems.push(
                self.manifest
                    .warning(
                        mode.as_ref().unwrap_or(config),
                        "InvokeMode is neither BUFFERED nor RESPONSE_STREAM",
                    )
                    .hint("responses are buffered"),
            ),
        }
        if let Ok(Some(cors)) = self.resolver.get(config, "Cors")
            && cors.is_map()
        {
            let list =
                |key: &str| cors.get(key).and_then(|list| self.resolver.texts(list).ok()).unwrap_or_default();
            let one = |key: &str| self.resolver.get(&cors, key).ok().flatten();
            url.cors = Some(Cors {
                allow_origins: list("AllowOrigins"),
                allow_methods: list("AllowMethods"),
                allow_headers: list("AllowHeaders"),
                expose_headers: list("ExposeHeaders"),
                allow_credentials: one("AllowCredentials").and_then(|flag| flag.flag()).unwrap_or(false),
                max_age: one("MaxAge").and_then(|age| u32::try_from(age.number()?).ok()),
            });
        }
        if let Some(function) = app.functions.first_mut() {
            // What the code shows (`streamifyResponse`) is a guess; the template's word counts.
            if function.url.streaming && !url.streaming {
                app.assumed.retain(|sentence| !sentence.starts_with("its function URL streams"));
            }
            function.url = url;
        }
    }

    /// `AWS::Lambda::Url` resources, which name their function.
    pub(super) fn apply_urls(&self, apps: &mut [(String, App)]) {
        for (_, resource) in self.resources() {
            if deployed::kind(resource) != "AWS::Lambda::Url" {
                continue;
            }
            let Some(properties) = resource.get("Properties") else { continue };
            let target =
                properties.get("TargetFunctionArn").and_then(|node| self.resolver.text(node).ok().flatten());
            let Some(target) = target else { continue };
            let target = target.rsplit(':').next().unwrap_or(&target);
            if let Some((_, app)) = apps.iter_mut().find(|(id, app)| id == target || app.name == target) {
                self.url(properties, app);
            }
        }
    }
}

enum Event {
    Route(Route),
    Other(String),
}

/// Upper case, or `ANY`.
pub(crate) fn method_of(text: &str) -> String {
    let method = text.trim().to_ascii_uppercase();
    if matches!(method.as_str(), "" | "*" | "X-AMAZON-APIGATEWAY-ANY-METHOD") { "ANY".into() } else { method }
}

/// A path that begins with `/`, unless it is `$default`.
pub(crate) fn rooted(path: &str) -> String {
    let path = path.trim();
    if path.starts_with('/') || path == "$default" { path.into() } else { format!("/{path}") }
}
