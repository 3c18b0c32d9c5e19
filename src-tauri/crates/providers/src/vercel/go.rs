//! The Go program around a Vercel function: each file is compiled on its own, as Vercel does, with a server around its
//! handler. Nothing is written beside the person's code: inside a module the compiler is shown files that are not there.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use super::detect::go_handler;
use crate::{
    domain::{App, Problem},
    languages::go::Package,
    project::text_of,
};

const MAIN: &str = include_str!("../../bootstrap/go/vercel.go.txt");
/// The package around the function, in a module of the person's.
const PACKAGE: &str = "coldframe_vercel";
/// Whatever the file is called: Go reads meanings into names (`_test`, `_windows`), and `[` is not for imports.
const FILE: &str = "handler.go";

/// # Errors
/// The file cannot be read or has no handler in it; the build folder cannot be written.
pub(super) fn package(app: &App, project: &Path, out: &Path) -> Result<Package, Problem> {
    let source = app.root.join(&app.handler);
    let place = source.strip_prefix(project).unwrap_or(&source).display().to_string();
    let text = text_of(&source).ok_or_else(|| {
        Problem::error("cannot be read, or is larger than 1 MB").at(&place, None).hint("make it a text file")
    })?;
    let (package, function) = go_handler(&text).ok_or_else(|| {
        Problem::error("defines no exported function of (http.ResponseWriter, *http.Request)")
            .at(&place, None)
            .hint("write func Handler(w http.ResponseWriter, r *http.Request)")
    })?;
    stage(app, project, out, (&package, &function), source).map_err(|error| {
        Problem::error(format!("the build of {} could not be written: {error}", app.name))
            .hint("is the disk full, or the data directory read-only?")
    })
}

fn stage(
    app: &App,
    project: &Path,
    out: &Path,
    (package, function): (&str, &str),
    source: PathBuf,
) -> io::Result<Package> {
    let _ = fs::remove_dir_all(out);
    let own = out.join("source");
    fs::create_dir_all(own.join("handler"))?;
    let parent = source.parent().unwrap_or(&app.root);
    let inside = parent.ancestors().take_while(|above| *above == parent || above.starts_with(project));
    let module = inside.into_iter().find_map(|folder| {
        let text = text_of(&folder.join("go.mod"))?;
        let name = text.lines().find_map(|line| line.trim().strip_prefix("module "))?;
        Some((folder.to_path_buf(), name.trim().trim_matches('"').to_owned()))
    });
    let name = module.as_ref().map_or_else(|| "coldframe".into(), |(_, name)| format!("{name}/{PACKAGE}"));
    // A package that is called main cannot be imported: the program is made part of it.
    let is_main = package == "main";
    let (import, call) = if is_main {
        (String::new(), function.to_owned())
    } else {
        (format!("\n\tfunction \"{name}/handler\"\n"), format!("function.{function}"))
    };
    let main = own.join("coldframe_main.go");
    fs::write(&main, MAIN.replace("{{import}}", &import).replace("{{call}}", &call))?;
    let beside = if is_main { PathBuf::from(FILE) } else { Path::new("handler").join(FILE) };
    let renamed = Some((FILE, source.clone()));
    let Some((folder, _)) = module else {
        fs::write(own.join("go.mod"), "module coldframe\n")?;
        fs::copy(&source, own.join(beside))?;
        return Ok(Package {
            folder: own,
            target: ".",
            overlay: None,
            renamed,
            files: Some(vec![source]),
            around: None,
        });
    };
    let inside = folder.join(PACKAGE);
    let replace = serde_json::json!({ "Replace": {
        inside.join("coldframe_main.go").to_string_lossy(): main.to_string_lossy(),
        inside.join(beside).to_string_lossy(): source.to_string_lossy(),
    }});
    let overlay = out.join("overlay.json");
    fs::write(&overlay, replace.to_string())?;
    Ok(Package {
        folder,
        target: "./coldframe_vercel",
        overlay: Some(overlay),
        renamed,
        files: None,
        around: None,
    })
}
