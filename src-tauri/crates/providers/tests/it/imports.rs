//! What a measured init tells of its imports: a tree of real modules, each with its own time.

use std::time::Duration;

use coldframe_providers::{
    domain::{Language, ProviderId},
    imports::{Origin, ReportedImports, ReportedModule},
};

use crate::instance::{Instance, Project, soon, text};

async fn measured(project: &mut Project) -> (Instance, ReportedImports) {
    project.measure_imports = true;
    let (instance, ready) = project.ready().await;
    let imports = instance.conversation.take_imports().expect("it was asked to measure");
    let init = ready.init.expect("the bootstrap says it");
    let told = Duration::from_nanos(imports.init_ns);
    assert!(
        told <= init + Duration::from_millis(50) && init <= told + Duration::from_millis(50),
        "{told:?} {init:?}"
    );
    let own: u64 = imports.modules.iter().map(|module| module.own_ns).sum();
    assert!(own <= imports.init_ns, "no time is counted twice: {imports:#?}");
    assert_eq!(instance.conversation.take_imports(), None, "told once");
    (instance, imports)
}

fn module<'a>(imports: &'a ReportedImports, name: &str) -> &'a ReportedModule {
    let found = imports.modules.iter().find(|module| module.name == name);
    found.unwrap_or_else(|| panic!("no {name} in {imports:#?}"))
}

/// Names from a module up to what the runtime imported.
fn way(imports: &ReportedImports, name: &str) -> String {
    let mut way = vec![name];
    let mut parent = module(imports, name).parent;
    while let Some(module) = usize::try_from(parent).ok().and_then(|index| imports.modules.get(index)) {
        way.push(&module.name);
        parent = module.parent;
    }
    way.join(" < ")
}

fn took(imports: &ReportedImports, name: &str) -> Duration {
    Duration::from_nanos(module(imports, name).own_ns)
}

const SLOW: Duration = Duration::from_millis(30);

const PYTHON: &[(&str, &str)] = &[
    (
        "app.py",
        "import helper\nimport importlib\nimportlib.import_module('later')\ntry:\n    import not_there\nexcept ImportError: pass\n\ndef handler(event, context):\n    import os\n    return sorted(name for name in os.environ if name.startswith('COLDFRAME_I'))\n",
    ),
    ("helper.py", "import time\ntime.sleep(0.03)\nimport wsgiref.util\n"),
    ("later.py", "x = 1\n"),
];

#[tokio::test]
async fn python_tells_who_imported_what_and_what_each_took() {
    let mut project = Project::new(ProviderId::Aws, Language::Python, "app.handler", PYTHON);
    let (instance, imports) = measured(&mut project).await;
    assert_eq!(way(&imports, "helper"), "helper < app");
    assert_eq!(way(&imports, "wsgiref.util"), "wsgiref.util < helper < app");
    assert_eq!(way(&imports, "later"), "later < app", "importlib counts as well");
    assert!(took(&imports, "helper") >= SLOW, "{imports:#?}");
    assert!(took(&imports, "app") < SLOW, "what it imports is not its own: {imports:#?}");
    let whose = |name| module(&imports, name).from;
    assert_eq!((whose("app"), whose("wsgiref.util")), (Origin::Function, Origin::Runtime));
    assert_eq!(whose("not_there"), Origin::Installed);
    assert!(module(&imports, "not_there").failed && !module(&imports, "app").failed);
    let file = module(&imports, "helper").file.clone().expect("it has one");
    assert_eq!(file, instance.project.join("helper.py"));
    let answer = text(instance.call("{}").await);
    assert_eq!(answer, "[]", "the function does not see that it is measured");
}

#[tokio::test]
async fn an_init_that_fails_tells_what_it_imported_till_then() {
    for (ends, type_) in
        [("raise ValueError('no')", "ValueError"), ("import gone_for_good", "Runtime.ImportModuleError")]
    {
        let app = format!("import helper\n{ends}\n");
        let files = [("app.py", app.as_str()), PYTHON[1]];
        let mut project = Project::new(ProviderId::Aws, Language::Python, "app.handler", &files);
        project.measure_imports = true;
        let mut instance = project.start().await;
        let failure = instance.begin().await.expect_err("it fails");
        assert_eq!(failure.error_type, type_);
        let imports = instance.conversation.take_imports().expect("it tells all the same");
        assert!(module(&imports, "app").failed && !module(&imports, "helper").failed, "{imports:#?}");
        assert_eq!(module(&imports, "app").from, Origin::Function, "also where it is no module in the end");
        assert!(took(&imports, "helper") >= SLOW);
    }
}

