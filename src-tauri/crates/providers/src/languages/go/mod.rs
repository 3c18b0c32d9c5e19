//! Go: compiled with the person's own tool chain, into a folder of the build's own. What is compiled of an app is its
//! provider's to say ([`Package`]): a program of the person's, or one around a function of theirs.

pub(crate) mod module;
mod newer;

use std::{
    ffi::OsString,
    io,
    path::{Path, PathBuf},
};

use coldframe_supervisor::{Command, Exit, Output, Supervisor};

use self::module::{Module, unwritten};
use super::{BuildRequest, Built, MEND, interpreter::upwards, shown};
use crate::{
    domain::{App, Problem},
    project::tidy,
    registry,
};

/// What is compiled, and where.
#[derive(Debug)]
pub(crate) struct Package {
    /// Where the compiler runs.
    pub(crate) folder: PathBuf,
    /// The package from there: `.`, `./cmd/hello`.
    pub(crate) target: &'static str,
    /// A list of files that the compiler is shown in places where they are not.
    pub(crate) overlay: Option<PathBuf>,
    /// A source that is compiled under another name: that name, and where it really is.
    pub(crate) renamed: Option<(&'static str, PathBuf)>,
    /// What goes in; the compiler is asked where that is not known.
    pub(crate) files: Option<Vec<PathBuf>>,
    /// Where the program is one around a package of the person's.
    pub(crate) around: Option<Around>,
}

/// A package of the person's with a program around it that needs modules which theirs does not ask for. The package is
/// compiled by itself first, so that what is wrong with it is told as Go would tell its author.
#[derive(Debug)]
pub(crate) struct Around {
    /// Of the package's module.
    pub(crate) folder: PathBuf,
    /// The package from there.
    pub(crate) package: String,
    /// In place of the module's own, a copy of its `go.mod`, to which Go may add.
    pub(crate) modules: Option<PathBuf>,
    /// Go may look for what the program needs, as it does after `go mod tidy`; else all is there (`vendor`).
    pub(crate) may_fetch: bool,
}

/// A program of the person's own: the package in the app's folder.
///
/// # Errors
/// None; a provider's other ways have some.
pub(crate) fn own_package(app: &App, _project: &Path, _out: &Path) -> Result<Package, Problem> {
    Ok(Package {
        folder: app.root.clone(),
        target: ".",
        overlay: None,
        renamed: None,
        files: None,
        around: None,
    })
}

/// # Errors
/// The compiler's first error, with its file and line; or there is no `go`.
pub(super) async fn build(supervisor: &Supervisor, request: BuildRequest<'_>) -> Result<Built, Problem> {
    let BuildRequest { app, project, out, tell, .. } = request;
    let go = which::which("go").map_err(|_| {
        Problem::error(format!("no Go for {}: there is no go in PATH", app.name))
            .hint("install Go from https://go.dev/dl")
    })?;
    let package = (registry::of(app.provider).go_package)(app, project, &out)?;
    let program = out.join(format!("function{}", std::env::consts::EXE_SUFFIX));
    let go = Go { program: &go, supervisor };
    tell.begins("go build");
    let fetching = fetching(&package, project, &out).map_err(unwritten(app))?;
    if !fetching.is_empty() {
        tell.says(
            "there is no go.sum: what go.mod asks for is fetched for this build, and go mod tidy writes one",
        );
    }
    if let Some(Around { folder, package: inner, .. }) = &package.around {
        let mut args: Vec<OsString> = ["build", "-buildvcs=false", "-o", NOWHERE].map(Into::into).into();
        args.extend(fetching.iter().cloned().chain([inner.into()]));
        let output = go.run(folder, args, |line| tell.says(line)).await?;
        if !matches!(output.status, Exit::Code(0)) {
            return Err(first_error(&String::from_utf8_lossy(&output.stderr), folder, None, project));
        }
    }
    let args = arguments(&package, &program, &fetching);
    let output = go.run(&package.folder, args, |line| tell.says(line)).await?;
    if !matches!(output.status, Exit::Code(0)) {
        let said = String::from_utf8_lossy(&output.stderr);
        return Err(first_error(&said, &package.folder, package.renamed.as_ref(), project));
    }
    let (folder, inner) = match &package.around {
        Some(around) => (&around.folder, around.package.as_str()),
        None => (&package.folder, "."),
    };
    let files = match package.files {
        Some(files) => Some(files),
        // An overlay's files would be named where they are not.
        None if package.overlay.is_some() && package.around.is_none() => None,
        None => {
            let mut args: Vec<OsString> = ["list", "-deps", "-f", SOURCES].map(Into::into).into();
            args.extend(fetching.into_iter().chain([inner.into()]));
            let listed = go.run(folder, args, |_| {}).await?;
            matches!(listed.status, Exit::Code(0))
                .then(|| sources(&String::from_utf8_lossy(&listed.stdout), folder, project))
        }
    };
    Ok(Built { code: app.root.clone(), artifact: Some(program), files })
}

/// What adds the modules that a person's code imports to their own lists, as a button says it.
pub(super) const TIDY: &str = "Run go mod tidy";

/// Where a package is compiled to that is no program.
const NOWHERE: &str = if cfg!(windows) { "NUL" } else { "/dev/null" };

/// Where a module asks for others and has no `go.sum`, Go may make one, as in the build of a cloud: in a copy.
fn fetching(package: &Package, project: &Path, out: &Path) -> io::Result<Vec<OsString>> {
    let folder = package.around.as_ref().map_or(&package.folder, |around| &around.folder);
    let Some(module) = Module::of(folder, project).filter(Module::lacks_sums) else { return Ok(Vec::new()) };
    let copied = package.around.as_ref().and_then(|around| around.modules.clone());
    let modules = copied.map_or_else(|| module.copied(out), Ok)?;
    Ok(vec!["-mod=mod".into(), modfile(&modules)])
}

fn modfile(file: &Path) -> OsString {
    let mut flag = OsString::from("-modfile=");
    flag.push(file);
    flag
}

fn arguments(package: &Package, program: &Path, fetching: &[OsString]) -> Vec<OsString> {
    // Stamping the repository's state into a program that lives for minutes only gives git a chance to refuse.
    let mut args: Vec<OsString> = vec!["build".into(), "-buildvcs=false".into(), "-o".into(), program.into()];
    if let Some(overlay) = &package.overlay {
        args.extend(["-overlay".into(), overlay.clone().into_os_string()]);
    }
    match &package.around {
        Some(around) => {
            args.extend(around.may_fetch.then(|| "-mod=mod".into()));
            args.extend(around.modules.iter().map(|file| modfile(file)));
        }
        None => args.extend(fetching.iter().cloned()),
    }
    args.push(package.target.into());
    args
}

/// The person's tool chain.
struct Go<'a> {
    program: &'a Path,
    supervisor: &'a Supervisor,
}

