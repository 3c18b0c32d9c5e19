//! The questions a person asks, against a real record in a temporary directory.

mod contrasted;
mod costs;
mod overview;
mod record;
mod rows;
mod supposed;
mod timeline;
mod twins;
