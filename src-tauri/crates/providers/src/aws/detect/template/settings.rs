//! A function's limits, architecture and environment, as its properties and `Globals` set them.

use super::{Template, function::Properties};
use crate::{
    aws::detect::limits::{self, Limit, no_value_for, reserved},
    domain::{App, Problem},
    env_file,
};

impl Template<'_> {
    pub(super) fn settings(&self, properties: &Properties, id: &str, app: &mut App) {
        let numbers = [
            ("Timeout", Limit::Timeout),
            ("MemorySize", Limit::Memory),
            ("ReservedConcurrentExecutions", Limit::Concurrency),
        ];
        let mut values: Vec<_> = numbers
            .into_iter()
            .map(|(key, limit)| (key, limit, properties.get(&self.resolver, key)))
            .collect();
        let size = properties.get(&self.resolver, "EphemeralStorage").and_then(|storage| match storage {
            Some(storage) => self.resolver.get(&storage, "Size"),
            None => Ok(None),
        });
        values.push(("EphemeralStorage.Size", Limit::Ephemeral, size));
        for (key, limit, value) in values {
            let problem = match value {
                Ok(None) => None,
                Ok(Some(node)) => limit
                    .set(app, key, node.text(), &node.describe())
                    .err()
                    .map(|problem| problem.at(&self.manifest.shown, node.line())),
                Err(unknown) => {
                    let used = format!("{} is used", limit.current(app));
                    Some(self.open(&unknown, &format!("{key} of {id}"), &used))
                }
            };
            app.problems.extend(problem);
        }
        let architectures = properties
            .get(&self.resolver, "Architectures")
            .and_then(|node| node.map(|node| Ok((self.resolver.texts(&node)?, node.line()))).transpose());
        match architectures {
            Ok(None) => {}
            Ok(Some((texts, line))) => {
                for text in texts {
                    match limits::architecture(&text) {
                        Ok(architecture) => app.architecture = architecture,
                        Err(problem) => app.problems.push(problem.at(&self.manifest.shown, line)),
                    }
                }
            }
            Err(unknown) => {
                let used = format!("{} is used", app.architecture.as_str());
                app.problems.push(self.open(&unknown, &format!("Architectures of {id}"), &used));
            }
        }
    }

    pub(super) fn environment(&self, properties: &Properties, id: &str, app: &mut App) {
        for environment in properties.all("Environment") {
            let variables = self
                .resolver
                .resolve(environment)
                .and_then(|environment| self.resolver.get(&environment, "Variables"));
            let variables = match variables {
                Ok(Some(variables)) => variables,
                Ok(None) => continue,
                Err(unknown) => {
                    app.problems.push(self.open(
                        &unknown,
                        &format!("Environment of {id}"),
                        "none of it is set",
                    ));
                    continue;
                }
            };
            for (name, value) in variables.entries() {
                let line = (name.line > 0).then_some(name.line);
                if !env_file::is_name(&name.text) {
                    app.problems.push(
                        Problem::warning(format!("`{}` is no name of a variable; it is left out", name.text))
                            .at(&self.manifest.shown, line)
                            .hint("use letters, digits and underscores, not beginning with a digit"),
                    );
                    continue;
                }
                app.problems
                    .extend(reserved(&name.text).map(|problem| problem.at(&self.manifest.shown, line)));
                match self.resolver.text(value) {
                    Ok(Some(value)) if value.contains("{{resolve:") => {
                        let start = no_value_for(&name.text);
                        let problem = Problem::warning(format!(
                            "{start}CloudFormation reads it from another service when it deploys"
                        ));
                        let problem = problem.at(&self.manifest.shown, line);
                        app.problems
                            .push(problem.hint(format!("set {} in .env or coldframe.toml", name.text)));
                    }
                    Ok(Some(value)) => {
                        app.env.insert(name.text.clone(), value);
                    }
                    Ok(None) => {}
                    Err(unknown) => {
                        let start = no_value_for(&name.text);
                        let problem = Problem::warning(format!("{start}{}", unknown.why))
                            .at(&self.manifest.shown, (unknown.line > 0).then_some(unknown.line));
                        app.problems
                            .push(problem.hint(format!("set {} in .env or coldframe.toml", name.text)));
                    }
                }
            }
        }
    }
}
