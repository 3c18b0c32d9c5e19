//! A function's limits, architecture and environment, as its properties and `Globals` set them.

use super::{Template, function::Properties, hint};
use crate::{
    aws::detect::limits::{self, Limit, no_value_for},
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
                Ok(Some(node)) => match node.number() {
                    Some(number) => limit
                        .set(app, key, number)
                        .err()
                        .map(|problem| problem.at(&self.manifest.shown, node.line())),
                    None => Some(
                        self.manifest
                            .warning(
                                &node,
                                format!("{key} of {id} is {}, not a whole number", node.describe()),
                            )
                            .hint(format!("{} is used", limit.current(app))),
                    ),
                },
                Err(unknown) => {
                    let what = format!("{key} of {id}");
                    let used = limit.current(app);
                    let hint = format!("{}; until then {used} is used", hint(&unknown));
                    Some(self.not_known(&unknown, &what).hint(hint))
                }
            };
            app.problems.extend(problem);
        }
        match properties.get(&self.resolver, "Architectures") {
            Ok(None) => {}
            Ok(Some(node)) => match self.resolver.texts(&node) {
                Ok(texts) => {
                    for text in texts {
                        match limits::architecture(&text) {
                            Ok(architecture) => app.architecture = architecture,
                            Err(problem) => app.problems.push(problem.at(&self.manifest.shown, node.line())),
                        }
                    }
                }
                Err(unknown) => {
                    app.problems.push(self.not_known(&unknown, &format!("Architectures of {id}")));
                }
            },
            Err(unknown) => app.problems.push(self.not_known(&unknown, &format!("Architectures of {id}"))),
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
                    app.problems.push(self.not_known(&unknown, &format!("Environment of {id}")));
                    continue;
                }
            };
            for (name, value) in variables.entries() {
                if !env_file::is_name(&name.text) {
                    let line = (name.line > 0).then_some(name.line);
                    app.problems.push(
                        Problem::warning(format!("`{}` is no name of a variable; it is left out", name.text))
                            .at(&self.manifest.shown, line)
                            .hint("use letters, digits and underscores, not beginning with a digit"),
                    );
                    continue;
                }
                match self.resolver.text(value) {
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