impl Go<'_> {
    async fn run(
        &self,
        folder: &Path,
        args: Vec<OsString>,
        mut hear: impl FnMut(&str) + Send,
    ) -> Result<Output, Problem> {
        let mut command = Command::new(self.program, folder);
        command.args = args;
        // It is the person's own, and so is what it is configured with; another is not fetched unasked.
        command.env = std::env::vars_os().collect();
        command.env.entry("GOTOOLCHAIN".into()).or_insert_with(|| "local".into());
        if command.args.iter().any(|arg| arg.to_string_lossy().starts_with("-modfile")) {
            // A workspace has modules of its own, which Go does not let replace.
            command.env.insert("GOWORK".into(), "off".into());
        }
        let ran = self.supervisor.run_telling(command, |line| hear(&line.text));
        ran.await.map_err(|error| {
            Problem::error(format!("could not start go: {error}")).hint("check that go runs in a terminal")
        })
    }
}

/// Every file of every package that is not Go's own, one a line.
const SOURCES: &str = "{{if not .Standard}}{{$folder := .Dir}}\
    {{range .GoFiles}}{{$folder}}/{{.}}\n{{end}}{{range .CgoFiles}}{{$folder}}/{{.}}\n{{end}}\
    {{range .EmbedFiles}}{{$folder}}/{{.}}\n{{end}}{{end}}";

/// Those of the project, and the files that say which others there are.
fn sources(listed: &str, folder: &Path, project: &Path) -> Vec<PathBuf> {
    let own = listed.lines().map(PathBuf::from).filter(|file| file.starts_with(project));
    let manifests = upwards(folder, project)
        .flat_map(|above| ["go.mod", "go.sum", "go.work"].map(|name| above.join(name)))
        .filter(|file| file.is_file());
    own.chain(manifests).collect()
}

