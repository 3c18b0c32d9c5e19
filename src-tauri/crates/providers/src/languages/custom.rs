//! Any executable named `bootstrap`, as Lambda's custom runtimes have it.

use std::path::Path;

use super::shown;
use crate::domain::Problem;

pub(crate) const PROGRAM: &str = "bootstrap";

/// # Errors
/// There is no `bootstrap`, or it may not be executed: Lambda's `Runtime.InvalidEntrypoint`.
pub(crate) fn check(code: &Path, project: &Path) -> Result<(), Problem> {
    let program = code.join(PROGRAM);
    let file = shown(&program, project);
    let Ok(metadata) = program.metadata() else {
        return Err(Problem::error("Runtime.InvalidEntrypoint: there is no file named bootstrap")
            .at(file, None)
            .hint("a custom runtime is an executable file named bootstrap beside the code"));
    };
    if !metadata.is_file() {
        return Err(Problem::error("Runtime.InvalidEntrypoint: bootstrap is not a file").at(file, None));
    }
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        if metadata.permissions().mode() & 0o111 == 0 {
            let hint = format!("chmod +x {file}");
            return Err(Problem::error("Runtime.InvalidEntrypoint: bootstrap is not executable")
                .at(file, None)
                .hint(hint));
        }
    }
    Ok(())
}

#[cfg(all(test, unix))]
mod tests {
    use std::{fs, os::unix::fs::PermissionsExt as _};

    use super::*;

    #[test]
    fn a_bootstrap_has_to_be_there_and_executable() {
        let folder = tempfile::tempdir().unwrap();
        let missing = check(folder.path(), folder.path()).unwrap_err();
        assert!(missing.message.contains("Runtime.InvalidEntrypoint"), "{missing}");
        let program = folder.path().join("bootstrap");
        fs::write(&program, "#!/bin/sh\n").unwrap();
        fs::set_permissions(&program, fs::Permissions::from_mode(0o644)).unwrap();
        let refused = check(folder.path(), folder.path()).unwrap_err();
        assert_eq!(refused.hint.as_deref(), Some("chmod +x bootstrap"));
        fs::set_permissions(&program, fs::Permissions::from_mode(0o755)).unwrap();
        assert_eq!(check(folder.path(), folder.path()), Ok(()));
    }
}
