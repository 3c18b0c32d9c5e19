//! What Vercel's edge does with a request before and instead of a function, as `vercel.json` says: redirects, headers,
//! rewrites. Pure: a path goes in, what becomes of it comes out.
//! <https://vercel.com/docs/project-configuration>

mod condition;
mod pattern;
mod read;
mod rules;

pub(crate) use self::{
    read::{Mistake, read},
    rules::{Asked, Cron, Moved, Rewritten, Rules},
};
