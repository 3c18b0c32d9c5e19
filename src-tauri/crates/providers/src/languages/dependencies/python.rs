//! Python: which packages are installed where an app runs, and how the others come there: with uv where there is one,
//! else with the standard library's venv and pip.

use std::{
    collections::BTreeSet,
    path::{Path, PathBuf},
};

use coldframe_supervisor::Command;

use super::{
    super::{
        Installation, install,
        python::{self, INTERPRETER},
        shown,
        versions::{Kind, usual},
    },
    brought, code_folder, has_stand_in,
    lists::{List, Requirement, lists, plain},
};
use crate::{
    domain::{App, Problem},
    project::text_of,
};

/// The nearest list in an app's own folder, and beside its code, and what of it is not installed, if anything.
pub(super) fn lacks(app: &App, project: &Path) -> Option<(PathBuf, Vec<String>)> {
    lists(&code_folder(app), &app.root).find_map(|list| {
        let lacks = lacks_of(app, project, &list)?;
        (!lacks.is_empty()).then_some((list.file, lacks))
    })
}

/// `None`: it cannot be told.
fn lacks_of(app: &App, project: &Path, list: &List) -> Option<Vec<String>> {
    if app.env.contains_key("PYTHONPATH") {
        return None;
    }
    let installed = packages(&sites(app, project)?);
    let lacks = list.requirements.iter().filter(|one| {
        !one.conditional
            && !has_stand_in(app, &plain(&one.name))
            && !installed.contains(&plain(&one.name))
            && !lies_beside(app, &one.name)
    });
    let mut names: Vec<String> = lacks.map(|one| one.name.clone()).collect();
    names.dedup();
    Some(names)
}

/// Whether a package was put beside the code by hand, as for an upload, or is in a layer.
fn lies_beside(app: &App, package: &str) -> bool {
    let name = package.to_lowercase();
    let module = name.replace(['-', '.'], "_");
    let folders = || std::iter::once(&app.root).chain(&app.layers);
    folders().any(|folder| {
        [&name, &module].iter().any(|name| folder.join(name).is_dir())
            || folder.join(format!("{module}.py")).is_file()
    }) || packages(folders()).contains(&plain(package))
}

/// Whether a package is installed where an app runs; `None`: it cannot be told.
pub(super) fn is_installed(app: &App, project: &Path, package: &str) -> Option<bool> {
    if app.env.contains_key("PYTHONPATH") {
        return None;
    }
    let mut installed = packages(std::iter::once(&app.root).chain(&app.layers));
    installed.extend(packages(&sites(app, project)?));
    Some(installed.contains(package))
}

/// Whether a package is installed where an app runs, or lies beside its code; `None`: it cannot be told.
pub(super) fn has(app: &App, project: &Path, package: &str) -> Option<bool> {
    let requirement = Requirement { name: package.to_owned(), text: package.to_owned(), conditional: false };
    let list = List { file: PathBuf::new(), requirements: vec![requirement] };
    lacks_of(app, project, &list).map(|lacks| lacks.is_empty())
}

/// Where the app's interpreter looks for packages.
fn sites(app: &App, project: &Path) -> Option<Vec<PathBuf>> {
    let Some(environment) = python::environment(&app.root, project) else {
        return base_sites(python::interpreter(app, project).ok()?);
    };
    let mut sites = vec![environment.join("Lib/site-packages")];
    for version in environment.join("lib").read_dir().into_iter().flatten().flatten() {
        sites.push(version.path().join("site-packages"));
    }
    let inherits = text_of(&environment.join("pyvenv.cfg")).is_some_and(|text| {
        text.lines().any(|line| line.replace(' ', "") == "include-system-site-packages=true")
    });
    if inherits {
        sites.extend(base_sites(environment.join(INTERPRETER).canonicalize().ok()?)?);
    }
    Some(sites)
}

