//! What a host and the people's side of it say to each other: the wire types, the one list of commands, and the live
//! channel. `cargo test -p coldframe-protocol` writes the UI's TypeScript from these types.
//!
//! Units are in the names (`_ms`, `_mb`, `_bytes`); times are RFC 3339 UTC text; money is decimal text in dollars.

mod check;
mod code;
mod commands;
mod costs;
mod error;
mod functions;
mod imports;
mod invocations;
mod jobs;
mod live;
mod load;
mod map;
mod portability;
mod project;
mod revisions;
mod rightsize;
mod settings;
mod sidebyside;
mod starting;
mod starts;
mod timeline;
mod twin;

pub use check::*;
pub use code::*;
pub use commands::*;
pub use costs::*;
pub use error::*;
pub use functions::*;
pub use imports::*;
pub use invocations::*;
pub use jobs::*;
pub use live::*;
pub use load::*;
pub use map::*;
pub use portability::*;
pub use project::*;
pub use revisions::*;
pub use rightsize::*;
pub use settings::*;
pub use sidebyside::*;
pub use starting::*;
pub use starts::*;
pub use timeline::*;
pub use twin::*;

/// Derives every wire type needs: both directions of JSON, and TypeScript into the UI.
macro_rules! wire {
    ($($(#[$meta:meta])* $vis:vis $kind:ident $name:ident { $($body:tt)* })*) => {$(
        #[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize, ts_rs::TS)]
        #[ts(export)]
        $(#[$meta])*
        $vis $kind $name { $($body)* }
    )*};
}
pub(crate) use wire;
