//! `events` and `url` of a function: the routes it answers at, and what else would call it.

use std::rc::Rc;

use super::{Service, variables::Resolved};
use crate::{
    aws::{
        detect::{
            template::{method_of, rooted},
            unfollowed,
        },
        example,
    },
    domain::{App, Gateway, Route},
    manifest::Node,
};

impl Service<'_> {
    pub(super) fn events(&mut self, function: &Node, provider: &Node, app: &mut App) {
        let mut others: Vec<String> = Vec::new();
        match self.variables.get(function, "events") {
            Ok(Some(events)) => {
                for event in events.items() {
                    if self.is_of_http_api(event) {
                        self.on_api.insert(app.name.clone());
                    }
                    if let Some(asks) = self.authorizer(event) {
                        let of = format!("an event of {}", app.name);
                        app.problems.push(unfollowed::authorization(self.manifest, &asks, &of));
                    }
                    if let Some(said) = self.integration(event) {
                        app.problems.push(unfollowed::integration(self.manifest, &said));
                    }
                    app.problems.extend(self.other_conditions(event));
                    match self.routes(event, provider, &mut others) {
                        Ok(routes) => {
                            for route in routes {
                                if let Some(function) = app.functions.first_mut()
                                    && !function.routes.contains(&route)
                                {
                                    function.routes.push(route);
                                }
                            }
                        }
                        Err(unknown) => {
                            app.problems.push(self.not_known(&unknown, "a route", "there is no such route"));
                        }
                    }
                }
            }
            Ok(None) => {}
            Err(unknown) => app.problems.push(self.not_known(&unknown, "events", "there are none")),
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
        match self.variables.get(function, "url") {
            Ok(Some(url)) => self.url(&url, app),
            Ok(None) => {}
            Err(unknown) => {
                app.problems.push(self.not_known(&unknown, "url", "its function URL is the usual one"));
            }
        }
    }

    fn is_of_http_api(&self, event: &Rc<Node>) -> bool {
        self.variables
            .resolve(event)
            .is_ok_and(|event| event.entries().first().is_some_and(|(kind, _)| kind.text == "httpApi"))
    }

    /// What of an event keeps callers out: an authorizer, or that it is private.
    fn authorizer(&self, event: &Rc<Node>) -> Option<Rc<Node>> {
        let event = self.variables.resolve(event).ok()?;
        let (_, value) = event.entries().first()?;
        let value = self.variables.resolve(value).ok()?;
        let private = value.get("private").filter(|private| private.flag() == Some(true));
        value.get("authorizer").filter(|authorizer| !authorizer.is_null()).or(private).cloned()
    }

    /// How an `http` event would be handed over, where that is not as a proxy does.
    fn integration(&self, event: &Rc<Node>) -> Option<Rc<Node>> {
        let event = self.variables.resolve(event).ok()?;
        let (kind, value) = event.entries().first()?;
        let value = self.variables.resolve(value).ok()?;
        let said = self.variables.get(&value, "integration").ok()??;
        let word = said.text()?.to_lowercase().replace('_', "-");
        (kind.text == "http" && !["lambda-proxy", "aws-proxy"].contains(&word.as_str())).then_some(said)
    }

    /// `- httpApi: 'GET /x'`, `- http: {path: x, method: get}`, `- httpApi: '*'`, `- alb: {conditions: …}`.
    fn routes(&self, event: &Rc<Node>, provider: &Node, others: &mut Vec<String>) -> Resolved<Vec<Route>> {
        let event = self.variables.resolve(event)?;
        let Some((kind, value)) = event.entries().first() else {
            // `- http` alone says nothing of a path.
            others.extend(event.text().map(str::to_owned));
            return Ok(Vec::new());
        };
        let value = self.variables.resolve(value)?;
        let gateway = match kind.text.as_str() {
            "httpApi" => Gateway::Http,
            "http" => self.rest(provider, &value)?,
            "alb" => return self.load_balancer(&value),
            other => {
                others.push(other.to_owned());
                return Ok(Vec::new());
            }
        };
        let (method, path) = match value.text() {
            Some("*") => return Ok(vec![Route::catch_all()]),
            Some(text) => match text.trim().split_once(char::is_whitespace) {
                Some((method, path)) => (method.to_owned(), path.trim().to_owned()),
                None => ("*".to_owned(), text.to_owned()),
            },
            None => {
                let text = |key: &str| -> Resolved<Option<String>> {
                    Ok(self.variables.get(&value, key)?.and_then(|node| Some(node.text()?.to_owned())))
                };
                let path = text("path")?.unwrap_or_else(|| "*".into());
                (text("method")?.unwrap_or_else(|| "*".into()), path)
            }
        };
        let path = if path == "*" { "$default".into() } else { rooted(&path) };
        Ok(vec![Route { method: method_of(&method), path, gateway }])
    }

    /// `url: true`, or a map with `cors` and `invokeMode`.
    fn url(&self, url: &Rc<Node>, app: &mut App) {
        let Some(function) = app.functions.first_mut() else { return };
        let get = |node: &Node, key: &str| self.variables.get(node, key).ok().flatten();
        if let Some(mode) = get(url, "invokeMode") {
            let streaming = mode.text() == Some("RESPONSE_STREAM");
            if function.url.streaming && !streaming {
                app.assumed.retain(|sentence| !sentence.starts_with("its function URL streams"));
            }
            function.url.streaming = streaming;
        }
        if let Some(cors) = get(url, "cors") {
            function.url.cors = self.cors(&cors, vec!["*".into()]);
        }
    }
}
