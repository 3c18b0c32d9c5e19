//! The providers there are: one line each.

use std::path::Path;

use coldframe_supervisor::Command;

use crate::{
    aws,
    detecting::{self, Detect},
    domain::{Detection, Problem, ProviderId, Settings},
    launch::LaunchContext,
    narrate::{Cause, FailureBody, Moment},
    templates::Template,
    vercel,
};

/// How each provider finds its apps in a project.
const DETECT: [Detect; 2] = [aws::detect::detect, vercel::detect::detect];

/// Every app of every provider in a project, in a stable order. Reads files, executes nothing, never panics: what is
/// wrong is among the problems.
pub fn detect(project: &Path) -> Detection {
    detecting::detect(project, &DETECT)
}

/// The process of an instance: program, arguments, folder, environment, limit.
///
/// # Errors
/// Something that has to be on this machine is missing.
pub fn launch(context: &LaunchContext<'_>) -> Result<Command, Problem> {
    match context.app.provider {
        ProviderId::Aws => aws::launch::launch(context),
        ProviderId::Vercel => vercel::launch::launch(context),
    }
}

/// Thousandths of a vCPU that come with that much memory.
pub fn vcpu_milli(provider: ProviderId, memory_mb: u32) -> u32 {
    match provider {
        ProviderId::Aws => aws::launch::vcpu_milli(memory_mb),
        ProviderId::Vercel => vercel::launch::vcpu_milli(memory_mb),
    }
}

/// What a provider gives a function whose manifest says nothing.
pub fn defaults(provider: ProviderId) -> Settings {
    match provider {
        ProviderId::Aws => aws::detect::DEFAULTS,
        ProviderId::Vercel => vercel::detect::DEFAULTS,
    }
}

/// The provider's own log lines for a moment in an instance's life, without line feeds.
pub fn narrate(provider: ProviderId, moment: &Moment<'_>) -> Vec<String> {
    match provider {
        ProviderId::Aws => aws::narrate::narrate(moment),
        ProviderId::Vercel => vercel::narrate::narrate(moment),
    }
}

/// What a caller gets when the function's process did not answer.
pub fn failure(provider: ProviderId, request_id: &str, cause: &Cause) -> FailureBody {
    match provider {
        ProviderId::Aws => aws::failure::failure(request_id, cause),
        ProviderId::Vercel => vercel::failure::failure(request_id, cause),
    }
}

/// Functions to begin with, provider by provider.
pub fn templates() -> impl Iterator<Item = &'static Template> {
    aws::templates::TEMPLATES.iter().chain(&vercel::templates::TEMPLATES)
}
