//! TypeScript's build step: transpiled in this process into a folder that mirrors the project, where Node runs it. Where
//! a provider makes CommonJS of ES modules, the same is done for those in JavaScript.
//!
//! What the handler's file imports has to be right; what it does not reach is taken along as far as it can be, because
//! a path made at run time may need it. Other files are copied (large ones linked), dependencies are linked.

mod depth;
mod modules;
mod resolve;
mod transpile;

use std::{
    collections::{BTreeSet, HashMap},
    fs, io,
    path::{Path, PathBuf},
    sync::{Arc, LazyLock, Mutex, PoisonError},
};

use walkdir::WalkDir;

pub(super) use self::modules::compiles;
use self::{
    resolve::Aliases,
    transpile::{Format, Transpiled, transpile},
};
use super::{Built, MEND, interpreter::upwards, shown};
use crate::{
    domain::{App, Language, Problem},
    registry,
};

const INTEROP: &str = include_str!("../../../bootstrap/typescript/interop.cjs");
const INTEROP_NAME: &str = "coldframe-interop.cjs";

/// Larger files are linked instead of copied.
const LARGEST_COPY: u64 = 1024 * 1024;
/// A folder with more files than this is not a function's.
const MOST_FILES: usize = 20_000;
/// Files that nothing is known to import are taken along up to this number.
const MOST_UNREACHED: usize = 200;
const MEMORY: usize = 4096;

/// Of a file: what it became, and what it imports.
struct Made {
    transpiled: Transpiled,
    imports: Vec<PathBuf>,
}

/// What was made of unchanged files stays good over revisions; the key is a hash of all that went in.
static MADE: LazyLock<Mutex<HashMap<blake3::Hash, Arc<Made>>>> = LazyLock::new(Mutex::default);

/// # Errors
/// A mistake in a file the handler reaches, with its line; or the folder cannot be read or written.
pub(super) async fn build(app: &App, project: &Path, out: &Path) -> Result<Built, Problem> {
    let (app, project, out) = (app.clone(), project.to_owned(), out.to_owned());
    let modules = registry::of(app.provider).compiles_modules;
    let built =
        tokio::task::spawn_blocking(move || Build { app: &app, project: &project, out: &out, modules }.run());
    built
        .await
        .unwrap_or_else(|error| Err(Problem::error(format!("the TypeScript build broke off: {error}"))))
}

struct Build<'a> {
    app: &'a App,
    project: &'a Path,
    out: &'a Path,
    /// ES modules in JavaScript are compiled, too.
    modules: bool,
}

