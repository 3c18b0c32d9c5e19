//! Writes new functions from templates. Whatever is there already stays: a name or a file that is taken is an error,
//! found before anything is written.

use std::{
    fs::OpenOptions,
    io::Write as _,
    path::{Path, PathBuf},
};

use coldframe_protocol::{ErrorCode, RpcError};
use coldframe_providers::{registry, templates::Template};

/// What a person asked for.
#[derive(Debug, Clone)]
pub struct NewFunction {
    template: &'static Template,
    name: String,
}

/// A function that is on disk now.
#[derive(Debug, Clone)]
pub struct Created {
    /// The project's folder, canonical.
    pub root: PathBuf,
    /// What detection calls it.
    pub called: String,
    pub files: Vec<PathBuf>,
}

/// What the first event is kept as.
const EVENT: &str = "world";

impl NewFunction {
    /// `language`: as the wire names it, or `shell`.
    ///
    /// # Errors
    /// There is no such template, or no function can have that name.
    pub fn new(provider: &str, language: &str, name: &str) -> Result<Self, RpcError> {
        let sought = if language == "shell" { "custom" } else { language };
        let template = registry::templates()
            .find(|template| template.provider.as_str() == provider && template.language.as_str() == sought);
        let template = template.ok_or_else(|| {
            let there_are = registry::templates()
                .map(|template| format!("{} {}", template.provider.as_str(), template.language.as_str()));
            RpcError::new(ErrorCode::Invalid, format!("there is no template of {provider} in {language}"))
                .hint(format!("there are {}", there_are.collect::<Vec<_>>().join(", ")))
        })?;
        template
            .check(name)
            .map_err(|error| RpcError::new(ErrorCode::Invalid, error.to_string()).hint(error.hint()))?;
        Ok(Self { template, name: name.to_owned() })
    }
}

/// Writes the function below `folder`, which is made if it is not there, and an event to begin with. Blocks.
///
/// # Errors
/// The name or a file is taken ([`ErrorCode::Conflict`]); the folder cannot be written.
pub fn create_function(folder: &Path, wanted: &NewFunction) -> Result<Created, RpcError> {
    let NewFunction { template, name } = wanted;
    std::fs::create_dir_all(folder).map_err(|error| unwritable(folder, &error))?;
    let root = dunce::canonicalize(folder).map_err(|error| unwritable(folder, &error))?;
    let called = template.called(name);
    refuse_taken(&root, template, &called)?;
    let mut files: Vec<(PathBuf, String)> =
        template.files(name).map(|(path, text)| (root.join(path), text)).collect();
    if let Some((taken, _)) = files.iter().find(|(path, _)| path.symlink_metadata().is_ok()) {
        let message = format!("{} is there already", taken.display());
        return Err(RpcError::new(ErrorCode::Conflict, message).hint("choose another name"));
    }
    let event = root.join(format!(".coldframe/events/{called}/{EVENT}.json"));
    // Of a function that had the name before: it may go on to be of use.
    if event.symlink_metadata().is_err() {
        files.push((event, template.event(name)));
    }
    write_all(&files)?;
    Ok(Created { root, called, files: files.into_iter().map(|(path, _)| path).collect() })
}

fn refuse_taken(root: &Path, template: &Template, called: &str) -> Result<(), RpcError> {
    let found = registry::detect(root);
    let same = found.apps.iter().filter(|app| app.provider == template.provider).find(|app| {
        // Host names do not tell upper from lower case.
        app.functions.iter().any(|function| function.name.eq_ignore_ascii_case(called))
    });
    let Some(app) = same else { return Ok(()) };
    let place = app.root.strip_prefix(root).unwrap_or(&app.root).display().to_string();
    let place = if place.is_empty() { "the project's own folder".to_owned() } else { place };
    let message =
        format!("a function of {} is called {called} already, in {place}", template.provider.title());
    Err(RpcError::new(ErrorCode::Conflict, message).hint("choose another name"))
}

/// Writes files that are not there, all of them or none.
pub(crate) fn write_all<T: AsRef<[u8]>>(files: &[(PathBuf, T)]) -> Result<(), RpcError> {
    let mut written: Vec<&Path> = Vec::new();
    for (path, bytes) in files {
        if let Err(error) = write(path, bytes.as_ref()) {
            for file in written {
                let _ = std::fs::remove_file(file);
            }
            return Err(unwritable(path, &error));
        }
        written.push(path);
    }
    Ok(())
}

