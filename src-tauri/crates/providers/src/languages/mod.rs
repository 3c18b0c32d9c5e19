//! Languages: one file each. What starts a program in it, and the build step it has, if any.
//!
//! Nothing here knows a provider; which bootstrap runs and with what environment is the provider's `launch`.

pub(crate) mod asked;
pub(crate) mod custom;
mod dependencies;
pub(crate) mod go;
mod install;
mod interpreter;
pub(crate) mod java;
mod missing;
pub(crate) mod node;
pub(crate) mod python;
mod range;
mod reach;
pub(crate) mod ruby;
mod rust;
mod typescript;
mod versions;

pub use self::{
    install::Installation,
    missing::{Missing, missing_module},
    reach::Reach,
};
use std::path::{Path, PathBuf};

use coldframe_supervisor::Supervisor;

use crate::{
    domain::{App, Language, Problem},
    registry,
};

/// Whether a list of Python's dependencies that concerns a folder names a package.
pub(crate) fn is_listed(root: &Path, project: &Path, package: &str) -> bool {
    dependencies::is_listed(root, project, package).is_some()
}

/// Who hears what tools do while they run: builds, and installations.
pub trait Tell: Send + Sync {
    /// A tool begins, called as a person would call it.
    fn begins(&self, command: &str);
    /// A line it printed.
    fn says(&self, line: &str);
}

/// Nobody listens.
impl Tell for () {
    fn begins(&self, _command: &str) {}
    fn says(&self, _line: &str) {}
}

/// What is to be built.
#[derive(Clone)]
pub struct BuildRequest<'a> {
    pub app: &'a App,
    /// Canonical root of the project.
    pub project: &'a Path,
    /// A folder of this build's own, for languages that make files.
    pub out: PathBuf,
    /// A folder that all builds share, for what is fetched once.
    pub keep: PathBuf,
    pub tell: &'a dyn Tell,
}

/// What a build step made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Built {
    /// Where the process finds its code.
    pub code: PathBuf,
    /// The program, where the build made one; for Java the folder with what runs the code.
    pub artifact: Option<PathBuf>,
    /// The source files that went in, where that is known.
    pub files: Option<Vec<PathBuf>>,
}

/// Makes an app ready to be started: a build step for languages that have one, and for the others the look at the
/// tool chain that only running it can give.
///
/// # Errors
/// A mistake in the code, with its file and line, or a tool that is missing.
pub async fn build(supervisor: &Supervisor, request: BuildRequest<'_>) -> Result<Built, Problem> {
    let BuildRequest { app, project, ref out, tell, .. } = request;
    match app.language {
        Language::Python => python::prepare(supervisor, app, project).await?,
        Language::Node if !is_compiled(app) => node::prepare(supervisor, app).await?,
        Language::Node | Language::TypeScript => {
            node::prepare(supervisor, app).await?;
            return typescript::build(app, project, out).await;
        }
        Language::Ruby => ruby::prepare(supervisor, app).await?,
        Language::Custom => custom::check(&app.root, &app.handler, project)?,
        Language::Process => {}
        Language::Rust => return rust::build(supervisor, app, project, out, tell).await,
        Language::Go => return go::build(supervisor, request).await,
        Language::Java => return java::build(supervisor, request).await,
    }
    Ok(Built { code: app.root.clone(), artifact: None, files: None })
}

/// Whether what runs is compiled of what a person wrote; else it is the person's own files.
pub fn is_compiled(app: &App) -> bool {
    match app.language {
        Language::TypeScript | Language::Rust | Language::Go | Language::Java => true,
        Language::Node => typescript::compiles(app),
        Language::Python | Language::Ruby | Language::Custom | Language::Process => false,
    }
}

