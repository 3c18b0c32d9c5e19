//! A check that is ended from outside: nothing of it stays, wherever it was.

use std::{
    os::unix::process::ExitStatusExt as _,
    path::Path,
    process::{Command, Stdio},
    time::{Duration, Instant},
};

use coldframe_testkit::{PATIENCE, Project, eventually, interrupt, kill, processes_with};

use super::{git, repository};

fn temporary() -> tempfile::TempDir {
    tempfile::tempdir().expect("a temporary folder")
}

/// Begins a check, ends it once the file `there` is there, and has its exit code.
#[expect(clippy::disallowed_methods, reason = "it is ended from outside while it runs")]
async fn stopped(project: &Project, there: &Path, end: fn(u32)) -> Option<i32> {
    let (data, place) = (temporary(), temporary());
    let mut check = Command::new(env!("CARGO_BIN_EXE_coldframe"))
        .args(["check", "--writes-ok", "--data-dir", &data.path().display().to_string()])
        .current_dir(project.path())
        .env("TMPDIR", place.path())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .expect("it starts");
    let pid = check.id();
    eventually("it is in the middle", || async { there.is_file().then_some(()) }).await;
    let begun = Instant::now();
    end(pid);
    let status = tokio::task::spawn_blocking(move || check.wait().expect("ours")).await.expect("no panic");
    assert!(begun.elapsed() < PATIENCE / 3, "it took {:?} to end", begun.elapsed());
    assert_eq!(status.signal(), None, "it ended by itself");
    let left: Vec<_> = place.path().read_dir().expect("ours").flatten().map(|left| left.path()).collect();
    assert!(left.is_empty(), "nothing stays of the copies: {left:?}");
    let text = place.path().display().to_string();
    let none = || async { processes_with(&text).is_empty().then_some(()) };
    tokio::time::timeout(Duration::from_secs(3), eventually("no process is left", none)).await.expect("soon");
    status.code()
}

#[tokio::test]
async fn a_signal_amid_a_call_leaves_no_folder_and_no_process() {
    for (end, code) in [(interrupt as fn(u32), 130), ((|pid| kill(pid, false)) as fn(u32), 143)] {
        let signs = tempfile::tempdir().unwrap();
        let there = signs.path().join("called");
        let project =
            repository(Project::new().python("hello", "def lambda_handler(event, context): pass\n"));
        project.write(
            concat!("hello", "/lambda_function.py"),
            &format!(
                "import time
def lambda_handler(event, context):
    open({:?}, 'w').close()
    time.sleep(600)
",
                there.display().to_string()
            ),
        );
        project.write("template.yaml", &timeout("hello", 900));
        assert_eq!(stopped(&project, &there, end).await, Some(code));
    }
}

#[tokio::test]
async fn a_signal_while_git_writes_files_leaves_no_folder_and_no_process() {
    let signs = tempfile::tempdir().unwrap();
    let there = signs.path().join("written");
    let project = repository(
        Project::new()
            .python("hello", "def lambda_handler(event, context): pass\n")
            .with(".gitattributes", "*.large filter=slow\n")
            .with("a.large", "large"),
    );
    let smudge = format!("touch '{}'; sleep 600", there.display());
    git(&project, &["config", "filter.slow.smudge", &smudge]);
    project.write(concat!("hello", "/lambda_function.py"), "def lambda_handler(event, context): return 1\n");
    assert_eq!(stopped(&project, &there, |pid| kill(pid, false)).await, Some(143));
}

/// What gives a function so many seconds for a call.
fn timeout(folder: &str, seconds: u32) -> String {
    format!(
        "Transform: AWS::Serverless-2016-10-31
Resources:
  Hello:
    Type: AWS::Serverless::Function
    Properties:
      FunctionName: {folder}
      CodeUri: {folder}
      Handler: lambda_function.lambda_handler
      Runtime: python3.12
      Timeout: {seconds}
"
    )
}
