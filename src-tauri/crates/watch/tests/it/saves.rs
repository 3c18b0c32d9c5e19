//! What a save is, and how changes are told.

use std::{fs, time::Duration};

use coldframe_watch::{Change, ChangeKind::Modified, Rules, Watch, WatchError};
use tempfile::TempDir;
use tokio::sync::mpsc;

use crate::project::{Project, one, write};

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
