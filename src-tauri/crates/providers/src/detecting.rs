//! Detection as a whole: every provider's apps, then what a person overrides, then `.env`, then names that are
//! unique and safe to call.

use std::{
    collections::{BTreeMap, BTreeSet},
    path::{Path, PathBuf},
};

use crate::{
    aws::detect::limits::no_value_for,
    domain::{App, Detection, Language, Problem, ProviderId, Reported, Severity},
    env_file,
    languages::python,
    overrides::Overrides,
    project::Project,
    provider::Provider,
    registry,
};

/// One provider's apps in a project.
pub(crate) type Detect = fn(&Project, &Given) -> Detection;

/// What a person gave to detection in `coldframe.toml`.
#[derive(Debug, Default)]
pub(crate) struct Given {
    pub(crate) parameters: Parameters,
    /// Code folders of functions that are declared there.
    pub(crate) folders: BTreeSet<PathBuf>,
}

/// Values for template parameters and command-line options, from `[parameters]` in `coldframe.toml`.
pub(crate) type Parameters = BTreeMap<String, String>;

pub(crate) fn detect(root: &Path, providers: &[&Provider], reported: &Reported) -> Detection {
    let mut project = Project::scan(root);
    project.reported.clone_from(reported);
    let mut detection = Detection { apps: Vec::new(), problems: std::mem::take(&mut project.problems) };
    let overrides = Overrides::read(&project, &mut detection.problems);
    detection.problems.extend(project.leave_out(overrides.ignored()));
    let given = overrides.given(&project);
    for provider in providers {
        let found = (provider.detect)(&project, &given);
        detection.apps.extend(found.apps);
        detection.problems.extend(found.problems);
    }
    // Before overrides, so that `[functions.hello-2]` names what the first detection showed.
    make_unique(&mut detection);
    overrides.apply(&project, &mut detection);
    add_env_files(&project, &mut detection);
    note_broken_environments(&project, &mut detection);
    note_shared_files(&project, &mut detection);
    note_closed_files(&project, &mut detection);
    for app in &mut detection.apps {
        // What keeps it from running is said before what is only worth knowing.
        app.problems.sort_by_key(|problem| problem.severity != Severity::Error);
    }
    detection
}

/// Files that kept what they say from detection: each is said once, of its function where it is known to be one's.
fn note_closed_files(project: &Project, detection: &mut Detection) {
    for (file, problem) in project.take_closed() {
        let told = |known: &Problem| known.file == problem.file;
        let apps = || detection.apps.iter().flat_map(|app| &app.problems);
        // Whoever needed it has said so, but for a text that could be read all the same.
        if problem.severity != Severity::Error && apps().chain(&detection.problems).any(told) {
            continue;
        }
        match detection.apps.iter_mut().find(|app| source_of(app) == file.with_extension("")) {
            Some(app) => app.problems.push(problem),
            None => detection.problems.push(problem),
        }
    }
}

/// The file that an app's handler names, without its ending.
fn source_of(app: &App) -> PathBuf {
    let stem = app.handler.rsplit_once('.').map_or(app.handler.as_str(), |(stem, _)| stem);
    app.root.join(stem)
}

/// Values from `.env` files stand under the function's own.
fn add_env_files(project: &Project, detection: &mut Detection) {
    let mut told = BTreeSet::new();
    for app in &mut detection.apps {
        let names = registry::of(app.provider).env_files;
        let (file, paths) = env_file::beside(project, &app.root, names);
        for (name, value) in file.variables {
            app.problems.retain(|problem| !problem.message.starts_with(&no_value_for(&name)));
            app.env.entry(name).or_insert(value);
        }
        app.manifests.extend(paths);
        for problem in file.problems {
            if told.insert((problem.file.clone(), problem.line)) {
                detection.problems.push(problem);
            }
        }
    }
}

/// A virtual environment that is passed over because its interpreter is gone.
fn note_broken_environments(project: &Project, detection: &mut Detection) {
    let python = detection.apps.iter_mut().filter(|app| app.language == Language::Python);
    for app in python {
        if let Some(environment) = python::broken_environment(&app.root, project.root()) {
            let shown = project.shown(&environment);
            app.problems.push(
                Problem::warning("its interpreter is gone, so this virtual environment is not used")
                    .at(&shown, None)
                    .hint(format!("make it anew: python3 -m venv --clear {shown}")),
            );
        }
    }
}

