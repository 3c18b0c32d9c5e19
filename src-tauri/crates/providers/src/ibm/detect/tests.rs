use crate::{domain::ProviderId, testing::Inline};

#[test]
fn actions_are_found_by_manifest_and_by_file() {
    let project = Inline::new(&[
        (
            "manifest.yml",
            "packages:\n  shop:\n    actions:\n      hello:\n        function: src/hello.js\n        runtime: nodejs:20\n        web: true\n        limits: {timeout: 5000, memorySize: 512}\n        inputs: {name: World, count: 3, place: {type: string, value: Paris}}\n      count:\n        function: src/count.py\n        main: total\n        limits: {concurrency: 5}\n        annotations: {require-whisk-auth: s}\n      lost: {function: src/lost.js}\n      none: {web: true}\n    rules:\n      each: {trigger: t, action: hello}\n",
        ),
        ("src/hello.js", "function main(params) { return params; }\n"),
        ("src/count.py", "def total(args):\n    return args\n"),
        (
            "fn/main.js",
            "async function main({ name }) { return { body: name }; }\nmodule.exports.main = main;\n",
        ),
        ("py/__main__.py", "def main(whatever):\n    return {}\n"),
        ("script/main.py", "def main():\n    pass\n"),
        ("other/main.py", "def main(argv):\n    pass\n"),
        ("data/manifest.yml", "name: x\n"),
    ]);
    insta::assert_snapshot!(project.summary(), @r#"
    ibm hello: node nodejs:20 hello.main in src (5 s, 512 MB)
      route ANY /api/v1/web/guest/shop/hello
      env __OW_DEFAULTS={"name":"World","count":3,"place":"Paris"}
      why: manifest.yml declares the action shop/hello
    ibm count: python python:3.12 count.total in src (60 s, 256 MB)
      why: manifest.yml declares the action shop/count
      assumed: runtime python:3.12, because no file names a version
      assumed: limits.concurrency of manifest.yml is not used: an instance has one activation at a time
    ibm fn: node nodejs:22 main.main in fn (60 s, 256 MB)
      why: fn/main.js defines `main({…})`
      assumed: runtime nodejs:22, because no file names a version
      assumed: timeout 60 s, memory 256 MB, as in OpenWhisk when nothing is set; coldframe.toml can change them
    ibm py: python python:3.12 __main__.main in py (60 s, 256 MB)
      why: py/__main__.py defines `main(whatever)`
      assumed: runtime python:3.12, because no file names a version
      assumed: timeout 60 s, memory 256 MB, as in OpenWhisk when nothing is set; coldframe.toml can change them
    Warning manifest.yml:17: `rules` of a package is not followed; hint: nothing fires: actions are invoked by their callers
    Error manifest.yml:15: action `lost`: src/lost.js does not exist; hint: correct the path of its function
    Error manifest.yml:16: action `none` names no function; hint: add the file it is in: `function: src/hello.js`
    "#);
}

#[test]
fn what_is_not_run_or_not_followed_is_named() {
    let manifest = "project:\n  name: shop\n  confg: x\npackages:\n  shop:\n    inputs: {city: Rome, kind: string}\n    actions:\n      go: {function: a.go, runtime: 'go:1.20'}\n      ended: {function: a.go}\n      php: {function: a.js, runtime: 'php:8.0'}\n      native: {function: a.js, native: true}\n      other: {function: a.js, runtime: 'python:3.11'}\n      packed: {function: a.zip}\n      inline: {code: 'x', runtime: 'nodejs:20'}\n      exact: {function: a.mjs, runtime: 'nodejs:default', web: raw, limits: {timeout: 500, memorysize: 256}, annotations: {require-whisk-auth: 12, final: true}}\n      fast: {function: a.js, limts: {timeout: 1}, docker: me/image, limits: {timeout: 50}}\n    sequences: {all: {actions: 'exact, fast'}}\n    frob: 1\n    apis: {x: {}}\n";
    let project = Inline::new(&[
        ("manifest.yml", manifest),
        ("a.js", "function main(args) { return {}; }\n"),
        ("a.mjs", "export function main(args) { return {}; }\n"),
        ("a.go", "package main\n"),
        ("a.zip", "PK"),
    ]);
    insta::assert_snapshot!(project.summary(), @r#"
    ibm exact: node nodejs:22 a.main in . (0.5 s, 256 MB)
      route ANY /api/v1/web/guest/shop/exact
      env __OW_DEFAULTS={"city":"Rome","kind":""}
      why: manifest.yml declares the action shop/exact
      assumed: runtime nodejs:22, because no file names a version
      Warning manifest.yml:15: `memorysize` is no property of limits; hint: write memorySize; until then it is as if it was not there
    ibm fast: node nodejs:22 a.js.main in . (60 s, 256 MB)
      env __OW_DEFAULTS={"city":"Rome","kind":""}
      why: manifest.yml declares the action shop/fast
      assumed: runtime nodejs:22, because no file names a version
      Warning manifest.yml:16: `limts` is no property of an action; hint: it is not read
      Warning manifest.yml:16: `docker` of an action is not followed; hint: it runs in its language's own runtime, not in the image
      Warning manifest.yml:16: timeout is `50`, not a whole number of milliseconds from 100 to 600000; hint: OpenWhisk refuses it: write one from 100 to 600000; until then 60000 ms is used
    Warning manifest.yml:3: `confg` is no property of a project; hint: write config; until then it is as if it was not there
    Warning manifest.yml:17: `sequences` of a package is not followed; hint: its actions are invoked one by one; nothing answers at the sequence's name
    Warning manifest.yml:18: `frob` is no property of a package; hint: it is not read
    Warning manifest.yml:19: `apis` of a package is not followed; hint: actions that are exported with `web: true` answer at their own URLs
    Error manifest.yml:8: action `go`: actions in go are not run here: those in Python, JavaScript and TypeScript are; hint: write it in one of these, or take it out of the manifest
    Error manifest.yml:9: action `ended`: actions in Go are not run here: those in Python, JavaScript and TypeScript are; hint: write it in one of these, or take it out of the manifest
    Error manifest.yml:10: action `php`: actions in php are not run here: those in Python, JavaScript and TypeScript are; hint: write it in one of these, or take it out of the manifest
    Error manifest.yml:11: action `native`: native actions are not run here: those in Python, JavaScript and TypeScript are; hint: write it in one of these, or take it out of the manifest
    Error manifest.yml:12: action `other`: its runtime python:3.11 does not run a.js; hint: correct its runtime, or its function
    Error manifest.yml:13: action `packed`: a.zip is an archive, and nothing is unpacked here; hint: name the folder that it is made of, or the file in it that is run
    Error manifest.yml:14: action `inline`: its code stands in the manifest, and only files are run here; hint: put it into a file and name that: `function: src/hello.js`
    "#);
}

#[test]
fn code_engines_own_samples_are_found() {
    let project = Inline::new(&[
        ("typed/main.ts", "export function main(params?: Params): Response { return {}; }\n"),
        ("http/main.js", "module.exports.main = main = async (args) => { return {}; };\n"),
        ("gallery/package.json", r#"{"main": "function.js"}"#),
        ("gallery/function.js", "async function main(args) {}\nmodule.exports.main = main;\n"),
        ("listener/function.js", "function main(args) {}\nmodule.exports.main = main;\n"),
        ("library/function.js", "function main(args) {}\n"),
    ]);
    insta::assert_snapshot!(project.summary(), @r#"
    ibm gallery: node nodejs:22 function.main in gallery (60 s, 256 MB)
      why: gallery/function.js defines `main(args)`
      assumed: runtime nodejs:22, because no file names a version
      assumed: timeout 60 s, memory 256 MB, as in OpenWhisk when nothing is set; coldframe.toml can change them
    ibm http: node nodejs:22 main.main in http (60 s, 256 MB)
      why: http/main.js defines `main(args)`
      assumed: runtime nodejs:22, because no file names a version
      assumed: timeout 60 s, memory 256 MB, as in OpenWhisk when nothing is set; coldframe.toml can change them
    ibm typed: typescript nodejs:22 main.main in typed (60 s, 256 MB)
      why: typed/main.ts defines `main(params)`
      assumed: runtime nodejs:22, because no file names a version
      assumed: timeout 60 s, memory 256 MB, as in OpenWhisk when nothing is set; coldframe.toml can change them
    Warning listener/function.js: it exports `main` as an action does, and nothing says that it is run; hint: call it main.js or name it as `main` in a package.json beside it, as Code Engine wants; or give [functions.NAME] in coldframe.toml provider = "ibm", its path and handler = "function.main"
    "#);
}

#[test]
fn every_way_to_export_a_main_is_read() {
    let project = Inline::new(&[
        ("arrow/main.js", "exports.main = (p) => ({ p });\n"),
        ("bare/main.js", "exports.main = async p => ({ p });\n"),
        ("object/main.js", "module.exports = { main: async (p) => ({ p }), other: 1 };\n"),
        ("method/index.js", "module.exports = { other, async main(params) { return params; } };\n"),
        ("plain/index.js", "module.exports = { main: params => params };\n"),
        ("unsure/index.js", "exports.main = (p) => ({ p });\n"),
        ("script/main.js", "function main(argv) {}\nmain(process.argv);\n"),
        ("two/main.js", "exports.main = (a, b) => ({ a, b });\n"),
    ]);
    // What `index.js` exports may be AWS Lambda's as well.
    let own = project.detect().apps.into_iter().filter(|app| app.provider == ProviderId::Ibm);
    let why: Vec<String> = own.flat_map(|app| app.why).collect();
    assert_eq!(
        why,
        [
            "arrow/main.js defines `main(p)`",
            "bare/main.js defines `main(p)`",
            "method/index.js defines `main(params)`",
            "object/main.js defines `main(p)`",
            "plain/index.js defines `main(params)`",
        ]
    );
    let problems = project.problems();
    let told = problems.lines().find(|line| line.contains("unsure/")).unwrap_or_default();
    insta::assert_snapshot!(told, @r#"
    Warning unsure/index.js: it exports `main(p)`, which may be an action and is not taken for one; hint: call what it takes `params`, or the file main.js; or give [functions.NAME] in coldframe.toml provider = "ibm", its path and handler = "index.main"
    "#);
}

#[test]
fn a_declared_handler_may_be_a_file_by_its_whole_name() {
    let project = Inline::new(&[
        (
            "coldframe.toml",
            "[functions.fetch]\nprovider = \"ibm\"\npath = \".\"\nhandler = \"url-open.py\"\n\
             [functions.other]\nprovider = \"ibm\"\npath = \".\"\nhandler = \"seeds.mjs\"\n",
        ),
        ("url-open.py", "def main(params):\n    return {}\n"),
        ("seeds.mjs", "export function main(params) { return {} }\n"),
    ]);
    let apps = project.detect().apps;
    let found: Vec<_> = apps.iter().map(|app| (app.name.as_str(), super::parts(&app.handler))).collect();
    assert_eq!(found, [("fetch", ("url-open.py", "main")), ("other", ("seeds.mjs", "main"))]);
    assert!(apps.iter().all(|app| app.problems.is_empty()), "{}", project.problems());
}
