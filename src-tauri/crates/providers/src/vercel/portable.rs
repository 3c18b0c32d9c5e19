//! Vercel's functions elsewhere, and others' functions below `api`.

use super::detect;
use crate::{
    domain::Language,
    portable::{
        Callee, Convention, Library, Portable, Services, Speech, Taker, Written, asks_request, heard_request,
        told_response,
    },
    project::text_of,
    source::{Offers, Source, Syntax},
};

pub(super) const PORTABLE: Portable = Portable {
    callees,
    // Its functions are files of their own, below `api`.
    unchanged: |_, _| None,
    taker,
    app: detect::declared,
    heard: heard_request,
    asks: asks_request,
    told: told_response,
    clients: &["@vercel/", "vercel_blob", "vercel_kv"],
    frameworks: &["@vercel/node", "@vercel/functions"],
    services: &[
        Services { domain: "vercel-storage.com", named: &[("blob", "Vercel Blob")] },
        Services { domain: "edge-config.vercel.com", named: &[("", "Edge Config")] },
        Services { domain: "api.vercel.com", named: &[] },
    ],
    variables: &["VERCEL", "NOW_REGION", "BLOB_READ_WRITE_TOKEN", "KV_REST_API_"],
};

const METHODS: [&str; 7] = ["GET", "HEAD", "OPTIONS", "POST", "PUT", "DELETE", "PATCH"];

fn callees(written: &Written<'_>) -> Result<Vec<Callee>, String> {
    let handler = match written.app.language {
        Language::TypeScript => super::launch::built_name(&written.app.handler),
        _ => written.app.handler.clone(),
    };
    let text = text_of(&written.code.join(&handler)).ok_or_else(|| format!("{handler} cannot be read"))?;
    let one = |convention, name: &str, halves, library| Callee {
        convention,
        file: handler.clone(),
        name: name.to_owned(),
        made: "",
        halves,
        library,
    };
    if written.speech == Speech::Python {
        let source = Source::new(Syntax::Python, &text);
        let is_class = source.class_bases("handler").is_some();
        return Ok(vec![if is_class {
            one(
                Convention::HandlerClass,
                "handler",
                vec![include_str!("../../portable/vercel/calls_class.py")],
                None,
            )
        } else {
            let name = if source.defines_at_top("app") { "app" } else { "application" };
            one(Convention::Application, name, vec![APPLICATION], None)
        }]);
    }
    let source = Source::new(Syntax::JavaScript, &text);
    let is_web = METHODS.iter().any(|method| source.offers(method) == Offers::Yes);
    if is_web || source.mentions("fetch(request") || source.mentions("fetch:") {
        let half = include_str!("../../portable/vercel/calls_web.mjs");
        return Ok(vec![one(Convention::WebRequest, "*", vec![half], None)]);
    }
    Ok(node_halves().map(|(halves, library)| one(Convention::NodeRequest, "default", halves, library)).into())
}

/// A WSGI or ASGI application, called.
pub(crate) const APPLICATION: &str = include_str!("../../portable/vercel/calls_application.py");

/// For `(req, res)`: as Node has them, and with what Express adds to them.
pub(crate) fn node_halves() -> [(Vec<&'static str>, Option<Library>); 2] {
    const PLAIN: &str = "const listener = called\n";
    const EXPRESS: Library =
        Library { name: "express", missed: &["express"], install: "npm install express" };
    let served = include_str!("../../portable/vercel/calls_node.mjs");
    [
        (vec![PLAIN, served], None),
        (vec![include_str!("../../portable/vercel/express.mjs"), served], Some(EXPRESS)),
    ]
}

fn taker(written: &Written<'_>, callee: &Callee) -> Taker {
    let (file, half) = match (written.speech, callee.convention) {
        (Speech::Python, _) => ("api/on_vercel.py", include_str!("../../portable/vercel/takes.py")),
        (_, Convention::NodeRequest) => {
            ("api/on_vercel.mjs", include_str!("../../portable/vercel/takes_same.mjs"))
        }
        _ => ("api/on_vercel.mjs", include_str!("../../portable/vercel/takes.mjs")),
    };
    Taker { file, handler: file, half, wants_requests: true, beside: Vec::new(), note: None, library: None }
}
