use crate::testing::Inline;

const PYTHON: &str = "def lambda_handler(event, context):\n    return event\n";
const VERCEL: &str =
    "from http.server import BaseHTTPRequestHandler\nclass handler(BaseHTTPRequestHandler): pass\n";

#[test]
fn two_of_the_files_own_may_run_the_same_file() {
    let project = Inline::new(&[
        ("svc/server.py", "print('no server')\n"),
        (
            "coldframe.toml",
            r#"[functions.one]
provider = "knative"
path = "svc"
handler = "python3 server.py"
env = { NAME = "one" }

[functions.two]
provider = "knative"
path = "svc"
handler = "python3 server.py"
env = { NAME = "two" }
"#,
        ),
    ]);
    let detection = project.detect();
    let apps: Vec<_> =
        detection.apps.iter().map(|app| (app.name.as_str(), app.env["NAME"].as_str())).collect();
    assert_eq!(apps, [("one", "one"), ("two", "two")], "{:?}", detection.problems);
}

#[test]
fn detected_functions_are_changed_added_to_and_left_out() {
    let project = Inline::new(&[
        ("hello/lambda_function.py", PYTHON),
        ("gone/lambda_function.py", PYTHON),
        ("quiet/lambda_function.py", PYTHON),
        ("examples/x/lambda_function.py", PYTHON),
        ("other/app.py", "def main(event, context): pass\n"),
        ("site/pages/hello.py", VERCEL),
        ("bare/index.mjs", "export const handler = 1;\n"),
        (
            "template.yaml",
            "Parameters: {Stage: {Type: String}}\nResources:\n  Sam:\n    Type: AWS::Serverless::Function\n    Properties:\n      CodeUri: other\n      Handler: app.mian\n      Runtime: python3.12\n      Environment: {Variables: {STAGE: !Ref Stage, KEY: !ImportValue x}}\n",
        ),
        (
            "coldframe.toml",
            r#"ignore = ["/examples/"]

[parameters]
Stage = "test"

[defaults]
idle_seconds = 20
env = { LEVEL = "debug", KEPT = 1 }

[functions.hello]
timeout_seconds = 30
concurrency = 2
idle_seconds = 60
env = { LEVEL = "own", PORT = 80 }
routes = ["get /hello", "$default"]
streaming = true

[functions.hello.cors]
allow_origins = ["https://example.org"]
max_age_seconds = 5

[functions.gone]
enabled = false

[functions.Sam]
handler = "app.main"
env.KEY = "given"

[functions.extra]
path = "other"
handler = "app.main"
runtime = "python3.13"
memory_mb = 256

[functions.guessed]
path = "bare"

[functions.page]
provider = "vercel"
path = "site"
handler = "pages/hello.py"
"#,
        ),
    ]);
    insta::assert_snapshot!(project.summary(), @r"
    aws Sam: python python3.12 app.main in other (3 s, 128 MB)
      env KEPT=1
      env KEY=given
      env LEVEL=debug
      env STAGE=test
      why: template.yaml declares Sam, an AWS::Serverless::Function
      why: coldframe.toml sets its handler or runtime
    aws hello: python python3.12 lambda_function.lambda_handler in hello (30 s, 128 MB)
      route GET /hello
      route ANY $default
      streams
      env KEPT=1
      env LEVEL=own
      env PORT=80
      why: hello/lambda_function.py defines `lambda_handler`
      why: coldframe.toml sets timeout_seconds, concurrency, idle_seconds
      assumed: runtime python3.12, because no file names a version
      assumed: memory 128 MB, as nothing sets it
    aws quiet: python python3.12 lambda_function.lambda_handler in quiet (3 s, 128 MB)
      env KEPT=1
      env LEVEL=debug
      why: quiet/lambda_function.py defines `lambda_handler`
      assumed: runtime python3.12, because no file names a version
      assumed: timeout 3 s, memory 128 MB, as on AWS when nothing is set; coldframe.toml can change them
    aws extra: python python3.13 app.main in other (3 s, 256 MB)
      env KEPT=1
      env LEVEL=debug
      why: coldframe.toml declares extra
      why: coldframe.toml sets memory_mb
    aws guessed: node nodejs22.x index.handler in bare (3 s, 128 MB)
      env KEPT=1
      env LEVEL=debug
      why: coldframe.toml declares guessed
      why: bare/index.mjs exports `handler`
      assumed: runtime nodejs22.x, because no file names a version
      assumed: timeout 3 s, memory 128 MB, as on AWS when nothing is set; coldframe.toml can change them
    vercel page: python python3.12 pages/hello.py in site (300 s, 2048 MB)
      route ANY /pages/hello
      env KEPT=1
      env LEVEL=debug
      why: coldframe.toml declares page
      assumed: runtime python3.12, because no file names a version
      assumed: timeout 300 s, memory 2048 MB, as on Vercel when nothing is set; coldframe.toml can change them
    ");
    let apps = project.detect().apps;
    let hello = apps.iter().find(|app| app.name == "hello").expect("hello is still there");
    assert_eq!((hello.settings.idle.as_secs(), hello.settings.concurrency), (60, Some(2)));
    let cors = hello.functions[0].url.cors.clone().expect("CORS settings");
    assert_eq!((cors.allow_origins, cors.max_age), (vec!["https://example.org".to_owned()], Some(5)));
    let quiet = apps.iter().find(|app| app.name == "quiet").expect("quiet is there");
    assert_eq!(quiet.settings.idle.as_secs(), 20, "the default counts where nothing else does");
    assert!(apps.iter().all(|app| app.manifests.contains(&project.root().join("coldframe.toml"))));
}

#[test]
fn mistakes_are_errors_with_their_line() {
    let problems = |text: &str| {
        let project = Inline::new(&[("hello/lambda_function.py", PYTHON), ("coldframe.toml", text)]);
        assert!(project.detect().apps.iter().any(|app| app.name == "hello"), "everything else goes on");
        project.problems()
    };
    let all = [
        "[functions.hello]\n\ntimeout = 3\n",
        "[function.hello]\n",
        "[functions.hello]\nmemory_mb = \"big\"\n",
        "[functions.hello]\nmemory_mb = 64\n",
        "[functions.hello]\nmemory_mb = -1\ntimeout_seconds = 0\nephemeral_mb = 1.5\nconcurrency = [1]\n",
        "[functions.hello\n",
        "\n[functions.helo]\nkept_warm = 1\n",
        "[functions.hello]\nkept_warm = -1\n",
        "[defaults]\nalways_cold = \"yes\"\n",
        "[functions]\nhello = 3\n",
        "[functions.\"a b\"]\npath = \".\"\n",
        "[functions.new]\npath = \"nowhere\"\nhandler = \"a.b\"\n",
        "[functions.new]\npath = \".\"\nhandler = \"a.b\"\nruntime = \"cobol\"\n",
        "[functions.hello]\nenv = { \"a-b\" = 1, LIST = [1] }\n",
        "[functions.hello]\nroutes = [\"hello\"]\n",
        "ignore = [\"{a\"]\n",
        "[parameters]\nA = [1]\n",
        "[record]\nredact = [\"ssn\",\n  \"*\", \"a b\"]\n",
        "[functions.v]\nprovider = \"vercel\"\npath = \".\"\n",
        "[functions.v]\nprovider = \"vercel\"\npath = \".\"\nhandler = \"api/nope.py\"\n",
    ]
    .map(problems);
    insta::assert_snapshot!(all.concat(), @r#"
    Error coldframe.toml:3: unknown field `timeout`, expected one of `enabled`, `provider`, `path`, `handler`, `runtime`, `description`, `architecture`, `timeout_seconds`, `memory_mb`, `ephemeral_mb`, `concurrency`, `instance_concurrency`, `start_seconds`, `idle_seconds`, `kept_warm`, `always_cold`, `emulate_cpu_share`, `ask_for_keys`, `follow_schedules`, `env`, `routes`, `streaming`, `cors`; hint: correct the file; nothing in it is used until then
    Error coldframe.toml:1: unknown field `function`, expected one of `ignore`, `parameters`, `record`, `defaults`, `functions`; hint: correct the file; nothing in it is used until then
    Warning coldframe.toml:2: memory_mb is `big`, not a whole number of MB from 128 to 10240; hint: Lambda refuses it: write one from 128 to 10240; until then 128 MB is used
    Warning coldframe.toml:2: memory_mb is `64`, not a whole number of MB from 128 to 10240; hint: Lambda refuses it: write one from 128 to 10240; until then 128 MB is used
    Warning coldframe.toml:3: timeout_seconds is `0`, not a whole number of seconds from 1 to 900; hint: Lambda refuses it: write one from 1 to 900; until then 3 s is used
    Warning coldframe.toml:2: memory_mb is `-1`, not a whole number of MB from 128 to 10240; hint: Lambda refuses it: write one from 128 to 10240; until then 128 MB is used
    Warning coldframe.toml:4: ephemeral_mb is `1.5`, not a whole number of MB from 512 to 10240; hint: Lambda refuses it: write one from 512 to 10240; until then 512 MB is used
    Warning coldframe.toml:5: concurrency is an array, not a whole number of instances from 0 to 100000; hint: Lambda refuses it: write one from 0 to 100000; until then the account's limit is used
    Error coldframe.toml:1: unclosed table, expected `]`; hint: correct the file; nothing in it is used until then
    Error coldframe.toml:2: no function is called `helo`; hint: add a path to make it one, or one of: hello
    Error coldframe.toml:2: `-1` stands where a whole number, 0 or more, is expected; hint: correct the file; nothing in it is used until then
    Error coldframe.toml:2: `"yes"` stands where true or false is expected; hint: correct the file; nothing in it is used until then
    Error coldframe.toml:2: `3` stands where a table is expected; hint: correct the file; nothing in it is used until then
    Error coldframe.toml:1: `a b` cannot be a function's name; hint: use letters, digits, - and _, such as `a-b`
    Error coldframe.toml:2: code folder nowhere does not exist; hint: correct the path
    Warning coldframe.toml:2: function `new` needs cobol, which Coldframe does not run; it is left out; hint: it runs python3.x, nodejs, java, ruby and provided runtimes
    Warning coldframe.toml:2: environment variable `LIST` is neither a text, a number nor true or false; it is left out; hint: write the value in quotes
    Warning coldframe.toml:2: environment variable `a-b` has no name a variable can have; it is left out; hint: use letters, digits and underscores, not beginning with a digit
    Warning coldframe.toml:2: `hello` is no route; it is left out; hint: write a method and a path, such as "GET /hello", or "$default"
    Error coldframe.toml:1: error parsing glob '{a': unclosed alternate group; missing '}' (maybe escape '{' with '[{]'?); hint: write it as a line of .gitignore
    Warning coldframe.toml:2: parameter `A` is neither a text, a number nor true or false; it is left out; hint: write the value in quotes
    Warning coldframe.toml:3: `*` is no name whose values the record could leave out; it is ignored; hint: write 2 to 100 letters or digits, with _ - . and * for anything between
    Warning coldframe.toml:3: `a b` is no name whose values the record could leave out; it is ignored; hint: write 2 to 100 letters or digits, with _ - . and * for anything between
    Error coldframe.toml:3: Vercel's function `v` needs its file; hint: add a handler, such as "api/hello.py"
    Error coldframe.toml:4: api/nope.py does not exist; hint: correct the path or the handler
    "#);
}
