//! What is hidden, and what never is.

use coldframe_watch::{ChangeKind::Created, Rules, Watch};
use tempfile::TempDir;
use tokio::sync::mpsc;

use crate::project::{Project, one, write};

#[tokio::test]
async fn dependencies_caches_and_ignored_files_are_hidden() {
    let mut project = Project::of(&[
        (".gitignore", "*.log\n/out/\n!keep.log\n"),
        ("sub/.gitignore", "secret.txt\n"),
        ("app.py", ""),
        ("env3/pyvenv.cfg", ""),
        ("rust/Cargo.toml", ""),
        ("java/pom.xml", ""),
        ("gradle/build.gradle.kts", ""),
    ]);
    for hidden in [
        "node_modules/x/index.js",
        "__pycache__/app.cpython-312.pyc",
        "app.pyc",
        ".app.py.swp",
        "app.py~",
        "4913",
        ".git/index",
        ".coldframe/state",
        "env3/lib/site.py",
        "rust/target/debug/app",
        "java/target/classes/Hello.class",
        "gradle/build/classes/Hello.class",
        "run.log",
        "out/result.json",
        "sub/secret.txt",
    ] {
        project.write(hidden, "x");
    }
    assert_eq!(project.seen().await, []);
    project.write("keep.log", "x");
    project.write("secret.txt", "x");
    project.write("target/data.json", "x");
    project.write("java/build/data.json", "x");
    let kept = ["java/build/data.json", "keep.log", "secret.txt", "target/data.json"];
    let expected = kept.map(|path| one(path, Created)).concat();
    assert_eq!(project.seen().await, expected, "what git would not ignore is not hidden");
}

#[tokio::test]
async fn settings_and_named_files_are_never_hidden() {
    let rules = Rules { always: vec!["dist/index.js".into(), "gen".into()], ..Rules::default() };
    let ignore = ".env*\nlocal.settings.json\ndist/\ngen/\n";
    let mut project = Project::with(&[(".gitignore", ignore), ("dist/index.js", "1")], rules);
    for path in [".env", ".env.local", "local.settings.json", "dist/index.js", "dist/other.js", "gen/a/b.js"]
    {
        project.write(path, "2");
    }
    project.write("gen/node_modules/x.js", "2");
    project.write("node_modules/.env", "2");
    let seen = project.seen().await;
    let names: Vec<_> = seen.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(names, [".env", ".env.local", "dist/index.js", "gen/a/b.js", "local.settings.json"]);
}

#[tokio::test]
async fn never_paths_are_hidden_even_below_always() {
    let rules = Rules { always: vec!["gen".into()], never: vec!["gen/log".into()], ..Rules::default() };
    let mut project = Project::with(&[("gen/a", "")], rules);
    project.write("gen/log/today", "x");
    assert_eq!(project.seen().await, []);
}

#[tokio::test]
async fn an_edited_ignore_file_is_obeyed_from_then_on() {
    let mut project = Project::of(&[("data/a.json", "1"), ("app.py", "1")]);
    project.write(".gitignore", "data/\n");
    assert_eq!(project.seen().await, [], "hiding files is no change, nor is the ignore file itself");
    project.write("data/a.json", "2");
    assert_eq!(project.seen().await, []);
    project.write(".gitignore", "");
    project.seen().await;
    project.write("data/a.json", "3");
    // Whether it has been met since it was hidden is all one.
    let paths: Vec<_> = project.seen().await.into_iter().map(|(path, _)| path).collect();
    assert_eq!(paths, ["data/a.json"]);
}

#[tokio::test]
async fn a_project_inside_a_repository_obeys_its_ignore_file() {
    let repository = TempDir::new().unwrap();
    let root = repository.path().canonicalize().unwrap();
    write(&root.join(".git/HEAD"), "");
    write(&root.join(".gitignore"), "*.out\n");
    write(&root.join("functions/app.py"), "1");
    let (sender, mut changes) = mpsc::channel(8);
    let watch = Watch::start(&root.join("functions"), Rules::default(), sender).unwrap();
    write(&root.join("functions/a.out"), "1");
    write(&root.join("functions/app.py"), "2");
    watch.flush().await;
    let paths: Vec<_> = changes.try_recv().unwrap().paths.into_iter().map(|change| change.path).collect();
    assert_eq!(paths, [root.join("functions/app.py")]);
}
