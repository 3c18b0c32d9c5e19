//! SAM and CloudFormation templates, YAML or JSON: the functions they declare, with `Globals`, parameters,
//! conditions and intrinsic functions as far as the template's text decides them.
//!
//! Resources that are no functions are read only where a function refers to them. A mistake costs one function or one
//! setting, never the whole template.

mod deployed;
mod doubt;
mod events;
mod function;
mod layers;
mod load_balancer;
mod resolve;
mod rest_api;
mod settings;
#[cfg(test)]
mod tests;

use std::{
    path::{Path, PathBuf},
    rc::Rc,
};

pub(crate) use self::{
    doubt::is_named_one,
    events::{method_of, rooted},
};
use self::{
    function::Properties,
    resolve::{Resolver, Unknown},
};
use crate::{
    aws::detect::{code, properties, rest, spelling, unfollowed},
    detecting::Parameters,
    domain::{App, Detection, Language, Problem, Severity},
    manifest::{Key, Manifest, Node},
    name::{self, callable},
    project::Project,
};

/// Whether a file's name is one a template may have.
pub(crate) fn could_be_one(file: &Path) -> bool {
    let name = file.file_name().and_then(|name| name.to_str()).unwrap_or_default();
    let ending = file.extension().and_then(|ending| ending.to_str()).unwrap_or_default();
    ["yaml", "yml", "json", "template"].contains(&ending)
        && !matches!(name, "package.json" | "package-lock.json" | "tsconfig.json" | "pnpm-lock.yaml")
}

/// Whether a text mentions what a template with functions must; one that is half written may only have its heading,
/// and a misspelt type still has its service.
pub(crate) fn looks_like_one(text: &str) -> bool {
    ["AWS::Serverless", "AWS::Lambda::"].iter().any(|mark| text.contains(mark))
}

pub(crate) fn detect(project: &Project, file: &Path, text: &str, parameters: &Parameters) -> Detection {
    match Manifest::parse(project, file.to_path_buf(), text) {
        Ok(manifest) => Template::new(project, &manifest, parameters).detect(),
        Err(_) if doubt::is_something_else(file, text) => Detection::default(),
        Err(problem) => Detection { problems: vec![problem], ..Detection::default() },
    }
}

struct Template<'a> {
    project: &'a Project,
    manifest: &'a Manifest,
    /// Where the template lies: its paths are relative to it.
    folder: PathBuf,
    resolver: Resolver<'a>,
    problems: Vec<Problem>,
}

impl<'a> Template<'a> {
    fn new(project: &'a Project, manifest: &'a Manifest, parameters: &'a Parameters) -> Self {
        let folder = manifest.path.parent().unwrap_or(project.root()).to_path_buf();
        let resolver = Resolver::new(&manifest.root, parameters, callable(&project.name()));
        Self { project, manifest, folder, resolver, problems: Vec::new() }
    }

    fn detect(mut self) -> Detection {
        let mut apps = Vec::new();
        self.doubt_sections();
        if let Some(globals) = self.manifest.root.get("Globals").and_then(|globals| globals.get("Function")) {
            let doubts =
                spelling::doubts(self.manifest, globals, properties::SERVERLESS_FUNCTION, "Globals.Function");
            self.problems.extend(doubts);
        }
        for (id, resource) in self.resources() {
            if id.text.starts_with("Fn::") {
                self.warn(resource, format!("{} makes resources that are not read here", id.text));
            } else if deployed::kind(resource) == "AWS::Serverless::Application" {
                self.warn(resource, format!("the nested application {} is not read", id.text));
            } else if !deployed::is_function(resource) {
                self.doubt_authorization(&id.text, resource);
                self.doubt_resource(&id.text, id.line, resource);
            } else if self.exists(&id.text, resource) {
                apps.extend(self.function(&id.text, id.line, resource));
            }
        }
        self.apply_urls(&mut apps);
        self.load_balancers(&mut apps);
        rest::complete_cors(apps.iter_mut().map(|(_, app)| app));
        let apps = apps.into_iter().map(|(_, app)| app).collect();
        Detection { apps, problems: self.problems, ..Detection::default() }
    }

