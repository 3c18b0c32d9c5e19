//! The watch against real files. No test sleeps: `flush` says when everything that happened is known.

#![expect(clippy::unwrap_used, reason = "a test ends where its ground gives way")]

mod folders;
mod hiding;
mod project;
mod saves;