fn write(path: &Path, bytes: &[u8]) -> std::io::Result<()> {
    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder)?;
    }
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt as _;
        // A script is there to be run.
        options.mode(if bytes.starts_with(b"#!") { 0o777 } else { 0o666 });
    }
    options.open(path)?.write_all(bytes)
}

fn unwritable(path: &Path, error: &std::io::Error) -> RpcError {
    RpcError::new(ErrorCode::Failed, format!("cannot write {}: {error}", path.display()))
        .hint("choose a folder that you may write to")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn create_in(folder: &Path, provider: &str, language: &str, name: &str) -> Result<Created, RpcError> {
        create_function(folder, &NewFunction::new(provider, language, name)?)
    }

    #[test]
    fn what_is_written_is_found_by_its_name_with_an_event_beside() {
        let folder = tempfile::tempdir().unwrap();
        let project = folder.path().join("not/there yet");
        for template in registry::templates() {
            let (provider, language) = (template.provider.as_str(), template.language.as_str());
            // Events are kept by the function's name, which clouds may share.
            let created =
                create_in(&project, provider, language, &format!("greet-{provider}-{language}")).unwrap();
            let event = created.root.join(format!(".coldframe/events/{}/world.json", created.called));
            assert!(created.files.contains(&event) && event.is_file(), "{created:?}");
            let apps = registry::detect(&created.root).apps;
            let app = apps.iter().find(|app| app.name == created.called).expect("it is found");
            assert!(app.problems.is_empty(), "{:?}", app.problems);
        }
    }

    #[test]
    fn nothing_that_is_there_is_written_over() {
        let folder = tempfile::tempdir().unwrap();
        let created = create_in(folder.path(), "aws", "python", "greet").unwrap();
        std::fs::write(&created.files[0], "mine = True\n").unwrap();
        let error = create_in(folder.path(), "aws", "python", "greet").unwrap_err();
        assert_eq!(error.code, ErrorCode::Conflict);
        std::fs::create_dir(folder.path().join("other")).unwrap();
        std::fs::write(folder.path().join("other/index.mjs"), "no handler\n").unwrap();
        let error = create_in(folder.path(), "aws", "node", "other").unwrap_err();
        assert_eq!(error.code, ErrorCode::Conflict);
        assert!(error.message.ends_with("other/index.mjs is there already"), "{error}");
        assert_eq!(std::fs::read_to_string(&created.files[0]).unwrap(), "mine = True\n");
    }

    #[test]
    fn a_taken_name_is_named_with_its_place() {
        let folder = tempfile::tempdir().unwrap();
        create_in(folder.path(), "aws", "python", "greet").unwrap();
        let error = create_in(folder.path(), "aws", "node", "greet").unwrap_err();
        assert_eq!(error.code, ErrorCode::Conflict);
        assert_eq!(error.message, "a function of AWS Lambda is called greet already, in greet");
        assert!(!folder.path().join("greet/index.mjs").exists());
        let of_another_cloud = create_in(folder.path(), "vercel", "python", "greet");
        assert!(of_another_cloud.is_ok(), "it has another name there: {of_another_cloud:?}");
    }

    #[test]
    fn what_cannot_be_says_why_and_leaves_nothing() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("file"), "").unwrap();
        let error = create_in(&folder.path().join("file"), "aws", "python", "greet").unwrap_err();
        assert!(error.message.contains("cannot write"), "{error}");
        std::fs::write(folder.path().join("src-is-no-folder"), "").unwrap();
        let error = create_in(folder.path(), "aws", "python", "src-is-no-folder").unwrap_err();
        assert_eq!(error.code, ErrorCode::Failed);
        let error = create_in(folder.path(), "aws", "cobol", "greet").unwrap_err();
        assert!(error.to_string().contains("aws python"), "{error}");
        let error = create_in(folder.path(), "aws", "python", "../greet").unwrap_err();
        assert_eq!(error.code, ErrorCode::Invalid);
        assert!(!folder.path().join(".coldframe").exists(), "nothing was written");
    }
}
