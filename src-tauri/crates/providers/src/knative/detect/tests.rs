use crate::testing::Inline;

#[test]
fn func_projects_are_found_and_any_command_can_be_declared() {
    let project = Inline::new(&[
        (
            "events/func.yaml",
            "specVersion: 0.36.0\nname: order-events\nruntime: node\ninvoke: cloudevent\nrun:\n  envs:\n  - name: SHOP\n    value: garden\n  - name: TOKEN\n    value: '{{ secret:x:y }}'\ndeploy:\n  options:\n    scale: {min: 1, max: 5}\n    resources: {limits: {memory: 1Gi, concurrency: 10}}\n",
        ),
        ("events/index.js", "module.exports = { handle: async (context, event) => event };\n"),
        ("py/func.yaml", "name: hello\nruntime: python\n"),
        ("py/function/func.py", "def new():\n    return Function()\n"),
        ("ruby/func.yaml", "name: gone\nruntime: ruby\n"),
        ("empty/func.yaml", "name: empty\nruntime: node\n"),
        ("svc/server.js", "require('http')\n"),
        (
            "coldframe.toml",
            "[functions.svc]\nprovider = 'knative'\npath = 'svc'\nhandler = 'node server.js'\nstart_seconds = 5\n[functions.lost]\nprovider = 'knative'\npath = 'svc'\n",
        ),
    ]);
    insta::assert_snapshot!(project.summary(), @r#"
    knative empty: node nodejs22.x index.handle in empty (300 s, 512 MB)
      why: empty/func.yaml describes the function empty
      assumed: runtime nodejs22.x, because no file names a version
      assumed: timeout 300 s, memory 512 MB, up to 100 calls at once in an instance, where nothing is set; coldframe.toml can change them
      Error empty/func.yaml:2: empty/index does not exist; hint: create the function's file, or correct the runtime
    knative order-events: node nodejs22.x index.handle in events (300 s, 1024 MB)
      env FUNC_INVOKE=cloudevent
      env SHOP=garden
      why: events/func.yaml describes the function order-events
      assumed: runtime nodejs22.x, because no file names a version
      assumed: timeout 300 s, memory 512 MB, up to 100 calls at once in an instance, where nothing is set; coldframe.toml can change them
      Warning events/func.yaml:9: environment variable `TOKEN` is not set: {{ secret:x:y }} is of the cluster or of a shell; hint: give it a value in .env or coldframe.toml
    knative hello: python python3.12 function/func.new in py (300 s, 512 MB)
      why: py/func.yaml describes the function hello
      assumed: runtime python3.12, because no file names a version
      assumed: timeout 300 s, memory 512 MB, up to 100 calls at once in an instance, where nothing is set; coldframe.toml can change them
    knative svc: process container node server.js in svc (300 s, 512 MB)
      why: coldframe.toml declares svc
      why: coldframe.toml sets start_seconds
      assumed: started by its command, as a container would be
      assumed: timeout 300 s, memory 512 MB, up to 100 calls at once in an instance, where nothing is set; coldframe.toml can change them
    Error ruby/func.yaml:2: runtime `ruby` is not run; hint: node, typescript, python and go are; in coldframe.toml any other can be given the command that starts it, as provider = "knative", a path and a handler
    Error coldframe.toml:8: nothing says how svc is started; hint: add a handler: the command that starts it, such as "node server.js"
    "#);
}

#[test]
fn keys_of_the_cluster_are_named_with_what_is_done_instead() {
    let project = Inline::new(&[
        (
            "fn/func.yaml",
            "name: fn\nruntime: node\nbuild: {builder: pack}\nrun:\n  volumes:\n  - secret: s\n    path: /s\ndeploy:\n  \
             healthEndpoints: {liveness: /alive}\n  options:\n    resources: {limits: {cpu: 500m}}\n    scale: {maxx: 3}\nfrob: 1\n",
        ),
        ("fn/index.js", "module.exports = { handle: () => 1 };\n"),
    ]);
    let app = &project.detect().apps[0];
    let unused: Vec<&String> =
        app.assumed.iter().filter(|sentence| sentence.contains("is not used")).collect();
    assert_eq!(
        unused,
        [
            "build.builder of fn/func.yaml is not used: nothing is built into an image; the code runs as it lies",
            "deploy.healthEndpoints of fn/func.yaml is not used: an instance is ready when it listens on its port",
            "deploy.options.resources.limits.cpu of fn/func.yaml is not used: an instance has the CPU of this machine",
        ]
    );
    insta::assert_snapshot!(project.problems(), @r#"
    Warning fn/func.yaml:13: `frob` is no property of func.yaml; hint: it is not read
    Warning fn/func.yaml:5: `volumes` of run is not followed; hint: nothing is mounted; what the function reads there is not there
    Warning fn/func.yaml:12: `maxx` is no property of scale; hint: write max; until then it is as if it was not there
    "#);
}

const STATIC: &str = "package function\n\nfunc Handle(w http.ResponseWriter, r *http.Request) {}\n";

#[test]
fn packages_in_go_offer_one_function() {
    let project = Inline::new(&[
        ("beds/func.yaml", "name: beds\nruntime: go\ninvoke: cloudevent\n"),
        ("beds/go.mod", "module function\n\ngo 1.23\n"),
        (
            "beds/function.go",
            "package function\n\nfunc New() *F { return nil }\nfunc (f *F) Handle(e event.Event) error { return nil }\n",
        ),
        ("both/func.yaml", "name: both\nruntime: go\n"),
        ("both/go.mod", "module function\n"),
        ("both/handle.go", STATIC),
        ("both/new.go", "package function\n\nfunc New() {}\n"),
        ("none/func.yaml", "name: none\nruntime: go\n"),
        ("none/handle_test.go", STATIC),
    ]);
    insta::assert_snapshot!(project.summary(), @r"
    knative beds: go go1.23 New in beds (300 s, 512 MB)
      env FUNC_INVOKE=cloudevent
      why: beds/func.yaml describes the function beds
      assumed: runtime go1.23, from beds/go.mod
      assumed: timeout 300 s, memory 512 MB, up to 100 calls at once in an instance, where nothing is set; coldframe.toml can change them
      assumed: the program around it is made by Coldframe, in a folder of its own, with the middleware that func takes
    knative both: go go1.25 New in both (300 s, 512 MB)
      why: both/func.yaml describes the function both
      assumed: runtime go1.25, because no file names a version
      assumed: timeout 300 s, memory 512 MB, up to 100 calls at once in an instance, where nothing is set; coldframe.toml can change them
      assumed: the program around it is made by Coldframe, in a folder of its own, with the middleware that func takes
      Error both: the package has both a function New and a function Handle, and func takes one of the two; hint: leave Handle a method of what New makes, or take New out
    knative none: go go1.25 New in none (300 s, 512 MB)
      why: none/func.yaml describes the function none
      assumed: runtime go1.25, because no file names a version
      assumed: timeout 300 s, memory 512 MB, up to 100 calls at once in an instance, where nothing is set; coldframe.toml can change them
      assumed: the program around it is made by Coldframe, in a folder of its own, with the middleware that func takes
      Error none: the package has neither a function New nor a function Handle; hint: write func New() that makes what has a method Handle, or func Handle(w http.ResponseWriter, r *http.Request)
      Error none: no go.mod says which module it is part of; hint: in its folder: go mod init example.com/NAME && go mod tidy
    ");
}

#[test]
fn a_service_that_is_an_image_is_named_until_its_program_is_declared() {
    let service =
        ("web/service.yaml", "apiVersion: serving.knative.dev/v1\nkind: Service\nmetadata:\n  name: web\n");
    let other = ("k8s/service.yaml", "apiVersion: v1\nkind: Service\n");
    insta::assert_snapshot!(
        Inline::new(&[service, other]).problems(),
        @r#"Warning web/service.yaml: the service is deployed as an image, and images are not run here; hint: its program can be: in coldframe.toml, [functions.NAME] with provider = "knative", path = "web" and as handler the command that the image starts, such as "node server.js""#
    );
    let declared = (
        "coldframe.toml",
        "[functions.web]\nprovider = 'knative'\npath = 'web'\nhandler = 'node server.js'\n",
    );
    assert_eq!(Inline::new(&[service, declared, ("web/server.js", "")]).problems(), "");
}