/// Of an interpreter without a virtual environment.
fn base_sites(program: PathBuf) -> Option<Vec<PathBuf>> {
    let real = program.canonicalize().ok()?;
    let version = usual(Kind::Python, program).version?.short(Kind::Python);
    let prefix = real.parent()?.parent()?;
    let mut sites = vec![
        prefix.join(format!("lib/python{version}/site-packages")),
        prefix.join(format!("lib/python{version}/dist-packages")),
        prefix.join("lib/python3/dist-packages"),
        real.parent()?.join("Lib/site-packages"),
        PathBuf::from(format!("/usr/local/lib/python{version}/dist-packages")),
    ];
    if let Some(home) = std::env::home_dir() {
        sites.push(home.join(format!(".local/lib/python{version}/site-packages")));
    }
    Some(sites)
}

/// The packages whose metadata lie in these folders, by their plain names.
fn packages<'a>(sites: impl IntoIterator<Item = &'a PathBuf>) -> BTreeSet<String> {
    metadata(sites).iter().filter_map(|name| Some(plain(name.split('-').next()?))).collect()
}

/// `flask-3.0.0.dist-info`: a package and its version.
fn metadata<'a>(sites: impl IntoIterator<Item = &'a PathBuf>) -> BTreeSet<String> {
    let entries = sites.into_iter().filter_map(|site| site.read_dir().ok()).flatten().flatten();
    let named = entries.filter_map(|entry| {
        let name = entry.file_name().into_string().ok()?;
        let name = [".dist-info", ".egg-info", ".egg-link"].iter().find_map(|end| name.strip_suffix(end))?;
        Some(name.to_owned())
    });
    named.collect()
}

/// What a revision of an app runs with: its environment's Python and the packages in it.
pub(in super::super) fn stamp(app: &App, project: &Path) -> String {
    let Some(environment) = python::environment(&app.root, project) else { return String::new() };
    let version = usual(Kind::Python, environment.join(INTERPRETER)).version;
    let version = version.map(|version| version.to_string()).unwrap_or_default();
    let packages = metadata(&sites(app, project).unwrap_or_default());
    format!("{version} {}", packages.into_iter().collect::<Vec<_>>().join(" "))
}

/// The list that is installed: the nearest of which something is missing, else the nearest.
fn chosen_list(app: &App, project: &Path) -> Option<List> {
    let lacking = |list: &List| lacks_of(app, project, list).is_some_and(|lacks| !lacks.is_empty());
    let folder = code_folder(app);
    lists(&folder, project).find(lacking).or_else(|| lists(&folder, project).next())
}

pub(super) fn remedy(app: &App, project: &Path) -> Option<String> {
    let what = match chosen_list(app, project) {
        Some(list) => file_name(&list.file).to_owned(),
        None => Some(brought::wanted(app, project)).filter(|all| !all.is_empty())?.join(" and "),
    };
    Some(match python::environment(&app.root, project) {
        Some(environment) => format!("Install {what} into {}", shown(&environment, project)),
        None => "Create virtual environment and install".into(),
    })
}

/// # Errors
/// There is no list, or no Python.
pub(super) fn installation(app: &App, project: &Path) -> Result<Installation, Problem> {
    let list = chosen_list(app, project);
    let existing = python::environment(&app.root, project);
    let brought = match (&list, &existing) {
        // An environment that is made has nothing of what its interpreter has.
        (Some(_), None) => {
            let mut all = brought::imported(app);
            all.retain(|name| !lies_beside(app, name));
            all
        }
        _ => brought::wanted(app, project),
    };
    let file = list.as_ref().map(|list| list.file.clone());
    // Without a list, the code itself is what names them.
    let file = file.or_else(|| brought::handler(app).filter(|_| !brought.is_empty())).ok_or_else(|| {
        Problem::error(format!("{} names no packages to install", app.name))
            .hint("name them in a requirements.txt beside its code")
    })?;
    let folder = list.as_ref().and_then(|list| list.file.parent()).unwrap_or(&app.root).to_path_buf();
    // An app looks for its environment from its root upwards.
    let home = if folder.starts_with(&app.root) { &app.root } else { &folder };
    let environment = existing.clone().unwrap_or_else(|| home.join(".venv"));
    let is_there = environment.exists() || environment.is_symlink();
    // What was interrupted is nobody's.
    let makes = (!is_there || install::is_unfinished(&environment)).then(|| environment.clone());
    let base = match existing {
        Some(_) => None,
        None => Some(python::chosen(app)?.interpreter.program),
    };
    // What the list itself brings is there by then.
    let listed = |name: &str| {
        let all = list.iter().flat_map(|list| &list.requirements);
        all.into_iter().any(|one| plain(&one.name) == name)
    };
    let brought: Vec<String> = brought.into_iter().filter(|name| !listed(name)).collect();
    let plan = Plan {
        folder: &folder,
        list: list.as_ref(),
        brought: &brought,
        environment: &environment,
        base,
        clear: is_there,
    };
    let steps = match which::which("uv") {
        Ok(uv) => plan.with_uv(&uv),
        Err(_) => plan.with_pip(),
    };
    Ok(Installation { list: file, makes, steps })
}

