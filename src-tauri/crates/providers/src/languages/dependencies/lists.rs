//! Reading what Python's lists of dependencies name: `requirements.txt` and `pyproject.toml`.

use std::path::{Path, PathBuf};

use super::{super::interpreter::upwards, shown};
use crate::{
    domain::Problem,
    project::{line_of, text_of},
};

/// A list may name others, which may name others.
const DEEPEST: usize = 4;

/// One requirement.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Requirement {
    /// As it is written, without its version.
    pub(super) name: String,
    /// As it is written, whole.
    pub(super) text: String,
    /// It is not for every machine (`; sys_platform == 'win32'`).
    pub(super) conditional: bool,
}

#[derive(Debug, Clone)]
pub(super) struct List {
    pub(super) file: PathBuf,
    pub(super) requirements: Vec<Requirement>,
}

/// The list that lies in a folder, if it names anything.
fn list(folder: &Path) -> Option<List> {
    let requirements = || {
        let file = folder.join("requirements.txt");
        let mut requirements = Vec::new();
        text_file(&file, &mut requirements, DEEPEST);
        Some(List { file, requirements })
    };
    let pyproject = || {
        let file = folder.join("pyproject.toml");
        let table: toml::Table = text_of(&file)?.parse().ok()?;
        let dependencies = table.get("project")?.get("dependencies")?.as_array()?;
        let requirements = dependencies.iter().filter_map(|one| requirement(one.as_str()?)).collect();
        Some(List { file, requirements })
    };
    let named = |list: &List| !list.requirements.is_empty();
    requirements().filter(named).or_else(|| pyproject().filter(named))
}

/// The lists that concern code in a folder, the nearest first.
pub(super) fn lists<'a>(root: &'a Path, project: &'a Path) -> impl Iterator<Item = List> + 'a {
    upwards(root, project).filter_map(list)
}

/// What is wrong with the nearest `pyproject.toml` for code in a folder: while it is no TOML nothing of it is read.
pub(super) fn unread(root: &Path, project: &Path) -> Option<Problem> {
    let (file, text) = upwards(root, project).find_map(|above| {
        let file = above.join("pyproject.toml");
        text_of(&file).map(|text| (file, text))
    })?;
    let error = text.parse::<toml::Table>().err()?;
    let line = error.span().map(|span| line_of(&text, span.start));
    Some(Problem::warning(error.message().trim().replace('\n', ", ")).at(shown(&file, project), line).hint(
        "correct the file; the version of Python and the packages that it names are not read until then",
    ))
}

/// The list above code in a folder that names a package.
pub(in super::super) fn is_listed(root: &Path, project: &Path, package: &str) -> Option<PathBuf> {
    let named = |list: &List| list.requirements.iter().any(|one| plain(&one.name) == plain(package));
    lists(root, project).find(named).map(|list| list.file)
}

/// Package names that mean the same: <https://packaging.python.org/en/latest/specifications/name-normalization/>
pub(super) fn plain(name: &str) -> String {
    name.trim().to_ascii_lowercase().replace(['_', '.'], "-")
}

/// <https://pip.pypa.io/en/stable/reference/requirements-file-format/>
fn text_file(file: &Path, into: &mut Vec<Requirement>, deeper: usize) {
    let Some(text) = text_of(file) else { return };
    // A line may go on in the next one.
    for line in text.replace("\\\n", " ").replace("\\\r\n", " ").lines() {
        let line = line.split(" #").next().unwrap_or(line).trim();
        let other =
            ["-r ", "--requirement ", "--requirement="].iter().find_map(|flag| line.strip_prefix(flag));
        if let Some(other) = other {
            if deeper > 0 {
                let beside = file.parent().unwrap_or(file).join(other.trim());
                text_file(&beside, into, deeper - 1);
            }
        } else if !line.starts_with(['#', '-']) {
            into.extend(requirement(line));
        }
    }
}

