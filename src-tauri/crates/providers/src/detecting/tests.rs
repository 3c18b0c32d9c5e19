//! What is said of functions whatever their provider, on projects as people have them.

use crate::testing::Inline;

#[test]
fn an_environment_without_its_interpreter_is_named() {
    let project = Inline::new(&[
        ("a/lambda_function.py", "def lambda_handler(event, context): pass\n"),
        ("a/.venv/pyvenv.cfg", "home = /gone/bin\nversion = 3.11.2\n"),
    ]);
    assert_eq!(
        project.problems(),
        "Warning a/.venv: its interpreter is gone, so this virtual environment is not used; hint: make it anew: \
         python3 -m venv --clear a/.venv\n"
    );
}

#[test]
fn an_environment_that_nobody_finished_is_named() {
    let project = Inline::new(&[
        ("a/lambda_function.py", "def lambda_handler(event, context): pass\n"),
        ("a/.venv/pyvenv.cfg", "home = /usr/bin\nversion = 3.11.2\n"),
        ("a/.venv/bin/python", ""),
        ("a/.venv.coldframe-unfinished", ""),
    ]);
    assert_eq!(
        project.problems(),
        "Warning a/.venv: its installation goes on or was interrupted, so this virtual environment is not used; hint: \
         make it anew: coldframe install a\n"
    );
}

#[test]
fn the_worst_problem_comes_first() {
    let template = "Resources:\n  A:\n    Type: AWS::Serverless::Function\n    Properties:\n      Runtime: python3.12\n      \
                    Handler: app.main\n      Description: !ImportValue x\n      Timeout: 0\n";
    let app = Inline::new(&[("template.yaml", template)]).only();
    let all: Vec<_> = app.problems.iter().map(|problem| (problem.line, problem.message.as_str())).collect();
    assert_eq!(
        all,
        [
            (Some(6), "handler `app.main`: app.py does not exist"),
            (Some(7), "Description of A is not known: Fn::ImportValue is not decided by the template alone"),
            (Some(8), "Timeout is `0`, not a whole number of seconds from 1 to 900"),
        ]
    );
    assert_eq!(app.assumed, Vec::<String>::new(), "a problem is no assumption");
}

#[test]
fn a_source_in_utf_16_is_found_and_named() {
    let project = Inline::new(&[]);
    let text = "def lambda_handler(event, context):\n    return 'caf\u{e9}'\n";
    let bytes: Vec<u8> = [0xfeff].into_iter().chain(text.encode_utf16()).flat_map(u16::to_le_bytes).collect();
    project.write("f/lambda_function.py", &bytes);
    assert_eq!(
        project.problems(),
        "Error f/lambda_function.py: it is saved as UTF-16, which its runtime does not read; hint: save it with \
         the encoding UTF-8\n"
    );
    assert_eq!(project.only().handler, "lambda_function.lambda_handler");
}

/// Root may read everything: what lets it is given up, for one thread.
#[cfg(target_os = "linux")]
#[test]
fn a_source_that_may_not_be_read_is_named() {
    use std::os::unix::fs::PermissionsExt as _;

    use rustix::thread::{CapabilitySet, CapabilitySets, set_capabilities};

    let python = "def lambda_handler(event, context): pass\n";
    let project = Inline::new(&[("shut/lambda_function.py", python), ("open/lambda_function.py", python)]);
    let shut = project.root().join("shut/lambda_function.py");
    std::fs::set_permissions(shut, std::fs::Permissions::from_mode(0o000)).unwrap();
    let root = project.root();
    let looked = std::thread::spawn(move || {
        let none = CapabilitySet::empty();
        let sets = CapabilitySets { effective: none, permitted: none, inheritable: none };
        set_capabilities(None, sets).unwrap();
        crate::registry::detect(&root)
    });
    let detection = looked.join().unwrap();
    let names: Vec<&str> = detection.apps.iter().map(|app| app.name.as_str()).collect();
    assert_eq!(names, ["open"], "the others are found");
    let said: Vec<String> = detection.problems.iter().map(ToString::to_string).collect();
    assert_eq!(
        said,
        [
            "shut/lambda_function.py: it may not be read, so what it holds is not known\nhint: give yourself the \
             right to read it, or list it in .gitignore"
        ]
    );
}

#[test]
fn a_file_that_two_providers_claim_is_named() {
    let project = Inline::new(&[("f/index.js", "async function main(params) {}\nexports.main = main;\n")]);
    assert_eq!(
        project.problems(),
        "Warning f/index is taken for a function of IBM Cloud too; hint: leave one of them out in coldframe.toml: \
         [functions.f] provider = \"ibm\", enabled = false\n\
         Warning f/index is taken for a function of AWS Lambda too; hint: leave one of them out in coldframe.toml: \
         [functions.f] provider = \"aws\", enabled = false\n"
    );
    project.write("coldframe.toml", b"[functions.f]\nprovider = 'aws'\nenabled = false\n");
    assert_eq!(project.problems(), "");
}

