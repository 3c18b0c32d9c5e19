//! Google's HTTP functions elsewhere, and others' functions in the functions framework.

use super::{detect, door};
use crate::{
    domain::Takes,
    portable::{
        Callee, Convention, Library, Limits, Modules, Portable, Services, Speech, Taker, Written,
        asks_request, heard_request, told_response,
    },
    project::text_of,
    source::{Offers, Source, Syntax},
};

pub(super) const PORTABLE: Portable = Portable {
    callees,
    unchanged,
    taker,
    app: detect::declared,
    heard: heard_request,
    asks: asks_request,
    unsent: |_, _| None,
    told: told_response,
    // <https://cloud.google.com/run/quotas>
    limits: Limits::of_both(door::LIMIT).at_most(3600, 32_768),
    clients: &[
        "google.cloud",
        "google.auth",
        "googleapiclient",
        "functions_framework",
        "firebase_admin",
        "firebase_functions",
        "@google-cloud/",
        "google-auth-library",
        "googleapis",
        "firebase",
        "firebase-admin",
        "firebase-functions",
        "cloud.google.com/",
        "google_cloud_",
    ],
    modules: Modules {
        named: &[
            ("firebase_admin.firestore", "Firestore"),
            ("firebase_admin.storage", "Cloud Storage"),
            ("firebase-admin/firestore", "Firestore"),
            ("firebase-admin/storage", "Cloud Storage"),
            ("firebase/firestore", "Firestore"),
            ("firebase_admin", "Firebase"),
            ("firebase-admin", "Firebase"),
            ("firebase", "Firebase"),
        ],
        before: &["google.cloud.", "@google-cloud/", "cloud.google.com/go/", "google_cloud_"],
        makers: &[],
        services: &[
            ("storage", "Cloud Storage"),
            ("pubsub", "Pub/Sub"),
            ("firestore", "Firestore"),
            ("datastore", "Datastore"),
            ("bigquery", "BigQuery"),
            ("secretmanager", "Secret Manager"),
            ("secretmanagerservice", "Secret Manager"),
            ("tasks", "Cloud Tasks"),
            ("cloudtasks", "Cloud Tasks"),
            ("logging", "Cloud Logging"),
            ("spanner", "Spanner"),
            ("bigtable", "Bigtable"),
            ("scheduler", "Cloud Scheduler"),
            ("aiplatform", "Vertex AI"),
            ("vertexai", "Vertex AI"),
            ("kms", "Cloud KMS"),
        ],
    },
    frameworks: &["functions_framework", "@google-cloud/functions-framework"],
    bindings: |_, _| Vec::new(),
    services: &[
        Services {
            domain: "googleapis.com",
            named: &[
                ("storage", "Cloud Storage"),
                ("pubsub", "Pub/Sub"),
                ("firestore", "Firestore"),
                ("datastore", "Datastore"),
                ("bigquery", "BigQuery"),
                ("secretmanager", "Secret Manager"),
                ("cloudtasks", "Cloud Tasks"),
                ("logging", "Cloud Logging"),
                ("sqladmin", "Cloud SQL"),
                ("aiplatform", "Vertex AI"),
            ],
        },
        Services { domain: "metadata.google.internal", named: &[] },
    ],
    variables: &[
        "GOOGLE_CLOUD_",
        "GCP_PROJECT",
        "GCLOUD_PROJECT",
        "FUNCTION_TARGET",
        "FUNCTION_SIGNATURE_TYPE",
    ],
};

fn callees(written: &Written<'_>) -> Result<Vec<Callee>, String> {
    let app = written.app;
    let signature = app.env.get("FUNCTION_SIGNATURE_TYPE").map_or("http", String::as_str);
    if written.function.takes == Takes::CloudEvent || signature != "http" {
        return Err(format!(
            "it has the signature `{signature}`: what it is called with is made by the functions framework"
        ));
    }
    let (stem, name) = detect::parts(&app.handler);
    let path = detect::source_file(written.code, stem, app.language)
        .ok_or_else(|| format!("there is no file for its handler {}", app.handler))?;
    let file = path.strip_prefix(written.code).unwrap_or(&path).to_string_lossy().replace('\\', "/");
    let one = |convention, halves, library| Callee {
        convention,
        file: file.clone(),
        name: name.to_owned(),
        made: "",
        halves,
        fed: None,
        library,
    };
    let text = text_of(&path).unwrap_or_default();
    if written.speech == Speech::Python {
        // With the framework comes its Flask.
        let library = if text.contains("functions_framework") { FRAMEWORK } else { FLASK };
        return Ok(vec![one(
            Convention::FlaskRequest,
            vec![include_str!("../../portable/gcp/calls_flask.py")],
            Some(library),
        )]);
    }
    if Source::new(Syntax::JavaScript, &text).offers(name) == Offers::No {
        return Err(format!(
            "{file} registers `{name}` with the functions framework and does not export it; with `exports.{name} = …` \
             beside the registration it can be tried"
        ));
    }
    let targets = crate::vercel::portable::TARGETS;
    Ok(crate::vercel::portable::node_halves()
        .map(|(halves, library)| one(Convention::NodeRequest, [vec![targets], halves].concat(), library))
        .into())
}

fn unchanged(callee: &Callee, _speech: Speech) -> Option<String> {
    let (stem, _) = callee.file.rsplit_once('.')?;
    let same = matches!(callee.convention, Convention::NodeRequest | Convention::FlaskRequest);
    (same && callee.name != "*").then(|| format!("{stem}.{}", callee.name))
}

fn taker(written: &Written<'_>, callee: &Callee) -> Taker {
    let (file, half) = match (written.speech, callee.convention) {
        (Speech::Python, _) => ("on_gcp.py", include_str!("../../portable/gcp/takes.py")),
        (_, Convention::NodeRequest) if callee.fed.is_none() => {
            ("on_gcp.mjs", include_str!("../../portable/gcp/takes_same.mjs"))
        }
        _ => ("on_gcp.mjs", include_str!("../../portable/gcp/takes.mjs")),
    };
    let handler = "on_gcp.main";
    Taker { file, handler, half, wants_requests: true, beside: Vec::new(), note: Some(NOTE), library: None }
}

const FLASK: Library = Library { name: "flask", missed: &["flask"], install: "pip install flask" };
const FRAMEWORK: Library = Library {
    name: "functions-framework",
    missed: &["functions_framework", "flask"],
    install: "pip install functions-framework",
};

const NOTE: &str = "deployed with the entry point `main` and this file as its source: main.py in Python, what \
                    package.json names as main in Node";
