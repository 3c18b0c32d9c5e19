//! Vercel's functions elsewhere, and others' functions below `api`.

use std::sync::LazyLock;

use regex::Regex;

use super::{detect, door};
use crate::{
    domain::Language,
    portable::{
        Call, Callee, Convention, Heard, Library, Limits, Modules, Portable, Services, Speech, Taker,
        Written, asks_request, told_response,
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
    heard: |function, text| Ok(Heard::new(text, Call::Request(door::sent_from_json(function, text)?))),
    asks: asks_request,
    unsent: |_, _| None,
    told: told_response,
    // <https://vercel.com/docs/functions/limitations>
    limits: Limits::of_both(door::LIMIT).at_most(800, 4096),
    clients: &["@vercel/", "vercel_blob", "vercel_kv"],
    modules: Modules {
        named: &[
            ("@vercel/kv", "Vercel KV"),
            ("@vercel/blob", "Vercel Blob"),
            ("@vercel/postgres", "Vercel Postgres"),
            ("@vercel/edge-config", "Edge Config"),
            ("vercel_blob", "Vercel Blob"),
            ("vercel_kv", "Vercel KV"),
        ],
        ..Modules::NONE
    },
    frameworks: &["@vercel/node", "@vercel/functions"],
    bindings: |_, _| Vec::new(),
    services: &[
        Services { domain: "vercel-storage.com", named: &[("blob", "Vercel Blob")] },
        Services { domain: "edge-config.vercel.com", named: &[("", "Edge Config")] },
        Services { domain: "api.vercel.com", named: &[] },
    ],
    variables: &["VERCEL", "NOW_REGION", "BLOB_READ_WRITE_TOKEN", "KV_REST_API_"],
};

macro_rules! pattern {
    ($name:ident, $text:literal) => {
        static $name: LazyLock<Regex> =
            LazyLock::new(|| Regex::new($text).expect("the pattern is a constant"));
    };
}

pattern!(EDGE, r#"\bconfig\s*=\s*\{[^}]*\bruntime\s*:\s*["'](?:experimental-)?edge["']"#);
pattern!(DEFAULT_OBJECT, r"(?:\bexport\s+default|\bmodule\.exports\s*=|\bexports\.default\s*=)\s*\{");
pattern!(
    DEFAULT_FUNCTION,
    r"(?:\bexport\s+default|\bmodule\.exports\s*=|\bexports\.default\s*=)\s*(?:async\b\s*)?(?:function\b|\(|[\w$]+\s*=>)"
);
pattern!(
    DEFAULT_NAME,
    r"(?:\bexport\s+default|\bmodule\.exports\s*=|\bexports\.default\s*=)\s*([\w$]+)\s*(?:;|\n|$)"
);

const METHODS: [&str; 7] = ["GET", "HEAD", "OPTIONS", "POST", "PUT", "DELETE", "PATCH"];

fn callees(written: &Written<'_>) -> Result<Vec<Callee>, String> {
    let handler = match written.app.language {
        Language::TypeScript => super::launch::built_name(&written.app.handler),
        _ => written.app.handler.clone(),
    };
    let text = text_of(&written.code.join(&handler)).ok_or_else(|| format!("{handler} cannot be read"))?;
    let has_variables = written.function.routes.iter().any(|route| route.path.contains('['));
    let one = |convention, name: &str, halves: Vec<&'static str>, library| {
        let query = match written.speech {
            Speech::Python if has_variables => include_str!("../../portable/vercel/variables.py"),
            Speech::Python => QUERIES,
            Speech::JavaScript if has_variables => include_str!("../../portable/vercel/variables.mjs"),
            Speech::JavaScript => TARGETS,
        };
        Callee {
            convention,
            file: handler.clone(),
            name: name.to_owned(),
            made: "",
            halves: [vec![query], halves].concat(),
            fed: has_variables.then(|| "what the variables of its path stand for".to_owned()),
            library,
        }
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
    let web =
        one(Convention::WebRequest, "*", vec![include_str!("../../portable/vercel/calls_web.mjs")], None);
    let node = node_halves()
        .map(|(halves, library)| one(Convention::NodeRequest, "default", halves, library))
        .into();
    // What a build made of it is not as it was written.
    let written = text_of(&written.app.root.join(&written.app.handler)).unwrap_or(text);
    Ok(match takes(&written) {
        Some(Convention::WebRequest) => vec![web],
        Some(_) => node,
        None => [node, vec![web]].concat(),
    })
}

/// How a module in JavaScript or TypeScript is called; `None` where only running it tells.
fn takes(text: &str) -> Option<Convention> {
    let source = Source::new(Syntax::JavaScript, text);
    if EDGE.is_match(text) || source.matches(&DEFAULT_OBJECT) {
        return Some(Convention::WebRequest);
    }
    let is_function = source.matches(&DEFAULT_FUNCTION)
        || DEFAULT_NAME.captures(text).is_some_and(|name| source.parameters_of(&name[1]).is_some());
    if is_function {
        return Some(Convention::NodeRequest);
    }
    let is_web = METHODS.iter().any(|method| source.offers(method) == Offers::Yes);
    is_web.then_some(Convention::WebRequest)
}

/// Of a request, the query as it is, and the target with it: before what calls applications, and what calls handlers.
pub(crate) const QUERIES: &str = include_str!("../../portable/vercel/queries.py");
pub(crate) const TARGETS: &str = include_str!("../../portable/vercel/targets.mjs");

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
        (_, Convention::NodeRequest) if callee.fed.is_none() => {
            ("api/on_vercel.mjs", include_str!("../../portable/vercel/takes_same.mjs"))
        }
        _ => ("api/on_vercel.mjs", include_str!("../../portable/vercel/takes.mjs")),
    };
    Taker {
        file,
        handler: file,
        half,
        wants_requests: true,
        beside: Vec::new(),
        note: written.is_called_with_requests().then_some(NOTE),
        library: None,
    }
}

/// A path of the function's own is no file's.
const NOTE: &str = "it is called at /api/on_vercel; so that it gets other paths, too, vercel.json has a rewrite: \
                    { \"source\": \"/(.*)\", \"destination\": \"/api/on_vercel\" }";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_modules_text_tells_how_it_is_called() {
        for text in [
            "export function GET(request) {}",
            "export const POST = async (request: Request) => Response.json({})",
            "export default { fetch(request) {} }",
            "export default { async fetch(req: Request): Promise<Response> {} }",
            "module.exports = { GET }",
            "export const config = { runtime: 'edge' }\nexport default (request) => new Response()",
        ] {
            assert_eq!(takes(text), Some(Convention::WebRequest), "{text}");
        }
        for text in [
            "export default function handler(req, res) {}",
            "export default async (req, res) => { await fetch(url) }",
            "module.exports = (req, res) => {}",
            "module.exports = async req => {}",
            "const handler = async (req, res) => {}\nexport default handler",
            "function handler(req, res) {}\nmodule.exports = handler;",
        ] {
            assert_eq!(takes(text), Some(Convention::NodeRequest), "{text}");
        }
        for text in ["const app = new Hono()\nexport default app", "module.exports = require('../app')"] {
            assert_eq!(takes(text), None, "{text}");
        }
    }
}