/// `Flask[async]>=3; python_version > '3.8'`, or a file of a package: `wheels/seeds-1.0-py3-none-any.whl`.
fn requirement(text: &str) -> Option<Requirement> {
    let text = text.trim();
    let before_options = text.split(" --").next().unwrap_or(text).trim();
    let is_of_name = |c: char| c.is_ascii_alphanumeric() || "-_.".contains(c);
    let conditional = text.contains(';');
    let wheel = Path::new(before_options).file_name().and_then(|name| name.to_str());
    if let Some(wheel) = wheel.filter(|name| name.ends_with(".whl") && !before_options.contains('@')) {
        let name = wheel.split('-').next()?.to_owned();
        return Some(Requirement { name, text: before_options.to_owned(), conditional });
    }
    let end = before_options.find(|c| !is_of_name(c)).unwrap_or(before_options.len());
    let (name, rest) = before_options.split_at(end);
    let is_version = rest.trim_start().is_empty()
        || rest.trim_start().starts_with(['[', '=', '<', '>', '!', '~', ';', '@', '(']);
    let begins = name.starts_with(|c: char| c.is_ascii_alphanumeric());
    (begins && is_version && !rest.starts_with("://")).then(|| Requirement {
        name: name.to_owned(),
        text: before_options.to_owned(),
        conditional,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_usual_line_of_a_list_is_understood() {
        let folder = tempfile::tempdir().unwrap();
        let text = "# of the site\n--index-url https://x.example\n-r more.txt\nFlask_Cors>=4 ; python_version > '3'\n\
                    requests[socks]==2.31.0 \\\n    --hash=sha256:abc\nboto3  # the client\nseeds @ file:///w/seeds.whl\n\
                    ./wheels/peas-1.0-py3-none-any.whl\nhttps://x.example/y.zip\n./here\n-e .\n\nnot a requirement\n";
        std::fs::write(folder.path().join("requirements.txt"), text).unwrap();
        std::fs::write(folder.path().join("more.txt"), "-r requirements.txt\nwerkzeug\n").unwrap();
        let list = list(folder.path()).unwrap();
        let mut names: Vec<&str> = list.requirements.iter().map(|one| one.name.as_str()).collect();
        names.dedup();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names, ["Flask_Cors", "boto3", "peas", "requests", "seeds", "werkzeug"]);
        let conditional =
            |name: &str| list.requirements.iter().find(|one| one.name == name).unwrap().conditional;
        assert!(conditional("Flask_Cors") && !conditional("requests"));
    }

    #[test]
    fn a_pyproject_that_is_no_toml_is_named_with_its_line() {
        let folder = tempfile::tempdir().unwrap();
        let code = folder.path().join("api");
        let unread = || Some(unread(&code, folder.path())?.to_string());
        assert_eq!(unread(), None, "there is none");
        std::fs::write(folder.path().join("pyproject.toml"), "[project]\nrequires-python =\n").unwrap();
        let said = unread().expect("it is broken");
        assert!(said.starts_with("pyproject.toml:2: "), "{said}");
        std::fs::write(folder.path().join("pyproject.toml"), "[project]\nname = 'x'\n").unwrap();
        assert_eq!(unread(), None, "it is well");
    }

    #[test]
    fn a_pyproject_is_a_list_where_there_is_no_other() {
        let folder = tempfile::tempdir().unwrap();
        let write = |name: &str, text: &str| std::fs::write(folder.path().join(name), text).unwrap();
        write("pyproject.toml", "[project]\nname = 'x'\ndependencies = ['flask>=3', 'Jinja2']\n");
        let found = list(folder.path()).unwrap();
        assert!(found.file.ends_with("pyproject.toml"));
        assert_eq!(found.requirements[0].text, "flask>=3");
        write("requirements.txt", "# nothing\n");
        assert!(
            list(folder.path()).unwrap().file.ends_with("pyproject.toml"),
            "one that names nothing is none"
        );
        assert_eq!(is_listed(folder.path(), folder.path(), "jinja2"), Some(found.file));
    }
}