struct Plan<'a> {
    folder: &'a Path,
    list: Option<&'a List>,
    /// What besides: packages of the cloud's own.
    brought: &'a [String],
    environment: &'a Path,
    /// What the environment is made of, where there is none.
    base: Option<PathBuf>,
    /// Something lies where it is to be made.
    clear: bool,
}

impl Plan<'_> {
    fn with_uv(self, uv: &Path) -> Vec<Command> {
        let uv = || self.command(uv).env("UV_PYTHON_DOWNLOADS", "never");
        let interpreter = self.environment.join(INTERPRETER);
        let install = || uv().arg("pip").arg("install").arg("--python").arg(&interpreter);
        let brought = (!self.brought.is_empty())
            .then(|| self.brought.iter().fold(install(), |install, one| install.arg(one)));
        let is_project = self.list.is_some_and(|list| file_name(&list.file) == "pyproject.toml");
        if is_project && self.folder.join("uv.lock").is_file() {
            let python = self.base.as_ref().unwrap_or(&interpreter);
            let sync = uv().arg("sync").arg("--frozen").arg("--python").arg(python);
            let sync = sync.env("UV_PROJECT_ENVIRONMENT", self.environment);
            return std::iter::once(sync).chain(brought).collect();
        }
        let mut steps = Vec::new();
        if let Some(base) = &self.base {
            let mut make = uv().arg("venv").arg("--python").arg(base);
            if self.clear {
                make = make.arg("--clear");
            }
            steps.push(make.arg(self.environment));
        }
        steps.extend(self.list.map(|list| install().arg("-r").arg(&list.file)));
        steps.extend(brought);
        steps
    }

    fn with_pip(self) -> Vec<Command> {
        let interpreter = self.environment.join(INTERPRETER);
        let python = || self.command(&interpreter).arg("-m");
        let mut steps = Vec::new();
        if let Some(base) = &self.base {
            let mut make = self.command(base).arg("-m").arg("venv");
            if self.clear {
                make = make.arg("--clear");
            }
            steps.push(make.arg(self.environment));
        } else if !has_pip(self.environment) {
            // uv makes environments without it.
            steps.push(python().arg("ensurepip"));
        }
        let install = || python().arg("pip").arg("install");
        steps.extend(self.list.map(|list| {
            if file_name(&list.file) == "pyproject.toml" {
                let specifications = list.requirements.iter().map(|one| &one.text);
                specifications.fold(install().arg("--"), |install, one| install.arg(one))
            } else {
                install().arg("-r").arg(&list.file)
            }
        }));
        if !self.brought.is_empty() {
            steps.push(self.brought.iter().fold(install(), |install, one| install.arg(one)));
        }
        steps
    }

    fn command(&self, program: &Path) -> Command {
        let mut command = install::tool(program, self.folder);
        for (name, value) in [
            ("PIP_DISABLE_PIP_VERSION_CHECK", "1"),
            ("PIP_NO_INPUT", "1"),
            ("PIP_PROGRESS_BAR", "off"),
            ("PYTHONUNBUFFERED", "1"),
        ] {
            command = command.env(name, value);
        }
        // Of the shell the host was started in; what is meant is named.
        ["VIRTUAL_ENV", "CONDA_PREFIX", "PYTHONHOME", "PYTHONPATH"].iter().for_each(|name| {
            command.env.remove(std::ffi::OsStr::new(name));
        });
        command
    }
}

fn has_pip(environment: &Path) -> bool {
    python::installed(environment, "pip")
}

fn file_name(path: &Path) -> &str {
    path.file_name().and_then(|name| name.to_str()).unwrap_or_default()
}

#[cfg(test)]
mod tests;
