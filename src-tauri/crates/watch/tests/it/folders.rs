//! Folders that come, go and move; links and files that are no content.

use std::{fs, time::Duration};

use coldframe_watch::{
    ChangeKind::{Created, Modified, Removed},
    Rules, Watch,
};
use tempfile::TempDir;
use tokio::sync::mpsc;

use crate::project::{Project, one, write};

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
    // What is written while it is read is looked at again, which a flush does not wait for.
    let mut paths = async |least: usize| {
        let mut all = Vec::new();
        for _ in 0..1000 {
            watch.flush().await;
            while let Ok(set) = changes.try_recv() {
                all.extend(set.paths.into_iter().map(|change| change.path));
            }
            if all.len() >= least {
                break;
            }
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        all.sort();
        all
    };

    write(&outside.join("one/shared.py"), "1b");
    let mut expected = [outside.join("one/shared.py"), root.join("shared/shared.py")];
    expected.sort();
    assert_eq!(paths(2).await, expected);

    write(&outside.join("single.tmp"), "2");
    fs::rename(outside.join("single.tmp"), outside.join("single.py")).unwrap();
    let mut expected = [outside.join("single.py"), root.join("single.py")];
    expected.sort();
    assert_eq!(paths(2).await, expected);

    fs::remove_file(root.join("shared")).unwrap();
    symlink(outside.join("two"), root.join("shared")).unwrap();
    assert!(paths(1).await.contains(&root.join("shared/shared.py")), "the link leads elsewhere now");
    write(&outside.join("two/shared.py"), "2b");
    assert!(paths(1).await.contains(&outside.join("two/shared.py")));
}

#[cfg(unix)]
#[tokio::test]
async fn special_files_are_no_content_and_block_nothing() {
    let mut project = Project::of(&[("app.py", "1")]);
    let _socket = std::os::unix::net::UnixListener::bind(project.at("socket")).unwrap();
    project.write("app.py", "2");
    assert_eq!(project.seen().await, one("app.py", Modified));
}
