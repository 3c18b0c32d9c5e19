use crate::testing::Inline;

const HOST: &str = "{\"version\": \"2.0\"}";

/// Names, routes and bindings of every function.
fn functions(project: &Inline) -> String {
    let mut text = String::new();
    for app in project.detect().apps {
        text.push_str(&format!("{} ({} {})\n", app.name, app.language.as_str(), app.handler));
        for function in &app.functions {
            let routes: Vec<String> =
                function.routes.iter().map(|route| format!("{} {}", route.method, route.path)).collect();
            let bindings: Vec<String> = function
                .bindings
                .iter()
                .map(|one| {
                    format!(
                        "{}{}:{}{:?}",
                        if one.output { ">" } else { "" },
                        one.name,
                        one.kind,
                        one.settings
                    )
                })
                .collect();
            text.push_str(&format!("  {} [{}] {}\n", function.name, routes.join(", "), bindings.join(" ")));
        }
    }
    text
}

#[test]
fn decorators_are_read_as_they_stand() {
    let project = Inline::new(&[
        ("g/host.json", HOST),
        (
            "g/function_app.py",
            "import azure.functions as func\nfrom bp import bp\napp = func.FunctionApp(http_auth_level=func.AuthLevel.ANONYMOUS)\napp.register_blueprint(bp)\n\n\
             @app.route(route=\"hello/{name}\", methods=[\"get\", func.HttpMethod.POST], auth_level=func.AuthLevel.ADMIN)\ndef hello(req): pass\n\n\
             @app.function_name('Other')\n@app.route()\n@app.queue_output(arg_name='out', queue_name='q', connection='C')\nasync def other(req, out): pass\n\n\
             @app.schedule(schedule='0 */5 * * * *', arg_name='tick')\ndef tick(tick): pass\n\n\
             @app.route(route=PREFIX + 'x')\ndef computed(req): pass\n\n# @app.route()\ndef helper(): pass\n",
        ),
        (
            "g/bp.py",
            "import azure.functions as func\nbp = func.Blueprint()\n@bp.service_bus_queue_trigger(arg_name='m', queue_name='q', connection='C')\ndef served(m): pass\n",
        ),
    ]);
    insta::assert_snapshot!(functions(&project), @r#"
    g (python function_app.py)
      hello [GET /api/hello/{name}, POST /api/hello/{name}] req:httpTrigger{"authLevel": "admin"} >$return:http{}
      Other [ANY /api/Other] req:httpTrigger{"authLevel": "anonymous"} >$return:http{} >out:queue{"connection": "C", "queueName": "q"}
      tick [] tick:timerTrigger{"schedule": "0 */5 * * * *"}
      served [] m:serviceBusTrigger{"connection": "C", "queueName": "q"}
      g-unindexed [ANY /api/{*rest}] req:httpTrigger{"authLevel": "anonymous"}
    "#);
    insta::assert_snapshot!(project.problems(), @r#"
    Warning g/function_app.py:17: the route of computed is only known when it runs; hint: call a path below /api or invoke g-unindexed: the app is started and says which functions it has
    "#);
}

#[test]
fn registrations_are_read_as_they_stand() {
    let project = Inline::new(&[
        ("js/host.json", "{\"version\": \"2.0\", \"extensions\": {\"http\": {\"routePrefix\": \"v1\"}}}"),
        ("js/package.json", "{\"main\": \"src/{index.js,functions/*.js}\"}"),
        (
            "js/src/functions/a.js",
            "const { app } = require('@azure/functions');\napp.http('hello', { route: 'hello/{id:int}', handler: async () => ({}) });\n\
             app.post('made', async () => ({}));\napp.timer('tick', { schedule: '0 0 * * * *', handler: () => {} });\napp.http(`x${1}`, {});\n",
        ),
        ("ts/host.json", HOST),
        ("ts/package.json", "{\"main\": \"dist/src/functions/*.js\"}"),
        (
            "ts/src/functions/b.ts",
            "import { app } from '@azure/functions';\napp.storageQueue('eat', { queueName: 'q', connection: '', handler: (m: string) => {} });\n",
        ),
    ]);
    insta::assert_snapshot!(functions(&project), @r#"
    js (node src/functions/a.js)
      hello [GET /v1/hello/{id:int}, POST /v1/hello/{id:int}] trigger:httpTrigger{"route": "hello/{id:int}"} >$return:http{}
      made [POST /v1/made] trigger:httpTrigger{} >$return:http{}
      tick [] trigger:timerTrigger{"schedule": "0 0 * * * *"}
      js-unindexed [ANY /v1/{*rest}] req:httpTrigger{"authLevel": "anonymous"}
    ts (typescript src/functions/b.ts)
      eat [] trigger:queueTrigger{"connection": "", "queueName": "q"}
    "#);
    insta::assert_snapshot!(project.problems(), @r#"
    Warning js/src/functions/a.js:5: the name of a function is only known when it runs; hint: call a path below /v1 or invoke js-unindexed: the app is started and says which functions it has
    "#);
}

#[test]
fn inputs_are_named_with_what_is_given_instead() {
    let folder = r#"{"bindings": [
        {"type": "httpTrigger", "direction": "in", "name": "req"},
        {"type": "table", "direction": "in", "name": "beds"},
        {"type": "http", "direction": "out", "name": "$return"}
    ]}"#;
    let handler = r#"{"version": "2.0", "customHandler": {"description": {"defaultExecutablePath": "h"}}}"#;
    let project = Inline::new(&[
        ("py/host.json", HOST),
        (
            "py/function_app.py",
            "import azure.functions as func\napp = func.FunctionApp()\n\n@app.route()\n@app.blob_input(arg_name='label', path='l/{id}', \
             connection='X')\n@app.cosmos_db_input(arg_name='docs', connection='X')\ndef hi(req, label, docs): pass\n",
        ),
        ("v3/host.json", HOST),
        ("v3/hello/index.js", "module.exports = async () => {}\n"),
        ("v3/hello/function.json", folder),
        ("v4/host.json", HOST),
        ("v4/package.json", "{\"main\": \"src/a.js\"}"),
        (
            "v4/src/a.js",
            "const { app, input } = require('@azure/functions');\nconst label = input.storageBlob({ path: 'l', connection: 'X' });\n\
             app.get('seeds', { extraInputs: [label, input.table({}), made()], handler: async () => ({}) });\n",
        ),
        ("own/host.json", handler),
        ("own/order/function.json", folder),
    ]);
    let mut said = Vec::new();
    for app in project.detect().apps {
        said.extend(app.assumed.into_iter().filter(|sentence| sentence.contains("input binding")));
    }
    insta::assert_snapshot!(said.join("\n"), @r"
    the input binding `beds` (table) of order is not connected: it is not in Data
    the input binding `label` (blob) of hi is not connected: it is None
    the input binding `docs` (cosmosDB) of hi is not connected: it is None
    the input binding `beds` (table) of hello is not connected: it is undefined
    the input binding `label` (blob) of seeds is not connected: it is undefined
    the input binding `input.table` (table) of seeds is not connected: it is undefined
    the input binding `made` (of a kind that is only known when it runs) of seeds is not connected: it is undefined
    ");
}

#[test]
fn what_is_wrong_or_not_used_is_named() {
    let handler = "\"customHandler\": {\"description\": {\"defaultExecutablePath\": \"handler\"}}";
    let http = |route: &str| {
        format!(
            "{{\"bindings\": [{{\"type\": \"httpTrigger\", \"name\": \"req\", \"direction\": \"in\", \"route\": \"{route}\"}}]}}"
        )
    };
    let project = Inline::new(&[
        (
            "a/host.json",
            &format!(
                "{{\"version\": \"2.0\", {handler}, \"functionTimeout\": \"00:02:00\", \"extensionBundle\": {{}}}}"
            ),
        ),
        ("a/one/function.json", &http("same")),
        ("a/two/function.json", &http("SAME")),
        ("a/three/function.json", "{\"bindings\": []}"),
        (
            "a/tick/function.json",
            "{\"bindings\": [{\"type\": \"timerTrigger\", \"name\": \"t\", \"direction\": \"in\", \"schedule\": \"often\"}]}",
        ),
        (
            "a/local.settings.json",
            "{\"IsEncrypted\": false, \"Values\": {\"SECRET\": \"hidden\", \"ODD\": []}, \"Host\": {\"CORS\": \"*\"}}",
        ),
        ("b/host.json", "{\"version\": \"2.0\", \"customHandler\": {}}"),
        ("b/local.settings.json", "{}"),
        ("c/host.json", "{\"version\": \"2.0\"}"),
        ("c/local.settings.json", "{\"Values\": {\"FUNCTIONS_WORKER_RUNTIME\": \"java\"}}"),
        ("d/host.json", "{\"address\": \"127.0.0.1\"}"),
        ("e/host.json", "not json"),
    ]);
    let app = project.detect().apps.remove(0);
    assert_eq!(app.settings.timeout.as_secs(), 120);
    assert_eq!(app.env.get("SECRET").map(String::as_str), Some("hidden"));
    insta::assert_snapshot!(project.problems(), @r#"
    Error a/three/function.json: three has no trigger among its bindings; hint: add one, such as "type": "httpTrigger"
    Error a: one and two have the same route, /api/SAME; hint: give one of them another route or other methods
    Warning a/local.settings.json:1: the value of `ODD` is no text and is left out; hint: write it in quotes
    Warning a/tick/function.json:1: the schedule of tick is none: it has 1 fields, not six (second minute hour day month weekday); hint: write it as NCRONTAB, such as `0 */5 * * * *`; it can be called by hand all the same
    Error b/host.json:1: customHandler names no program; hint: write description.defaultExecutablePath: a file beside it, or a program in PATH
    Warning c/host.json: an Azure app of the runtime `java` has no functions that are run here; hint: functions in Python, JavaScript, TypeScript and custom handlers are run
    "#);
    insta::assert_snapshot!(app.assumed.join("\n"), @r#"
    memory 2048 MB and the calls at once of Flex Consumption, as nothing in the app's files says them; coldframe.toml can change them
    keys are not asked for, as with `func start`, unless coldframe.toml says ask_for_keys = true under [functions.a]
    extensionBundle of a/host.json is not used: bindings of bundles are not connected to anything: triggers are called by hand, outputs are logged
    Host.CORS of a/local.settings.json is not used: no headers for other origins are added
    tick runs by hand; its schedule `often` is not followed unless coldframe.toml says follow_schedules = true
    "#);
}

#[test]
fn how_many_calls_an_instance_for_python_has_is_said() {
    let project = Inline::new(&[
        ("a/host.json", "{\"version\": \"2.0\"}"),
        (
            "a/function_app.py",
            "import azure.functions as func\napp = func.FunctionApp()\n\n@app.route()\ndef one(req): pass\n",
        ),
        ("a/local.settings.json", "{\"Values\": {\"FUNCTIONS_WORKER_PROCESS_COUNT\": \"4\"}}"),
    ]);
    let app = project.detect().apps.remove(0);
    assert_eq!(app.settings.instance_concurrency, 1);
    let said = app.assumed.join("\n");
    for sentence in [
        "an instance has one call at a time, as Flex Consumption gives Python unless it is told otherwise; on other \
         plans and with `func start` one has many, as with instance_concurrency = 16 under [functions.a] of coldframe.toml",
        "FUNCTIONS_WORKER_PROCESS_COUNT of a/local.settings.json is not followed: an instance is one process",
    ] {
        assert!(said.contains(sentence), "{said}");
    }
}

#[test]
fn what_only_running_tells_is_stood_for_until_it_is_told() {
    let source = "import azure.functions as func\napp = func.FunctionApp()\nfor bed in ('peas', 'beans'):\n    @app.route(route=bed)\n    \
                  def one(req): return bed\n\n@app.route()\ndef plain(req): pass\n";
    let project = Inline::new(&[("g/host.json", HOST), ("g/function_app.py", source)]);
    insta::assert_snapshot!(functions(&project), @r#"
    g (python function_app.py)
      plain [ANY /api/plain] req:httpTrigger{"authLevel": "function"} >$return:http{}
      g-unindexed [ANY /api/{*rest}] req:httpTrigger{"authLevel": "anonymous"}
    "#);
    let key = (crate::domain::ProviderId::Azure, project.root().join("g"));
    let after = |report: &'static str| {
        let detection = project.detect_after(&[(key.clone(), report.into())].into());
        let app = &detection.apps[0];
        let functions = app.functions.iter();
        let lines = functions.map(|function| {
            let routes = function.routes.iter().map(|route| format!("{} {}", route.method, route.path));
            format!("{} {:?}", function.name, routes.collect::<Vec<_>>())
        });
        (lines.collect::<Vec<_>>().join("; "), app.problems.len())
    };
    let bindings = r#"[{"name": "plain", "bindings": [{"type": "httpTrigger", "name": "req", "direction": "IN"}]},
        {"name": "peas", "bindings": [{"type": "httpTrigger", "name": "req", "direction": "IN", "route": "peas", "methods": ["GET"]},
            {"type": "http", "name": "$return", "direction": "OUT"}]},
        {"name": "no/name", "bindings": [{"type": "httpTrigger"}]}, {"name": "none"}, 7]"#;
    assert_eq!(after(bindings), (r#"plain ["ANY /api/plain"]; peas ["GET /api/peas"]"#.to_owned(), 0));
    for nothing in ["[]", "no JSON", "{}", "[[[["] {
        assert!(after(nothing).0.contains("g-unindexed"), "{nothing}: it is still not known");
    }
}

#[test]
fn what_host_json_says_and_is_not_followed_is_named() {
    let host = "{\n\"version\": \"2.0\",\n\"frob\": 1,\n\"retry\": {},\n\"functionTimeut\": \"00:01:00\",\n\"extensions\": {\n\"http\": {\"maxOutstandingRequests\": 5, \"customHeaders\": {\"X-A\": \"1\"}},\n\"queues\": {}\n}\n}";
    let trigger =
        "{\"type\": \"httpTrigger\", \"direction\": \"in\", \"name\": \"req\", \"authLevel\": \"anonymous\"}";
    let project = Inline::new(&[
        ("a/host.json", host),
        ("a/one/function.json", &format!("{{\"bindings\": [{trigger}]}}")),
        ("a/one/index.js", "module.exports = async () => {};\n"),
        ("a/off/function.json", &format!("{{\"disabled\": true, \"bindings\": [{trigger}]}}")),
        ("a/off/index.js", "module.exports = async () => {};\n"),
    ]);
    insta::assert_snapshot!(project.problems(), @r#"
    Warning a/host.json:3: `frob` is no property of host.json; hint: it is not read
    Warning a/host.json:4: `retry` of host.json is not followed; hint: a failed event is not tried again
    Warning a/host.json:5: `functionTimeut` is no property of host.json; hint: write functionTimeout; until then it is as if it was not there
    Warning a/host.json:8: `queues` of extensions of host.json is not followed; hint: nothing is polled: its triggers are called by hand
    Warning a/host.json:7: `maxOutstandingRequests` of extensions.http of host.json is not followed; hint: calls wait until an instance takes them; concurrency in coldframe.toml limits those
    "#);
    let app = project.only();
    assert!(
        app.assumed.contains(&"off is left out: a/off/function.json says that it is disabled".to_owned()),
        "{:?}",
        app.assumed
    );
    assert_eq!(app.functions[0].bindings[0].settings["customHeaders"], "{\"X-A\":\"1\"}");
}

#[test]
fn apps_with_the_same_route_are_named_and_shown_by_their_own_hosts() {
    let app = "import azure.functions as func\napp = func.FunctionApp()\n@app.route(route='a')\ndef one(req): pass\n\
               @app.route(route='FILE')\ndef two(req): pass\n";
    let host = "{\"version\": \"2.0\", \"extensions\": {\"http\": {\"routePrefix\": \"x\"}}}";
    let project = Inline::new(&[
        ("a/host.json", host),
        ("a/function_app.py", &app.replace("FILE", "mine")),
        ("b/host.json", host),
        ("b/function_app.py", &app.replace("FILE", "other")),
    ]);
    insta::assert_snapshot!(project.problems(), @"Warning b: the apps a and b have the same route, /x/a; hint: call it by the name of its app, b.localhost: a answers on localhost");
    let address = std::net::SocketAddr::from(([127, 0, 0, 1], 7071));
    let mut urls = Vec::new();
    for app in project.detect().apps {
        let app = std::sync::Arc::new(app);
        for function in &app.functions {
            let found = crate::invocation::Found {
                app: std::sync::Arc::clone(&app),
                function: std::sync::Arc::new(function.clone()),
                revision: "".into(),
                modified_ms: 0,
            };
            urls.extend(crate::azure::door::urls(&found, address).into_iter().next());
        }
    }
    assert_eq!(
        urls,
        [
            "http://localhost:7071/x/a",
            "http://localhost:7071/x/mine",
            "http://b.localhost:7071/x/a",
            "http://localhost:7071/x/other",
        ]
    );
}

#[test]
fn keys_of_a_function_json_that_nothing_follows_are_named() {
    let text = "{\n\"foo\": 1,\n\"entryPoint2\": \"x\",\n\"retry\": {\"maxRetryCount\": 3},\n\"bindings\": [\n\
                {\"type\": \"httpTrigger\", \"name\": \"req\", \"direction\": \"in\",\n\"weird\": 1},\n\
                {\"type\": \"signalR\", \"name\": \"out\", \"direction\": \"out\", \"hubName\": \"h\"}]}";
    let project = Inline::new(&[
        ("a/host.json", HOST),
        ("a/hello/function.json", text),
        ("a/hello/index.js", "module.exports = async (context) => {}"),
    ]);
    insta::assert_snapshot!(project.problems(), @r"
    Warning a/hello/function.json:2: `foo` is no property of function.json; hint: it is not read
    Warning a/hello/function.json:3: `entryPoint2` is no property of function.json; hint: write entryPoint; until then it is as if it was not there
    Warning a/hello/function.json:4: `retry` of function.json is not followed; hint: a failed event is not tried again
    Warning a/hello/function.json:7: `weird` is no property of an httpTrigger; hint: it is not read
    ");
}

#[test]
fn a_function_json_that_cannot_be_read_is_named_whichever_the_language() {
    let good = r#"{"bindings": [{"type": "httpTrigger", "direction": "in", "name": "req"}]}"#;
    let broken = "{\n\"bindings\": [\n";
    let project = Inline::new(&[
        ("js/host.json", HOST),
        ("js/good/function.json", good),
        ("js/good/index.js", ""),
        ("js/bad/function.json", broken),
        ("js/bad/index.js", ""),
        ("js/lost/function.json", broken),
        ("py/host.json", HOST),
        ("py/bad/function.json", broken),
        ("py/bad/__init__.py", ""),
        ("only/host.json", HOST),
        ("only/lost/function.json", broken),
        (
            "own/host.json",
            r#"{"version": "2.0", "customHandler": {"description": {"defaultExecutablePath": "h"}}}"#,
        ),
        ("own/lost/function.json", broken),
        ("unread/host.json", "{\"version\":"),
        ("beside/host.json", "{\"version\":"),
        ("beside/good/function.json", good),
    ]);
    insta::assert_snapshot!(project.problems(), @r#"
    Warning js/bad/function.json:3: EOF while parsing a list at line 3 column 0; hint: correct the file; nothing in it is used until then
    Warning js/lost/function.json:3: EOF while parsing a list at line 3 column 0; hint: correct the file; nothing in it is used until then
    Error own: it has no function that can be read without running it; hint: register functions with plain names and routes
    Warning own/lost/function.json:3: EOF while parsing a list at line 3 column 0; hint: correct the file; nothing in it is used until then
    Error beside/host.json:1: EOF while parsing a value at line 1 column 11; hint: correct the file; nothing in it is used until then
    Error only/lost/function.json:3: EOF while parsing a list at line 3 column 0; hint: correct the file; nothing in it is used until then
    Error py/bad/function.json:3: EOF while parsing a list at line 3 column 0; hint: correct the file; nothing in it is used until then
    Warning unread/host.json:1: EOF while parsing a value at line 1 column 11; hint: correct the file; nothing in it is used until then
    "#);
}
