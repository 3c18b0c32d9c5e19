use crate::testing::Inline;

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
      assumed: rules of manifest.yml is not used: nothing fires: actions are invoked by their callers
    ibm count: python python:3.12 count.total in src (60 s, 256 MB)
      why: manifest.yml declares the action shop/count
      assumed: runtime python:3.12, because no file names a version
      assumed: limits.concurrency of manifest.yml is not used: an instance has one activation at a time
      assumed: annotations.require-whisk-auth of manifest.yml is not used: callers are asked for no secret
      assumed: rules of manifest.yml is not used: nothing fires: actions are invoked by their callers
    ibm fn: node nodejs:22 main.main in fn (60 s, 256 MB)
      why: fn/main.js defines `main({…})`
      assumed: runtime nodejs:22, because no file names a version
      assumed: timeout 60 s, memory 256 MB, as in OpenWhisk when nothing is set; coldframe.toml can change them
    ibm py: python python:3.12 __main__.main in py (60 s, 256 MB)
      why: py/__main__.py defines `main(whatever)`
      assumed: runtime python:3.12, because no file names a version
      assumed: timeout 60 s, memory 256 MB, as in OpenWhisk when nothing is set; coldframe.toml can change them
    Error manifest.yml:15: action `lost`: src/lost.js does not exist; hint: correct the path of its function
    Error manifest.yml:16: action `none` names no function; hint: add the file it is in: `function: src/hello.js`
    "#);
}
