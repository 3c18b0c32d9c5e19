//! What of the framework's plugins is stood in for.

use crate::testing::Inline;

const SERVICE: &str = "service: shop
provider: {name: aws, runtime: python3.12}
plugins: [serverless-wsgi, serverless-python-requirements]
custom:
  stem: app
  wsgi: {app: 'web/${self:custom.stem}.app', textMimeTypes: [application/custom+json]}
functions:
  api:
    handler: wsgi_handler.handler
    events: [httpApi: '*']
";
const INSTALLED: (&str, &str) = ("node_modules/serverless-wsgi/wsgi_handler.py", "");
const APP: (&str, &str) = ("web/app.py", "def app(environ, start_response): pass\n");

#[test]
fn a_wsgi_application_has_the_handler_that_its_plugin_would_package() {
    let app = Inline::new(&[("serverless.yml", SERVICE), APP, INSTALLED]).only();
    assert!(app.problems.is_empty(), "{:?}", app.problems);
    assert_eq!(app.handler, "wsgi_handler.handler");
    let told: serde_json::Value = serde_json::from_str(&app.env["SERVERLESS_WSGI"]).expect("JSON");
    assert_eq!(
        (&told["app"], &told["text_mime_types"][0]),
        (&"web/app.app".into(), &"application/custom+json".into())
    );
    assert!(told["plugin"].as_str().is_some_and(|at| at.ends_with("node_modules/serverless-wsgi")), "{told}");
    assert!(app.why.contains(&"serverless-wsgi serves web/app.app with it".to_owned()), "{:?}", app.why);

    let older = SERVICE.replace("wsgi_handler.handler", "wsgi.handler");
    let app = Inline::new(&[("serverless.yml", &older), APP, INSTALLED, ("wsgi.py", "")]).only();
    assert_eq!(
        (app.handler.as_str(), app.problems.len()),
        ("wsgi_handler.handler", 0),
        "the older name is the same"
    );
}

#[test]
fn what_a_wsgi_application_lacks_is_named() {
    let files = |service: &str| Inline::new(&[("serverless.yml", service), APP]).problems();
    insta::assert_snapshot!(files(SERVICE), @"Error serverless.yml:9: serverless-wsgi, which brings handler `wsgi_handler.handler`, is not installed; hint: npm install in ., with serverless-wsgi in its package.json");
    let unsaid = SERVICE.replace("app: 'web/${self:custom.stem}.app', ", "");
    insta::assert_snapshot!(files(&unsaid), @"Error serverless.yml:9: handler `wsgi_handler.handler` is serverless-wsgi's, and custom.wsgi.app does not say which application it serves; hint: write it as MODULE.OBJECT, such as app: app.app");
    let without = SERVICE.replace("serverless-wsgi, ", "");
    insta::assert_snapshot!(files(&without), @"Error serverless.yml:9: handler `wsgi_handler.handler`: wsgi_handler.py does not exist; hint: correct the handler, or create the file");
}

#[test]
fn functions_of_serverless_rust_are_what_cargo_builds() {
    let project = Inline::new(&[
        (
            "serverless.yml",
            "service: shop
provider: {name: aws, runtime: rust}
plugins: [serverless-rust]
functions:
  greet: {handler: hello}
  part: {handler: shop.other}
",
        ),
        ("Cargo.toml", "[workspace]\nmembers = [\"hello\", \"shop\"]\n"),
        ("hello/Cargo.toml", "[package]\nname = \"hello\"\n[dependencies]\nlambda_http = \"1\"\n"),
        ("hello/src/main.rs", "fn main() {}\n"),
        ("shop/Cargo.toml", "[package]\nname = \"shop\"\n[dependencies]\nlambda_runtime = \"1\"\n"),
        ("shop/src/bin/other.rs", "fn main() {}\n"),
    ]);
    let apps = project.detect().apps;
    let found: Vec<_> =
        apps.iter().map(|app| (app.name.as_str(), app.language.as_str(), app.handler.as_str())).collect();
    assert_eq!(found, [("greet", "rust", "hello"), ("part", "rust", "other")], "{}", project.summary());
    assert!(apps.iter().all(|app| app.problems.is_empty()), "{}", project.problems());
    assert!(
        apps[0].assumed.iter().any(|sentence| sentence.starts_with("`rust` is serverless-rust's word")),
        "{:?}",
        apps[0].assumed
    );
}