#[test]
fn a_folder_that_two_providers_claim_is_named() {
    let azure =
        "import azure.functions as func\napp = func.FunctionApp()\n\n@app.route()\ndef hi(req): pass\n";
    let host = ("both/host.json", r#"{"version": "2.0"}"#);
    let func = ("both/func.yaml", "specVersion: 0.36.0\nname: seeds\nruntime: python\n");
    let module = ("both/function/func.py", "def new(): return Function()\nclass Function: pass\n");
    let project = Inline::new(&[host, func, module, ("both/function_app.py", azure)]);
    assert_eq!(
        project.problems(),
        "Warning both: Azure Functions (host.json) and Knative (func.yaml) claim this folder; all are run, each under \
         its own contract; hint: where only one is meant, leave the others out in coldframe.toml: [functions.both] \
         provider = \"azure\", enabled = false, or [functions.seeds] provider = \"knative\", enabled = false\n"
    );
    project.write("coldframe.toml", b"[functions.seeds]\nprovider = 'knative'\nenabled = false\n");
    assert_eq!(project.problems(), "", "one was chosen");
    let api = (
        "api/hello.py",
        "from http.server import BaseHTTPRequestHandler\nclass handler(BaseHTTPRequestHandler): pass\n",
    );
    let more = ("api/more.py", api.1);
    let project = Inline::new(&[("host.json", host.1), ("function_app.py", azure), api, more]);
    assert_eq!(
        project.problems(),
        "Warning .: Azure Functions (host.json) and Vercel (its functions' files) claim this folder; all are run, each \
         under its own contract; hint: where only one is meant, leave the others out in coldframe.toml: \
         [functions.project] provider = \"azure\", enabled = false, or [functions.api-hello] provider = \"vercel\", \
         enabled = false (and so for 1 more)\n"
    );
    let template = "Resources:\n  A:\n    Type: AWS::Serverless::Function\n    Properties: {Runtime: python3.12, Handler: a.main, CodeUri: src}\n";
    let code = ("src/a.py", "def main(event, context): pass\n");
    let project = Inline::new(&[("template.yaml", template), code, api, ("vercel.json", "{}")]);
    let said = project.problems();
    assert!(
        said.starts_with("Warning .: AWS Lambda (template.yaml) and Vercel (vercel.json) claim"),
        "{said}"
    );
    let apart =
        Inline::new(&[("a/host.json", host.1), ("a/function_app.py", azure), ("b/api/hello.py", api.1)]);
    assert_eq!(apart.problems(), "", "folders of their own");
}

/// A file of every kind that is read, valid to begin with.
const SEEDS: [(&str, &str); 12] = [
    ("template.yaml", include_str!("../../../../../sample-functions/orders/template.yaml")),
    ("serverless.yml", include_str!("../../../../../sample-functions/notes/serverless.yml")),
    (
        "stack.json",
        r#"{"Resources": {"A": {"Type": "AWS::Lambda::Function", "Properties": {"Code": ".", "Handler": "a.b", "Runtime": "python3.12", "Environment": {"Variables": {"X": {"Fn::Join": ["", ["a", {"Ref": "A"}]]}}}}}}}"#,
    ),
    ("vercel.json", r#"{"functions": {"api/*.py": {"maxDuration": 1, "memory": 512}}}"#),
    (
        "coldframe.toml",
        "ignore = ['x']\n[functions.a]\npath = 'b'\nhandler = 'c.d'\nenv = { A = 1 }\n[defaults]\nidle_seconds = 1\n",
    ),
    (".env", "A=1\nB=\"${A}\"\nexport C='x'\n"),
    ("lambda_function.py", "import os\ndef lambda_handler(event, context):\n    return \"\"\"x\"\"\"\n"),
    ("f/Cargo.toml", "[package]\nname = 'f'\n[dependencies]\nlambda_runtime = { workspace = true }\n"),
    ("api/[id].py", "class handler(BaseHTTPRequestHandler):\n    pass\n"),
    ("g/main.py", "import functions_framework\n@functions_framework.http\ndef hello(request): pass\n"),
    ("h/index.js", "const f = require('@google-cloud/functions-framework');\nf.http('x', (a, b) => {});\n"),
    (
        "manifest.yml",
        "packages:\n  p:\n    actions:\n      a: {function: g/main.py, web: true, inputs: {x: 1}}\n",
    ),
];

#[test]
fn garbage_in_any_file_is_never_a_panic() {
    let project = Inline::new(&SEEDS);
    assert!(!project.detect().apps.is_empty(), "the seeds are real");
    let mut state = 0x9e37_79b9_7f4a_7c15_u64;
    let mut random = |below: usize| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        usize::try_from(state % below.max(1) as u64).unwrap()
    };
    let rounds = 15;
    for (name, text) in SEEDS {
        for _ in 0..rounds {
            let mut bytes = text.as_bytes().to_vec();
            for _ in 0..=random(4) {
                let at = random(bytes.len());
                match random(4) {
                    0 => bytes[at] = u8::try_from(random(256)).unwrap(),
                    1 => bytes.truncate(at + 1),
                    2 => bytes.insert(at, b"{}[]:-&*!'\"$\n \t#.|>,"[random(20)]),
                    _ => bytes.extend_from_within(at..),
                }
            }
            project.write(name, &bytes);
            project.detect();
        }
        project.write(name, text.as_bytes());
    }
}

#[cfg(unix)]
#[test]
fn odd_things_in_a_project_are_passed_over() {
    let project = Inline::new(&[("real/lambda_function.py", "def lambda_handler(event, context): pass\n")]);
    let root = project.root();
    for name in
        ["template.yaml", "serverless.yml", "coldframe.toml", ".env", "bootstrap", "lambda_function.py"]
    {
        std::fs::create_dir(root.join(name)).unwrap();
    }
    std::os::unix::fs::symlink(&root, root.join("loop")).unwrap();
    std::os::unix::fs::symlink("nowhere", root.join("index.mjs")).unwrap();
    std::os::unix::fs::symlink("../real/lambda_function.py", root.join("real/handler.py")).unwrap();
    // Reading one of these would wait for a writer for ever.
    rustix::fs::mknodat(
        rustix::fs::CWD,
        root.join("real/vercel.json"),
        rustix::fs::FileType::Fifo,
        rustix::fs::Mode::RUSR,
        0,
    )
    .unwrap();
    let names: Vec<String> = project.detect().apps.into_iter().map(|app| app.name).collect();
    assert_eq!(names, ["real", "real-2"], "a link to a file counts as one");
    let missing = crate::registry::detect(&root.join("not/there"));
    assert_eq!(missing.problems.len(), 1, "a folder that is not there is one clear problem");
}

#[test]
fn what_cannot_be_read_is_named_and_costs_only_itself() {
    let python = "def lambda_handler(event, context): pass\n";
    let template = "Resources:\n  A: {Type: AWS::Serverless::Function}\n";
    let large = format!("{template}# {}", "x".repeat(1024 * 1024));
    let project = Inline::new(&[
        ("good/lambda_function.py", python),
        ("large/template.yaml", &large),
        ("data/large.yaml", &"x".repeat(2 * 1024 * 1024)),
        ("list/serverless.yml", "- a\n"),
        ("names/serverless.yml", "provider: aws\nfunctions: [a, b: {handler: c.d}]\n"),
        (
            "up/template.yaml",
            "Resources:\n  Up:\n    Type: AWS::Serverless::Function\n    Properties: {Runtime: python3.12, Handler: ../x.main}\n  Dot:\n    Type: AWS::Serverless::Function\n    Properties: {Runtime: python3.12, Handler: .etc.main}\n",
        ),
    ]);
    let latin = |text: &str| [text.as_bytes(), b"# caf\xe9\n"].concat();
    project.write("latin/template.yaml", &latin(template));
    project.write("coded/lambda_function.py", &latin(&format!("# coding: latin-1\n{python}")));
    project.write("data/latin.json", &latin("{}"));
    insta::assert_snapshot!(project.problems(), @r"
    Error names/serverless.yml:2: handler `c.d`: names/c.{js,mjs,cjs,ts} does not exist; hint: correct the handler, or create the file
    Error up/template.yaml:4: handler `../x.main` leads out of the code folder; hint: name a file in the code folder, or deploy the folder above
    Error up/template.yaml:7: handler `.etc.main` does not name a file and a function; hint: write it as FILE.FUNCTION, such as `app.lambda_handler`
    Error large/template.yaml: cannot read: it is larger than 1 MB; hint: split it, or name what is in it in coldframe.toml
    Error latin/template.yaml: cannot read: it is not UTF-8 text; hint: save it with the encoding UTF-8
    Error list/serverless.yml:1: it is a list, not a map; hint: begin it with service, provider and functions
    Warning names/serverless.yml:2: functions holds `a`, not a map of functions; hint: write NAME: {handler: FILE.FUNCTION}; it is left out
    ");
    let names: Vec<String> = project.detect().apps.into_iter().map(|app| app.name).collect();
    assert_eq!(names, ["b", "Up", "Dot", "coded", "good"]);
}

#[cfg(target_os = "linux")]
#[test]
fn a_file_with_nothing_to_read_yet_is_not_waited_for() {
    let project = Inline::new(&[("good/lambda_function.py", "def lambda_handler(event, context): pass\n")]);
    // Regular files by their kind; the first may be waited at for ever.
    for (name, target) in [(".env", "/proc/kmsg"), ("coldframe.toml", "/proc/self/mem")] {
        std::os::unix::fs::symlink(target, project.root().join(name)).unwrap();
    }
    assert_eq!(project.detect().apps.len(), 1);
}
