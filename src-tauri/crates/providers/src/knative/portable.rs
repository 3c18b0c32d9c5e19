//! Functions of Knative's `func` elsewhere, and others' in its middleware. Services that are processes of their own
//! run wherever a container does.

use super::detect;
use crate::{
    domain::{App, Language, Problem, Takes},
    portable::{
        Call, Callee, Convention, Limits, Modules, Portable, Speech, Taker, Written, heard_request,
        told_response,
    },
    provider::Declaration,
};

pub(super) const PORTABLE: Portable = Portable {
    callees,
    unchanged,
    taker,
    app,
    heard: heard_request,
    asks,
    unsent,
    told: told_response,
    // What an installation allows whose settings nobody changed (`max-revision-timeout-seconds`).
    // <https://knative.dev/docs/serving/configuration/config-defaults/>
    limits: Limits { seconds: Some(600), ..Limits::NONE },
    clients: &["knative.", "knative.dev/"],
    modules: Modules::NONE,
    frameworks: &[],
    bindings: |_, _| Vec::new(),
    services: &[],
    variables: &["K_SERVICE", "K_REVISION", "K_CONFIGURATION", "K_SINK"],
};

fn app(declaration: &Declaration<'_>) -> Result<App, Problem> {
    let handler = declaration.handler.unwrap_or_default();
    detect::function(declaration.project, declaration.name, declaration.root, handler)
}

fn callees(written: &Written<'_>) -> Result<Vec<Callee>, String> {
    let app = written.app;
    if written.function.takes == Takes::CloudEvent {
        return Err("it is called with CloudEvents, which Knative's middleware makes".to_owned());
    }
    let (stem, name) = detect::parts(&app.handler);
    let path = detect::source_file(written.code, stem, app.language)
        .ok_or_else(|| format!("there is no file for its handler {}", app.handler))?;
    let file = path.strip_prefix(written.code).unwrap_or(&path).to_string_lossy().replace('\\', "/");
    Ok(vec![match written.speech {
        Speech::Python => {
            let text = crate::project::text_of(&path).unwrap_or_default();
            let source = crate::source::Source::new(crate::source::Syntax::Python, &text);
            let (name, made) = if source.defines_at_top("new") {
                ("new", "new().handle")
            } else if source.defines_at_top("Function") {
                ("Function", "Function().handle")
            } else {
                ("handle", "")
            };
            let halves = vec![crate::vercel::portable::QUERIES, crate::vercel::portable::APPLICATION];
            Callee {
                convention: Convention::Application,
                file,
                name: name.to_owned(),
                made,
                halves,
                fed: None,
                library: None,
            }
        }
        Speech::JavaScript => Callee {
            convention: Convention::Handle,
            file,
            name: name.to_owned(),
            made: "",
            halves: vec![include_str!("../../portable/knative/calls.mjs")],
            fed: None,
            library: None,
        },
    }])
}

fn unchanged(callee: &Callee, _speech: Speech) -> Option<String> {
    let (stem, _) = callee.file.rsplit_once('.')?;
    (callee.convention == Convention::Handle).then(|| format!("{stem}.{}", callee.name))
}

fn taker(written: &Written<'_>, _callee: &Callee) -> Taker {
    let (file, handler, half) = match written.speech {
        Speech::Python => {
            ("on_knative.py", "on_knative.new", include_str!("../../portable/knative/takes.py"))
        }
        Speech::JavaScript => {
            ("on_knative.mjs", "on_knative.handle", include_str!("../../portable/knative/takes.mjs"))
        }
    };
    let note = Some(
        "func.yaml's runtime starts from function/func.py in Python, and in Node from what package.json names as main",
    );
    Taker { file, handler, half, wants_requests: true, beside: Vec::new(), note, library: None }
}

/// The middleware for Node answers at `/` only.
fn asks(app: &App, call: &Call) -> String {
    let mut described = call.description();
    if app.language != Language::Python {
        let target = described["path"].as_str().unwrap_or("/");
        described["path"] = match target.split_once('?') {
            Some((_, query)) => format!("/?{query}").into(),
            None => "/".into(),
        };
    }
    described.to_string()
}

fn unsent(app: &App, call: &Call) -> Option<&'static str> {
    let Call::Request(request) = call else { return None };
    let is_root = request.target.split('?').next() == Some("/");
    (app.language != Language::Python && !is_root)
        .then_some("Knative's middleware for Node answers at / only: the function gets no path there")
}
