//! Lists of dependencies that differ between the two sides, where both nevertheless run with what is installed now.

use std::path::Path;

use coldframe_providers::domain::Language;

const PYTHON: &[&str] =
    &["requirements.txt", "pyproject.toml", "uv.lock", "poetry.lock", "Pipfile", "Pipfile.lock"];
const NODE: &[&str] =
    &["package.json", "package-lock.json", "npm-shrinkwrap.json", "pnpm-lock.yaml", "yarn.lock", "bun.lock"];
const RUBY: &[&str] = &["Gemfile", "Gemfile.lock"];

/// Their names, from a function's folder up to the project's. Of languages that are built either side has what its own
/// list says.
pub(super) fn differ(language: Language, root: &Path, project: &Path, before: &Path) -> Vec<String> {
    let names = match language {
        Language::Python => PYTHON,
        Language::Node | Language::TypeScript => NODE,
        Language::Ruby => RUBY,
        Language::Rust | Language::Go | Language::Java | Language::Custom | Language::Process => &[],
    };
    let folders = root.ancestors().take_while(|folder| folder.starts_with(project));
    let folders = folders.filter_map(|folder| folder.strip_prefix(project).ok());
    let files = folders.flat_map(|folder| names.iter().map(move |name| folder.join(name)));
    let differ = files.filter(|file| dependencies(&project.join(file)) != dependencies(&before.join(file)));
    differ.map(|file| file.to_string_lossy().replace('\\', "/")).collect()
}

/// What a file says of them; of a package.json that is not all of it.
fn dependencies(file: &Path) -> Option<Vec<u8>> {
    let text = std::fs::read(file).ok()?;
    if file.file_name().is_some_and(|name| name == "package.json") {
        let manifest: serde_json::Value = serde_json::from_slice(&text).unwrap_or_default();
        let parts = [&manifest["dependencies"], &manifest["optionalDependencies"]];
        return Some(serde_json::to_vec(&parts).unwrap_or(text));
    }
    Some(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_that_names_another_version_is_told() {
        let (now, before) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        let write = |folder: &Path, file: &str, text: &str| {
            std::fs::create_dir_all(folder.join("f")).unwrap();
            std::fs::write(folder.join(file), text).unwrap();
        };
        write(now.path(), "requirements.txt", "pandas==2.2\n");
        write(before.path(), "requirements.txt", "pandas==1.5\n");
        write(now.path(), "f/package.json", r#"{"version": "2", "dependencies": {"a": "1"}}"#);
        write(before.path(), "f/package.json", r#"{"version": "1", "dependencies": {"a": "1"}}"#);
        let differ = |language| differ(language, &now.path().join("f"), now.path(), before.path());
        assert_eq!(differ(Language::Python), ["requirements.txt"]);
        assert_eq!(differ(Language::Node), [""; 0], "its own version is none of a dependency");
        assert_eq!(differ(Language::Go), [""; 0], "built with its own");
    }
}
