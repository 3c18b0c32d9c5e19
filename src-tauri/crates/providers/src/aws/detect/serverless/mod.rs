//! The Serverless Framework's `serverless.yml`: its functions, with the provider's settings under their own.
//! <https://www.serverless.com/framework/docs/providers/aws/guide/serverless.yml>
//!
//! Only the file is read; plugins, and configurations that are programs (`serverless.ts`), are not run.

mod cors;
mod events;
mod gateways;
#[cfg(test)]
mod plugin_tests;
mod settings;
#[cfg(test)]
mod tests;
#[cfg(test)]
mod unfollowed_tests;
mod variables;
mod wsgi;

use std::{
    collections::BTreeSet,
    path::{Path, PathBuf},
    rc::Rc,
    time::Duration,
};

use self::variables::{Unknown, Variables};
pub(crate) use self::wsgi::VARIABLE as WSGI;
use crate::{
    aws::detect::{code, properties, rest, spelling, unfollowed},
    detecting::Parameters,
    domain::{App, Detection, Problem},
    env_file,
    manifest::{Manifest, Node},
    name,
    project::Project,
};

/// What the framework deploys with when nothing is said.
const TIMEOUT: Duration = Duration::from_secs(6);
const MEMORY_MB: u32 = 1024;
const RUNTIME: &str = "nodejs20.x";

/// Whether a file is the framework's own, by its name.
pub(crate) fn looks_like_one(file: &Path) -> bool {
    file.file_name().is_some_and(|name| {
        ["serverless.yml", "serverless.yaml", "serverless.json"].iter().any(|one| name == *one)
    })
}

pub(crate) fn detect(project: &Project, file: PathBuf, parameters: &Parameters) -> Detection {
    let folder = file.parent().unwrap_or(project.root()).to_path_buf();
    let parsed = project.read(&file).and_then(|text| Manifest::parse(project, file, &text));
    let manifest = match parsed {
        Ok(manifest) => manifest,
        Err(problem) => return Detection { problems: vec![problem], ..Detection::default() },
    };
    let (env, _) = env_file::beside(project, &folder, &[".env"]);
    let variables = Variables::new(project, &manifest, &folder, parameters, env.variables);
    let mut service = Service {
        project,
        manifest: &manifest,
        folder: &folder,
        variables,
        on_api: BTreeSet::new(),
        problems: Vec::new(),
    };
    let apps = service.functions();
    let mut problems = service.variables.take_broken();
    problems.append(&mut service.problems);
    Detection { apps, problems, ..Detection::default() }
}

struct Service<'a> {
    project: &'a Project,
    manifest: &'a Manifest,
    folder: &'a Path,
    variables: Variables<'a>,
    /// Names of the apps that have a route of the service's HTTP API.
    on_api: BTreeSet<String>,
    problems: Vec<Problem>,
}

