//! REST APIs of a template: the one an event names, or the one that SAM makes of events that name none, with
//! `Globals.Api` under its properties.
//! <https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-resource-api.html>

use std::rc::Rc;

use super::{
    Template, deployed,
    resolve::{Resolved, intrinsic},
};
use crate::{
    domain::{Cors, RestStage},
    manifest::Node,
};

/// What SAM calls the stage of the API it makes itself.
const IMPLICIT_STAGE: &str = "Prod";

impl Template<'_> {
    /// The stage that an event's API is deployed as; `api` is the event's `RestApiId`.
    pub(super) fn rest_stage(&self, api: Option<&Rc<Node>>) -> Resolved<RestStage> {
        let named = api.and_then(|api| match intrinsic(api) {
            Some(("Ref", id)) => id.text().map(str::to_owned),
            _ => api.text().map(str::to_owned),
        });
        let resource = self.resources().iter().find(|(key, resource)| {
            named.as_deref() == Some(key.text.as_str()) && deployed::kind(resource) == "AWS::Serverless::Api"
        });
        let own = resource.and_then(|(_, resource)| resource.get("Properties"));
        let globals = self.manifest.root.get("Globals").and_then(|globals| globals.get("Api"));
        let get = |key: &str| -> Resolved<Option<Rc<Node>>> {
            for properties in [own, globals].into_iter().flatten() {
                if let Some(value) = self.resolver.get(properties, key)? {
                    return Ok(Some(value));
                }
            }
            Ok(None)
        };
        let mut stage = RestStage { name: IMPLICIT_STAGE.into(), ..RestStage::default() };
        if own.is_some()
            && let Some(name) = get("StageName")?
        {
            stage.name = name.text().unwrap_or(IMPLICIT_STAGE).to_owned();
        }
        if let Some(variables) = get("Variables")? {
            for (name, value) in variables.entries() {
                stage.variables.extend(self.resolver.text(value)?.map(|value| (name.text.clone(), value)));
            }
        }
        if let Some(types) = get("BinaryMediaTypes")? {
            // SAM writes the slash as JSON pointers do.
            stage.binary_types =
                self.resolver.texts(&types)?.into_iter().map(|one| one.replace("~1", "/")).collect();
        }
        stage.cors = get("Cors")?.map(|cors| self.rest_cors(&cors)).transpose()?;
        Ok(stage)
    }

    /// `"'*'"`, or a map of such texts: they stand in quotes, because they are expressions of a response mapping.
    fn rest_cors(&self, cors: &Rc<Node>) -> Resolved<Cors> {
        let unquoted = |text: &str| text.trim_matches('\'').to_owned();
        let Some(origin) = cors.text() else {
            let list = |key: &str| -> Resolved<Vec<String>> {
                let value = self.resolver.get(cors, key)?;
                Ok(value.as_ref().and_then(|value| value.text()).map(unquoted).into_iter().collect())
            };
            return Ok(Cors {
                allow_origins: list("AllowOrigin")?,
                allow_methods: list("AllowMethods")?,
                allow_headers: list("AllowHeaders")?,
                expose_headers: Vec::new(),
                allow_credentials: self
                    .resolver
                    .get(cors, "AllowCredentials")?
                    .and_then(|flag| flag.flag())
                    .unwrap_or(false),
                max_age: list("MaxAge")?.first().and_then(|age| age.parse().ok()),
            });
        };
        Ok(Cors { allow_origins: vec![unquoted(origin)], ..Cors::default() })
    }
}
