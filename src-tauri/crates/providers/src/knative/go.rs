//! The Go program around a function of `func`'s: a module of its own beside the person's, as `func` scaffolds one, with
//! the middleware that a function need not ask for.
//! <https://github.com/knative/func/tree/main/templates/go/scaffolding>

use std::{
    fs, io,
    path::{Path, PathBuf},
    sync::LazyLock,
};

use regex::Regex;

use crate::{
    domain::{App, Problem, Takes},
    languages::go::{
        Around, Package,
        module::{Module, Source, no_module, unwritten},
    },
};

const MAIN: &str = include_str!("../../bootstrap/go/knative.go.txt");
/// The newest that asks for no newer Go than most have; later ones differ by Kafka.
const MIDDLEWARE: &str = "knative.dev/func-go v0.21.3";

static TOP: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"(?m)^func[ \t]+(New|Handle)[ \t]*\(").expect("the pattern is a constant"));

/// How a package offers its function.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Shape {
    /// `New` makes what has a method `Handle`.
    Instanced,
    /// `Handle` itself.
    Static,
}

/// Why it offers none.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Unclear {
    Both,
    Neither,
}

impl Shape {
    pub(super) fn of(sources: &[Source]) -> Result<Self, Unclear> {
        let mut found = [false; 2];
        for source in sources {
            for top in TOP.captures_iter(&source.code) {
                found[usize::from(&top[1] == "Handle")] = true;
            }
        }
        match found {
            [true, false] => Ok(Self::Instanced),
            [false, true] => Ok(Self::Static),
            [true, true] => Err(Unclear::Both),
            [false, false] => Err(Unclear::Neither),
        }
    }

    pub(super) fn entry(self) -> &'static str {
        match self {
            Self::Instanced => "New",
            Self::Static => "Handle",
        }
    }
}

impl Unclear {
    pub(super) fn told(self, place: &str) -> Problem {
        let (message, hint) = match self {
            Self::Both => (
                "the package has both a function New and a function Handle, and func takes one of the two",
                "leave Handle a method of what New makes, or take New out",
            ),
            Self::Neither => (
                "the package has neither a function New nor a function Handle",
                "write func New() that makes what has a method Handle, or func Handle(w http.ResponseWriter, r *http.Request)",
            ),
        };
        Problem::error(message).at(place, None).hint(hint)
    }
}

/// # Errors
/// It has no module of its own, or no function; the build folder cannot be written.
pub(super) fn package(app: &App, project: &Path, out: &Path) -> Result<Package, Problem> {
    let place = app.root.strip_prefix(project).unwrap_or(&app.root).display().to_string();
    let module = Module::of(&app.root, project).filter(|module| module.folder == app.root);
    let module = module.ok_or_else(|| no_module(&place))?;
    let shape = Shape::of(&Source::in_folder(&app.root)).map_err(|unclear| unclear.told(&place))?;
    let events = app.functions.iter().any(|function| function.takes == Takes::CloudEvent);
    stage(&module, shape, events, out).map_err(unwritten(app))
}

fn stage(module: &Module, shape: Shape, events: bool, out: &Path) -> io::Result<Package> {
    let _ = fs::remove_dir_all(out);
    let own: PathBuf = out.join("source");
    fs::create_dir_all(&own)?;
    fs::write(own.join("go.mod"), modules(module))?;
    let sums = module.folder.join("go.sum");
    if sums.is_file() {
        fs::copy(sums, own.join("go.sum"))?;
    }
    fs::write(own.join("main.go"), program(&module.path, shape, events))?;
    let around =
        Around { folder: module.folder.clone(), package: ".".to_owned(), modules: None, may_fetch: true };
    Ok(Package { folder: own, target: ".", overlay: None, renamed: None, files: None, around: Some(around) })
}

