//! `coldframe.toml`, at the root of a project: what a person adds to or overrides of what was detected. It is never
//! required. A key this file does not know is an error with its line, so that a misspelt one is not silently nothing.
//!
//! ```toml
//! # Folders or files, relative to the project, in which nothing is to be found (as a line of .gitignore).
//! ignore = ["examples/", "old/**"]
//!
//! # Values for template parameters, and for `${opt:…}` and `${param:…}` in serverless.yml.
//! [parameters]
//! Stage = "dev"
//!
//! # Settings of every function, under its own manifest's… see below; only what a manifest cannot say:
//! [defaults]
//! idle_seconds = 300        # how long an instance stays idle before it is stopped
//! kept_warm = 0             # instances that never are
//! always_cold = false       # every call starts a new instance
//! env = { LOG_LEVEL = "debug" }   # under what a function or its manifest sets
//!
//! # A detected function, by the name it is shown with; or a new one, if `path` is given.
//! [functions.hello]
//! enabled = true            # false: leave it out
//! path = "src/hello"        # the code folder: this makes it a new function, or moves a detected one
//! provider = "aws"          # of a new one: "aws" or "vercel"
//! handler = "app.main"
//! runtime = "python3.12"
//! description = "…"
//! architecture = "arm64"    # or "x86_64"
//! timeout_seconds = 30
//! memory_mb = 512
//! ephemeral_mb = 512
//! concurrency = 5           # at most so many instances
//! idle_seconds = 60
//! kept_warm = 1
//! always_cold = false
//! env = { TABLE = "orders" }      # over everything else
//! routes = ["GET /hello", "ANY /hello/{proxy+}", "$default"]
//! streaming = true          # its function URL streams
//! [functions.hello.cors]    # of its function URL
//! allow_origins = ["*"]
//! allow_methods = ["GET"]
//! allow_headers = []
//! expose_headers = []
//! allow_credentials = false
//! max_age_seconds = 3600
//! ```

use std::{collections::BTreeMap, path::PathBuf};

use crate::{
    detecting::Parameters,
    domain::{Detection, Problem},
    project::Project,
};

#[derive(Debug, Default)]
pub(crate) struct Overrides {
    pub(crate) parameters: Parameters,
}

impl Overrides {
    pub(crate) fn read(_project: &Project, _problems: &mut Vec<Problem>) -> Self {
        Self::default()
    }
    pub(crate) fn apply(self, _project: &Project, _detection: &mut Detection) {}
}
