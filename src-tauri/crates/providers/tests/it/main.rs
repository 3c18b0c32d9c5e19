//! Conversations as the other side sees them: raw HTTP against the Runtime API, and real interpreters running our
//! bootstraps, started as the engine starts them.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod custom;
mod imports;
mod instance;
mod node;
mod push;
mod python;
mod raw;
mod reached;
mod ruby;
mod runtime_api;
mod runtime_api_errors;
mod runtime_api_many;
mod runtime_api_streams;
mod rust;
mod typescript;
mod vercel;
