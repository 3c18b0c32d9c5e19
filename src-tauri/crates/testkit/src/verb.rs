//! A command-line verb, run to its end.

use std::{
    io::Write,
    path::Path,
    process::{Command, Stdio},
};

/// What a verb printed and how it ended.
#[derive(Debug, Clone)]
pub struct Verb {
    pub code: i32,
    pub stdout: String,
    pub stderr: String,
}

impl Verb {
    /// # Panics
    /// When standard output is not JSON.
    pub fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.stdout)
            .unwrap_or_else(|error| panic!("not JSON ({error}): {}\n{}", self.stdout, self.stderr))
    }
}

/// Runs `program ARGS` in `folder` with `input` on its standard input.
///
/// # Panics
/// When it cannot be started.
pub fn run(program: &Path, args: &[&str], folder: &Path, env: &[(&str, &str)], input: &str) -> Verb {
    let mut child = Command::new(program)
        .args(args)
        .current_dir(folder)
        .envs(env.iter().copied())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap_or_else(|error| panic!("{}: {error}", program.display()));
    // A program that ends without reading its input closes the pipe.
    let _ = child.stdin.take().expect("piped").write_all(input.as_bytes());
    let output = child.wait_with_output().expect("our own child");
    Verb {
        code: output.status.code().unwrap_or(-1),
        stdout: String::from_utf8_lossy(&output.stdout).into_owned(),
        stderr: String::from_utf8_lossy(&output.stderr).into_owned(),
    }
}
