//! Vercel's Python functions in a project: files under `api/` that define a `handler` class.

use crate::{detecting::Parameters, domain::Detection, project::Project};

pub(crate) fn detect(_project: &Project, _parameters: &Parameters) -> Detection {
    Detection::default()
}
