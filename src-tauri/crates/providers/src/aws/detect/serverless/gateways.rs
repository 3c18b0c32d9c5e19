//! `http` events, which a REST API sends, and `alb` events, which a load balancer does.
//! <https://www.serverless.com/framework/docs/providers/aws/events/apigateway>
//! <https://www.serverless.com/framework/docs/providers/aws/events/alb>

use std::rc::Rc;

use super::{Service, cors::HEADERS, variables::Resolved};
use crate::{
    aws::detect::unfollowed,
    domain::{Cors, Gateway, Problem, RestStage, Route},
    manifest::Node,
};

impl Service<'_> {
    /// The service's REST API, as an `http` event adds to it.
    pub(super) fn rest(&self, provider: &Node, event: &Node) -> Resolved<Gateway> {
        let stage = self.variables.get(provider, "stage")?;
        let name = stage.as_ref().and_then(|stage| stage.text()).unwrap_or("dev").to_owned();
        let mut binary_types = Vec::new();
        if let Some(settings) = self.variables.get(provider, "apiGateway")?
            && let Some(types) = self.variables.get(&settings, "binaryMediaTypes")?
        {
            for one in types.items_or_self() {
                binary_types.extend(self.variables.text(one)?);
            }
        }
        let cors = match self.variables.get(event, "cors")? {
            Some(cors) if cors.flag() != Some(false) => Some(self.rest_cors(&cors)?),
            _ => None,
        };
        Ok(Gateway::Rest(Box::new(RestStage { name, binary_types, cors, ..RestStage::default() })))
    }

    /// `true`, or a map whose `origin` may be one or several.
    fn rest_cors(&self, cors: &Rc<Node>) -> Resolved<Cors> {
        let list = |key: &str| -> Resolved<Vec<String>> {
            let Some(list) = self.variables.get(cors, key)? else { return Ok(Vec::new()) };
            let mut texts = Vec::new();
            for item in list.items_or_self() {
                texts.extend(self.variables.text(item)?);
            }
            // `origin: 'https://a.example, https://b.example'` is several too.
            Ok(texts.iter().flat_map(|text| text.split(',')).map(|text| text.trim().to_owned()).collect())
        };
        let or = |list: Vec<String>, usual: &[&str]| {
            if list.is_empty() { usual.iter().map(|one| (*one).to_owned()).collect() } else { list }
        };
        Ok(Cors {
            allow_origins: or([list("origins")?, list("origin")?].concat(), &["*"]),
            allow_methods: list("methods")?,
            allow_headers: or(list("headers")?, &HEADERS),
            expose_headers: Vec::new(),
            allow_credentials: self
                .variables
                .get(cors, "allowCredentials")?
                .and_then(|flag| flag.flag())
                .unwrap_or(false),
            max_age: self.variables.get(cors, "maxAge")?.and_then(|age| u32::try_from(age.number()?).ok()),
        })
    }

    /// What an `alb` event asks for besides path and method: `header`, `host`, `ip`, `query`.
    pub(super) fn other_conditions(&self, event: &Rc<Node>) -> Option<Problem> {
        let event = self.variables.resolve(event).ok()?;
        let (_, value) = event.entries().first().filter(|(kind, _)| kind.text == "alb")?;
        let value = self.variables.resolve(value).ok()?;
        let conditions = self.variables.get(&value, "conditions").ok()??;
        let names = conditions.entries().iter().map(|(key, _)| key.text.as_str());
        let others: Vec<&str> = names.filter(|name| !["path", "method"].contains(name)).collect();
        unfollowed::conditions(self.manifest, &conditions, &others)
    }

    /// Every path with every method of an `alb` event's conditions. Hosts, headers and others are not looked at.
    pub(super) fn load_balancer(&self, event: &Rc<Node>) -> Resolved<Vec<Route>> {
        let multi_value =
            self.variables.get(event, "multiValueHeaders")?.and_then(|flag| flag.flag()).unwrap_or(false);
        let conditions = self.variables.get(event, "conditions")?;
        let list = |key: &str, usual: &str| -> Resolved<Vec<String>> {
            let listed = match &conditions {
                Some(conditions) => self.variables.get(conditions, key)?,
                None => None,
            };
            let Some(listed) = listed else { return Ok(vec![usual.to_owned()]) };
            let mut texts = Vec::new();
            for item in listed.items_or_self() {
                texts.extend(self.variables.text(item)?);
            }
            Ok(texts)
        };
        let (paths, methods) = (list("path", "*")?, list("method", "ANY")?);
        let route = |path: &String, method: &String| Route {
            method: method.to_ascii_uppercase(),
            path: path.clone(),
            gateway: Gateway::LoadBalancer { multi_value },
        };
        Ok(paths.iter().flat_map(|path| methods.iter().map(move |method| route(path, method))).collect())
    }
}
