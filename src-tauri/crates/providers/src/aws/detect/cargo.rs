//! Cargo packages that are Lambda functions: they depend on `lambda_runtime` or `lambda_http`.

use std::path::{Path, PathBuf};

use toml::{Table, Value};

use crate::{
    domain::Problem,
    project::{Project, line_of},
};

const RUNTIMES: [&str; 2] = ["lambda_runtime", "lambda_http"];

/// A package and the binaries it builds.
#[derive(Debug)]
pub(crate) struct Package {
    pub(crate) folder: PathBuf,
    pub(crate) manifest: PathBuf,
    /// The crate that makes it a function.
    pub(crate) runtime: &'static str,
    pub(crate) binaries: Vec<Binary>,
    /// The workspace it belongs to, if its manifest lies elsewhere.
    pub(crate) workspace: Option<PathBuf>,
}

#[derive(Debug)]
pub(crate) struct Binary {
    pub(crate) name: String,
    /// Where its `main` is, relative to the package.
    pub(crate) main: PathBuf,
}

/// The package in a folder, if it is a Lambda function.
///
/// # Errors
/// Its `Cargo.toml` mentions a Lambda runtime but is no TOML: named with its line.
pub(crate) fn package(project: &Project, folder: &Path) -> Result<Option<Package>, Problem> {
    let manifest = folder.join("Cargo.toml");
    let Some(text) = project.peek(&manifest) else { return Ok(None) };
    let table = match text.parse::<Table>() {
        Ok(table) => table,
        // Somebody else's broken package is not ours to report.
        Err(_) if !RUNTIMES.iter().any(|runtime| text.contains(runtime)) => return Ok(None),
        Err(error) => {
            let line = error.span().map(|span| line_of(&text, span.start));
            return Err(Problem::error(error.message().trim().to_owned())
                .at(project.shown(&manifest), line)
                .hint("correct the file"));
        }
    };
    let workspace = workspace_above(project, folder, &table);
    let shared = workspace.as_ref().map(|(_, shared)| shared).or_else(|| table.get("workspace")?.as_table());
    let Some(runtime) = runtime_of(&table, shared) else { return Ok(None) };
    let Some(name) = table.get("package").and_then(|package| package.get("name")?.as_str()) else {
        return Ok(None);
    };
    let binaries = binaries(project, folder, &table, name);
    let workspace = workspace.map(|(manifest, _)| manifest);
    Ok(Some(Package { folder: folder.to_path_buf(), manifest, runtime, binaries, workspace }))
}

fn runtime_of(table: &Table, workspace: Option<&Table>) -> Option<&'static str> {
    let dependencies = table.get("dependencies")?.as_table()?;
    let real = |alias: &str, value: &Value| -> String {
        let named = |value: &Value| Some(value.get("package")?.as_str()?.to_owned());
        if value.get("workspace").and_then(Value::as_bool) == Some(true) {
            let shared = workspace.and_then(|table| table.get("dependencies")?.get(alias));
            return shared.and_then(named).unwrap_or_else(|| alias.to_owned());
        }
        named(value).unwrap_or_else(|| alias.to_owned())
    };
    let found: Vec<String> = dependencies.iter().map(|(alias, value)| real(alias, value)).collect();
    RUNTIMES.into_iter().find(|runtime| found.iter().any(|one| one.replace('-', "_") == *runtime))
}

/// The nearest `Cargo.toml` above with a `[workspace]`, within the project.
fn workspace_above(project: &Project, folder: &Path, table: &Table) -> Option<(PathBuf, Table)> {
    if table.contains_key("workspace") {
        return None;
    }
    project.upwards(folder).skip(1).find_map(|above| {
        let manifest = above.join("Cargo.toml");
        let table = project.peek(&manifest)?.parse::<Table>().ok()?;
        Some((manifest, table.get("workspace")?.as_table()?.clone()))
    })
}

/// Cargo's own rules: `[[bin]]`, then `src/main.rs` and `src/bin/`.
fn binaries(project: &Project, folder: &Path, table: &Table, package: &str) -> Vec<Binary> {
    let mut binaries: Vec<Binary> = Vec::new();
    for bin in table.get("bin").and_then(Value::as_array).into_iter().flatten() {
        let Some(name) = bin.get("name").and_then(Value::as_str) else { continue };
        let main = match bin.get("path").and_then(Value::as_str) {
            Some(path) => path.into(),
            None if name == package && folder.join("src/main.rs").is_file() => "src/main.rs".into(),
            None => PathBuf::from(format!("src/bin/{name}.rs")),
        };
        binaries.push(Binary { name: name.into(), main });
    }
    let automatic =
        table.get("package").and_then(|package| package.get("autobins")?.as_bool()).unwrap_or(true);
    if automatic {
        let mut add = |name: String, main: &str| {
            if !binaries.iter().any(|one| one.name == name || one.main == Path::new(main)) {
                binaries.push(Binary { name, main: main.into() });
            }
        };
        if folder.join("src/main.rs").is_file() {
            add(package.to_owned(), "src/main.rs");
        }
        let relative = folder.strip_prefix(project.root()).unwrap_or(folder).join("src/bin");
        for file in project.files().filter_map(|file| file.strip_prefix(&relative).ok()) {
            let parts: Vec<_> = file.components().collect();
            let stem = match parts.as_slice() {
                [_] if file.extension().is_some_and(|ending| ending == "rs") => file.file_stem(),
                [stem, main] if main.as_os_str() == "main.rs" => Some(stem.as_os_str()),
                _ => None,
            };
            if let Some(stem) = stem {
                let main = format!("src/bin/{}", file.to_string_lossy());
                add(stem.to_string_lossy().into_owned(), &main);
            }
        }
    }
    binaries
}
