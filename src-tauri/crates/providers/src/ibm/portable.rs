//! Actions elsewhere, and others' functions as actions: `main(params)`, with the parameters that Code Engine makes of a
//! request where that is what the code answers.

use bytes::Bytes;
use serde_json::Value;

use super::{action, detect, door, params};
use crate::{
    domain::{App, Function, Gateway, Problem, ProviderId},
    invocation::ResponseHead,
    portable::{
        Call, Callee, Convention, Heard, Limits, Modules, Portable, Services, Speech, Taker, Told, Written,
    },
    source::{Offers, Source, Syntax},
};

pub(super) const PORTABLE: Portable = Portable {
    callees,
    unchanged,
    taker,
    app: detect::declared,
    heard,
    asks,
    unsent: |_, _| None,
    told,
    // <https://cloud.ibm.com/docs/codeengine?topic=codeengine-limits>
    limits: Limits::of_both(door::LIMIT).at_most(120, 4096),
    clients: &[
        "ibm_boto3",
        "ibm_botocore",
        "ibm_cloud_sdk_core",
        "ibm_platform_services",
        "ibmcloudant",
        "ibm_watson",
        "ibm_db",
        "ibm-cos-sdk",
        "ibm-cloud-sdk-core",
        "@ibm-cloud/",
        "ibm-watson",
        "openwhisk",
        "github.com/IBM/",
    ],
    modules: Modules {
        named: &[
            ("ibm_boto3", "Cloud Object Storage"),
            ("ibm_botocore", "Cloud Object Storage"),
            ("ibm-cos-sdk", "Cloud Object Storage"),
            ("ibmcloudant", "Cloudant"),
            ("@ibm-cloud/cloudant", "Cloudant"),
            ("ibm_watson", "Watson"),
            ("ibm-watson", "Watson"),
            ("ibm_db", "Db2"),
        ],
        ..Modules::NONE
    },
    frameworks: &[],
    bindings: |_, _| Vec::new(),
    services: &[
        Services { domain: "cloud-object-storage.appdomain.cloud", named: &[("", "Cloud Object Storage")] },
        Services { domain: "cloudantnosqldb.appdomain.cloud", named: &[("", "Cloudant")] },
        Services { domain: "databases.appdomain.cloud", named: &[("", "IBM Cloud Databases")] },
        Services { domain: "cloud.ibm.com", named: &[("iam", "IBM Cloud IAM")] },
    ],
    variables: &["__OW_", "CE_PROJECT_ID", "CE_FUNCTION", "CE_REGION", "CE_DOMAIN"],
};

fn callees(written: &Written<'_>) -> Result<Vec<Callee>, String> {
    let app = written.app;
    let (stem, name) = detect::parts(&app.handler);
    let path = detect::source_file(written.code, stem, app.language)
        .ok_or_else(|| format!("there is no file for its handler {}", app.handler))?;
    let file = path.strip_prefix(written.code).unwrap_or(&path).to_string_lossy().replace('\\', "/");
    let bound = action::defaults(app);
    let half = match written.speech {
        Speech::Python if bound.is_empty() => include_str!("../../portable/ibm/calls.py"),
        Speech::Python => include_str!("../../portable/ibm/calls_bound.py"),
        Speech::JavaScript => {
            let text = crate::project::text_of(&path).unwrap_or_default();
            if Source::new(Syntax::JavaScript, &text).offers(name) == Offers::No {
                return Err(format!(
                    "{file} exports nothing: OpenWhisk finds `{name}` in the file's text, and nobody else does; with \
                     `exports.{name} = {name}` it can be tried"
                ));
            }
            if bound.is_empty() {
                include_str!("../../portable/ibm/calls.mjs")
            } else {
                include_str!("../../portable/ibm/calls_bound.mjs")
            }
        }
    };
    let names: Vec<&str> = bound.keys().map(String::as_str).collect();
    let fed = (!names.is_empty())
        .then(|| format!("the parameters that its manifest gives it ({})", names.join(", ")));
    let (convention, name) = (Convention::Parameters, name.to_owned());
    Ok(vec![Callee { convention, file, name, made: "", halves: vec![half], fed, library: None }])
}

fn unchanged(callee: &Callee, _speech: Speech) -> Option<String> {
    let (stem, _) = callee.file.rsplit_once('.')?;
    (callee.convention == Convention::Event).then(|| format!("{stem}.{}", callee.name))
}

fn taker(written: &Written<'_>, _callee: &Callee) -> Taker {
    let half = match (written.speech, !written.is_called_with_requests()) {
        (Speech::Python, true) => include_str!("../../portable/ibm/takes_value.py"),
        (Speech::Python, false) => include_str!("../../portable/ibm/takes_request.py"),
        (Speech::JavaScript, true) => include_str!("../../portable/ibm/takes_value.mjs"),
        (Speech::JavaScript, false) => include_str!("../../portable/ibm/takes_request.mjs"),
    };
    let file = match written.speech {
        Speech::Python => "on_ibm.py",
        Speech::JavaScript => "on_ibm.mjs",
    };
    Taker {
        file,
        handler: "on_ibm.main",
        half,
        wants_requests: false,
        beside: Vec::new(),
        note: None,
        library: None,
    }
}

fn heard(_function: &Function, text: &str) -> Result<Heard, Problem> {
    let text = if text.trim().is_empty() { "{}" } else { text };
    let value: Value = serde_json::from_str(text).map_err(|error| {
        Problem::error(format!("the parameters are not JSON: {error}")).hint("none are {}")
    })?;
    Ok(Heard::new(text, Call::Value(value)))
}

fn asks(_app: &App, call: &Call) -> String {
    match call {
        Call::Value(value) => value.to_string(),
        Call::Request(request) => params::described(request).to_string(),
    }
}

fn told(call: &Call, _gateway: &Gateway, _head: &ResponseHead, body: &Bytes) -> Result<Told, String> {
    match call {
        Call::Value(_) => Ok(Told::of_value(body.clone())),
        Call::Request(_) => {
            let result: Value = serde_json::from_slice(body).map_err(|error| match body.len() {
                // What is longer is cut off.
                bytes if error.is_eof() && bytes >= door::LIMIT => {
                    format!("its answer is over {}'s 5.0 MB", ProviderId::Ibm.title())
                }
                _ => format!("no result: {error}"),
            })?;
            params::answered(&result, params::Rules::Function)
                .map(|params::Answered { status, headers, body }| Told::new(status, headers, body))
                .map_err(|unfit| unfit.sentence().to_owned())
        }
    }
}
