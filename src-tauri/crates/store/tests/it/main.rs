//! The record as its users see it: in real directories, through real files.

mod record;
mod sample;
