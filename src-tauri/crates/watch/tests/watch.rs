//! The watch against real files. No test sleeps: `flush` says when everything that happened is known.

#![expect(clippy::unwrap_used, reason = "a test ends where its ground gives way")]

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
    time::Duration,
};

use coldframe_watch::{Change, ChangeKind, ChangeSet, Rules, Watch, WatchError};
use tempfile::TempDir;
use tokio::sync::mpsc;

struct Project {
    folder: TempDir,
    root: PathBuf,
    watch: Watch,
    changes: mpsc::Receiver<ChangeSet>,
}

impl Project {
    fn with(files: &[(&str, &str)], rules: Rules) -> Self {
        let folder = TempDir::new().unwrap();
        let root = folder.path().canonicalize().unwrap();
        for (path, text) in files {
            write(&root.join(path), text);
        }
        let (sender, changes) = mpsc::channel(64);
        let watch = Watch::start(&root, rules, sender).unwrap();
        Self { folder, root, watch, changes }
    }

    fn of(files: &[(&str, &str)]) -> Self {
        Self::with(files, Rules::default())
    }

    fn write(&self, path: &str, text: &str) {
        write(&self.root.join(path), text);
    }

    fn at(&self, path: &str) -> PathBuf {
        self.root.join(path)
    }

    /// What was reported for all that happened so far, with paths relative to the project. On a busy machine one
    /// burst may come in several sets: what they amount to is the same.
    async fn seen(&mut self) -> Vec<(String, ChangeKind)> {
        self.watch.flush().await;
        let mut all: BTreeMap<PathBuf, ChangeKind> = BTreeMap::new();
        while let Ok(set) = self.changes.try_recv() {
            for Change { path, kind } in set.paths {
                match (all.remove(&path), kind) {
                    (Some(Created), Removed) => {}
                    (Some(Created), Modified) => drop(all.insert(path, Created)),
                    (Some(Removed), Created) => drop(all.insert(path, Modified)),
                    _ => drop(all.insert(path, kind)),
                }
            }
        }
        let name = |path: &Path| path.strip_prefix(&self.root).unwrap_or(path).display().to_string();
        all.iter().map(|(path, kind)| (name(path), *kind)).collect()
    }

    /// The next set as it comes, by the debounce alone.
    async fn next(&mut self) -> ChangeSet {
        tokio::time::timeout(Duration::from_secs(10), self.changes.recv())
            .await
            .expect("a change is reported within ten seconds")
            .expect("the watch runs")
    }
}

fn write(path: &Path, text: &str) {
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, text).unwrap();
}

fn one(path: &str, kind: ChangeKind) -> Vec<(String, ChangeKind)> {
    vec![(path.to_owned(), kind)]
}

use ChangeKind::{Created, Modified, Removed};

#[tokio::test]
async fn a_save_is_reported_once_and_only_when_the_content_changed() {
    let mut project = Project::of(&[("app.py", "one")]);
    project.write("app.py", "two");
    assert_eq!(project.seen().await, one("app.py", Modified), "a save with an edit");
    project.write("app.py", "two");
    assert_eq!(project.seen().await, [], "a save without one");
    let file = fs::File::options().append(true).open(project.at("app.py")).unwrap();
    file.set_modified(std::time::UNIX_EPOCH).unwrap();
    assert_eq!(project.seen().await, [], "a touch");
}

#[tokio::test]
async fn same_length_edits_right_after_the_start_are_seen() {
    for _ in 0..20 {
        let mut project = Project::of(&[("app.py", "1")]);
        project.write("app.py", "2");
        assert_eq!(project.seen().await, one("app.py", Modified), "whatever the clock's grain");
    }
}

#[tokio::test]
async fn an_atomic_rename_is_a_modification_and_its_temporary_file_nothing() {
    let mut project = Project::of(&[("app.py", "one")]);
    project.write(".app.py.tmp", "two");
    fs::rename(project.at(".app.py.tmp"), project.at("app.py")).unwrap();
    assert_eq!(project.seen().await, one("app.py", Modified));
    // As vim does it: the old file becomes the backup, the new one takes its name.
    fs::rename(project.at("app.py"), project.at("app.py~")).unwrap();
    project.write("app.py", "three");
    fs::remove_file(project.at("app.py~")).unwrap();
    assert_eq!(project.seen().await, one("app.py", Modified));
    // The new inode is followed too.
    project.write("app.py", "four");
    assert_eq!(project.seen().await, one("app.py", Modified));
}

