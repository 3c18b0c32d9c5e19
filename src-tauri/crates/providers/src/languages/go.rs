//! Go: a file with a handler in it, compiled on its own as Vercel does, with a program around it that serves it. Nothing
//! is written beside the person's code: inside a module the compiler is shown files that are not there.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use coldframe_supervisor::{Command, Exit, Supervisor};

use super::{Built, MEND, Tell, interpreter::upwards, shown};
use crate::{
    domain::{App, Problem},
    project::text_of,
    vercel::detect::go_handler,
};

const MAIN: &str = include_str!("../../bootstrap/go/vercel.go.txt");
/// The package around the function, in a module of the person's.
const PACKAGE: &str = "coldframe_vercel";
/// Whatever the file is called: Go reads meanings into names (`_test`, `_windows`), and `[` is not for imports.
const FILE: &str = "handler.go";

/// # Errors
/// The compiler's first error, with its file and line; or there is no `go`.
pub(super) async fn build(
    supervisor: &Supervisor,
    app: &App,
    project: &Path,
    out: &Path,
    tell: &dyn Tell,
) -> Result<Built, Problem> {
    let go = which::which("go").map_err(|_| {
        Problem::error(format!("no Go for {}: there is no go in PATH", app.name))
            .hint("install Go from https://go.dev/dl")
    })?;
    let source = app.root.join(&app.handler);
    let place = shown(&source, project);
    let text = text_of(&source).ok_or_else(|| {
        Problem::error("cannot be read, or is larger than 1 MB").at(&place, None).hint("make it a text file")
    })?;
    let (package, function) = go_handler(&text).ok_or_else(|| {
        Problem::error("defines no exported function of (http.ResponseWriter, *http.Request)")
            .at(&place, None)
            .hint("write func Handler(w http.ResponseWriter, r *http.Request)")
    })?;
    let failed = |error: io::Error| {
        Problem::error(format!("the build of {} could not be written: {error}", app.name))
            .hint("is the disk full, or the data directory read-only?")
    };
    let staged = Staged::new(app, project, out, &package, &function, &source).map_err(failed)?;
    let program = out.join(format!("function{}", std::env::consts::EXE_SUFFIX));
    let mut command = Command::new(go, &staged.folder);
    command.args = vec!["build".into(), "-o".into(), program.clone().into_os_string()];
    if let Some(overlay) = &staged.overlay {
        command.args.extend(["-overlay".into(), overlay.clone().into_os_string()]);
    }
    command.args.push(staged.target.into());
    // The tool chain is the person's own, and so is what it is configured with; another is not fetched unasked.
    command.env = std::env::vars_os().collect();
    command.env.entry("GOTOOLCHAIN".into()).or_insert_with(|| "local".into());
    tell.begins("go build");
    let output = supervisor.run_telling(command, |line| tell.says(&line.text)).await.map_err(|error| {
        Problem::error(format!("could not start go: {error}")).hint("check that go runs in a terminal")
    })?;
    if !matches!(output.status, Exit::Code(0)) {
        let said = String::from_utf8_lossy(&output.stderr);
        return Err(first_error(&said, &source, &staged.folder, project));
    }
    // What else of a module went in is not known.
    let files = staged.overlay.is_none().then(|| vec![source]);
    Ok(Built { code: app.root.clone(), artifact: Some(program), files })
}

/// What is compiled, and where.
struct Staged {
    folder: PathBuf,
    target: &'static str,
    overlay: Option<PathBuf>,
}