/// `FILE:LINE:COLUMN: what`, of the person's own files; else the first line.
fn first_error(
    said: &str,
    folder: &Path,
    renamed: Option<&(&'static str, PathBuf)>,
    project: &Path,
) -> Problem {
    if let Some(problem) = newer::asked_for(said, folder, project) {
        return problem;
    }
    let mut lines = said.lines().filter(|line| !line.starts_with('#') && !line.trim().is_empty());
    let placed = lines.clone().find_map(|line| {
        let (file, rest) = line.split_once(".go:")?;
        let (row, rest) = rest.split_once(':')?;
        let (column, message) = rest.split_once(": ").unwrap_or(("", rest));
        Some((format!("{file}.go"), row.parse::<u32>().ok()?, column.to_owned(), message.to_owned(), line))
    });
    let Some((file, row, column, message, line)) = placed else {
        let first = lines.next().unwrap_or("go build failed").trim_start_matches("go: ").to_owned();
        let rest: Vec<&str> = lines.map(str::trim).take(4).collect();
        let hint = if rest.is_empty() {
            "run go vet in its folder to see all it says".into()
        } else {
            rest.join("; ")
        };
        return Problem::error(first).hint(hint);
    };
    let renamed = renamed.filter(|(name, _)| Path::new(&file).file_name().is_some_and(|file| file == *name));
    let path = match renamed {
        Some((_, source)) => source.clone(),
        None => tidy(&folder.join(file)),
    };
    let mut message = message.trim().to_owned();
    // What is to be fetched is told on the next line.
    let fetch = said
        .lines()
        .skip_while(|one| *one != line)
        .nth(1)
        .map(str::trim)
        .filter(|next| next.starts_with("go get"));
    let lacks = fetch.is_some();
    let hint = match fetch {
        Some(_) => {
            message = message.trim_end_matches("; to add it:").trim_end_matches("; to add:").to_owned();
            // The packages around a person's are ours to know of.
            if let Some((before, importer)) = message.split_once(" (imported by ")
                && importer.contains("/coldframe_")
            {
                message = before.to_owned();
            }
            "in the folder of its go.mod: go mod tidy".to_owned()
        }
        None if message.contains("is not in std") => {
            "packages of others need a module: go mod init NAME && go mod tidy in the project's folder".into()
        }
        None => MEND.to_owned(),
    };
    if !column.is_empty() {
        message.push_str(&format!(" (column {column})"));
    }
    let problem = Problem::error(message).at(shown(&path, project), Some(row)).hint(hint);
    if lacks { problem.remedy(TIDY) } else { problem }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_error_is_told_with_its_place() {
        let renamed = ("handler.go", PathBuf::from("/p/api/[id].go"));
        let told =
            |said: &str| first_error(said, Path::new("/p"), Some(&renamed), Path::new("/p")).to_string();
        assert_eq!(
            told("# coldframe/handler\nhandler/handler.go:9:2: undefined: x\n"),
            format!("api/[id].go:9: undefined: x (column 2)\nhint: {MEND}")
        );
        assert_eq!(
            told("# m/lib\nlib/words.go:3:5: syntax error: unexpected }\n"),
            format!("lib/words.go:3: syntax error: unexpected }} (column 5)\nhint: {MEND}")
        );
        assert_eq!(
            told(
                "coldframe_vercel/handler/handler.go:4:2: no required module provides package x.org/y; to add it:\n\tgo get x.org/y\n"
            ),
            "api/[id].go:4: no required module provides package x.org/y (column 2)\nhint: in the folder of its go.mod: go mod tidy"
        );
        assert_eq!(
            told(
                "main.go:5:2: missing go.sum entry for module providing package x.org/y (imported by m); to add:\n\tgo get m\n"
            ),
            "main.go:5: missing go.sum entry for module providing package x.org/y (imported by m) (column 2)\nhint: in the folder of its go.mod: go mod tidy"
        );
        assert_eq!(
            told(
                "coldframe_vercel/handler/handler.go:6:2: missing go.sum entry for module providing package x.org/y (imported by m/coldframe_vercel/handler); to add:\n\tgo get m/coldframe_vercel/handler\n"
            ),
            "api/[id].go:6: missing go.sum entry for module providing package x.org/y (column 2)\nhint: in the folder of its go.mod: go mod tidy"
        );
        assert_eq!(
            told("go: go.mod file not found\n"),
            "go.mod file not found\nhint: run go vet in its folder to see all it says"
        );
    }

    #[test]
    fn of_what_went_in_the_projects_own_files_count() {
        let listed = "/m/x.org/y/y.go\n/p/lib/words.go\n/p/hello/main.go\n";
        assert_eq!(
            sources(listed, Path::new("/p/hello"), Path::new("/p")),
            [Path::new("/p/lib/words.go"), Path::new("/p/hello/main.go")]
        );
    }
}