#[tokio::test]
async fn the_debounce_alone_delivers_a_burst_as_one_set() {
    let mut project = Project::of(&[("a.py", "1"), ("b.py", "1")]);
    let before = std::time::Instant::now();
    project.write("a.py", "2");
    project.write("b.py", "2");
    let set = project.next().await;
    let names: Vec<_> = set.paths.iter().map(|change| change.path.clone()).collect();
    assert_eq!(names, [project.at("a.py"), project.at("b.py")]);
    assert!(set.detected >= before, "the time is that of the first event");
}

#[tokio::test]
async fn a_truncated_file_is_not_taken_for_the_save() {
    let mut project = Project::of(&[("app.py", "one")]);
    fs::write(project.at("app.py"), "").unwrap();
    fs::write(project.at("app.py"), "two").unwrap();
    let set = project.next().await;
    assert_eq!(set.paths, [Change { path: project.at("app.py"), kind: Modified }]);
    fs::write(project.at("app.py"), "").unwrap();
    let set = project.next().await;
    assert_eq!(set.paths[0].kind, Modified, "a file that stays empty is reported after the doubt");
}

#[tokio::test]
async fn new_folders_are_followed_to_any_depth() {
    let mut project = Project::of(&[("app.py", "")]);
    project.write("new/deep/er/module.py", "1");
    assert_eq!(project.seen().await, one("new/deep/er/module.py", Created));
    project.write("new/deep/er/module.py", "2");
    project.write("new/deep/other.py", "1");
    let expected = [one("new/deep/er/module.py", Modified), one("new/deep/other.py", Created)].concat();
    assert_eq!(project.seen().await, expected);
}

#[tokio::test]
async fn removed_and_moved_folders_take_their_files_along() {
    let mut project = Project::of(&[("lib/a.py", "a"), ("lib/in/b.py", "b"), ("app.py", "")]);
    fs::rename(project.at("lib"), project.at("moved")).unwrap();
    let expected = [
        one("lib/a.py", Removed),
        one("lib/in/b.py", Removed),
        one("moved/a.py", Created),
        one("moved/in/b.py", Created),
    ];
    assert_eq!(project.seen().await, expected.concat());
    project.write("moved/in/b.py", "b2");
    assert_eq!(project.seen().await, one("moved/in/b.py", Modified), "the moved folder is followed");
    fs::remove_dir_all(project.at("moved")).unwrap();
    assert_eq!(project.seen().await, [one("moved/a.py", Removed), one("moved/in/b.py", Removed)].concat());
    project.write("moved/a.py", "a");
    assert_eq!(project.seen().await, one("moved/a.py", Created), "a folder of the same name is new");
}

#[cfg(target_os = "linux")]
#[tokio::test]
async fn a_project_folder_that_is_moved_or_replaced_is_still_the_project() {
    let place = TempDir::new().unwrap();
    let base = place.path().canonicalize().unwrap();
    let root = base.join("project");
    write(&root.join("f/app.py"), "1");
    write(&base.join("other/f/app.py"), "22");
    let (sender, changes) = mpsc::channel(64);
    let watch = Watch::start(&root, Rules::default(), sender).unwrap();
    let mut project = Project { folder: place, root: root.clone(), watch, changes };

    fs::rename(&root, base.join("away")).unwrap();
    fs::rename(base.join("other"), &root).unwrap();
    assert_eq!(project.seen().await, one("f/app.py", Modified), "another folder took its place");
    project.write("f/app.py", "333");
    assert_eq!(project.seen().await, one("f/app.py", Modified), "and is watched");

    fs::rename(&root, base.join("away2")).unwrap();
    assert_eq!(project.seen().await, one("f/app.py", Removed));
    fs::rename(base.join("away2"), &root).unwrap();
    assert_eq!(project.seen().await, one("f/app.py", Created), "it came back later");
    for text in ["4444", "55555"] {
        project.write("f/app.py", text);
        assert_eq!(project.seen().await, one("f/app.py", Modified));
    }

    fs::rename(&root, base.join("there")).unwrap();
    fs::rename(base.join("there"), &root).unwrap();
    assert_eq!(project.seen().await, [], "there and back in one go is nothing");
    for text in ["6", "77"] {
        project.write("f/app.py", text);
        assert_eq!(project.seen().await, one("f/app.py", Modified));
    }

    fs::remove_dir_all(&root).unwrap();
    assert_eq!(project.seen().await, one("f/app.py", Removed));
    project.write("f/app.py", "8");
    assert_eq!(project.seen().await, one("f/app.py", Created), "made anew");
    project.write("f/app.py", "99");
    assert_eq!(project.seen().await, one("f/app.py", Modified));
}

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
    assert_eq!(project.seen().await, one("data/a.json", Modified));
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

