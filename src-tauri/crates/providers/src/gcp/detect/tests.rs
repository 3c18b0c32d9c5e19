use crate::testing::Inline;

const HTTP: &str =
    "import functions_framework\n\n@functions_framework.http\ndef hello(request):\n    return 'x'\n";

#[test]
fn functions_are_found_with_what_they_take() {
    let project = Inline::new(&[
        ("a/main.py", HTTP),
        ("a/requirements.txt", "functions-framework==3.*\n"),
        ("b/src/fn.js", "exports.handle = (req, res) => res.send('x');\n"),
        (
            "b/src/package.json",
            r#"{"main": "fn.js", "dependencies": {"@google-cloud/functions-framework": "^5"}, "engines": {"node": ">=20"}}"#,
        ),
        ("plain/main.py", "def main(request):\n    pass\n"),
        (
            "coldframe.toml",
            "[functions.hello]\ntimeout_seconds = 5000\ninstance_concurrency = 4\n[functions.other]\nprovider = 'gcp'\npath = 'plain'\nhandler = 'main.main'\nmemory_mb = 256\n",
        ),
    ]);
    insta::assert_snapshot!(project.summary(), @r"
    gcp hello: python python312 main.hello in a (300 s, 512 MB)
      env FUNCTION_SIGNATURE_TYPE=http
      why: a/main.py registers `hello` with @functions_framework.http
      why: coldframe.toml sets instance_concurrency
      assumed: runtime python312, because no file names a version
      assumed: timeout 300 s, memory 512 MB, 80 calls at once in an instance, as on Cloud Run when nothing is set; coldframe.toml can change them
      Warning coldframe.toml:2: timeout_seconds is `5000`, not a whole number of seconds from 1 to 3600; hint: Cloud Run refuses it: write one from 1 to 3600; until then 300 s is used
    gcp handle: node nodejs22 fn.handle in b/src (300 s, 512 MB)
      env FUNCTION_SIGNATURE_TYPE=http
      why: b/src/fn.js exports `handle`, and its folder asks for the functions framework
      assumed: runtime nodejs22, which engines in b/src/package.json allows (>=20)
      assumed: timeout 300 s, memory 512 MB, 80 calls at once in an instance, as on Cloud Run when nothing is set; coldframe.toml can change them
    gcp other: python python312 main.main in plain (300 s, 256 MB)
      env FUNCTION_SIGNATURE_TYPE=http
      why: coldframe.toml declares other
      why: coldframe.toml sets memory_mb
      assumed: runtime python312, because no file names a version
      assumed: timeout 300 s, as nothing sets it
    ");
}

#[test]
fn a_declaration_that_leads_nowhere_is_named() {
    let project = Inline::new(&[
        ("a/main.py", "x = 1\n"),
        (
            "coldframe.toml",
            "[functions.none]\nprovider = 'gcp'\npath = 'a'\n[functions.lost]\nprovider = 'gcp'\npath = 'a'\nhandler = 'app.main'\n[functions.gone]\nprovider = 'gcp'\npath = 'a'\nhandler = 'main.gone'\n",
        ),
    ]);
    insta::assert_snapshot!(project.problems(), @r#"
    Error a/main.py: it does not define `gone`; hint: correct the handler's name, or add the function
    Error coldframe.toml:6: handler `app.main` names no file and function of a; hint: write it as FILE.FUNCTION, such as `main.hello_http`
    Error coldframe.toml:3: nothing in a looks like a function; hint: add its handler, such as "main.hello_http"
    "#);
}
