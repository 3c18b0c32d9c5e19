//! Any executable named `bootstrap`, as Lambda's custom runtimes have it. What the operating system would refuse to
//! start is told before it is tried, because its own words name neither the line nor the interpreter.

use std::path::{Path, PathBuf};

use super::shown;
use crate::domain::Problem;

pub(crate) const PROGRAM: &str = "bootstrap";

/// What is started: `bootstrap`, or an executable file that the handler names where there is none. Tools that deploy
/// programs (`bin/hello`) rename them on the way.
pub(crate) fn program(code: &Path, handler: &str) -> PathBuf {
    let named = code.join(handler);
    let bootstrap = code.join(PROGRAM);
    if !bootstrap.exists() && is_executable(&named) { named } else { bootstrap }
}

/// # Errors
/// There is no `bootstrap`, or it cannot be executed: Lambda's `Runtime.InvalidEntrypoint`.
pub(crate) fn check(code: &Path, handler: &str, project: &Path) -> Result<(), Problem> {
    let program = program(code, handler);
    let file = shown(&program, project);
    let Ok(metadata) = program.metadata() else {
        return Err(Problem::error("there is no file named bootstrap")
            .at(file, None)
            .hint("a custom runtime is an executable file named bootstrap beside the code"));
    };
    if !metadata.is_file() {
        return Err(Problem::error("bootstrap is not a file")
            .at(file, None)
            .hint("a custom runtime is an executable file named bootstrap beside the code"));
    }
    #[cfg(unix)]
    {
        if !unix::is_executable(&metadata) {
            let hint = format!("chmod +x {file}");
            return Err(Problem::error("bootstrap is not executable").at(file, None).hint(hint));
        }
        if let Some((why, hint)) = unix::first_line(&program, code, &file) {
            return Err(Problem::error(why).at(file, Some(1)).hint(hint));
        }
    }
    Ok(())
}

/// Whether it is there and may be executed; on systems without such a permission nothing is.
pub(crate) fn is_executable(program: &Path) -> bool {
    #[cfg(unix)]
    return program.metadata().is_ok_and(|metadata| metadata.is_file() && unix::is_executable(&metadata));
    #[cfg(not(unix))]
    return false;
}

#[cfg(unix)]
mod unix {
    use std::{
        fs::{File, Metadata},
        io::Read as _,
        os::unix::fs::PermissionsExt as _,
        path::Path,
    };

    /// Linux reads no more of a script's first line.
    const LONGEST: u64 = 256;
    /// How compiled programs begin: ELF, and Mach-O in its byte orders.
    const COMPILED: [[u8; 4]; 4] =
        [*b"\x7fELF", [0xcf, 0xfa, 0xed, 0xfe], [0xce, 0xfa, 0xed, 0xfe], [0xca, 0xfe, 0xba, 0xbe]];

    pub(super) fn is_executable(metadata: &Metadata) -> bool {
        metadata.permissions().mode() & 0o111 != 0
    }

    /// What is wrong with the line that names the interpreter, and what to do.
    pub(super) fn first_line(program: &Path, code: &Path, shown: &str) -> Option<(String, String)> {
        let mut start = Vec::new();
        File::open(program).ok()?.take(LONGEST).read_to_end(&mut start).ok()?;
        if COMPILED.iter().any(|magic| start.starts_with(magic)) {
            return None;
        }
        let Some(line) = start.strip_prefix(b"#!") else {
            let why =
                "bootstrap is neither a compiled program nor does it begin with `#!` and an interpreter";
            return Some((why.into(), "write the interpreter in its first line, such as #!/bin/sh".into()));
        };
        let line = line.split(|byte| *byte == b'\n').next().unwrap_or_default();
        let line = String::from_utf8_lossy(line);
        if line.ends_with('\r') {
            let why = format!(
                "the first line has a Windows line ending, so there is no interpreter `{}\\r`",
                line.trim()
            );
            let hint = format!("save it with Unix line endings (LF): sed -i 's/\\r$//' {shown}");
            return Some((why, hint));
        }
        let mut words = line.split_whitespace();
        let Some(interpreter) = words.next() else {
            return Some((
                "the first line names no interpreter".into(),
                "write one behind #!, such as #!/bin/sh".into(),
            ));
        };
        let correct = "install it, or correct the first line";
        let path = code.join(interpreter);
        let Ok(metadata) = path.metadata() else {
            return Some((format!("the interpreter {interpreter} does not exist"), correct.into()));
        };
        if !metadata.is_file() {
            return Some((format!("the interpreter {interpreter} is not a program"), correct.into()));
        }
        if !is_executable(&metadata) {
            let hint = format!("chmod +x {interpreter}, or name another interpreter in the first line");
            return Some((format!("the interpreter {interpreter} is not executable"), hint));
        }
        // `#!/usr/bin/env NAME` looks for NAME in the path.
        let named = words.next().filter(|word| !word.starts_with('-') && !word.contains('='))?;
        let missing = path.file_name().is_some_and(|name| name == "env")
            && which::which_in(named, std::env::var_os("PATH"), code).is_err();
        missing.then(|| (format!("the interpreter {named} is not in PATH"), correct.into()))
    }
}