#[tokio::test]
async fn a_module_that_ends_the_process_is_told_of() {
    let files = [("app.py", "import helper\nimport sys\nsys.exit(3)\n"), PYTHON[1]];
    let mut project = Project::new(ProviderId::Aws, Language::Python, "app.handler", &files);
    project.measure_imports = true;
    let instance = project.start().await;
    soon(instance.child.exited()).await;
    let imports = instance.conversation.take_imports().expect("told before it ended");
    assert!(module(&imports, "app").failed && took(&imports, "helper") >= SLOW);
}

#[tokio::test]
async fn vercels_python_is_measured_with_its_file_as_the_root() {
    let handler = "import helper\nfrom http.server import BaseHTTPRequestHandler\n\nclass handler(BaseHTTPRequestHandler):\n    pass\n";
    let files = [("api/index.py", handler), PYTHON[1]];
    let mut project = Project::new(ProviderId::Vercel, Language::Python, "api/index.py", &files);
    let (_instance, imports) = measured(&mut project).await;
    assert_eq!(way(&imports, "helper"), "helper < api/index.py");
    assert!(took(&imports, "helper") >= SLOW);
}

const WAIT: &str = "const end = performance.now() + 35; while (performance.now() < end);\n";

#[tokio::test]
async fn node_tells_what_require_took() {
    let slow = format!("{WAIT}require('left/inner')\n");
    let files = [
        (
            "index.js",
            "const one = require('./slow')\nrequire('./slow')\nrequire('node:zlib')\ntry { require('not-there') } catch {}\nexports.handler = async () => Object.keys(process.env).filter((name) => name.startsWith('COLDFRAME_I'))\n",
        ),
        ("slow.js", slow.as_str()),
        ("node_modules/left/inner.js", "module.exports = 1\n"),
    ];
    let mut project = Project::new(ProviderId::Aws, Language::Node, "index.handler", &files);
    let (instance, imports) = measured(&mut project).await;
    assert_eq!(way(&imports, "left/inner.js"), "left/inner.js < slow.js < index.js");
    assert!(took(&imports, "slow.js") >= SLOW && took(&imports, "index.js") < SLOW, "{imports:#?}");
    assert_eq!(imports.modules.iter().filter(|module| module.name == "slow.js").count(), 1, "loaded once");
    let whose = |name| module(&imports, name).from;
    assert_eq!((whose("slow.js"), whose("left/inner.js")), (Origin::Function, Origin::Installed));
    assert_eq!(
        (whose("node:zlib"), way(&imports, "node:zlib")),
        (Origin::Runtime, "node:zlib < index.js".into())
    );
    assert!(module(&imports, "not-there").failed);
    assert_eq!(text(instance.call("{}").await), "[]", "the function does not see that it is measured");
}

#[tokio::test]
async fn node_tells_what_the_bodies_of_es_modules_took() {
    let slow =
        format!("#!/usr/bin/env node\nimport './deep.mjs'\n{WAIT}export const two = 2 // no line break");
    let files = [
        (
            "index.mjs",
            "import { two } from './slow.mjs'\nimport common from './common.cjs'\nawait new Promise((done) => setTimeout(done, 5))\nexport const handler = async () => two + common\n",
        ),
        ("slow.mjs", slow.as_str()),
        ("deep.mjs", "export {}\n"),
        ("common.cjs", "require('./inner.cjs')\nmodule.exports = 40\n"),
        ("inner.cjs", WAIT),
    ];
    let mut project = Project::new(ProviderId::Aws, Language::Node, "index.handler", &files);
    let (instance, imports) = measured(&mut project).await;
    assert_eq!(way(&imports, "deep.mjs"), "deep.mjs < slow.mjs < index.mjs");
    assert_eq!(way(&imports, "inner.cjs"), "inner.cjs < common.cjs < index.mjs");
    for name in ["slow.mjs", "inner.cjs"] {
        assert!(took(&imports, name) >= SLOW, "{name}: {imports:#?}");
    }
    assert!(took(&imports, "deep.mjs") < SLOW && took(&imports, "common.cjs") < SLOW, "{imports:#?}");
    assert_eq!(text(instance.call("{}").await), "42", "it works as it does unmeasured");
}