impl Staged {
    fn new(
        app: &App,
        project: &Path,
        out: &Path,
        package: &str,
        function: &str,
        source: &Path,
    ) -> io::Result<Self> {
        let _ = fs::remove_dir_all(out);
        let own = out.join("source");
        fs::create_dir_all(own.join("handler"))?;
        let parent = source.parent().unwrap_or(&app.root);
        let module = upwards(parent, project).find_map(|folder| {
            let text = text_of(&folder.join("go.mod"))?;
            let name = text.lines().find_map(|line| line.trim().strip_prefix("module "))?;
            Some((folder.to_path_buf(), name.trim().trim_matches('"').to_owned()))
        });
        let name =
            module.as_ref().map_or_else(|| "coldframe".into(), |(_, name)| format!("{name}/{PACKAGE}"));
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
        let Some((folder, _)) = module else {
            fs::write(own.join("go.mod"), "module coldframe\n")?;
            fs::copy(source, own.join(beside))?;
            return Ok(Self { folder: own, target: ".", overlay: None });
        };
        let inside = folder.join(PACKAGE);
        let replace = serde_json::json!({ "Replace": {
            inside.join("coldframe_main.go").to_string_lossy(): main.to_string_lossy(),
            inside.join(beside).to_string_lossy(): source.to_string_lossy(),
        }});
        let overlay = out.join("overlay.json");
        fs::write(&overlay, replace.to_string())?;
        Ok(Self { folder, target: "./coldframe_vercel", overlay: Some(overlay) })
    }
}

/// `FILE:LINE:COLUMN: what`, of the person's own files; else the first line.
fn first_error(said: &str, source: &Path, folder: &Path, project: &Path) -> Problem {
    let mut lines = said.lines().filter(|line| !line.starts_with('#') && !line.trim().is_empty());
    let placed = lines.clone().find_map(|line| {
        let (file, rest) = line.split_once(".go:")?;
        let (row, rest) = rest.split_once(':')?;
        let (column, message) = rest.split_once(": ").unwrap_or(("", rest));
        Some((format!("{file}.go"), row.parse::<u32>().ok()?, column.to_owned(), message.to_owned(), line))
    });
    let Some((file, row, column, message, line)) = placed else {
        let first = lines.next().unwrap_or("go build failed").trim_start_matches("go: ").to_owned();
        let rest: Vec<&str> = lines.map(str::trim).take(4).collect();
        let hint = if rest.is_empty() {
            "run go vet in its folder to see all it says".into()
        } else {
            rest.join("; ")
        };
        return Problem::error(first).hint(hint);
    };
    let own = Path::new(&file).file_name().is_some_and(|name| name == FILE);
    let path = if own { source.to_path_buf() } else { folder.join(file.trim_start_matches("./")) };
    let mut message = message.trim().to_owned();
    // What is to be fetched is told on the next line.
    let fetch = said
        .lines()
        .skip_while(|one| *one != line)
        .nth(1)
        .map(str::trim)
        .filter(|next| next.starts_with("go get"));
    let hint = match fetch {
        Some(fetch) => {
            message = message.trim_end_matches("; to add it:").to_owned();
            format!("in the folder of its go.mod: {fetch}")
        }
        None if message.contains("is not in std") => {
            "packages of others need a module: go mod init NAME && go mod tidy in the project's folder".into()
        }
        None => MEND.to_owned(),
    };
    if !column.is_empty() {
        message.push_str(&format!(" (column {column})"));
    }
    Problem::error(message).at(shown(&path, project), Some(row)).hint(hint)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_error_is_told_with_its_place() {
        let (source, folder, project) = (Path::new("/p/api/[id].go"), Path::new("/p"), Path::new("/p"));
        let told = |said: &str| first_error(said, source, folder, project).to_string();
        assert_eq!(
            told("# coldframe/handler\nhandler/handler.go:9:2: undefined: x\n"),
            format!("api/[id].go:9: undefined: x (column 2)\nhint: {MEND}")
        );
        assert_eq!(
            told("# m/lib\nlib/words.go:3:5: syntax error: unexpected }\n"),
            format!("lib/words.go:3: syntax error: unexpected }} (column 5)\nhint: {MEND}")
        );
        assert_eq!(
            told(
                "coldframe_vercel/handler/handler.go:4:2: no required module provides package x.org/y; to add it:\n\tgo get x.org/y\n"
            ),
            "api/[id].go:4: no required module provides package x.org/y (column 2)\nhint: in the folder of its go.mod: go get x.org/y"
        );
        assert_eq!(
            told("go: go.mod requires go >= 1.99 (running go 1.26; GOTOOLCHAIN=local)\n"),
            "go.mod requires go >= 1.99 (running go 1.26; GOTOOLCHAIN=local)\nhint: run go vet in its folder to see all it says"
        );
    }
}
