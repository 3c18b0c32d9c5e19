//! Puts what `coldframe.toml` says over what was detected.

use std::{collections::BTreeMap, path::PathBuf, time::Duration};

use toml::Spanned;

use super::{CorsEntry, Entry, FILE, Overrides, plain};
use crate::{
    aws::detect as aws,
    aws::detect::limits::{Limit, no_value_for},
    detecting::Given,
    domain::{App, Cors, Detection, Problem, ProviderId, Route, Settings},
    env_file,
    name::callable,
    project::{Project, tidy},
    provider::Declaration,
    registry,
};

type Env = BTreeMap<Spanned<String>, Spanned<toml::Value>>;

impl Overrides {
    /// What detection needs of it: values for what manifests leave open, and the folders that need no guess.
    pub(crate) fn given(&self, project: &Project) -> Given {
        let paths = self.file.functions.values().filter(|entry| entry.enabled != Some(false));
        Given {
            parameters: self.parameters.clone(),
            folders: paths
                .filter_map(|entry| Some(tidy(&project.root().join(entry.path.as_ref()?.get_ref()))))
                .collect(),
        }
    }

    pub(crate) fn apply(self, project: &Project, detection: &mut Detection) {
        for (name, entry) in &self.file.functions {
            self.entry(project, name, entry, detection);
        }
        let defaults = &self.file.defaults;
        let mut env = BTreeMap::new();
        self.read_env(&defaults.env, &mut detection.problems, |name, value| {
            env.insert(name.to_owned(), value);
        });
        for app in &mut detection.apps {
            let own =
                self.file.functions.iter().find(|(name, _)| *name.get_ref() == app.name).map(|(_, own)| own);
            let own = |set: fn(&Entry) -> bool| own.is_some_and(set);
            if let Some(seconds) = defaults.idle_seconds
                && !own(|entry| entry.idle_seconds.is_some())
            {
                app.settings.idle = Duration::from_secs(seconds.into());
            }
            if let Some(instances) = defaults.kept_warm
                && !own(|entry| entry.kept_warm.is_some())
            {
                app.settings.kept_warm = instances;
            }
            if let Some(always) = defaults.always_cold
                && !own(|entry| entry.always_cold.is_some())
            {
                app.settings.always_cold = always;
            }
            if let Some(emulate) = defaults.emulate_cpu_share
                && !own(|entry| entry.emulate_cpu_share.is_some())
            {
                app.settings.emulate_cpu_share = emulate;
            }
            for (name, value) in &env {
                app.problems.retain(|problem| !problem.message.starts_with(&no_value_for(name)));
                app.env.entry(name.clone()).or_insert_with(|| value.clone());
            }
            app.manifests.extend(self.path.clone());
        }
    }

    fn entry(&self, project: &Project, name: &Spanned<String>, entry: &Entry, detection: &mut Detection) {
        let line = self.line(name.span().start);
        let name = name.get_ref().as_str();
        let chosen =
            |app: &App| app.name == name && entry.provider.is_none_or(|provider| provider == app.provider);
        if entry.enabled == Some(false) {
            let before = detection.apps.len();
            detection.apps.retain(|app| !chosen(app));
            if detection.apps.len() == before {
                detection.problems.push(unnamed(name, line, &detection.apps));
            }
            return;
        }
        if let Some(path) = &entry.path {
            match self.define(project, name, line, path, entry) {
                Ok(app) => {
                    // It takes the place of what was detected under this name, or from this file.
                    let same_file = |other: &App| {
                        app.provider != ProviderId::Aws
                            && app.provider == other.provider
                            && other.root == app.root
                            && other.handler == app.handler
                            && !self.declares(&other.name)
                    };
                    detection.apps.retain(|other| {
                        other.provider != app.provider || (other.name != app.name && !same_file(other))
                    });
                    detection.apps.push(app);
                }
                Err(problem) => {
                    detection.problems.push(self.place(problem, path.span().start));
                    return;
                }
            }
        }
        let Some(at) = detection.apps.iter().position(chosen) else {
            detection.problems.push(unnamed(name, line, &detection.apps));
            return;
        };
        let mut problems = Vec::new();
        let app = &mut detection.apps[at];
        if entry.path.is_none() {
            self.redirect(project, entry, app, &mut problems);
        }
        self.settings(entry, app, &mut problems);
        self.read_env(&entry.env, &mut problems, |name, value| {
            app.problems.retain(|problem| !problem.message.starts_with(&no_value_for(name)));
            app.env.insert(name.to_owned(), value);
        });
        self.answers(entry, app, &mut problems);
        app.problems.extend(problems);
    }

    /// Whether a function of that name is one of the file's own.
    fn declares(&self, name: &str) -> bool {
        let mut entries = self.file.functions.iter();
        entries
            .any(|(own, entry)| own.get_ref() == name && entry.path.is_some() && entry.enabled != Some(false))
    }

