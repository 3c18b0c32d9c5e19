//! The Go program around a function of Google's framework, where the person's package is none itself: Google's build
//! makes one and overlooks any that lies beside the function. Nothing is written beside the person's code: the
//! compiler is shown a file in their module that is not there.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use super::detect::{
    Signature,
    go::{FRAMEWORK, Package as Functions},
};
use crate::{
    domain::{App, Problem},
    languages::go::{
        Package,
        module::{Module, Source, no_module, unwritten},
        own_package,
    },
};

const MAIN: &str = include_str!("../../bootstrap/go/gcp.go.txt");
/// The version that Google's build adds where a module asks for none.
const ADDED: &str = "v1.9.2";
/// The package around the function, in the person's module.
const AROUND: &str = "coldframe_gcp";

/// # Errors
/// The function is in no module, or there is none any more; the build folder cannot be written.
pub(super) fn package(app: &App, project: &Path, out: &Path) -> Result<Package, Problem> {
    let place = app.root.strip_prefix(project).unwrap_or(&app.root).display().to_string();
    let module = Module::of(&app.root, project).ok_or_else(|| no_module(&place))?;
    let module = with_framework(module);
    let functions = Functions::read(&Source::in_folder(&app.root), true);
    let functions = functions.ok_or_else(|| {
        Problem::error(format!("no function called `{}` is registered any more", app.handler))
            .at(&place, None)
            .hint("register it with functions.HTTP, functions.CloudEvent or functions.Typed")
    })?;
    if functions.name == "main" {
        return own_package(app, project, out);
    }
    let register = if functions.declares {
        None
    } else {
        Some((app.handler.as_str(), functions.signature(&app.handler).unwrap_or(Signature::Http)))
    };
    stage(app, &module, register, out).map_err(unwritten(app))
}

/// Google's build adds the framework to a module that does not ask for it; so does the copy that Go may change.
fn with_framework(mut module: Module) -> Module {
    if !module.text.contains(FRAMEWORK) {
        module.text.push_str(&format!("\nrequire {FRAMEWORK} {ADDED}\n"));
    }
    module
}

fn stage(app: &App, module: &Module, register: Option<(&str, Signature)>, out: &Path) -> io::Result<Package> {
    let _ = fs::remove_dir_all(out);
    fs::create_dir_all(out)?;
    let main = out.join("main.go");
    fs::write(&main, program(module, &app.root, register))?;
    let place: PathBuf = module.folder.join(AROUND).join("main.go");
    let replace = serde_json::json!({ "Replace": { place.to_string_lossy(): main.to_string_lossy() } });
    let overlay = out.join("overlay.json");
    fs::write(&overlay, replace.to_string())?;
    Ok(Package {
        folder: module.folder.clone(),
        target: "./coldframe_gcp",
        overlay: Some(overlay),
        renamed: None,
        files: None,
        around: Some(module.around(&app.root, out)?),
    })
}

fn program(module: &Module, folder: &Path, register: Option<(&str, Signature)>) -> String {
    let import = module.import(folder);
    let (alias, call) = match register {
        // Its `init` registers what there is.
        None => ("_", String::new()),
        Some((name, signature)) => {
            let kind = match signature {
                Signature::CloudEvent => "CloudEvent",
                Signature::Background => "Event",
                Signature::Http | Signature::Typed => "HTTP",
            };
            let call = format!(
                "\tif err := funcframework.Register{kind}FunctionContext(context.Background(), \"/\", \
                 function.{name}); err != nil {{\n\t\tlog.Fatalf(\"Function failed to register: %v\\n\", err)\n\t}}\n"
            );
            ("function", call)
        }
    };
    let context = if call.is_empty() { "" } else { "\t\"context\"\n" };
    let start = if chooses_host(module.requires(FRAMEWORK)) {
        "StartHostPort(\"127.0.0.1\", os.Getenv(\"PORT\"))"
    } else {
        "Start(os.Getenv(\"PORT\"))"
    };
    MAIN.replace("{{context}}", context)
        .replace("{{import}}", &format!("\t{alias} \"{import}\"\n"))
        .replace("{{register}}", &call)
        .replace("{{start}}", start)
}

/// Whether a version of the framework can be told where to listen, as it can from v1.8.0 on.
fn chooses_host(version: Option<&str>) -> bool {
    let mut parts = version.unwrap_or_default().trim_start_matches('v').split('.');
    let mut number = || parts.next().and_then(|part| part.parse::<u32>().ok());
    match (number(), number()) {
        (Some(major), Some(minor)) => (major, minor) >= (1, 8),
        // One in the middle of a list of modules, or none at all.
        _ => true,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_program_registers_what_does_not_do_so_itself() {
        let module = Module {
            folder: "/p".into(),
            path: "example.com/hello".into(),
            text: format!("module example.com/hello\nrequire {FRAMEWORK} v1.7.4\n"),
        };
        let declared = program(&module, Path::new("/p/beds"), None);
        assert!(declared.contains("\t_ \"example.com/hello/beds\"\n"), "{declared}");
        assert!(!declared.contains("context") && !declared.contains("{{"), "{declared}");
        assert!(declared.contains("funcframework.Start(os.Getenv(\"PORT\"))"), "{declared}");
        let plain = program(&module, Path::new("/p"), Some(("Hello", Signature::Background)));
        assert!(
            plain.contains("RegisterEventFunctionContext(context.Background(), \"/\", function.Hello)"),
            "{plain}"
        );
    }

    #[test]
    fn older_frameworks_listen_where_they_like() {
        assert!(!chooses_host(Some("v1.7.4")));
        assert!(["v1.8.0", "v1.9.2", "v2.0.0"].iter().all(|version| chooses_host(Some(version))));
        assert!(chooses_host(None));
    }
}