/// A file that two providers' rules take for a function: both run it, and a person says which it is.
fn note_shared_files(project: &Project, detection: &mut Detection) {
    let mut claims: BTreeMap<PathBuf, BTreeSet<ProviderId>> = BTreeMap::new();
    for app in &detection.apps {
        claims.entry(source_of(app)).or_default().insert(app.provider);
    }
    for app in &mut detection.apps {
        let file = source_of(app);
        let other = claims.get(&file).and_then(|all| all.iter().find(|one| **one != app.provider));
        if let Some(other) = other {
            let message =
                format!("{} is taken for a function of {} too", project.shown(&file), other.title());
            let hint = format!(
                "leave one of them out in coldframe.toml: [functions.{}] provider = \"{}\", enabled = false",
                app.name,
                other.as_str()
            );
            app.problems.push(Problem::warning(message).hint(hint));
        }
    }
}

/// Gives every app and function of a provider a name of its own: the second of two gets a suffix and says so.
pub(crate) fn make_unique(detection: &mut Detection) {
    let mut taken = BTreeSet::new();
    for app in &mut detection.apps {
        let wanted = app.name.clone();
        let mut name = wanted.clone();
        for number in 2.. {
            // Host names do not tell upper from lower case.
            if taken.insert((app.provider, name.to_lowercase())) {
                break;
            }
            name = format!("{wanted}-{number}");
        }
        if name != wanted {
            rename(app, &name);
            app.assumed
                .push(format!("called `{name}`, because another function is already called `{wanted}`"));
        }
    }
}

/// An app of one function shares its name with it.
pub(crate) fn rename(app: &mut App, name: &str) {
    for function in &mut app.functions {
        if function.name == app.name {
            function.name = name.into();
        }
    }
    app.name = name.into();
}

#[cfg(test)]
mod tests {
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
    fn the_worst_problem_comes_first() {
        let template = "Resources:\n  A:\n    Type: AWS::Serverless::Function\n    Properties:\n      Runtime: python3.12\n      \
                        Handler: app.main\n      Description: !ImportValue x\n      Timeout: 0\n";
        let app = Inline::new(&[("template.yaml", template)]).only();
        let all: Vec<_> =
            app.problems.iter().map(|problem| (problem.line, problem.message.as_str())).collect();
        assert_eq!(
            all,
            [
                (Some(6), "handler `app.main`: app.py does not exist"),
                (
                    Some(7),
                    "Description of A is not known: Fn::ImportValue is not decided by the template alone"
                ),
                (Some(8), "Timeout is `0`, not a whole number of seconds from 1 to 900"),
            ]
        );
        assert_eq!(app.assumed, Vec::<String>::new(), "a problem is no assumption");
    }

    #[test]
    fn a_source_in_utf_16_is_found_and_named() {
        let project = Inline::new(&[]);
        let text = "def lambda_handler(event, context):\n    return 'caf\u{e9}'\n";
        let bytes: Vec<u8> =
            [0xfeff].into_iter().chain(text.encode_utf16()).flat_map(u16::to_le_bytes).collect();
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
        let project =
            Inline::new(&[("shut/lambda_function.py", python), ("open/lambda_function.py", python)]);
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
        let project =
            Inline::new(&[("f/index.js", "async function main(params) {}\nexports.main = main;\n")]);
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

    /// A file of every kind that is read, valid to begin with.
    const SEEDS: [(&str, &str); 12] = [
        ("template.yaml", include_str!("../../../../sample-functions/orders/template.yaml")),
        ("serverless.yml", include_str!("../../../../sample-functions/notes/serverless.yml")),
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
        (
            "h/index.js",
            "const f = require('@google-cloud/functions-framework');\nf.http('x', (a, b) => {});\n",
        ),
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
        let project =
            Inline::new(&[("real/lambda_function.py", "def lambda_handler(event, context): pass\n")]);
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
        let project =
            Inline::new(&[("good/lambda_function.py", "def lambda_handler(event, context): pass\n")]);
        // Regular files by their kind; the first may be waited at for ever.
        for (name, target) in [(".env", "/proc/kmsg"), ("coldframe.toml", "/proc/self/mem")] {
            std::os::unix::fs::symlink(target, project.root().join(name)).unwrap();
        }
        assert_eq!(project.detect().apps.len(), 1);
    }
}
