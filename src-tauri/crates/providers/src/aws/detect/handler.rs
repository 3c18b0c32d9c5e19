//! From a handler's text to the file it names: `src/app.main` is `main` in `src/app.py`, `.mjs`, `.ts`…, as Lambda's
//! own runtimes look it up.

use std::path::{Path, PathBuf};

use crate::{
    domain::{Language, Problem, Severity},
    languages::ruby,
    project::{Project, tidy},
    source::{Offers, Source, Syntax},
};

/// What a handler's text leads to.
pub(crate) struct Located {
    pub(crate) file: PathBuf,
    pub(crate) name: String,
    pub(crate) language: Language,
    pub(crate) source: Source,
    /// Of Ruby: whether its text defines the handler's method.
    defines: Option<bool>,
    /// The compiled twin that is not used because its TypeScript is.
    pub(crate) twin: Option<PathBuf>,
}

/// JavaScript first would run stale build results beside the source a person edits.
const NODE: [&str; 7] = ["mts", "cts", "ts", "tsx", "mjs", "cjs", "js"];

/// Finds the file and reads it.
///
/// # Errors
/// The handler has no dot, or no such file exists: an error problem without a place.
pub(crate) fn locate(
    project: &Project,
    root: &Path,
    handler: &str,
    language: Language,
) -> Result<Located, Problem> {
    let malformed = || {
        let short: String = handler.chars().take(60).flat_map(char::escape_debug).collect();
        Problem::error(format!("handler `{short}` does not name a file and a function"))
            .hint("write it as FILE.FUNCTION, such as `app.lambda_handler`")
    };
    let odd = |letter: char| letter.is_control() || matches!(letter, '{' | '}');
    if handler.len() > 512 || handler.starts_with('/') || handler.contains(odd) {
        return Err(malformed());
    }
    let (stem, name) = match language {
        Language::Python => handler.rsplit_once('.').ok_or_else(malformed)?,
        _ => {
            // Lambda's Node runtime splits the last path segment at its first dot.
            let base = handler.rfind('/').map_or(0, |slash| slash + 1);
            let dot = handler[base..].find('.').ok_or_else(malformed)?;
            (&handler[..base + dot], &handler[base + dot + 1..])
        }
    };
    // Neither runtime follows them, and no name here may lead out of the folder by another way.
    if handler.contains("..") {
        return Err(Problem::error(format!("handler `{handler}` leads out of the code folder"))
            .hint("name a file in the code folder, or deploy the folder above"));
    }
    let parts = || stem.split(['/', '.']);
    if name.is_empty() || stem.ends_with('/') || parts().next() == Some("") {
        return Err(malformed());
    }
    let candidates: Vec<PathBuf> = match language {
        Language::Ruby => vec![with_ending(&tidy(&root.join(stem)), "rb")],
        Language::Python => {
            let module = tidy(&root.join(stem.replace('.', "/")));
            vec![with_ending(&module, "py"), module.join("__init__.py")]
        }
        _ => NODE.iter().map(|ending| with_ending(&tidy(&root.join(stem)), ending)).collect(),
    };
    let mut there = candidates.iter().filter(|file| file.is_file());
    let Some(file) = there.next().cloned() else {
        let message =
            format!("handler `{handler}`: {} does not exist", missing(project, root, stem, language));
        return Err(Problem::error(message).hint("correct the handler, or create the file"));
    };
    let typed = is_typescript(&file);
    let twin = if typed { there.find(|other| !is_typescript(other)).cloned() } else { None };
    let language = match language {
        Language::Python | Language::Ruby => language,
        _ if typed => Language::TypeScript,
        _ => Language::Node,
    };
    let syntax = if language == Language::Python { Syntax::Python } else { Syntax::JavaScript };
    let text = project.read_source(&file)?;
    let defines =
        (language == Language::Ruby).then(|| ruby::defines(&text, name.rsplit('.').next().unwrap_or(name)));
    Ok(Located { source: Source::new(syntax, &text), name: name.into(), language, twin, file, defines })
}

/// Reading is not running: a name that was not seen may still be there.
const NOT_SEEN: &str = "does not seem to";

/// Whether a problem would be gone with another handler.
pub(crate) fn is_about_handler(problem: &Problem) -> bool {
    problem.severity == Severity::Error || problem.message.contains(NOT_SEEN)
}

impl Located {
    /// A warning, without a place, if reading the file shows that it does not define the handler.
    pub(crate) fn missing_name(&self, project: &Project) -> Option<Problem> {
        // `exports.a.b` cannot be told by reading.
        let there = match self.defines {
            Some(defines) => defines,
            None => self.name.contains('.') || self.source.offers(&self.name) != Offers::No,
        };
        if there {
            return None;
        }
        let scripted = matches!(self.language, Language::Python | Language::Ruby);
        let what = if scripted { "define" } else { "export" };
        let message = format!("{} {NOT_SEEN} {what} `{}`", project.shown(&self.file), self.name);
        Some(Problem::warning(message).hint("correct the handler's name, or add the function"))
    }

    /// Whether the handler streams its response, as Lambda's Node runtime marks it.
    pub(crate) fn streams(&self) -> bool {
        matches!(self.language, Language::Node | Language::TypeScript)
            && self.source.mentions("awslambda.streamifyResponse")
    }
}

pub(crate) fn is_typescript(file: &Path) -> bool {
    file.extension().is_some_and(|ending| ["ts", "mts", "cts", "tsx"].iter().any(|one| ending == *one))
}

/// Appends an ending: `Path::with_extension` would replace what follows a dot in the name.
fn with_ending(stem: &Path, ending: &str) -> PathBuf {
    let mut path = stem.as_os_str().to_owned();
    path.push(".");
    path.push(ending);
    path.into()
}

fn missing(project: &Project, root: &Path, stem: &str, language: Language) -> String {
    if language == Language::Ruby {
        project.shown(&with_ending(&tidy(&root.join(stem)), "rb"))
    } else if language == Language::Python {
        project.shown(&with_ending(&tidy(&root.join(stem.replace('.', "/"))), "py"))
    } else {
        format!("{}.{{js,mjs,cjs,ts}}", project.shown(&tidy(&root.join(stem))))
    }
}