#[cfg(unix)]
#[tokio::test]
async fn a_link_out_of_the_project_is_followed_under_both_names() {
    use std::os::unix::fs::symlink;
    let outside = TempDir::new().unwrap();
    let outside = outside.path().canonicalize().unwrap();
    write(&outside.join("one/shared.py"), "1");
    write(&outside.join("two/shared.py"), "2");
    write(&outside.join("single.py"), "1");
    let folder = TempDir::new().unwrap();
    let root = folder.path().canonicalize().unwrap();
    symlink(outside.join("one"), root.join("shared")).unwrap();
    symlink(outside.join("single.py"), root.join("single.py")).unwrap();
    symlink(&root, root.join("loop")).unwrap();
    let (sender, mut changes) = mpsc::channel(8);
    let watch = Watch::start(&root, Rules::default(), sender).unwrap();
    let mut paths = async || {
        watch.flush().await;
        let mut all = Vec::new();
        while let Ok(set) = changes.try_recv() {
            all.extend(set.paths.into_iter().map(|change| change.path));
        }
        all.sort();
        all
    };

    write(&outside.join("one/shared.py"), "1b");
    let mut expected = [outside.join("one/shared.py"), root.join("shared/shared.py")];
    expected.sort();
    assert_eq!(paths().await, expected);

    write(&outside.join("single.tmp"), "2");
    fs::rename(outside.join("single.tmp"), outside.join("single.py")).unwrap();
    let mut expected = [outside.join("single.py"), root.join("single.py")];
    expected.sort();
    assert_eq!(paths().await, expected);

    fs::remove_file(root.join("shared")).unwrap();
    symlink(outside.join("two"), root.join("shared")).unwrap();
    assert!(paths().await.contains(&root.join("shared/shared.py")), "the link leads elsewhere now");
    write(&outside.join("two/shared.py"), "2b");
    assert!(paths().await.contains(&outside.join("two/shared.py")));
}

#[cfg(unix)]
#[tokio::test]
async fn special_files_are_no_content_and_block_nothing() {
    let mut project = Project::of(&[("app.py", "1")]);
    let _socket = std::os::unix::net::UnixListener::bind(project.at("socket")).unwrap();
    project.write("app.py", "2");
    assert_eq!(project.seen().await, one("app.py", Modified));
}

#[tokio::test]
async fn a_file_replaced_over_and_over_ends_with_its_last_content_known() {
    let mut project = Project::of(&[("app.py", "start")]);
    let path = project.at("app.py");
    let temporary = project.at("app.py.new");
    let large = "x".repeat(4 * 1024 * 1024);
    let writer = std::thread::spawn(move || {
        for round in 0..50 {
            fs::write(&temporary, format!("{round}{large}")).unwrap();
            fs::rename(&temporary, &path).unwrap();
        }
    });
    writer.join().unwrap();
    let seen = project.seen().await;
    assert_eq!(seen, one("app.py", Modified));
    fs::copy(project.at("app.py"), project.at("copy")).unwrap();
    fs::rename(project.at("copy"), project.at("app.py")).unwrap();
    assert_eq!(project.seen().await, [], "what was read last is what is there");
}

#[tokio::test]
async fn rehash_needs_no_event_of_the_system() {
    let mut project = Project::of(&[("app.py", "1")]);
    project.write("app.py", "2");
    project.watch.rehash(project.at("app.py"));
    let set = project.next().await;
    assert_eq!(set.paths, [Change { path: project.at("app.py"), kind: Modified }]);
    assert_eq!(project.seen().await, [], "the events that follow are no second change");
}

#[tokio::test]
async fn many_flushes_at_once_all_return() {
    let project = Project::of(&[("app.py", "1")]);
    let flushes = async { tokio::join!(project.watch.flush(), project.watch.flush(), project.watch.flush()) };
    tokio::time::timeout(Duration::from_secs(10), flushes).await.expect("every flush returns");
}

#[tokio::test]
async fn dropping_the_watch_closes_the_channel_and_leaves_nothing() {
    let Project { folder, watch, mut changes, .. } = Project::of(&[("app.py", "1")]);
    drop(watch);
    let end = tokio::time::timeout(Duration::from_secs(10), changes.recv()).await.expect("the thread ends");
    assert_eq!(end, None);
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1, "nothing of ours in the project");
}

#[tokio::test]
async fn a_folder_that_is_none_is_refused() {
    let folder = TempDir::new().unwrap();
    let (sender, _changes) = mpsc::channel(1);
    let missing = Watch::start(&folder.path().join("none"), Rules::default(), sender.clone()).unwrap_err();
    assert!(matches!(missing, WatchError::Folder { .. }), "{missing}");
    write(&folder.path().join("file"), "");
    let file = Watch::start(&folder.path().join("file"), Rules::default(), sender).unwrap_err();
    assert!(matches!(file, WatchError::NotAFolder { .. }), "{file}");
}
