//! A function's limits, architecture and environment, over those of the provider's section.

use std::rc::Rc;

use super::{
    Service,
    variables::{Resolved, Unknown},
};
use crate::{
    aws::detect::limits::{self, Limit, no_value_for, reserved},
    domain::{App, Problem},
    env_file,
    manifest::{Kind, Node},
};

impl Service<'_> {
    pub(super) fn settings(&self, function: &Node, provider: &Node, app: &mut App) {
        let keys = [
            ("timeout", "timeout", Limit::Timeout),
            ("memorySize", "memorySize", Limit::Memory),
            ("ephemeralStorageSize", "ephemeralStorageSize", Limit::Ephemeral),
            ("reservedConcurrency", "", Limit::Concurrency),
        ];
        for (own, shared, limit) in keys {
            let problem = match self.either(function, own, provider, shared) {
                Ok(None) => None,
                Ok(Some(node)) => limit
                    .set(app, own, node.text(), &node.describe())
                    .err()
                    .map(|problem| problem.at(&self.manifest.shown, node.line())),
                Err(unknown) => {
                    Some(self.not_known(&unknown, own, &format!("{} is used", limit.current(app))))
                }
            };
            app.problems.extend(problem);
        }
        match self.either(function, "architecture", provider, "architecture") {
            Ok(None) => {}
            Ok(Some(node)) => match limits::architecture(node.text().unwrap_or_default()) {
                Ok(architecture) => app.architecture = architecture,
                Err(problem) => app.problems.push(problem.at(&self.manifest.shown, node.line())),
            },
            Err(unknown) => app.problems.push(self.not_known(&unknown, "architecture", "x86_64 is used")),
        }
    }

    /// Where it would be deployed: functions are told so, and their ARNs say it.
    pub(super) fn region(&self, provider: &Node, app: &mut App) {
        let line = provider.get("region").map_or(0, |region| region.line);
        match self.variables.named_region(line) {
            Ok(region) => app.region = region.and_then(|region| Some(region.text()?.to_owned())),
            Err(unknown) => {
                app.problems.push(self.not_known(&unknown, "region", "the emulated account's is used"));
            }
        }
    }

    fn either(
        &self,
        function: &Node,
        own: &str,
        provider: &Node,
        shared: &str,
    ) -> Resolved<Option<Rc<Node>>> {
        Ok(match self.variables.get(function, own)? {
            Some(value) => Some(value),
            None => self.variables.get(provider, shared)?,
        })
    }

    pub(super) fn environment(&self, function: &Node, provider: &Node, app: &mut App) {
        for holder in [provider, function] {
            let environment = match self.variables.get(holder, "environment") {
                Ok(Some(environment)) => environment,
                Ok(None) => continue,
                Err(unknown) => {
                    app.problems.push(self.not_known(&unknown, "environment", "none of it is set"));
                    continue;
                }
            };
            // Like functions, a list of maps is merged.
            for group in environment.items_or_self() {
                let group = match self.variables.resolve(group) {
                    Ok(group) => group,
                    Err(unknown) => {
                        let instead = "what it would bring is not set";
                        app.problems.push(self.not_known(&unknown, "a part of environment", instead));
                        continue;
                    }
                };
                for (name, value) in group.entries() {
                    let line = (name.line > 0).then_some(name.line);
                    if !env_file::is_name(&name.text) {
                        app.problems.push(
                            Problem::warning(format!(
                                "`{}` is no name of a variable; it is left out",
                                name.text
                            ))
                            .at(&self.manifest.shown, line)
                            .hint("use letters, digits and underscores, not beginning with a digit"),
                        );
                        continue;
                    }
                    app.problems
                        .extend(reserved(&name.text).map(|problem| problem.at(&self.manifest.shown, line)));
                    match self.value(value) {
                        Ok(Some(value)) => {
                            app.env.insert(name.text.clone(), value);
                        }
                        Ok(None) => {
                            app.env.remove(&name.text);
                        }
                        Err(unknown) => {
                            let message = format!("{}{}", no_value_for(&name.text), unknown.why);
                            let line = (unknown.line > 0).then_some(unknown.line);
                            app.problems.push(
                                Problem::warning(message)
                                    .at(&self.manifest.shown, line)
                                    .hint(format!("set {} in .env or coldframe.toml", name.text)),
                            );
                        }
                    }
                }
            }
        }
    }

    /// CloudFormation's functions may stand in an environment; they are for a deployment to decide.
    fn value(&self, node: &Rc<Node>) -> Resolved<Option<String>> {
        let deployed = node.tag.is_some()
            || matches!(&node.kind, Kind::Map(entries) if entries.first().is_some_and(|(key, _)| key.text == "Ref" || key.text.starts_with("Fn::")));
        if deployed {
            return Err(Unknown { why: "its value exists only after a deployment".into(), line: node.line });
        }
        self.variables.text(node)
    }
}
