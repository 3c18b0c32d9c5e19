//! The providers there are: one line each.

use std::path::Path;

use crate::{
    aws,
    detecting::{Parameters, make_unique},
    domain::Detection,
    project::Project,
    vercel,
};

/// How each provider finds its apps in a project.
const DETECT: [fn(&Project, &Parameters) -> Detection; 2] = [aws::detect::detect, vercel::detect::detect];

/// Every app of every provider in a project, in a stable order. Reads files, executes nothing, never panics: what is
/// wrong is among the problems.
pub fn detect(project: &Path) -> Detection {
    let mut project = Project::scan(project);
    let mut detection = Detection { apps: Vec::new(), problems: std::mem::take(&mut project.problems) };
    for detect in DETECT {
        let found = detect(&project, &Parameters::new());
        detection.apps.extend(found.apps);
        detection.problems.extend(found.problems);
    }
    make_unique(&mut detection);
    detection
}
