//! A web framework's application where Vercel looks for one: a single function, which answers whatever no file does.
//! <https://vercel.com/docs/frameworks/backend>

mod django;
mod node;
mod python;

use std::path::Path;

use super::{
    Candidate,
    entry::{Entry, Evidence},
};
use crate::{domain::Language, project::Project};

/// Where one of these lies, and nothing says that Vercel deploys the folder, another does.
const OF_OTHERS: [&str; 11] = [
    "template.yaml",
    "template.yml",
    "serverless.yml",
    "serverless.yaml",
    "host.json",
    "func.yaml",
    "service.yaml",
    "service.yml",
    "manifest.yml",
    "manifest.yaml",
    "samconfig.toml",
];

/// The application of a folder, if it has one. `says_so`: the folder is Vercel's by its own word.
pub(super) fn application(project: &Project, root: &Path, says_so: bool) -> Option<Candidate> {
    let claimed = || OF_OTHERS.iter().any(|name| root.join(name).is_file());
    if !says_so && (root != project.root() || claimed()) {
        return None;
    }
    python::application(project, root).or_else(|| node::application(project, root, says_so))
}

fn candidate(path: String, language: Language, text: String, why: String) -> Candidate {
    Candidate { path, language, text, entry: Entry::Function { why, evidence: Evidence::Some } }
}
