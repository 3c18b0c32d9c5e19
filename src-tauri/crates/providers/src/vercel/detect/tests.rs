use crate::testing::Inline;

const HANDLER: &str = "from http.server import BaseHTTPRequestHandler\n\nclass handler(BaseHTTPRequestHandler):\n    def do_GET(self): pass\n";

#[test]
fn files_under_api_with_a_handler_class_are_functions() {
    let project = Inline::new(&[
        ("api/index.py", HANDLER),
        (
            "api/users/[id].py",
            "import http.server\nclass handler(http.server.BaseHTTPRequestHandler): pass\n",
        ),
        ("api/_shared.py", HANDLER),
        ("api/.hidden.py", HANDLER),
        ("api/_lib/x.py", HANDLER),
        ("api/helper.py", "class handler: pass\n# class handler(BaseHTTPRequestHandler):\n"),
        ("api/hello.py", HANDLER),
        ("other/hello.py", HANDLER),
        ("second/api/hello.py", HANDLER),
        ("second/api/v1/api/deep.py", HANDLER),
    ]);
    insta::assert_snapshot!(project.summary(), @r"
    vercel api-hello: python python3.12 api/hello.py in . (300 s, 2048 MB)
      route ANY /api/hello
      why: api/hello.py lies under api and defines a class `handler` on BaseHTTPRequestHandler
      assumed: runtime python3.12, because no file names a version
      assumed: timeout 300 s, memory 2048 MB, as on Vercel when nothing is set; coldframe.toml can change them
    vercel api-index: python python3.12 api/index.py in . (300 s, 2048 MB)
      route ANY /api
      why: api/index.py lies under api and defines a class `handler` on BaseHTTPRequestHandler
      assumed: runtime python3.12, because no file names a version
      assumed: timeout 300 s, memory 2048 MB, as on Vercel when nothing is set; coldframe.toml can change them
    vercel api-users-id: python python3.12 api/users/[id].py in . (300 s, 2048 MB)
      route ANY /api/users/[id]
      why: api/users/[id].py lies under api and defines a class `handler` on BaseHTTPRequestHandler
      assumed: runtime python3.12, because no file names a version
      assumed: timeout 300 s, memory 2048 MB, as on Vercel when nothing is set; coldframe.toml can change them
    vercel api-hello-2: python python3.12 api/hello.py in second (300 s, 2048 MB)
      route ANY /api/hello
      why: second/api/hello.py lies under api and defines a class `handler` on BaseHTTPRequestHandler
      assumed: runtime python3.12, because no file names a version
      assumed: timeout 300 s, memory 2048 MB, as on Vercel when nothing is set; coldframe.toml can change them
      assumed: called `api-hello-2`, because another function is already called `api-hello`
    vercel api-v1-api-deep: python python3.12 api/v1/api/deep.py in second (300 s, 2048 MB)
      route ANY /api/v1/api/deep
      why: second/api/v1/api/deep.py lies under api and defines a class `handler` on BaseHTTPRequestHandler
      assumed: runtime python3.12, because no file names a version
      assumed: timeout 300 s, memory 2048 MB, as on Vercel when nothing is set; coldframe.toml can change them
    Warning api/helper.py: it defines no class `handler`; it is left out; hint: define one on BaseHTTPRequestHandler, or begin the name of what only helps with _
    ");
}

#[test]
fn vercel_json_sets_limits_and_its_mistakes_are_named() {
    let project = Inline::new(&[
        ("api/a.py", HANDLER),
        ("api/b.py", HANDLER),
        ("api/c/index.py", HANDLER),
        ("api/c.py", HANDLER),
        ("api/wsgi.py", "from flask import Flask\napp = Flask(__name__)\n"),
        (
            "vercel.json",
            "{\n  \"functions\": {\n    \"api/a.py\": {\"maxDuration\": 10, \"memory\": 1024},\n    \"api/b*.py\": {\"maxDuration\": 0, \"memory\": 1},\n    \"api/none.py\": {},\n    \"api/x.ts\": {}\n  }\n}\n",
        ),
    ]);
    insta::assert_snapshot!(project.summary(), @r"
    vercel api-a: python python3.12 api/a.py in . (10 s, 1024 MB)
      route ANY /api/a
      why: api/a.py lies under api and defines a class `handler` on BaseHTTPRequestHandler
      why: vercel.json sets limits for api/a.py
      assumed: runtime python3.12, because no file names a version
    vercel api-b: python python3.12 api/b.py in . (300 s, 2048 MB)
      route ANY /api/b
      why: api/b.py lies under api and defines a class `handler` on BaseHTTPRequestHandler
      why: vercel.json sets limits for api/b*.py
      assumed: runtime python3.12, because no file names a version
      assumed: timeout 300 s, memory 2048 MB, as on Vercel when nothing is set; coldframe.toml can change them
      assumed: vercel.json:4: memory `1` is not between 128 and 10240; write one from 128 to 10240; until then 2048 MB is used
      Warning vercel.json:4: maxDuration `0` is not between 1 and 800; hint: write one from 1 to 800; until then 300 s is used
      Warning vercel.json:4: memory `1` is not between 128 and 10240; hint: write one from 128 to 10240; until then 2048 MB is used
    vercel api-c-index: python python3.12 api/c/index.py in . (300 s, 2048 MB)
      route ANY /api/c
      why: api/c/index.py lies under api and defines a class `handler` on BaseHTTPRequestHandler
      assumed: runtime python3.12, because no file names a version
      assumed: timeout 300 s, memory 2048 MB, as on Vercel when nothing is set; coldframe.toml can change them
    vercel api-c: python python3.12 api/c.py in . (300 s, 2048 MB)
      route ANY /api/c
      why: api/c.py lies under api and defines a class `handler` on BaseHTTPRequestHandler
      assumed: runtime python3.12, because no file names a version
      assumed: timeout 300 s, memory 2048 MB, as on Vercel when nothing is set; coldframe.toml can change them
      Error api/c.py: api/c/index.py answers at /api/c already; hint: rename one of them
    Warning api/wsgi.py:2: WSGI and ASGI applications are not run yet; it is left out; hint: define a class `handler` on BaseHTTPRequestHandler
    Warning vercel.json:5: the pattern api/none.py matches no function; hint: correct it: Vercel refuses to build with it
    ");
    project.write("vercel.json", b"{ nope");
    assert!(project.problems().contains("Error vercel.json:1: "), "{}", project.problems());
}

#[test]
fn a_class_that_is_not_closed_yet_is_a_function_with_a_problem_to_come() {
    let project = Inline::new(&[
        ("api/torn.py", "class handler(BaseHTTPRequestHandler:\n    pass\n"),
        ("api/helper.py", "class other(BaseHTTPRequestHandler): pass\n"),
    ]);
    let summary = project.summary();
    assert!(summary.contains("api/torn.py") && !summary.contains("api/helper.py lies"), "{summary}");
}
