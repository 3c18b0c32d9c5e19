//! The Serverless Framework's WSGI applications: a handler that only a deployment puts beside the code.

use coldframe_testkit::Project;
use serde_json::json;

use crate::serve;

const SERVICE: &str = "\
service: shop
provider: {name: aws, runtime: python3.12}
plugins: [serverless-wsgi]
custom: {wsgi: {app: web/garden.app, textMimeTypes: [application/x-seeds]}}
functions:
  api: {handler: wsgi_handler.handler, events: [httpApi: '*']}
";

/// Finds what it runs beside itself, in the package that is deployed.
const HANDLER: &str = "\
import importlib, json, os, sys
import serverless_wsgi

here = os.path.abspath(os.path.dirname(__file__))
with open(os.path.join(here, '.serverless-wsgi'), 'r') as f:
    config = json.loads(f.read())
folder, _, named = config['app'].rpartition('/')
sys.path.insert(0, os.path.join(here, folder))
module, _, name = named.rpartition('.')
app = getattr(importlib.import_module(module), name)
serverless_wsgi.TEXT_MIME_TYPES.extend(config['text_mime_types'])

def handler(event, context):
    return serverless_wsgi.handle_request(app, event, context)
";

const LIBRARY: &str = "\
TEXT_MIME_TYPES = ['text/plain']

def handle_request(app, event, context):
    answer = {}
    def start(status, headers):
        answer.update(statusCode=int(status.split()[0]), headers=dict(headers))
    environ = {'PATH_INFO': event['rawPath'], 'REQUEST_METHOD': event['requestContext']['http']['method']}
    answer['body'] = b''.join(app(environ, start)).decode()
    answer['headers']['x-texts'] = ','.join(TEXT_MIME_TYPES)
    return answer
";

/// It has a module of a name that the plugin's folder has too, and reads a file.
const GARDEN: &str = "\
import os, serve

def app(environ, start_response):
    start_response('200 OK', [('content-type', 'text/plain')])
    with open(os.path.join(os.path.dirname(__file__), 'seeds.txt')) as seeds:
        return [f\"{environ['REQUEST_METHOD']} {environ['PATH_INFO']} {serve.KIND} {seeds.read()}\".encode()]
";

#[tokio::test(flavor = "multi_thread")]
async fn a_wsgi_application_is_served_by_its_plugins_own_handler() {
    let project = Project::new()
        .with("serverless.yml", SERVICE)
        .with("web/garden.py", GARDEN)
        .with("web/serve.py", "KIND = 'own'\n")
        .with("web/seeds.txt", "pea")
        .with("node_modules/serverless-wsgi/wsgi_handler.py", HANDLER)
        .with("node_modules/serverless-wsgi/serverless_wsgi.py", LIBRARY)
        .with("node_modules/serverless-wsgi/serve.py", "KIND = 'the plugin’s'\n");
    let host = serve(&project);
    let answer = host.get(&format!("{}/beds/3", host.aws)).await;
    assert_eq!((answer.status, answer.text().as_str()), (200, "GET /beds/3 own pea"), "{answer:?}");
    assert_eq!(answer.header("x-texts"), Some("text/plain,application/x-seeds"));
    let function = host.function("api").await;
    assert_eq!(function["problems"], json!([]), "{function}");
    assert!(!project.file("wsgi_handler.py").exists(), "nothing is put beside the code");
    assert!(!project.file(".serverless-wsgi").exists(), "nothing is put beside the code");
}