fn program(module: &str, shape: Shape, events: bool) -> String {
    let (kind, given) = match (events, shape) {
        (false, Shape::Instanced) => ("http", "function.New()"),
        (false, Shape::Static) => ("http", "handler(function.Handle)"),
        (true, Shape::Instanced) => ("cloudevents", "function.New()"),
        (true, Shape::Static) => ("cloudevents", "middleware.DefaultHandler{Handler: function.Handle}"),
    };
    let (import, handler) = if given.starts_with("handler(") {
        (
            "\t\"net/http\"\n",
            "type handler func(http.ResponseWriter, *http.Request)\n\nfunc (h handler) Handle(w http.ResponseWriter, r *http.Request) {\n\th(w, r)\n}\n\n",
        )
    } else {
        ("", "")
    };
    MAIN.replace("{{import}}", import)
        .replace("{{handler}}", handler)
        .replace("{{kind}}", kind)
        .replace("{{function}}", module)
        .replace("{{given}}", given)
}

/// Its own `go.mod`, with what the function's asks for: `func` takes those over, and nothing else of it.
fn modules(module: &Module) -> String {
    let go = module.text.lines().map(str::trim).find(|line| line.starts_with("go ")).unwrap_or("go 1.21");
    let mut text = format!(
        "module coldframe\n\n{go}\n\nrequire {MIDDLEWARE}\n\nrequire {} v0.0.0-00010101000000-000000000000\n\n\
         replace {} => {}\n",
        module.path,
        module.path,
        quoted(&module.folder)
    );
    let mut block = false;
    for line in module.text.lines().map(str::trim) {
        match line {
            "require (" => block = true,
            ")" => block = false,
            _ if block && !line.is_empty() && !line.starts_with("//") => {
                text.push_str(&format!("\nrequire {line}"));
            }
            _ if line.starts_with("require ") => text.push_str(&format!("\n{line}")),
            _ => {}
        }
    }
    text.push('\n');
    text
}

/// A folder as `go.mod` takes it, whatever is in its name.
fn quoted(folder: &Path) -> String {
    format!("{:?}", folder.to_string_lossy())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shape(text: &str) -> Result<Shape, Unclear> {
        Shape::of(&[Source::new("a.go".into(), text.to_owned()).expect("Go")])
    }

    #[test]
    fn the_shape_is_what_stands_at_the_top_of_the_package() {
        let instanced = "package f\n// func Handle() {}\nfunc New() *F { return &F{} }\nfunc (f *F) Handle(w http.ResponseWriter, r *http.Request) {}\n";
        assert_eq!(shape(instanced), Ok(Shape::Instanced));
        assert_eq!(
            shape("package f\n\nfunc Handle(e event.Event) error { return nil }\n"),
            Ok(Shape::Static)
        );
        assert_eq!(shape("package f\nfunc New() {}\nfunc Handle() {}\n"), Err(Unclear::Both));
        assert_eq!(shape("package f\nfunc Newer() {}\n"), Err(Unclear::Neither));
    }

    #[test]
    fn the_program_starts_what_the_package_offers() {
        let events = program("example.com/f", Shape::Static, true);
        assert!(events.contains("middleware \"knative.dev/func-go/cloudevents\""), "{events}");
        assert!(
            events.contains("middleware.Start(middleware.DefaultHandler{Handler: function.Handle})"),
            "{events}"
        );
        let requests = program("example.com/f", Shape::Static, false);
        assert!(requests.contains("middleware.Start(handler(function.Handle))"), "{requests}");
        for text in [events, requests, program("f", Shape::Instanced, false)] {
            assert!(!text.contains("{{"), "{text}");
        }
    }

    #[test]
    fn what_the_function_asks_for_is_asked_for() {
        let module = Module {
            folder: "/a b/f".into(),
            path: "function".into(),
            text: "module function\n\ngo 1.23\n\nrequire x.org/one v1.0.0\nrequire (\n\t// by us\n\tx.org/two v2.0.0 // indirect\n)\nreplace x.org/one => ../one\n".into(),
        };
        assert_eq!(
            modules(&module),
            "module coldframe\n\ngo 1.23\n\nrequire knative.dev/func-go v0.21.3\n\nrequire function v0.0.0-00010101000000-000000000000\n\n\
             replace function => \"/a b/f\"\n\nrequire x.org/one v1.0.0\nrequire x.org/two v2.0.0 // indirect\n"
        );
    }
}