    /// A function of its own.
    fn define(
        &self,
        project: &Project,
        name: &str,
        line: u32,
        path: &Spanned<PathBuf>,
        entry: &Entry,
    ) -> Result<App, Problem> {
        if callable(name) != name {
            let hint = format!("use letters, digits, - and _, such as `{}`", callable(name));
            return Err(Problem::error(format!("`{name}` cannot be a function's name"))
                .at(FILE, Some(line))
                .hint(hint));
        }
        let root = tidy(&project.root().join(path.get_ref()));
        let handler = entry.handler.as_ref().map(|handler| handler.get_ref().as_str());
        let runtime = entry.runtime.as_ref().map(|runtime| runtime.get_ref().as_str());
        let declaration = Declaration { project, name, root: &root, handler, runtime };
        let mut app = (registry::of(entry.provider.unwrap_or(ProviderId::Aws)).declare)(&declaration)?;
        let at = entry.handler.as_ref().map_or_else(|| path.span().start, |handler| handler.span().start);
        app.problems = app.problems.into_iter().map(|problem| self.place(problem, at)).collect();
        app.why.insert(0, format!("{FILE} declares {name}"));
        Ok(app)
    }

    /// Another handler or runtime for a detected function.
    fn redirect(&self, project: &Project, entry: &Entry, app: &mut App, problems: &mut Vec<Problem>) {
        let Some(at) = entry.handler.as_ref().or(entry.runtime.as_ref()).map(|text| text.span().start) else {
            return;
        };
        let provider = registry::of(app.provider);
        if let Some(why) = provider.fixed_handler {
            let problem = Problem::warning(why).hint("rename the file, or add a function with a path");
            problems.push(self.place(problem, at));
            return;
        }
        let handler =
            entry.handler.as_ref().map_or(app.handler.as_str(), |handler| handler.get_ref().as_str());
        let runtime =
            entry.runtime.as_ref().map_or(app.runtime.as_str(), |runtime| runtime.get_ref().as_str());
        let declaration = Declaration {
            project,
            name: &app.name,
            root: &app.root,
            handler: Some(handler),
            runtime: Some(runtime),
        };
        match (provider.declare)(&declaration) {
            Ok(other) => {
                // What was wrong with the detected handler is no longer so.
                app.problems.retain(|problem| !aws::is_about_handler(problem));
                problems.extend(other.problems.into_iter().map(|problem| self.place(problem, at)));
                (app.language, app.runtime, app.handler) = (other.language, other.runtime, other.handler);
                app.assumed.retain(|sentence| !sentence.starts_with("runtime ") || entry.runtime.is_none());
                app.why.push(format!("{FILE} sets its handler or runtime"));
            }
            Err(problem) => problems.push(self.place(problem, at)),
        }
    }

    fn settings(&self, entry: &Entry, app: &mut App, problems: &mut Vec<Problem>) {
        let numbers = [
            ("timeout_seconds", Limit::Timeout, &entry.timeout_seconds),
            ("memory_mb", Limit::Memory, &entry.memory_mb),
            ("ephemeral_mb", Limit::Ephemeral, &entry.ephemeral_mb),
            ("concurrency", Limit::Concurrency, &entry.concurrency),
            ("instance_concurrency", Limit::InstanceConcurrency, &entry.instance_concurrency),
            ("start_seconds", Limit::Start, &entry.start_seconds),
        ];
        let mut set = Vec::new();
        for (key, limit, value) in numbers {
            let Some(value) = value else { continue };
            // A number in quotes is a text, not a number, wherever else it is read.
            let number = value.get_ref().as_integer().map(|number| number.to_string());
            match limit.set(app, key, number.as_deref(), &written(value.get_ref())) {
                Ok(()) => set.push(key),
                Err(problem) => problems.push(self.place(problem, value.span().start)),
            }
        }
        if let Some(architecture) = entry.architecture {
            app.architecture = architecture;
            set.push("architecture");
        }
        if let Some(seconds) = entry.idle_seconds {
            app.settings.idle = Duration::from_secs(seconds.into());
            set.push("idle_seconds");
        }
        if let Some(instances) = entry.kept_warm {
            app.settings.kept_warm = instances;
            set.push("kept_warm");
        }
        if let Some(always) = entry.always_cold {
            app.settings.always_cold = always;
            set.push("always_cold");
        }
        let Settings { ask_for_keys, follow_schedules, .. } = &mut app.settings;
        let switches = [
            ("ask_for_keys", &entry.ask_for_keys, ask_for_keys, "no keys"),
            ("follow_schedules", &entry.follow_schedules, follow_schedules, "no schedules that are followed"),
        ];
        for (key, wanted, switch, missing) in switches {
            let Some(wanted) = wanted else { continue };
            if registry::of(app.provider).switches.contains(&key) {
                *switch = *wanted.get_ref();
                set.push(key);
            } else {
                let problem =
                    Problem::warning(format!("functions of {} have {missing}", app.provider.title()));
                problems.push(self.place(problem.hint(format!("leave {key} out")), wanted.span().start));
            }
        }
        if let Some(emulate) = entry.emulate_cpu_share {
            app.settings.emulate_cpu_share = emulate;
            set.push("emulate_cpu_share");
        }
        let both = app.assumed.iter().position(|sentence| sentence.starts_with("timeout "));
        let (timed, sized) = (set.contains(&"timeout_seconds"), set.contains(&"memory_mb"));
        if (timed || sized)
            && let Some(at) = both
        {
            app.assumed.remove(at);
            if !timed {
                app.assumed.push(format!("timeout {} s, as nothing sets it", app.settings.timeout.as_secs()));
            }
            if !sized {
                app.assumed.push(format!("memory {} MB, as nothing sets it", app.settings.memory_mb));
            }
        }
        if !set.is_empty() {
            app.why.push(format!("{FILE} sets {}", set.join(", ")));
        }
    }

