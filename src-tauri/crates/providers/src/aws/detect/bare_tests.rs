use crate::testing::Inline;

const PYTHON: &str = "def lambda_handler(event, context):\n    return event\n";

#[test]
fn every_bare_kind_is_found_and_says_why() {
    let project = Inline::new(&[
        ("hello/lambda_function.py", PYTHON),
        ("orders/handler.py", "import json\n\ndef create(event, context):\n    pass\n"),
        ("web/index.mjs", "export const handler = async (event) => event;\n"),
        ("typed/index.ts", "export const handler = awslambda.streamifyResponse(async () => {});\n"),
        ("typed/index.js", "exports.handler = 1\n"),
        ("old/index.js", "exports.handler = async () => 1;\n"),
        ("shell/bootstrap", "#!/bin/sh\necho $_HANDLER\n"),
        ("shell/function.sh", "function handler () {\n"),
        ("fast/Cargo.toml", "[package]\nname = \"quick\"\n[dependencies]\nlambda_runtime = \"1\"\n"),
        ("fast/src/main.rs", "fn main() {}\n"),
    ]);
    insta::assert_snapshot!(project.summary(), @r"
    aws fast: rust provided.al2023 quick in fast (3 s, 128 MB)
      why: fast/Cargo.toml depends on lambda_runtime and builds `quick`
      assumed: runtime provided.al2023, which is what a compiled program runs on
      assumed: timeout 3 s, memory 128 MB, as on AWS when nothing is set; coldframe.toml can change them
    aws hello: python python3.12 lambda_function.lambda_handler in hello (3 s, 128 MB)
      why: hello/lambda_function.py defines `lambda_handler`
      assumed: runtime python3.12, because no file names a version
      assumed: timeout 3 s, memory 128 MB, as on AWS when nothing is set; coldframe.toml can change them
    aws old: node nodejs22.x index.handler in old (3 s, 128 MB)
      why: old/index.js exports `handler`
      assumed: runtime nodejs22.x, because no file names a version
      assumed: timeout 3 s, memory 128 MB, as on AWS when nothing is set; coldframe.toml can change them
    aws orders: python python3.12 handler.create in orders (3 s, 128 MB)
      why: orders/handler.py defines `create`
      assumed: runtime python3.12, because no file names a version
      assumed: timeout 3 s, memory 128 MB, as on AWS when nothing is set; coldframe.toml can change them
    aws shell: custom provided.al2023 function.handler in shell (3 s, 128 MB)
      why: shell/bootstrap is a program with the name of a custom runtime
      assumed: runtime provided.al2023, which is what a bootstrap runs on
      assumed: timeout 3 s, memory 128 MB, as on AWS when nothing is set; coldframe.toml can change them
    aws typed: typescript nodejs22.x index.handler in typed (3 s, 128 MB)
      streams
      why: typed/index.ts exports `handler`
      assumed: runtime nodejs22.x, because no file names a version
      assumed: timeout 3 s, memory 128 MB, as on AWS when nothing is set; coldframe.toml can change them
      assumed: typed/index.ts is run, not typed/index.js beside it
      assumed: its function URL streams, because typed/index.ts calls awslambda.streamifyResponse
    aws web: node nodejs22.x index.handler in web (3 s, 128 MB)
      why: web/index.mjs exports `handler`
      assumed: runtime nodejs22.x, because no file names a version
      assumed: timeout 3 s, memory 128 MB, as on AWS when nothing is set; coldframe.toml can change them
    ");
}

#[test]
fn what_only_looks_like_a_function_is_left_alone() {
    let project = Inline::new(&[
        ("logs/handler.py", "import logging\nhandler = logging.StreamHandler()\n"),
        ("lib/index.js", "export default function handler(req, res) {}\n"),
        ("site/index.ts", "export const x = 1;\n"),
        ("node_modules/a/index.js", "exports.handler = 1;\n"),
        (".venv/lambda_function.py", PYTHON),
        ("env/pyvenv.cfg", "version = 3.11.2\n"),
        ("env/lambda_function.py", PYTHON),
        ("made/index.js", "exports.handler = 1;\n"),
        (".gitignore", "/made/\n"),
        ("dist/index.js", "exports.handler = 1;\n"),
        ("auto/bootstrap", "#!/bin/sh\nautoreconf -i\n"),
        ("tool/Cargo.toml", "[package]\nname = \"tool\"\n[dependencies]\nserde = \"1\"\n"),
        ("tool/src/main.rs", "fn main() {}\n"),
    ]);
    insta::assert_snapshot!(project.summary(), @"");
}

#[test]
fn the_root_lends_its_name_and_equal_names_get_suffixes() {
    let project = Inline::new(&[
        ("index.mjs", "export const handler = 1;\n"),
        ("a/hello/lambda_function.py", PYTHON),
        ("b/Hello/lambda_function.py", PYTHON),
        ("b/Hello/handler.py", "def handler(event, context): pass\n"),
    ]);
    let names: Vec<String> = project.detect().apps.into_iter().map(|app| app.name).collect();
    assert_eq!(names, ["project", "hello", "Hello-2", "Hello-3"]);
}

#[test]
fn the_runtime_comes_from_the_nearest_file_that_names_one() {
    let project = Inline::new(&[
        ("a/lambda_function.py", PYTHON),
        ("a/.venv/pyvenv.cfg", "home = /usr/bin\nversion = 3.11.7\n"),
        ("b/lambda_function.py", PYTHON),
        ("b/.python-version", "3.13\n"),
        ("c/lambda_function.py", PYTHON),
        ("pyproject.toml", "[project]\nrequires-python = \">=3.10,<4\"\n"),
        ("d/index.mjs", "export const handler = 1;\n"),
        ("d/package.json", "{\"engines\": {\"node\": \">=20.10\"}}"),
        (".nvmrc", "v24\n"),
        ("e/index.mjs", "export const handler = 1;\n"),
    ]);
    let runtimes: Vec<String> = project.detect().apps.into_iter().map(|app| app.runtime).collect();
    assert_eq!(runtimes, ["python3.11", "python3.13", "python3.12", "nodejs22.x", "nodejs24.x"]);
}

#[test]
fn cargo_workspaces_renames_and_several_binaries_are_understood() {
    let project = Inline::new(&[
        (
            "Cargo.toml",
            "[workspace]\nmembers=['f']\n[workspace.dependencies]\nlr = { package = 'lambda_runtime', version = '1' }\n",
        ),
        (
            "f/Cargo.toml",
            "[package]\nname='f'\n[dependencies]\nlr.workspace = true\n[[bin]]\nname='one'\npath='src/first.rs'\n",
        ),
        ("f/src/first.rs", "fn main() {}\n"),
        ("f/src/bin/two.rs", "use lambda_runtime::StreamResponse;\n"),
    ]);
    insta::assert_snapshot!(project.summary(), @r"
    aws one: rust provided.al2023 one in f (3 s, 128 MB)
      why: f/Cargo.toml depends on lambda_runtime and builds `one`
      assumed: runtime provided.al2023, which is what a compiled program runs on
      assumed: timeout 3 s, memory 128 MB, as on AWS when nothing is set; coldframe.toml can change them
    aws two: rust provided.al2023 two in f (3 s, 128 MB)
      streams
      why: f/Cargo.toml depends on lambda_runtime and builds `two`
      assumed: runtime provided.al2023, which is what a compiled program runs on
      assumed: timeout 3 s, memory 128 MB, as on AWS when nothing is set; coldframe.toml can change them
      assumed: its function URL streams, because f/src/bin/two.rs answers with a stream
    ");
    let app = project.detect().apps.remove(0);
    assert_eq!(app.manifests, [project.root().join("f/Cargo.toml"), project.root().join("Cargo.toml")]);
}

#[test]
fn mistakes_are_named() {
    let project = Inline::new(&[
        ("a/lambda_function.py", "def handle(x): pass\n"),
        ("b/Cargo.toml", "[package]\nname = 'b'\n\n[dependencies\nlambda_runtime = '1'\n"),
        ("c/other", ""),
    ]);
    project.write("c/../d/lambda_function.py", b"\xff\xfe\x00");
    insta::assert_snapshot!(project.problems(), @r"
    Error a/lambda_function.py: it does not define `lambda_handler`; hint: add `def lambda_handler(event, context):`, or name another in coldframe.toml
    Error d/lambda_function.py: it does not define `lambda_handler`; hint: add `def lambda_handler(event, context):`, or name another in coldframe.toml
    Error d/lambda_function.py: it is saved as UTF-16, which its runtime does not read; hint: save it with the encoding UTF-8
    Error b/Cargo.toml:4: unclosed table, expected `]`; hint: correct the file
    ");
}

#[cfg(unix)]
#[test]
fn a_bootstrap_that_may_not_run_says_what_to_do() {
    let project = Inline::new(&[("a/x", "")]);
    std::fs::write(project.root().join("a/bootstrap"), "#!/bin/sh\n").unwrap();
    assert_eq!(
        project.problems(),
        "Error a/bootstrap: bootstrap is not executable; hint: chmod +x a/bootstrap\n"
    );
    std::fs::write(project.root().join("a/bootstrap"), "echo hello\n").unwrap();
    assert_eq!(project.problems(), "", "a text like any other");
    let executable = std::os::unix::fs::PermissionsExt::from_mode(0o755);
    std::fs::set_permissions(project.root().join("a/bootstrap"), executable).unwrap();
    assert_eq!(
        project.problems(),
        "Error a/bootstrap:1: bootstrap is neither a compiled program nor does it begin with \
         `#!` and an interpreter; hint: write the interpreter in its first line, such as #!/bin/sh\n"
    );
}

#[cfg(unix)]
#[test]
fn a_link_to_a_folder_of_functions_is_named() {
    let project =
        Inline::new(&[("hello/lambda_function.py", "def lambda_handler(event, context):\n    pass\n")]);
    let elsewhere = Inline::new(&[("lambda_function.py", "def lambda_handler(event, context):\n    pass\n")]);
    std::os::unix::fs::symlink(elsewhere.root(), project.root().join("linked")).unwrap();
    std::os::unix::fs::symlink(project.root().join("hello"), project.root().join("again")).unwrap();
    std::os::unix::fs::symlink("/nowhere", project.root().join("dangling")).unwrap();
    insta::assert_snapshot!(project.problems(), @r"
    Warning linked: this link to a folder is not searched for functions; hint: give its function a table in coldframe.toml, with the link as its path; or open the folder it leads to
    ");
}
