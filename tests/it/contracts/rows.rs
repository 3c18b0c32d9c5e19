//! Every pair of a contract and a language that is run: a row each, by provider. A new one is a function below
//! `functions/` and a row here; the document follows.

/// A file of the table's functions.
macro_rules! function {
    ($file:literal) => {
        include_str!(concat!("../functions/", $file))
    };
}

mod aws;
mod azure;
mod gcp;
mod ibm;
mod knative;
mod vercel;

use std::path::PathBuf;

use coldframe_testkit::Host;
use reqwest::RequestBuilder;
use serde_json::Value;

use super::{
    failing::{Body, Failing},
    row::{Installed, Row, Wanted},
};
use crate::installed;

pub(super) fn all() -> impl Iterator<Item = &'static Row> {
    let providers: [&'static [Row]; 6] =
        [aws::ROWS, vercel::ROWS, gcp::ROWS, ibm::ROWS, knative::ROWS, azure::ROWS];
    providers.into_iter().flatten()
}

const VENV: fn() -> PathBuf = installed::python_clouds;
const NODE_MODULES: fn() -> PathBuf = installed::node_clouds;

fn get(host: &Host, url: &str, wanted: &Wanted<'_>) -> RequestBuilder {
    host.http.get(format!("{url}?{}", wanted.query()))
}

/// A function whose body is what it returned.
fn whole(body: Value) -> Value {
    body
}

const fn failing(status: u16, body: Body, recorded: &'static str) -> Failing {
    Failing::new(status, None, body, recorded)
}

const fn headed(
    status: u16,
    header: (&'static str, &'static str),
    body: Body,
    recorded: &'static str,
) -> Failing {
    Failing::new(status, Some(header), body, recorded)
}