impl Service<'_> {
    fn functions(&mut self) -> Vec<App> {
        let root = Rc::clone(&self.manifest.root);
        if !root.is_map() {
            // An error, as whatever ends all functions: those it declared before must not go for it.
            let what = if root.is_null() {
                "it is empty".into()
            } else {
                format!("it is {}, not a map", root.describe())
            };
            let problem = self.manifest.error(&root, what);
            self.problems.push(problem.hint("begin it with service, provider and functions"));
            return Vec::new();
        }
        let provider =
            self.at(&root, "provider", "it is taken to be aws").unwrap_or_else(|| Node::null_at(0));
        // `provider: aws` is the short form.
        let name = provider.text().map(str::to_owned).or_else(|| {
            self.at(&provider, "name", "it is taken to be aws").and_then(|name| Some(name.text()?.to_owned()))
        });
        if let Some(name) = name.filter(|name| name != "aws") {
            let problem =
                self.manifest.warning(&provider, format!("its provider is {name}, not aws; it is left out"));
            self.problems.push(problem.hint("Coldframe reads serverless.yml for AWS Lambda"));
            return Vec::new();
        }
        let known = properties::SERVERLESS_YML_PROVIDER;
        self.problems.extend(spelling::doubts(self.manifest, &provider, known, "provider"));
        let service = self.at(&root, "service", "it has none").and_then(|service| {
            let name = service.text().map(str::to_owned);
            name.or_else(|| Some(service.get("name")?.text()?.to_owned()))
        });
        let Some(functions) = self.at(&root, "functions", "there are none") else {
            self.doubt_sections(&root);
            return Vec::new();
        };
        // A list of maps is merged, each usually a file.
        let mut groups = Vec::new();
        for group in functions.items_or_self() {
            match self.variables.resolve(group) {
                Ok(group) if group.is_map() || group.is_null() => groups.push(group),
                Ok(other) => {
                    let message = format!("functions holds {}, not a map of functions", other.describe());
                    let problem = self.manifest.warning(group, message);
                    self.problems.push(problem.hint("write NAME: {handler: FILE.FUNCTION}; it is left out"));
                }
                Err(unknown) => self.unknown(&unknown, "functions", "there are none"),
            }
        }
        self.problems.extend(spelling::doubts(
            self.manifest,
            &root,
            properties::SERVERLESS_YML,
            "serverless.yml",
        ));
        let mut apps = Vec::new();
        for group in &groups {
            for (key, function) in group.entries() {
                match self.variables.resolve(function) {
                    Ok(function) if function.is_map() => {
                        let known = properties::SERVERLESS_YML_FUNCTION;
                        self.problems.extend(spelling::doubts(self.manifest, &function, known, "a function"));
                        apps.extend(self.function(
                            &key.text,
                            key.line,
                            &function,
                            &provider,
                            service.as_deref(),
                        ));
                    }
                    Ok(function) => {
                        let message =
                            format!("function `{}` is {}, not a map", key.text, function.describe());
                        let line = (key.line > 0).then_some(key.line);
                        self.problems.push(
                            Problem::warning(message)
                                .at(&self.manifest.shown, line)
                                .hint("give it a handler"),
                        );
                    }
                    Err(unknown) => {
                        self.unknown(&unknown, &format!("function `{}`", key.text), "it is left out");
                    }
                }
            }
        }
        self.api_cors(&provider, &mut apps);
        if !self.on_api.is_empty() {
            let old = self.old_payload(&provider, "provider.httpApi");
            self.problems.extend(old);
        }
        rest::complete_cors(apps.iter_mut());
        apps
    }

    /// `httpApi.payload: '1.0'`, of the provider or of a function.
    fn old_payload(&self, holder: &Node, whose: &str) -> Option<Problem> {
        let api = self.variables.get(holder, "httpApi").ok()??;
        let payload = self.variables.get(&api, "payload").ok()??;
        (payload.text() == Some("1.0"))
            .then(|| rest::old_payload(whose).at(&self.manifest.shown, payload.line()))
    }

    /// Without functions: whether a section is meant to hold them.
    fn doubt_sections(&mut self, root: &Node) {
        let key =
            root.entries().iter().map(|(key, _)| key).find(|key| {
                key.text != "functions" && spelling::nearest(&key.text, &["functions"]).is_some()
            });
        if let Some(key) = key {
            let problem = Problem::error(format!("`{}` is no section of serverless.yml", key.text));
            self.problems.push(
                problem
                    .at(&self.manifest.shown, (key.line > 0).then_some(key.line))
                    .hint("write functions; until then there are none"),
            );
        }
    }

    /// A resolved value, with what is not known, and what is taken instead, among the file's problems.
    fn at(&mut self, node: &Node, key: &str, instead: &str) -> Option<Rc<Node>> {
        match self.variables.get(node, key) {
            Ok(value) => value,
            Err(unknown) => {
                self.unknown(&unknown, key, instead);
                None
            }
        }
    }

    fn unknown(&mut self, unknown: &Unknown, what: &str, instead: &str) {
        let problem = self.not_known(unknown, what, instead);
        self.problems.push(problem);
    }

    fn not_known(&self, unknown: &Unknown, what: &str, instead: &str) -> Problem {
        let hint = "give the variable a default, or a value under [parameters] in coldframe.toml";
        Problem::warning(format!("{what} is not known: {}", unknown.why))
            .at(&self.manifest.shown, (unknown.line > 0).then_some(unknown.line))
            .hint(format!("{hint}; until then {instead}"))
    }

    fn function(
        &mut self,
        key: &str,
        line: u32,
        function: &Rc<Node>,
        provider: &Node,
        service: Option<&str>,
    ) -> Option<App> {
        let here = (line > 0).then_some(line);
        if function.get("image").is_some() {
            let message = format!("function `{key}` is a container image, which is not run; it is left out");
            let problem = Problem::warning(message).at(&self.manifest.shown, here);
            self.problems.push(problem.hint("declare its code in coldframe.toml"));
            return None;
        }
        let handler = self.at(function, "handler", "its function is left out");
        let Some((handler, handler_line)) =
            handler.and_then(|node| Some((node.text()?.to_owned(), node.line)))
        else {
            let problem = Problem::warning(format!("function `{key}` has no handler; it is left out"));
            self.problems
                .push(problem.at(&self.manifest.shown, here).hint("add one, such as src/hello.handler"));
            return None;
        };
        let own = self
            .at(function, "runtime", "the provider's is used")
            .or_else(|| self.at(provider, "runtime", &format!("{RUNTIME} is used")));
        let runtime = own.as_ref().and_then(|node| node.text()).unwrap_or(RUNTIME);
        let own_name = self.variables.get(function, "name");
        let name = match &own_name {
            Ok(Some(name)) => name.text().unwrap_or(key),
            _ => key,
        };
        let declared = code::Declared {
            name: &name::callable(name),
            runtime,
            handler: &handler,
            root: self.folder.to_path_buf(),
            binary: None,
            build: code::Build::Unsaid,
            archive: self.archive(function),
            entries: Vec::new(),
        };
        let mut app = match code::app(self.project, &declared) {
            Ok(app) => app,
            Err(problem) => {
                self.problems
                    .push(problem.at(&self.manifest.shown, own.and_then(|node| node.line()).or(here)));
                return None;
            }
        };
        self.wsgi(&mut app);
        for problem in &mut app.problems {
            if problem.file.is_none() {
                *problem =
                    problem.clone().at(&self.manifest.shown, (handler_line > 0).then_some(handler_line));
            }
        }
        name::note(&mut app, name);
        app.settings.timeout = TIMEOUT;
        app.settings.memory_mb = MEMORY_MB;
        app.manifests.insert(0, self.manifest.path.clone());
        app.why.insert(0, format!("{} declares {key}", self.manifest.shown));
        if own.is_none() {
            app.assumed.push(format!("runtime {RUNTIME}, the Serverless Framework's default"));
        }
        if let Err(unknown) = &own_name {
            let instead = format!("it is called `{}`", app.name);
            app.problems.push(self.not_known(unknown, "name", &instead));
        } else if let (Some(service), Ok(None)) = (service, &own_name) {
            let stage = self.variables.get(provider, "stage").ok().flatten();
            let stage = stage.as_ref().and_then(|stage| stage.text()).unwrap_or("dev");
            app.assumed
                .push(format!("called `{}` here; deployed it would be {service}-{stage}-{key}", app.name));
        }
        match self.variables.get(function, "description") {
            Ok(text) => {
                let description = text.and_then(|text| Some(text.text()?.to_owned()));
                if let Some(first) = app.functions.first_mut() {
                    first.description = description.unwrap_or_default();
                }
            }
            Err(unknown) => app.problems.push(self.not_known(&unknown, "description", "it has none")),
        }
        self.settings(function, provider, &mut app);
        self.region(provider, &mut app);
        self.environment(function, provider, &mut app);
        self.events(function, provider, &mut app);
        app.problems.extend(self.old_payload(function, "httpApi"));
        let maps = [&**function, provider, &*self.manifest.root].into_iter();
        unfollowed::note(self.manifest, &mut app, maps, unfollowed::OF_SERVICE);
        let mounted = function.get("fileSystemConfig");
        app.problems.extend(mounted.map(|node| unfollowed::file_systems(self.manifest, node)));
        if let Ok(Some(layers)) = self.variables.get(function, "layers") {
            let problem =
                self.manifest.warning(&layers, format!("layers of {key} are not added to its code"));
            app.problems.push(problem.hint("install what they hold beside the function's code"));
        }
        Some(app)
    }

    /// The archive that is deployed: the function's own, or the service's.
    fn archive(&self, function: &Node) -> Option<String> {
        [function, &*self.manifest.root].into_iter().find_map(|holder| {
            let package = self.variables.get(holder, "package").ok()??;
            let artifact = self.variables.get(&package, "artifact").ok()??;
            artifact.text().map(str::to_owned)
        })
    }
}