#[cfg(all(test, unix))]
mod tests {
    use std::{fs, os::unix::fs::PermissionsExt as _};

    use super::*;

    #[test]
    fn a_bootstrap_has_to_be_there_and_executable() {
        let folder = tempfile::tempdir().unwrap();
        let missing = check(folder.path(), "bootstrap", folder.path()).unwrap_err();
        assert_eq!(missing.message, "there is no file named bootstrap");
        let program = folder.path().join("bootstrap");
        fs::write(&program, "#!/bin/sh\n").unwrap();
        fs::set_permissions(&program, fs::Permissions::from_mode(0o644)).unwrap();
        let refused = check(folder.path(), "bootstrap", folder.path()).unwrap_err();
        assert_eq!(refused.hint.as_deref(), Some("chmod +x bootstrap"));
        fs::set_permissions(&program, fs::Permissions::from_mode(0o755)).unwrap();
        assert_eq!(check(folder.path(), "bootstrap", folder.path()), Ok(()));
    }
    #[test]
    fn the_first_line_is_told_with_what_is_wrong_in_it() {
        let folder = tempfile::tempdir().unwrap();
        let code = folder.path().join("hello");
        fs::create_dir(&code).unwrap();
        let program = code.join("bootstrap");
        let plain = folder.path().join("plain");
        fs::write(&plain, "").unwrap();
        let said = |text: &str| {
            fs::write(&program, text).unwrap();
            fs::set_permissions(&program, fs::Permissions::from_mode(0o755)).unwrap();
            match check(&code, "bootstrap", folder.path()) {
                Ok(()) => "good\n".to_owned(),
                Err(problem) => format!("{problem}\n").replace(plain.to_str().unwrap(), "PLAIN"),
            }
        };
        let all = [
            "#!/usr/bin/nosuch\necho\n",
            "#!/bin/sh\r\necho\r\n",
            &format!("#! {} -x\n", plain.display()),
            "#!/usr/bin/env nosuch\n",
            "#!\n",
            "echo hello\n",
            "\u{feff}#!/bin/sh\n",
            "",
            "#!/bin/sh -e\n",
            "#!/usr/bin/env sh\n",
            "#!/usr/bin/env -S sh -e",
            "\x7fELF and more",
        ]
        .map(said);
        insta::assert_snapshot!(all.concat(), @r"
        hello/bootstrap:1: the interpreter /usr/bin/nosuch does not exist
        hint: install it, or correct the first line
        hello/bootstrap:1: the first line has a Windows line ending, so there is no interpreter `/bin/sh\r`
        hint: save it with Unix line endings (LF): sed -i 's/\r$//' hello/bootstrap
        hello/bootstrap:1: the interpreter PLAIN is not executable
        hint: chmod +x PLAIN, or name another interpreter in the first line
        hello/bootstrap:1: the interpreter nosuch is not in PATH
        hint: install it, or correct the first line
        hello/bootstrap:1: the first line names no interpreter
        hint: write one behind #!, such as #!/bin/sh
        hello/bootstrap:1: bootstrap is neither a compiled program nor does it begin with `#!` and an interpreter
        hint: write the interpreter in its first line, such as #!/bin/sh
        hello/bootstrap:1: bootstrap is neither a compiled program nor does it begin with `#!` and an interpreter
        hint: write the interpreter in its first line, such as #!/bin/sh
        hello/bootstrap:1: bootstrap is neither a compiled program nor does it begin with `#!` and an interpreter
        hint: write the interpreter in its first line, such as #!/bin/sh
        good
        good
        good
        good
        ");
    }
}