/// Whether our bootstrap runs the app and can measure its imports.
///
/// # Errors
/// It cannot: why.
pub fn measures_imports(app: &App, project: &Path) -> Result<(), Problem> {
    let (name, language) = (&app.name, app.language.as_str());
    let provider = registry::of(app.provider);
    if provider.measures_imports.is_empty() {
        let title = app.provider.title();
        return Err(Problem::error(format!(
            "imports are not measured of functions of {title}, and {name} is one"
        ))
        .hint("its init as a whole is among its cold starts"));
    }
    if !provider.measures_imports.contains(&app.language) {
        let named = |one: &Language| match one {
            Language::Python => "Python",
            Language::Node => "JavaScript",
            Language::TypeScript => "TypeScript",
            other => other.as_str(),
        };
        let languages: Vec<&str> = provider.measures_imports.iter().map(named).collect();
        let languages = match languages.split_last() {
            Some((last, before)) if !before.is_empty() => format!("{} and {last}", before.join(", ")),
            _ => languages.concat(),
        };
        return Err(Problem::error(format!(
            "imports are measured of functions of {} in {languages}, and {name} is {language}",
            app.provider.title()
        ))
        .hint("its init as a whole is among its cold starts"));
    }
    let client = match app.language {
        Language::Python if python::ships_runtime_client(app, project) => "awslambdaric",
        Language::Node | Language::TypeScript if node::runtime_client(app, project).is_some() => {
            "aws-lambda-ric"
        }
        _ => return Ok(()),
    };
    Err(Problem::error(format!(
        "{name} brings AWS's runtime client, {client}, and runs with it: its imports cannot be measured"
    ))
    .hint(format!("take {client} out of its dependencies to have Coldframe's run it")))
}

/// Where the compiler knows nothing better to do.
const MEND: &str = "correct the line and save; a version that was built before keeps serving";

/// The source that a line of a stack trace means, where it names no file that lies in the file system: Java's
/// `garden.Hello.greet(Hello.java:12)`. With the line.
pub fn frame(root: &Path, line: &str) -> Option<(PathBuf, u32)> {
    java::frame(root, line)
}

/// What runs an app's code, where an interpreter does.
pub(crate) fn interpreter_of(app: &App, project: &Path) -> Option<PathBuf> {
    match app.language {
        Language::Python => python::interpreter(app, project).ok(),
        Language::Node | Language::TypeScript => node::interpreter(app).ok(),
        Language::Ruby => ruby::interpreter(app).ok(),
        Language::Rust | Language::Go | Language::Java | Language::Custom | Language::Process => None,
    }
}

/// Adds what is to be known of the machine's own part in running an app, beside what its project says. Runs nothing.
pub fn look_around(app: &mut App, project: &Path) {
    let stand_in = match app.language {
        Language::Python => python::stand_in(app, project),
        Language::Node | Language::TypeScript => node::stand_in(app),
        Language::Java => java::stand_in(app),
        Language::Ruby => ruby::stand_in(app),
        Language::Rust | Language::Go | Language::Custom | Language::Process => None,
    };
    app.assumed.extend(stand_in);
    app.assumed.extend(dependencies::framework(app, project));
    app.problems.extend(dependencies::unread(app, project));
    app.problems.extend(dependencies::lacking(app, project));
}

/// What would install an app's dependencies.
///
/// # Errors
/// It has no list of them, or a tool is missing.
pub async fn installation(
    supervisor: &Supervisor,
    app: &App,
    project: &Path,
) -> Result<Installation, Problem> {
    dependencies::installation(supervisor, app, project).await
}

/// Names the state of what an app's code runs with and that is no file of its own: its interpreter, its installed
/// packages. Another state is another revision. Blocking.
pub fn environment(app: &App, project: &Path) -> String {
    match app.language {
        Language::Python => dependencies::python_stamp(app, project),
        Language::Node | Language::TypeScript => dependencies::node_stamp(app, project),
        Language::Ruby => dependencies::ruby_stamp(app, project),
        Language::Rust | Language::Go | Language::Java | Language::Custom | Language::Process => {
            String::new()
        }
    }
}

/// A path as a person reads it in a problem.
fn shown(path: &Path, project: &Path) -> String {
    path.strip_prefix(project).unwrap_or(path).display().to_string()
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::domain::{Architecture, ProviderId, Settings};

    /// An app of no language in particular.
    pub(super) fn app(root: PathBuf) -> App {
        App {
            provider: ProviderId::Aws,
            name: "hello".into(),
            language: Language::Custom,
            runtime: String::new(),
            root,
            handler: String::new(),
            architecture: Architecture::X86_64,
            region: None,
            settings: Settings {
                timeout: Duration::from_secs(3),
                memory_mb: 128,
                ephemeral_mb: 512,
                concurrency: None,
                idle: Duration::from_secs(300),
                kept_warm: 0,
                always_cold: false,
                emulate_cpu_share: false,
                ask_for_keys: false,
                follow_schedules: false,
                instance_concurrency: 1,
                start_limit: Duration::from_secs(10),
            },
            env: Default::default(),
            functions: Vec::new(),
            manifests: Vec::new(),
            layers: Vec::new(),
            interpreter: None,
            why: Vec::new(),
            assumed: Vec::new(),
            problems: Vec::new(),
        }
    }
}
