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
    Error coldframe.toml:6: handler `app.main` names no file and function of a; hint: write it as FILE.FUNCTION, such as `main.hello_http`; in Go and Java as the function or class itself; for a container as the command that starts it, such as `node server.js`
    Error coldframe.toml:3: nothing in a looks like a function; hint: add its handler, such as "main.hello_http"
    "#);
}

#[test]
fn a_container_is_declared_by_the_command_that_starts_it() {
    let project = Inline::new(&[
        ("web/server.js", "require('http')\n"),
        (
            "coldframe.toml",
            "[functions.web]\nprovider = 'gcp'\npath = 'web'\nhandler = 'node server.js'\n[functions.own]\nprovider = 'gcp'\npath = 'web'\nhandler = './server'\n",
        ),
    ]);
    insta::assert_snapshot!(project.summary(), @r"
    gcp own: process container ./server in web (300 s, 512 MB)
      why: coldframe.toml declares own
      assumed: started by its command, as a container would be
      assumed: timeout 300 s, memory 512 MB, 80 calls at once in an instance, as on Cloud Run when nothing is set; coldframe.toml can change them
    gcp web: process container node server.js in web (300 s, 512 MB)
      why: coldframe.toml declares web
      assumed: started by its command, as a container would be
      assumed: timeout 300 s, memory 512 MB, 80 calls at once in an instance, as on Cloud Run when nothing is set; coldframe.toml can change them
    ");
}

const GO: &str = "package garden\n\nimport ff \"github.com/GoogleCloudPlatform/functions-framework-go/functions\"\n\nconst second = \"Typed-One\"\n\n\
                  func init() {\n\tff.HTTP(\"Hello\", hello)\n\t// ff.HTTP(\"Not\", hello)\n\tff.CloudEvent(`Stored`, stored)\n\tff.Typed(second, typed)\n\thttp.HTTP(\"Other\", x)\n}\n";
const GO_MOD: &str = "module example.com/garden\n\ngo 1.23.4\n\nrequire github.com/GoogleCloudPlatform/functions-framework-go v1.9.2\n";

#[test]
fn packages_in_go_register_functions_or_define_them() {
    let plain = "package plain\n\nimport \"github.com/cloudevents/sdk-go/v2/event\"\n\n\
                 func Plain(w http.ResponseWriter, r *http.Request) {}\nfunc Kept(ctx context.Context, e event.Event) error {\n}\n\
                 func Old(ctx context.Context, m Message) error {\n}\nfunc Other(a int) int {\n}\nfunc hidden(w http.ResponseWriter, r *http.Request) {}\n";
    let one = "package main\n\nimport \"github.com/GoogleCloudPlatform/functions-framework-go/functions\"\n\n\
               func init() {\n\tfunctions.HTTP(\"Own\", hello)\n";
    let (twice, starts) = (
        format!("{one}\tfunctions.HTTP(\"Own\", hello)\n}}\n"),
        format!("{}}}\n\nfunc main() {{ funcframework.Start(port) }}\n", one.replace("Own", "Starts")),
    );
    let project = Inline::new(&[
        ("go.mod", GO_MOD),
        ("garden.go", GO),
        ("garden_test.go", &GO.replace("Hello", "Test")),
        ("cmd/main.go", "package main\n\nfunc main() { funcframework.Start(\"8080\") }\n"),
        ("plain/go.mod", &GO_MOD.replace("example.com/garden", "plain")),
        ("plain/plain.go", plain),
        ("own/go.mod", GO_MOD),
        ("own/main.go", &twice),
        ("starts/go.mod", GO_MOD),
        ("starts/main.go", &starts),
    ]);
    insta::assert_snapshot!(project.summary(), @r"
    gcp Hello: go go123 Hello in . (300 s, 512 MB)
      env FUNCTION_SIGNATURE_TYPE=http
      why: garden.go registers `Hello` with functions.HTTP
      assumed: runtime go123, from go.mod
      assumed: timeout 300 s, memory 512 MB, 80 calls at once in an instance, as on Cloud Run when nothing is set; coldframe.toml can change them
      assumed: the program around it is made by Coldframe, in a folder of its own, as Google's build makes one
    gcp Stored: go go123 Stored in . (300 s, 512 MB)
      env FUNCTION_SIGNATURE_TYPE=cloudevent
      why: garden.go registers `Stored` with functions.CloudEvent
      assumed: runtime go123, from go.mod
      assumed: timeout 300 s, memory 512 MB, 80 calls at once in an instance, as on Cloud Run when nothing is set; coldframe.toml can change them
      assumed: the program around it is made by Coldframe, in a folder of its own, as Google's build makes one
    gcp Typed-One: go go123 Typed-One in . (300 s, 512 MB)
      env FUNCTION_SIGNATURE_TYPE=typed
      why: garden.go registers `Typed-One` with functions.Typed
      assumed: runtime go123, from go.mod
      assumed: timeout 300 s, memory 512 MB, 80 calls at once in an instance, as on Cloud Run when nothing is set; coldframe.toml can change them
      assumed: the program around it is made by Coldframe, in a folder of its own, as Google's build makes one
    gcp Own: go go123 Own in own (300 s, 512 MB)
      env FUNCTION_SIGNATURE_TYPE=http
      why: own/main.go registers `Own` with functions.HTTP
      assumed: runtime go123, from own/go.mod
      assumed: timeout 300 s, memory 512 MB, 80 calls at once in an instance, as on Cloud Run when nothing is set; coldframe.toml can change them
      Error own/main.go:1: package main cannot be imported by the program that Google's build makes around it; hint: call the package something else, or start the framework in main with funcframework.Start
      Error own/main.go:7: `Own` is registered a second time, which ends the framework; hint: give one of them another name
    gcp Plain: go go123 Plain in plain (300 s, 512 MB)
      env FUNCTION_SIGNATURE_TYPE=http
      why: plain/plain.go defines `Plain`, of a shape that the functions framework takes
      assumed: runtime go123, from plain/go.mod
      assumed: timeout 300 s, memory 512 MB, 80 calls at once in an instance, as on Cloud Run when nothing is set; coldframe.toml can change them
      assumed: the program around it is made by Coldframe, in a folder of its own, as Google's build makes one
      Warning plain/go.mod: Google's build refuses the module `plain`: its first part has no dot; hint: call it something like example.com/hello; it is run here
    gcp Kept: go go123 Kept in plain (300 s, 512 MB)
      env FUNCTION_SIGNATURE_TYPE=cloudevent
      why: plain/plain.go defines `Kept`, of a shape that the functions framework takes
      assumed: runtime go123, from plain/go.mod
      assumed: timeout 300 s, memory 512 MB, 80 calls at once in an instance, as on Cloud Run when nothing is set; coldframe.toml can change them
      assumed: the program around it is made by Coldframe, in a folder of its own, as Google's build makes one
      Warning plain/go.mod: Google's build refuses the module `plain`: its first part has no dot; hint: call it something like example.com/hello; it is run here
    gcp Old: go go123 Old in plain (300 s, 512 MB)
      env FUNCTION_SIGNATURE_TYPE=event
      why: plain/plain.go defines `Old`, of a shape that the functions framework takes
      assumed: runtime go123, from plain/go.mod
      assumed: timeout 300 s, memory 512 MB, 80 calls at once in an instance, as on Cloud Run when nothing is set; coldframe.toml can change them
      assumed: the program around it is made by Coldframe, in a folder of its own, as Google's build makes one
      Warning plain/go.mod: Google's build refuses the module `plain`: its first part has no dot; hint: call it something like example.com/hello; it is run here
    gcp Starts: go go123 Starts in starts (300 s, 512 MB)
      env FUNCTION_SIGNATURE_TYPE=http
      why: starts/main.go registers `Starts` with functions.HTTP
      assumed: runtime go123, from starts/go.mod
      assumed: timeout 300 s, memory 512 MB, 80 calls at once in an instance, as on Cloud Run when nothing is set; coldframe.toml can change them
      assumed: it is a program that starts the framework itself, and runs as it is
    ");
}

const POM: &str = "<project><properties><maven.compiler.release>21</maven.compiler.release></properties>\n\
                   <artifactId>functions-framework-api</artifactId></project>\n";

#[test]
fn classes_in_java_are_told_by_their_interfaces() {
    let class = |name: &str, interface: &str| {
        format!(
            "package garden;\n// class Old implements HttpFunction\npublic class {name} implements {interface} {{\n}}\n"
        )
    };
    let project = Inline::new(&[
        ("one/pom.xml", POM),
        ("one/src/main/java/garden/Hello.java", &class("Hello", "HttpFunction")),
        (
            "four/build.gradle",
            "implementation 'com.google.cloud.functions:functions-framework-api:1.1.4'\nimplementation 'com.google.cloud.functions.invoker:java-function-invoker:1.4.1'\n",
        ),
        ("four/src/main/java/garden/Typed.java", &class("Typed", "TypedFunction<A, B>")),
        ("four/src/main/java/garden/Stored.java", &class("Stored", "CloudEventsFunction")),
        ("four/src/main/java/garden/Old.java", &class("Old", "BackgroundFunction<Message>")),
        ("four/src/main/java/garden/Plain.java", "package garden;\npublic class Plain {}\n"),
        ("none/pom.xml", "<project/>"),
        ("none/src/main/java/garden/Hello.java", &class("Hello", "HttpFunction")),
    ]);
    insta::assert_snapshot!(project.summary(), @r"
    gcp Old: java java17 garden.Old in four (300 s, 512 MB)
      env FUNCTION_SIGNATURE_TYPE=event
      why: four/src/main/java/garden/Old.java implements BackgroundFunction
      assumed: runtime java17, because no file names a version
      assumed: timeout 300 s, memory 512 MB, 80 calls at once in an instance, as on Cloud Run when nothing is set; coldframe.toml can change them
    gcp Stored: java java17 garden.Stored in four (300 s, 512 MB)
      env FUNCTION_SIGNATURE_TYPE=cloudevent
      why: four/src/main/java/garden/Stored.java implements CloudEventsFunction
      assumed: runtime java17, because no file names a version
      assumed: timeout 300 s, memory 512 MB, 80 calls at once in an instance, as on Cloud Run when nothing is set; coldframe.toml can change them
    gcp Typed: java java17 garden.Typed in four (300 s, 512 MB)
      env FUNCTION_SIGNATURE_TYPE=typed
      why: four/src/main/java/garden/Typed.java implements TypedFunction
      assumed: runtime java17, because no file names a version
      assumed: timeout 300 s, memory 512 MB, 80 calls at once in an instance, as on Cloud Run when nothing is set; coldframe.toml can change them
    gcp one: java java21 garden.Hello in one (300 s, 512 MB)
      env FUNCTION_SIGNATURE_TYPE=http
      why: one/src/main/java/garden/Hello.java implements HttpFunction
      assumed: runtime java21, for the Java 21 of one/pom.xml
      assumed: timeout 300 s, memory 512 MB, 80 calls at once in an instance, as on Cloud Run when nothing is set; coldframe.toml can change them
      assumed: Google's own invoker for Java runs it, fetched once by Maven, as Google's build adds it
    ");
}

#[test]
fn a_compiled_function_that_is_not_there_is_named_with_those_that_are() {
    let project = Inline::new(&[
        ("go/go.mod", GO_MOD),
        ("go/garden.go", GO),
        ("java/pom.xml", POM),
        (
            "java/src/main/java/garden/Base.java",
            "package garden;\npublic abstract class Base implements HttpFunction {}\n",
        ),
        ("java/src/main/java/garden/Child.java", "package garden;\npublic class Child extends Base {}\n"),
        ("java/src/main/java/garden/Plain.java", "package garden;\npublic class Plain {}\n"),
        (
            "java/src/main/java/garden/Other.java",
            "package garden;\npublic class Other implements CloudEventsFunction {}\n",
        ),
        (
            "coldframe.toml",
            "[functions.a]\nprovider = 'gcp'\npath = 'go'\nhandler = 'Nope'\n[functions.b]\nprovider = 'gcp'\npath = 'go'\nhandler = 'Stored'\n\
             [functions.c]\nprovider = 'gcp'\npath = 'java'\nhandler = 'garden.Child'\n[functions.d]\nprovider = 'gcp'\npath = 'java'\nhandler = 'garden.Plain'\n\
             [functions.e]\nprovider = 'gcp'\npath = 'java'\nhandler = 'garden.Gone'\n",
        ),
    ]);
    let apps = project.detect().apps;
    let found: Vec<_> = apps
        .iter()
        .map(|app| {
            (
                app.name.as_str(),
                app.handler.as_str(),
                app.env.get("FUNCTION_SIGNATURE_TYPE").map(String::as_str),
            )
        })
        .collect();
    assert_eq!(
        found,
        [("b", "Stored", Some("cloudevent")), ("c", "garden.Child", None), ("d", "garden.Plain", None)],
        "the invoker finds out what a class without an interface of its own is"
    );
    insta::assert_snapshot!(project.problems(), @r"
    Warning java/src/main/java/garden/Plain.java: `garden.Plain` implements none of the framework's interfaces; hint: write `implements HttpFunction`, TypedFunction<A, B>, CloudEventsFunction or BackgroundFunction<A>
    Error coldframe.toml:3: `Nope` is no function of Google's framework in go; hint: name one of those that are: `Hello`, `Stored`, `Typed-One`
    Error coldframe.toml:19: `garden.Gone` is no function of Google's framework in java; hint: name one of those that are: `garden.Other`
    ");
}

#[test]
fn functions_are_found_that_a_loaded_file_registers() {
    let registers = |name: &str| {
        format!(
            "const functions = require('@google-cloud/functions-framework');\nfunctions.http('{name}', (req, res) => res.send('x'));\n"
        )
    };
    let project = Inline::new(&[
        (
            "a/index.js",
            "require('./lib/a');\n// require('./lib/unused')\nexports.helper = (req, res) => {};\n",
        ),
        ("a/package.json", r#"{"dependencies": {"@google-cloud/functions-framework": "^5"}}"#),
        ("a/lib/a.js", &(registers("seeds") + "require('../beds');\nrequire('./a');\n")),
        ("a/beds/index.js", &registers("beds")),
        ("a/lib/unused.js", &registers("unused")),
        ("t/index.ts", "import './lib/a.js';\nimport { x } from '../outside';\n"),
        (
            "t/lib/a.ts",
            "import { http } from '@google-cloud/functions-framework';\nhttp('typed', (req, res) => { res.send('x'); });\n",
        ),
    ]);
    let found: Vec<String> = project
        .detect()
        .apps
        .into_iter()
        .map(|app| format!("{} ({}): {}", app.name, app.handler, app.why.join("; ")))
        .collect();
    insta::assert_snapshot!(found.join("\n"), @"
    seeds (index.seeds): a/lib/a.js registers `seeds` with the functions framework as http, which a/index.js loads
    beds (index.beds): a/beds/index.js registers `beds` with the functions framework as http
    typed (index.typed): t/lib/a.ts registers `typed` with the functions framework as http, which t/index.ts loads
    ");
}