    fn resources(&self) -> &'a [(Key, Rc<Node>)] {
        self.manifest.root.get("Resources").map(|all| all.entries()).unwrap_or_default()
    }

    /// An API of SAM's that asks who calls.
    fn doubt_authorization(&mut self, id: &str, resource: &Node) {
        if !matches!(deployed::kind(resource), "AWS::Serverless::Api" | "AWS::Serverless::HttpApi") {
            return;
        }
        let auth = resource.get("Properties").and_then(|properties| properties.get("Auth"));
        if let Some(auth) = auth.filter(|auth| events::asks(auth)) {
            self.problems.push(unfollowed::authorization(self.manifest, auth, id));
        }
    }

    /// Whether the resource's own `Condition` lets it exist; it does where that is not known.
    fn exists(&mut self, id: &str, resource: &Node) -> bool {
        let Some(condition) = resource.get("Condition") else { return true };
        match self.resolver.condition(condition, condition.text().unwrap_or_default()) {
            Ok(exists) => {
                if !exists {
                    let named = condition.text().unwrap_or_default();
                    let problem = self.manifest.warning(
                        condition,
                        format!("function `{id}` is left out: its condition {named} does not hold"),
                    );
                    let hint =
                        "give its parameters other values under [parameters] in coldframe.toml to have it";
                    self.problems.push(problem.hint(hint));
                }
                exists
            }
            Err(unknown) => {
                let problem = self.open(&unknown, &format!("whether function {id} exists"), "it is taken to");
                self.problems.push(problem);
                true
            }
        }
    }

    fn doubt_properties(&mut self, resource: &Node) {
        let Some(own) = resource.get("Properties") else { return };
        let kind = deployed::kind(resource);
        let known = match kind {
            "AWS::Lambda::Function" => properties::LAMBDA_FUNCTION,
            _ => properties::SERVERLESS_FUNCTION,
        };
        self.problems.extend(spelling::doubts(self.manifest, own, known, kind));
    }

    fn warn(&mut self, node: &Node, message: String) {
        let problem = self.manifest.warning(node, message);
        self.problems.push(problem.hint("functions in it can be added in coldframe.toml"));
    }

    /// A value that stays open, as a problem at its line that says what is taken instead.
    fn open(&self, unknown: &Unknown, what: &str, instead: &str) -> Problem {
        let line = (unknown.line > 0).then_some(unknown.line);
        let hint = if unknown.parameter {
            "give the parameter a Default, or a value under [parameters] in coldframe.toml"
        } else {
            "write the value itself, or set it in coldframe.toml"
        };
        Problem::warning(format!("{what} is not known: {}", unknown.why))
            .at(&self.manifest.shown, line)
            .hint(format!("{hint}; until then {instead}"))
    }

    fn function(&mut self, id: &str, line: u32, resource: &Node) -> Option<(String, App)> {
        self.doubt_properties(resource);
        let properties = Properties::new(&self.manifest.root, resource);
        let here = Node { line, tag: None, kind: crate::manifest::Kind::Null };
        let mut problems = Vec::new();
        let mut text = |key: &str, instead: &str| match properties
            .get(&self.resolver, key)
            .and_then(|value| value.map(|value| Ok((self.resolver.text(&value)?, value.line))).transpose())
        {
            Ok(value) => value.and_then(|(text, line)| Some((text?, line))),
            Err(unknown) => {
                problems.push(self.open(&unknown, &format!("{key} of {id}"), instead));
                None
            }
        };
        let name = text("FunctionName", &format!("it is called `{}`", callable(id)))
            .map_or_else(|| id.to_owned(), |(name, _)| name);
        let runtime = text("Runtime", "it is left out");
        let handler = text("Handler", "only a `bootstrap` could be started");
        let description =
            text("Description", "it has none").map(|(description, _)| description).unwrap_or_default();
        let package =
            text("PackageType", "it is taken to be Zip").map(|(package, _)| package).unwrap_or_default();
        if package == "Image" {
            let message = format!("function `{id}` is a container image, which is not run; it is left out");
            self.problems
                .push(self.manifest.warning(&here, message).hint("declare its code in coldframe.toml"));
            return None;
        }
        let function::Code { folder: root, line: code_line, archive } =
            match properties.code(&self.resolver, &self.folder) {
                Ok(code) => code,
                Err(open) => {
                    self.problems.append(&mut problems);
                    let problem = match open {
                        function::NoCode::Unknown(unknown) => {
                            self.open(&unknown, &format!("the code of {id}"), "it is left out")
                        }
                        function::NoCode::Elsewhere(node, why) => self
                            .manifest
                            .warning(&node, format!("function `{id}` is left out: {why}"))
                            .hint("name a folder of this project as its code"),
                    };
                    self.problems.push(problem);
                    return None;
                }
            };
        let metadata = resource.get("Metadata");
        let method = metadata.and_then(|metadata| metadata.get("BuildMethod")?.text()).unwrap_or_default();
        let of_build = |key: &str| metadata.and_then(|metadata| metadata.get("BuildProperties")?.get(key));
        let build = if method.starts_with("rust") {
            code::Build::Cargo
        } else if method.starts_with("go") {
            code::Build::Go
        } else {
            code::Build::Unsaid
        };
        let Some((runtime, runtime_line)) =
            runtime.or_else(|| (build != code::Build::Unsaid).then(|| ("provided.al2023".into(), line)))
        else {
            self.problems.extend(problems);
            let message = format!("function `{id}` has no Runtime; it is left out");
            self.problems.push(self.manifest.warning(&here, message).hint("add one, such as python3.12"));
            return None;
        };
        // Said, but not known: what is wrong with the handler taken instead would only mislead.
        let handler_open = handler.is_none() && properties.all("Handler").next().is_some();
        let handler_missing = handler.is_none() && !handler_open;
        let handler_line = handler.as_ref().map_or(line, |(_, line)| *line);
        let handler = handler.map_or_else(|| "bootstrap".to_owned(), |(handler, _)| handler);
        let place = if root.is_dir() { handler_line } else { code_line };
        let declared = code::Declared {
            name: &callable(&name),
            runtime: &runtime,
            handler: &handler,
            root,
            binary: of_build("Binary").and_then(|binary| binary.text()).map(str::to_owned),
            build,
            archive,
            entries: of_build("EntryPoints")
                .map(|entries| {
                    entries.items().iter().filter_map(|entry| Some(entry.text()?.to_owned())).collect()
                })
                .unwrap_or_default(),
        };
        let mut app = match code::app(self.project, &declared) {
            Ok(app) => app,
            Err(problem) => {
                self.problems
                    .push(problem.at(&self.manifest.shown, (runtime_line > 0).then_some(runtime_line)));
                return None;
            }
        };
        if handler_open && app.root.is_dir() {
            app.problems.retain(|problem| problem.severity != Severity::Error);
        }
        if handler_missing && app.root.is_dir() {
            app.problems.iter_mut().for_each(|problem| say_missing(problem, app.language));
        }
        for problem in &mut app.problems {
            if problem.file.is_none() {
                *problem = problem.clone().at(&self.manifest.shown, (place > 0).then_some(place));
            }
        }
        app.problems.extend(problems);
        name::note(&mut app, &name);
        app.manifests.insert(0, self.manifest.path.clone());
        let kind = deployed::kind(resource);
        app.why.insert(0, format!("{} declares {id}, an {kind}", self.manifest.shown));
        if let Some(function) = app.functions.first_mut() {
            function.description = description;
        }
        self.settings(&properties, id, &mut app);
        self.environment(&properties, id, &mut app);
        self.events(&properties, &mut app);
        self.layers(&properties, id, &mut app);
        unfollowed::note(self.manifest, &mut app, properties.maps(), unfollowed::OF_RESOURCE);
        let mounted = properties.all("FileSystemConfigs").next();
        app.problems.extend(mounted.map(|node| unfollowed::file_systems(self.manifest, node)));
        app.assumed.extend(self.resolver.take_assumed());
        Some((id.to_owned(), app))
    }
}

/// How the problem begins of a program that was not found, where the name is what stands in for a handler.
const AMONG_SEVERAL: &str = "no program `bootstrap` among those that cargo builds in ";

/// Nobody wrote the handler that a problem speaks of: that is what is wrong.
fn say_missing(problem: &mut Problem, language: Language) {
    if !problem.message.contains("`bootstrap`") || problem.severity != Severity::Error {
        return;
    }
    match language {
        Language::Python | Language::Node | Language::TypeScript | Language::Ruby => {
            "it names no Handler".clone_into(&mut problem.message);
            problem.hint = Some("add one, as FILE.FUNCTION, such as `app.lambda_handler`".into());
        }
        // Where there is neither a bootstrap nor anything that makes one, a handler would not help.
        _ => {
            if let Some(place) = problem.message.strip_prefix(AMONG_SEVERAL) {
                problem.message =
                    format!("it names no Handler, and cargo builds several programs in {place}");
            }
        }
    }
}