    /// Its description, routes and function URL.
    fn answers(&self, entry: &Entry, app: &mut App, problems: &mut Vec<Problem>) {
        let Some(function) = app.functions.first_mut() else { return };
        if let Some(description) = &entry.description {
            function.description.clone_from(description);
        }
        if let Some(routes) = &entry.routes {
            function.routes.clear();
            for text in routes {
                match route(text.get_ref()) {
                    Some(route) => function.routes.push(route),
                    None => {
                        let problem =
                            Problem::warning(format!("`{}` is no route; it is left out", text.get_ref()));
                        let problem = problem
                            .hint("write a method and a path, such as \"GET /hello\", or \"$default\"");
                        problems.push(self.place(problem, text.span().start));
                    }
                }
            }
        }
        if let Some(streaming) = entry.streaming {
            function.url.streaming = streaming;
            app.assumed.retain(|sentence| !sentence.starts_with("its function URL streams"));
        }
        if let Some(cors) = &entry.cors {
            let CorsEntry { allow_origins, allow_methods, allow_headers, expose_headers, .. } = cors;
            function.url.cors = Some(Cors {
                allow_origins: allow_origins.clone(),
                allow_methods: allow_methods.clone(),
                allow_headers: allow_headers.clone(),
                expose_headers: expose_headers.clone(),
                allow_credentials: cors.allow_credentials,
                max_age: cors.max_age_seconds,
            });
        }
    }

    fn read_env(&self, env: &Env, problems: &mut Vec<Problem>, mut set: impl FnMut(&str, String)) {
        for (name, value) in env {
            let what = format!("environment variable `{}`", name.get_ref());
            if !env_file::is_name(name.get_ref()) {
                let problem =
                    Problem::warning(format!("{what} has no name a variable can have; it is left out"));
                let problem = problem.hint("use letters, digits and underscores, not beginning with a digit");
                problems.push(self.place(problem, name.span().start));
                continue;
            }
            match plain(value.get_ref()).filter(|value| !value.contains('\0')) {
                Some(value) => set(name.get_ref(), value),
                None => problems.push(self.no_text(value.span().start, &what)),
            }
        }
    }

    /// A problem that has no place yet belongs to this one.
    fn place(&self, problem: Problem, offset: usize) -> Problem {
        if problem.file.is_some() { problem } else { problem.at(FILE, Some(self.line(offset))) }
    }
}

/// A value as a person would call it.
fn written(value: &toml::Value) -> String {
    match plain(value) {
        Some(text) => format!("`{}`", text.chars().take(60).collect::<String>()),
        None => format!("an {}", value.type_str()).replace("an table", "a table"),
    }
}

fn unnamed(name: &str, line: u32, apps: &[App]) -> Problem {
    let names: Vec<&str> = apps.iter().take(20).map(|app| app.name.as_str()).collect();
    let known = if names.is_empty() { String::new() } else { format!(", or one of: {}", names.join(", ")) };
    Problem::error(format!("no function is called `{name}`"))
        .at(FILE, Some(line))
        .hint(format!("add a path to make it one{known}"))
}

/// `GET /hello`, `ANY /x/{proxy+}` or `$default`.
fn route(text: &str) -> Option<Route> {
    let text = text.trim();
    if text == "$default" {
        return Some(Route::new("ANY", text));
    }
    let (method, path) = text.split_once(char::is_whitespace)?;
    let path = path.trim();
    let method = aws::method_of(method);
    (path.starts_with('/') && method.chars().all(|letter| letter.is_ascii_uppercase()))
        .then(|| Route::new(method, path))
}
