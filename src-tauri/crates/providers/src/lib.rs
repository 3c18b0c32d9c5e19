//! What a cloud's contract is, provider by provider, and the domain words shared by everything above.
//!
//! A provider is one folder with four parts: `detect` (its apps in a project), `launch` (environment, command),
//! `converse` (the protocol with the process) and `door` (what callers speak). Doors call [`Invoke`]; who implements
//! it, and how pools and storage work, is not known here.

mod aws;
mod azure;
pub mod bootstraps;
pub mod clock;
pub mod conversation;
mod detecting;
pub mod domain;
pub mod door;
mod env_file;
pub mod example;
#[cfg(test)]
mod fake_invoke;
mod gcp;
mod http_body;
mod http_event;
mod http_guard;
mod http_server;
mod ibm;
pub mod imports;
pub mod invocation;
mod knative;
pub mod languages;
pub mod launch;
mod loopback;
mod manifest;
mod name;
pub mod narrate;
mod overrides;
pub mod portable;
mod problem_header;
mod project;
pub mod provider;
pub mod pull;
pub mod push;
#[cfg(test)]
mod raw_http;
pub mod reached;
pub mod registry;
#[cfg(test)]
mod running_door;
mod schedule;
mod service_door;
mod source;
pub mod templates;
#[cfg(test)]
mod testing;
mod vercel;