impl Build<'_> {
    fn run(&self) -> Result<Built, Problem> {
        let failed = |error: io::Error| {
            Problem::error(format!("the TypeScript build of {} could not be written: {error}", self.app.name))
                .hint("is the disk full, or the data directory read-only?")
        };
        let _ = fs::remove_dir_all(self.out);
        fs::create_dir_all(self.out).map_err(failed)?;
        fs::write(self.out.join(INTEROP_NAME), INTEROP).map_err(failed)?;
        let aliases = Aliases::find(&self.app.root, self.project);
        let mut reached = BTreeSet::new();
        let mut waiting: Vec<PathBuf> = self.entries();
        while let Some(source) = waiting.pop() {
            if !reached.insert(source.clone()) {
                continue;
            }
            if self.is_compiled(&source) {
                waiting.extend(self.make(&source, &aliases)?);
            } else {
                self.copy(&source).map_err(failed)?;
            }
        }
        self.rest(&reached, &aliases).map_err(failed)?;
        self.surroundings().map_err(failed)?;
        let code = self.mirrored(&self.app.root).unwrap_or_else(|| self.out.to_owned());
        fs::create_dir_all(&code).map_err(failed)?;
        // What plain JavaScript requires is not followed.
        let files = (self.app.language == Language::TypeScript).then(|| reached.into_iter().collect());
        Ok(Built { code, artifact: None, files })
    }

    /// The handler's file: `src/app.handler` is `src/app.ts`. Some providers' handlers are the file itself, or several
    /// with commas between.
    fn entries(&self) -> Vec<PathBuf> {
        self.app.handler.split(',').filter_map(|handler| self.entry(handler)).collect()
    }

    fn entry(&self, handler: &str) -> Option<PathBuf> {
        let itself = self.app.root.join(handler);
        if itself.is_file() && self.is_compiled(&itself) {
            return Some(itself);
        }
        let file = handler.rfind('/').map_or(0, |slash| slash + 1);
        let stem = handler[file..].find('.').map_or(handler, |dot| &handler[..file + dot]);
        resolve::relative(&self.app.root.join("entry"), &format!("./{stem}"))
    }

    fn is_compiled(&self, source: &Path) -> bool {
        resolve::is_typescript(source) || self.modules && modules::becomes_commonjs(source)
    }

    /// Where a file of the project has its place in the output.
    fn mirrored(&self, path: &Path) -> Option<PathBuf> {
        let base = if self.app.root.starts_with(self.project) { self.project } else { &self.app.root };
        Some(self.out.join(path.strip_prefix(base).ok()?))
    }

    /// Transpiles one file, and returns what it imports.
    fn make(&self, source: &Path, aliases: &Aliases) -> Result<Vec<PathBuf>, Problem> {
        let file = shown(source, self.project);
        let unreadable = |error: io::Error| {
            let problem = match error.kind() {
                io::ErrorKind::InvalidData => Problem::error("cannot be read: it is not UTF-8 text")
                    .hint("save it with the encoding UTF-8"),
                _ => Problem::error(format!("cannot be read: {error}")),
            };
            problem.at(file.clone(), None)
        };
        let text = fs::read_to_string(source).map_err(unreadable)?;
        let Some(output) = self.mirrored(&resolve::output_name(source)) else {
            return Err(Problem::error("is imported, but lies outside the project").at(file, None));
        };
        let format = self.format(source);
        let interop = resolve::specifier(&output, &self.out.join(INTEROP_NAME)).unwrap_or_default();
        // What the imports mean depends on which files there are, so the answers are part of the key.
        let mut hash = blake3::Hasher::new();
        hash.update(source.as_os_str().as_encoded_bytes()).update(&[0, u8::from(format == Format::Module)]);
        hash.update(interop.as_bytes())
            .update(&[0])
            .update(format!("{aliases:?}").as_bytes())
            .update(text.as_bytes());
        let key = hash.finalize();
        let known = MADE.lock().unwrap_or_else(PoisonError::into_inner).get(&key).cloned();
        let made = match known.filter(|made| made.imports.iter().all(|file| file.is_file())) {
            Some(made) => made,
            None => {
                let mut imports = Vec::new();
                let mut missing = false;
                let mut rewrite = |specifier: &str| {
                    let Some(target) =
                        resolve::relative(source, specifier).or_else(|| aliases.resolve(specifier))
                    else {
                        missing |= specifier.starts_with('.');
                        return None;
                    };
                    let named = resolve::specifier(&output, &self.mirrored(&resolve::output_name(&target))?)?;
                    imports.push(target);
                    (named != specifier).then_some(named)
                };
                let transpiled =
                    depth::bounded(&text, || transpile(source, &text, format, &interop, &mut rewrite))
                        .map_err(|mistake| {
                            let place = mistake.column.map(|column| format!(" (column {column})"));
                            let message = mistake.message + &place.unwrap_or_default();
                            let hint = mistake.help.unwrap_or_else(|| MEND.to_owned());
                            Problem::error(message).at(file.clone(), mistake.line).hint(hint)
                        })?;
                let made = Arc::new(Made { transpiled, imports });
                // What is missing now may be there the next time.
                if !missing {
                    let mut all = MADE.lock().unwrap_or_else(PoisonError::into_inner);
                    if all.len() >= MEMORY {
                        all.clear();
                    }
                    all.insert(key, Arc::clone(&made));
                }
                made
            }
        };
        write(&output, &made.transpiled).map_err(|error| {
            Problem::error(format!("its output cannot be written: {error}")).at(file, None)
        })?;
        Ok(made.imports.clone())
    }

    fn format(&self, source: &Path) -> Format {
        match source.extension().and_then(|extension| extension.to_str()) {
            Some("mts") => return Format::Module,
            Some("cts") => return Format::CommonJs,
            _ => {}
        }
        if modules::in_module_folder(source) { Format::Module } else { Format::CommonJs }
    }

    /// What lies beside the handler and was not reached by imports.
    fn rest(&self, reached: &BTreeSet<PathBuf>, aliases: &Aliases) -> io::Result<()> {
        let visible = |entry: &walkdir::DirEntry| {
            let name = entry.file_name().to_string_lossy();
            let hidden = entry.file_type().is_dir() && entry.depth() > 0 && name.starts_with('.');
            !hidden && !matches!(name.as_ref(), "node_modules" | "cdk.out") && entry.path() != self.out
        };
        let mut unreached = 0;
        let entries = WalkDir::new(&self.app.root).into_iter().filter_entry(visible).flatten();
        for entry in entries.filter(|entry| !entry.file_type().is_dir()).take(MOST_FILES) {
            let source = entry.path();
            if reached.contains(source) {
                continue;
            }
            if self.is_compiled(source) {
                unreached += 1;
                if unreached <= MOST_UNREACHED
                    && let Err(problem) = self.make(source, aliases)
                {
                    tracing::debug!(%problem, "not reached by the handler, left out of the build");
                }
            } else {
                self.copy(source)?;
            }
        }
        Ok(())
    }

    fn copy(&self, source: &Path) -> io::Result<()> {
        let Some(target) = self.mirrored(source) else { return Ok(()) };
        if target.exists() {
            return Ok(());
        }
        if let Some(parent) = target.parent() {
            fs::create_dir_all(parent)?;
        }
        if fs::metadata(source).is_ok_and(|file| file.len() > LARGEST_COPY) {
            return link(source, &target);
        }
        match fs::copy(source, &target) {
            // A socket, a dangling link, gone since the walk: nothing a function could have read.
            Err(error) if matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::InvalidInput) => {
                Ok(())
            }
            other => other.map(drop),
        }
    }

    /// Of the folders above, what Node looks for there: package.json, and dependencies.
    fn surroundings(&self) -> io::Result<()> {
        for folder in upwards(&self.app.root, self.project) {
            let Some(target) = self.mirrored(folder) else { continue };
            fs::create_dir_all(&target)?;
            if folder.join("package.json").is_file() {
                self.copy(&folder.join("package.json"))?;
            }
            let dependencies = folder.join("node_modules");
            if dependencies.is_dir() {
                link(&dependencies, &target.join("node_modules"))?;
            }
        }
        // A project inside a larger one has its dependencies above.
        let above = self.project.ancestors().skip(1).map(|folder| folder.join("node_modules"));
        if !self.out.join("node_modules").exists()
            && let Some(dependencies) = above.into_iter().find(|folder| folder.is_dir())
        {
            link(&dependencies, &self.out.join("node_modules"))?;
        }
        Ok(())
    }
}

fn write(output: &Path, transpiled: &Transpiled) -> io::Result<()> {
    if let Some(parent) = output.parent() {
        fs::create_dir_all(parent)?;
    }
    let name = output.file_name().unwrap_or_default().to_string_lossy();
    let map = output.with_file_name(format!("{name}.map"));
    fs::write(output, format!("{}//# sourceMappingURL={name}.map\n", transpiled.code))?;
    fs::write(map, &transpiled.map)
}

#[cfg(unix)]
fn link(source: &Path, target: &Path) -> io::Result<()> {
    std::os::unix::fs::symlink(source, target)
}

#[cfg(windows)]
fn link(source: &Path, target: &Path) -> io::Result<()> {
    if source.is_dir() {
        std::os::windows::fs::symlink_dir(source, target)
    } else {
        std::os::windows::fs::symlink_file(source, target)
    }
}