#[tokio::test]
async fn what_typescript_needs_to_run_here_is_nobodys_own() {
    let files = [
        (
            "index.ts",
            "import * as zlib from 'zlib'\nimport { one } from './one'\nexport const handler = async (): Promise<number> => one + (zlib ? 1 : 0)\n",
        ),
        ("one.ts", "export const one: number = 1\n"),
    ];
    let mut project = Project::new(ProviderId::Aws, Language::TypeScript, "index.handler", &files);
    let (_instance, imports) = measured(&mut project).await;
    assert_eq!(way(&imports, "one.js"), "one.js < index.js");
    let interop = imports.modules.iter().find(|module| module.name.contains("interop"));
    assert!(interop.is_none_or(|module| module.from == Origin::Runtime), "{imports:#?}");
    assert_eq!(module(&imports, "one.js").from, Origin::Function);
}

#[tokio::test]
async fn an_es_module_that_throws_is_the_one_that_failed() {
    let files = [
        ("index.mjs", "import './bad.mjs'\nexport const handler = 1\n"),
        ("bad.mjs", "throw new TypeError('no')\n"),
    ];
    let mut project = Project::new(ProviderId::Aws, Language::Node, "index.handler", &files);
    project.measure_imports = true;
    let mut instance = project.start().await;
    let failure = instance.begin().await.expect_err("it fails");
    assert_eq!(failure.error_type, "TypeError");
    let imports = instance.conversation.take_imports().expect("it tells all the same");
    assert!(module(&imports, "bad.mjs").failed, "{imports:#?}");
}

#[tokio::test]
async fn nothing_is_measured_unasked() {
    let project = Project::new(ProviderId::Aws, Language::Python, "app.handler", PYTHON);
    let (instance, _) = project.ready().await;
    assert_eq!(instance.conversation.take_imports(), None);
}

#[tokio::test]
async fn vercels_functions_tell_of_their_imports_in_every_language_of_node() {
    let slow = format!("{WAIT}\nexport const word = 'hello';\n");
    for (language, handler, name) in [
        (Language::Node, "api/hello.mjs", "lib/word.mjs"),
        (Language::Node, "api/hello.js", "lib/word.js"),
        (Language::TypeScript, "api/hello.ts", "lib/word.js"),
    ] {
        let ending =
            if language == Language::TypeScript { "ts" } else { handler.rsplit('.').next().unwrap() };
        let import = if ending == "mjs" { "../lib/word.mjs" } else { "../lib/word" };
        let entry =
            format!("import {{ word }} from '{import}'\nexport default (req, res) => res.end(word)\n");
        let word = format!("lib/word.{ending}");
        let files = [(handler, entry.as_str()), (word.as_str(), slow.as_str())];
        let mut project = Project::new(ProviderId::Vercel, language, handler, &files);
        let (_instance, imports) = measured(&mut project).await;
        assert!(took(&imports, name) >= SLOW, "{handler}: {imports:#?}");
        let entry = handler.replace(".ts", ".js");
        assert_eq!(way(&imports, name), format!("{name} < {entry}"), "{imports:#?}");
    }
}

#[tokio::test]
async fn a_vercel_module_that_throws_is_the_one_that_failed() {
    let files = [
        ("api/hello.mjs", "import '../lib/bad.mjs'\nexport default (req, res) => res.end()\n"),
        ("lib/bad.mjs", "throw new TypeError('no')\n"),
    ];
    let mut project = Project::new(ProviderId::Vercel, Language::Node, "api/hello.mjs", &files);
    project.measure_imports = true;
    let mut instance = project.start().await;
    let failure = instance.begin().await.expect_err("it fails");
    assert_eq!(failure.error_type, "TypeError");
    let imports = instance.conversation.take_imports().expect("it tells all the same");
    assert!(module(&imports, "lib/bad.mjs").failed, "{imports:#?}");
}
