//! What the stand-in for Google's framework gives functions: forms, and Flask's own requests where there is Flask.

use std::os::unix::fs::symlink;

use coldframe_testkit::Project;
use serde_json::{Value, json};

use super::{log_of, post, rows};
use crate::{installed, serve};

const STANDS_IN: &str = "\
import functions_framework
from cloudevents.http.event import CloudEvent

@functions_framework.http
def form(request):
    if request.args.get('how') == 'more':
        return request.accept_languages
    file = request.files['seeds']
    return {'form': request.form.to_dict(), 'file': [file.filename, file.mimetype, file.read().decode('latin-1')]}

@functions_framework.cloud_event
def typed(event: CloudEvent):
    assert isinstance(event, CloudEvent)
";

#[tokio::test(flavor = "multi_thread")]
async fn a_stand_in_reads_forms_and_says_what_it_is() {
    let project = Project::new().with("main.py", STANDS_IN).with("requirements.txt", "functions-framework\n");
    // One that has neither Flask nor events.
    symlink(installed::python_environment(), project.file(".venv")).expect("a link");
    let host = serve(&project);
    let form = "--x\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n1\r\n--x\r\nContent-Disposition: form-data; name=\"seeds\"; \
                filename=\"s.bin\"\r\nContent-Type: image/png\r\n\r\np\r\n\r\nq\r\n--x--\r\n";
    let kind = [("content-type", "multipart/form-data; boundary=x")];
    let answer = post(&host, "/form", &kind, form).await.json::<Value>().await.expect("JSON");
    assert_eq!(answer, json!({"form": {"a": "1"}, "file": ["s.bin", "image/png", "p\r\n\r\nq"]}));
    let attributes = [("ce-id", "1"), ("ce-source", "/s"), ("ce-type", "t"), ("ce-specversion", "1.0")];
    assert_eq!(
        post(&host, "/typed", &attributes, "").await.status(),
        200,
        "events are imported as the SDK has them"
    );
    assert_eq!(host.get(&format!("{}/form?how=more", host.gcp)).await.status, 500);
    let failed = rows(&host, "form").await.remove(0);
    let log = log_of(&host, &failed).await.join("\n");
    assert!(log.contains("no `accept_languages`: a stand-in for functions-framework runs it"), "{log}");
    let assumed = host.function("form").await["assumed"].to_string();
    assert!(assumed.contains("coldframe install form installs it"), "{assumed}");
}

const WITH_FLASK: &str = "\
import functions_framework
from flask import abort, jsonify, make_response, request as current

@functions_framework.http
def flasked(request):
    how = request.args.get('how')
    if how == 'abort':
        abort(418)
    if how == 'boom':
        raise ValueError('boom')
    if how == 'made':
        return make_response(current.method, 202)
    return jsonify(path=current.path, same=current.path == request.path)
";

#[tokio::test(flavor = "multi_thread")]
async fn a_stand_in_calls_functions_with_flasks_own_requests_where_there_is_flask() {
    let project = Project::new().with("main.py", WITH_FLASK);
    symlink(installed::python_vercel(), project.file(".venv")).expect("a link");
    let host = serve(&project);
    let get = async |rest: &str| host.get(&format!("{}/flasked{rest}", host.gcp)).await;
    assert_eq!(get("/a/b").await.json(), json!({"path": "/a/b", "same": true}));
    let made = get("?how=made").await;
    assert_eq!((made.status, made.text().as_str()), (202, "GET"));
    assert_eq!(get("?how=abort").await.status, 418);
    let boom = get("?how=boom").await;
    assert_eq!((boom.status, boom.header("x-google-status")), (500, Some("crash")));
    assert_eq!(get("/favicon.ico").await.status, 404, "browsers ask for it by themselves");
}
