//! Vercel's Python contract.

pub(crate) mod detect;
