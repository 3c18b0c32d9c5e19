//! AWS Lambda.

pub(crate) mod detect;
pub mod door;
pub(crate) mod failure;
pub(crate) mod launch;
pub(crate) mod narrate;
pub(crate) mod templates;
